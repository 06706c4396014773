"""Whether a day with five services ended equal on both sides, judged from the services' own records."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pos.domain.lines import keyed
from pos.domain.order import Line, Order
from tests.journey.five.cashier import GIVEN_UP
from tests.journey.five.fates import MADE_HERE, SUPPLIES, WANTED, goes_back, pieces_back
from tests.journey.five.guests import ORDERS, STANDS
from tests.journey.five.left import Day, is_apart, is_torn
from tests.journey.paper import check as paper

#: How an order may end there, by how it ended here.
ENDS: Mapping[str, Mapping[str, set[str]]] = {
    # Whose money the service has is told nothing more of it: it stays as it was served.
    # What the counter turns down its guest may have taken back a moment before: it is off on both sides.
    "fankahui": {
        "paid": {"paid", "executed"},
        "rejected": {"rejected", "canceled"},
        "canceled": {"canceled"},
    },
    "imweb": {"paid": {"COMPLETE"}, "rejected": {"CANCEL"}, "canceled": {"CANCEL"}},
    # The laboratory may decline what the counter had accepted.
    "rayteams": {
        "paid": {"Done"},
        "rejected": {"Declined", "Canceled"},
        "canceled": {"Canceled", "Declined"},
    },
    # It can be told nothing: what the counter did with it stays its own.
    "impilo": {
        "paid": {"reconfirmAddress", "shipped"},
        "rejected": {"reconfirmAddress", "shipped", "canceled"},
        "canceled": {"canceled", "reconfirmAddress", "shipped"},
    },
}

#: Why a letter may never have been told.
_DROPPED = frozenset(
    {"cannot_be_told", "no_waybill", "order_off_there", "paid_twice", "nothing_left", GIVEN_UP}
)

#: How what was sold stands at the service that hears of it, by how its order ended here.
_SOLD = {"paid": "delivery_finished", "canceled": "cancelled"}

#: What a person is asked where something went back of money that a service has.
_HELD_THERE = frozenset({"refund_there", "refund_rest_there"})

#: What a person is asked of what was deleted where it is heard what was sold.
_DELETED = frozenset({"line_deleted_there", "sale_deleted_there"})


def complaints(day: Day) -> list[str]:
    """Return all that is wrong with a day, in words; nothing for a good one."""
    return [f"{check.__name__.strip('_')}: {words}" for check in CHECKS for words in check(day)]


def _every_order_is_there_and_here_once(day: Day) -> Iterator[str]:
    for kind, guests in ORDERS.items():
        many = guests + SUPPLIES * (kind == "impilo")
        here = Counter(order.remote_id for order in day.orders if order.channel == kind)
        there = Counter(list(day.there_of(kind)))
        if here != there or sum(there.values()) != many:
            yield f"{kind}: here {sorted(here.elements())}, there {sorted(there)}, of {many}"
    if sum(order.own for order in day.orders) != MADE_HERE:
        yield "not all that was made at the counter is here"


def _every_order_ended_equal_on_both_sides(day: Day) -> Iterator[str]:
    for kind in ORDERS:
        for order, record in day.here_of(kind):
            ends = STANDS[kind](record) - ({"CANCEL"} if is_torn(kind, record) else set())
            equal = len(ends) == 1 and ends <= ENDS[kind].get(order.status.value, set())
            apart = is_apart(kind, order, record)
            known = day.asks(order.id) or day.listed(order) or order.payment.status.value == "refunded"
            if not (equal or apart) or ((apart or is_torn(kind, record)) and not known):
                yield f"{kind} {order.number}: {order.status.value} here, {ends} there, known: {known}"


def _every_payment_was_taken_once(day: Day) -> Iterator[str]:
    deals = Counter(deal["orderID"] for deal in day.there["fankahui"]["deals"])
    for order, record in day.here_of("fankahui"):
        if deals[order.remote_id] != (record["payment"]["status"] == "paid"):
            yield f"{order.number}: {deals[order.remote_id]} deals there, {record['payment']}"
        if order.status.value == "paid" and record["status"] != "canceled" and deals[order.remote_id] != 1:
            yield f"{order.number}: paid here, {deals[order.remote_id]} deals there"


def _what_goes_back_is_back_once(day: Day) -> Iterator[str]:
    torn = {order.id for order, record in day.here_of("imweb") if is_torn("imweb", record)}
    for order in day.orders:
        if order.status.value != "paid" or day.is_supplies(order):
            continue
        back = goes_back(order)
        wanted = "part_refunded" if back or order.id in torn else "paid" if back is None else "refunded"
        if order.payment.status.value != wanted:
            yield f"{order.channel} {order.number} is closed, paid {order.payment}, not {wanted}"
        held_there = order.payment.online and bool(order.total) and back is not None and order.id not in torn
        if held_there != bool(day.asks(order.id) & _HELD_THERE):
            yield f"{order.channel} {order.number}: {day.asks(order.id)}, held there: {held_there}"


def _the_shop_has_what_it_needs_once(day: Day) -> Iterator[str]:
    ours = sorted(str(order.id) for order in day.orders if day.is_supplies(order))
    wanted = Counter({line.item_id: line.quantity for line in WANTED})
    there = [order for order in day.there["impilo"]["orders"] if order["site"]]
    if sorted(name for order in there for name in order["externalOrderIds"]) != ours or len(ours) != SUPPLIES:
        yield f"ordered {ours}, there {[(order['id'], order['externalOrderIds']) for order in there]}"
    for order in there:
        items = Counter({f"item:{row['item']['id']}": row["count"] for row in order["orderItems"]})
        kits = Counter({f"kit:{row['kit']['id']}": row["count"] for row in order["orderKits"]})
        if items + kits != wanted:
            yield f"{order['id']}: {items + kits} there"


def _the_kitchen_has_every_order_once(day: Day) -> Iterator[str]:
    yield from paper.complaints([(row.number, row.copy, row.state) for row in day.tickets], day.sheets)
    for order in day.orders:
        mine = [row for row in day.tickets if order.id in row.order_ids]
        fired = {row.number for row in mine if row.kind == "kitchen"}
        if len(fired) != (order.executed_at is not None and not day.is_supplies(order)):
            yield f"{order.channel} {order.number}: the kitchen was told {sorted(fired)}"
        came_out = {(row.kind, row.number) for row in mine if row.state in paper.ON_PAPER}
        on_paper = Counter(kind for kind, _ in came_out)
        if order.status.value != "paid" and on_paper["kitchen"] != on_paper["cancel"]:
            yield f"{order.channel} {order.number} is off: {on_paper}"
        if order.status.value == "paid" and on_paper["kitchen"] != len(fired):
            yield f"{order.channel} {order.number} was never told to the kitchen: {mine}"


def _what_left_has_its_number_and_no_claim_is_open(day: Day) -> Iterator[str]:
    for order, record in day.here_of("imweb"):
        torn = is_torn("imweb", record)
        parts = [p for p in record["prod_orders"].values() if not (torn and p["status"] == "CANCEL")]
        waybills = {(part["parcel_code"], part["invoice_no"]) for part in parts}
        told = {(order.carrier, order.tracking)} if order.status.value == "paid" else waybills
        if waybills != told:
            yield f"{order.number}: {waybills} there, {told} here"
        if claims := {part["claim_status"] for part in parts if part["claim_status"]}:
            yield f"{order.number}: {claims} was never answered"


def _nothing_was_told_twice(day: Day) -> Iterator[str]:
    steps: dict[str, list[str]] = defaultdict(list)
    for row in day.there["rayteams"]["rows"]:
        if row["sk"].startswith("his:"):
            steps[f"{row['_id']}-{row['data']['sk'].partition(':')[2]}"].append(
                row["data"]["data"]["statusName"]
            )
    for key, names in steps.items():
        # What others did there at the same moment the counter may have told, too.
        by_others = Counter(move for _, order, move in day.moved if order == key)
        yield from (
            f"rayteams {key}: {name} × {n}" for name, n in (Counter(names) - by_others).items() if n > 1
        )
    for order in day.there["fankahui"]["orders"]:
        said = Counter(note.get("message") for note in order["memo"] if note.get("message"))
        yield from (f"fankahui {order['id']}: {words} × {n}" for words, n in said.items() if n > 1)
    for letter in day.letters:
        overtaken = letter.state == "dropped" and letter.error.startswith("moved_on")
        if letter.state != "told" and letter.error not in _DROPPED and not overtaken:
            yield f"{letter.channel} {letter.order_number} {letter.verb} is {letter.state}: {letter.error}"


def _what_was_sold_is_known(day: Day) -> Iterator[str]:
    there = {
        line["code"]: _line(line) for order in day.there["crema"]["orders"] for line in order["sub_orders"]
    }
    sold = {code: line for order in day.sold() for code, line in _lines(order).items()}
    for code in sold.keys() | there.keys():
        if sold.get(code) != there.get(code) and code not in day.deleted(sold) - there.keys():
            yield f"{code}: sold {sold.get(code)}, told {there.get(code)}"


def _what_was_deleted_there_is_noticed(day: Day) -> Iterator[str]:
    there = {line["code"] for order in day.there["crema"]["orders"] for line in order["sub_orders"]}
    for order in day.sold():
        gone = day.deleted(_lines(order)) - there
        given_up = [each for each in day.letters if each.channel == "crema" and each.order_id == order.id]
        known = day.asks(order.id) & _DELETED or any(letter.error == GIVEN_UP for letter in given_up)
        known = known or str(order.id) in day.differ.get("crema", {})
        if gone and not known:
            yield f"{order.channel} {order.number}: {sorted(gone)}, asked: {day.asks(order.id)}"


def _lines(order: Order) -> dict[str, tuple[Any, ...]]:
    back = pieces_back(order) if order.status.value == "paid" else {}
    lines = keyed(order.lines).items()
    return {f"{order.id}:{key}": _sold_line(order, line, back.get(key, 0)) for key, line in lines}


def _sold_line(order: Order, line: Line, back: int) -> tuple[Any, ...]:
    status = "returned" if back == line.quantity else _SOLD.get(order.status.value)
    count = line.quantity - back or line.quantity
    price = (line.price or 0) * count * (order.currency == "KRW")
    return line.item_id or line.name, count, status, price, order.tracking, bool(order.carrier)


def _line(line: Mapping[str, Any]) -> tuple[Any, ...]:
    return (line["product_code"], line["product_count"], line["status"], line["price"]["cents"],
            line["invoice"] or "", bool(line["delivery_service"]))  # fmt: skip


def _nothing_waits(day: Day) -> Iterator[str]:
    yield from (
        f"order {order.channel} {order.number} is {order.status.value}" for order in day.orders if order.open
    )
    yield from (
        f"{row.name} is {row.state} until {row.paused_until}: {row.error}"
        for row in day.channels
        if row.state != "well" or row.paused_until
    )


#: What guests and services did, that a person has to know of.
_CAUSES = frozenset({
    "canceled_there", "paid_but_off", "paid_twice", "alive_there", "reopened_there", "paid_here_off_there",
    *_HELD_THERE, *_DELETED,
})  # fmt: skip


def _nobody_is_asked_without_cause(day: Day) -> Iterator[str]:
    # Where a part was held back, the others were canceled first: its lines and its sum were others then.
    off = ("canceled", "rejected")
    partly = {o.id for o, there in day.here_of("imweb") if o.status.value in off or is_torn("imweb", there)}
    for row in day.attention:
        # A web shop's parts come in answers of their own: one that went wrong shows other lines for once.
        told_so = row.channel == "imweb" and row.kind == "lines_changed"
        held_back = row.order_id in partly and row.kind == "problem"
        if row.kind not in _CAUSES and not (told_so or held_back):
            yield f"{row.channel} {row.order_number}: {row.kind} {json.dumps(row.facts, ensure_ascii=False)}"


def _the_end_of_the_day_names_what_differs(day: Day) -> Iterator[str]:
    deleted = {code.partition(":")[0] for service, code, _ in day.moved if service == "crema"}
    for there in day.differ.get("crema", {}).keys() - deleted:
        yield f"crema {there} is {day.differ['crema'][there]}"
    for kind in ORDERS:
        here = {order.remote_id: order for order, _ in day.here_of(kind)}
        apart = {order.remote_id for order, record in day.here_of(kind) if is_apart(kind, order, record)}
        named = day.differ.get(kind, {})
        yield from (f"{kind} {here[there].number} is not named" for there in apart - named.keys())
        for there in named.keys() - apart:
            if there not in here or not day.asks(here[there].id):
                yield f"{kind} {there} is {named[there]}, and nobody is asked"


def _the_journal_is_whole(day: Day) -> Iterator[str]:
    yield from (f"line {seq}" for seq in day.broken)


#: Everything that a good day is.
CHECKS: tuple[Callable[[Day], Iterator[str]], ...] = (
    _every_order_is_there_and_here_once,
    _every_order_ended_equal_on_both_sides,
    _every_payment_was_taken_once,
    _what_goes_back_is_back_once,
    _the_shop_has_what_it_needs_once,
    _the_kitchen_has_every_order_once,
    _what_left_has_its_number_and_no_claim_is_open,
    _nothing_was_told_twice,
    _what_was_sold_is_known,
    _what_was_deleted_there_is_noticed,
    _nothing_waits,
    _nobody_is_asked_without_cause,
    _the_end_of_the_day_names_what_differs,
    _the_journal_is_whole,
)
