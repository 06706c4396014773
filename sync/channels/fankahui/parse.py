"""From fankahui's documents to orders: pure, and never stopped by a strange one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sync.channels.fankahui import wire
from sync.documents import Odd, Problem, as_it_came, clipped, pieces, read, text
from sync.messages import (
    Membership,
    RemoteDeal,
    RemoteGuest,
    RemoteLine,
    RemoteNote,
    RemoteOrder,
    RemotePayment,
    RemoteStatus,
    RemoteType,
    Unreadable,
)

CURRENCY = "CNY"

#: Longest message of a memo, in characters, and most entries that are taken over.
MOST_NOTES = 100

#: `cancel` is tolerated by the vendor's back office, `checkin` stood in an early draft.
STATUSES: Mapping[str, RemoteStatus] = {
    "placed": "placed",
    "accepted": "accepted",
    "rejected": "rejected",
    "executed": "executed",
    "checkin": "executed",
    "canceled": "canceled",
    "cancelled": "canceled",
    "cancel": "canceled",
    "paid": "paid",
}
TYPES: Mapping[str, RemoteType] = {"booking": "booking", "deliver": "deliver", "takeout": "take_away"}
PAYMENTS: Mapping[str, RemotePayment] = {"": "unpaid", "unpaid": "unpaid", "paid": "paid"}

#: What a receipt says of what is not known.
_NOT_GIVEN = frozenset({"", "未提供"})


def parse(document: object) -> RemoteOrder | Unreadable:
    """Return the order in a document, or why it is none; raises nothing whatever comes."""
    return read(document, lambda cleaned: _order(wire.Order.model_validate(cleaned), cleaned), _id_of)


def _id_of(document: object) -> str:
    found = document.get("id") if isinstance(document, dict) else None
    return found if isinstance(found, str) else ""


def _order(order: wire.Order, raw: dict[str, Any]) -> RemoteOrder:
    problems: list[str] = []
    status = STATUSES.get(order.status, "unknown")
    if status == "unknown":
        problems.append("status")
    return RemoteOrder(
        remote_id=order.id,
        status=status,
        remote_status=order.status,
        type=_type(order, problems.append),
        lines=tuple(_line(item, problems.append) for item in order.items),
        currency=CURRENCY,
        raw=raw,
        payment=_payment(order, status, problems.append),
        payment_type=order.payment.type if order.payment else "",
        total=_known(order.fee, "total", problems.append),
        sequence_number=order.sequenceNumber,
        table=order.openRes.code,
        guest=_guest(order),
        agent=order.agent.name,
        memo=_memo(order.memo, problems.append),
        placed_at=_known(order.createdAt, "time", problems.append),
        updated_at=_known(order.updateAt, "time", problems.append),
        deal=RemoteDeal(order.deal.id, order.deal.bill.id) if order.deal else None,
        problems=tuple(dict.fromkeys(problems)),
    )


def _known(value: Any, name: str, problem: Problem) -> Any:
    if isinstance(value, Odd):
        problem(name)
        return None
    return value


def _type(order: wire.Order, problem: Problem) -> RemoteType:
    if order.type in TYPES:
        return TYPES[order.type]
    problem("type")
    return "deliver" if order.receipt.address else "booking"


def _payment(order: wire.Order, status: RemoteStatus, problem: Problem) -> RemotePayment:
    said = PAYMENTS.get(order.payment.status if order.payment else "", "unknown")
    if said == "unknown":
        problem("payment")
    return "paid" if status == "paid" else said


def _line(item: wire.Item | Odd, problem: Problem) -> RemoteLine:
    if isinstance(item, Odd):
        problem("items")
        return RemoteLine("", "?", 1, note=as_it_came(item))
    price = _known(item.item.price, "price", problem)
    deal_price = price if item.dealPrice is None else _known(item.dealPrice, "price", problem)
    if item.item.price is None and item.dealPrice is None:
        problem("price")
    quantity, note = pieces(item.quantity, problem)
    return RemoteLine(
        id=item.id,
        name=item.item.name or item.name or "?",
        quantity=quantity,
        price=price,
        deal_price=deal_price,
        item_id=item.item.id,
        note=note,
    )


def _guest(order: wire.Order) -> RemoteGuest:
    """Return who ordered; a delivery has the name, phone and address of who receives it."""
    customer, receipt = order.customer, order.receipt
    return RemoteGuest(
        id=customer.id,
        name=_given(receipt.name, customer.name),
        phone=_given(receipt.phone, customer.phone),
        address=_given(receipt.address, customer.address),
        membership=_membership(customer, order.shop.merchantID),
    )


def _given(*words: str) -> str:
    return next((word for word in words if word not in _NOT_GIVEN), "")


def _membership(customer: wire.Customer, merchant_id: str) -> Membership | None:
    if customer.account:
        return Membership(
            customer.level, _amount(customer.account.balance), _amount(customer.point), customer.id
        )
    cards = [m for m in customer.merchants if isinstance(m, wire.Merchant)]
    card = next((m for m in cards if m.merchantID == merchant_id), cards[0] if cards else None)
    if card is None:
        return None
    return Membership(card.level, _amount(card.balance), _amount(card.point), card.memberID)


def _amount(value: int | Odd | None) -> int | None:
    return value if isinstance(value, int) else None


def _memo(memo: object, problem: Problem) -> tuple[RemoteNote, ...]:
    if isinstance(memo, str):
        memo = {"message": memo}
    entries = wire.Notes(entries=memo).entries  # type: ignore[arg-type]  # its validator takes anything
    if any(isinstance(entry, Odd) for entry in entries):
        problem("memo")
    notes = [_note(entry, problem) for entry in entries if isinstance(entry, wire.Note)]
    spoken = [note for note in notes if note.message]
    if len(spoken) > MOST_NOTES:
        problem("memo_cut")
    return tuple(spoken[-MOST_NOTES:])


def _note(note: wire.Note, problem: Problem) -> RemoteNote:
    message = note.message.strip() if isinstance(note.message, str) else text(note.message)
    at = note.createdAt
    return RemoteNote(note.name, clipped(message, problem), at if isinstance(at, datetime) else None)
