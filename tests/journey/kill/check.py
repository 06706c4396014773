"""Whether a day ended well, from the paper, the service's records and the store's own file."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2

from pos.domain.shop import Shop
from pos.store.journal import broken
from pos.store.store import Store
from tests.journey.kill.day import KEY
from tests.journey.kill.fates import FATES, MADE_HERE, read
from tests.journey.kill.printer import Sheet
from tests.journey.kill.world import World

#: What the journal calls what a counter said it had done.
_JOURNAL = {"place": "made_here"}


@dataclass
class Day:
    """All that is left of a day."""

    store: Path
    wanted: Mapping[int, str]
    there: list[dict[str, Any]]
    deals_there: list[dict[str, Any]]
    sheets: list[Sheet]
    done: list[Mapping[str, Any]]

    @classmethod
    def of(cls, world: World) -> Day:
        """Collect it."""
        return cls(
            store=world.store,
            wanted=dict(world.placed),
            there=world.service.orders(),
            deals_there=world.service.deals(),
            sheets=[*world.kitchen.sheets, *world.front.sheets],
            done=world.done,
        )

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Ask the file itself, past everything of ours."""
        with dbapi2.connect(f"file:{self.store}?mode=ro", uri=True) as connection:
            connection.row_factory = dbapi2.Row
            return [dict(row) for row in connection.execute(query)]

    @cached_property
    def here(self) -> dict[int, list[dict[str, Any]]]:
        """The store's orders by the number in their dish."""
        found = defaultdict(list)
        for row in self.rows("SELECT *, json_extract(lines, '$[0].name') AS dish FROM orders"):
            found[read(row["dish"])[0]].append(row)
        return found

    def paper(self, number: int) -> list[Sheet]:
        """Return the kitchen's sheets with an order's dish."""
        return [s for s in self.sheets if f"饭{number:04d}" in s.text and s.name.startswith("K-")]


def complaints(day: Day) -> list[str]:
    """Return all that is wrong with a day, in words; nothing for a good one."""
    return [f"{check.__name__.strip('_')}: {words}" for check in _CHECKS for words in check(day)]


def _every_order_is_there_once(day: Day) -> Iterator[str]:
    there = Counter(read(order["items"][0]["item"]["name"])[0] for order in day.there)
    for number, fate in day.wanted.items():
        if len(day.here.get(number, ())) != 1:
            yield f"{number} ({fate}) is here {len(day.here.get(number, ()))} times"
        if there[number] != (MADE_HERE.get(fate) != "counter"):
            yield f"{number} ({fate}) is there {there[number]} times"
    ids = {row["remote_id"] for rows in day.here.values() for row in rows if row["remote_id"]}
    if ids != {order["id"] for order in day.there}:
        yield "the ids here are not the ids there"


def _every_order_ended_as_it_should(day: Day) -> Iterator[str]:
    there = {read(order["items"][0]["item"]["name"])[0]: order["status"] for order in day.there}
    for number, fate in day.wanted.items():
        ends = {row["status"] for row in day.here.get(number, ())}
        if ends != {FATES[fate].here}:
            yield f"{number} ({fate}) is {ends} here"
        if there.get(number, "") != FATES[fate].there:
            yield f"{number} ({fate}) is {there.get(number)} there"


def _every_payment_was_taken_once(day: Day) -> Iterator[str]:
    query = "SELECT order_id, SUM(amount) AS taken, COUNT(DISTINCT deal_id) AS deals FROM takings GROUP BY 1"
    takings = {row["order_id"]: row for row in day.rows(query)}
    booked = Counter(deal["orderID"] for deal in day.deals_there)
    for number, fate in day.wanted.items():
        for row in day.here.get(number, ()):
            paid = FATES[fate].here == "paid"
            taking = takings.get(row["id"], {"taken": 0, "deals": 0})
            if (taking["taken"], taking["deals"]) != ((_total(row), 1) if paid else (0, 0)):
                yield f"{number} ({fate}) has takings {taking}"
            if row["remote_id"] and booked[row["remote_id"]] != paid:
                yield f"{number} ({fate}) has {booked[row['remote_id']]} deals there"
    if day.rows("SELECT id FROM deals WHERE state <> 'closed'"):
        yield "a deal is open"


def _total(row: Mapping[str, Any]) -> int:
    lines = sum(line["deal_price"] * line["quantity"] for line in json.loads(row["lines"]))
    return int(lines if row["fee"] is None else row["fee"])


def _the_kitchen_has_every_ticket(day: Day) -> Iterator[str]:
    for number, fate in day.wanted.items():
        sheets = day.paper(number)
        fired = {s.name for s in sheets if s.whole and "CANCEL" not in s.text}
        off = FATES[fate].here == "canceled"
        if len(fired) != FATES[fate].fired and not (off and not fired):
            yield f"{number} ({fate}) was fired as {sorted(fired)}"
        told_off = any(s.whole and "CANCEL" in s.text for s in sheets)
        if off and fired and not told_off:
            yield f"{number} ({fate}) was fired and called off, and the kitchen does not know"
        if told_off and not off:
            yield f"{number} ({fate}) is on, and the kitchen was told that it is off"


def _paper_says_what_the_spool_says(day: Day) -> Iterator[str]:
    whole = Counter((s.name, s.copy) for s in day.sheets if s.whole)
    for row in _tickets(day):
        printed = row["state"] in ("printed", "sent")
        if whole[(row["name"], row["copy"])] != printed:
            out = whole[(row["name"], row["copy"])]
            yield f"{row['number']} copy {row['copy']} is {row['state']} and {out} times on paper"
        if row["state"] == "dropped" and row["error"] not in ("did_not_come_out", "order_canceled"):
            yield f"{row['number']} copy {row['copy']} was dropped: {row['error']}"


def _tickets(day: Day) -> list[dict[str, Any]]:
    return day.rows("SELECT *, COALESCE(json_extract(facts, '$.bill'), number) AS name FROM tickets")


def _no_ticket_is_lost(day: Day) -> Iterator[str]:
    by_name: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(_tickets(day), key=lambda row: row["copy"]):
        by_name[row["name"]].append(row)
    for name, copies in by_name.items():
        called_off = copies[-1]["error"] == "order_canceled"
        if copies[-1]["state"] not in ("printed", "sent") and not called_off:
            yield f"{name} ends {copies[-1]['state']}"
    bills = {row["number"] for row in day.rows("SELECT number FROM deals")}
    if missing := bills - {s.name for s in day.sheets if s.whole}:
        yield f"bills that no guest has: {sorted(missing)}"


def _no_second_copy_is_unmarked(day: Day) -> Iterator[str]:
    seen: set[str] = set()
    for s in day.sheets:
        if s.name in seen and not s.marked:
            yield f"{s.name} came out again without a mark"
        seen.add(s.name)
        seen.discard("")


def _nothing_waits(day: Day) -> Iterator[str]:
    query = "SELECT verb, state, error FROM letters WHERE state NOT IN ('told', 'dropped')"
    yield from (f"letter {row}" for row in day.rows(query))
    query = "SELECT verb, error FROM letters WHERE state = 'dropped' AND error <> 'order_off_there'"
    yield from (f"letter given up {row}" for row in day.rows(query))
    query = "SELECT kind, facts FROM attention WHERE kind NOT IN ('canceled_there', 'paid_but_off')"
    yield from (f"attention {row}" for row in day.rows(query))


def _what_was_said_to_be_done_is_done(day: Day) -> Iterator[str]:
    journal = {(row["order_id"], row["act"]) for row in day.rows("SELECT order_id, act FROM journal")}
    settled = {row["id"]: row["deal_id"] for row in day.rows("SELECT id, deal_id FROM orders")}
    asked = {row["id"]: row for row in day.rows("SELECT id, number, state FROM tickets")}
    copies = Counter(row["number"] for row in asked.values())
    for said in day.done:
        act, order, ticket = said["done"], said.get("order"), asked.get(said.get("ticket", ""))
        if order and (order, _JOURNAL.get(act, act)) not in journal:
            yield f"{said} is not in the journal"
        if act == "settle" and settled.get(order) != said["deal"]:
            yield f"{said} is in another deal"
        if act == "answer" and (ticket is None or ticket["state"] == "unknown"):
            yield f"{said} is asked again"
        if act == "reprint" and (ticket is None or copies[ticket["number"]] < 2):
            yield f"{said} has no copy"


def _numbers_have_no_gaps(day: Day) -> Iterator[str]:
    numbers = {
        "orders": "SELECT day || ':' || number AS n FROM orders",
        "tickets": "SELECT substr(number, 1, 1) || ':' || substr(number, 3) AS n FROM tickets WHERE copy = 1",
        "deals": "SELECT substr(number, 1, 8) || ':' || substr(number, 10) AS n FROM deals",
        "journal": "SELECT ':' || seq AS n FROM journal",
    }
    for table, query in numbers.items():
        scopes: dict[str, list[int]] = defaultdict(list)
        for row in day.rows(query):
            scope, _, number = row["n"].rpartition(":")
            scopes[scope].append(int(number))
        for scope, found in scopes.items():
            if sorted(found) != list(range(1, len(found) + 1)):
                yield f"{table} {scope}: {sorted(found)}"


def _the_store_is_sound(day: Day) -> Iterator[str]:
    yield from (f"{row}" for row in day.rows("PRAGMA integrity_check") if row["integrity_check"] != "ok")
    yield from (f"{row}" for row in day.rows("PRAGMA foreign_key_check"))
    store = Store.open(f"sqlite:///{day.store}", Shop("", "CNY", "zh_CN", "Asia/Shanghai"), KEY)
    yield from (f"journal line {seq}" for seq in store.ask(lambda read: list(broken(read, KEY))))
    store.close()


_CHECKS: tuple[Callable[[Day], Iterator[str]], ...] = (
    _every_order_is_there_once,
    _every_order_ended_as_it_should,
    _every_payment_was_taken_once,
    _the_kitchen_has_every_ticket,
    _paper_says_what_the_spool_says,
    _no_ticket_is_lost,
    _no_second_copy_is_unmarked,
    _nothing_waits,
    _what_was_said_to_be_done_is_done,
    _numbers_have_no_gaps,
    _the_store_is_sound,
)
