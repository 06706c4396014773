"""Theirs and ours side by side, in a shell."""

from __future__ import annotations

import asyncio
import math
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pos.cli.channels import Name
from pos.cli.shell import Shell, Status, of
from pos.cli.table import table

if TYPE_CHECKING:
    from pos.config_tables import ChannelPart
    from pos.reconciled import Reconciliation


app = typer.Typer()


@app.command()
def reconcile(
    context: typer.Context,
    name: Name,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="the business day (default: today's)")
    ] = None,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="write all orders there, as CSV")] = None,
) -> None:
    """Compare a business day's orders with what the service has; exits with 1 where they differ."""
    from pos import reconciled
    from pos.cli import shapes
    from sync.errors import ChannelError

    shell = of(context)
    part = _part(shell, name)
    try:
        found = _reconciled(shell, part, day)
    except ChannelError as error:
        shell.complain(f"{name}: {shell.words.fault(str(error))}")
        shell.leave(Status.AWAY)
    if csv is not None:
        csv.write_text(reconciled.as_csv(shell.words, found), encoding="utf-8-sig", newline="")
        shell.complain(shell.words.say("reconcile.written", file=csv))
    shell.show(shapes.reconciliation(found), lambda: _sheet(shell, found))
    if any(row.differs for row in found.rows):
        shell.leave(Status.REFUSED)


def _part(shell: Shell, name: str) -> ChannelPart:
    from pos.domain.refusals import Refused

    parts = {part.name: part for part in shell.config.channel}
    if name not in parts:
        raise Refused("no_channel", channel=name, channels=", ".join(parts) or "-")
    return parts[name]


def _reconciled(shell: Shell, part: ChannelPart, day: datetime | None) -> Reconciliation:
    from pos.adapters.reconciling import reconcile_beside
    from pos.store.database import utcnow

    def waits(until: datetime) -> None:
        seconds = math.ceil((until - utcnow()).total_seconds())
        shell.complain(shell.words.say("reconcile.waits", channel=part.name, n=max(seconds, 0)))

    wanted = day.date() if day else shell.store.shop.business_day(utcnow())
    return asyncio.run(reconcile_beside(part, shell.store, shell.secrets, wanted, waits))


def _sheet(shell: Shell, found: Reconciliation) -> str:
    from pos import reconciled

    words = shell.words
    lines = [reconciled.cells(words, row) for row in found.rows if row.pair.differences]
    shown = table(reconciled.heads(words), lines, right=(6, 7, 8)) if lines else ""
    totals = [reconciled.total(words, each) for each in found.sums]
    said = [reconciled.summary(words, found), *totals]
    if found.theirs.unreadable:
        said.insert(0, words.say("reconcile.unread", n=len(found.theirs.unreadable)))
    return shown + "".join(f"{line}\n" for line in said)
