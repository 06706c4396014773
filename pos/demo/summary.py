"""What a practice day came to: computed from the store, the service's own records, and the paper."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pos.actions.asking import UNTOLD
from pos.demo.day import Part
from pos.demo.services import LISTENER, SERVICES, records
from pos.domain.order import Order, Status
from pos.store import backlog, queries
from pos.store.rows import DealRow, LetterRow, TicketRow
from pos.store.store import Store
from pos.words import Words

#: A ticket in one of these states is on paper.
_OUT = ("printed", "sent")

#: Notices that belong to the day: a guest cancels.
_SEEN_TO = ("canceled_there",)


def summary(
    store: Store, there: Mapping[str, Any], folder: Path, parts: Sequence[Part], words: Words
) -> dict[str, Any]:
    """Return the day's figures, and in `wrong` all that is not as it should be, in words.

    `there` is all that each service knows, by its kind.
    """
    orders = store.ask(queries.orders)
    deals = [
        store.ask(queries.deal, deal_id) for deal_id in dict.fromkeys(o.deal_id for o in orders) if deal_id
    ]
    tickets = store.ask(backlog.tickets, (), None)
    letters = store.ask(backlog.letters, (), None)
    papers = sorted(file.stem for file in folder.glob("*.bin"))
    wrong = [
        *_orders_wrong(store, orders, there, parts, words),
        *_sales_wrong(orders, there[LISTENER], words),
        *_paper_wrong(tickets, papers, orders, deals, words),
        *_notices_wrong(store, words),
    ]
    return {
        "ok": not wrong,
        "orders": {
            "here": _count(order.status.value for order in orders),
            "there": {kind: _count(records(kind, there[kind]).values()) for kind in SERVICES},
        },
        "deals": {
            "here": len(deals),
            "there": len(there["fankahui"]["deals"]),
            "bills_there": len(there["fankahui"]["bills"]),
        },
        "sold_there": len(there[LISTENER]["orders"]),
        "takings": {
            currency: dict(_takings([deal for deal in deals if deal.currency == currency]))
            for currency in sorted({deal.currency for deal in deals if deal.currency})
        },
        "tickets": {
            "asked": len(tickets),
            "not_printed_called_off": sum(row.state == "dropped" for row in tickets),
            "came_out": len(papers),
            "by_kind": _count(row.kind for row in tickets),
        },
        "letters": {
            "told": sum(row.state == "told" for row in letters),
            "tried_again": sum(row.attempts > 1 for row in letters),
        },
        "wrong": wrong,
    }


def _count(words: Any) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))


def _takings(deals: Sequence[DealRow]) -> Iterator[tuple[str, int]]:
    """Yield what was taken by method in minor units; cash without the change that went back."""
    taken: Counter[str] = Counter()
    for deal in deals:
        taken.update(dict(deal.payments))
        if deal.change:
            taken["cash"] -= deal.change
    yield from sorted(taken.items())


def _orders_wrong(
    store: Store, orders: Sequence[Order], there: Mapping[str, Any], parts: Sequence[Part], words: Words
) -> Iterator[str]:
    here = {order.id: order for order in orders}
    stand = {kind: records(kind, there[kind]) for kind in SERVICES}
    deals = Counter(deal["orderID"] for deal in there["fankahui"]["deals"])
    expected = {part.order_id for part in parts}
    yield from (words.say("demo.wrong_unknown", order=o.number) for o in orders if o.id not in expected)
    for part in parts:
        order = here.get(part.order_id) if part.order_id else None
        if order is None:
            yield words.say("demo.wrong_missing", role=part.role.name)
            continue
        stands = None if order.own else stand[order.channel].get(order.remote_id)
        found = (order.status.value, stands, deals[order.remote_id] if stands else 0)
        wanted = (part.role.here.value, part.role.there, part.role.deals)
        if found != wanted:
            yield words.say(
                "demo.wrong_order", order=order.number, role=part.role.name, found=found, wanted=wanted
            )
        untold = [row.verb for row in store.ask(backlog.order_letters, order.id) if not _is_done(row)]
        if untold:
            yield words.say("demo.wrong_untold", order=order.number, verbs=", ".join(untold))
    for kind, its in stand.items():
        lost = set(its) - {order.remote_id for order in orders if order.channel == kind}
        yield from (words.say("demo.wrong_lost", order=remote_id) for remote_id in sorted(lost))


def _is_done(letter: LetterRow) -> bool:
    return letter.state == "told" or letter.error in UNTOLD


#: How what was sold stands there, by how its order ended here.
_SOLD = {Status.PAID: "delivery_finished", Status.CANCELED: "cancelled"}


def _sales_wrong(orders: Sequence[Order], there: Mapping[str, Any], words: Words) -> Iterator[str]:
    """Yield each order whose lines are not there as they were sold here."""
    heard = {document["code"]: document["sub_orders"] for document in there["orders"]}
    sold = {str(order.id): order for order in orders if order.executed_at}
    for code in sorted(sold.keys() | heard.keys()):
        order = sold.get(code)
        wanted = _sold(order) if order else Counter()
        fields = ("product_code", "product_count", "status")
        found = Counter(tuple(line[field] for field in fields) for line in heard.get(code, ()))
        if found != wanted:
            name = order.number if order else code
            yield words.say("demo.wrong_sale", order=name, found=[*found], wanted=[*wanted])


def _sold(order: Order) -> Counter[tuple[Any, ...]]:
    status = _SOLD.get(order.status)
    return Counter((line.item_id or line.name, line.quantity, status) for line in order.lines)


def _paper_wrong(
    tickets: Sequence[TicketRow],
    papers: Sequence[str],
    orders: Sequence[Order],
    deals: Sequence[DealRow],
    words: Words,
) -> Iterator[str]:
    wanted = [row.number for row in tickets if row.state in _OUT and row.copy == 1]
    yield from (words.say("demo.wrong_copy", ticket=row.number) for row in tickets if row.copy > 1)
    for number in sorted({*wanted, *papers}):
        if wanted.count(number) != 1 or papers.count(number) != 1:
            yield words.say(
                "demo.wrong_ticket", ticket=number, asked=wanted.count(number), out=papers.count(number)
            )
    told = {order_id for row in tickets if row.kind == "kitchen" for order_id in row.order_ids}
    yield from (
        words.say("demo.wrong_kitchen", order=o.number) for o in orders if o.executed_at and o.id not in told
    )
    settled = Counter(row.order_ids for row in tickets if row.kind == "settlement")
    if sum(settled.values()) != len(deals) or any(many > 1 for many in settled.values()):
        yield words.say("demo.wrong_settlements", tickets=sum(settled.values()), deals=len(deals))


def _notices_wrong(store: Store, words: Words) -> Iterator[str]:
    """Yield what the counter asks a person to look at, where nothing happened that a person must see."""
    for row in store.ask(backlog.attention):
        if row.kind not in _SEEN_TO:
            yield words.say("demo.wrong_notice", order=row.order_number, kind=row.kind)


def write(figures: Mapping[str, Any], file: Path) -> None:
    """Keep the figures as JSON."""
    file.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def lines(figures: Mapping[str, Any], words: Words) -> Iterator[str]:
    """Yield the figures in words, a line each."""
    orders, deals, tickets, letters = (figures[name] for name in ("orders", "deals", "tickets", "letters"))
    yield words.say("demo.sum_here", counts=_counted(orders["here"], words))
    for kind, counts in orders["there"].items():
        shown = ", ".join(f"{status} {count}" for status, count in counts.items())
        yield words.say("demo.sum_there", channel=kind, counts=shown)
    yield words.say("demo.sum_sold", channel=LISTENER, orders=figures["sold_there"])
    yield words.say("demo.sum_deals", **deals)
    taken = [
        f"{words.method(name)} {words.money(amount, currency)}"
        for currency, methods in figures["takings"].items()
        for name, amount in methods.items()
    ]
    yield words.say("demo.sum_takings", taken=", ".join(taken))
    yield words.say(
        "demo.sum_tickets",
        asked=tickets["asked"],
        out=tickets["came_out"],
        off=tickets["not_printed_called_off"],
    )
    yield words.say("demo.sum_letters", **letters)
    yield from (f"✗ {what}" for what in figures["wrong"])
    yield words.say("demo.all_well" if figures["ok"] else "demo.not_well")


def _counted(counts: Mapping[str, int], words: Words) -> str:
    return ", ".join(f"{words.say(f'status.{status}')} {count}" for status, count in counts.items())
