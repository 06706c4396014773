"""Ordering supplies for the shop itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pos.cli.shell import of
from pos.cli.table import pairs

if TYPE_CHECKING:
    from pos.cli.shell import Shell
    from pos.domain.order import Order

app = typer.Typer()


@app.command()
def supplies(
    context: typer.Context,
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="where it is ordered")],
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="JSON: a list of {id, name, count, kind: item or kit}; - is standard input"
        ),
    ],
    note: Annotated[str, typer.Option(help="words for those who pack it")] = "",
) -> None:
    """Order supplies for the shop itself; `pos execute` says that they are here, `pos settle` closes them."""
    from pos.actions.supplies import order_supplies
    from pos.cli import drafts

    shell = of(context)
    wanted = drafts.read(drafts.Supplies, file, shell.words)
    _show(shell, shell.do(order_supplies, channel, wanted.lines(), note).order)


def _show(shell: Shell, order: Order) -> None:
    from pos.cli import shapes
    from pos.store import backlog
    from pos.store.cards import knows

    letters = shell.ask(backlog.order_letters, order.id)
    known = knows(
        order.channel, [(each.verb, each.state) for each in letters if each.channel == order.channel]
    )
    shell.show(
        shapes.order(order, shell.store.shop, known),
        lambda: pairs([(order.number, shell.words.say(f"status.{order.status.value}"))]),
    )
