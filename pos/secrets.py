"""Secrets: from the environment, the system's keyring, or one file that only its owner can read."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_SERVICE = "pos"


class SecretsTrouble(Exception):
    """A secret that must be known cannot be. `code` keys the words for people; `facts` fill them."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(f"{code} {facts}")
        self.code = code
        self.facts = facts


class Secrets:
    """Where each secret comes from. None is ever in the store, the configuration, a log or a backup.

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
        """Return where a secret comes from, for people: environment, keyring, file, or nowhere."""
        for name, look in self._places():
            if look(owner, field):
                return name
        return ""

    def journal_key(self) -> bytes:
        """Return the key of the journal's chain, made at first use and kept for good.

        Raises SecretsTrouble where the keyring is locked or broken, or the file cannot be read: a second key
        would make the whole journal look forged.
        """
        known = self._known("shop", "JOURNAL")
        if known is None:
            if self._folder is None:
                _keyring().refuse_locked(_SERVICE, "shop/JOURNAL")
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
        return next((value for _, look in self._places() if (value := look(owner, field))), None)

    def _from_environment(self, owner: str, field: str) -> str | None:
        return self._environment.get(f"POS_SECRET_{_word(owner)}_{field}")

    def _from_keyring(self, owner: str, field: str) -> str | None:
        ring = _keyring()
        return ring.get_password(_SERVICE, f"{owner}/{field}") if ring else None

    def _from_file(self, owner: str, field: str) -> str | None:
        return self._read().get(f"{owner}/{field}")

    def _keep(self, owner: str, field: str, value: str) -> None:
        if self._folder is None and (ring := _keyring()):
            ring.set_password(_SERVICE, f"{owner}/{field}", value)
            return
        self._write({**self._read(), f"{owner}/{field}": value})

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
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_name(f"{self.file.name}.{os.getpid()}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            json.dump(values, out)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(self.file)


class _Ring:
    """The system's keyring, where one can be used."""

    def __init__(self) -> None:
        import keyring
        from keyring.backends.fail import Keyring as Nothing
        from keyring.errors import KeyringError

        self._errors = KeyringError
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

    @contextmanager
    def _asked(self) -> Iterator[None]:
        try:
            yield
        except self._errors as error:
            raise SecretsTrouble("keyring", detail=str(error) or type(error).__name__) from None


_ring: list[_Ring] = []


def _keyring() -> _Ring:
    if not _ring:
        _ring.append(_Ring())
    return _ring[0]


def _word(name: str) -> str:
    """Return a name as it stands in an environment variable."""
    return re.sub(r"[^A-Z0-9]", "_", name.upper())
