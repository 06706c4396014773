"""What only some services know: dispatched, handed over, returned, exchanged, claims answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pos.cli.lines import Code, Lines, line_of, lines_of
from pos.cli.moves import Name, Result, answer
from pos.cli.shell import Reason, Shell, of

if TYPE_CHECKING:
    from pos.domain.order import Order

app = typer.Typer()

Carrier = Annotated[str, typer.Option(metavar="CODE", help="the service's code of the carrier")]
Tracking = Annotated[str, typer.Option(metavar="N", help="the number on the parcel")]
Fee = Annotated[str, typer.Option(metavar="CODE", help="the service's code of how the guest pays for it")]
Collect = Annotated[bool, typer.Option("--collect", help="the shop fetches it itself: no carrier")]


@app.command()
def dispatch(
    context: typer.Context, order: Name, carrier: Carrier = "", tracking: Tracking = "", line: Lines = None
) -> None:
    """A delivery has left; another carrier or number than before is told as a change."""
    from pos.actions import services

    def act(shell: Shell, found: Order) -> Any:
        return shell.do(services.dispatch, found.id, carrier, tracking, lines_of(found, line))

    _one(context, order, act, _untold)


@app.command("hand-over")
def hand_over(
    context: typer.Context, order: Name, carrier: Carrier = "", tracking: Tracking = "", line: Lines = None
) -> None:
    """Close an order for which no money is due; it is dispatched where its channel hears of that."""
    from pos.actions import services
    from pos.actions.orders import Made

    def act(shell: Shell, found: Order) -> Any:
        handed = shell.do(services.hand_over, found.id, carrier, tracking, lines_of(found, line))
        return handed if isinstance(handed, Made) else Made(handed.orders[0], handed.changed)

    _one(context, order, act, _untold)


@app.command("exchange", help="Goods come back and others go for them, where the channel knows such a thing.")
@app.command("return", help="Goods come back from the guest, where the channel knows such a thing.")
def goods(
    context: typer.Context,
    order: Name,
    reason: Reason,
    reason_code: Code = "",
    fee: Fee = "",
    collect: Collect = False,
    carrier: Carrier = "",
    tracking: Tracking = "",
    line: Lines = None,
) -> None:
    """Goods come back, and others go for them where the command's name says so."""
    from pos.actions import services

    action = {"return": services.give_back, "exchange": services.exchange}[str(context.command.name)]
    said = {
        "reason": reason,
        "reason_code": reason_code,
        "fee": fee,
        "carrier": carrier,
        "tracking": tracking,
    }

    def act(shell: Shell, found: Order) -> Any:
        told = services.Goods(**said, collect=collect, lines=lines_of(found, line))
        return shell.do(action, found.id, told)

    _one(context, order, act)


@app.command()
def claim(
    context: typer.Context,
    order: Name,
    kind: Annotated[str, typer.Argument(metavar="CLAIM", help="cancel, return or exchange")],
    answered: Annotated[str, typer.Argument(metavar="ANSWER", help="the service's word: accept, reject …")],
    say: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=VALUE",
            help="what the service asks for with this answer, in its own names; amounts by line, in major"
            " units: etc_price=ITEM:3000; may be repeated",
        ),
    ] = None,
    line: Lines = None,
) -> None:
    """Answer what a guest claims at the channel."""
    from pos.actions import services

    parts = [_field_and_value(text) for text in say or ()]

    def act(shell: Shell, found: Order) -> Any:
        etc = _etc(shell, found, f"claim.{kind.casefold()}.{answered.casefold()}", parts)
        return shell.do(services.answer_claim, found.id, kind, answered, etc, lines_of(found, line))

    _one(context, order, act)


def _nothing_more(_shell: Shell, _order: Order) -> str:
    return ""


def _one(
    context: typer.Context,
    name: str,
    act: Callable[[Shell, Order], Any],
    more: Callable[[Shell, Order], str] = _nothing_more,
) -> None:
    """Do it to the one order that `name` means, and say what became of it, and what `more` says of it."""
    shell = of(context)

    def tried() -> Result:
        made = act(shell, shell.find(name))
        return Result.of(shell, name, made.order, changed=made.changed, more=more(shell, made.order))

    answer(shell, [Result.tried(shell, name, tried)])


def _untold(shell: Shell, order: Order) -> str:
    """Return that its channel is not told that an order has left, where it wants to know more."""
    from pos.actions.asking import is_brought

    facts = shell.store.shop.channels.get(order.channel)
    said = {"carrier": order.carrier, "tracking": order.tracking}
    if not (order.dispatched_at and is_brought(facts, said)):
        return ""
    return shell.words.say("deal_with.untold", channel=shell.words.channel(order.channel))


def _field_and_value(text: str) -> tuple[str, str]:
    field, equals, value = text.partition("=")
    if not (field.strip() and equals and value.strip()):
        raise typer.BadParameter(f"{text!r} is not FIELD=VALUE", param_hint="--say")
    return field.strip(), value.strip()


def _etc(shell: Shell, order: Order, key: str, parts: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return what is said, field by field; amounts are gathered by line."""
    facts = shell.store.shop.channels.get(order.channel)
    kinds = {ask.field: ask.kind for ask in facts.asks.get(key, ())} if facts else {}
    said: dict[str, Any] = {}
    for field, value in parts:
        if kinds.get(field) == "amounts":
            item, _colon, amount = value.rpartition(":")
            said.setdefault(field, {})[line_of(order, item)] = amount
        else:
            said[field] = value
    return said
