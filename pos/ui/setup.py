"""What pages do with the configuration, printers and services; it waits, so not on the Qt thread."""

from __future__ import annotations

import asyncio
import webbrowser
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pos import config_edit, connecting, trial
from pos.actions import channels, tickets
from pos.config import Config
from pos.config_edit import Draft, EditTrouble
from pos.config_tables import PrinterPart
from pos.connecting import Browser, Errands, Tried
from pos.renewing import ELSEWHERE, renewal, renewed_elsewhere
from pos.secrets import Secrets, SecretsTrouble, word_of
from pos.store import backlog, queries
from pos.store.store import Store
from pos.store.trouble import StoreTrouble
from pos.store.tx import Who
from pos.twins import connected, twins
from pos.ui.parts.outcomes import Unforeseen
from pos.ui.states import States
from pos.words import Words
from printing.errors import PrintingError
from printing.finding import Found, Missed, find
from printing.ports import Evidence
from sync.channels import KINDS
from sync.ports import Keep

#: What a printer says whose line another holds.
HELD = frozenset(("busy", "silent", "refused", "unreachable"))

#: Makes a search for printers, also at hosts that a person named.
Find = Callable[[Sequence[str]], AsyncGenerator[Found | Missed, None]]

#: Lets all that runs go by a changed configuration; done when it does.
Apply = Callable[[Config], Future[None]]

#: What a printer is where its table says nothing.
USUAL: Mapping[str, Any] = {
    name: field.default for name, field in PrinterPart.model_fields.items() if not field.is_required()
}


@dataclass(frozen=True, slots=True)
class Setup:
    """The configuration's file, and how a change of it comes to life; `folder` is for virtual printers.

    Every method waits: hand it to `Desk.run`. `break_off` does not, and ends all that services are asked.
    """

    store: Store
    who: Who
    file: Path
    apply: Apply
    folder: Path | None = None
    look: Find = find
    secrets: Secrets = field(default_factory=Secrets)
    errands: Errands = field(default_factory=Errands)

    def draft(self) -> Draft:
        """Return the configuration as it is on the disk now; raises EditTrouble."""
        return config_edit.read(self.file)

    def save(self, draft: Draft) -> Config:
        """Write a draft, and let the counter go by it; raises EditTrouble, StoreTrouble."""
        config = config_edit.save(draft)
        self._go_by(config)
        return config

    def put(self, draft: Draft, values: Mapping[str, Any], was: str = "") -> Config:
        """Add a printer, or change the one called `was`; what is usual and was not written is left out."""
        known = next((table for table in draft.printers if table.get("name") == was), {})
        meant = {key: value for key, value in values.items() if key in known or value != USUAL.get(key, "")}
        return self._change(draft.with_printer(meant, was), was, str(values["name"]))

    def remove(self, draft: Draft, name: str) -> Config:
        """Take a printer out; what waits for it goes to others that print it, as far as there are any."""
        return self._change(draft.without_printer(name), name, "")

    def _change(self, draft: Draft, was: str, to: str) -> Config:
        """Save a draft in which the printer `was` is called `to`, empty: is gone; its tickets go along."""
        config = config_edit.save(draft)
        if was and to != was:
            self.store.do(tickets.hand_over, self.who, was, to).result()
        self._go_by(config)
        if to and was and to != was:  # what came between is known by its old name, and failed
            self.store.do(tickets.hand_over, self.who, was, to).result()
        return config

    def test(self, words: Words, values: Mapping[str, Any], was: str = "") -> Evidence:
        """Print a test page on a printer with these settings, which may not be saved yet.

        `was` is what it is called in the configuration. Raises PrintingError (`trial.Waits`), EditTrouble.
        """
        part, saved = self.part(values), self._saved()
        if saved.get(was) == part:
            return trial.try_out(self.store, self.who, words, part, self.folder)
        # Its worker prints by what is saved, and holds the only line for some seconds after each ticket.
        rival = next((name for name, each in saved.items() if each.device == part.device), "")
        if self.store.ask(partial(_is_printing, printer=rival)):
            raise EditTrouble("test_held", name=rival)
        try:
            return trial.send(words, part, self.folder)
        except PrintingError as error:
            if rival and str(error).partition(":")[0] in HELD:
                raise EditTrouble("test_held", name=rival) from error
            raise

    def sources(self, kind: str, name: str) -> dict[str, str]:
        """Return where each secret of a channel comes from (words: `source.…`), empty where it is not set."""
        with _kept():
            return {each: self.secrets.source(name, each) for each in KINDS[kind].secret_fields()}

    @property
    def turn(self) -> int:
        """What is handed in with this is not asked any more once all was broken off."""
        return self.errands.turn

    def try_channel(
        self, kind: str, settings: Mapping[str, Any], secrets: Mapping[str, str], was: str = "",
        turn: int | None = None,
    ) -> Tried:  # fmt: skip
        """Ask a service one harmless thing with these settings and secrets, which may not be saved yet.

        `settings` are the keys of its kind. Secrets that are left out are those kept of the channel `was`.
        `Tried.secrets` may hold newer ones: go on with these. Raises EditTrouble for settings that are wrong.
        """
        return self._asked(connecting.try_out, kind, settings, secrets, was, turn)

    def nodes(
        self, kind: str, settings: Mapping[str, Any], secrets: Mapping[str, str], was: str = "",
        turn: int | None = None,
    ) -> Tried:  # fmt: skip
        """List the states of a service's own workflow as `Tried.nodes`; all else as `try_channel`."""
        return self._asked(connecting.nodes, kind, settings, secrets, was, turn)

    def sign_in(
        self, kind: str, settings: Mapping[str, Any], secrets: Mapping[str, str], was: str = "",
        browser: Browser = webbrowser.open, turn: int | None = None,
    ) -> Tried:  # fmt: skip
        """Let a person sign in in the browser; what the service gives for it is in `Tried.secrets`.

        Nothing is kept before `save_channel`. It waits for five minutes, or until `break_off`.
        """
        known = {**self._known(kind, was), **secrets}
        return self._run(partial(connecting.sign_in, kind, settings, known, browser), turn)

    def break_off(self) -> None:
        """Give up what services are being asked, or were to be; may be called from any thread."""
        self.errands.break_off()

    def save_channel(
        self, draft: Draft, values: Mapping[str, Any], secrets: Mapping[str, str], was: str = "",
        sure: Collection[str] = (),
    ) -> Config:  # fmt: skip
        """Add a channel, or change the one called `was`, and let the counter work it so at once.

        Its secrets are kept first: a channel that has its settings and not its secrets could do nothing.
        `sure` are the codes of what was raised before and a person said yes to. Raises EditTrouble, and then
        nothing was saved but, at most, secrets; StoreTrouble.
        """
        name = str(values["name"])
        former = {str(table.get("name")): table for table in draft.channels}
        if was and (name, values["kind"]) != (was, former.get(was, {}).get("kind")):
            raise EditTrouble("name_stays")
        if not was and (other := _same_word(name, former)):
            raise EditTrouble("name_taken", name=other)
        kind = KINDS[str(values["kind"])]
        address = str(values.get("base_url", "")).rstrip("/")  # a change may leave it as it is
        if not was and self.store.ask(queries.is_another, name, str(values["kind"]), address):
            raise EditTrouble("name_was_another", name=name)
        moved = self._moved(name, str(values["kind"]), address, secrets)
        if moved and "another_account" not in sure:
            raise EditTrouble("another_account", name=name)
        made = draft.with_channel(values, was)
        before = twins(name, connected(draft.channels, self._known))
        again = twins(name, connected(made.channels, self._known, {name: secrets})) - before
        if again and "connected_already" not in sure:
            raise EditTrouble("connected_already", name=min(again))
        # Nothing is left to a new channel of what another of its name had before.
        fresh = secrets if was else {**dict.fromkeys(kind.secret_fields(), ""), **secrets}
        if fresh:
            with _kept():
                self.secrets.keep_channel(name, fresh, kind.renewed_fields())
        states = States(self.store, self.who, values, was)
        with states.saved():
            config = config_edit.save(made)
        if moved:
            self.store.do(channels.same_shop, self.who, name, *moved).result()
        self._go_by(config)
        states.go_on()
        if (secrets or sure) and made.channels == draft.channels:  # nothing in the configuration says so
            self._work_anew(name)
        return config

    def _moved(self, name: str, kind: str, address: str, secrets: Mapping[str, str]) -> tuple[str, ...]:
        """Return address and account where orders of others stand here under a name; empty without such."""
        account = connecting.account_of(name, kind, {**self._known(kind, name), **secrets})
        return (address, account) if self.store.ask(queries.has_moved, name, kind, address, account) else ()

    def remove_channel(self, draft: Draft, name: str) -> Config:
        """Take a channel out, with its secrets; its orders stay, and what it had still to be told has failed.

        Raises EditTrouble, StoreTrouble.
        """
        gone = next((table for table in draft.channels if table.get("name") == name), None)
        if gone is None:
            raise EditTrouble("no_such_channel", name=name)
        config = config_edit.save(draft.without_channel(name))
        self._go_by(config)
        kind, address = gone["kind"], gone["base_url"].rstrip("/")
        self.store.do(channels.forget, self.who, name, kind, address).result()
        with _kept():
            self.secrets.forget_channel(name, KINDS[kind].secret_fields())
        return config

    def _asked(
        self, ask: Callable[..., Awaitable[Tried]], kind: str, settings: Mapping[str, Any],
        secrets: Mapping[str, str], was: str, turn: int | None,
    ) -> Tried:  # fmt: skip
        known = self._known(kind, was)
        renewed = KINDS[kind].renewed_fields()
        ours = bool(was) and all(secrets.get(each, known.get(each)) == known.get(each) for each in renewed)
        keep = self._keeping(was, kind) if ours and renewed else None
        if keep and (where := renewed_elsewhere(self.store, self.secrets, was)):
            return Tried(False, f"{ELSEWHERE}: {where}")

        async def asked() -> Tried:
            tried = await ask(kind, settings, {**known, **secrets}, keep)
            if keep and tried.secrets:  # its worker still has those that are used up now
                await asyncio.to_thread(self._work_anew, was)
            return tried

        return self._run(asked, turn)

    def _go_by(self, config: Config) -> None:
        with _kept():
            self.apply(config).result()

    def _work_anew(self, name: str) -> None:
        """Let whoever works a channel go by its secrets as they are now: at this counter or another."""
        with _kept():
            self.store.do(channels.try_again, self.who, name).result()

    def _run(self, asked: Callable[[], Any], turn: int | None) -> Tried:
        try:
            return self.errands.run(asked, turn)
        except ValidationError as error:
            raise EditTrouble("refused", detail=_wrong(error)) from error

    def _known(self, kind: str, name: str) -> dict[str, str]:
        with _kept():
            return self.secrets.of_channel(name, KINDS[kind].secret_fields()) if name else {}

    def _keeping(self, name: str, kind: str) -> Keep:
        with _kept():
            keep = renewal(self.store, self.who, self.secrets, name, kind)

        async def kept(new: Mapping[str, str]) -> None:
            with suppress(SecretsTrouble):  # they are shown to the form all the same, which saves them
                keep(new)

        return kept

    def _saved(self) -> dict[str, PrinterPart]:
        return {table["name"]: self.part(table) for table in self.draft().printers}

    def part(self, values: Mapping[str, Any]) -> PrinterPart:
        """Return settings as the counter reads them; raises EditTrouble."""
        given = {key: value for key, value in values.items() if value is not None}
        if given.get("logo"):
            given["logo"] = self.file.parent / given["logo"]
        try:
            return PrinterPart.model_validate(given)
        except ValidationError as error:
            raise EditTrouble("refused", detail=_wrong(error)) from error


def _same_word(name: str, names: Collection[str]) -> str:
    """Return the one of some channels whose secrets one of this name would share; empty without."""
    return next((other for other in names if word_of(other) == word_of(name)), "")


def _wrong(error: ValidationError) -> str:
    return "; ".join(f"{part['loc'][0]}: {part['msg']}" for part in error.errors())


@contextmanager
def _kept() -> Iterator[None]:
    """Say of secrets that cannot be read or kept what a page can show."""
    try:
        yield
    except SecretsTrouble as trouble:
        why = ", ".join(trouble.facts.values()) or trouble.code
        raise EditTrouble("secrets_not_kept", detail=why) from trouble


def _is_printing(read: Any, printer: str) -> bool:
    return any((row.taken_by or row.printer) == printer for row in backlog.tickets(read, ("sending",)))


def trouble_words(words: Words, trouble: Exception) -> str:
    """Return what hindered a change or a printer, for a person."""
    if isinstance(trouble, Unforeseen):
        return words.say("board.bug")
    if isinstance(trouble, EditTrouble):
        return words.say(f"edit.{trouble.code}", **trouble.facts)
    if isinstance(trouble, StoreTrouble | SecretsTrouble):
        return words.say(f"trouble.{trouble.code}", **trouble.facts)
    if isinstance(trouble, trial.Waits):
        why = words.cause(str(trouble)) if str(trouble) else words.say("print.queued")
        return words.say("settings.test_waits", number=trouble.number, why=why)
    return words.cause(str(trouble))
