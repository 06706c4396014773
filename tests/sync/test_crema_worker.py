"""A worker of a channel to CREMA: sales are told, no order is taken over, deletions there are noticed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from sync.channel import Channel
from sync.engine import Engine
from sync.messages import Letter
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

LEFT = datetime(2026, 3, 1, 12, tzinfo=UTC)
ITEMS = [
    {"id": "a", "item_id": "P1", "name": "拉面", "quantity": 3, "price": 15000},
    {"id": "b", "item_id": "P2", "name": "饺子", "quantity": 1, "price": 8000},
]


def sale(status: str = "executed", **body: Any) -> Letter:
    """Return a letter that tells what was sold."""
    order = {"type": "deliver", "status": status, "currency": "KRW", "total": 53000, "items": ITEMS}
    said = {"channel": "fankahui", "order": order, "started_at": LEFT.isoformat(), **body}
    return Letter(uuid4(), "c", uuid4(), "", "sale", said, LEFT)


def later(told: Letter, status: str) -> Letter:
    """Return the next letter about the same order, whose lines are known there."""
    return replace(sale(status, known=["a", "b"]), order_id=told.order_id)


@pytest.fixture
def account(sandbox: Sandbox) -> Iterator[Control]:
    """Return what others do at CREMA, and what stands there."""
    with Control(sandbox.urls["crema"]) as control:
        yield control


@pytest.fixture
def crema(connect: Callable[..., Channel]) -> Callable[..., Channel]:
    """Return what opens a channel to CREMA, by its settings."""
    return lambda **settings: connect("crema", **settings)


async def test_a_conflict_there_is_a_refusal_and_nothing_to_be_taken_over(
    worked: Any, account: Control
) -> None:
    work = worked()
    told = work.write(replace(sale(), remote_id="A"))
    account.place(code="A")
    account.fault("fail", status=409, method="POST", path="/v1/orders")
    await work.engine.once()
    assert (work.host.row(told).state, work.host.orders) == ("failed", {})


class Worked:
    """A channel's worker over a host in memory."""

    def __init__(self, channel: Channel, host: Any, clock: Any) -> None:
        self.channel = channel
        self.engine = Engine(channel, host, clock=clock, uniform=lambda _, most: most)
        self.host = host

    def write(self, told: Letter) -> Letter:
        """Write a letter as a counter would."""
        written: Letter = self.host.write(told.verb, told.order_id, told.remote_id, **told.body)
        return written


@pytest.fixture
def worked(crema: Any, host: Any, clock: Any) -> Callable[..., Worked]:
    """Return what puts a channel to CREMA to work."""
    return lambda **settings: Worked(crema(**settings), host, clock)


async def test_a_worker_tells_sales_and_takes_no_order_over(worked: Any, account: Control) -> None:
    account.place()
    work = worked()
    told = work.write(sale())
    report = await work.engine.once()
    assert (report.ok, report.told, report.fetched, report.new) == (True, 1, 0, 0)
    assert (work.host.row(told).state, work.host.orders, work.host.missed) == ("told", {}, [])
    assert len(account.state()["orders"]) == 2


async def test_a_deletion_there_becomes_a_letter_of_its_own_that_a_person_can_have_told_again(
    worked: Any, account: Control
) -> None:
    work = worked()
    first = work.write(sale())
    await work.engine.once()
    account.move(str(first.order_id), "delete-line", code=f"{first.order_id}:a")
    work.write(later(first, "paid"))
    report = await work.engine.once()
    assert (report.failed, report.error) == (1, "deleted_there: 拉面")
    [failed] = [row for row in work.host.rows if row.state == "failed"]
    assert failed.letter.body["parts"] == ["a"]
    failed.state = "waiting"
    assert (await work.engine.once()).ok
    [order] = account.state()["orders"]
    assert {line["product_code"] for line in order["sub_orders"]} == {"P1", "P2"}


async def test_an_order_that_is_watched_and_deleted_there_is_missed_in_two_sweeps(
    worked: Any, account: Control, clock: Any
) -> None:
    work = worked()
    told = work.write(sale())
    await work.engine.once()
    work.host.orders[str(told.order_id)] = await work.channel.read(str(told.order_id))
    await sweep(work, clock)
    assert work.host.missed == []
    account.move(str(told.order_id), "delete")
    await sweep(work, clock)
    await sweep(work, clock)
    assert work.host.missed == [str(told.order_id)]


async def sweep(work: Worked, clock: Any) -> None:
    """Let the time of a sweep come, and work."""
    clock.pass_(minutes=4)
    await work.engine.once()


@pytest.mark.parametrize("fault", ["lost", "drop", "html", "fail", "throttle", "expire", "repeat", "shuffle"])
async def test_whatever_goes_wrong_on_the_way_each_line_is_told_once(
    worked: Any, account: Control, clock: Any, fault: Any
) -> None:
    work = worked()
    told = [work.write(sale()) for _ in range(3)]
    account.fault(fault, times=4, probability=0.5, seed=7)
    for _ in range(9):
        await work.engine.once()
        clock.pass_(minutes=16)
    assert [work.host.row(letter).state for letter in told] == ["told"] * 3
    assert {order["code"]: len(order["sub_orders"]) for order in account.state()["orders"]} == {
        str(letter.order_id): 2 for letter in told
    }


@pytest.mark.parametrize("secrets", [{}, {"CLIENT_ID": "i", "CLIENT_SECRET": "wrong"}])
async def test_without_the_right_secrets_it_says_so_and_loses_nothing(
    connect: Callable[..., Channel], host: Any, clock: Any, secrets: Mapping[str, str]
) -> None:
    work = Worked(connect("crema", secrets=secrets), host, clock)
    told = work.write(sale())
    report = await work.engine.once()
    assert (report.ok, host.row(told).state, host.healths[-1].state) == (False, "waiting", "needs_you")


async def test_asked_too_often_it_goes_on_by_itself(worked: Any, account: Control, clock: Any) -> None:
    work = worked()
    told = work.write(sale())
    account.fault("throttle", times=1)
    assert (await work.engine.once()).ok is False
    assert (work.host.row(told).state, work.host.healths[-1].state) == ("waiting", "waiting")
    clock.pass_(minutes=2)
    assert (await work.engine.once()).told == 1


@pytest.mark.parametrize("path", ["/v1/orders", "/oauth/token"])
async def test_asked_too_often_it_waits_for_a_person_where_the_shop_says_so(
    worked: Any, account: Control, clock: Any, path: str
) -> None:
    work = worked(retry_429=False)
    told = work.write(sale())
    account.fault("throttle", times=1, path=path)
    await work.engine.round()
    health = work.host.healths[-1]
    assert (work.host.row(told).state, health.state) == ("waiting", "needs_you")
    assert health.error.startswith("asked_too_often")
    clock.pass_(hours=2)
    await work.engine.round()
    assert (account.state()["orders"], work.host.row(told).state) == ([], "waiting")
    work.engine.resume()
    await work.engine.round()
    assert work.host.row(told).state == "told"
