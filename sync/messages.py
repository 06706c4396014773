"""What passes between a channel and its host: orders as a service shows them, and letters it has to be told.

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
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

#: A service's own words, folded to ours. `unknown`: a status that this channel has no word for.
RemoteStatus = Literal["placed", "accepted", "rejected", "executed", "canceled", "paid", "unknown"]
RemotePayment = Literal["unpaid", "paid", "part_refunded", "refunded", "unknown"]
RemoteType = Literal["booking", "deliver", "eat_in", "take_away"]

#: What a service can be told. `register` makes there an order that was made at the counter.
Verb = Literal[
    "register", "accept", "reject", "execute", "cancel", "pay", "note", "amend",
    "dispatch", "complete", "return", "exchange", "claim", "sale", "forget",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class RemoteLine:
    """One line of an order. Prices are minor units for one piece; None where the service has no prices.

    `contents` are the parts of a kit or combo, each with its quantity as text.
    """

    id: str
    name: str
    quantity: int
    price: int | None = None
    deal_price: int | None = None
    item_id: str = ""
    options: tuple[str, ...] = ()
    note: str = ""
    contents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoteNote:
    """One entry of an order's memo thread; `at` is UTC.

    `fact` names what a service keeps and nobody says (``tracking``, ``event`` …): shown, and for no cook.
    """

    name: str
    message: str
    at: datetime | None = None
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Membership:
    """A guest's membership at the shop. `balance` is stored value in minor units."""

    level: str = ""
    balance: int | None = None
    points: int | None = None
    member_id: str = ""


@dataclass(frozen=True, slots=True)
class RemoteGuest:
    """Who ordered, and where a delivery goes."""

    id: str = ""
    name: str = ""
    phone: str = ""
    address: str = ""
    membership: Membership | None = None


@dataclass(frozen=True, slots=True)
class RemoteDeal:
    """The transaction that a service made of an order: its deal's and its bill's id there."""

    id: str
    bill_id: str = ""


@dataclass(frozen=True, slots=True)
class RemoteOrder:
    """An order as its service shows it at one moment, with the document it came from.

    Money is minor units of `currency` (ISO 4217); times are UTC. `total` is the service's own figure, None
    where it gives none. `problems` are short machine words for what could not be taken over as it stands
    (``price``, ``memo_cut`` …): the order is usable, and a person should look. `own_ids` are the numbers by
    which those who ordered know it; ours is among them where it was registered from here.
    """

    remote_id: str
    status: RemoteStatus
    type: RemoteType
    lines: tuple[RemoteLine, ...]
    currency: str | None
    raw: Mapping[str, Any]
    remote_status: str = ""
    payment: RemotePayment = "unpaid"
    payment_type: str = ""
    total: int | None = None
    sequence_number: str = ""
    table: str = ""
    guest: RemoteGuest = RemoteGuest()
    agent: str = ""
    memo: tuple[RemoteNote, ...] = ()
    placed_at: datetime | None = None
    updated_at: datetime | None = None
    due_at: datetime | None = None
    deal: RemoteDeal | None = None
    own_ids: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that could not be read as an order: kept as it came, shown to a person, stopping nothing.

    `key` is the record's id there; where it has none, something that stays while the record stays the same.
    """

    key: str
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One thing a service has still to be told about one order.

    `id` is the idempotency key, stored before the first attempt and the same for every one. `attempted`: an
    earlier attempt may have reached the service; `error` is why it was postponed. `body` (JSON) are the
    verb's own facts: ``reason``, ``order`` …. `remote_id` is empty until the order is registered there.
    """

    id: UUID
    channel: str
    order_id: UUID
    remote_id: str
    verb: Verb
    body: Mapping[str, Any]
    created_at: datetime
    attempts: int = 0
    attempted: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class FailedPart:
    """A part of an order that a service refused: its id there, and why in the service's words."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Told:
    """The service has taken a letter in; `order` is its answer where it gave one.

    `already` is true when the service was found to know it from an earlier attempt. `failed` are the parts of
    the order of which it said no, while the rest is done: each is a letter of its own from then on.
    """

    order: RemoteOrder | None = None
    already: bool = False
    failed: tuple[FailedPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a channel has been heard: the service's own clock or sequence, never ours.

    `position` is opaque to all but the channel. `swept_at` is when all open orders were last looked at (UTC);
    `missed` says in how many sweeps running an order that is open here was missing there, by remote id.
    """

    position: str = ""
    swept_at: datetime | None = None
    first_fetch_done: bool = False
    missed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """A part of one fetch, in the order it came; `position` is the cursor once all of it is applied."""

    orders: tuple[RemoteOrder | Unreadable, ...]
    position: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """What the host made of received orders, in counts."""

    new: int = 0
    changed: int = 0

    def __add__(self, other: Applied) -> Applied:
        """Return both counts together."""
        return Applied(self.new + other.new, self.changed + other.changed)


@dataclass(frozen=True, slots=True)
class Health:
    """How a channel is, in what a person may be shown. `state` says who must act: nobody, time, or you."""

    state: Literal["well", "waiting", "needs_you"]
    error: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)
    heard_at: datetime | None = None
    retry_at: datetime | None = None


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
