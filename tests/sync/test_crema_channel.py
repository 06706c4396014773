"""CREMA as a channel: what is told of an order that was sold elsewhere, and what was deleted there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from sync.channel import Channel
from sync.channels import KINDS
from sync.channels.crema.sales import standing
from sync.channels.crema.settings import STATUSES, Standing
from sync.errors import Missing, OutcomeUnknown, Refused, TryLater
from sync.messages import FailedPart, Letter, RemoteOrder, Told
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

LEFT = datetime(2026, 3, 1, 12, tzinfo=UTC)
THERE = LEFT + timedelta(hours=1)
ITEMS: list[dict[str, Any]] = [
    {"id": "a", "item_id": "P1", "name": "拉面", "quantity": 3, "price": 15000, "deal_price": 9000,
     "options": ["加辣", "size:160"]},
    {"id": "b", "item_id": "", "name": "饺子", "quantity": 1, "price": 8000, "deal_price": 8000},
]  # fmt: skip


def sale(order_id: UUID | None = None, about: str = "fankahui", **body: Any) -> Letter:
    """Return a letter that tells what was sold; whatever is an order's stands in its order."""
    order = {"type": "deliver", "status": "executed", "currency": "KRW", "total": 53000, "items": ITEMS}
    order |= {name: body.pop(name) for name in list(body) if name in ("status", "items", "currency", "guest")}
    payment = {"payment": {"status": body.pop("payment", "unpaid")}}
    body = {"channel": about, "order": {**order, **payment}, "started_at": LEFT.isoformat(), **body}
    return Letter(uuid4(), "reviews", order_id or uuid4(), "", "sale", body, LEFT)


def later(told: Letter, **body: Any) -> Letter:
    """Return the next letter about the same order, whose lines are known there."""
    known = [item["id"] for item in told.body["order"]["items"]]
    return replace(sale(told.order_id, **{"known": known, **body}), id=uuid4())


@pytest.fixture
def account(sandbox: Sandbox) -> Iterator[Control]:
    """Return what others do at CREMA, and what stands there."""
    with Control(sandbox.urls["crema"]) as control:
        yield control


@pytest.fixture
def crema(connect: Callable[..., Channel]) -> Callable[..., Channel]:
    """Return what opens a channel to CREMA, by its settings."""
    return lambda **settings: connect("crema", **settings)


def lines(account: Control) -> dict[str, dict[str, Any]]:
    """Return what stands there, by our id of the line."""
    found = [line for order in account.state()["orders"] for line in order["sub_orders"]]
    return {line["code"].partition(":")[2]: line for line in found}


async def test_what_was_executed_is_told_line_by_line(crema: Any, account: Control) -> None:
    told = sale(guest={"id": "u1", "name": "홍길동", "phone": "010-1234-5678"})
    assert await crema().tell(told) == Told()
    [order] = account.state()["orders"]
    assert (order["code"], order["user_code"], order["total_price"]["cents"]) == (
        str(told.order_id), "u1", 53000,
    )  # fmt: skip
    noodles, dumplings = lines(account).values()
    assert noodles["code"] == f"{told.order_id}:a"
    assert (noodles["product_code"], noodles["product_count"]) == ("P1", 3)
    assert noodles["price"] == {"cents": 45000, "currency_iso": "KRW"}
    assert noodles["product_options"] == {"option": "加辣", "size": "160"}
    assert (noodles["status"], noodles["delivered_at"]) == ("delivery_started", None)
    assert datetime.fromisoformat(noodles["delivery_started_at"]) == LEFT
    assert (dumplings["product_code"], dumplings["price"]["cents"]) == ("饺子", 8000)


async def test_nothing_of_the_guest_is_told_but_the_shops_own_id_of_him(crema: Any, account: Control) -> None:
    await crema().tell(
        sale(guest={"id": "u1", "name": "홍길동", "phone": "010-1234-5678", "address": "서울"})
    )
    told = str(account.state())
    assert not [word for word in ("홍길동", "010-1234-5678", "서울") if word in told]


async def test_what_was_settled_is_finished_there(crema: Any, account: Control) -> None:
    shop, told = crema(), sale()
    await shop.tell(told)
    await shop.tell(later(told, status="paid", payment="paid", finished_at=THERE.isoformat()))
    for line in lines(account).values():
        assert line["status"] == "delivery_finished"
        assert datetime.fromisoformat(line["delivered_at"]) == THERE


async def test_a_deal_taken_apart_takes_its_end_back(crema: Any, account: Control) -> None:
    shop, told = crema(), sale()
    await shop.tell(told)
    await shop.tell(later(told, status="paid", finished_at=THERE.isoformat()))
    await shop.tell(later(told))
    for line in lines(account).values():
        assert (line["status"], line["delivered_at"]) == ("delivery_started", None)


async def test_what_was_canceled_is_canceled_there_and_not_deleted(crema: Any, account: Control) -> None:
    shop, told = crema(), sale()
    await shop.tell(told)
    await shop.tell(later(told, status="canceled"))
    assert {line["status"] for line in lines(account).values()} == {"cancelled"}


@pytest.mark.parametrize(
    ("returned", "a"),
    [(1, ("delivery_finished", 2, 30000)), (3, ("returned", 3, 45000)), (9, ("returned", 3, 45000))],
)
async def test_what_was_refunded_changes_its_line_alone(
    crema: Any, account: Control, returned: int, a: tuple[str, int, int]
) -> None:
    shop, told = crema(), sale()
    await shop.tell(told)
    await shop.tell(later(told, status="paid", returned={"a": returned}))
    there = lines(account)
    assert (there["a"]["status"], there["a"]["product_count"], there["a"]["price"]["cents"]) == a
    assert (there["b"]["status"], there["b"]["product_count"]) == ("delivery_finished", 1)


@pytest.mark.parametrize(
    ("carrier", "word"), [("CJ", "cjgls"), ("EPOST", "epost"), ("epost", "epost"), ("HANJIN", "HANJIN")]
)
async def test_a_carrier_is_told_by_the_services_word(
    crema: Any, account: Control, carrier: str, word: str
) -> None:
    shop, told = crema(delivery_services={"Cj": "cjgls"}), sale(carrier=carrier, tracking="3021")
    await shop.tell(told)
    ways = {(line["delivery_service"], line["invoice"]) for line in lines(account).values()}
    assert ways == {(word, "3021")}
    await shop.tell(later(told))
    assert {(line["delivery_service"], line["invoice"]) for line in lines(account).values()} == {("", None)}


async def test_a_line_that_was_added_is_made_and_one_that_went_is_canceled(
    crema: Any, account: Control
) -> None:
    shop, told = crema(), sale()
    await shop.tell(told)
    added = {"id": "c", "item_id": "P3", "name": "茶", "quantity": 1, "price": 500}
    await shop.tell(later(told, items=[ITEMS[0], added], known=["a", "b"]))
    there = lines(account)
    assert {key: line["status"] for key, line in there.items()} == {
        "a": "delivery_started", "b": "cancelled", "c": "delivery_started",
    }  # fmt: skip
    assert there["b"]["price"]["cents"] == 8000


async def test_lines_without_ids_of_their_own_have_their_place(crema: Any, account: Control) -> None:
    nameless = [{**ITEMS[0], "id": ""}, {**ITEMS[1], "id": "b"}, {**ITEMS[1], "id": "b"}]
    await crema().tell(sale(items=nameless))
    assert list(lines(account)) == ["#1", "b", "#3"]


async def test_what_has_no_price_is_told_without_one(crema: Any, account: Control) -> None:
    await crema().tell(sale(items=[{**ITEMS[0], "price": None}]))
    assert lines(account)["a"]["price"]["cents"] == 0


@pytest.mark.parametrize(("currency", "cents"), [("KRW", 45000), ("USD", 0)])
async def test_amounts_of_another_currency_are_not_told_as_the_accounts(
    crema: Any, account: Control, currency: str, cents: int
) -> None:
    await crema(currency="KRW").tell(sale(currency=currency))
    assert lines(account)["a"]["price"]["cents"] == cents


async def test_the_shop_may_name_statuses_of_its_own(crema: Any, account: Control) -> None:
    await crema(statuses={"executed": "delivery_preparing"}).tell(sale())
    assert lines(account)["a"]["status"] == "delivery_preparing"


@pytest.mark.parametrize(
    ("status", "payment", "returned", "stands"),
    [
        ("placed", "unpaid", False, "unpaid"),
        ("placed", "paid", False, "paid"),
        ("accepted", "unpaid", False, "accepted"),
        ("executed", "unpaid", False, "executed"),
        ("executed", "unpaid", True, "returned"),
        ("paid", "paid", False, "settled"),
        ("paid", "refunded", True, "returned"),
        ("placed", "paid", True, "canceled"),
        ("canceled", "paid", False, "canceled"),
        ("rejected", "unpaid", False, "canceled"),
        ("canceled", "refunded", True, "canceled"),
    ],
)
def test_each_state_of_an_order_here_has_one_there(
    status: Any, payment: Any, returned: bool, stands: Standing
) -> None:
    order = RemoteOrder("", status, "deliver", (), "KRW", {}, payment=payment)
    assert standing(order, returned=returned) == stands
    assert STATUSES[stands]


async def test_only_what_the_shop_wants_told_is_told(crema: Any, account: Control) -> None:
    shop = crema(tell_about=("imweb", "shop"))
    with pytest.raises(Refused, match="not_wanted: fankahui"):
        await shop.tell(sale())
    assert account.state()["orders"] == []
    await shop.tell(sale(about="shop"))
    assert len(account.state()["orders"]) == 1


async def test_a_line_that_was_deleted_there_is_noticed_and_not_made_anew(
    crema: Any, account: Control
) -> None:
    shop, told = crema(), sale()
    await shop.tell(told)
    account.move(str(told.order_id), "delete-line", code=f"{told.order_id}:a")
    answer = await shop.tell(later(told, status="paid"))
    assert answer == Told(failed=(FailedPart("a", "deleted_there: 拉面"),))
    assert {key: line["status"] for key, line in lines(account).items()} == {"b": "delivery_finished"}


async def test_what_a_person_has_told_again_is_made_anew(crema: Any, account: Control) -> None:
    shop, told = crema(), sale()
    await shop.tell(told)
    account.move(str(told.order_id), "delete")
    next_one = later(told, status="paid")
    assert [part.id for part in (await shop.tell(next_one)).failed] == ["a", "b"]
    assert account.state()["orders"] == []
    again = replace(next_one, body={**next_one.body, "parts": ["a"]})
    assert await shop.tell(again) == Told()
    assert {key: line["status"] for key, line in lines(account).items()} == {"a": "delivery_finished"}


@pytest.mark.parametrize("body", ["json", "form"])
async def test_what_is_told_again_of_a_line_that_is_there_changes_all_of_it(
    crema: Any, account: Control, body: str
) -> None:
    shop, told = crema(body=body), sale(carrier="EPOST", tracking="3021", finished_at=THERE.isoformat())
    await shop.tell(told)
    await shop.tell(later(told, parts=["a"]))
    there = {key: (line["delivered_at"], line["invoice"]) for key, line in lines(account).items()}
    assert (there["a"], there["b"][1]) == ((None, None), "3021")


async def test_that_a_line_that_is_gone_here_is_gone_there_is_nobodys_trouble(
    crema: Any, account: Control
) -> None:
    shop, told = crema(), sale()
    await shop.tell(told)
    account.move(str(told.order_id), "delete-line", code=f"{told.order_id}:b")
    assert await shop.tell(later(told, items=ITEMS[:1])) == Told()


async def test_what_is_refused_of_one_line_leaves_the_others_told(crema: Any, account: Control) -> None:
    taken = uuid4()
    account.place(code="B", sub_orders=[{"code": f"{taken}:a", "product_code": "P"}])
    answer = await crema().tell(sale(taken))
    assert answer.failed == (FailedPart("a", "code has already been taken"),)
    assert "b" in lines(account)


async def test_what_is_refused_of_every_line_is_refused(crema: Any) -> None:
    with pytest.raises(Refused, match=r"^status is not included in the list$"):
        await crema(statuses={"executed": "cooked"}).tell(sale())


async def test_a_letter_whose_answer_was_lost_is_told_again_without_harm(
    crema: Any, account: Control
) -> None:
    shop, told = crema(), sale()
    account.fault("drop", method="POST", path="/v1/sub_orders")
    with pytest.raises(OutcomeUnknown):
        await shop.tell(told)
    assert list(lines(account)) == ["a"]
    assert await shop.find(replace(told, attempted=True)) is None
    await shop.tell(replace(told, attempted=True))
    assert list(lines(account)) == ["a", "b"]


async def test_nothing_is_deleted_but_by_a_letter_that_says_so(crema: Any, account: Control) -> None:
    shop, told = crema(), sale()
    other = sale()
    await shop.tell(told)
    await shop.tell(other)
    for body in ({"status": "canceled"}, {"items": []}, {"returned": {"a": 3, "b": 1}}):
        await shop.tell(later(told, **{"known": ["a", "b"], **body}))
    assert len(lines(account)) == 2
    await shop.tell(replace(told, verb="forget", body={"parts": ["a"]}))
    assert [len(order["sub_orders"]) for order in account.state()["orders"]] == [1, 2]
    await shop.tell(replace(told, verb="forget", body={}))
    assert [order["code"] for order in account.state()["orders"]] == [str(other.order_id)]
    assert await shop.tell(replace(told, verb="forget", body={})) == Told()


async def test_a_list_of_another_orders_lines_has_none_of_them_deleted(crema: Any, account: Control) -> None:
    shop, told, other = crema(), sale(), sale()
    for letter in (told, other):
        await shop.tell(letter)
    await shop.read(str(other.order_id))
    account.fault("repeat")
    with pytest.raises(TryLater, match="moving_rows"):
        await shop.tell(replace(told, verb="forget", body={}))
    assert [len(order["sub_orders"]) for order in account.state()["orders"]] == [2, 2]
    await shop.tell(replace(told, verb="forget", body={}))
    assert [order["code"] for order in account.state()["orders"]] == [str(other.order_id)]


@pytest.mark.parametrize("verb", ["accept", "register", "pay", "cancel"])
async def test_it_is_told_nothing_of_orders_as_its_own(crema: Any, verb: Any) -> None:
    with pytest.raises(Refused, match="cannot_be_told"):
        await crema().tell(replace(sale(), verb=verb))


async def test_what_was_told_is_read_with_every_line(crema: Any) -> None:
    shop, told = crema(page_size=1), sale(carrier="EPOST", tracking="3021")
    await shop.tell(told)
    order = await shop.read(str(told.order_id))
    assert (order.remote_id, order.status, order.currency) == (str(told.order_id), "executed", "KRW")
    assert [(line.id, line.quantity, line.price) for line in order.lines] == [("a", 3, 15000), ("b", 1, 8000)]
    assert order.lines[0].options == ("option: 加辣", "size: 160")
    assert order.problems == ()


async def test_what_was_deleted_there_is_missing_to_a_reader(crema: Any, account: Control) -> None:
    shop, told = crema(), sale()
    await shop.tell(told)
    account.move(str(told.order_id), "delete-line", code=f"{told.order_id}:a")
    assert [line.id for line in (await shop.read(str(told.order_id))).lines] == ["b"]
    account.move(str(told.order_id), "delete")
    with pytest.raises(Missing):
        await shop.read(str(told.order_id))


def test_it_says_that_it_has_nothing_to_accept() -> None:
    can = KINDS["crema"].can
    assert (can.lists, can.reads, set(can.tells)) == (False, True, {"sale", "forget"})
