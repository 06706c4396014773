"""What was sold is told to who asks guests about it: as it is now, once, and without the guest's data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, event

from pos.actions import channels, deals, intake, new, orders, outbox, refunds, sales, services
from pos.actions.vocabularies import remote_line
from pos.domain.order import Line, Order, OrderType, Status
from pos.domain.payment import Amount
from pos.domain.refusals import Refused
from pos.domain.shop import ChannelFacts, Shop
from pos.store import backlog, queries
from pos.store.cards import known_elsewhere
from sync.messages import FailedPart, Health, Letter, RemoteGuest, RemoteNote, RemoteOrder, Told

Heard = Callable[..., RemoteOrder]

REVIEWS = ChannelFacts("reviews", "crema", tells=frozenset({"sale", "forget"}), watch_days=30)
GUEST = RemoteGuest("G1", "张三", "13800000000", "路 1")


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """The shop, whose sales are told to one who asks for reviews."""
    fankahui = shop.channels["fankahui"]
    fankahui = replace(fankahui, tells=fankahui.tells | {"dispatch", "return", "exchange"})
    return replace(shop, channels={"fankahui": fankahui, "reviews": REVIEWS})


def cooked(counter: Any, heard: Heard, name: str = "R1", **shown: Any) -> Order:
    """Return an order that is in the kitchen; its own channel knows."""
    counter.hear(heard(name, **{"type": "deliver", "guest": GUEST, **shown}))
    counter.do(orders.accept, counter.order(name).id)
    counter.tell_all()
    order: Order = counter.order(name)
    return order


def sold(counter: Any, order: Order) -> list[Any]:
    """Return the letters to who hears of sales, as they stand."""
    return [letter for letter in letters(counter, order) if letter.verb == "sale"]


def letters(counter: Any, order: Order, channel: str = "reviews") -> Any:
    """Return an order's letters to a channel, with what they say."""
    return counter.do(lambda tx: tx.outbox.of_order(order.id, channel))


def claim(counter: Any) -> Any:
    """Take the next letter, as the worker of the channel that hears of sales does."""
    return counter.do(outbox.claim, "reviews", False)


def tell(counter: Any, *failed: FailedPart) -> Letter:
    """Let it hear the next letter; these parts of it are refused."""
    letter: Letter = claim(counter)
    counter.do(outbox.told, letter, Told(failed=failed))
    return letter


def items(letter: Letter) -> list[str]:
    """Return the lines that a letter tells."""
    return [item["id"] for item in letter.body["order"]["items"]]


def settle(counter: Any, order: Order) -> Any:
    """Take cash for an order."""
    return counter.do(deals.settle, [order.id], [Amount("cash", order.total or 0)])


def test_nothing_is_told_before_an_order_was_fired(counter: Any, heard: Heard) -> None:
    counter.hear(heard("R1"), heard("R2"), heard("R3"))
    counter.do(orders.accept, counter.order("R1").id)
    counter.do(orders.reject, counter.order("R2").id, "sold out")
    counter.do(orders.accept, counter.order("R3").id)
    counter.do(orders.cancel, counter.order("R3").id, "guest left")
    assert [sold(counter, counter.order(name)) for name in ("R1", "R2", "R3")] == [[], [], []]


def test_what_is_told_is_the_order_without_a_word_of_its_guest(counter: Any, heard: Heard) -> None:
    line = replace(heard().lines[0], note="张三 13800000000", item_id="P1")
    order = cooked(counter, heard, lines=(line,), memo=(RemoteNote("张三", "快点"),))
    letter = tell(counter)
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
def test_a_letter_that_waits_is_renewed_by_what_happens_next(counter: Any, heard: Heard, move: str) -> None:
    order = cooked(counter, heard)
    act, said, expected = MOVES[move]
    counter.do(act, order)
    [letter] = sold(counter, order)
    assert (letter.state, said(letter.body)) == ("waiting", expected)


@pytest.mark.parametrize("move", sorted(MOVES))
def test_what_was_told_is_told_again_as_it_is_now_with_what_is_known_there(
    counter: Any, heard: Heard, move: str
) -> None:
    order = cooked(counter, heard)
    tell(counter)
    act, said, expected = MOVES[move]
    counter.do(act, order)
    letter = tell(counter)
    assert (said(letter.body), letter.body["known"]) == (expected, ["L1", "L2"])
    assert claim(counter) is None


def test_what_was_paid_before_it_left_is_with_its_guest_once_it_has_left(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard)
    settle(counter, order)
    counter.clock.pass_by(hours=2)
    counter.do(services.dispatch, order.id, "CJ", "77")
    body = tell(counter).body
    assert (body["carrier"], body["tracking"]) == ("CJ", "77")
    assert body["started_at"] == body["finished_at"] == "2026-11-20T06:00:00+00:00"


def test_a_dispatch_that_is_undone_is_not_told(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard)
    before = tell(counter).body
    counter.do(services.dispatch, order.id, "CJ", "77", undoable=True)
    assert claim(counter) is None
    counter.do(services.undo_dispatch, order.id)
    counter.clock.pass_by(seconds=6)
    assert {**tell(counter).body, "known": []} == before


def test_goods_that_its_service_took_back_are_told_once_it_has(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard)
    tell(counter)
    counter.do(services.give_back, order.id, services.Goods("broken"))
    assert claim(counter) is None
    counter.tell_all()
    assert tell(counter).body["returned"] == {"L1": 2, "L2": 1}


def test_goods_of_which_its_service_took_only_some_are_told_so(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard)
    counter.do(services.give_back, order.id, services.Goods("broken"))
    counter.do(outbox.told, counter.claim_letter(), Told(failed=(FailedPart("L2", "too late"),)))
    assert tell(counter).body["returned"] == {"L1": 2}


def test_money_that_the_channel_gave_back_is_told_of_all_pieces(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard, payment="paid", payment_type="online")
    tell(counter)
    counter.hear(heard(type="deliver", guest=GUEST, status="accepted", payment="refunded"))
    assert counter.order().payment.status == "refunded"
    assert tell(counter).body["returned"] == {"L1": 2, "L2": 1}
    assert sold(counter, order)[-1].state == "told"


def test_what_a_channel_does_with_its_order_is_told(counter: Any, heard: Heard) -> None:
    cooked(counter, heard)
    tell(counter)
    counter.hear(heard(type="deliver", guest=GUEST, status="canceled"))
    assert tell(counter).body["order"]["status"] == "canceled"


@pytest.mark.parametrize("again", ["execute", "cancel", "settle", "amend", "hear"])
def test_what_changes_nothing_writes_nothing(counter: Any, heard: Heard, again: str) -> None:
    order = cooked(counter, heard)
    if again == "settle":
        settle(counter, order)
    if again == "cancel":
        counter.do(orders.cancel, order.id, "guest left")
    tell(counter)
    before = letters(counter, order)
    {
        "execute": lambda: counter.do(orders.execute, order.id),
        "cancel": lambda: counter.do(orders.cancel, order.id, "guest left"),
        "settle": lambda: settle(counter, order),
        "amend": lambda: counter.do(orders.amend, order.id, memo="no words for others"),
        "hear": lambda: counter.hear(heard(type="deliver", guest=GUEST, memo=(RemoteNote("x", "y"),))),
    }[again]()
    assert letters(counter, order) == before


def test_only_the_channels_that_it_wants_to_hear_of_are_told(
    open_counter: Any, shop: Shop, heard: Heard
) -> None:
    only = replace(REVIEWS, tell_about=("counter",))
    counter = open_counter(replace(shop, channels={**shop.channels, "reviews": only}))
    order = cooked(counter, heard)
    mine = counter.do(new.place, new.Draft(OrderType.EAT_IN, (Line("", "汤", 1, 900),)))
    assert (sold(counter, order), len(sold(counter, mine))) == ([], 1)
    assert tell(counter).body["channel"] == "counter"


def test_an_order_without_prices_is_told_without_them(counter: Any, heard: Heard) -> None:
    lines = tuple(replace(line, price=None) for line in heard().lines)
    cooked(counter, heard, lines=lines, currency=None)
    said = tell(counter).body["order"]
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


def test_a_touch_can_be_undone_before_it_is_told(counter: Any, heard: Heard) -> None:
    counter.hear(heard(type="deliver"))
    order = counter.order()
    counter.do(orders.accept, order.id, undoable=True)
    assert claim(counter) is None
    counter.clock.pass_by(seconds=6)
    tell(counter)
    counter.do(orders.cancel, order.id, "guest left", undoable=True)
    assert claim(counter) is None
    counter.clock.pass_by(seconds=6)
    assert tell(counter).body["order"]["status"] == "canceled"


def test_undo_looks_at_what_the_orders_own_channel_was_told(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    order = counter.order()
    counter.do(orders.accept, order.id, undoable=True)
    counter.do(lambda tx: tx.outbox.add("reviews", order.id, "sale", {"order": {"items": []}}, tx.now))
    assert counter.do(orders.undo, order.id).status is Status.PLACED
    assert [letter.state for letter in letters(counter, order)] == ["waiting"]


def ill(counter: Any, fate: str) -> None:
    """Let what waits to be told of a sale stay where it is."""
    stay(counter, claim(counter), fate)


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
    counter: Any, heard: Heard, fate: str
) -> None:
    order = cooked(counter, heard)
    ill(counter, fate)
    settle(counter, order)
    assert counter.tell_all() == ["pay"]


@pytest.mark.parametrize("fate", FATES)
def test_what_its_channel_cannot_be_told_holds_no_sale_back(counter: Any, heard: Heard, fate: str) -> None:
    counter.hear(heard(type="deliver"))
    counter.do(orders.accept, counter.order().id)
    stay(counter, counter.claim_letter(), fate)
    assert tell(counter).verb == "sale"


@pytest.mark.parametrize("fate", FATES)
def test_an_order_is_known_to_its_channel_whatever_others_know(counter: Any, heard: Heard, fate: str) -> None:
    order = cooked(counter, heard)
    ill(counter, fate)
    [card] = counter.ask(queries.board)
    assert card.knows == "yes"
    known = known_elsewhere(order.channel, counter.ask(backlog.order_letters, order.id))
    assert known == {"reviews": "failed" if fate == "failed" else "waiting"}


@pytest.mark.parametrize("fate", FATES)
def test_a_poll_is_applied_whatever_others_have_still_to_be_told(
    counter: Any, heard: Heard, fate: str
) -> None:
    order = cooked(counter, heard)
    ill(counter, fate)
    counter.hear(heard(type="deliver", guest=GUEST, total=7777))
    assert counter.order().total == 7777
    assert order.total != 7777


def test_an_order_that_is_off_there_gives_up_the_letters_of_its_channel_alone(
    counter: Any, heard: Heard
) -> None:
    order = cooked(counter, heard)
    counter.do(orders.amend, order.id, memo="soon")
    counter.hear(heard(type="deliver", guest=GUEST, status="canceled"))
    assert [(each.verb, each.state) for each in letters(counter, order, "fankahui")][-1] == (
        "note",
        "dropped",
    )
    assert [letter.state for letter in sold(counter, order)] == ["waiting"]


@pytest.mark.parametrize("fate", FATES)
def test_an_order_that_is_alive_there_is_seen_whatever_others_have_still_to_be_told(
    counter: Any, heard: Heard, fate: str
) -> None:
    order = cooked(counter, heard)
    counter.do(orders.cancel, order.id, "guest left")
    counter.tell_all()
    ill(counter, fate)
    counter.hear(heard(type="deliver", guest=GUEST, status="accepted"))
    assert [row.kind for row in counter.attention()] == ["alive_there"]


@pytest.mark.parametrize("fate", FATES)
def test_money_that_came_twice_is_seen_whatever_others_have_still_to_be_told(
    counter: Any, heard: Heard, fate: str
) -> None:
    order = cooked(counter, heard)
    settle(counter, order)
    ill(counter, fate)
    counter.hear(heard(type="deliver", guest=GUEST, status="accepted", payment="paid"))
    assert [row.kind for row in counter.attention()] == ["paid_twice"]
    assert [(each.verb, each.state) for each in letters(counter, order, "fankahui")][-1] == ("pay", "dropped")
    assert sold(counter, order)[0].state not in ("dropped", "told")


@pytest.mark.parametrize("fate", FATES)
def test_stored_value_is_asked_for_whatever_others_have_still_to_be_told(
    counter: Any, heard: Heard, fate: str
) -> None:
    order = cooked(counter, heard)
    ill(counter, fate)
    counter.do(channels.health, "fankahui", Health("well"))
    counter.do(deals.settle, [order.id], [Amount("prepay", order.total or 0)])
    assert counter.tell_all() == ["pay"]
    assert counter.order().status is Status.PAID


def test_stored_value_that_was_taken_is_told_as_paid(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard)
    counter.do(channels.health, "fankahui", Health("well"))
    counter.do(deals.settle, [order.id], [Amount("prepay", order.total or 0)])
    assert sold(counter, order)[0].body["order"]["status"] == "executed"
    counter.tell_all()
    [letter] = sold(counter, order)
    assert letter.body["order"]["status"] == "paid"


def test_a_deal_that_is_taken_apart_leaves_the_sale_as_it_is(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard)
    tell(counter)
    counter.do(channels.health, "fankahui", Health("well"))
    counter.do(deals.settle, [order.id], [Amount("prepay", order.total or 0)])
    counter.do(outbox.refused, counter.claim_letter(), "too little")
    assert claim(counter) is None


def test_a_refusal_lets_no_poll_forget_what_was_heard(counter: Any, heard: Heard) -> None:
    shown = heard(type="deliver", guest=GUEST)
    order = cooked(counter, heard)
    counter.do(outbox.refused, claim(counter), "no such product")
    assert counter.ask(queries.known_documents, "fankahui", {"R1": shown.raw}) == {"R1"}
    assert counter.acts(order)[-1] == "refused_elsewhere"


def test_an_answer_about_a_sale_is_no_word_about_the_order(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard)
    counter.do(outbox.told, claim(counter), Told(heard("X9", status="canceled")))
    assert counter.order() == order
    assert [found.remote_id for found in counter.ask(queries.orders)] == ["R1"]


def test_an_order_that_no_service_knows_is_told_too(counter: Any) -> None:
    mine = counter.do(new.place, new.Draft(OrderType.TAKE_AWAY, (Line("", "汤", 1, 900),)))
    unnamed = new.Draft(OrderType.EAT_IN, (Line("", "汤", 1, 900),), channel="fankahui")
    waits = counter.do(new.place, unnamed)
    assert {tell(counter).order_id, tell(counter).order_id} == {mine.id, waits.id}


def test_no_order_is_made_where_only_sales_are_heard(counter: Any) -> None:
    draft = new.Draft(OrderType.EAT_IN, (Line("", "汤", 1, 900),), channel="reviews")
    with pytest.raises(Refused, match="takes_no_orders"):
        counter.do(new.place, draft)


def test_a_part_that_was_refused_is_told_by_its_own_letter_as_it_is_now(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard)
    first = tell(counter, FailedPart("L2", "no such product"))
    settle(counter, order)
    assert (items(first), claim(counter)) == (["L1", "L2"], None)
    [_, part, _] = sold(counter, order)
    assert (part.state, part.error, part.body["parts"]) == ("failed", "no such product", ["L2"])
    counter.do(outbox.retry, part.id)
    again = tell(counter)
    assert (again.body["parts"], again.body["order"]["status"]) == (["L2"], "paid")
    last = tell(counter)
    assert (items(last), last.body["known"]) == (["L1", "L2"], ["L1", "L2"])


def test_what_was_written_while_a_part_failed_leaves_it_to_its_own_letter(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard)
    letter = claim(counter)
    settle(counter, order)
    counter.do(outbox.told, letter, Told(failed=(FailedPart("L1", "deleted_there: 米饭"),)))
    later = tell(counter)
    assert (items(later), later.body["known"]) == (["L2"], ["L2"])


def test_of_a_part_that_was_given_up_nothing_is_told_any_more(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard)
    tell(counter, FailedPart("L2", "deleted_there: 水煮鱼"))
    settle(counter, order)
    counter.do(outbox.drop, sold(counter, order)[1].id, "we know")
    later = tell(counter)
    assert (items(later), later.body["known"]) == (["L1"], ["L1"])


def test_where_every_part_was_given_up_the_rest_is_given_up_too(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard)
    tell(counter, FailedPart("L1", "no"), FailedPart("L2", "no"))
    settle(counter, order)
    for letter in sold(counter, order)[1:3]:
        counter.do(outbox.drop, letter.id, "we know")
    assert claim(counter) is None
    assert [(each.state, each.error) for each in sold(counter, order)][-1] == ("dropped", "nothing_left")


def test_a_line_that_was_taken_out_is_still_known_there(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard)
    tell(counter)
    counter.do(orders.amend, order.id, [order.lines[0]])
    letter = tell(counter)
    assert (items(letter), letter.body["known"]) == (["L1"], ["L1", "L2"])


def test_lines_without_ids_are_called_by_their_places(counter: Any, heard: Heard) -> None:
    lines = tuple(replace(line, id="") for line in heard().lines)
    cooked(counter, heard, lines=lines)
    assert items(tell(counter)) == ["#1", "#2"]


def test_what_was_told_is_forgotten_on_a_persons_word_and_nothing_more_is_told(
    counter: Any, heard: Heard
) -> None:
    order = cooked(counter, heard)
    tell(counter)
    settle(counter, order)
    assert counter.do(sales.forget, order.id, "reviews") is True
    letter = tell(counter)
    assert (letter.verb, dict(letter.body)) == ("forget", {})
    assert [each.state for each in sold(counter, order)] == ["told", "dropped"]
    counter.do(refunds.refund, counter.order().deal_id, reason="cold")
    assert claim(counter) is None
    assert counter.do(sales.forget, order.id, "reviews") is False
    assert counter.acts(order).count("forget") == 1
    known = known_elsewhere(order.channel, counter.ask(backlog.order_letters, order.id))
    assert known == {"reviews": "no"}


def test_a_line_that_was_forgotten_is_told_no_more(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard)
    tell(counter)
    assert counter.do(sales.forget, order.id, "reviews", ["L1"]) is True
    assert counter.do(sales.forget, order.id, "reviews", ["L1"]) is False
    assert tell(counter).body["parts"] == ["L1"]
    settle(counter, order)
    letter = tell(counter)
    assert (items(letter), letter.body["known"]) == (["L2"], ["L2"])


def test_a_deletion_takes_away_what_failed_of_the_same_line(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard)
    tell(counter, FailedPart("L2", "no such product"))
    counter.do(sales.forget, order.id, "reviews", ["L2"])
    assert tell(counter).verb == "forget"


@pytest.mark.parametrize(
    ("channel", "lines", "code"),
    [("nobody", (), "no_channel"), ("fankahui", (), "no_channel"), ("reviews", ("L9",), "no_such_line")],
)
def test_what_cannot_be_forgotten_is_refused(
    counter: Any, heard: Heard, channel: str, lines: tuple[str, ...], code: str
) -> None:
    order = cooked(counter, heard)
    with pytest.raises(Refused, match=code):
        counter.do(sales.forget, order.id, channel, lines)


def test_what_was_never_told_is_not_forgotten(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    with pytest.raises(Refused, match="never_told"):
        counter.do(sales.forget, counter.order().id, "reviews")


def look(counter: Any, order: Order, *lines: str) -> None:
    """Let a sweep find these lines of an order there."""
    there = [replace(line, id=key) for line, key in zip(order.lines, lines, strict=False)]
    shown = RemoteOrder(
        str(order.id), "executed", "deliver", tuple(map(remote_line, there)), "CNY", {"n": str(uuid4())}
    )
    counter.do(intake.receive, "reviews", shown)


def test_a_line_that_is_missing_there_twice_running_is_shown_to_a_person_once(
    counter: Any, heard: Heard
) -> None:
    order = cooked(counter, heard)
    tell(counter)
    look(counter, order, "L1")
    look(counter, order, "L1", "L2")
    look(counter, order, "L1")
    assert counter.attention() == []
    look(counter, order, "L1")
    look(counter, order, "L1")
    [row] = counter.attention()
    assert (row.kind, row.channel, row.facts["line"]) == ("line_deleted_there", "reviews", "水煮鱼")
    assert counter.acts(order).count("missed_there") == 3
    assert [found.remote_id for found in counter.ask(queries.orders)] == ["R1"]


def test_what_has_still_to_be_told_is_not_missed(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard)
    tell(counter)
    settle(counter, order)
    for _ in range(3):
        look(counter, order)
    assert "missed_there" not in counter.acts(order)


def test_an_order_that_is_gone_there_is_shown_to_a_person(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard)
    counter.do(channels.missing, "reviews", str(order.id))
    assert counter.attention() == []
    tell(counter)
    counter.do(channels.missing, "reviews", str(order.id))
    [row] = counter.attention()
    assert (row.kind, row.order_id) == ("sale_deleted_there", order.id)


@pytest.mark.parametrize("code", ["A", str(UUID(int=7)), ""])
def test_a_code_that_is_not_ours_is_nobodys_order(counter: Any, heard: Heard, code: str) -> None:
    counter.do(channels.missing, "reviews", code)
    counter.do(intake.receive, "reviews", heard(code))
    assert (counter.attention(), counter.ask(queries.orders)) == ([], [])


def test_what_a_person_had_deleted_is_not_missed(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard)
    tell(counter)
    counter.do(sales.forget, order.id, "reviews")
    tell(counter)
    counter.do(channels.missing, "reviews", str(order.id))
    assert counter.attention() == []


def test_all_that_was_told_is_looked_for_a_few_at_a_time(counter: Any, heard: Heard) -> None:
    made = [cooked(counter, heard, f"R{n}") for n in range(23)]
    for _ in made[:-1]:
        tell(counter)
    seen: list[UUID] = []
    after = None
    for _ in range(3):
        found = counter.do(channels.open_orders, "reviews", after)
        assert all(code == str(order_id) for code, order_id in found.items())
        assert len(found) == 10
        seen += found.values()
        after = seen[-1]
    assert set(seen) == {order.id for order in made[:-1]}
    counter.clock.pass_by(days=31)
    assert counter.do(channels.open_orders, "reviews", after) == {}
