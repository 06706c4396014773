"""Working the channels."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from pos.cli import outbox
from pos.cli.shell import Keep, Once, Shell, Status, of
from pos.cli.table import plain, table
from pos.cli.watching import watch

if TYPE_CHECKING:
    from datetime import datetime

    from pos.store.rows import ChannelRow
    from pos.words import Words
    from sync.reports import ChannelReport

app = typer.Typer()
app.add_typer(outbox.app, name="outbox", invoke_without_command=True)
connected = typer.Typer(help="The connected services, and how each is.", rich_markup_mode=None)
app.add_typer(connected, name="channels", invoke_without_command=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="the channel's name")]


@connected.callback()
def listing(context: typer.Context) -> None:
    """The connected services, and how each is."""
    if context.invoked_subcommand:
        return
    from pos.cli import shapes
    from pos.store import backlog

    shell = of(context)
    shop = shell.store.shop
    rows = [*shell.ask(backlog.channels, shop), *shell.ask(backlog.gone, shop)]
    shell.show_all(rows, shapes.connected, _standing, "shell.no_channels")


@connected.command()
def pause(
    context: typer.Context,
    name: Name,
    minutes: Annotated[int | None, typer.Option(min=1, max=60 * 24 * 366, help="for so many minutes")] = None,
    until: Annotated[str | None, typer.Option(metavar="HH:MM", help="until it is this time")] = None,
) -> None:
    """Leave a channel alone, until it is resumed or for a time: nothing is told or fetched, all waits."""
    if minutes is not None and until is not None:
        raise typer.BadParameter("--minutes and --until exclude each other")
    from pos.actions import channels

    shell = of(context)
    shell.show_done(shell.do(channels.pause, name, _end(shell, minutes, until)))


@connected.command()
def resume(context: typer.Context, name: Name) -> None:
    """Work a channel again at once that is paused or not well, at whichever counter works it."""
    from pos.actions import channels

    shell = of(context)
    shell.show_done(shell.do(channels.go_on, name))


def _end(shell: Shell, minutes: int | None, until: str | None) -> datetime:
    """Return when (UTC) a pause ends that was given in minutes, by the shop's clock, or not at all."""
    from datetime import time, timedelta

    from pos.actions.channels import FOREVER, next_time
    from pos.store.database import utcnow

    if minutes is not None:
        return utcnow() + timedelta(minutes=minutes)
    if until is None:
        return FOREVER
    try:
        clock = time.fromisoformat(until)
    except ValueError:
        raise typer.BadParameter("is no time of day, for example 18:30", param_hint="--until") from None
    return next_time(shell.store.shop, utcnow(), clock)


def _standing(words: Words, rows: Sequence[ChannelRow]) -> str:
    names = ("channel", "kind", "state", "heard", "waiting", "failed")
    columns = [words.say(f"column.{name}") for name in names]
    lines = [
        (
            row.name,
            row.kind,
            how(words, row),
            words.moment(row.heard_at) if row.heard_at else "",
            row.waiting,
            row.failed,
        )
        for row in rows
    ]
    return table(columns, lines, right=(4, 5))


def how(words: Words, row: ChannelRow) -> str:
    """Return how a channel is, for a person: paused and until when, or its state and what hinders it.

    One that works needs a person all the same where it refused something, or where somebody is asked.
    """
    if row.paused_until is not None:
        state = _paused(words, row.paused_until)
    else:
        state = words.say("shell.needs_you" if row.needs_you else f"shell.{row.state}")
    hinders = (
        plain(words.fault(row.error)) if row.error and row.paused_until is None else "",
        words.say("mapping.untold") if row.unmapped else "",
        words.say("sync.failed", n=row.failed) if row.failed else "",
        words.say("shell.asks", n=row.attention) if row.attention else "",
        "" if row.heard_at or row.error or row.state == "gone" else words.say("sync.never"),
    )
    return ": ".join((state, "; ".join(filter(None, hinders)))).removesuffix(": ")


def _paused(words: Words, until: datetime) -> str:
    from pos.actions.channels import FOREVER

    return words.say("shell.paused" if until == FOREVER else "shell.paused_until", time=words.moment(until))


@app.command()
def sync(
    context: typer.Context,
    once: Once = False,
    keep: Keep = False,
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
    watch(shell, Net(shell.store, config, shell.secrets, printing=False), "channels", how)


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
    if report.paused_until is not None:
        return _paused(shell.words, report.paused_until)
    key = "held" if report.held_by else "well" if report.ok else "not_well"
    return shell.words.say(f"shell.{key}")


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
        shell.complain("\n  ".join([shell.words.say("shell.sandbox_pages"), *served.pages.values()]))
        shell.out(json.dumps(served.urls) + "\n")
        until_stopped()
