"""Whether a day with five services ended equal on both sides, judged from the services' own records."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pos.config import Config
from pos.domain.lines import keyed
from pos.domain.order import Line, Order
from pos.store import backlog, queries
from pos.store.journal import broken
from pos.store.rows import AttentionRow, ChannelRow, LetterRow
from pos.store.store import Store
from tests.journey.five.cashier import GIVEN_UP
from tests.journey.five.day import KEY
from tests.journey.five.fates import MADE_HERE, SUPPLIES, WANTED, goes_back, pieces_back
from tests.journey.five.guests import NAMES, ORDERS, STANDS
from tests.journey.five.world import OWN_GUEST, World

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

#: What the guest took back after the money was taken here: it stands apart, and a person is asked.
OFF_THERE: Mapping[str, str] = {
    "fankahui": "canceled",
    "imweb": "CANCEL",
    "rayteams": "Canceled",
    "impilo": "canceled",
}

#: Why a letter may never have been told.
_DROPPED = frozenset({"cannot_be_told", "order_off_there", "paid_twice", GIVEN_UP})

#: How what was sold stands at the service that hears of it, by how its order ended here.
_SOLD = {"paid": "delivery_finished", "canceled": "cancelled"}


#: What a person is asked where something went back of money that a service has.
_HELD_THERE = frozenset({"refund_there", "refund_rest_there"})


@dataclass
class Day:
    """All that is left of a day: the store's own and the services' own records."""

    orders: list[Order]
    letters: list[LetterRow]
    attention: list[AttentionRow]
    channels: list[ChannelRow]
    there: Mapping[str, Any]
    #: what the end of the day found to differ: by channel and order there
    differ: dict[str, dict[str, list[str]]]
    #: what others did there: (service, order, move)
    moved: list[tuple[str, str, str]]
    broken: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, world: World) -> Day:
        """Collect it."""
        shop = Config.model_validate(world.task(None, calm=True)["config"]).facts
        store = Store.open(world.store, shop, KEY)
        day = cls(
            orders=store.ask(queries.orders),
            letters=store.ask(backlog.letters, (), None),
            attention=store.ask(backlog.attention),
            channels=store.ask(backlog.channels, shop),
            there=world.there(),
            differ=world.differ,
            moved=world.guests.moved,
            broken=store.ask(lambda read: list(broken(read, KEY))),
        )
        store.close()
        return day

    def there_of(self, kind: str) -> dict[str, Mapping[str, Any]]:
        """Return a service's orders by the id that the counter knows them by."""
        return {str(order[NAMES[kind]]): order for order in self.there[kind]["orders"]}

    def here_of(self, kind: str) -> Iterator[tuple[Order, Mapping[str, Any]]]:
        """Yield a service's orders here, each with its record there; none where it only hears of sales."""
        known = self.there_of(kind) if kind in ORDERS else {}
        return ((o, known[o.remote_id]) for o in self.orders if o.channel == kind and o.remote_id in known)

    def asks(self, order_id: UUID) -> set[str]:
        """Return what a person is asked about an order."""
        return {row.kind for row in self.attention if row.order_id == order_id}

    def listed(self, order: Order) -> bool:
        """Whether the end of the day names it, where nothing earlier can.

        The service of patients' orders says nothing of one that was closed here and changed there later.
        """
        return order.channel == "impilo" and order.remote_id in self.differ.get(order.channel, {})

    def is_supplies(self, order: Order) -> bool:
        """Whether the shop ordered it for itself."""
        return order.guest.id == OWN_GUEST


def _is_torn(kind: str, record: Mapping[str, Any]) -> bool:
    """Whether a part of a web shop's order was canceled and another is alive: it was held back meanwhile."""
    return kind == "imweb" and len(STANDS[kind](record)) > 1 and "CANCEL" in STANDS[kind](record)


def _is_apart(kind: str, order: Order, record: Mapping[str, Any]) -> bool:
    """Whether an order was closed with its money here, and is off there."""
    return STANDS[kind](record) == {OFF_THERE[kind]} and order.status.value == "paid"


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
            ends = STANDS[kind](record) - ({"CANCEL"} if _is_torn(kind, record) else set())
            equal = len(ends) == 1 and ends <= ENDS[kind].get(order.status.value, set())
            apart = _is_apart(kind, order, record)
            known = day.asks(order.id) or day.listed(order) or order.payment.status.value == "refunded"
            if not (equal or apart) or ((apart or _is_torn(kind, record)) and not known):
                yield f"{kind} {order.number}: {order.status.value} here, {ends} there, known: {known}"


def _every_payment_was_taken_once(day: Day) -> Iterator[str]:
    deals = Counter(deal["orderID"] for deal in day.there["fankahui"]["deals"])
    for order, record in day.here_of("fankahui"):
        if deals[order.remote_id] != (record["payment"]["status"] == "paid"):
            yield f"{order.number}: {deals[order.remote_id]} deals there, {record['payment']}"
        if order.status.value == "paid" and record["status"] != "canceled" and deals[order.remote_id] != 1:
            yield f"{order.number}: paid here, {deals[order.remote_id]} deals there"


def _what_goes_back_is_back_once(day: Day) -> Iterator[str]:
    torn = {order.id for order, record in day.here_of("imweb") if _is_torn("imweb", record)}
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


def _what_left_has_its_number_and_no_claim_is_open(day: Day) -> Iterator[str]:
    for order, record in day.here_of("imweb"):
        torn = _is_torn("imweb", record)
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
    there = {order["code"]: order["sub_orders"] for order in day.there["crema"]["orders"]}
    sold = {str(order.id): order for order in day.orders if order.executed_at and not day.is_supplies(order)}
    if there.keys() != sold.keys():
        yield f"told {len(there)} of {len(sold)} orders: {sorted(there.keys() ^ sold.keys())}"
    for code in there.keys() & sold.keys():
        if (wanted := _lines(sold[code])) != (found := Counter(map(_line, there[code]))):
            yield f"{sold[code].channel} {sold[code].number}: sold {wanted}, told {found}"


def _lines(order: Order) -> Counter[tuple[Any, ...]]:
    back = pieces_back(order) if order.status.value == "paid" else {}
    return Counter(_sold_line(order, line, back.get(key, 0)) for key, line in keyed(order.lines).items())


def _sold_line(order: Order, line: Line, back: int) -> tuple[Any, ...]:
    status = "returned" if back == line.quantity else _SOLD.get(order.status.value)
    count = line.quantity - back or line.quantity
    price = (line.price or 0) * count * (order.currency == "KRW")
    has_left = order.dispatched_at is None or order.carrier != ""
    return line.item_id or line.name, count, status, price, order.tracking, has_left


def _line(line: Mapping[str, Any]) -> tuple[Any, ...]:
    invoice = line["invoice"] or ""
    return (line["product_code"], line["product_count"], line["status"], line["price"]["cents"], invoice,
            bool(line["delivery_service"]) == bool(invoice))  # fmt: skip


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
    *_HELD_THERE,
})  # fmt: skip


def _nobody_is_asked_without_cause(day: Day) -> Iterator[str]:
    # Where a part was held back, the others were canceled first: its lines and its sum were others then.
    off = ("canceled", "rejected")
    partly = {o.id for o, there in day.here_of("imweb") if o.status.value in off or _is_torn("imweb", there)}
    for row in day.attention:
        # A web shop's parts come in answers of their own: one that went wrong shows other lines for once.
        told_so = row.channel == "imweb" and row.kind == "lines_changed"
        held_back = row.order_id in partly and row.kind == "problem"
        if row.kind not in _CAUSES and not (told_so or held_back):
            yield f"{row.channel} {row.order_number}: {row.kind} {json.dumps(row.facts, ensure_ascii=False)}"


def _the_end_of_the_day_names_what_differs(day: Day) -> Iterator[str]:
    for kind in (*ORDERS, "crema"):
        here = {order.remote_id: order for order, _ in day.here_of(kind)}
        apart = {order.remote_id for order, record in day.here_of(kind) if _is_apart(kind, order, record)}
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
    _what_left_has_its_number_and_no_claim_is_open,
    _nothing_was_told_twice,
    _what_was_sold_is_known,
    _nothing_waits,
    _nobody_is_asked_without_cause,
    _the_end_of_the_day_names_what_differs,
    _the_journal_is_whole,
)
