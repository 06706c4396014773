"""Working the channels, and what they have still to be told."""

from __future__ import annotations

import asyncio
import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from pos.cli.shell import Shell, Status, of
from pos.cli.table import plain, table
from pos.cli.watching import watch

if TYPE_CHECKING:
    from uuid import UUID

    from sync.engine import ChannelReport

app = typer.Typer()
outbox = typer.Typer(help="What the channels have still to be told.", rich_markup_mode=None)
app.add_typer(outbox, name="outbox", invoke_without_command=True)


class LetterState(StrEnum):
    """What can have become of a letter."""

    WAITING = "waiting"
    SENDING = "sending"
    TOLD = "told"
    FAILED = "failed"
    DROPPED = "dropped"


LetterName = Annotated[str, typer.Argument(metavar="ID", help="a letter's id, or how it begins")]


@app.command()
def sync(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="one round (as without --watch)")] = False,
    keep: Annotated[bool, typer.Option("--watch", help="work until stopped")] = False,
    channel: Annotated[str | None, typer.Option(help="only this channel")] = None,
) -> None:
    """Work the channels: tell what waits, then fetch what is new."""
    if once and keep:
        raise typer.BadParameter("--once and --watch exclude each other")
    shell = of(context)
    _refuse_unknown(shell, channel)
    if keep:
        _watch(shell, channel)
        return
    from pos.adapters import sync_once
    from pos.cli import shapes

    reports = asyncio.run(sync_once(shell.store, shell.config, shell.secrets, channel))
    shell.show({"channels": [shapes.channel(report) for report in reports]}, lambda: _reports(shell, reports))
    for report in reports:
        if report.held_by:
            shell.complain(shell.words.say("shell.held_by", name=report.name, holder=report.held_by))
        if report.error:
            shell.complain(f"{report.name}: {plain(shell.words.fault(report.error))}")
    if not all(report.ok for report in reports):
        shell.leave(Status.AWAY)


def _refuse_unknown(shell: Shell, channel: str | None) -> None:
    from pos.domain.refusals import Refused

    names = [part.name for part in shell.config.channel]
    if channel is not None and channel not in names:
        raise Refused("no_channel", channel=channel, channels=", ".join(names) or "-")


def _watch(shell: Shell, channel: str | None) -> None:
    from pos.adapters import Net

    parts = tuple(part for part in shell.config.channel if channel in (None, part.name))
    config = shell.config.model_copy(update={"channel": parts})
    watch(shell, Net(shell.store, config, shell.secrets, printing=False), "channels")


def _reports(shell: Shell, reports: list[ChannelReport]) -> str:
    say = shell.words.say
    if not reports:
        return say("shell.no_channels") + "\n"
    names = ("channel", "fetched", "new", "changed", "told", "waiting", "failed", "state")
    rows = [
        (one.name, one.fetched, one.new, one.changed, one.told, one.waiting, one.failed, _state(shell, one))
        for one in reports
    ]
    return table([say(f"column.{name}") for name in names], rows, right=(1, 2, 3, 4, 5, 6))


def _state(shell: Shell, report: ChannelReport) -> str:
    key = "held" if report.held_by else "well" if report.ok else "not_well"
    return shell.words.say(f"shell.{key}")


@outbox.callback()
def listing(
    context: typer.Context,
    state: Annotated[
        list[LetterState] | None, typer.Option(help="only letters in this state; may be repeated")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="only the newest so many")] = None,
) -> None:
    """What the channels have still to be told; without a command: list all letters, newest last."""
    if context.invoked_subcommand:
        return
    from pos.cli import shapes, sheets
    from pos.store import backlog

    shell = of(context)
    rows = shell.ask(backlog.letters, [one.value for one in state or ()], limit)
    nothing = shell.words.say("shell.no_letters") + "\n"
    shell.show(
        [shapes.letter(row) for row in rows],
        lambda: sheets.letters(shell.words, rows) if rows else nothing,
    )


@outbox.command()
def retry(context: typer.Context, letter: LetterName) -> None:
    """Let a letter, or `all` of them, go at the next round."""
    from pos.actions import outbox

    shell = of(context)
    if letter == "all":
        count = shell.do(outbox.retry_all)
        shell.show({"retried": count}, lambda: shell.words.say("shell.retried", count=count) + "\n")
        return
    _done(shell, shell.do(outbox.retry, _find(shell, letter)))


@outbox.command()
def drop(
    context: typer.Context,
    letter: LetterName,
    reason: Annotated[str, typer.Option("--reason", help="why, in words")],
) -> None:
    """Give a letter up: its channel will not know."""
    from pos.actions import outbox

    shell = of(context)
    _done(shell, shell.do(outbox.drop, _find(shell, letter), reason))


def _done(shell: Shell, changed: bool) -> None:
    said = shell.words.say("shell.done" if changed else "shell.nothing_to_do")
    shell.show({"ok": True, "changed": changed}, lambda: said + "\n")


def _find(shell: Shell, name: str) -> UUID:
    """Return the id of the one letter that `name` is, or begins; raises Refused."""
    from uuid import UUID

    from pos.domain.refusals import Refused
    from pos.store import backlog

    try:
        return UUID(name)
    except ValueError:
        undone = shell.ask(backlog.letters, ("waiting", "sending", "failed"), None)
    found = [row.id for row in undone if len(name) >= 4 and str(row.id).startswith(name.lower())]
    if len(found) != 1:
        raise Refused("no_letter", letter=name)
    return found[0]


@app.command()
def sandbox(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="the first service's port; 0: any")] = 0,
) -> None:
    """Play the remote services on loopback until stopped; prints their addresses as one JSON line."""
    from pos.cli.watching import until_stopped
    from sync.sandbox.server import Sandbox

    shell = of(context)
    try:
        served = Sandbox(port)
    except OSError as error:
        shell.complain(shell.words.say("shell.port_taken", port=port, problem=error.strerror or ""))
        shell.leave(Status.REFUSED)
    with served:
        shell.out(json.dumps(served.urls) + "\n")
        until_stopped()
