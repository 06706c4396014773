"""What imweb wants to know with each action: its ``etc``, checked before anything is sent.

Every function returns ``etc``; it raises Refused for what is missing, and for what its page wants left out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sync.channels.imweb.carriers import CARRIERS
from sync.channels.imweb.codes import (
    BUYER_PAYS,
    FEE_METHODS,
    REASONS,
    RESEND_METHODS,
    WITHHOLD_REASONS,
)
from sync.errors import Refused

_CARRIERS = {code.casefold(): code for code in CARRIERS}

Etc = Mapping[str, Any]

#: What each answer to a claim may say; what is not named here has nothing to say.
CLAIM_FIELDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("cancel", "reject"): ("parcel_code", "invoice_no"),
    ("cancel", "accept"): ("etc_price", "refund_point", "claim_memo"),
    ("return", "reject"): ("reason",),
    ("return", "return_done"): ("etc_price", "refund_point", "claim_memo"),
    ("exchange", "reject"): ("parcel_code", "invoice_no"),
    ("exchange", "accept"): ("etc_price",),
    ("exchange", "withhold"): ("reason_code", "reason_detail", "etc_price"),
    ("exchange", "resend"): ("method", "parcel_code", "invoice_no"),
}

#: How a list of amounts is written, by claim, answer and field: the key beside ``prod_order_no``.
_AMOUNTS: Mapping[tuple[str, str, str], str] = {
    ("cancel", "accept", "etc_price"): "price",
    ("cancel", "accept", "refund_point"): "price",
    ("return", "return_done", "etc_price"): "price",
    ("return", "return_done", "refund_point"): "point",
}


def carrier(code: str) -> str:
    """Return a carrier's code as the service writes it; one that its list does not have is left as it is."""
    return _CARRIERS.get(code.casefold(), code)


def waybill(parcel_code: str, invoice_no: str) -> dict[str, Any]:
    """Return OrderSend: a carrier and the number on the parcel."""
    _need(**_named(parcel_code, invoice_no))
    return _named(carrier(parcel_code), invoice_no)


def _named(parcel_code: str, invoice_no: str) -> dict[str, str]:
    return {"parcel_code": parcel_code, "invoice_no": invoice_no}


def of_part(action: str, parcel_code: str, invoice_no: str) -> dict[str, Any]:
    """Return what a product-order's own path is told with: carrier and number where it is sent."""
    if action == "send":
        return waybill(parcel_code, invoice_no)
    if given := [name for name, said in _named(parcel_code, invoice_no).items() if said]:
        raise Refused(f"not_wanted: {', '.join(given)}")
    return {}


def cancellation(reason_code: str) -> dict[str, Any]:
    """Return OrderCancelRequest."""
    return {"reason_code": _one_of("reason_code", reason_code, REASONS)}


def returning(
    reason_code: str, deliv_fee_method: str, collected: str, parcel_code: str, invoice_no: str
) -> dict[str, Any]:
    """Return OrderReturnRequest.

    `deliv_fee_method` belongs to the reasons for which the buyer pays, and to no other. `collected` is the
    service's word for direct collection, empty where a carrier brings it back.
    """
    etc = exchanging(reason_code, collected, parcel_code, invoice_no)
    if reason_code not in BUYER_PAYS:
        if deliv_fee_method:
            raise Refused("not_wanted: deliv_fee_method")
        return etc
    return {**etc, "deliv_fee_method": _one_of("deliv_fee_method", deliv_fee_method, FEE_METHODS)}


def exchanging(reason_code: str, collected: str, parcel_code: str, invoice_no: str) -> dict[str, Any]:
    """Return OrderExchangeRequest: the carrier and its number are needed unless it is collected directly."""
    etc = cancellation(reason_code)
    way = {"collect_type": collected} if collected else waybill(parcel_code, invoice_no)
    return {**etc, **way}


def answering(claim: str, action: str, said: Etc) -> dict[str, Any]:
    """Return what goes with the answer to a claim; amounts are given by product-order, in major units."""
    known = CLAIM_FIELDS.get((claim, action), ())
    for name in said:
        if name not in known:
            raise Refused(f"not_wanted: {name}")
    if check := _CHECKS.get((claim, action)):
        check(said)
    return {name: _written(claim, action, name, value) for name, value in said.items()}


def _written(claim: str, action: str, name: str, value: Any) -> Any:
    key = _AMOUNTS.get((claim, action, name))
    if key and isinstance(value, Mapping):
        return [{"prod_order_no": number, key: amount} for number, amount in value.items()]
    return carrier(value) if name == "parcel_code" else value


def _check_withheld(said: Etc) -> None:
    reason = _one_of("reason_code", said.get("reason_code", ""), WITHHOLD_REASONS)
    if said.get("etc_price") and reason != "EXCHANGE_EXTRAFEE":
        raise Refused("not_wanted: etc_price")


def _check_resent(said: Etc) -> None:
    method = _one_of("method", said.get("method", ""), RESEND_METHODS)
    numbers = {name: said.get(name, "") for name in ("parcel_code", "invoice_no")}
    if method == "DELIVERY":
        _need(**numbers)
    elif any(numbers.values()):
        raise Refused("not_wanted: parcel_code, invoice_no")


_CHECKS = {("exchange", "withhold"): _check_withheld, ("exchange", "resend"): _check_resent}


def _need(**fields: str) -> None:
    if missing := [name for name, value in fields.items() if not value]:
        raise Refused(f"incomplete: {', '.join(missing)}")


def _one_of(name: str, value: str, allowed: Collection[str]) -> str:
    _need(**{name: value})
    if value not in allowed:
        raise Refused(f"not_allowed: {name}")
    return value
