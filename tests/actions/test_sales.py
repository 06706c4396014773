"""What was sold is told to who asks guests about it: as it is now, once, and without the guest's data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from pos.actions import channels, deals, new, orders, outbox, refunds, sales, services
from pos.domain.order import Line, Order, OrderType, Status
from pos.domain.payment import Amount
from pos.domain.refusals import Refused
from pos.domain.shop import Shop
from pos.store import backlog, queries
from pos.store.cards import known_elsewhere
from pos.store.orders import reading
from sync.messages import FailedPart, Health, RemoteGuest, RemoteNote, RemoteOrder, Told

Heard = Callable[..., RemoteOrder]

GUEST = RemoteGuest("G1", "张三", "13800000000", "路 1")


@pytest.fixture
def shop(shop: Shop, telling: Callable[..., Shop]) -> Shop:
    """The shop, whose sales are told to one who asks for reviews."""
    return telling(shop)


def test_nothing_is_told_before_an_order_was_fired(counter: Any, hears: Any, heard: Heard) -> None:
    counter.hear(heard("R1"), heard("R2"), heard("R3"))
    counter.do(orders.accept, counter.order("R1").id)
    counter.do(orders.reject, counter.order("R2").id, "sold out")
    counter.do(orders.accept, counter.order("R3").id)
    counter.do(orders.cancel, counter.order("R3").id, "guest left")
    assert [hears.sold(counter.order(name)) for name in ("R1", "R2", "R3")] == [[], [], []]


def test_what_is_told_is_the_order_without_a_word_of_its_guest(hears: Any, heard: Heard) -> None:
    line = replace(heard().lines[0], note="张三 13800000000", item_id="P1")
    order = hears.cooked(heard, lines=(line,), memo=(RemoteNote("张三", "快点"),))
    letter = hears.tell()
    body = letter.body
    assert (letter.verb, letter.channel, letter.order_id, letter.remote_id) == (
        "sale",
        "reviews",
        order.id,
        "",
    )
    assert (body["channel"], body["known"], body["returned"]) == ("fankahui", [], {})
    assert (body["started_at"], body["finished_at"]) == ("2026-11-20T04:00:00+00:00", None)
    said = body["order"]
    assert (said["status"], said["total"], said["currency"]) == ("executed", 600, "CNY")
    assert said["items"][0].items() >= {"id": "L1", "item_id": "P1", "quantity": 2, "price": 300}.items()
    assert said["guest"] == {"id": "G1", "name": "", "phone": "", "address": ""}
    assert not [word for word in ("张三", "138", "路 1", "快点") if word in str(body)]


def amended(tx: Any, order: Order) -> None:
    """One dish more, one less."""
    orders.amend(tx, order.id, [replace(order.lines[0], quantity=5), Line("", "汤", 1, 900)])


def paid(tx: Any, order: Order) -> Any:
    """Cash is taken for it."""
    return deals.settle(tx, [order.id], [Amount("cash", order.total or 0)]).deal


def refunded(tx: Any, order: Order) -> None:
    """One piece is paid back."""
    refunds.refund(tx, paid(tx, order).id, [(order.id, "L1", 1)], reason="cold")


def off(tx: Any, order: Order) -> None:
    """The guest does not want it any more."""
    orders.cancel(tx, order.id, "guest left")


def gone_out(tx: Any, order: Order) -> None:
    """It leaves with a carrier."""
    tx.put(replace(order, carrier="CJ", tracking="77", dispatched_at=tx.now))
    sales.tell_sale(tx, tx.orders.get(order.id))


MOVES: dict[str, tuple[Callable[[Any, Order], Any], Callable[[Any], Any], Any]] = {
    "settle": (paid, lambda body: (body["order"]["status"], bool(body["finished_at"])), ("paid", True)),
    "cancel": (off, lambda body: (body["order"]["status"], body["finished_at"]), ("canceled", None)),
    "refund": (refunded, lambda body: (body["order"]["status"], body["returned"]), ("paid", {"L1": 1})),
    "amend": (amended, lambda body: [item["quantity"] for item in body["order"]["items"]], [5, 1]),
    "dispatch": (gone_out, lambda body: (body["carrier"], body["tracking"]), ("CJ", "77")),
}


@pytest.mark.parametrize("move", sorted(MOVES))
def test_a_letter_that_waits_is_renewed_by_what_happens_next(
    counter: Any, hears: Any, heard: Heard, move: str
) -> None:
    order = hears.cooked(heard)
    act, said, expected = MOVES[move]
    counter.do(act, order)
    [letter] = hears.sold(order)
    assert (letter.state, said(letter.body)) == ("waiting", expected)


@pytest.mark.parametrize("move", sorted(MOVES))
def test_what_was_told_is_told_again_as_it_is_now_with_what_is_known_there(
    counter: Any, hears: Any, heard: Heard, move: str
) -> None:
    order = hears.cooked(heard)
    hears.tell()
    act, said, expected = MOVES[move]
    counter.do(act, order)
    letter = hears.tell()
    assert (said(letter.body), letter.body["known"]) == (expected, ["L1", "L2"])
    assert hears.claim() is None


def test_what_was_paid_before_it_left_is_with_its_guest_once_it_has_left(
    counter: Any, hears: Any, heard: Heard
) -> None:
    order = hears.cooked(heard)
    hears.settle(order)
    counter.clock.pass_by(hours=2)
    counter.do(services.dispatch, order.id, "CJ", "77")
    body = hears.tell().body
    assert (body["carrier"], body["tracking"]) == ("CJ", "77")
    assert body["started_at"] == body["finished_at"] == "2026-11-20T06:00:00+00:00"


def test_a_dispatch_that_is_undone_is_not_told(counter: Any, hears: Any, heard: Heard) -> None:
    order = hears.cooked(heard)
    before = hears.tell().body
    counter.do(services.dispatch, order.id, "CJ", "77", undoable=True)
    assert hears.claim() is None
    counter.do(services.undo_dispatch, order.id)
    counter.clock.pass_by(seconds=6)
    assert {**hears.tell().body, "known": []} == before


def test_goods_that_its_service_took_back_are_told_once_it_has(
    counter: Any, hears: Any, heard: Heard
) -> None:
    order = hears.cooked(heard)
    hears.tell()
    counter.do(services.give_back, order.id, services.Goods("broken"))
    assert hears.claim() is None
    counter.tell_all()
    assert hears.tell().body["returned"] == {"L1": 2, "L2": 1}


def test_goods_of_which_its_service_took_only_some_are_told_so(
    counter: Any, hears: Any, heard: Heard
) -> None:
    order = hears.cooked(heard)
    counter.do(services.give_back, order.id, services.Goods("broken"))
    counter.do(outbox.told, counter.claim_letter(), Told(failed=(FailedPart("L2", "too late"),)))
    assert hears.tell().body["returned"] == {"L1": 2}


def test_money_that_the_channel_gave_back_is_told_of_all_pieces(
    counter: Any, hears: Any, heard: Heard
) -> None:
    order = hears.cooked(heard, payment="paid", payment_type="online")
    hears.tell()
    counter.hear(heard(type="deliver", guest=GUEST, status="accepted", payment="refunded"))
    assert counter.order().payment.status == "refunded"
    assert hears.tell().body["returned"] == {"L1": 2, "L2": 1}
    assert hears.sold(order)[-1].state == "told"


def test_what_a_channel_does_with_its_order_is_told(counter: Any, hears: Any, heard: Heard) -> None:
    hears.cooked(heard)
    hears.tell()
    counter.hear(heard(type="deliver", guest=GUEST, status="canceled"))
    assert hears.tell().body["order"]["status"] == "canceled"


@pytest.mark.parametrize("again", ["execute", "cancel", "settle", "amend", "hear"])
def test_what_changes_nothing_writes_nothing(counter: Any, hears: Any, heard: Heard, again: str) -> None:
    order = hears.cooked(heard)
    if again == "settle":
        hears.settle(order)
    if again == "cancel":
        counter.do(orders.cancel, order.id, "guest left")
    hears.tell()
    before = hears.letters(order)
    {
        "execute": lambda: counter.do(orders.execute, order.id),
        "cancel": lambda: counter.do(orders.cancel, order.id, "guest left"),
        "settle": lambda: hears.settle(order),
        "amend": lambda: counter.do(orders.amend, order.id, memo="no words for others"),
        "hear": lambda: counter.hear(heard(type="deliver", guest=GUEST, memo=(RemoteNote("x", "y"),))),
    }[again]()
    assert hears.letters(order) == before


def test_only_the_channels_that_it_wants_to_hear_of_are_told(
    open_counter: Any, shop: Shop, heard: Heard, telling: Callable[..., Shop], hears: Any
) -> None:
    counter = open_counter(telling(shop, tell_about=("counter",)))
    hears.counter = counter
    order = hears.cooked(heard)
    mine = counter.do(new.place, new.Draft(OrderType.EAT_IN, (Line("", "汤", 1, 900),)))
    assert (hears.sold(order), len(hears.sold(mine))) == ([], 1)
    assert hears.tell().body["channel"] == "counter"


def test_an_order_without_prices_is_told_without_them(hears: Any, heard: Heard) -> None:
    lines = tuple(replace(line, price=None) for line in heard().lines)
    hears.cooked(heard, lines=lines, currency=None)
    said = hears.tell().body["order"]
    assert (said["total"], said["currency"], {item["price"] for item in said["items"]}) == (
        None,
        None,
        {None},
    )


def test_firing_costs_no_statement_more_where_nobody_hears_of_sales(
    open_counter: Any, shop: Shop, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = replace(shop, channels={"fankahui": shop.channels["fankahui"]})
    with_it = statements(open_counter(alone), heard)
    monkeypatch.setattr("pos.actions.reactions.tell_sale", lambda *_said, **_more: None)
    assert statements(open_counter(alone), heard) == with_it > 0


def statements(counter: Any, heard: Heard) -> int:
    """Return how many statements accepting and firing an order takes."""
    counter.hear(heard(type="deliver"))
    count = 0

    def counted(*_said: Any) -> None:
        nonlocal count
        count += 1

    event.listen(Engine, "before_cursor_execute", counted)
    try:
        counter.do(orders.accept, counter.order().id)
    finally:
        event.remove(Engine, "before_cursor_execute", counted)
    return count


def test_a_touch_can_be_undone_before_it_is_told(counter: Any, hears: Any, heard: Heard) -> None:
    counter.hear(heard(type="deliver"))
    order = counter.order()
    counter.do(orders.accept, order.id, undoable=True)
    assert hears.claim() is None
    counter.clock.pass_by(seconds=6)
    hears.tell()
    counter.do(orders.cancel, order.id, "guest left", undoable=True)
    assert hears.claim() is None
    counter.clock.pass_by(seconds=6)
    assert hears.tell().body["order"]["status"] == "canceled"


def test_undo_looks_at_what_the_orders_own_channel_was_told(counter: Any, hears: Any, heard: Heard) -> None:
    counter.hear(heard())
    order = counter.order()
    counter.do(orders.accept, order.id, undoable=True)
    counter.do(lambda tx: tx.outbox.add("reviews", order.id, "sale", {"order": {"items": []}}, tx.now))
    assert counter.do(orders.undo, order.id).status is Status.PLACED
    assert [letter.state for letter in hears.letters(order)] == ["waiting"]


def stay(counter: Any, letter: Any, fate: str) -> None:
    """Let a letter that is being told fail, or wait again, or let its worker die."""
    if fate == "failed":
        counter.do(outbox.refused, letter, "no such product")
    if fate == "postponed":
        now = counter.clock.now + timedelta(minutes=5)
        counter.do(outbox.postpone, letter, "no_connection", now, unknown=True, counted=True)


FATES = ("failed", "postponed", "sending")


@pytest.mark.parametrize("fate", FATES)
def test_what_cannot_be_told_of_a_sale_holds_no_letter_of_its_channel_back(
    counter: Any, hears: Any, heard: Heard, fate: str
) -> None:
    order = hears.cooked(heard)
    stay(counter, hears.claim(), fate)
    hears.settle(order)
    assert counter.tell_all() == ["pay"]


@pytest.mark.parametrize("fate", FATES)
def test_what_its_channel_cannot_be_told_holds_no_sale_back(
    counter: Any, hears: Any, heard: Heard, fate: str
) -> None:
    counter.hear(heard(type="deliver"))
    counter.do(orders.accept, counter.order().id)
    stay(counter, counter.claim_letter(), fate)
    assert hears.tell().verb == "sale"


@pytest.mark.parametrize("fate", FATES)
def test_an_order_is_known_to_its_channel_whatever_others_know(
    counter: Any, hears: Any, heard: Heard, fate: str
) -> None:
    order = hears.cooked(heard)
    stay(counter, hears.claim(), fate)
    [card] = counter.ask(queries.board)
    assert card.knows == "yes"
    known = known_elsewhere(order.channel, counter.ask(backlog.order_letters, order.id))
    assert known == {"reviews": "failed" if fate == "failed" else "waiting"}


@pytest.mark.parametrize("fate", FATES)
def test_a_poll_is_applied_whatever_others_have_still_to_be_told(
    counter: Any, hears: Any, heard: Heard, fate: str
) -> None:
    order = hears.cooked(heard)
    stay(counter, hears.claim(), fate)
    counter.hear(heard(type="deliver", guest=GUEST, total=7777))
    assert counter.order().total == 7777
    assert order.total != 7777


def test_an_order_that_is_off_there_gives_up_the_letters_of_its_channel_alone(
    counter: Any, hears: Any, heard: Heard
) -> None:
    order = hears.cooked(heard)
    counter.do(orders.amend, order.id, memo="soon")
    counter.hear(heard(type="deliver", guest=GUEST, status="canceled"))
    assert [(each.verb, each.state) for each in hears.letters(order, "fankahui")][-1] == (
        "note",
        "dropped",
    )
    assert [letter.state for letter in hears.sold(order)] == ["waiting"]


@pytest.mark.parametrize("fate", FATES)
def test_an_order_that_is_alive_there_is_seen_whatever_others_have_still_to_be_told(
    counter: Any, hears: Any, heard: Heard, fate: str
) -> None:
    order = hears.cooked(heard)
    counter.do(orders.cancel, order.id, "guest left")
    counter.tell_all()
    stay(counter, hears.claim(), fate)
    counter.hear(heard(type="deliver", guest=GUEST, status="accepted"))
    assert [row.kind for row in counter.attention()] == ["alive_there"]


@pytest.mark.parametrize("fate", FATES)
def test_money_that_came_twice_is_seen_whatever_others_have_still_to_be_told(
    counter: Any, hears: Any, heard: Heard, fate: str
) -> None:
    order = hears.cooked(heard)
    hears.settle(order)
    stay(counter, hears.claim(), fate)
    counter.hear(heard(type="deliver", guest=GUEST, status="accepted", payment="paid"))
    assert [row.kind for row in counter.attention()] == ["paid_twice"]
    assert [(each.verb, each.state) for each in hears.letters(order, "fankahui")][-1] == ("pay", "dropped")
    assert hears.sold(order)[0].state not in ("dropped", "told")


@pytest.mark.parametrize("fate", FATES)
def test_stored_value_is_asked_for_whatever_others_have_still_to_be_told(
    counter: Any, hears: Any, heard: Heard, fate: str
) -> None:
    order = hears.cooked(heard)
    stay(counter, hears.claim(), fate)
    counter.do(channels.health, "fankahui", Health("well"))
    counter.do(deals.settle, [order.id], [Amount("prepay", order.total or 0)])
    assert counter.tell_all() == ["pay"]
    assert counter.order().status is Status.PAID


def test_stored_value_that_was_taken_is_told_as_paid(counter: Any, hears: Any, heard: Heard) -> None:
    order = hears.cooked(heard)
    counter.do(channels.health, "fankahui", Health("well"))
    counter.do(deals.settle, [order.id], [Amount("prepay", order.total or 0)])
    assert hears.sold(order)[0].body["order"]["status"] == "executed"
    counter.tell_all()
    [letter] = hears.sold(order)
    assert letter.body["order"]["status"] == "paid"


def test_a_deal_that_is_taken_apart_leaves_the_sale_as_it_is(counter: Any, hears: Any, heard: Heard) -> None:
    order = hears.cooked(heard)
    hears.tell()
    counter.do(channels.health, "fankahui", Health("well"))
    counter.do(deals.settle, [order.id], [Amount("prepay", order.total or 0)])
    counter.do(outbox.refused, counter.claim_letter(), "too little")
    assert hears.claim() is None


def test_a_refusal_lets_no_poll_forget_what_was_heard(counter: Any, hears: Any, heard: Heard) -> None:
    shown = heard(type="deliver", guest=GUEST)
    order = hears.cooked(heard)
    counter.do(outbox.refused, hears.claim(), "no such product")
    kept = {"R1": reading(shown.raw, shown.status)}
    assert counter.ask(queries.known_documents, "fankahui", kept) == {"R1"}
    assert counter.acts(order)[-1] == "refused_elsewhere"


def test_an_answer_about_a_sale_is_no_word_about_the_order(counter: Any, hears: Any, heard: Heard) -> None:
    order = hears.cooked(heard)
    counter.do(outbox.told, hears.claim(), Told(heard("X9", status="canceled")))
    assert counter.order() == order
    assert [found.remote_id for found in counter.ask(queries.orders)] == ["R1"]


def test_an_order_that_no_service_knows_is_told_too(counter: Any, hears: Any) -> None:
    mine = counter.do(new.place, new.Draft(OrderType.TAKE_AWAY, (Line("", "汤", 1, 900),)))
    unnamed = new.Draft(OrderType.EAT_IN, (Line("", "汤", 1, 900),), channel="fankahui")
    waits = counter.do(new.place, unnamed)
    assert {hears.tell().order_id, hears.tell().order_id} == {mine.id, waits.id}


def test_no_order_is_made_where_only_sales_are_heard(counter: Any) -> None:
    draft = new.Draft(OrderType.EAT_IN, (Line("", "汤", 1, 900),), channel="reviews")
    with pytest.raises(Refused, match="takes_no_orders"):
        counter.do(new.place, draft)
