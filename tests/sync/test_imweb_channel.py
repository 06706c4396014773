"""imweb as a channel: what is heard, what each letter does there, and what becomes of refused parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from sync.channel import Channel
from sync.engine import Engine
from sync.errors import Conflict, Missing, OutcomeUnknown, Refused
from sync.messages import FailedPart, Letter, RemoteOrder, Unreadable, Verb
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
WAITING = {"status": "PAY_WAIT", "pay_time": 0}


@pytest.fixture
def shoppers(sandbox: Sandbox) -> Iterator[Control]:
    """Return the guests' side of imweb."""
    with Control(sandbox.urls["imweb"]) as control:
        yield control


@pytest.fixture
def open_shop(connect: Callable[..., Channel]) -> Callable[..., Channel]:
    """Return what opens a channel to imweb, by its settings."""
    return lambda **settings: connect("imweb", **settings)


def letter(verb: Verb, remote_id: str, **body: Any) -> Letter:
    """Return a letter about an order there."""
    return Letter(uuid4(), "c", uuid4(), remote_id, verb, body, NOW)


def parts(shoppers: Control, field: str = "status") -> list[Any]:
    """Return a field of every product-order there."""
    return [part[field] for order in shoppers.state()["orders"] for part in order["prod_orders"].values()]


async def heard(pages: Any) -> dict[str, RemoteOrder]:
    """Return the orders of all pages by their number."""
    return {order.remote_id: order async for page in pages for order in page.orders}


async def test_an_order_has_the_lines_of_all_its_product_orders(open_shop: Any, shoppers: Control) -> None:
    items = [{"prod_name": "비빔밥"}, {"prod_name": "국", "payment": {"count": 3, "price": 6000}}]
    number = shoppers.place(prod_orders=[{"items": items}, {}])["id"]
    found = (await heard(open_shop().unfinished()))[number]
    assert [(line.name, line.quantity, line.price) for line in found.lines] == [
        ("비빔밥", 1, 9000), ("국", 3, 2000), ("비빔밥", 1, 9000),
    ]  # fmt: skip


async def test_many_orders_take_few_calls(open_shop: Any, shoppers: Control, clock: Any) -> None:
    for _ in range(30):
        shoppers.place()
    before = clock()
    assert len(await heard(open_shop().changes("1", finished_since=NOW))) == 30
    assert clock() - before < timedelta(seconds=3)


async def test_a_service_that_shows_no_many_is_asked_one_by_one(open_shop: Any, shoppers: Control) -> None:
    placed = {shoppers.place()["id"] for _ in range(3)}
    shoppers.fault("fail", times=None, path="/v2/shop/prod-orders", status=404)
    found = await heard(open_shop().unfinished())
    assert {number for number, order in found.items() if order.status == "placed"} == placed


@pytest.mark.parametrize("others", [0, 2], ids=["alone", "among others"])
async def test_an_order_whose_dishes_are_refused_is_no_order_without_dishes_and_is_asked_for_again(
    open_shop: Any, shoppers: Control, others: int
) -> None:
    number = shoppers.place()["id"]
    for _ in range(others):
        shoppers.place()
    shop = open_shop()
    shoppers.fault("fail", times=None, path="/v2/shop/prod-orders", status=404)
    shoppers.fault("fail", times=None, path=f"/v2/shop/orders/{number}/prod-orders", status=404)
    pages = [page async for page in shop.changes("", finished_since=NOW - DAY)]
    found = {o.key if isinstance(o, Unreadable) else o.remote_id: o for page in pages for o in page.orders}
    assert isinstance(found[number], Unreadable)
    assert len([o for o in found.values() if isinstance(o, RemoteOrder) and o.lines]) == others
    shoppers.calm()
    again = await heard(shop.changes(pages[-1].position, finished_since=NOW))
    assert again[number].lines


async def test_only_the_states_that_are_set_are_fetched(open_shop: Any, shoppers: Control) -> None:
    waiting = shoppers.place(prod_orders=[WAITING])["id"]
    paid = shoppers.place()["id"]
    shop = open_shop(statuses=["PAY_COMPLETE"])
    assert set(await heard(shop.changes("", finished_since=NOW - DAY))) == {paid}
    assert set(await heard(open_shop().changes("", finished_since=NOW - DAY))) == {paid, waiting}


async def test_a_state_that_no_document_has_is_fetched_where_it_is_named(
    open_shop: Any, shoppers: Control
) -> None:
    long_ago = int((NOW - 9 * DAY).timestamp())
    odd = shoppers.place(order_time=long_ago, prod_orders=[{"status": "ON_HOLD"}])["id"]
    shop = open_shop(statuses=["PAY_COMPLETE"], extra_statuses=["ON_HOLD"])
    found = await heard(shop.changes("", finished_since=NOW - 20 * DAY))
    assert (set(found), found[odd].status, found[odd].remote_status) == ({odd}, "unknown", "ON_HOLD")
    assert set(await heard(shop.unfinished())) == {odd}
    assert set(await heard(open_shop().unfinished())) == set()


async def test_the_first_fetch_takes_what_is_open_of_any_age_and_what_is_finished_of_the_last_day(
    open_shop: Any, shoppers: Control
) -> None:
    long_ago = int((NOW - 9 * DAY).timestamp())
    open_one = shoppers.place(order_time=long_ago)["id"]
    shoppers.place(order_time=long_ago, prod_orders=[{"status": "COMPLETE"}])
    finished = shoppers.place(prod_orders=[{"status": "COMPLETE"}])["id"]
    found = await heard(open_shop().changes("", finished_since=NOW - DAY))
    assert set(found) == {open_one, finished}


async def test_a_cancellation_of_today_is_heard_at_the_next_fetch(open_shop: Any, shoppers: Control) -> None:
    number = shoppers.place(prod_orders=[WAITING])["id"]
    shop = open_shop()
    pages = [page async for page in shop.changes("", finished_since=NOW - DAY)]
    shoppers.cancel(number)
    found = await heard(shop.changes(pages[-1].position, finished_since=NOW))
    assert found[number].status == "canceled"


async def test_a_request_about_an_old_order_is_found_by_the_sweep(open_shop: Any, shoppers: Control) -> None:
    part = {"status": "COMPLETE"}
    number = shoppers.place(order_time=int((NOW - 30 * DAY).timestamp()), prod_orders=[part])["id"]
    assert await heard(open_shop().unfinished()) == {}
    shoppers.move(number, "return")
    assert (await heard(open_shop().unfinished()))[number].problems == ("return_requested",)


async def test_an_order_dated_into_the_future_hides_no_other(open_shop: Any, shoppers: Control) -> None:
    shoppers.place(order_time=4_000_000_000)
    pages = [page async for page in open_shop().changes("1", finished_since=NOW)]
    assert float(pages[-1].position) < (NOW + DAY).timestamp()


async def test_an_empty_shop_is_not_a_first_fetch_for_ever(open_shop: Any) -> None:
    pages = [page async for page in open_shop().changes("", finished_since=NOW)]
    assert pages[-1].position


async def test_a_transfer_is_confirmed_and_nothing_else(open_shop: Any, shoppers: Control) -> None:
    number = shoppers.place(prod_orders=[WAITING, {}])["id"]
    told = await open_shop().tell(letter("pay", number, method="cash"))
    assert (parts(shoppers), told.order.payment) == (["PAY_COMPLETE", "PAY_COMPLETE"], "paid")
    assert (await open_shop().tell(letter("pay", number, method="cash"))).already


async def test_stored_value_is_nothing_that_this_service_can_take(open_shop: Any, shoppers: Control) -> None:
    number = shoppers.place(prod_orders=[WAITING])["id"]
    with pytest.raises(Refused, match="cannot_be_told"):
        await open_shop().tell(letter("pay", number, method="prepay"))
    assert parts(shoppers) == ["PAY_WAIT"]


async def test_a_dispatch_tells_carrier_and_number_and_a_new_number_is_entered(
    open_shop: Any, shoppers: Control
) -> None:
    number = shoppers.place()["id"]
    shop = open_shop()
    await shop.tell(letter("accept", number))
    await shop.tell(letter("dispatch", number, carrier="cj", tracking="3021"))
    assert (parts(shoppers), parts(shoppers, "parcel_code")) == (["DELIVERING"], ["CJ"])
    assert (await shop.tell(letter("dispatch", number, carrier="cj", tracking="3021"))).already
    await shop.tell(letter("dispatch", number, carrier="cj", tracking="3022"))
    assert parts(shoppers, "invoice_no") == ["3022"]


async def test_what_is_there_without_a_number_gets_it_later(open_shop: Any, shoppers: Control) -> None:
    number = shoppers.place()["id"]
    shop = open_shop()
    for verb in ("accept", "complete"):
        await shop.tell(letter(verb, number))
    assert (parts(shoppers), parts(shoppers, "invoice_no")) == (["COMPLETE"], [""])
    await shop.tell(letter("dispatch", number, carrier="CJ", tracking="3021"))
    assert (parts(shoppers), parts(shoppers, "invoice_no")) == (["COMPLETE"], ["3021"])
    assert (await shop.tell(letter("dispatch", number, carrier="CJ", tracking="3021"))).already


async def test_a_dispatch_without_a_number_is_not_sent(open_shop: Any, shoppers: Control) -> None:
    number = shoppers.place()["id"]
    with pytest.raises(Refused, match="incomplete: parcel_code, invoice_no"):
        await open_shop().tell(letter("dispatch", number))
    assert parts(shoppers) == ["PAY_COMPLETE"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"reason": "오늘은 쉽니다"}, "DELAYED_DELIVERY"),
        ({"reason": "broken"}, "BROKEN"),
        ({"reason": "상품 품절"}, "SOLD_OUT"),
        ({"reason": "x", "reason_code": "WRONG_OPTION"}, "WRONG_OPTION"),
    ],
)
async def test_one_of_the_eleven_reasons_is_told(
    open_shop: Any, shoppers: Control, monkeypatch: pytest.MonkeyPatch, body: dict[str, Any], code: str
) -> None:
    number, shop = shoppers.place()["id"], open_shop(reject_reason="DELAYED_DELIVERY")
    told = []
    cancel = shop._client.cancel

    async def listen(*args: Any, **facts: Any) -> Any:
        told.append(facts["reason_code"])
        return await cancel(*args, **facts)

    monkeypatch.setattr(shop._client, "cancel", listen)
    await shop.tell(letter("reject", number, **body))
    assert (told, parts(shoppers)) == ([code], ["CANCEL"])


async def test_a_reason_that_the_service_does_not_know_is_not_replaced(
    open_shop: Any, shoppers: Control
) -> None:
    with pytest.raises(Refused, match="not_allowed: reason_code"):
        await open_shop().tell(letter("cancel", shoppers.place()["id"], reason_code="BAD_WEATHER"))
    assert parts(shoppers) == ["PAY_COMPLETE"]


async def test_canceling_what_the_guest_asked_to_cancel_accepts_that(
    open_shop: Any, shoppers: Control
) -> None:
    number = shoppers.place()["id"]
    shoppers.move(number, "cancel")
    told = await open_shop().tell(letter("cancel", number, reason="예"))
    assert (parts(shoppers), told.order.payment) == (["CANCEL"], "refunded")


@pytest.mark.parametrize("verb", ["accept", "execute", "dispatch", "pay", "complete"])
async def test_what_the_guest_canceled_is_a_conflict(open_shop: Any, shoppers: Control, verb: Verb) -> None:
    number = shoppers.place(prod_orders=[WAITING])["id"]
    shoppers.cancel(number)
    with pytest.raises(Conflict, match="moved_on: canceled"):
        await open_shop().tell(letter(verb, number))


async def test_what_was_accepted_elsewhere_is_not_rejected(open_shop: Any, shoppers: Control) -> None:
    number = shoppers.place(prod_orders=[{"status": "STANDBY"}])["id"]
    with pytest.raises(Conflict, match="moved_on: accepted"):
        await open_shop().tell(letter("reject", number, reason="x"))


async def test_a_late_accept_takes_back_nothing(open_shop: Any, shoppers: Control) -> None:
    number = shoppers.place(prod_orders=[{"status": "DELIVERING"}])["id"]
    assert (await open_shop().tell(letter("accept", number))).already
    assert parts(shoppers) == ["DELIVERING"]


async def test_a_letter_may_be_about_one_line(open_shop: Any, shoppers: Control) -> None:
    order = shoppers.place(prod_orders=[{}, {}])
    shop = open_shop()
    line = (await shop.read(order["id"])).lines[1]
    await shop.tell(letter("accept", order["id"], parts=[line.id]))
    assert parts(shoppers) == ["PAY_COMPLETE", "STANDBY"]


async def test_a_failed_part_is_split_from_the_rest(open_shop: Any, shoppers: Control) -> None:
    order = shoppers.place(prod_orders=[{}, {}, {}])
    shoppers.move(order["id"], "hold", part=order["prod_orders"][1], words="재고 없음")
    told = await open_shop().tell(letter("accept", order["id"]))
    assert told.failed == (FailedPart(order["prod_orders"][1], "재고 없음"),)
    assert parts(shoppers) == ["STANDBY", "PAY_COMPLETE", "STANDBY"]


async def test_what_is_refused_in_all_its_parts_is_refused_with_the_words_of_each(
    open_shop: Any, shoppers: Control
) -> None:
    order = shoppers.place(prod_orders=[{}, {}])
    shoppers.move(order["id"], "hold", words="재고 없음")
    with pytest.raises(Refused) as caught:
        await open_shop().tell(letter("accept", order["id"]))
    assert caught.value.reason == "; ".join(f"{part}: 재고 없음" for part in order["prod_orders"])


async def test_an_answer_that_was_lost_is_looked_for_there(open_shop: Any, shoppers: Control) -> None:
    number, shop = shoppers.place()["id"], open_shop()
    shoppers.fault("drop", method="PATCH")
    with pytest.raises(OutcomeUnknown):
        await shop.tell(letter("accept", number))
    assert (await shop.tell(letter("accept", number))).already


async def test_what_cannot_be_read_back_is_of_unknown_outcome(
    open_shop: Any, shoppers: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, shop = shoppers.place()["id"], open_shop()
    place = shop._client.place

    async def then_down(*args: Any, **facts: Any) -> Any:
        outcome = await place(*args, **facts)
        shoppers.fault("down", times=None)
        return outcome

    monkeypatch.setattr(shop._client, "place", then_down)
    with pytest.raises(OutcomeUnknown):
        await shop.tell(letter("accept", number))


async def test_an_order_that_was_never_there_is_missing(open_shop: Any) -> None:
    for remote_id in ("", "0"):
        with pytest.raises(Missing):
            await open_shop().tell(letter("accept", remote_id))


async def test_a_refused_part_is_told_again_alone(
    open_shop: Any, shoppers: Control, host: Any, clock: Any
) -> None:
    order = shoppers.place(prod_orders=[{}, {}])
    held = order["prod_orders"][0]
    shoppers.move(order["id"], "hold", part=held, words="재고 없음")
    engine = Engine(open_shop(), host, clock=clock)
    host.write("accept", None, order["id"])
    report = await engine.once()
    assert (report.ok, report.told, report.failed, report.error) == (False, 1, 1, "재고 없음")
    assert [(row.state, row.error) for row in host.rows] == [("told", ""), ("failed", "재고 없음")]
    shoppers.move(order["id"], "hold", part=held, words="")
    host.rows[1].state = "waiting"
    assert (await engine.once()).told == 1
    assert parts(shoppers) == ["STANDBY", "STANDBY"]


async def test_being_asked_for_quiet_quiets_the_channel(
    open_shop: Any, shoppers: Control, host: Any, clock: Any
) -> None:
    engine = Engine(open_shop(), host, clock=clock)
    shoppers.fault("throttle", seconds=90, path="/v2/shop/orders")
    assert not (await engine.once()).ok
    assert host.healths[-1].detail["quiet_until"]
    assert (await engine.once()).error == "quiet"
    clock.pass_(seconds=91)
    assert (await engine.once()).ok
