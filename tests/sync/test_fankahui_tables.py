"""Every row of every table in fankahui's page on orders: what is read of it, what is sent for it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple
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
from tests.sync.documented.rows import about, row, rows_of

Sample = Callable[[str], Any]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ORDER_ID = "2834910281d26a76"
SECRETS = {"USERNAME": "u", "PASSWORD": "p"}
#: What the page says of a payment.
PAYING = "PUT /orders/:id, a payment / remarks"


class Service:
    """Has one order and changes it as it is told; takes down what it is asked."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.order = order
        self.asked: list[tuple[str, str, Any]] = []
        #: method -> the status that it is answered with, where that is no success.
        self.answers: dict[str, int] = {}

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        said = json.loads(request.content) if request.content else dict(request.url.params)
        if request.url.path.endswith("/login"):
            return httpx2.Response(200, json={"id": "s", "path": "/users", "uid": "u"})
        self.asked.append((request.method, request.url.path, said))
        status = self.answers.get(request.method, 200)
        if status != 200:
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


class Row(NamedTuple):
    """A row of the table of statuses: what it is called on the guest's side, the arrow, and on the shop's."""

    guest: str
    arrow: Literal["---->", "<----", "<--->"]
    shop: str


STATUSES: Mapping[str, Row] = {
    "placed": Row("已下单", "---->", ""),
    "accepted": Row("", "<----", "已接受"),
    "rejected": Row("", "<----", "已拒绝"),
    "executed": Row("已签到", "<--->", "已出品"),
    "canceled": Row("已取消", "---->", ""),
    "paid": Row("已支付", "---->", ""),
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


@pytest.mark.parametrize("status", rows_of("fankahui", "statuses"))
def test_each_status_is_read_as_itself(sample: Sample, status: str) -> None:
    order = read({**sample("fankahui_orders_get_response"), "status": status})
    assert (order.status, order.remote_status, order.problems) == (status, status, ())


@pytest.mark.parametrize("status", rows_of("fankahui", "statuses"))
def test_who_has_a_word_for_a_status_is_at_the_arrows_beginning_and_can_bring_it_about(status: str) -> None:
    said = STATUSES[status]
    assert bool(said.guest) is said.arrow.endswith(">") is (status in GUESTS)
    assert bool(said.shop) is said.arrow.startswith("<")
    assert not said.shop or TELLS[status][0] in CAN.tells


def arrows(end: str) -> Any:
    """Return a parameter for each row whose arrow has this end."""
    found = [status for status, said in STATUSES.items() if end in said.arrow]
    return pytest.mark.parametrize("status", [row("fankahui", f"statuses / {s}", s) for s in found])


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


@pytest.mark.parametrize("status", [status for status, said in STATUSES.items() if not said.guest])
def test_what_the_shop_alone_says_no_guest_can_do(guests: Control, status: str) -> None:
    placed = guests.place()["id"]
    for word in (status, TELLS[status][0]):
        with pytest.raises(httpx2.HTTPStatusError):
            guests.move(placed, word)
    assert guests.state()["orders"][0]["status"] == "placed"


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


@pytest.mark.parametrize("kind", rows_of("fankahui", "types"))
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


#: The ways to pay: two stand in the table of what is settled, all four beside the payment.
WAYS = [
    *rows_of("fankahui", "settlement / type"),
    *(row("fankahui", f"{PAYING} / {way}", way) for way in ("weixin", "alipay", "cash", "prepay")),
]


@about("fankahui", "settlement / type", f"{PAYING} / payment.type")
@pytest.mark.parametrize("kind", WAYS)
def test_each_way_to_pay_is_read_as_itself(sample: Sample, kind: str) -> None:
    payment = {"type": kind, "status": "unpaid"}
    order = read({**sample("fankahui_orders_post_response"), "payment": payment})
    assert (order.payment_type, order.payment, order.problems) == (kind, "unpaid", ())


@pytest.mark.parametrize("kind", WAYS)
async def test_each_way_to_pay_is_told_as_itself(
    channel: FankahuiChannel, service: Service, kind: str
) -> None:
    await channel.tell(letter("pay", method=kind))
    assert service.order["payment"] == {"type": kind, "status": "paid"}


@about("fankahui", "settlement / status")
@pytest.mark.parametrize("status", rows_of("fankahui", "settlement / status"))
def test_each_state_of_a_payment_is_read_as_itself(sample: Sample, status: str) -> None:
    payment = {"type": "weixin", "status": status}
    order = read({**sample("fankahui_orders_post_response"), "payment": payment})
    assert (order.payment, order.problems) == (status, ())


@about("fankahui", f"{PAYING} / payment.status")
async def test_the_deal_that_a_payment_makes_there_is_read(
    connect: Callable[..., Any], guests: Control, sample: Sample
) -> None:
    placed = guests.place()["id"]
    told = await connect().tell(Letter(uuid4(), "c", uuid4(), placed, "pay", {"method": "cash"}, NOW))
    [made] = guests.state()["deals"]
    assert (told.order.deal.id, told.order.deal.bill_id) == (made["id"], made["billID"])
    deal = read(sample("fankahui_orders_pay_response")).deal
    assert deal is not None
    assert (deal.id, deal.bill_id) == ("759abcac0d96292b", "4dab8987361ff9dc")


@about("fankahui", f"{PAYING} / sequenceNumber")
async def test_an_order_to_be_paid_is_found_by_its_sequence_number(
    channel: FankahuiChannel, service: Service
) -> None:
    found = await channel._client.order_by_sequence_number("1402304633001")
    assert found["id"] == ORDER_ID
    assert service.asked[0][2]["sequenceNumber"] == "1402304633001"


#: What follows from each documented answer; nothing from a success.
ANSWERS: Mapping[str, type[ChannelError] | None] = {"200": None, "400": Refused, "401": Paused, "403": Paused}


def answers(call: str, *values: Any) -> list[Any]:
    """Return a parameter for each documented answer of a call: what is given here, and the answer."""
    return [row("fankahui", f"{call} / answers / {status}", *values, status) for status in ANSWERS]


@pytest.mark.parametrize(
    ("verb", "status"),
    [
        *answers("POST /orders", "register"),
        *answers("PUT /orders/:id", "accept"),
        *(pytest.param("pay", status, id=f"PUT /orders/:id, a payment / {status}") for status in ANSWERS),
    ],
)
async def test_each_documented_answer_is_what_follows_from_it(
    channel: FankahuiChannel, service: Service, verb: Verb, status: str
) -> None:
    service.answers = {"PUT": int(status), "POST": int(status)}
    order = {"type": "booking", "currency": "CNY", "items": [{"id": "L", "name": "拉面", "quantity": 1}]}
    remote_id = "" if verb == "register" else ORDER_ID
    told = Letter(uuid4(), "c", uuid4(), remote_id, verb, {"order": order, "method": "cash"}, NOW)
    if error := ANSWERS[status]:
        with pytest.raises(error):
            await channel.tell(told)
    else:
        assert (await channel.tell(told)).order.remote_id == ORDER_ID


@pytest.mark.parametrize("status", answers("GET /orders"))
async def test_each_documented_answer_of_a_list_is_what_follows_from_it(
    channel: FankahuiChannel, service: Service, status: str
) -> None:
    service.answers = {"GET": int(status)}
    if error := ANSWERS[status]:
        with pytest.raises(error):
            [page async for page in channel.unfinished()]
    else:
        [page] = [page async for page in channel.unfinished()]
        assert [order.remote_id for order in page.orders] == [ORDER_ID]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        row("fankahui", "POST /orders / remarks / status", "status", "placed"),
        row("fankahui", "POST /orders / remarks / type", "type", "booking"),
    ],
)
async def test_an_order_that_is_made_says_its_status_and_its_type(
    channel: FankahuiChannel, service: Service, field: str, value: str
) -> None:
    order = {"type": "booking", "currency": "CNY", "items": [{"id": "L", "name": "拉面", "quantity": 1}]}
    made = Letter(uuid4(), "c", uuid4(), "", "register", {"order": order}, NOW)
    await channel.tell(made)
    [said] = [said for method, path, said in service.asked if (method, path) == ("POST", "/orders")]
    assert said[field] == value
