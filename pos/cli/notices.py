"""What a person is asked to look at of an order, in a shell."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import typer

from pos.cli.moves import Names, Result, answer
from pos.cli.shell import Shell, of

if TYPE_CHECKING:
    from pos.domain.order import Order

app = typer.Typer()


@app.command()
def seen(context: typer.Context, order: Names) -> None:
    """Say that somebody has looked at what is asked about orders (`pos show` says what that is)."""
    shell = of(context)
    answer(shell, [Result.tried(shell, name, partial(_seen, shell, name)) for name in order])


def _seen(shell: Shell, name: str) -> Result:
    from pos.actions import attention
    from pos.store import backlog

    found: Order = shell.find(name)
    rows = shell.ask(backlog.attention, [found.id])
    done = [
        shell.do(attention.answer, row.id, "seen") for row in rows if "seen" in attention.answers(row.kind)
    ]
    return Result.of(shell, name, found, changed=any(done))
