"""An evening of a shop whose sales are told to CREMA, over loopback: both sides say the same in the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest

from pos.actions import deals, new, orders, outbox, refunds, sales
from pos.actions.pieces import refunded_pieces
from pos.adapters.channels import ChannelHost
from pos.config import load
from pos.domain.order import Line, Order, OrderType
from pos.domain.payment import Amount
from pos.store import backlog, queries
from pos.store.store import Store
from pos.store.tx import Who
from sync.channels import KINDS, build
from sync.engine import Engine
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

T = TypeVar("T")

CONFIG = """\
[shop]
name = "泛盈总店"
currency = "CNY"

[[channel]]
name = "fankahui"
kind = "fankahui"
base_url = "{fankahui}"

[[channel]]
name = "reviews"
kind = "crema"
base_url = "{crema}"

[[printer]]
name = "kitchen"
device = "virtual:"
prints = ["kitchen"]
"""

#: How an order stands here = how its lines stand there.
THERE = {"executed": "delivery_started", "paid": "delivery_finished", "canceled": "cancelled"}


class Shop:
    """A counter and both its channels, worked in turn. Its clock moves when it is told to."""

    def __init__(self, store: Store, engines: Mapping[str, Engine], clock: Any) -> None:
        self.store = store
        self.engines = engines
        self.clock = clock

    def do(self, action: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run an action as the cashier."""
        return self.store.do(action, Who("小王", "screen"), *args, **kwargs).result()

    async def work(self, times: int = 1) -> None:
        """Let every channel be worked, some time after the last."""
        for _ in range(times):
            for engine in self.engines.values():
                await engine.once()
            self.clock.pass_(minutes=4)

    async def work_until_told(self, most: int = 12) -> None:
        """Work until nothing has to be told, `most` times at most, and twice more: it stays as it is."""
        for _ in range(most):
            await self.work()
            if not self.undone():
                break
        await self.work(2)

    def orders(self) -> list[Order]:
        """Return every order, the oldest first."""
        return self.store.ask(queries.orders)

    def undone(self) -> list[str]:
        """Return what has still to be told, and why."""
        rows = self.store.ask(backlog.letters, ("waiting", "sending", "failed"))
        return [f"{row.channel} {row.verb} {row.state}: {row.error}" for row in rows]


@pytest.fixture
async def shop(
    sandbox: Sandbox, tmp_path: Path, new_store: Callable[[Path], str], clock: Any
) -> AsyncIterator[Shop]:
    """A shop, its guests at fankahui, its sales told to CREMA."""

    async def sleep(seconds: float) -> None:
        clock.pass_(seconds=seconds)

    file = tmp_path / "config.toml"
    file.write_text(CONFIG.format(**sandbox.urls), encoding="utf-8")
    config = load(file)
    store = Store.open(new_store(tmp_path / "counter.db"), config.facts, b"key", clock)
    host, engines = ChannelHost(store), {}
    for part in config.channel:
        secrets = dict.fromkeys(KINDS[part.kind].secret_fields(), "a secret")
        channel = build(part.kind, part.name, part.settings, secrets, clock, sleep)
        engines[part.name] = Engine(channel, host, clock=clock, sleep=sleep, uniform=lambda _, most: most)
    yield Shop(store, engines, clock)
    for engine in engines.values():
        await engine.close()
    store.close()


@pytest.fixture
def sides(sandbox: Sandbox) -> Iterator[tuple[Control, Control]]:
    """The guests at fankahui, and CREMA's own people."""
    with ExitStack() as both:
        yield (
            both.enter_context(Control(sandbox.urls["fankahui"])),
            both.enter_context(Control(sandbox.urls["crema"])),
        )


def place(guests: Control) -> None:
    """Let a guest order two dishes to be brought."""
    dish = {
        "item": {"id": "P1", "name": "盖浇饭", "price": 1600},
        "id": "L1",
        "dealPrice": 1600,
        "quantity": 2,
    }
    soup = {"item": {"id": "P2", "name": "汤", "price": 900}, "id": "L2", "dealPrice": 800, "quantity": 1}
    guests.place(type="deliver", items=[dish, soup])


async def evening(shop: Shop, guests: Control) -> None:
    """Do all that can be done with an order, each told now and then."""
    for _ in range(7):
        place(guests)
    await shop.work()
    waits, turned_down, fired, paid, back, off, other = (order.id for order in shop.orders())
    shop.do(orders.reject, turned_down, "sold out")
    for order_id in (fired, paid, back, off, other):
        shop.do(orders.accept, order_id)
    await shop.work()
    pay(shop, paid)
    pay(shop, back)
    shop.do(orders.cancel, off, "guest left")
    await shop.work()
    deal_id = shop.store.ask(queries.order, back).deal_id
    assert deal_id is not None
    shop.do(refunds.refund, deal_id, [(back, "L1", 1), (back, "L2", 1)], reason="cold")
    kept = shop.store.ask(queries.order, other).lines[0]
    shop.do(orders.amend, other, [replace(kept, quantity=5), Line("", "茶", 1, 300)])
    shop.do(new.place, new.Draft(OrderType.EAT_IN, (Line("", "茶", 2, 300, item_id="T"),)))
    await shop.work()
    pay(shop, shop.orders()[-1].id)
    assert shop.store.ask(queries.order, waits).status == "placed"


def pay(shop: Shop, order_id: UUID) -> None:
    """Take cash for an order."""
    total = shop.store.ask(queries.order, order_id).total or 0
    shop.do(deals.settle, [order_id], [Amount("cash", total)])


def told(shop: Shop) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return what CREMA is to know, from the orders as they are: guest, and status, pieces, price by line."""
    found = {}
    for order in shop.orders():
        if order.executed_at:
            back = shop.do(refunded_pieces, order)
            lines = {
                f"{order.id}:{line.id}": _line(order, line, back.get(line.id, 0)) for line in order.lines
            }
            found[str(order.id)] = (order.guest.id, lines)
    return found


def _line(order: Order, line: Line, back: int) -> tuple[str, int, int]:
    left = line.quantity - back
    status = THERE[order.status.value] if left else "returned"
    return status, left or line.quantity, round((line.price or 0) * (left or line.quantity) / 100)


def there(account: Control) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return what CREMA knows; lines that were taken out of an order are canceled, and not looked at."""
    known: dict[str, tuple[str, dict[str, Any]]] = {}
    for order in account.state()["orders"]:
        lines = {
            line["code"]: (line["status"], line["product_count"], line["price"]["cents"])
            for line in order["sub_orders"]
        }
        known[order["code"]] = (order["user_code"] or "", lines)
    return known


FAULTS: Mapping[str, Mapping[str, Any]] = {
    "nothing": {},
    "lost": {"kind": "lost", "times": 6, "probability": 0.4},
    "drop": {"kind": "drop", "times": 6, "probability": 0.4},
    "expire": {"kind": "expire", "times": 6, "probability": 0.4},
    "throttle": {"kind": "throttle", "times": 4, "probability": 0.3},
    "fail": {"kind": "fail", "times": 6, "probability": 0.4},
    "html": {"kind": "html", "times": 6, "probability": 0.4},
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
async def test_after_an_evening_crema_knows_every_sale_as_it_is(
    shop: Shop, sides: tuple[Control, Control], fault: str
) -> None:
    guests, account = sides
    if fault != "nothing":
        account.fault(**FAULTS[fault], seed=7)
    await evening(shop, guests)
    await shop.work_until_told()
    assert shop.undone() == []
    ours, theirs = told(shop), there(account)
    assert len(ours) == 6
    out = {
        key: [code for code in theirs[key][1] if code not in ours[key][1]] for key in ours if key in theirs
    }
    assert [theirs[key][1].pop(code)[0] for key, codes in out.items() for code in codes] == ["cancelled"]
    assert theirs == ours
    statuses = sorted(status for _, lines in ours.values() for status, *_ in lines.values())
    assert set(statuses) == {"delivery_started", "delivery_finished", "cancelled", "returned"}


async def test_crema_away_for_the_whole_evening_costs_the_others_nothing(
    shop: Shop, sides: tuple[Control, Control]
) -> None:
    guests, account = sides
    account.fault("down", times=None)
    await evening(shop, guests)
    await shop.work()
    assert {row.split()[0] for row in shop.undone()} == {"reviews"}
    statuses = [order["status"] for order in guests.state()["orders"]]
    assert sorted(statuses) == ["canceled", "executed", "executed", "paid", "paid", "placed", "rejected"]
    account.calm()
    await shop.work(6)
    assert shop.undone() == []
    assert there(account).keys() == told(shop).keys()


async def test_no_word_of_a_guest_leaves_the_shop(shop: Shop, sides: tuple[Control, Control]) -> None:
    guests, account = sides
    await evening(shop, guests)
    await shop.work(2)
    said = str(account.state())
    customers = [order["customer"] for order in guests.state()["orders"]]
    words = [customer[field] for customer in customers for field in ("name", "phone")]
    assert len(words) == 14
    assert not [word for word in (*words, "guest left", "cold", "sold out") if word in said]


async def test_a_line_that_was_deleted_there_is_told_again_or_given_up_by_a_person(
    shop: Shop, sides: tuple[Control, Control]
) -> None:
    guests, account = sides
    place(guests)
    await shop.work()
    [order] = shop.orders()
    shop.do(orders.accept, order.id)
    await shop.work()
    for line in ("L1", "L2"):
        account.move(str(order.id), "delete-line", code=f"{order.id}:{line}")
        if line == "L1":
            pay(shop, order.id)
            await shop.work()
            [row] = shop.store.ask(backlog.letters, ("failed",))
            assert row.error == "deleted_there: 盖浇饭"
            shop.do(outbox.retry, row.id)
            await shop.work()
            assert set(there(account)[str(order.id)][1]) == {f"{order.id}:L1", f"{order.id}:L2"}
    deal_id = shop.orders()[0].deal_id
    assert deal_id is not None
    shop.do(refunds.refund, deal_id, [(order.id, "L1", 1)], reason="cold")
    await shop.work()
    [row] = shop.store.ask(backlog.letters, ("failed",))
    shop.do(outbox.drop, row.id, "it may stay so")
    shop.do(refunds.refund, deal_id, reason="cold")
    await shop.work(2)
    assert shop.undone() == []
    assert there(account)[str(order.id)][1] == {f"{order.id}:L1": ("returned", 2, 32)}


async def test_what_is_deleted_there_is_noticed_by_the_sweeps(
    shop: Shop, sides: tuple[Control, Control]
) -> None:
    guests, account = sides
    for _ in range(13):
        place(guests)
    await shop.work()
    made = [order.id for order in shop.orders()]
    for order_id in made:
        shop.do(orders.accept, order_id)
    await shop.work()
    account.move(str(made[2]), "delete")
    account.move(str(made[12]), "delete-line", code=f"{made[12]}:L2")
    await shop.work(5)
    rows = {row.kind: row for row in shop.store.ask(backlog.attention)}
    assert rows.keys() == {"sale_deleted_there", "line_deleted_there"}
    assert (rows["sale_deleted_there"].order_id, rows["line_deleted_there"].order_id) == (made[2], made[12])
    assert rows["line_deleted_there"].facts["line"] == "汤"


async def test_what_a_person_wants_forgotten_is_deleted_there_and_nothing_else(
    shop: Shop, sides: tuple[Control, Control]
) -> None:
    guests, account = sides
    for _ in range(2):
        place(guests)
    await shop.work()
    first, second = (order.id for order in shop.orders())
    for order_id in (first, second):
        shop.do(orders.accept, order_id)
    await shop.work()
    shop.do(sales.forget, first, "reviews")
    shop.do(sales.forget, second, "reviews", ["L2"])
    account.fault("lost", times=1, method="DELETE")
    pay(shop, first)
    pay(shop, second)
    await shop.work(6)
    assert there(account) == {
        str(second): (shop.orders()[1].guest.id, {f"{second}:L1": ("delivery_finished", 2, 32)})
    }
    assert (shop.undone(), shop.store.ask(backlog.attention)) == ([], [])
