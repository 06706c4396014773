"""Secrets: from the environment, the system's keyring, or one file that only its owner can read."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pos.disk import alone, settle

_SERVICE = "pos"

#: Where a channel's secrets are that are newer than the given ones, each with the mark of its elder.
_NEWER = "newer"

#: One writer at a time in this process; between processes a file beside the secrets says who.
_writing = threading.RLock()


class SecretsTrouble(Exception):
    """A secret that must be known cannot be. `code` keys the words for people; `facts` fill them."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(f"{code} {facts}")
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class _Newer:
    """A secret that is newer than the given one.

    `instead_of` is the mark of that one, and of all that it is good for nothing without (`together`).
    """

    value: str
    instead_of: str
    together: tuple[str, ...]


class Secrets:
    """Where each secret comes from. None is ever in the store, the configuration, a log or a backup.

    What a person gives is in the environment, else in the file, else in the system's keyring. What came later
    (a service gave it anew, or somebody put it in on a page) is kept beside the mark of the given one whose
    place it takes: as long as that one stays as it is the newer is used, and no longer. So a new value in the
    environment wins again, and an old one that was never taken out does not come back.

    `folder` holds the file for what the counter makes itself where there is no keyring (default: the user's
    data folder).
    """

    def __init__(self, folder: Path | None = None, environment: Mapping[str, str] = os.environ) -> None:
        self._folder = folder
        self._environment = environment

    def of_channel(self, channel: str, fields: tuple[str, ...]) -> dict[str, str]:
        """Return those of a channel's secrets that are known, by field name."""
        found = {field: self._known(channel, field) for field in fields}
        return {field: value for field, value in found.items() if value}

    def source(self, owner: str, field: str) -> str:
        """Return where a secret comes from: environment, file, keyring, file_newer, keyring_newer, or "".

        The last two are newer than one that was given elsewhere, and take its place.
        """
        for place, kept in reversed(self._newer(owner)):
            if self._takes_over(owner, field, kept):
                return f"{place}_newer"
        return next((name for name, look in self._places() if look(owner, field)), "")

    def keep_channel(self, channel: str, new: Mapping[str, str], together: Collection[str] = ()) -> None:
        """Keep a channel's newer secrets, all of them at once or none; they survive a power cut.

        They take the place of those given now; an empty one gives its place back. Those that came `together`
        (the tokens of a sign-in) all give it back once a person gives one anew. Raises SecretsTrouble.
        """
        with self._alone():
            self._put(channel, new, self._elders(channel, new, together))

    def renewal(self, channel: str, fields: Collection[str]) -> Callable[[Mapping[str, str]], None]:
        """Return what keeps, as `keep_channel` does, the secrets that a service gives anew from now on.

        Who works the channel began with those that are known now: what it gets takes their place, and not
        that of what a person puts in meanwhile. It raises SecretsTrouble.
        """
        given = self._elders(channel, fields, fields)
        known = {field: kept.value for field, kept in self._all_newer(channel).items()}

        def keep(new: Mapping[str, str]) -> None:
            with self._alone():
                there = self._all_newer(channel)
                its = {f: v for f, v in new.items() if f not in there or there[f].value == known.get(f)}
                self._put(channel, its, given)
                known.update(its)

        return keep

    def _put(self, channel: str, new: Mapping[str, str], elders: Mapping[str, tuple[str, ...]]) -> None:
        fresh = {f: _Newer(value, elders[f][0], elders[f][1:]) for f, value in new.items()}
        whole = {f: kept for f, kept in {**self._all_newer(channel), **fresh}.items() if kept.value}
        said = {f: [kept.value, kept.instead_of, *kept.together] for f, kept in whole.items()}
        self._keep(channel, _NEWER, json.dumps(said))

    def _elders(
        self, channel: str, fields: Iterable[str], together: Collection[str]
    ) -> dict[str, tuple[str, ...]]:
        """Return for each field the mark of what is given now, and the fields that it is the mark of."""
        groups = {field: tuple(together) if field in together else (field,) for field in fields}
        return {field: (mark(self._givens(channel, group)), *group) for field, group in groups.items()}

    def forget_channel(self, channel: str, fields: Collection[str]) -> None:
        """Forget all that is kept here of a channel that is gone; the environment is not ours to change.

        Raises SecretsTrouble.
        """
        names = [f"{channel}/{field}" for field in (*fields, _NEWER)]
        with self._alone():
            kept = self._read()
            if kept.keys() & set(names):
                self._write({name: value for name, value in kept.items() if name not in names})
            for name in names if self._folder is None else ():
                _keyring().delete_password(_SERVICE, name)

    def journal_key(self) -> bytes:
        """Return the key of the journal's chain, made at first use and kept for good.

        Raises SecretsTrouble where the keyring is locked or broken, or the file cannot be read: a second key
        would make the whole journal look forged.
        """
        if known := self._given("shop", "JOURNAL"):
            return known.encode()
        with self._alone():
            if self._folder is None:
                _keyring().refuse_locked(_SERVICE, "shop/JOURNAL")
            known = self._given("shop", "JOURNAL")  # another process may have been first
            if known is None:
                known = secrets.token_hex(32)
                self._keep("shop", "JOURNAL", known)
        return known.encode()

    def _places(self) -> tuple[tuple[str, Callable[[str, str], str | None]], ...]:
        return (
            ("environment", self._from_environment),
            ("file", self._from_file),
            ("keyring", self._from_keyring),
        )

    def _known(self, owner: str, field: str) -> str | None:
        for _, kept in reversed(self._newer(owner)):
            if self._takes_over(owner, field, kept):
                return kept[field].value
        return self._given(owner, field)

    def _given(self, owner: str, field: str) -> str | None:
        return next((value for _, look in self._places() if (value := look(owner, field))), None)

    def _newer(self, owner: str) -> list[tuple[str, dict[str, _Newer]]]:
        """Return what is newer than the given secrets, newest last: the keyring did not take the file's."""
        looks = (("keyring", self._from_keyring), ("file", self._from_file))
        return [(place, _newer_ones(said)) for place, look in looks if (said := look(owner, _NEWER))]

    def _all_newer(self, owner: str) -> dict[str, _Newer]:
        return {field: kept for _, several in self._newer(owner) for field, kept in several.items()}

    def _takes_over(self, owner: str, field: str, kept: Mapping[str, _Newer]) -> bool:
        """Whether a newer secret is the one to use: its elder is still the one that is given, or gone."""
        if field not in kept:
            return False
        given = self._givens(owner, kept[field].together)
        return not any(given) or mark(given) == kept[field].instead_of

    def _givens(self, owner: str, fields: Iterable[str]) -> list[str]:
        return [self._given(owner, field) or "" for field in fields]

    def _from_environment(self, owner: str, field: str) -> str | None:
        return self._environment.get(f"POS_SECRET_{word_of(owner)}_{field}")

    def _from_keyring(self, owner: str, field: str) -> str | None:
        ring = _keyring()
        return ring.get_password(_SERVICE, f"{owner}/{field}") if ring else None

    def _from_file(self, owner: str, field: str) -> str | None:
        return self._read().get(f"{owner}/{field}")

    def _keep(self, owner: str, field: str, value: str) -> None:
        name = f"{owner}/{field}"
        if self._folder is None and (ring := _keyring()):
            try:
                ring.set_password(_SERVICE, name, value)
            except SecretsTrouble:
                if field != _NEWER:  # a second key of the journal must not come to be
                    raise
            else:
                if ring.get_password(_SERVICE, name) == value:  # one that is switched off takes and forgets
                    self._drop(name)
                    return
        self._write({**self._read(), name: value})

    def _drop(self, name: str) -> None:
        """Take a secret out of the file: the keyring has a newer one."""
        kept = self._read()
        if kept.pop(name, None) is not None:
            self._write(kept)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Read and write in one go, whatever other channel or process keeps secrets just now."""
        with _writing, ExitStack() as held:
            with suppress(OSError):  # where no file can be, none is written either
                held.enter_context(alone(self.file))
            yield

    @property
    def file(self) -> Path:
        """The file that is used where there is no keyring."""
        if self._folder is not None:
            return self._folder / "secrets.json"
        from platformdirs import user_data_path

        return user_data_path("pos", appauthor=False) / "secrets.json"

    def _read(self) -> dict[str, str]:
        try:
            return dict(json.loads(self.file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise SecretsTrouble("secrets_file", path=str(self.file), detail=type(error).__name__) from None

    def _write(self, values: Mapping[str, str]) -> None:
        fresh = self.file.with_name(f"{self.file.name}.{os.getpid()}")
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with open(
                os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
            ) as out:
                json.dump(values, out)
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(self.file)
            settle(self.file.parent)
        except OSError as error:
            raise SecretsTrouble("secrets_file", path=str(self.file), detail=type(error).__name__) from None


class _Ring:
    """The system's keyring, where one can be used."""

    def __init__(self) -> None:
        import keyring
        from keyring.backends.fail import Keyring as Nothing
        from keyring.errors import KeyringError, PasswordDeleteError

        self._errors, self._none_to_delete = KeyringError, PasswordDeleteError
        self._ring = None if isinstance(keyring.get_keyring(), Nothing) else keyring

    def __bool__(self) -> bool:
        return self._ring is not None

    def get_password(self, service: str, name: str) -> str | None:
        """Return a secret; None where the keyring has none or stays locked."""
        try:
            return self._ring.get_password(service, name) if self._ring else None
        except self._errors:
            return None

    def refuse_locked(self, service: str, name: str) -> None:
        """Raise SecretsTrouble where a secret may be there and cannot be read."""
        with self._asked():
            if self._ring:
                self._ring.get_password(service, name)

    def set_password(self, service: str, name: str, value: str) -> None:
        """Keep a secret; raises SecretsTrouble."""
        with self._asked():
            if self._ring:
                self._ring.set_password(service, name, value)

    def delete_password(self, service: str, name: str) -> None:
        """Forget a secret, where there is one; raises SecretsTrouble."""
        with self._asked(), suppress(self._none_to_delete):
            if self._ring:
                self._ring.delete_password(service, name)

    @contextmanager
    def _asked(self) -> Iterator[None]:
        try:
            yield
        except self._errors as error:
            raise SecretsTrouble("keyring", detail=str(error) or type(error).__name__) from None
        except Exception as error:  # noqa: BLE001 - a keyring's own system raises what it likes
            raise SecretsTrouble("keyring", detail=type(error).__name__) from None


_ring: list[_Ring] = []


def _keyring() -> _Ring:
    if not _ring:
        _ring.append(_Ring())
    return _ring[0]


def word_of(name: str) -> str:
    """Return a channel's name as it stands in `POS_SECRET_<CHANNEL>_<FIELD>`: letters of any script stay."""
    return re.sub(r"\W", "_", name.upper())


def mark(secrets: Iterable[str]) -> str:
    """Return what tells secrets from others, and says nothing else of them."""
    return hashlib.sha256("\0".join(secrets).encode()).hexdigest()


def _newer_ones(said: str) -> dict[str, _Newer]:
    """Return what `keep_channel` wrote; what somebody else wrote there is none of it."""
    try:
        rows = json.loads(said).items()
        return {f: _Newer(str(value), str(mark), (one, *more)) for f, (value, mark, one, *more) in rows}
    except (ValueError, TypeError, AttributeError):
        return {}
