"""Every row of every table in fankahui's page on orders: what is read of it, what is sent for it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import uuid4

import httpx2
import pytest

from sync.channels.fankahui.channel import FankahuiChannel
from sync.channels.fankahui.opening import open_client
from sync.channels.fankahui.parse import parse
from sync.channels.fankahui.settings import CAN, Settings
from sync.errors import ChannelError, Paused, Refused
from sync.means import Means
from sync.messages import Letter, RemoteOrder, Verb
from sync.sandbox.control import Control

Sample = Callable[[str], Any]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ORDER_ID = "2834910281d26a76"
SECRETS = {"USERNAME": "u", "PASSWORD": "p"}


class Service:
    """Has one order and changes it as it is told; takes down what it is asked."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.order = order
        self.asked: list[tuple[str, str, Any]] = []
        self.refused: dict[str, int] = {}

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        said = json.loads(request.content) if request.content else dict(request.url.params)
        if request.url.path.endswith("/login"):
            return httpx2.Response(200, json={"id": "s", "path": "/users", "uid": "u"})
        self.asked.append((request.method, request.url.path, said))
        if status := self.refused.get(request.method):
            return httpx2.Response(status, json={"status": status, "message": "no"})
        if request.method == "PUT":
            self.order |= said
            if (said.get("payment") or {}).get("status") == "paid":
                self.order["status"] = "paid"
        return httpx2.Response(200, json=self.order)


@pytest.fixture
def service(sample: Sample) -> Service:
    """Return a service with the documents' own order."""
    return Service(sample("fankahui_orders_post_response"))


@pytest.fixture
async def channel(service: Service, clock: Any) -> AsyncIterator[FankahuiChannel]:
    """Return a channel to it."""
    settings = Settings(base_url="https://there.example")

    async def sleep(seconds: float) -> None:
        clock.pass_(seconds=seconds)

    client = open_client(settings, SECRETS, Means(clock, sleep, httpx2.MockTransport(service)))
    one = FankahuiChannel("c", client, settings)
    yield one
    await one.close()


def letter(verb: Verb, **body: Any) -> Letter:
    """Return a letter about the order there."""
    return Letter(uuid4(), "c", uuid4(), ORDER_ID, verb, body, NOW)


def read(document: Any) -> RemoteOrder:
    """Return a document's order."""
    order = parse(document)
    assert isinstance(order, RemoteOrder)
    return order


#: The table of statuses: word there, and the arrow between guest and shop.
STATUSES: dict[str, Literal["---->", "<----", "<--->"]] = {
    "placed": "---->",
    "accepted": "<----",
    "rejected": "<----",
    "executed": "<--->",
    "canceled": "---->",
    "paid": "---->",
}

#: How a guest brings an order to a status, where the arrow comes from the guest.
GUESTS: dict[str, tuple[str, ...]] = {
    "placed": (),
    "executed": ("check-in",),
    "canceled": ("cancel",),
    "paid": ("check-in", "pay"),
}

#: What the shop tells to bring an order to a status; who pays at the counter is a guest, too.
TELLS: dict[str, tuple[Verb, dict[str, Any]]] = {
    "accepted": ("accept", {"status": "accepted"}),
    "rejected": ("reject", {"status": "rejected"}),
    "executed": ("execute", {"status": "executed"}),
    "paid": ("pay", {"payment": {"type": "cash", "status": "paid"}}),
}


@pytest.mark.parametrize("status", STATUSES)
def test_each_status_is_read_as_itself(sample: Sample, status: str) -> None:
    order = read({**sample("fankahui_orders_get_response"), "status": status})
    assert (order.status, order.remote_status, order.problems) == (status, status, ())


def test_each_status_with_an_arrow_from_the_shop_can_be_told_and_each_from_the_guest_be_done() -> None:
    assert {status for status, arrow in STATUSES.items() if arrow.startswith("<")} <= TELLS.keys()
    assert {status for status, arrow in STATUSES.items() if arrow.endswith(">")} == GUESTS.keys()
    assert {verb for verb, _ in TELLS.values()} <= CAN.tells.keys()


def arrows(end: str) -> Any:
    """Return a parameter for each row whose arrow has this end; its id is the row."""
    rows = [(status, arrow) for status, arrow in STATUSES.items() if end in arrow]
    return pytest.mark.parametrize("status", [s for s, _ in rows], ids=[f"{s} {arrow}" for s, arrow in rows])


@arrows(">")
async def test_what_the_guest_says_is_heard(
    connect: Callable[..., Any], guests: Control, clock: Any, status: str
) -> None:
    placed = guests.place()["id"]
    for move in GUESTS[status]:
        guests.move(placed, move)
    pages = connect().changes("", finished_since=clock() - timedelta(days=9999))
    heard = [order async for page in pages for order in page.orders][-1]
    if status == "paid":  # a guest who pays online leaves the order where it is: the money says it
        assert (heard.status, heard.payment) == ("executed", "paid")
    else:
        assert (heard.remote_id, heard.status) == (placed, status)


@arrows("<")
async def test_what_the_shop_says_stands_there(
    connect: Callable[..., Any], guests: Control, status: str
) -> None:
    placed = guests.place()["id"]
    verb, _ = TELLS[status]
    await connect().tell(Letter(uuid4(), "c", uuid4(), placed, verb, {"method": "cash"}, NOW))
    [there] = guests.state()["orders"]
    assert there["status"] == status


@pytest.mark.parametrize("status", TELLS)
async def test_each_status_is_told_in_its_own_word(
    channel: FankahuiChannel, service: Service, status: str
) -> None:
    verb, fields = TELLS[status]
    told = await channel.tell(letter(verb))
    [(path, said)] = [(path, said) for method, path, said in service.asked if method == "PUT"]
    assert (path, said) == (f"/orders/{ORDER_ID}", fields)
    assert told.order is not None
    assert told.order.status == status


async def test_a_guest_who_has_checked_in_is_not_said_to_be_cooked_for_again(
    channel: FankahuiChannel, service: Service
) -> None:
    service.order["status"] = "executed"
    assert (await channel.tell(letter("execute"))).already
    assert [method for method, _, _ in service.asked if method == "PUT"] == []


@pytest.mark.parametrize("kind", ["booking", "deliver"])
def test_each_type_is_read_as_itself(sample: Sample, kind: str) -> None:
    order = read({**sample("fankahui_orders_get_response"), "type": kind})
    assert (order.type, order.problems) == (kind, ())


@pytest.mark.parametrize(
    ("here", "there"),
    [("booking", "booking"), ("deliver", "deliver"), ("eat_in", "booking"), ("take_away", "booking")],
)
async def test_each_type_is_registered_as_one_of_its_two(
    channel: FankahuiChannel, service: Service, here: str, there: str
) -> None:
    order = {"type": here, "currency": "CNY", "items": [{"id": "L", "name": "拉面", "quantity": 1}]}
    made = letter("register", order=order)
    await channel.tell(Letter(made.id, "c", made.order_id, "", "register", made.body, NOW))
    [said] = [said for method, path, said in service.asked if (method, path) == ("POST", "/orders")]
    assert said["type"] == there


@pytest.mark.parametrize("kind", ["cash", "weixin", "alipay", "prepay"])
def test_each_way_to_pay_is_read_as_itself(sample: Sample, kind: str) -> None:
    payment = {"type": kind, "status": "unpaid"}
    order = read({**sample("fankahui_orders_post_response"), "payment": payment})
    assert (order.payment_type, order.payment, order.problems) == (kind, "unpaid", ())


@pytest.mark.parametrize("kind", ["cash", "weixin", "alipay", "prepay"])
async def test_each_way_to_pay_is_told_as_itself(
    channel: FankahuiChannel, service: Service, kind: str
) -> None:
    await channel.tell(letter("pay", method=kind))
    assert service.order["payment"] == {"type": kind, "status": "paid"}


@pytest.mark.parametrize("status", ["paid", "unpaid"])
def test_each_state_of_a_payment_is_read_as_itself(sample: Sample, status: str) -> None:
    payment = {"type": "weixin", "status": status}
    order = read({**sample("fankahui_orders_post_response"), "payment": payment})
    assert (order.payment, order.problems) == (status, ())


def test_the_deal_that_follows_a_payment_is_read(sample: Sample) -> None:
    deal = read(sample("fankahui_orders_pay_response")).deal
    assert deal is not None
    assert (deal.id, deal.bill_id) == ("759abcac0d96292b", "4dab8987361ff9dc")


async def test_an_order_to_be_paid_is_found_by_its_sequence_number(
    channel: FankahuiChannel, service: Service
) -> None:
    found = await channel._client.order_by_sequence_number("1402304633001")
    assert found["id"] == ORDER_ID
    assert service.asked[0][2]["sequenceNumber"] == "1402304633001"


@pytest.mark.parametrize(("status", "error"), [(400, Refused), (401, Paused), (403, Paused)])
@pytest.mark.parametrize("verb", ["accept", "pay", "register"])
async def test_each_documented_error_is_what_follows_from_it(
    channel: FankahuiChannel, service: Service, verb: Verb, status: int, error: type[ChannelError]
) -> None:
    service.refused = {"PUT": status, "POST": status}
    order = {"type": "booking", "currency": "CNY", "items": [{"id": "L", "name": "拉面", "quantity": 1}]}
    remote_id = "" if verb == "register" else ORDER_ID
    told = Letter(uuid4(), "c", uuid4(), remote_id, verb, {"order": order, "method": "cash"}, NOW)
    with pytest.raises(error):
        await channel.tell(told)


@pytest.mark.parametrize(("status", "error"), [(400, Refused), (401, Paused), (403, Paused)])
async def test_each_documented_error_of_a_list_is_what_follows_from_it(
    channel: FankahuiChannel, service: Service, status: int, error: type[ChannelError]
) -> None:
    service.refused = {"GET": status}
    with pytest.raises(error):
        [page async for page in channel.unfinished()]
