"""What only some services know: dispatched, returned, exchanged, claims answered, handed over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pos.actions import deals, orders, outbox, services
from pos.actions.services import Goods
from pos.config import channel_facts
from pos.config_tables import ChannelPart
from pos.domain.order import IllegalMove, Order, Status
from pos.domain.payment import PREPAY, Amount, PaymentStatus
from pos.domain.refusals import Refused
from pos.domain.shop import ChannelFacts, Shop
from sync.messages import FailedPart, RemoteLine, RemoteOrder, Told

Heard = Callable[..., RemoteOrder]
LINES = (
    RemoteLine("P1", "김치", 2, 9000),
    RemoteLine("P2/1", "만두", 1, 7000),
    RemoteLine("P2/2", "떡", 1, 5000),
)
BACK = Goods("파손", "BROKEN", collect=True)
CLAIMED = (("P1", "return"),)


def facts(kind: str) -> ChannelFacts:
    """Return what the counter knows of a channel of a kind."""
    return channel_facts(ChannelPart(name="fankahui", kind=kind, base_url="https://x"))


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """The shop, with a web shop as its channel."""
    return replace(shop, channels={"fankahui": facts("imweb")})


@pytest.fixture
def cooked(counter: Any, heard: Heard) -> Order:
    """A delivery of the web shop, paid there and cooked here; its channel knows so far."""
    counter.hear(heard(type="deliver", lines=LINES, currency="KRW", payment="paid", payment_type="card"))
    counter.do(orders.accept, counter.order().id)
    counter.tell_all()
    return counter.order()


def waiting(counter: Any) -> list[tuple[str, dict[str, Any]]]:
    """Tell all that waits; return each verb with what it carries."""
    told = []
    while letter := counter.claim_letter():
        counter.do(outbox.told, letter, Told())
        told.append((letter.verb, {key: said for key, said in letter.body.items() if key != "name"}))
    return told


def claim(counter: Any, order: Order, **claims: str) -> Order:
    """Let something be claimed of an order's parts at its service; return the order."""
    open_there = tuple(claims.items())
    claimed: Order = counter.do(lambda tx: tx.put(replace(tx.orders.get(order.id), claims=open_there)))
    return claimed


def no(counter: Any, order: Order, action: Callable[..., Any], *said: Any) -> tuple[str, str]:
    """Return the code of a refusal and what it is about; nothing may be written with it."""
    before = counter.letters(order), counter.acts(order)
    with pytest.raises(Refused) as refused:
        counter.do(action, order.id, *said)
    assert (counter.letters(order), counter.acts(order)) == before
    kept = refused.value.facts
    return refused.value.code, str(kept.get("fields", kept.get("line", kept.get("verb", ""))))


class TestDispatch:
    def test_a_dispatch_is_a_fact_here_and_a_letter_there(self, counter: Any, cooked: Order) -> None:
        made = counter.do(services.dispatch, cooked.id, "cj", " 4455-6677 ")
        assert (made.changed, made.order.status) == (True, Status.EXECUTED)
        order = counter.order()
        assert (order.dispatched_at, order.carrier, order.tracking) == (counter.clock.now, "CJ", "4455-6677")
        assert counter.acts(order)[-1] == "dispatch"
        assert waiting(counter) == [("dispatch", {"carrier": "CJ", "tracking": "4455-6677"})]

    def test_the_same_dispatch_again_is_harmless(self, counter: Any, cooked: Order) -> None:
        counter.do(services.dispatch, cooked.id, "CJ", "1")
        first = counter.order()
        counter.clock.pass_by(minutes=3)
        assert counter.do(services.dispatch, cooked.id, "CJ", "1").changed is False
        assert counter.order() == first
        assert len(waiting(counter)) == 1

    def test_another_number_is_told_as_a_change_and_leaves_when_it_left(
        self, counter: Any, cooked: Order
    ) -> None:
        counter.do(services.dispatch, cooked.id, "CJ", "1")
        left = counter.order().dispatched_at
        counter.clock.pass_by(minutes=3)
        assert counter.do(services.dispatch, cooked.id, "CJ", "2").changed
        assert (counter.order().dispatched_at, counter.order().tracking) == (left, "2")
        assert counter.acts(cooked)[-2:] == ["dispatch", "dispatch_changed"]
        assert [said["tracking"] for _, said in waiting(counter)] == ["1", "2"]

    def test_the_first_number_after_another_is_a_change_again(self, counter: Any, cooked: Order) -> None:
        for number in ("1", "2", "1"):
            assert counter.do(services.dispatch, cooked.id, "CJ", number).changed
        assert [said["tracking"] for _, said in waiting(counter)] == ["1", "2", "1"]

    def test_a_number_that_was_refused_does_not_keep_the_right_one_back(
        self, counter: Any, cooked: Order
    ) -> None:
        counter.do(services.dispatch, cooked.id, "CJ", "wrong")
        counter.do(outbox.refused, counter.claim_letter(), "없는 운송장")
        counter.do(services.dispatch, cooked.id, "CJ", "right")
        assert [letter.error for letter in counter.letters(cooked) if letter.state == "dropped"] == [
            "told_anew"
        ]
        assert waiting(counter) == [("dispatch", {"carrier": "CJ", "tracking": "right"})]

    def test_the_same_number_again_after_it_was_refused_is_told_anew(
        self, counter: Any, cooked: Order
    ) -> None:
        counter.do(services.dispatch, cooked.id, "CJ", "1")
        counter.do(outbox.refused, counter.claim_letter(), "점검 중")
        assert counter.do(services.dispatch, cooked.id, "CJ", "1").changed
        assert len(waiting(counter)) == 1

    def test_what_the_shop_brings_itself_is_a_fact_here_and_not_told(
        self, counter: Any, cooked: Order
    ) -> None:
        assert counter.do(services.dispatch, cooked.id).changed
        order = counter.order()
        assert (order.dispatched_at, order.carrier, order.tracking) == (counter.clock.now, "", "")
        assert counter.acts(cooked)[-1] == "dispatch"
        assert waiting(counter) == []
        [said] = [letter for letter in counter.letters(cooked) if letter.verb == "dispatch"]
        assert (said.state, said.error) == ("dropped", "no_waybill")
        assert counter.do(services.dispatch, cooked.id).changed is False

    def test_a_number_that_is_given_later_is_told(self, counter: Any, cooked: Order) -> None:
        counter.do(services.hand_over, cooked.id)
        assert [verb for verb, _ in waiting(counter)] == ["complete"]
        left = counter.order().dispatched_at
        counter.clock.pass_by(minutes=3)
        assert counter.do(services.dispatch, cooked.id, "CJ", "1").changed
        assert (counter.order().dispatched_at, counter.order().tracking) == (left, "1")
        assert waiting(counter) == [("dispatch", {"carrier": "CJ", "tracking": "1"})]
        told = [
            (letter.state, letter.error) for letter in counter.letters(cooked) if letter.verb == "dispatch"
        ]
        assert told == [("dropped", "told_anew"), ("told", "")]
        assert counter.do(services.dispatch, cooked.id, "CJ", "1").changed is False

    def test_a_number_goes_before_an_end_that_was_refused_for_want_of_it(
        self, counter: Any, cooked: Order
    ) -> None:
        counter.do(services.hand_over, cooked.id)
        counter.do(outbox.refused, counter.claim_letter(), "발송 전입니다.")
        counter.do(services.dispatch, cooked.id, "CJ", "1")
        assert [verb for verb, _ in waiting(counter)] == ["dispatch"]
        counter.do(outbox.retry_all)
        assert [verb for verb, _ in waiting(counter)] == ["complete"]

    def test_what_the_shop_brings_itself_is_taken_back_by_undo(self, counter: Any, cooked: Order) -> None:
        made = counter.do(services.dispatch, cooked.id, undoable=True)
        assert made.undo_until is not None
        counter.do(services.undo_dispatch, cooked.id)
        assert (counter.order().dispatched_at, counter.acts(cooked)[-1]) == (None, "undo")
        assert counter.do(services.dispatch, cooked.id).changed
        assert waiting(counter) == []

    def test_a_number_that_is_undone_leaves_it_brought_by_the_shop(self, counter: Any, cooked: Order) -> None:
        counter.do(services.dispatch, cooked.id)
        counter.do(services.dispatch, cooked.id, "CJ", "1", undoable=True)
        order = counter.do(services.undo_dispatch, cooked.id)
        assert (order.dispatched_at is None, order.carrier, order.tracking) == (False, "", "")
        said = [
            (letter.state, letter.error) for letter in counter.letters(cooked) if letter.verb == "dispatch"
        ]
        assert said == [("dropped", "no_waybill"), ("dropped", "undone")]

    def test_a_number_that_was_told_is_not_taken_back_by_none(self, counter: Any, cooked: Order) -> None:
        counter.do(services.dispatch, cooked.id, "CJ", "1")
        assert no(counter, cooked, services.dispatch) == ("service_asks", "carrier tracking")
        assert counter.order().tracking == "1"

    def test_after_a_refused_number_the_shop_may_bring_it_itself(self, counter: Any, cooked: Order) -> None:
        counter.do(services.dispatch, cooked.id, "CJ", "wrong")
        counter.do(outbox.refused, counter.claim_letter(), "없는 운송장")
        counter.do(services.hand_over, cooked.id)
        counter.do(services.dispatch, cooked.id)
        assert (counter.order().carrier, counter.order().tracking) == ("", "")
        assert [verb for verb, _ in waiting(counter)] == ["complete"]

    def test_of_an_order_in_two_parcels_the_shop_may_bring_one(self, counter: Any, cooked: Order) -> None:
        counter.do(services.dispatch, cooked.id, "CJ", "1", ["P1"])
        assert counter.do(services.dispatch, cooked.id, lines=["P2/1", "P2/2"]).changed
        assert (counter.order().carrier, counter.order().tracking) == ("CJ", "1")
        assert [(verb, said["parts"]) for verb, said in waiting(counter)] == [("dispatch", ["P1"])]
        assert no(counter, cooked, services.dispatch, "", "", ["P1"]) == ("service_asks", "carrier tracking")

    def test_what_was_written_without_a_number_before_is_not_told(self, counter: Any, cooked: Order) -> None:
        bare = {"name": "店"}
        counter.do(lambda tx: tx.outbox.add("fankahui", cooked.id, "dispatch", bare, tx.now))
        assert waiting(counter) == []
        assert counter.letters(cooked)[-1].error == "no_waybill"

    def test_a_part_leaves_alone_and_the_rest_later(self, counter: Any, cooked: Order) -> None:
        counter.do(services.dispatch, cooked.id, "CJ", "1", ["P1"])
        assert counter.do(services.dispatch, cooked.id, "CJ", "1", ["P1"]).changed is False
        counter.do(services.dispatch, cooked.id, "CJ", "2", ["P2/2", "P2/1"])
        assert [said["parts"] for _, said in waiting(counter)] == [["P1"], ["P2/1", "P2/2"]]

    def test_all_lines_by_name_are_the_whole_order(self, counter: Any, cooked: Order) -> None:
        counter.do(services.dispatch, cooked.id, "CJ", "1", ["P1", "P2/1", "P2/2"])
        assert waiting(counter) == [("dispatch", {"carrier": "CJ", "tracking": "1"})]

    @pytest.mark.parametrize(
        ("said", "code", "about"),
        [
            (("CJ", ""), "service_asks", "tracking"),
            (("", "123"), "service_asks", "carrier"),
            (("SNAIL", "123"), "unknown_code", "carrier"),
            (("CJ", "1", ["P9"]), "no_such_line", "P9"),
        ],
    )
    def test_what_the_service_would_not_take_is_refused_before_it_is_told(
        self, counter: Any, cooked: Order, said: tuple[Any, ...], code: str, about: str
    ) -> None:
        assert no(counter, cooked, services.dispatch, *said) == (code, about)

    @pytest.mark.parametrize("status", ["placed", "rejected", "canceled"])
    def test_what_was_not_cooked_does_not_leave(self, counter: Any, heard: Heard, status: str) -> None:
        counter.hear(heard(type="deliver", lines=LINES))
        counter.reach(status)
        with pytest.raises(IllegalMove):
            counter.do(services.dispatch, counter.order().id)

    def test_a_booking_is_never_dispatched(self, counter: Any, heard: Heard) -> None:
        counter.hear(heard(type="booking", lines=LINES))
        counter.reach("executed")
        assert no(counter, counter.order(), services.dispatch)[0] == "illegal_move"

    def test_what_is_settled_can_still_leave(self, counter: Any, cooked: Order) -> None:
        counter.do(deals.settle, [cooked.id])
        counter.do(services.dispatch, cooked.id, "CJ", "1")
        assert (counter.order().status, counter.order().tracking) == (Status.PAID, "1")

    def test_within_its_undo_nothing_is_told_and_all_is_as_it_was(self, counter: Any, cooked: Order) -> None:
        made = counter.do(services.dispatch, cooked.id, "CJ", "1", undoable=True)
        assert made.undo_until is not None
        assert counter.claim_letter() is None
        counter.do(services.undo_dispatch, cooked.id)
        order = counter.order()
        assert (order.dispatched_at, order.carrier, order.tracking) == (None, "", "")
        counter.clock.pass_by(minutes=1)
        assert waiting(counter) == []
        assert counter.do(services.dispatch, cooked.id, "CJ", "1").changed

    def test_a_change_that_is_undone_leaves_the_number_before(self, counter: Any, cooked: Order) -> None:
        counter.do(services.dispatch, cooked.id, "CJ", "1")
        counter.tell_all()
        counter.do(services.dispatch, cooked.id, "HANJIN", "2", undoable=True)
        order = counter.do(services.undo_dispatch, cooked.id)
        assert (order.carrier, order.tracking, order.dispatched_at is None) == ("CJ", "1", False)
        assert counter.do(services.dispatch, cooked.id, "CJ", "1").changed is False

    def test_what_was_told_is_not_undone(self, counter: Any, cooked: Order) -> None:
        counter.do(services.dispatch, cooked.id, "CJ", "1", undoable=True)
        counter.clock.pass_by(minutes=1)
        counter.claim_letter()
        assert no(counter, cooked, services.undo_dispatch)[0] == "too_late"


class TestWhereNobodyHearsOfADispatch:
    @pytest.fixture
    def shop(self, shop: Shop) -> Shop:
        """The shop, with a channel that has no word for a dispatch."""
        return replace(shop, channels={"fankahui": facts("fankahui")})

    def test_it_is_a_fact_here_with_a_letter_that_says_it_is_not_told(
        self, counter: Any, cooked: Order
    ) -> None:
        counter.do(services.dispatch, cooked.id, "小李", "")
        assert (counter.order().carrier, "dispatch" in counter.acts(cooked)) == ("小李", True)
        last = counter.letters(cooked)[-1]
        assert (last.verb, last.state, last.error) == ("dispatch", "dropped", "cannot_be_told")
        assert counter.do(services.dispatch, cooked.id, "小李", "").changed is False

    def test_a_part_of_it_cannot_be_named(self, counter: Any, cooked: Order) -> None:
        assert no(counter, cooked, services.dispatch, "", "", ["P1"]) == ("not_partly", "dispatch")

    @pytest.mark.parametrize(
        ("action", "said", "verb"),
        [
            (services.give_back, (BACK,), "return"),
            (services.exchange, (BACK,), "exchange"),
            (services.answer_claim, ("return", "accept"), "claim"),
        ],
    )
    def test_what_the_channel_has_not_is_refused(
        self, counter: Any, cooked: Order, action: Any, said: Any, verb: str
    ) -> None:
        assert no(counter, cooked, action, *said) == ("no_such_thing_there", verb)


class TestReturnAndExchange:
    def test_a_return_tells_why_who_pays_and_how_it_comes(self, counter: Any, cooked: Order) -> None:
        goods = Goods("변심", "intent_changed", fee="BOX", carrier="CJ", tracking="77")
        assert counter.do(services.give_back, cooked.id, goods).changed
        assert counter.acts(cooked)[-1] == "return"
        assert waiting(counter) == [
            (
                "return",
                {
                    "reason": "변심", "reason_code": "INTENT_CHANGED", "fee": "BOX",
                    "carrier": "CJ", "tracking": "77",
                },
            )
        ]  # fmt: skip

    def test_an_exchange_that_the_shop_collects_names_no_carrier(self, counter: Any, cooked: Order) -> None:
        counter.do(services.exchange, cooked.id, Goods("", "BROKEN", collect=True))
        assert waiting(counter) == [
            ("exchange", {"reason": "상품 파손", "reason_code": "BROKEN", "collect": True})
        ]

    def test_a_reason_in_the_services_own_words_is_its_code(self, counter: Any, cooked: Order) -> None:
        counter.do(services.give_back, cooked.id, Goods("상품 파손", collect=True))
        assert waiting(counter)[0][1]["reason_code"] == "BROKEN"

    @pytest.mark.parametrize(
        ("goods", "code", "about"),
        [
            (Goods("", collect=True), "reason_needed", ""),
            (Goods("it broke", collect=True), "service_asks", "reason_code"),
            (Goods("x", "NOT_ONE", collect=True), "unknown_code", "reason_code"),
            (Goods("x", "INTENT_CHANGED", collect=True), "service_asks", "fee"),
            (Goods("x", "INTENT_CHANGED", fee="BEER", collect=True), "unknown_code", "fee"),
            (Goods("x", "BROKEN", fee="BOX", collect=True), "not_asked", "fee"),
            (Goods("x", "BROKEN"), "service_asks", "carrier tracking"),
            (Goods("x", "BROKEN", carrier="CJ"), "service_asks", "tracking"),
            (Goods("x", "BROKEN", collect=True, carrier="CJ", tracking="1"), "not_asked", "carrier tracking"),
            (Goods("4111 1111 1111 1111", "BROKEN", collect=True), "card_number", ""),
            (replace(BACK, lines=("P7",)), "no_such_line", "P7"),
        ],
    )
    def test_a_return_without_what_the_document_asks_for_is_refused(
        self, counter: Any, cooked: Order, goods: Goods, code: str, about: str
    ) -> None:
        assert no(counter, cooked, services.give_back, goods) == (code, about)

    def test_an_exchange_knows_no_fee(self, counter: Any, cooked: Order) -> None:
        goods = Goods("x", "INTENT_CHANGED", fee="BOX", collect=True)
        assert no(counter, cooked, services.exchange, goods) == ("not_asked", "fee")

    @pytest.mark.parametrize("status", ["placed", "rejected", "canceled"])
    @pytest.mark.parametrize("action", [services.give_back, services.exchange])
    def test_what_never_left_does_not_come_back(
        self, counter: Any, heard: Heard, status: str, action: Any
    ) -> None:
        counter.hear(heard(type="deliver", lines=LINES))
        counter.reach(status)
        assert no(counter, counter.order(), action, BACK)[0] == "illegal_move"

    @pytest.mark.parametrize("action", [services.give_back, services.exchange])
    def test_of_two_counters_at_once_one_must_look_again(
        self, counter: Any, cooked: Order, action: Any
    ) -> None:
        counter.do(action, cooked.id, BACK)
        assert counter.order().version > cooked.version

    def test_goods_that_come_back_already_do_so_once(self, counter: Any, cooked: Order) -> None:
        counter.do(services.give_back, cooked.id, BACK)
        assert counter.do(services.give_back, cooked.id, replace(BACK, reason="again")).changed is False
        assert counter.do(services.give_back, cooked.id, replace(BACK, lines=("P1",))).changed is False
        assert len(waiting(counter)) == 1

    def test_what_was_refused_of_a_part_can_be_told_otherwise(self, counter: Any, cooked: Order) -> None:
        counter.do(services.give_back, cooked.id, BACK)
        counter.do(outbox.told, counter.claim_letter(), Told(failed=(FailedPart("P2", "처리 불가"),)))
        assert counter.do(services.give_back, cooked.id, replace(BACK, lines=("P1",))).changed is False
        other = Goods("품절", "SOLD_OUT", collect=True, lines=("P2/1", "P2/2"))
        assert counter.do(services.give_back, cooked.id, other).changed
        assert [(verb, said["parts"]) for verb, said in waiting(counter)] == [("return", ["P2/1", "P2/2"])]

    def test_a_part_that_was_refused_is_told_again_alone(self, counter: Any, cooked: Order) -> None:
        counter.do(services.give_back, cooked.id, BACK)
        counter.do(outbox.told, counter.claim_letter(), Told(failed=(FailedPart("P2", "처리 불가"),)))
        counter.do(outbox.retry, counter.letters(cooked)[-1].id)
        assert [said["parts"] for _, said in waiting(counter)] == [["P2"]]

    def test_what_a_person_gave_up_can_be_told_again(self, counter: Any, cooked: Order) -> None:
        counter.do(services.give_back, cooked.id, BACK)
        counter.do(outbox.refused, counter.claim_letter(), "점검 중")
        counter.do(outbox.drop, counter.letters(cooked)[-1].id, "by hand")
        assert counter.do(services.give_back, cooked.id, BACK).changed


class TestClaims:
    def test_an_answer_is_told_and_the_guests_wish_is_seen_to(self, counter: Any, heard: Heard) -> None:
        shown = heard(
            type="deliver", lines=LINES[:1], currency="KRW", problems=("return_requested",), claims=CLAIMED
        )
        counter.hear(shown)
        order = counter.order()
        assert [row.facts["problem"] for row in counter.attention("problem")] == ["return_requested"]
        counter.do(services.answer_claim, order.id, "RETURN", "accept")
        assert counter.attention("problem") == []
        assert counter.acts(order)[-1] == "claim_answered"
        assert waiting(counter) == [("claim", {"claim": "return", "answer": "accept"})]

    def test_a_guest_who_claims_again_is_heard_and_answered_again(self, counter: Any, heard: Heard) -> None:
        plain = heard(type="deliver", lines=LINES[:1], currency="KRW")
        claimed = replace(plain, problems=("return_requested",), claims=CLAIMED)
        counter.hear(plain)
        order = counter.order()
        for again in range(2):
            counter.hear(replace(claimed, raw={"claim": again}), replace(claimed, raw={"seen": again}))
            assert len(counter.attention("problem")) == 1
            answers = [
                counter.do(services.answer_claim, order.id, "return", "reject", {"reason": "eaten"}).changed
                for _ in range(2)
            ]
            assert answers == [True, False]
            assert [verb for verb, _ in waiting(counter)] == ["claim"]
            counter.hear(replace(plain, raw={"over": again}))
            assert counter.attention("problem") == []

    def test_an_answer_goes_before_what_the_claim_holds_up_there(self, counter: Any, cooked: Order) -> None:
        counter.do(services.dispatch, cooked.id, "CJ", "60001")
        counter.do(outbox.refused, counter.claim_letter(), "처리할 수 없는 상태입니다.")
        counter.do(deals.settle, [cooked.id])
        claim(counter, cooked, P1="cancel", P2="return")
        counter.do(
            services.answer_claim, cooked.id, "cancel", "reject", {"parcel_code": "CJ", "invoice_no": "1"}
        )
        counter.do(services.answer_claim, cooked.id, "return", "reject", {"reason": "eaten"})
        first = counter.claim_letter()
        assert (first.body["claim"], counter.claim_letter()) == ("cancel", None)
        counter.do(outbox.told, first, Told())
        assert [verb for verb, _ in waiting(counter)] == ["claim"]
        counter.do(outbox.retry_all)
        assert [verb for verb, _ in waiting(counter)] == ["dispatch", "complete"]

    def test_what_goes_with_an_answer_is_written_as_the_service_reads_it(
        self, counter: Any, cooked: Order
    ) -> None:
        claim(counter, cooked, P2="return")
        said = {"etc_price": {"P2/1": "3000"}, "claim_memo": "확인"}
        counter.do(services.answer_claim, cooked.id, "return", "return_done", said)
        assert waiting(counter)[0][1] == {
            "claim": "return",
            "answer": "return_done",
            "etc": {"etc_price": {"P2": 3000}, "claim_memo": "확인"},
            "parts": ["P2/1", "P2/2"],
        }

    @pytest.mark.parametrize(
        ("said", "code", "about"),
        [
            (("refund", "accept"), "unknown_code", "claim"),
            (("return", "resend"), "unknown_code", "answer"),
            (("return", "accept", {"reason": "x"}), "not_asked", "reason"),
            (("exchange", "withhold"), "service_asks", "reason_code"),
            (("exchange", "withhold", {"reason_code": "BROKEN"}), "unknown_code", "reason_code"),
            (
                ("exchange", "withhold", {"reason_code": "ETC", "etc_price": {"P1": "1"}}),
                "not_asked", "etc_price",
            ),
            (("exchange", "resend", {"method": "DELIVERY"}), "service_asks", "parcel_code invoice_no"),
            (
                ("exchange", "resend", {"method": "NOTHING", "parcel_code": "CJ", "invoice_no": "1"}),
                "not_asked", "parcel_code invoice_no",
            ),
            (("exchange", "accept", {"etc_price": "3000"}), "service_asks", "etc_price"),
            (("exchange", "accept", {"etc_price": {"P9": "3000"}}), "no_such_line", "P9"),
            (("exchange", "accept", {"etc_price": {"P1": "30.5"}}), "bad_amount", ""),
            (("return", "reject", {"reason": "4111 1111 1111 1111"}), "card_number", ""),
        ],
    )  # fmt: skip
    def test_an_answer_that_the_service_would_not_take_is_refused(
        self, counter: Any, cooked: Order, said: tuple[Any, ...], code: str, about: str
    ) -> None:
        assert no(counter, cooked, services.answer_claim, *said) == (code, about)

    def test_the_same_answer_again_is_harmless_until_another_was_given(
        self, counter: Any, cooked: Order
    ) -> None:
        claim(counter, cooked, P1="return", P2="return")
        changed = [
            counter.do(services.answer_claim, cooked.id, "return", answer).changed
            for answer in ("withhold", "withhold", "releasehold", "withhold")
        ]
        assert changed == [True, False, True, True]


class TestOneClaimAtATime:
    @pytest.mark.usefixtures("cooked")
    def test_what_is_claimed_of_which_part_is_kept_with_the_order(self, counter: Any, heard: Heard) -> None:
        plain = {"type": "deliver", "lines": LINES, "currency": "KRW", "payment": "paid"}
        for claims in ((("P2", "return"),), (("P2", "exchange"), ("P1", "cancel")), ()):
            counter.hear(heard(**plain, claims=claims))
            assert counter.order().claims == claims

    @pytest.mark.parametrize(
        ("action", "there"), [(services.exchange, "return"), (services.give_back, "exchange")]
    )
    def test_a_second_claim_of_a_part_is_refused_and_says_what_is_open(
        self, counter: Any, cooked: Order, action: Any, there: str
    ) -> None:
        claim(counter, cooked, P1=there)
        with pytest.raises(Refused) as refused:
            counter.do(action, cooked.id, BACK)
        assert (refused.value.code, refused.value.facts["claims"]) == ("claim_open", there)
        assert refused.value.facts["lines"] == "김치"
        assert waiting(counter) == []
        assert counter.do(action, cooked.id, replace(BACK, lines=("P2/1", "P2/2"))).changed
        assert [said["parts"] for _, said in waiting(counter)] == [["P2/1", "P2/2"]]

    @pytest.mark.parametrize("claimed", ["return", "exchange"])
    def test_what_the_guest_claimed_there_already_is_claimed_once(
        self, counter: Any, cooked: Order, claimed: str
    ) -> None:
        action = {"return": services.give_back, "exchange": services.exchange}[claimed]
        claim(counter, cooked, P1=claimed)
        assert counter.do(action, cooked.id, BACK).changed
        assert [said["parts"] for _, said in waiting(counter)] == [["P2/1", "P2/2"]]
        claim(counter, cooked, P1=claimed, P2=claimed)
        assert counter.do(action, cooked.id, BACK).changed is False

    def test_what_is_still_to_be_told_as_a_return_is_not_exchanged(self, counter: Any, cooked: Order) -> None:
        counter.do(services.give_back, cooked.id, replace(BACK, lines=("P1",)))
        assert no(counter, cooked, services.exchange, BACK)[0] == "claim_open"
        counter.do(outbox.refused, counter.claim_letter(), "수거 불가 지역")
        assert counter.do(services.exchange, cooked.id, BACK).changed

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            (("exchange", "accept"), "other_claim"),
            (("cancel", "accept"), "other_claim"),
            (("return", "accept", {}, ["P2/1", "P2/2"]), "other_claim"),
        ],
    )
    def test_only_what_is_open_is_answered(
        self, counter: Any, cooked: Order, said: tuple[Any, ...], code: str
    ) -> None:
        claim(counter, cooked, P1="return")
        assert no(counter, cooked, services.answer_claim, *said)[0] == code
        counter.do(services.answer_claim, cooked.id, "return", "accept")
        assert [body["parts"] for _, body in waiting(counter)] == [["P1"]]

    def test_where_nothing_is_claimed_nothing_is_answered(self, counter: Any, cooked: Order) -> None:
        assert no(counter, cooked, services.answer_claim, "return", "accept")[0] == "no_claim"

    def test_an_answer_that_is_known_there_is_harmless_once_the_claim_is_over(
        self, counter: Any, cooked: Order
    ) -> None:
        claim(counter, cooked, P1="return", P2="return")
        counter.do(services.answer_claim, cooked.id, "return", "reject", {"reason": "eaten"})
        waiting(counter)
        claim(counter, cooked)
        again = counter.do(services.answer_claim, cooked.id, "return", "reject", {"reason": "eaten"})
        assert again.changed is False


class TestHandOver:
    def test_what_was_paid_there_is_dispatched_and_closed_with_one_tap(
        self, counter: Any, cooked: Order
    ) -> None:
        settled = counter.do(services.hand_over, cooked.id, "CJ", "9")
        assert (settled.orders[0].status, counter.order().tracking) == (Status.PAID, "9")
        assert [verb for verb, _ in waiting(counter)] == ["dispatch", "complete"]

    def test_what_has_left_already_is_only_closed(self, counter: Any, cooked: Order) -> None:
        counter.do(services.dispatch, cooked.id, "CJ", "9")
        counter.do(services.hand_over, cooked.id)
        assert counter.order().tracking == "9"
        assert [verb for verb, _ in waiting(counter)] == ["dispatch", "complete"]

    def test_handing_over_twice_is_harmless(self, counter: Any, cooked: Order) -> None:
        counter.do(services.hand_over, cooked.id)
        assert counter.do(services.hand_over, cooked.id).changed is False
        assert [verb for verb, _ in waiting(counter)] == ["complete"]

    def test_one_part_is_with_its_guest_and_the_order_closes_with_the_last(
        self, counter: Any, cooked: Order
    ) -> None:
        first = counter.do(services.hand_over, cooked.id, "CJ", "9", ["P1"])
        assert (first.changed, counter.order().status) == (True, Status.EXECUTED)
        assert [(verb, said["parts"]) for verb, said in waiting(counter)] == [
            ("dispatch", ["P1"]),
            ("complete", ["P1"]),
        ]
        assert counter.acts(cooked)[-1] == "told"
        assert counter.do(services.hand_over, cooked.id, lines=["P1"]).changed is False
        counter.do(services.hand_over, cooked.id, lines=["P2/1", "P2/2"])
        assert counter.order().status is Status.PAID
        assert [(verb, said.get("parts")) for verb, said in waiting(counter)] == [("complete", None)]

    def test_a_part_is_not_handed_over_where_money_is_still_due(self, counter: Any, heard: Heard) -> None:
        counter.hear(heard(type="deliver", lines=LINES, currency="KRW"))
        assert no(counter, counter.order(), services.hand_over, "", "", ["P1"])[0] == "illegal_move"
        counter.do(orders.accept, counter.order().id)
        assert no(counter, counter.order(), services.hand_over, "", "", ["P1"])[0] == "too_little"

    def test_nothing_leaves_where_money_is_still_due(self, counter: Any, heard: Heard) -> None:
        counter.hear(heard(type="deliver", lines=LINES, currency="KRW"))
        counter.do(orders.accept, counter.order().id)
        assert no(counter, counter.order(), services.hand_over, "CJ", "9")[0] == "too_little"
        assert counter.order().dispatched_at is None

    def test_where_nobody_hears_of_a_dispatch_it_is_only_closed(
        self, open_counter: Callable[[Shop], Any], shop: Shop, heard: Heard
    ) -> None:
        counter = open_counter(replace(shop, channels={"fankahui": facts("fankahui")}))
        counter.hear(heard(type="deliver", payment="paid"))
        counter.do(orders.accept, counter.order().id)
        counter.do(services.hand_over, counter.order().id)
        assert counter.order().dispatched_at is None
        assert "dispatch" not in [letter.verb for letter in counter.letters(counter.order())]


def test_what_was_refused_of_a_dispatch_stands_again_once_the_next_is_undone(
    counter: Any, cooked: Order
) -> None:
    counter.do(services.dispatch, cooked.id, "CJ", "123")
    counter.do(outbox.told, counter.claim_letter(), Told(failed=(FailedPart("P1", "bad number"),)))
    counter.do(services.dispatch, cooked.id, "CJ", "123", undoable=True)
    order = counter.do(services.undo_dispatch, cooked.id)
    said = [(letter.state, letter.error) for letter in counter.letters(cooked) if letter.verb == "dispatch"]
    assert said == [("told", ""), ("failed", "bad number"), ("dropped", "undone")]
    assert (order.dispatched_at is not None, order.tracking) == (True, "123")
    assert counter.do(services.dispatch, cooked.id, "CJ", "123").changed
    assert [verb for verb, _said in waiting(counter)] == ["dispatch"]


@pytest.mark.parametrize("verb", ["dispatch", "return", "claim"])
def test_what_nobody_could_be_told_is_told_once_its_channel_is_there_again(
    counter: Any, cooked: Order, verb: str
) -> None:
    claim(counter, cooked, **({"P1": "return", "P2": "return"} if verb == "claim" else {}))
    said: dict[str, tuple[Any, ...]] = {
        "dispatch": (services.dispatch, cooked.id, "CJ", "123"),
        "return": (services.give_back, cooked.id, BACK),
        "claim": (services.answer_claim, cooked.id, "return", "accept"),
    }
    assert counter.do(*said[verb]).changed
    counter.do(outbox.strand, "fankahui")
    assert counter.do(*said[verb]).changed
    assert [told for told, _body in waiting(counter)] == [verb]
    assert not counter.do(*said[verb]).changed


def test_of_all_that_comes_back_only_what_is_left_is_told(counter: Any, cooked: Order) -> None:
    counter.do(services.give_back, cooked.id, replace(BACK, lines=("P1",)))
    waiting(counter)
    counter.do(services.give_back, cooked.id, BACK)
    [(_verb, said)] = waiting(counter)
    assert said["parts"] == ["P2/1", "P2/2"]
    assert not counter.do(services.give_back, cooked.id, BACK).changed


def test_a_web_shop_keeps_nobodys_stored_value(counter: Any, heard: Heard) -> None:
    counter.hear(heard(type="deliver", lines=LINES, currency="KRW"))
    counter.do(orders.accept, counter.order().id)
    with pytest.raises(Refused) as refused:
        counter.do(deals.settle, [counter.order().id], [Amount(PREPAY, 30000)])
    assert refused.value.code == "prepay_not_here"


@pytest.mark.parametrize("lost", [False, True], ids=["told", "its answer was lost"])
def test_what_was_taken_back_is_closed_without_a_word_to_the_kitchen(
    counter: Any, heard: Heard, cooked: Order, lost: bool
) -> None:
    counter.print_all()
    counter.do(services.give_back, cooked.id, BACK)
    if lost:
        letter = counter.claim_letter()
        counter.do(outbox.postpone, letter, "timeout", counter.clock.now, unknown=True, counted=True)
    else:
        counter.tell_all()
    counter.hear(heard(type="deliver", lines=LINES, currency="KRW", payment="refunded", status="canceled"))
    order = counter.order()
    assert (order.status, order.payment.status) == (Status.CANCELED, PaymentStatus.REFUNDED)
    assert "cancel" not in [ticket.kind for ticket in counter.tickets(order)]
    assert counter.attention() == []
    assert {"return", "moved_there"} <= set(counter.acts(order))


def test_what_was_taken_back_and_is_paid_still_asks_for_the_money(
    counter: Any, heard: Heard, cooked: Order
) -> None:
    counter.do(services.give_back, cooked.id, BACK)
    counter.tell_all()
    counter.hear(heard(type="deliver", lines=LINES, currency="KRW", payment="paid", status="canceled"))
    assert [row.kind for row in counter.attention()] == ["paid_but_off"]


@pytest.mark.parametrize("refused", [False, True])
def test_what_a_guest_cancels_that_nobody_took_back_is_called_off_in_the_kitchen(
    counter: Any, heard: Heard, cooked: Order, refused: bool
) -> None:
    counter.print_all()
    if refused:
        counter.do(services.give_back, cooked.id, BACK)
        counter.do(outbox.refused, counter.claim_letter(), "no")
    counter.hear(heard(type="deliver", lines=LINES, currency="KRW", payment="refunded", status="canceled"))
    assert "cancel" in [ticket.kind for ticket in counter.tickets(cooked)]
    assert len(counter.attention("canceled_there")) == 1


def test_what_has_left_is_canceled_there_loudly_and_not_in_the_kitchen(
    counter: Any, heard: Heard, cooked: Order
) -> None:
    counter.print_all()
    counter.do(services.dispatch, cooked.id, next(iter(facts("imweb").choices["carrier"])), "123")
    counter.tell_all()
    counter.hear(heard(type="deliver", lines=LINES, currency="KRW", payment="refunded", status="canceled"))
    assert "cancel" not in [ticket.kind for ticket in counter.tickets(cooked)]
    assert len(counter.attention("canceled_there")) == 1
