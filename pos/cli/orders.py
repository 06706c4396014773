"""Looking at orders, making them at the counter, and amending them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from pos.cli.moves import Result, answer
from pos.cli.shell import Shell, of
from pos.cli.table import pairs, table
from pos.domain.order import Line, Order
from pos.domain.order import Status as OrderStatus
from pos.store.cards import known_elsewhere, knows
from pos.store.rows import LetterRow
from pos.words import Words

app = typer.Typer()

Name = Annotated[
    str, typer.Argument(metavar="ORDER", help="short number, id, channel:remote-id or sequence number")
]
File = Annotated[
    str, typer.Argument(metavar="FILE", help="JSON as `pos orders --json` writes it; - is standard input")
]


@app.command()
def orders(
    context: typer.Context,
    status: Annotated[
        list[OrderStatus] | None, typer.Option(help="only orders in this state; may be repeated")
    ] = None,
    channel: Annotated[
        list[str] | None, typer.Option(help="only orders of this channel; may be repeated")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="only the newest so many")] = None,
) -> None:
    """List orders, newest last."""
    from pos.cli import shapes

    shell = of(context)
    found = shell.ask(_with_knowledge, [one.value for one in status or ()], channel or (), limit)
    if not found:
        _refuse_unknown(shell, channel or ())
    shop = shell.store.shop
    shell.show(
        [shapes.order(order, shop, known) for order, known in found],
        lambda: _listing(shell, found),
    )


def _refuse_unknown(shell: Shell, channels: Sequence[str]) -> None:
    """Refuse a channel that there is not, and of which there is no order of former days either."""
    from pos.domain.refusals import Refused
    from pos.domain.shop import COUNTER
    from pos.store import queries

    known = (COUNTER, *shell.store.shop.channels)
    for name in set(channels).difference(known):
        if not shell.ask(queries.orders, channels=[name], limit=1):
            raise Refused("no_channel", channel=name, channels=", ".join(known))


def _with_knowledge(
    read: Any, statuses: Sequence[str], channels: Sequence[str], limit: int | None
) -> list[tuple[Order, str | None]]:
    from pos.store import queries

    orders = queries.orders(read, statuses, channels, limit)
    letters = queries.letter_states(read, {order.id: order.channel for order in orders})
    return [(order, knows(order.channel, letters.get(order.id, ()))) for order in orders]


def _listing(shell: Shell, found: Sequence[tuple[Order, str | None]]) -> str:
    words = shell.words
    if not found:
        return words.say("shell.no_orders") + "\n"
    heads = [words.say(f"column.{name}") for name in _COLUMNS]
    return table(heads, [_row(shell, order, known) for order, known in found], right=(7,))


_COLUMNS = ("number", "placed", "channel", "type", "status", "table", "dishes", "total", "payment", "knows")


def _counted(lines: Sequence[Line]) -> str:
    return ", ".join(f"{line.name}×{line.quantity}" for line in lines)


def _going_back(words: Words, order: Order) -> str:
    back = _counted(order.going_back)
    return words.say("board.going_back", lines=back) if back else ""


def _row(shell: Shell, order: Order, known: str | None) -> tuple[str, ...]:
    words = shell.words
    dishes = ", ".join(filter(None, (_counted(order.wanted), _going_back(words, order))))
    return (
        order.number,
        words.moment(order.placed_at),
        words.say("shell.counter") if order.own else order.channel,
        words.say(f"type.{order.type.value}"),
        words.say(f"status.{order.status.value}"),
        order.table,
        dishes if len(dishes) <= 40 else f"{dishes[:39]}…",
        words.money(order.total, order.currency),
        words.say(f"payment.{order.payment.status.value}"),
        words.say(f"knows.{known}") if known else "",
    )


@app.command()
def show(context: typer.Context, order: Name) -> None:
    """Show one order with items, memo, journal, tickets, and what its channel knows."""

    shell = of(context)
    found = shell.find(order)
    facts = shell.ask(_everything, found.id)
    known = _known(found, facts["letters"])
    shell.show(_shown(shell, found, known, facts), lambda: _sheet(shell, found, known, facts))


def _known(order: Order, letters: Sequence[LetterRow]) -> str | None:
    ours = [letter for letter in letters if letter.channel == order.channel]
    return knows(order.channel, [(letter.verb, letter.state) for letter in ours])


def _everything(read: Any, order_id: Any) -> dict[str, Any]:
    from pos.store import backlog, queries

    deal_id = queries.order(read, order_id).deal_id
    return {
        "deal": queries.deal(read, deal_id) if deal_id else None,
        "journal": queries.timeline(read, order_id),
        "tickets": backlog.order_tickets(read, order_id),
        "letters": backlog.order_letters(read, order_id),
        "attention": backlog.attention(read, [order_id]),
        "raw": queries.raw(read, order_id),
    }


def _shown(shell: Shell, order: Order, known: str | None, facts: dict[str, Any]) -> dict[str, Any]:
    from pos.cli import shapes

    return {
        **shapes.order(order, shell.store.shop, known),
        "deal": shapes.deal(facts["deal"]),
        "journal": [shapes.happening(row) for row in facts["journal"]],
        "tickets": [shapes.ticket(row) for row in facts["tickets"]],
        "letters": [shapes.letter(row) for row in facts["letters"]],
        "attention": [shapes.notice(row, shell.words) for row in facts["attention"]],
        "others_know": known_elsewhere(order.channel, facts["letters"]),
        "raw": facts["raw"],
    }


def _sheet(shell: Shell, order: Order, known: str | None, facts: dict[str, Any]) -> str:
    from pos.cli import sheets

    return "\n".join(part for part in sheets.order(shell.words, order, known, facts) if part)


@app.command()
def new(context: typer.Context, file: File) -> None:
    """Make an order at the counter; it is registered with its channel where it has one."""
    from pos.actions import new as making
    from pos.cli import drafts, shapes
    from pos.store import backlog

    shell = of(context)
    draft = drafts.read(drafts.NewOrder, file, shell.words).draft()
    order = shell.do(making.place, draft)
    letters = shell.ask(backlog.order_letters, order.id)
    known = _known(order, letters)
    shell.show(
        shapes.order(order, shell.store.shop, known),
        lambda: pairs([(order.number, shell.words.say(f"status.{order.status.value}"))]),
    )


@app.command()
def amend(context: typer.Context, order: Name, file: File) -> None:
    """Change an order's items, or add to its memo; kitchen and channel learn the difference."""
    from pos.actions import orders as moves
    from pos.cli import drafts

    shell = of(context)
    given = drafts.read(drafts.Amendment, file, shell.words)
    found = shell.find(order)

    def change() -> Result:
        made = shell.do(moves.amend, found.id, given.lines(found), given.words(found))
        return Result.of(shell, order, made.order, changed=made.changed)

    answer(shell, [Result.tried(shell, order, change)])
