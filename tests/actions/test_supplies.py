"""Supplies for the shop itself: ordered once, waited for, cooked by nobody, closed with a deal of zero."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pos.actions import channels, deals, new, orders, outbox
from pos.actions.supplies import order_supplies, take_in
from pos.domain.order import IllegalMove, Line, Order, OrderType, Status
from pos.domain.refund import Standing
from pos.domain.refusals import Refused
from pos.domain.shop import ChannelFacts, PrinterFacts, Shop
from pos.store import queries
from pos.store.goods import goods, on_the_way
from sync.messages import RemoteGuest, RemoteLine, RemoteNote, RemoteOrder, Told

CUFF = Line("", "Cuff", 2, item_id="item:31")
BACK = (
    RemoteLine("return_item:31", "Cuff", 2, goes_back=True),
    RemoteLine("return_device:9", "Scale D-9", 1, goes_back=True),
)
KIT = Line("", "Heart kit", 1, item_id="kit:7", contents=("Cuff ×1",))


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """Return a shop that has a site of its own at its one channel, and every paper."""
    facts = ChannelFacts("fankahui", "impilo", tells=frozenset({"register"}), own_guest="site:7")
    papers = ("kitchen", "expediter", "delivery", "settlement")
    other = ChannelFacts("crema", "crema", tells=frozenset({"sale"}))
    return replace(
        shop, channels={"fankahui": facts, "crema": other}, printers=(PrinterFacts("all", papers),)
    )


@pytest.fixture
def ordered(counter: Any) -> Order:
    """Return supplies that were just ordered."""
    made = counter.do(order_supplies, "fankahui", (CUFF, KIT), "to the back door")
    return made.order  # type: ignore[no-any-return]  # what the action made


def shown(order: Order, status: str = "placed", **facts: Any) -> RemoteOrder:
    """Return the order as the service shows it: under its own names, with no ids for lines."""
    lines = (
        RemoteLine("item:31", "Blood pressure cuff", 2, item_id="item:31"),
        RemoteLine("kit:7", "Kit", 1, item_id="kit:7", contents=("Blood pressure cuff ×1",)),
    )
    there = RemoteOrder("1001", status, "deliver", lines, None, {"status": status})  # type: ignore[arg-type]  # one of its words
    guest = RemoteGuest("site:7", "Example Clinic")
    return replace(there, guest=guest, sequence_number="1001", own_ids=(str(order.id),), **facts)


def test_supplies_are_waited_for_from_the_start(counter: Any, ordered: Order) -> None:
    assert (ordered.status, ordered.type, ordered.total) == (Status.ACCEPTED, OrderType.DELIVER, None)
    assert (ordered.guest.id, ordered.memo[0].message) == ("site:7", "to the back door")
    assert counter.acts(ordered) == ["made_here"]


def test_supplies_are_told_once_with_what_they_are_and_where_they_go(counter: Any, ordered: Order) -> None:
    letter = counter.claim_letter()
    body = letter.body["order"]
    assert (letter.verb, letter.order_id, counter.claim_letter()) == ("register", ordered.id, None)
    assert [(line["item_id"], line["quantity"]) for line in body["items"]] == [("item:31", 2), ("kit:7", 1)]
    assert body["guest"]["id"] == "site:7"
    assert [line["price"] for line in body["items"]] == [None, None]
    assert [note["message"] for note in body["memo"]] == ["to the back door"]


def test_two_lines_of_one_thing_become_one(counter: Any) -> None:
    order = counter.do(order_supplies, "fankahui", (CUFF, KIT, replace(CUFF, quantity=3, price=100))).order
    assert [(line.item_id, line.quantity, line.price) for line in order.lines] == [
        ("item:31", 5, None), ("kit:7", 1, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("channel", "items", "why"),
    [
        ("nowhere", (CUFF,), "no_channel"),
        ("crema", (CUFF,), "no_site"),
        ("fankahui", (), "no_lines"),
        ("fankahui", (replace(CUFF, item_id="31"),), "not_supplies"),
        ("fankahui", (replace(CUFF, item_id="item: "),), "not_supplies"),
        ("fankahui", (replace(CUFF, item_id=""),), "not_supplies"),
        ("fankahui", (replace(CUFF, quantity=0),), "bad_quantity"),
        ("fankahui", (replace(CUFF, name=" "),), "no_name"),
    ],
)
def test_what_cannot_be_ordered_is_refused_with_nothing_written(
    counter: Any, channel: str, items: tuple[Line, ...], why: str
) -> None:
    with pytest.raises(Refused) as refused:
        counter.do(order_supplies, channel, items)
    assert refused.value.code == why
    assert counter.claim_letter() is None


def test_a_channel_without_a_site_of_the_shop_is_refused(open_counter: Any, shop: Shop) -> None:
    facts = replace(shop.channels["fankahui"], own_guest="")
    without = open_counter(replace(shop, channels={"fankahui": facts}))
    with pytest.raises(Refused, match="no_site"):
        without.do(order_supplies, "fankahui", (CUFF,))


def test_a_card_number_is_no_note(counter: Any) -> None:
    with pytest.raises(Refused, match="card"):
        counter.do(order_supplies, "fankahui", (CUFF,), "4111 1111 1111 1111")


def test_what_the_service_answers_leaves_the_lines_as_they_were_ordered(counter: Any, ordered: Order) -> None:
    counter.do(outbox.told, counter.claim_letter(), Told(shown(ordered)))
    order = counter.order(ordered.id)
    assert order.lines == ordered.lines
    assert (order.remote_id, order.status) == ("1001", Status.ACCEPTED)
    assert counter.attention() == []


def test_supplies_whose_answer_was_lost_are_known_when_the_channel_shows_them(
    counter: Any, ordered: Order
) -> None:
    letter = counter.claim_letter()
    counter.do(outbox.postpone, letter, "reset", counter.clock.now, unknown=True, counted=True)
    counter.hear(shown(ordered))
    assert [order.id for order in counter.orders("1001")] == [ordered.id]
    assert counter.order(ordered.id).lines == ordered.lines
    again = counter.claim_letter()
    assert (again.id, again.remote_id, again.attempted) == (letter.id, "1001", True)


def test_supplies_that_are_here_are_closed_with_a_deal_of_zero_and_no_paper_at_all(
    counter: Any, ordered: Order
) -> None:
    counter.do(outbox.told, counter.claim_letter(), Told(shown(ordered)))
    made = counter.do(take_in, ordered.id)
    assert (made.changed, made.order.status, made.order.settled) == (True, Status.PAID, True)
    assert counter.tickets(ordered) == []
    assert [letter.verb for letter in counter.letters(ordered)] == ["register"]
    assert counter.claim_letter() is None


def test_execute_and_settle_do_the_same_step_by_step(counter: Any, ordered: Order) -> None:
    counter.tell_all()
    assert counter.do(orders.execute, ordered.id).order.status is Status.EXECUTED
    settled = counter.do(deals.settle, [ordered.id])
    assert (settled.deal.total, settled.deal.payments, settled.orders[0].status) == (0, (), Status.PAID)
    assert counter.tickets(ordered) == []


def test_taking_in_twice_is_harmless_and_says_so(counter: Any, ordered: Order) -> None:
    first = counter.do(take_in, ordered.id)
    again = counter.do(take_in, ordered.id)
    assert (again.changed, again.order) == (False, first.order)


def test_supplies_that_were_settled_early_still_arrive(counter: Any, ordered: Order) -> None:
    counter.do(deals.settle, [ordered.id])
    assert counter.do(take_in, ordered.id).order.status is Status.PAID


def test_only_supplies_arrive(counter: Any, heard: Callable[..., RemoteOrder]) -> None:
    counter.hear(heard(type="deliver"))
    with pytest.raises(Refused, match="no_supplies"):
        counter.do(take_in, counter.order().id)


def test_supplies_that_were_called_off_do_not_arrive(counter: Any, ordered: Order) -> None:
    counter.do(orders.cancel, ordered.id, "not needed")
    with pytest.raises(IllegalMove):
        counter.do(take_in, ordered.id)


def test_supplies_called_off_in_time_are_never_made(counter: Any, ordered: Order) -> None:
    counter.do(orders.cancel, ordered.id, "not needed")
    assert counter.claim_letter() is None
    assert [(letter.verb, letter.state) for letter in counter.letters(ordered)] == [("register", "dropped")]
    assert counter.tickets(ordered) == []


def test_supplies_called_off_by_a_slip_of_the_finger_are_made_after_all(counter: Any, ordered: Order) -> None:
    for _ in range(2):
        assert counter.do(orders.cancel, ordered.id, "twice", undoable=True).undo_until
        assert counter.do(orders.undo, ordered.id).status is Status.ACCEPTED
    assert counter.tell_all() == ["register"]


def test_supplies_that_may_be_made_there_are_looked_for_there_once_calling_them_off_is_undone(
    counter: Any, ordered: Order
) -> None:
    counter.claim_letter()
    counter.do(orders.cancel, ordered.id, "twice", undoable=True)
    counter.do(orders.undo, ordered.id)
    letter = counter.claim_letter()
    assert (letter.verb, letter.attempted) == ("register", True)


@pytest.mark.parametrize("telling", ["told", "unknown", "sending"])
def test_supplies_that_may_be_made_there_are_not_called_off_in_silence(
    counter: Any, ordered: Order, telling: str
) -> None:
    letter = counter.claim_letter()
    if telling == "told":
        counter.do(outbox.told, letter, Told(shown(ordered)))
    if telling == "unknown":
        counter.do(outbox.postpone, letter, "reset", counter.clock.now, unknown=True, counted=True)
    counter.do(orders.cancel, ordered.id, "not needed")
    last = counter.letters(ordered)[-1]
    assert (last.verb, last.state, last.error) == ("cancel", "dropped", "cannot_be_told")
    counter.do(outbox.postpone, letter, "reset", counter.clock.now, unknown=True, counted=True)
    assert counter.claim_letter() is None, "what is called off is never made again"
    counter.hear(shown(ordered))
    assert counter.order(ordered.id).remote_id == "1001", "but known again, where it was made"


def test_amended_supplies_say_that_the_service_does_not_know(counter: Any, ordered: Order) -> None:
    counter.tell_all()
    counter.do(orders.amend, ordered.id, (replace(ordered.lines[0], quantity=9),))
    last = counter.letters(ordered)[-1]
    assert (last.verb, last.state) == ("amend", "dropped")
    assert counter.tickets(ordered) == []


def test_supplies_that_somebody_ordered_there_come_as_waited_for(counter: Any, ordered: Order) -> None:
    other = replace(shown(ordered), remote_id="1002", own_ids=())
    counter.hear(other)
    order = counter.order("1002")
    assert (order.status, order.id == ordered.id) == (Status.ACCEPTED, False)
    assert counter.tickets(order) == []


@pytest.mark.parametrize("status", ["executed", "paid"])
def test_nobody_is_asked_whether_supplies_were_cooked(counter: Any, ordered: Order, status: str) -> None:
    counter.hear(replace(shown(ordered, status), remote_id="1002", own_ids=()), first_fetch=True)
    assert counter.attention("cooked_before") == []
    assert counter.order("1002").status is Status.ACCEPTED


def test_a_patient_with_the_number_of_the_site_is_a_guest_like_any_other(
    counter: Any, ordered: Order
) -> None:
    patient = replace(shown(ordered), remote_id="1002", own_ids=(), guest=RemoteGuest("patient:7", "Doe"))
    counter.hear(patient)
    order = counter.order("1002")
    assert order.status is Status.PLACED
    fired = counter.do(orders.accept, order.id).order
    assert {ticket.kind for ticket in counter.tickets(fired)} == {"kitchen", "expediter", "delivery"}


def test_a_sale_is_not_told_of_what_the_shop_bought(counter: Any, ordered: Order) -> None:
    counter.do(take_in, ordered.id)
    assert {letter.channel for letter in counter.letters(ordered)} == {"fankahui"}


def test_a_status_that_nobody_knows_is_asked_about_once_however_often_it_is_heard(
    counter: Any, ordered: Order
) -> None:
    counter.tell_all(shown(ordered))
    odd = shown(ordered, "unknown", remote_status="in transit", problems=("status",))
    for turn in range(3):
        counter.hear(replace(odd, raw={"turn": turn}))
    [row] = counter.attention()
    assert (row.kind, row.facts["there"]) == ("unknown_status", "in transit")


def test_what_a_service_keeps_of_an_order_is_no_cooks_word(counter: Any, ordered: Order) -> None:
    facts = (RemoteNote("", "usps 9400", None, "tracking"), RemoteNote("Ann", "ring twice"))
    counter.hear(
        replace(shown(ordered), remote_id="1003", own_ids=(), guest=RemoteGuest("patient:1"), memo=facts)
    )
    order = counter.do(orders.accept, counter.order("1003").id).order
    papers = [counter.paper(ticket) for ticket in counter.tickets(order)]
    assert [paper["memo"] for paper in papers] == [["ring twice"]] * len(papers)
    assert [note.fact for note in order.memo] == ["tracking", ""]


def test_goods_that_come_back_alone_leave_the_kitchen_alone(counter: Any, ordered: Order) -> None:
    said = (RemoteNote("Ann", "ring twice"),)
    guest = RemoteGuest("patient:1")
    counter.hear(replace(shown(ordered), remote_id="1004", own_ids=(), guest=guest, memo=said, lines=BACK))
    order = counter.do(orders.accept, counter.order("1004").id).order
    [slip] = counter.tickets(order)
    paper = counter.paper(slip)
    assert (slip.kind, paper["lines"], paper["memo"]) == (
        "delivery",
        [],
        ["ring twice", "退回：Cuff ×2、Scale D-9 ×1"],
    )
    counter.do(orders.cancel, order.id, "twice")
    assert {ticket.kind for ticket in counter.tickets(order)} == {"delivery"}


def test_what_goes_back_with_an_order_is_said_on_its_papers_and_is_no_dish_on_any(
    counter: Any, ordered: Order
) -> None:
    both = (*shown(ordered).lines, *BACK)
    counter.hear(
        replace(shown(ordered), remote_id="1004", own_ids=(), guest=RemoteGuest("patient:1"), lines=both)
    )
    order = counter.do(orders.accept, counter.order("1004").id).order
    papers = {ticket.kind: counter.paper(ticket) for ticket in counter.tickets(order)}
    assert papers.keys() == {"kitchen", "expediter", "delivery"}
    assert all(paper["memo"] == ["退回：Cuff ×2、Scale D-9 ×1"] for paper in papers.values())
    dishes = [paper["lines"] for kind, paper in papers.items() if kind != "expediter"]
    dishes += [part["lines"] for part in papers["expediter"]["stations"]]
    assert [[dish["name"] for dish in lines] for lines in dishes] == [["Blood pressure cuff", "Kit"]] * 3


def test_what_goes_back_is_neither_sold_nor_refunded_nor_on_the_bill(counter: Any, ordered: Order) -> None:
    both = (*shown(ordered).lines, *BACK)
    counter.hear(
        replace(shown(ordered), remote_id="1004", own_ids=(), guest=RemoteGuest("patient:1"), lines=both)
    )
    order = counter.do(orders.accept, counter.order("1004").id).order
    sale = counter.do(outbox.claim, "crema", False)
    settled = counter.do(deals.settle, [order.id])
    [bill] = [counter.paper(ticket) for ticket in counter.tickets(order) if ticket.kind == "settlement"]
    pieces = Standing(settled.deal, tuple(settled.orders), ()).pieces_left(settled.orders[0])
    names = ["Blood pressure cuff", "Kit"]
    assert [item["name"] for item in sale.body["order"]["items"]] == names
    assert [line["name"] for line in bill["orders"][0]["lines"]] == names
    assert pieces == {"item:31": 2, "kit:7": 1}


def test_own_goods_that_only_go_back_are_handed_over_and_print_nothing(counter: Any, ordered: Order) -> None:
    counter.hear(replace(shown(ordered), remote_id="1004", own_ids=(), lines=BACK))
    order = counter.order("1004")
    assert (order.status, order.only_goes_back) == (Status.ACCEPTED, True)
    made = counter.do(take_in, order.id)
    assert (made.order.status, counter.tickets(order)) == (Status.PAID, [])
    assert "sent_back" in counter.acts(order)
    assert counter.do(take_in, order.id).changed is False


def test_own_goods_that_come_and_go_at_once_are_here_when_they_are_done(counter: Any, ordered: Order) -> None:
    both = (*shown(ordered).lines, *BACK)
    counter.hear(replace(shown(ordered), remote_id="1004", own_ids=(), lines=both))
    counter.do(take_in, counter.order("1004").id)
    assert "arrived" in counter.acts(counter.order("1004"))


def test_what_goes_back_cannot_be_ordered_here(counter: Any) -> None:
    line = Line("", "Scale", 1, goes_back=True)
    with pytest.raises(Refused, match="goes_back"):
        counter.do(new.place, new.Draft(OrderType.TAKE_AWAY, (line,)))


def test_what_goes_back_is_no_goods_that_can_be_ordered_again(counter: Any, ordered: Order) -> None:
    counter.hear(replace(shown(ordered), remote_id="1004", own_ids=(), lines=BACK))
    assert {line.name for line in counter.ask(goods, "fankahui", ("item", "kit"))} == {"Cuff", "Heart kit"}


def test_what_was_ordered_before_can_be_chosen_again(counter: Any, ordered: Order) -> None:
    counter.hear(replace(shown(ordered), remote_id="1005", own_ids=(), guest=RemoteGuest("patient:1")))
    plain = RemoteLine("L1", "米饭", 1, 300)
    counter.hear(replace(shown(ordered), remote_id="1006", own_ids=(), lines=(plain,)))
    found = counter.ask(goods, "fankahui", ("item", "kit"))
    assert [(line.item_id, line.quantity, line.price) for line in found] == [
        ("item:31", 1, None), ("kit:7", 1, None),
    ]  # fmt: skip
    assert counter.ask(goods, "crema", ("item", "kit")) == []


def test_what_is_on_its_way_is_what_is_open_and_the_shops_own(counter: Any, ordered: Order) -> None:
    counter.hear(replace(shown(ordered), remote_id="1005", own_ids=(), guest=RemoteGuest("patient:1")))
    assert [order.id for order in counter.ask(on_the_way, "fankahui")] == [ordered.id]
    counter.do(take_in, ordered.id)
    assert counter.ask(on_the_way, "fankahui") == []


def without_channels(counter: Any) -> None:
    """Take all channels out of the configuration, as a restart after that finds it."""
    counter.store.shop = replace(counter.store.shop, channels={})


@pytest.mark.parametrize("told", [True, False])
def test_supplies_stay_supplies_when_their_channel_is_gone(counter: Any, ordered: Order, told: bool) -> None:
    if told:
        counter.tell_all()
    before = [letter.verb for letter in counter.letters(ordered)]
    without_channels(counter)
    counter.do(orders.amend, ordered.id, (replace(ordered.lines[0], quantity=9),))
    assert counter.do(orders.execute, ordered.id).order.status is Status.EXECUTED
    counter.do(orders.amend, ordered.id, None, "dented")
    settled = counter.do(deals.settle, [ordered.id])
    assert (settled.deal.total, settled.deal.payments, settled.orders[0].status) == (0, (), Status.PAID)
    assert counter.tickets(ordered) == []
    later = [letter.verb for letter in counter.letters(ordered)][len(before) :]
    assert later == ["amend", "note"], "nobody there hears that goods are here, or that they cost nothing"


def test_supplies_of_a_channel_that_is_gone_still_arrive_and_nobody_is_told_of_a_sale(
    counter: Any, ordered: Order
) -> None:
    counter.tell_all()
    crema = counter.store.shop.channels["crema"]
    counter.store.shop = replace(counter.store.shop, channels={"crema": crema})
    made = counter.do(take_in, ordered.id).order
    assert (made.status, counter.tickets(ordered)) == (Status.PAID, [])
    assert {letter.channel for letter in counter.letters(ordered)} == {"fankahui"}
    assert "arrived" in counter.acts(ordered)


def test_supplies_are_cards_of_supplies_whatever_becomes_of_their_channel(
    counter: Any, ordered: Order
) -> None:
    without_channels(counter)
    [card] = counter.ask(queries.board)
    assert (card.id, card.supplies) == (ordered.id, True)
    assert [order.id for order in counter.ask(on_the_way, "fankahui")] == [ordered.id]


def test_supplies_for_one_site_stay_supplies_when_the_shop_moves_to_another(
    counter: Any, ordered: Order
) -> None:
    set_up(counter, "site:8")
    counter.hear(replace(shown(ordered), remote_id="1007", own_ids=()))
    assert counter.order("1007").status is Status.PLACED, "what comes for the old site now is a guest's"
    assert counter.order(ordered.id).supplies
    counter.do(take_in, ordered.id)
    assert counter.tickets(ordered) == []


def set_up(counter: Any, site: str) -> None:
    """Say which site is the shop's, and begin the channel anew."""
    facts = replace(counter.store.shop.channels["fankahui"], own_guest=site)
    counter.store.shop = replace(counter.store.shop, channels={"fankahui": facts})
    assert counter.do(channels.begin, "fankahui", "impilo", "https://example.com")


def test_what_nobody_has_dealt_with_becomes_supplies_once_the_shop_says_which_site_is_its_own(
    counter: Any, ordered: Order
) -> None:
    set_up(counter, "")
    counter.hear(*(replace(shown(ordered), remote_id=name, own_ids=()) for name in ("1008", "1009")))
    cooked = counter.do(orders.accept, counter.order("1009").id).order
    set_up(counter, "site:7")
    late = counter.order("1008")
    assert (late.supplies, late.status) == (True, Status.ACCEPTED)
    assert (counter.acts(late)[-1], counter.tickets(late)) == ("is_supplies", [])
    assert not counter.order(cooked.id).supplies, "what was cooked as a guest's order stays one"
    set_up(counter, "site:7")
    assert counter.acts(late).count("is_supplies") == 1


def test_an_order_whose_guest_turns_out_to_be_the_shop_is_waited_for(counter: Any, ordered: Order) -> None:
    short = replace(shown(ordered), remote_id="1010", own_ids=(), guest=RemoteGuest())
    counter.hear(short)
    assert counter.order("1010").status is Status.PLACED
    counter.hear(replace(short, guest=RemoteGuest("site:7", "Example Clinic"), raw={"whole": True}))
    order = counter.order("1010")
    assert (order.supplies, order.status) == (True, Status.ACCEPTED)
