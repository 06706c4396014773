"""What channels were told of sales, from a shell: have it deleted there."""

from __future__ import annotations

from typing import Annotated

import typer

from pos.cli.moves import Name
from pos.cli.shell import of

app = typer.Typer()


@app.command()
def forget(
    context: typer.Context,
    order: Name,
    channel: Annotated[str, typer.Option(metavar="NAME", help="the channel that was told of the order")],
    line: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="only this line; may be repeated")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="it cannot be undone, and is to be done")] = False,
) -> None:
    """Have what a channel was told of an order deleted there, with its reviews, for good."""
    from pos.actions import sales
    from pos.domain.refusals import Refused

    shell = of(context)
    found = shell.find(order)
    if not yes:
        raise Refused("forget_for_good", channel=channel)
    shell.show_done(shell.do(sales.forget, found.id, channel, line or ()))
