"""Working the channels."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated

import typer

from pos.cli import outbox
from pos.cli.shell import Keep, Once, Shell, Status, of
from pos.cli.table import plain, table
from pos.cli.watching import watch

if TYPE_CHECKING:
    from sync.engine import ChannelReport

app = typer.Typer()
app.add_typer(outbox.app, name="outbox", invoke_without_command=True)


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
