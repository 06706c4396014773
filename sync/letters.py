"""What a letter carries: an order, a line or a part as JSON, and back.

The body of a letter is JSON, the same for every channel; what each verb carries:

========  =====================================================================================
register  ``order``: type, status, currency, total, table, placed_at (ISO 8601), payment {type, status},
          guest {id, name, phone, address}, memo [{name, message, at}], items (see `order_body`)
accept    optional ``minutes``: how long it takes, whole minutes
reject    ``reason``: in words the guest may read
execute   nothing
cancel    ``reason``: in words the guest may read
pay       ``method``: cash, weixin, alipay, prepay, or one of the shop's own
note      ``message``
amend     ``items``: all lines as they shall be, each as `line_body` writes it; ``was`` stays at the counter
dispatch  ``carrier``: the service's code of it, ``tracking``: the number on the parcel
complete  nothing: it is with the guest, and nothing more is to come
return    ``reason`` in words, ``reason_code``; ``fee``: how the guest pays the way back; ``collect``: whether
          the shop fetches it itself, else ``carrier`` and ``tracking``
exchange  as `return`, without ``fee``
claim     ``claim``: cancel, return or exchange, ``answer``: the service's word, ``etc``: what that asks for
sale      ``channel``: where it was ordered; ``order``: as with `register`, its status as it is here;
          ``started_at``: when it left for its guest, ``finished_at``: when it was there and paid (ISO 8601);
          ``carrier`` and ``tracking`` where it was sent; ``returned``: how many pieces came back or were paid
          back, by line; ``known``: the lines that earlier letters have told
forget    nothing: what was told of it, or of its ``parts``, is deleted there, and cannot be brought back
========  =====================================================================================

`sale` and `forget` are for a service that hears what was sold elsewhere: such a letter's channel is not its
order's own, what the service shows of it is never taken over as an order, and ``Told.order`` is None. Lines
are named as `sync.parts.keyed` does, and ``parts`` names those of a part of an order that is told alone. The
codes of a service are in `sync.channel.Capabilities.choices`. Any letter may also carry ``message``, which
the guest may read, ``name``, the shop's, under which it is said, and ``by``, which stays at the counter.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sync.messages import FailedPart, Letter, RemoteGuest, RemoteLine, RemoteNote, RemoteOrder


def part_body(letter: Letter, part: FailedPart) -> dict[str, Any]:
    """Return the body of the letter that is told again for a failed part alone."""
    return {**letter.body, "parts": [part.id]}


def order_body(order: RemoteOrder) -> dict[str, Any]:
    """Return an order as a `register` letter carries it (JSON); `order_of` reads it back."""
    return {
        "type": order.type,
        "status": order.status,
        "currency": order.currency,
        "total": order.total,
        "table": order.table,
        "placed_at": order.placed_at.isoformat() if order.placed_at else None,
        "payment": {"type": order.payment_type, "status": order.payment},
        "guest": {key: getattr(order.guest, key) for key in ("id", "name", "phone", "address")},
        "memo": [
            {"name": note.name, "message": note.message, "at": note.at.isoformat() if note.at else None}
            for note in order.memo
            if not note.fact
        ],
        "items": [line_body(line) for line in order.lines],
    }


def order_of(body: Mapping[str, Any]) -> RemoteOrder:
    """Return the order in a `register` letter's ``order``; what is left out has the empty value."""
    payment, guest = body.get("payment") or {}, body.get("guest") or {}
    return RemoteOrder(
        remote_id="",
        status=body.get("status") or "placed",
        type=body["type"],
        lines=tuple(line_of(line) for line in body.get("items") or ()),
        currency=body.get("currency"),
        raw={},
        payment=payment.get("status") or "unpaid",
        payment_type=payment.get("type") or "",
        total=body.get("total"),
        table=body.get("table") or "",
        guest=RemoteGuest(
            id=guest.get("id") or "",
            name=guest.get("name") or "",
            phone=guest.get("phone") or "",
            address=guest.get("address") or "",
        ),
        memo=tuple(
            RemoteNote(note.get("name") or "", note.get("message") or "", _moment(note.get("at")))
            for note in body.get("memo") or ()
        ),
        placed_at=_moment(body.get("placed_at")),
    )


def line_body(line: RemoteLine) -> dict[str, Any]:
    """Return a line as the letters `register` and `amend` carry it; `contents` only where it has any."""
    contents = {"contents": list(line.contents)} if line.contents else {}
    return {
        "id": line.id,
        "item_id": line.item_id,
        "name": line.name,
        "quantity": line.quantity,
        "price": line.price,
        "deal_price": line.deal_price,
        "options": list(line.options),
        "note": line.note,
        **contents,
    }


def line_of(body: Mapping[str, Any]) -> RemoteLine:
    """Return the line that `line_body` wrote."""
    return RemoteLine(
        id=body.get("id") or "",
        name=body["name"],
        quantity=body["quantity"],
        price=body.get("price"),
        deal_price=body.get("deal_price"),
        item_id=body.get("item_id") or "",
        options=tuple(body.get("options") or ()),
        note=body.get("note") or "",
        contents=tuple(body.get("contents") or ()),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
