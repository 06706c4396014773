"""The moves of orders: each order its own transaction, all of them tried, and what became of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from pos.cli.lines import Code, Lines, lines_of
from pos.cli.shell import Reason, Shell, Status, of
from pos.cli.table import plain

if TYPE_CHECKING:
    from pos.actions.orders import Made
    from pos.domain.order import Order
    from pos.domain.payment import Amount

app = typer.Typer()

_HELP = "short number, id, channel:remote-id or sequence number"
Names = Annotated[list[str], typer.Argument(metavar="ORDER…", help=_HELP)]
Name = Annotated[str, typer.Argument(metavar="ORDER", help=_HELP)]


class Result(NamedTuple):
    """What became of one order, which the caller called `asked`."""

    asked: str
    ok: bool
    message: str
    found: Order | None = None

    @classmethod
    def of(cls, shell: Shell, asked: str, order: Order, *, changed: bool, more: str = "") -> Result:
        """Return what is said of an order that is now as was wanted, and what more there is to say."""
        words = shell.words
        status = words.say(f"status.{order.status.value}")
        key = "shell.made" if changed else "shell.already"
        said = words.say(key, order=order.number, status=status)
        return cls(asked, True, words.say("shell.more", said=said, more=more) if more else said, order)

    @classmethod
    def tried(cls, shell: Shell, asked: str, act: Callable[[], Result]) -> Result:
        """Return what `act` returns, or its refusal in words."""
        from pos.domain.refusals import Refused
        from pos.store.trouble import StoreTrouble

        try:
            return act()
        except Refused as refused:
            return cls(asked, False, shell.words.refusal(refused), _as_it_is(shell, asked))
        except StoreTrouble as trouble:
            return cls(asked, False, shell.words.say(f"trouble.{trouble.code}", **trouble.facts))

    def data(self) -> dict[str, Any]:
        """Return the result for scripts."""
        order = self.found
        return {
            "order": self.asked,
            "ok": self.ok,
            "status": order.status.value if order else None,
            "message": self.message,
            "id": str(order.id) if order else None,
            "number": order.number if order else None,
        }


def _as_it_is(shell: Shell, asked: str) -> Order | None:
    from pos.domain.refusals import Refused

    try:
        return shell.find(asked)
    except Refused:
        return None


def answer(shell: Shell, results: Sequence[Result], *more: str) -> None:
    """Show the results; what was refused goes to standard error too, and makes the exit status."""
    good = [plain(result.message) for result in results if result.ok]
    shell.show([result.data() for result in results], lambda: "".join(f"{line}\n" for line in (*good, *more)))
    for message in dict.fromkeys(result.message for result in results if not result.ok):
        shell.complain(plain(message))
    if not all(result.ok for result in results):
        shell.leave(Status.REFUSED)


def _move(context: typer.Context, names: Sequence[str], action: Callable[..., Any], **facts: Any) -> None:
    shell = of(context)
    answer(shell, [Result.tried(shell, name, partial(_one, shell, name, action, facts)) for name in names])


def _one(shell: Shell, name: str, action: Callable[..., Any], facts: dict[str, Any]) -> Result:
    made = shell.do(action, shell.find(name).id, **facts)
    return Result.of(shell, name, made.order, changed=made.changed)


@app.command()
def accept(
    context: typer.Context,
    order: Names,
    minutes: Annotated[
        int | None, typer.Option(help="the preparation time that the guest is promised")
    ] = None,
) -> None:
    """Accept orders; deliveries are fired at once."""
    from pos.actions import orders

    _move(context, order, orders.accept, minutes=minutes)


@app.command()
def reject(context: typer.Context, order: Name, reason: Reason, reason_code: Code = "") -> None:
    """Turn an order down."""
    from pos.actions import orders

    shell = of(context)

    def tried() -> Result:
        made = shell.do(orders.reject, shell.find(order).id, reason, code=reason_code)
        return _because(shell, order, made, "reject", reason, reason_code)

    answer(shell, [Result.tried(shell, order, tried)])


@app.command()
def execute(context: typer.Context, order: Names) -> None:
    """Fire accepted orders to the kitchen."""
    from pos.actions import orders

    _move(context, order, orders.execute)


@app.command()
def cancel(
    context: typer.Context, order: Name, reason: Reason, reason_code: Code = "", line: Lines = None
) -> None:
    """Call an order off, or some of it; the kitchen learns it where it may have been told of the order."""
    from pos.actions import lines_off, orders

    shell = of(context)

    def tried() -> Result:
        found = shell.find(order)
        if line:
            parts = lines_of(found, line)
            made = shell.do(lines_off.cancel_lines, found.id, parts, reason, reason_code)
        else:
            made = shell.do(orders.cancel, found.id, reason, code=reason_code)
        return _because(shell, order, made, "cancel", reason, reason_code)

    answer(shell, [Result.tried(shell, order, tried)])


def _because(shell: Shell, asked: str, made: Made, verb: str, reason: str, code: str) -> Result:
    """Return what became of an order, and which of its service's own reasons is told for the one given."""
    from pos.actions.reasons import told_as

    words, facts = shell.words, shell.store.shop.channels.get(made.order.channel)
    told = told_as(facts, verb, reason, code) if made.changed else ""
    more = ""
    if facts and told:
        name = words.choice("reason_code", told, facts.choices["reason_code"][told])
        more = words.say("shell.reason_told", channel=words.channel(facts.name), reason=name, code=told)
    return Result.of(shell, asked, made.order, changed=made.changed, more=more)


@app.command("check-in")
def check_in(
    context: typer.Context,
    order: Annotated[str | None, typer.Argument(metavar="ORDER", help=_HELP)] = None,
    table: Annotated[
        str | None, typer.Option(metavar="CODE", help="the table at which the guest sits")
    ] = None,
) -> None:
    """The guest is here: fire the booking, accepting it first where that was not done."""
    from pos.actions import orders

    if (order is None) == (table is None):
        raise typer.BadParameter("give either ORDER or --table CODE")
    if order is not None:
        _move(context, [order], orders.check_in)
        return
    shell, code = of(context), str(table)
    answer(shell, [Result.tried(shell, code, partial(_at_table, shell, code))])


def _at_table(shell: Shell, code: str) -> Result:
    from pos.actions import orders
    from pos.cli.shell import candidates
    from pos.domain.refusals import Refused
    from pos.store import queries

    found = shell.ask(queries.at_table, code)
    if not found:
        raise Refused("nobody_at_table", table=code)
    if len(found) > 1:
        raise Refused("several_at_table", table=code, candidates=candidates(found))
    made = shell.do(orders.check_in, found[0].id)
    return Result.of(shell, made.order.number, made.order, changed=made.changed)


@app.command()
def settle(
    context: typer.Context,
    order: Names,
    pay: Annotated[
        list[str] | None,
        typer.Option(
            metavar="METHOD=AMOUNT", help="what the guest gives, in major units: cash=50; may be repeated"
        ),
    ] = None,
) -> None:
    """Settle orders as one deal, all or nothing; no payment is needed where the channel was paid."""
    from pos.domain.refusals import Refused

    shell = of(context)
    parts = [method_and_amount(text) for text in pay or ()]
    try:
        _settled(shell, order, parts)
    except Refused as refused:
        message = shell.words.refusal(refused)
        results = [Result(name, False, message, _as_it_is(shell, name)) for name in order]
        _mention(shell, [result.found for result in results])
        answer(shell, results)


def _mention(shell: Shell, orders: Sequence[Order | None]) -> None:
    """Say on standard error what a person is still asked to look at of these orders."""
    from pos.cli.sheets import notice
    from pos.store import backlog

    found = [order.id for order in orders if order is not None]
    rows = shell.ask(backlog.attention, found) if found else []
    for row in rows:
        shell.complain(plain(notice(shell.words, row)))
    for number in dict.fromkeys(row.order_number for row in rows):
        shell.complain(shell.words.say("shell.to_see", order=number))


def method_and_amount(text: str) -> tuple[str, str]:
    """Return the two parts of `METHOD=AMOUNT`; anything else is a wrong use of the command."""
    method, equals, amount = text.partition("=")
    if not (method and equals and amount):
        raise typer.BadParameter(f"{text!r} is not METHOD=AMOUNT", param_hint="--pay")
    return method.strip(), amount.strip()


def _settled(shell: Shell, names: Sequence[str], parts: Sequence[tuple[str, str]]) -> None:
    from pos.actions import deals

    found = [shell.find(name) for name in names]
    settled = shell.do(deals.settle, [order.id for order in found], _given(shell, found, parts))
    by_id = {order.id: order for order in settled.orders}
    results = [
        Result.of(shell, name, by_id[order.id], changed=settled.changed)
        for name, order in zip(names, found, strict=True)
    ]
    words, deal = shell.words, settled.deal
    key = (
        "shell.deal_asked"
        if deal.closed_at is None
        else "shell.deal_with_change"
        if deal.change
        else "shell.deal"
    )
    sums = {
        "total": words.money(deal.total, deal.currency),
        "change": words.money(deal.change, deal.currency),
    }
    _mention(shell, settled.orders)
    answer(shell, results, words.say(key, deal=deal.number, **sums))


def _given(shell: Shell, orders: Sequence[Order], parts: Sequence[tuple[str, str]]) -> list[Amount]:
    from pos.domain import money
    from pos.domain.payment import Amount

    currency = money.one_currency(order.currency for order in orders) or shell.config.shop.currency
    return [Amount(method, money.parse(amount, currency)) for method, amount in parts]
