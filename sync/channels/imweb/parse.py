"""From imweb's documents to orders: pure, and never stopped by a strange one.

A record is ``{"order": row, "prod_orders": [...]}``: the row has no state and no dishes, the product-orders
have no guest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sync.channels.imweb import wire
from sync.channels.imweb.carriers import CARRIERS
from sync.channels.imweb.codes import CLAIM_TYPES
from sync.documents import Odd, Problem, as_it_came, clipped, many, one, pieces, read, text, unreadable
from sync.messages import (
    RemoteGuest,
    RemoteLine,
    RemoteNote,
    RemoteOrder,
    RemotePayment,
    RemoteStatus,
    RemoteType,
    Unreadable,
)
from sync.money import minor

CURRENCY = "KRW"

#: Between a product-order's number and its item's in a line's id.
OF_ITEM = "/"

STATUSES: Mapping[str, RemoteStatus] = {
    "PAY_WAIT": "placed",
    "PAY_COMPLETE": "placed",
    "STANDBY": "accepted",
    "DELIVERING": "executed",
    "COMPLETE": "paid",
    "PURCHASE_CONFIRMATION": "paid",
    "EXCHANGE": "paid",
    "CANCEL": "canceled",
    "RETURN": "canceled",
}

#: An order stands where the part of it stands that is least far.
_FARTHER: tuple[RemoteStatus, ...] = ("unknown", "placed", "accepted", "executed", "paid")

#: Guests who fetch it come like those of a booking; all else is carried to them.
TYPES: Mapping[str, RemoteType] = {
    "": "deliver",
    "parcel": "deliver",
    "direct": "deliver",
    "quick": "deliver",
    "visit": "booking",
    "no_deliv": "deliver",
    "download": "deliver",
    "subscribe": "deliver",
}

#: A transfer to the shop's bank is not money in its drawer, which `cash` means to the counter.
PAYMENT_TYPES: Mapping[str, str] = {"cash": "bank_transfer", "eb_wechatpay": "weixin", "eb_atrpay": "alipay"}

#: Paid by hand: a cancellation does not give this money back.
_NOT_REFUNDED_BY_ITSELF = frozenset({"cash", "virtual", "manual"})

#: What a person must answer there, by the state of a claim.
CLAIMS: Mapping[str, str] = {
    "CANCEL_REQUEST": "cancel_requested",
    "CANCEL_FAILED": "refund_failed",
    "RETURN_REQUEST": "return_requested",
    "RETURN_REFUND_FAILED": "refund_failed",
    "EXCHANGE_REQUEST": "exchange_requested",
}


def record(row: Any, prod_orders: Sequence[Any]) -> dict[str, Any]:
    """Return the record of an order: its row as listed, with its product-orders."""
    return {"order": row, "prod_orders": list(prod_orders)}


def parse(document: object) -> RemoteOrder | Unreadable:
    """Return the order in a record, or why it is none; raises nothing whatever comes.

    A row alone is no order: what was ordered, and how far it is, is in its product-orders.
    """
    order = read(document, _order, _number_of)
    if isinstance(order, RemoteOrder) and not parts_of(order.raw):
        return unreadable(order.raw, "no product-orders", order.remote_id)
    return order


def parts_of(raw: Mapping[str, Any]) -> tuple[wire.ProdOrder, ...]:
    """Return a record's product-orders, without those that are none."""
    found = many(raw.get("prod_orders"))
    return tuple(wire.ProdOrder.model_validate(part) for part in found if isinstance(part, dict))


def _number_of(document: object) -> str:
    row = document.get("order") if isinstance(document, dict) else None
    number = row.get("order_no") if isinstance(row, dict) else None
    return text(number)


def _order(raw: dict[str, Any]) -> RemoteOrder:
    order = wire.Order.model_validate(one(raw.get("order")))
    parts = parts_of(raw)
    problems: list[str] = []
    if len(parts) != len(many(raw.get("prod_orders"))):
        problems.append("items")
    alive = tuple(part for part in parts if _status(part) != "canceled")
    said = order.payment.price_currency.upper()
    currency = said if len(said) == 3 and said.isalpha() else CURRENCY
    return RemoteOrder(
        remote_id=order.order_no,
        status=_status_of(alive, problems.append),
        remote_status=",".join(dict.fromkeys(_words(part) for part in parts)),
        type=_type(order, parts, problems.append),
        lines=tuple(_lines(alive or parts, currency, problems.append)),
        currency=currency,
        raw=raw,
        payment=_payment(order, parts),
        payment_type=PAYMENT_TYPES.get(order.payment.pay_type, order.payment.pay_type),
        total=_total(order, parts, alive, currency, problems.append),
        sequence_number=order.order_no,
        guest=_guest(order),
        memo=(*_memo(order, problems.append), *_parcels(parts)),
        placed_at=_known(order.order_time, "time", problems.append),
        claims=tuple(_open_claims(alive)),
        off=tuple(part.order_no for part in parts if alive and _status(part) == "canceled"),
        problems=tuple(dict.fromkeys([*problems, *_claims(parts)])),
    )


def _known(value: Any, name: str, problem: Problem) -> Any:
    if isinstance(value, Odd):
        problem(name)
        return None
    return value


def _status(part: wire.ProdOrder) -> RemoteStatus:
    return STATUSES.get(part.status, "unknown")


def _status_of(alive: Sequence[wire.ProdOrder], problem: Problem) -> RemoteStatus:
    if not alive:
        return "canceled"
    status: RemoteStatus = min(map(_status, alive), key=_FARTHER.index)
    if status == "unknown":
        problem("status")
    return status


def _words(part: wire.ProdOrder) -> str:
    return "/".join(word for word in (part.status, part.claim_status) if word)


def _claims(parts: Sequence[wire.ProdOrder]) -> Iterator[str]:
    return (CLAIMS[part.claim_status] for part in parts if part.claim_status in CLAIMS)


def _open_claims(parts: Sequence[wire.ProdOrder]) -> Iterator[tuple[str, str]]:
    """Yield what is claimed of which part; a claim that is done is the part's own status."""
    for part in parts:
        if part.claim_status and part.claim_type in CLAIM_TYPES and part.status not in CLAIM_TYPES:
            yield part.order_no, part.claim_type.lower()


def _type(order: wire.Order, parts: Sequence[wire.ProdOrder], problem: Problem) -> RemoteType:
    items = (item for part in parts for item in part.items if isinstance(item, wire.Item))
    word = order.payment.deliv_type or next((i.delivery.deliv_type for i in items), "")
    if word not in TYPES:
        problem("type")
    return TYPES.get(word, "deliver")


def _payment(order: wire.Order, parts: Sequence[wire.ProdOrder]) -> RemotePayment:
    """Return whether the order is paid: what is off there was refunded, where that goes by itself."""
    kept = [part for part in parts if _status(part) != "canceled"]
    paid_and_off = [p for p in parts if _status(p) == "canceled" and isinstance(p.pay_time, datetime)]
    if any(part.status == "PAY_WAIT" for part in kept) or not (kept or paid_and_off):
        return "unpaid"
    if any(_status(part) == "unknown" and not isinstance(part.pay_time, datetime) for part in kept):
        return "unknown"
    if paid_and_off and order.payment.pay_type not in _NOT_REFUNDED_BY_ITSELF:
        return "part_refunded" if kept else "refunded"
    return "paid"


def _total(
    order: wire.Order,
    parts: Sequence[wire.ProdOrder],
    alive: Sequence[wire.ProdOrder],
    currency: str,
    problem: Problem,
) -> int | None:
    """Return what the guest pays in all; None where a part was canceled, as the row may not know of it."""
    if alive and len(alive) < len(parts):
        problem("total")
        return None
    said = order.payment.total_price
    if said in (None, ""):
        said = order.payment.payment_amount
    total: int | None = _known(minor(said, currency), "total", problem)
    return total


def _lines(parts: Sequence[wire.ProdOrder], currency: str, problem: Problem) -> Iterator[RemoteLine]:
    for part in parts:
        for n, item in enumerate(part.items):
            number = item.no if isinstance(item, wire.Item) and item.no else str(n)
            own = "" if len(part.items) == 1 else OF_ITEM + number
            yield _line(part.order_no + own, item, currency, problem)


def _line(line_id: str, item: wire.Item | Odd, currency: str, problem: Problem) -> RemoteLine:
    if isinstance(item, Odd):
        problem("items")
        return RemoteLine(line_id, "?", 1, note=as_it_came(item))
    quantity, note = _quantity(item, problem)
    price = _known(minor(item.payment.price, currency), "price", problem)
    return RemoteLine(
        id=line_id,
        name=item.prod_name or "?",
        quantity=quantity,
        # The price is that of all pieces, as clients of the service read it.
        price=None if price is None else price // quantity,
        deal_price=None if price is None else price // quantity,
        item_id=item.prod_no,
        options=tuple(_options(item, problem)),
        note=note,
    )


def _quantity(item: wire.Item, problem: Problem) -> tuple[int, str]:
    count = item.payment.count
    if count is None:
        chosen = [o.payment.count for o in item.options if isinstance(o, wire.Option)]
        count = next((n for n in chosen if isinstance(n, int)), None)
    return pieces(count, problem)


def _options(item: wire.Item, problem: Problem) -> Iterator[str]:
    for option in item.options:
        if isinstance(option, Odd):
            problem("items")
            yield as_it_came(option)
            continue
        names = option.option_name_list
        for n, value in enumerate(option.value_name_list):
            yield f"{names[n]}: {value}" if n < len(names) else value


def _guest(order: wire.Order) -> RemoteGuest:
    orderer, to = order.orderer, order.delivery.address
    return RemoteGuest(
        id=orderer.member_code,
        name=to.name or orderer.name,
        phone=to.phone or to.phone2 or orderer.call or orderer.call2,
        address=_address(order.delivery),
    )


def _address(delivery: wire.Delivery) -> str:
    to = delivery.address
    here = [to.address, to.address_detail]
    abroad = [to.address_street, to.address_building, to.address_city, to.address_state]
    country = delivery.country_text if delivery.country.upper() not in ("", "KR") else ""
    words = [*(here if any(here) else abroad), to.postcode and f"({to.postcode})", country]
    return " ".join(word for word in words if word)


def _memo(order: wire.Order, problem: Problem) -> Iterator[RemoteNote]:
    guest = order.orderer.name or order.delivery.address.name
    at = order.order_time if isinstance(order.order_time, datetime) else None
    for words in (_said(order.delivery.memo), *map(_answered, order.form)):
        if words:
            yield RemoteNote(guest, clipped(words, problem), at)


def _parcels(parts: Sequence[wire.ProdOrder]) -> Iterator[RemoteNote]:
    """Yield each parcel once, with its carrier, whoever entered it: several parts may be in one."""
    sent = [(part.parcel_code, part.invoice_no) for part in parts if part.invoice_no]
    for code, number in dict.fromkeys(sent):
        carrier = CARRIERS.get(code, code)
        yield RemoteNote("", f"{carrier} {number}".strip(), None, "tracking")


def _answered(field: wire.FormField | Odd) -> str:
    if isinstance(field, Odd):
        return ""
    said = _said(field.value)
    return f"{field.title}: {said}" if said and field.title else said


def _said(value: object) -> str:
    """Return what a guest said: a text, several chosen words, or a file's name."""
    match value:
        case str():
            return value.strip()
        case list():
            return ", ".join(said for each in value if (said := _said(each)))
        case dict():
            return _said(value.get("name"))
    return text(value)
