"""What imweb says it asks for, and what it checks before it sends, are the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.shop import Ask as Asked
from sync.channel import Ask
from sync.channels.imweb import requests
from sync.channels.imweb.asks import ASKS
from sync.channels.imweb.codes import CLAIM_ACTIONS, FEE_METHODS, REASONS, RESEND_METHODS, WITHHOLD_REASONS
from sync.channels.imweb.settings import CAN
from sync.errors import Refused

NOTHING = st.just("")
PARCEL = {"carrier": NOTHING | st.just("CJ"), "tracking": NOTHING | st.just("1")}
GOODS = {
    "reason_code": NOTHING | st.sampled_from(sorted(REASONS)),
    "fee": NOTHING | st.sampled_from(sorted(FEE_METHODS)),
    "collect": NOTHING | st.just("Y"),
    **PARCEL,
}
ETC = {
    "method": st.sampled_from(sorted(RESEND_METHODS)),
    "reason_code": st.sampled_from(sorted(WITHHOLD_REASONS)),
    "parcel_code": st.just("CJ"),
    "invoice_no": st.just("1"),
    "reason": st.just("x"),
    "reason_detail": st.just("x"),
    "claim_memo": st.just("x"),
    "etc_price": st.just({"P1": 3000}),
    "refund_point": st.just({"P1": 3000}),
}


def fits(asks: tuple[Ask, ...], said: Mapping[str, Any]) -> bool:
    """Whether nothing that is asked for is missing, and nothing else is said."""
    wanted = {ask.field: ask for ask in asks if Asked(ask.field, when=ask.when, among=ask.among).wanted(said)}
    missing = [field for field, ask in wanted.items() if ask.needed and not said.get(field)]
    return not missing and all(field in wanted for field, value in said.items() if value)


def taken(check: Any, *said: Any) -> bool:
    """Whether the client would send it."""
    try:
        check(*said)
    except Refused:
        return False
    return True


@given(st.fixed_dictionaries(PARCEL))
def test_a_dispatch_fits_if_it_is_sent(said: dict[str, str]) -> None:
    assert fits(ASKS["dispatch"], said) is taken(requests.waybill, said["carrier"], said["tracking"])


@given(st.fixed_dictionaries(GOODS))
def test_a_return_that_fits_is_sent_and_one_without_what_it_needs_is_not(said: dict[str, str]) -> None:
    collected_and_carried = said["collect"] and (said["carrier"] or said["tracking"])
    order = ("reason_code", "fee", "collect", "carrier", "tracking")
    sent = taken(requests.returning, *(said[field] for field in order))
    assert fits(ASKS["return"], said) is (sent and not collected_and_carried)


@given(st.fixed_dictionaries({key: value for key, value in GOODS.items() if key != "fee"}))
def test_an_exchange_that_fits_is_sent_and_one_without_what_it_needs_is_not(said: dict[str, str]) -> None:
    collected_and_carried = said["collect"] and (said["carrier"] or said["tracking"])
    order = ("reason_code", "collect", "carrier", "tracking")
    sent = taken(requests.exchanging, *(said[field] for field in order))
    assert fits(ASKS["exchange"], said) is (sent and not collected_and_carried)


@pytest.mark.parametrize(
    ("claim", "answer"), [(claim, answer) for claim, answers in CLAIM_ACTIONS.items() for answer in answers]
)
@given(said=st.fixed_dictionaries({}, optional=ETC))
def test_an_answer_to_a_claim_fits_if_it_is_sent(claim: str, answer: str, said: dict[str, Any]) -> None:
    asks = ASKS.get(f"claim.{claim}.{answer}", ())
    assert fits(asks, said) is taken(requests.answering, claim, answer, said)


def test_every_code_that_is_asked_for_has_its_list() -> None:
    codes = {ask.codes for asks in ASKS.values() for ask in asks if ask.kind == "code"}
    assert codes <= CAN.choices.keys()
    assert {key.partition(".")[0] for key in ASKS} <= CAN.tells.keys()
