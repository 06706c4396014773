"""What imweb must be told with each action and each answer to a claim, as its pages list it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sync.channels.imweb.carriers import CARRIERS
from sync.channels.imweb.codes import BUYER_PAYS, FEE_METHODS, REASONS, RESEND_METHODS, WITHHOLD_REASONS

Etc = Mapping[str, Any]
Check = Callable[[Etc], bool]


def is_whole(action: str, etc: object) -> bool:
    """Whether an action is told what it needs, and nothing that no list of the pages has."""
    return isinstance(etc, Mapping) and _ACTIONS.get(action, _anything)(etc)


def is_answered_whole(claim: str, action: str, etc: object) -> bool:
    """Whether an answer to a claim is told what it needs."""
    return isinstance(etc, Mapping) and _ANSWERS.get((claim, action), _anything)(etc)


def is_waybill(said: Etc) -> bool:
    """Whether a carrier of the appendix and a number are named."""
    return said.get("parcel_code") in CARRIERS and bool(said.get("invoice_no"))


def _anything(_: Etc) -> bool:
    return True


def _waybill_if_any(etc: Etc) -> bool:
    return is_waybill(etc) or not (etc.get("parcel_code") or etc.get("invoice_no"))


def _reason(etc: Etc) -> bool:
    return etc.get("reason_code") in REASONS


def _exchange(etc: Etc) -> bool:
    return _reason(etc) and (bool(etc.get("collect_type")) or is_waybill(etc))


def _return(etc: Etc) -> bool:
    fee = etc.get("deliv_fee_method")
    fits = fee in FEE_METHODS if etc.get("reason_code") in BUYER_PAYS else not fee
    return _exchange(etc) and fits


def _amounts(**keys: str) -> Check:
    """Return a check of lists of amounts: the key beside ``prod_order_no``, by the list's name."""

    def check(etc: Etc) -> bool:
        rows = [(key, row) for name, key in keys.items() for row in etc.get(name) or ()]
        return all(isinstance(row, Mapping) and {"prod_order_no", key} <= row.keys() for key, row in rows)

    return check


def _withheld(etc: Etc) -> bool:
    extra = etc.get("etc_price")
    fits = not extra or (etc.get("reason_code") == "EXCHANGE_EXTRAFEE" and isinstance(extra, Mapping))
    return etc.get("reason_code") in WITHHOLD_REASONS and fits


def _sent_again(etc: Etc) -> bool:
    method = etc.get("method")
    return method in RESEND_METHODS and (method != "DELIVERY" or is_waybill(etc))


_ACTIONS: Mapping[str, Check] = {
    "send": is_waybill,
    "cancel": _reason,
    "return": _return,
    "exchange": _exchange,
}

_ANSWERS: Mapping[tuple[str, str], Check] = {
    ("cancel", "reject"): _waybill_if_any,
    ("cancel", "accept"): _amounts(etc_price="price", refund_point="price"),
    ("return", "return_done"): _amounts(etc_price="price", refund_point="point"),
    ("exchange", "reject"): _waybill_if_any,
    ("exchange", "withhold"): _withheld,
    ("exchange", "resend"): _sent_again,
}
