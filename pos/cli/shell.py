"""What every command stands on: the shop's settings, its store and words, and the two ways to answer."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, NoReturn, ParamSpec, TypeVar

import typer

from printing.cleaning import clean

if TYPE_CHECKING:
    from pos.config import Config
    from pos.domain.order import Order
    from pos.secrets import Secrets
    from pos.store.store import Store
    from pos.store.tx import Tx, Who
    from pos.words import Words

P = ParamSpec("P")
T = TypeVar("T")

#: Opens the counter for a configuration file; returns the exit status.
OpenCounter = Callable[[Path], int]

#: Options that several commands have.
Reason = Annotated[str, typer.Option("--reason", help="why, in words")]
Once = Annotated[bool, typer.Option("--once", help="one round (as without --watch)")]
Keep = Annotated[bool, typer.Option("--watch", help="work until stopped")]


class Status(IntEnum):
    """What a command's exit status says."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    CONFIGURATION = 3
    AWAY = 4


class Shell:
    """One run of a command. Settings and store are opened by the commands that need them."""

    def __init__(self, named: Path | None = None, *, as_json: bool = False, actor: str = "cli") -> None:
        self.named = named
        self.as_json = as_json
        self.actor = actor

    @cached_property
    def file(self) -> Path:
        """The configuration file: the one that was named, else the user's."""
        from pos.places import configuration

        return self.named or configuration()

    @cached_property
    def config(self) -> Config:
        """The shop's configuration; raises ConfigTrouble."""
        from pos.config import load

        return load(self.file)

    @cached_property
    def secrets(self) -> Secrets:
        """The shop's secrets; a file of them beside the configuration goes before the user's own."""
        from pos.secrets import Secrets

        beside = self.file.absolute().parent
        return Secrets(beside if (beside / "secrets.json").exists() else None)

    @cached_property
    def store(self) -> Store:
        """The shop's store, open; raises StoreTrouble."""
        from pos import log
        from pos.store.store import Store

        log.set_up()
        return Store.open(self.config.store_url, self.config.facts, self.secrets.journal_key())

    @property
    def words(self) -> Words:
        """The shop's words on the shop's clock; those of the user's language where there is no shop."""
        from pos.config import ConfigTrouble
        from pos.words import Words

        try:
            return Words(self.config.shop.language, self.config.shop.timezone)
        except ConfigTrouble:
            return Words(users_language())

    @cached_property
    def who(self) -> Who:
        """Who the journal says did it."""
        from pos.store.tx import Who

        return Who(self.actor, "shell")

    @property
    def tickets_folder(self) -> Path:
        """Where virtual printers keep their tickets: beside the configuration."""
        return self.file.absolute().parent / "tickets"

    def do(self, action: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an action in one transaction; raises Refused, StoreTrouble."""
        return self.store.do(action, self.who, *args, **kwargs).result()

    def ask(self, query: Callable[Concatenate[Any, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a query finds."""
        return self.store.ask(query, *args, **kwargs)

    def find(self, name: str) -> Order:
        """Return the one order that `name` means; raises Refused for none, and for several, naming them."""
        from pos.domain.refusals import Refused
        from pos.store import queries
        from pos.store.database import utcnow

        found = self.ask(queries.find_orders, name, self.store.shop.business_day(utcnow()))
        if not found:
            raise Refused("no_order", order=name)
        if len(found) > 1:
            raise Refused("several_orders", order=name, candidates=candidates(found))
        return found[0]

    def show(self, data: Any, text: Callable[[], str]) -> None:
        """Answer on standard output: `data` as JSON where that was asked for, else `text` for people."""
        self.out(json.dumps(data, ensure_ascii=False) + "\n" if self.as_json else text())

    def show_all(
        self,
        rows: Sequence[T],
        shape: Callable[[T], Any],
        sheet: Callable[[Words, Sequence[T]], str],
        nothing: str,
    ) -> None:
        """Answer with a list: each row's `shape` as JSON, or a `sheet` of all; `nothing` is said of none."""
        self.show(
            [shape(row) for row in rows],
            lambda: sheet(self.words, rows) if rows else f"{self.words.say(nothing)}\n",
        )

    def show_done(self, changed: bool) -> None:
        """Answer that it is done, or that there was nothing to do."""
        said = self.words.say("shell.done" if changed else "shell.nothing_to_do")
        self.show({"ok": True, "changed": changed}, lambda: f"{said}\n")

    def show_retried(self, count: int) -> None:
        """Answer how many go again."""
        self.show({"retried": count}, lambda: self.words.say("shell.retried", count=count) + "\n")

    def show_given_up(self, count: int) -> None:
        """Answer how many are given up."""
        self.show({"given_up": count}, lambda: self.words.say("shell.given_up", count=count) + "\n")

    def out(self, text: str) -> None:
        """Write to standard output at once."""
        sys.stdout.write(text)
        sys.stdout.flush()

    def say(self, text: str) -> None:
        """Tell a person something: on standard output, or beside it where that belongs to JSON."""
        stream = sys.stderr if self.as_json else sys.stdout
        stream.write(f"{clean(text)}\n")
        stream.flush()

    def complain(self, text: str) -> None:
        """Write to standard error; a guest's words in it act on no terminal."""
        sys.stderr.write(f"{clean(text)}\n")

    def leave(self, status: Status) -> NoReturn:
        """End the command with a status."""
        raise typer.Exit(status)

    def close(self) -> None:
        """Close what was opened."""
        if "store" in self.__dict__:
            self.store.close()


def of(context: typer.Context) -> Shell:
    """Return the shell in which a command runs."""
    shell: Shell = context.find_root().obj
    return shell


def candidates(orders: Sequence[Order]) -> str:
    """Return orders as a person, or a script, can name each of them and no other."""
    return "; ".join(
        f"{order.number} ({order.day}, {order.channel}:{order.remote_id or order.id}, {order.status.value})"
        for order in orders
    )


def users_language() -> str:
    """Return the language of the user's environment among ours; English where it is none of them."""
    named = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return {"zh": "zh_CN", "ko": "ko_KR"}.get(named[:2], "en_US")
