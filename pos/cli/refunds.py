"""Taking back a bill, whole or by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, NamedTuple
from uuid import uuid4

import typer

from pos.cli.moves import method_and_amount
from pos.cli.shell import Reason, Shell, of

if TYPE_CHECKING:
    from uuid import UUID

    from pos.actions.refunds import Refunded
    from pos.domain.order import Line, Order
    from pos.domain.payment import Amount
    from pos.domain.refund import Pieces, Standing
    from pos.store.rows import DealRow

app = typer.Typer()


@app.command()
def refund(
    context: typer.Context,
    deal: Annotated[
        str, typer.Argument(metavar="DEAL", help="bill number or id, or the name of an order on it")
    ],
    reason: Reason,
    line: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ITEM=N",
            help="so many pieces of a line: its id, its name, or its place on the bill, behind ORDER: where"
            " several orders have it; may be repeated (default: all that is left)",
        ),
    ] = None,
    pay: Annotated[
        list[str] | None,
        typer.Option(
            metavar="METHOD=AMOUNT",
            help="how the money goes back, in major units: cash=12.50; may be repeated (default: as it came)",
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="the same pieces for the same reason once more, as another refund")
    ] = False,
    there: Annotated[
        bool,
        typer.Option("--there", help="the channel gave it back already, as `pos show` says: only book it"),
    ] = False,
) -> None:
    """Give money back as a bill of its own; the same command once more changes nothing."""
    from pos.actions import refunds
    from pos.cli import shapes
    from pos.store import queries

    wanted = [_item_and_count(text) for text in line or ()]
    ways = [method_and_amount(text) for text in pay or ()]
    shell = of(context)
    found = shell.ask(queries.standing, _deal(shell, deal))
    pieces = [_pieces(found, item, count) for item, count in wanted]
    given = _given(shell, found, ways)
    made_id = uuid4() if again else None
    done = shell.do(refunds.refund, found.deal.id, pieces, given, reason, made_id, there)
    row = shell.ask(queries.deal, done.deal.id)
    shell.show(
        {**shapes.refund(row), "changed": done.changed},
        lambda: "".join(f"{said}\n" for said in _said(shell, row, found, done)),
    )


def _item_and_count(text: str) -> tuple[str, int]:
    item, _equals, count = text.rpartition("=")
    if not item.strip() or not count.strip().isdecimal():
        raise typer.BadParameter(f"{text!r} is not ITEM=N", param_hint="--line")
    return item.strip(), int(count)


def _deal(shell: Shell, name: str) -> UUID:
    """Return the deal that a bill number, an id or an order's name means."""
    from pos.domain.refusals import Refused
    from pos.store import queries

    if found := shell.ask(queries.find_deal, name):
        return found
    try:
        order = shell.find(name)
    except Refused as refusal:
        raise Refused("no_deal", deal=name) if refusal.code == "no_order" else refusal from None
    if order.deal_id is None:
        raise Refused("not_settled", order=order.number)
    return order.deal_id


def _pieces(found: Standing, item: str, count: int) -> Pieces:
    """Return so many pieces of the one line that `item` means; raises Refused for none and for several."""
    from pos.domain.refund import Pieces
    from pos.domain.refusals import Refused

    for fitting in _meanings(found.orders, item):
        if len(fitting) > 1:
            candidates = [f"{one.order.number}:{one.place} {one.line.name}" for one in fitting]
            raise Refused("several_lines", line=item[:60], candidates=", ".join(candidates))
        if fitting:
            return Pieces(fitting[0].order.id, fitting[0].key, count)
    raise Refused("no_line", bill=found.deal.number, line=item[:60])


class _Sold(NamedTuple):
    """A line of a bill, with what names it and its place in its order."""

    order: Order
    place: int
    key: str
    line: Line


def _lines(order: Order) -> Iterator[_Sold]:
    from pos.domain.lines import keyed

    for place, (key, line) in enumerate(keyed(order.wanted).items(), start=1):
        yield _Sold(order, place, key, line)


def _meanings(orders: Sequence[Order], item: str) -> Iterator[list[_Sold]]:
    """Yield the lines that an item may mean: by id, by name, by place, and so inside the order it names."""
    lines = [line for order in orders for line in _lines(order)]
    yield [each for each in lines if each.line.id == item] or [each for each in lines if each.key == item]
    yield [each for each in lines if each.line.name == item]
    place = int(item) if item.isdecimal() else 0
    yield lines[place - 1 : place] if place else []
    number, colon, rest = item.partition(":")
    inside = [order for order in orders if colon and order.number == number.zfill(3)]
    if inside:
        yield from _meanings(inside, rest.strip())


def _given(shell: Shell, found: Standing, ways: Sequence[tuple[str, str]]) -> list[Amount]:
    from pos.domain import money
    from pos.domain.payment import Amount

    currency = found.deal.currency or shell.config.shop.currency
    return [Amount(method, money.parse(amount, currency)) for method, amount in ways]


def _said(shell: Shell, row: DealRow, found: Standing, done: Refunded) -> Iterator[str]:
    words = shell.words
    ways = [f"{words.method(method)} {words.money(-amount, row.currency)}" for method, amount in row.payments]
    key = "refund.done" if done.changed else "refund.already"
    total = words.money(-row.total, row.currency)
    yield words.say(key, bill=row.number, of=found.deal.number, total=total)
    yield from ways
    for key, amount in (("refund.there", done.held), ("refund.rest_there", done.perhaps_held)):
        if amount:
            yield words.say(key, amount=words.money(amount, row.currency))
    concerned = {order.id for order in done.orders}
    if done.changed:
        gone = [o for o in found.orders if o.id in concerned and o.payment.given_back_there]
        channels = dict.fromkeys(words.channel(order.channel) for order in gone)
        yield from (words.say("refund.gone_there", channel=channel) for channel in channels)
