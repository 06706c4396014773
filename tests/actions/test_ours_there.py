"""What this counter began at a web shop is no guest's word: lines stay off, and its claims ask nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pos.actions import deals, lines_off, orders, outbox, services
from pos.actions.services import Goods
from pos.config import channel_facts
from pos.config_tables import ChannelPart
from pos.domain.order import Order, Status
from pos.domain.payment import PaymentStatus
from pos.domain.shop import Shop
from sync.messages import RemoteLine, RemoteOrder, Told

Heard = Callable[..., RemoteOrder]
LINES = (
    RemoteLine("P1", "김치", 1, 9000),
    RemoteLine("P2", "만두", 1, 9000),
    RemoteLine("P3/1", "떡", 1, 5000),
    RemoteLine("P3/2", "국", 1, 4000),
)
WHOLE = 27000
LEFT = 18000
BACK = Goods("파손", "BROKEN", collect=True)


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """The shop, with a web shop as its channel."""
    web = channel_facts(ChannelPart(name="fankahui", kind="imweb", base_url="https://x"))
    return replace(shop, channels={"fankahui": web})


@pytest.fixture
def there(counter: Any, heard: Heard) -> Callable[..., None]:
    """Let the web shop show the order: an answer to a letter, or what is heard of it."""

    def show(*lines: RemoteLine, letter: Any = None, **facts: Any) -> None:
        usual = {"type": "deliver", "currency": "KRW", "payment": "paid", "payment_type": "card"}
        usual |= {"status": "accepted", "total": WHOLE}
        order = heard(lines=lines or LINES, **{**usual, **facts})
        if letter is None:
            counter.hear(order)
        else:
            counter.do(outbox.told, letter, Told(order))

    return show


@pytest.fixture
def cooked(counter: Any, there: Callable[..., None]) -> Order:
    """An order of three parts in the kitchen, paid there; its service knows."""
    there(status="placed")
    counter.do(orders.accept, counter.order().id)
    counter.tell_all()
    there()
    return counter.order()


def take_off(counter: Any, order: Order, *lines: str) -> Any:
    """Call lines off; return the letter, as the channel's worker has it."""
    counter.do(lines_off.cancel_lines, order.id, lines, "sold out", "SOLD_OUT")
    return counter.claim_letter()


@pytest.mark.parametrize("claimed", [("P2",), ("P2", "P3")])
def test_a_line_that_was_called_off_here_stays_off_while_its_service_makes_a_claim_of_it(
    counter: Any, cooked: Order, there: Callable[..., None], claimed: tuple[str, ...]
) -> None:
    gone = {"P2": ["P2"], "P3": ["P3/1", "P3/2"]}
    letter = take_off(counter, cooked, *(line for part in claimed for line in gone[part]))
    claims = tuple((part, "cancel") for part in claimed)
    on_its_way = {"claims": claims, "problems": ("cancel_requested",)}
    there(letter=letter, **on_its_way)
    there(table="again", **on_its_way)
    order = counter.order()
    assert (order.total, order.adjustment) == (WHOLE - 9000 * len(claimed), 0)
    assert [line.id for line in order.lines if line.id.partition("/")[0] in claimed] == []
    assert counter.attention() == []


def test_what_is_settled_meanwhile_has_no_more_to_book_once_the_claim_is_done(
    counter: Any, cooked: Order, there: Callable[..., None]
) -> None:
    there(letter=take_off(counter, cooked, "P2"), claims=(("P2", "cancel"),), problems=("cancel_requested",))
    done = counter.do(deals.settle, [cooked.id])
    assert done.deal.total == LEFT
    kept = tuple(line for line in LINES if line.id != "P2")
    there(*kept, off=("P2",), total=None, payment="part_refunded", problems=("total",))
    assert counter.attention() == []
    assert (counter.order().total, counter.order().payment.status) == (LEFT, PaymentStatus.PAID)


@pytest.mark.parametrize("settled", [False, True])
def test_a_line_that_its_service_does_not_let_go_after_all_is_asked_about(
    counter: Any, cooked: Order, there: Callable[..., None], settled: bool
) -> None:
    there(letter=take_off(counter, cooked, "P2"), claims=(("P2", "cancel"),), problems=("cancel_requested",))
    if settled:
        counter.do(deals.settle, [cooked.id])
        counter.tell_all()
    there(table="taken back")
    there(table="once")
    assert [row.kind for row in counter.attention()] == ["lines_changed"]


@pytest.mark.parametrize("row_knows", [WHOLE, LEFT, None])
def test_what_an_order_costs_is_known_where_the_counter_alone_took_off_what_is_off_there(
    counter: Any, cooked: Order, there: Callable[..., None], row_knows: int | None
) -> None:
    kept = tuple(line for line in LINES if line.id != "P2")
    off = {"off": ("P2",), "total": row_knows, "payment": "part_refunded", "problems": ("total",)}
    there(*kept, letter=take_off(counter, cooked, "P2"), **off)
    assert (counter.order().total, counter.attention()) == (LEFT, [])
    assert counter.do(deals.settle, [cooked.id]).deal.total == LEFT


def test_a_charge_stays_and_a_discount_is_for_a_person_to_look_at(
    counter: Any, there: Callable[..., None]
) -> None:
    for name, total, asked in (("R1", WHOLE + 3000, []), ("R2", WHOLE - 3000, ["total"])):
        there(remote_id=name, total=total, status="placed")
        order = counter.order(name)
        there(
            remote_id=name,
            total=total,
            status="placed",
            letter=take_off(counter, order, "P2"),
            claims=(("P2", "cancel"),),
        )
        assert counter.order(name).total == total - 9000
        asked_of = [row.facts["problem"] for row in counter.attention() if row.order_id == order.id]
        assert asked_of == asked


def test_what_is_told_meanwhile_names_the_lines_that_are_left(
    counter: Any, cooked: Order, there: Callable[..., None]
) -> None:
    there(letter=take_off(counter, cooked, "P2"), claims=(("P2", "cancel"),), problems=("cancel_requested",))
    counter.do(services.dispatch, cooked.id, "CJ", "1")
    assert counter.claim_letter().body["parts"] == ["P1", "P3/1", "P3/2"]


def test_an_order_that_was_changed_here_alone_is_as_it_was_without_what_was_called_off(
    counter: Any, cooked: Order, there: Callable[..., None]
) -> None:
    more = replace(cooked.lines[0], quantity=2)
    counter.do(orders.amend, cooked.id, [more, *cooked.lines[1:]])
    there(letter=take_off(counter, cooked, "P2"), claims=(("P2", "cancel"),), problems=("cancel_requested",))
    kept = tuple(line for line in LINES if line.id != "P2")
    there(*kept, off=("P2",), total=None, payment="part_refunded", problems=("total",))
    assert counter.order().total == LEFT + 9000
    assert counter.attention("lines_changed") == []
    there(*kept[1:], off=("P1", "P2"), total=None, payment="part_refunded", problems=("total",))
    assert len(counter.attention("lines_changed")) == 1


def test_what_a_guest_cancels_besides_is_still_asked(
    counter: Any, cooked: Order, there: Callable[..., None]
) -> None:
    letter = take_off(counter, cooked, "P2")
    there(letter=letter, claims=(("P2", "cancel"),), problems=("cancel_requested",))
    there(claims=(("P1", "cancel"), ("P2", "cancel")), problems=("cancel_requested",))
    assert [row.facts["problem"] for row in counter.attention()] == ["cancel_requested"]
    there(*LINES[2:], off=("P1", "P2"), total=None, payment="part_refunded", problems=("total",))
    assert {row.kind for row in counter.attention()} == {"problem", "lines_changed"}
    assert counter.order().payment.status is PaymentStatus.PART_REFUNDED


def test_a_line_of_which_the_service_was_never_told_is_not_off(
    counter: Any, there: Callable[..., None]
) -> None:
    there(status="placed")
    letter = take_off(counter, counter.order(), "P2")
    counter.do(outbox.refused, letter, "발송됨")
    counter.do(outbox.drop, letter.id, "let it be")
    there(status="placed", claims=(("P2", "cancel"),), problems=("cancel_requested",))
    assert [row.facts["problem"] for row in counter.attention("problem")] == ["cancel_requested"]
    assert (len(counter.order().lines), counter.order().total) == (4, WHOLE)


@pytest.mark.parametrize(
    ("end", "here"), [(orders.reject, Status.REJECTED), (orders.cancel, Status.CANCELED)]
)
def test_an_order_that_was_called_off_here_is_so_while_its_service_makes_a_claim_of_it(
    counter: Any, there: Callable[..., None], end: Any, here: Status
) -> None:
    there(status="placed")
    counter.do(end, counter.order().id, "sold out", code="SOLD_OUT")
    before = [row.kind for row in counter.attention()]
    claims = {
        "claims": tuple((part, "cancel") for part in ("P1", "P2", "P3")),
        "problems": ("cancel_requested",),
    }
    there(letter=counter.claim_letter(), **claims)
    there(table="again", **claims)
    assert counter.order().status is here
    assert [row.kind for row in counter.attention()] == before


@pytest.mark.parametrize(("act", "claim"), [(services.give_back, "return"), (services.exchange, "exchange")])
@pytest.mark.parametrize("heard_first", [False, True])
def test_our_own_return_or_exchange_is_no_guests_request(
    counter: Any, cooked: Order, there: Callable[..., None], act: Any, claim: str, heard_first: bool
) -> None:
    counter.do(act, cooked.id, replace(BACK, lines=("P1",)))
    letter = counter.claim_letter()
    ours = {"claims": (("P1", claim),), "problems": (f"{claim}_requested",)}
    if heard_first:
        there(**ours)
    there(letter=letter, **ours)
    there(table="again", **ours)
    assert counter.attention() == []
    there(claims=(("P1", claim), ("P2", claim)), problems=(f"{claim}_requested",))
    assert [row.facts["problem"] for row in counter.attention()] == [f"{claim}_requested"], "the guest's own"


def test_a_guest_who_asks_anew_after_our_own_return_is_over_is_heard(
    counter: Any, cooked: Order, there: Callable[..., None]
) -> None:
    counter.do(services.give_back, cooked.id, replace(BACK, lines=("P1",)))
    ours = {"claims": (("P1", "return"),), "problems": ("return_requested",)}
    there(letter=counter.claim_letter(), **ours)
    there(table="over")
    there(**ours)
    assert [row.facts["problem"] for row in counter.attention()] == ["return_requested"]
