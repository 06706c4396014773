"""What passes between a channel and its host: orders as a service shows them, and letters that it is told."""

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

#: Who must act for a channel: nobody, time, or you.
State = Literal["well", "waiting", "needs_you"]

#: What a service can be told. `register` makes there an order that was made at the counter.
Verb = Literal[
    "register", "accept", "reject", "execute", "cancel", "pay", "note", "amend",
    "dispatch", "complete", "return", "exchange", "claim", "sale", "forget",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class RemoteLine:
    """One line of an order. Prices are minor units for one piece; None where the service has no prices.

    `contents` are the parts of a kit or combo, each with its quantity as text. What `goes_back` was had
    before and is given back: nobody makes, sells or brings it.
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
    goes_back: bool = False


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
    which those who ordered know it; ours is among them where it was registered from here. `claims` are open
    there: a part's id each, and what is claimed of it (``cancel``, ``return``, ``exchange``). `off` are the
    ids of the parts that were called off or came back there while the others go on.
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
    claims: tuple[tuple[str, str], ...] = ()
    off: tuple[str, ...] = ()
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
    earlier attempt may have reached the service; `overtaken`: its order had moved on there, was read, and the
    letter was decided again. `error` is why it was postponed. `body` (JSON) are the verb's own facts:
    ``reason``, ``order`` …. `remote_id` is empty until the order is registered there.
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
    overtaken: bool = False
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
    """A part of one fetch, in the order it came; `position` is the cursor once all of it is applied.

    `over` are orders that a sweep came across though they are finished there: each is taken over only where
    it is known here, since what is done here may still be called off there.
    """

    orders: tuple[RemoteOrder | Unreadable, ...]
    position: str = ""
    over: tuple[RemoteOrder, ...] = ()


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
    """How a channel is, in what a person may be shown.

    One with a `retry_at` is tried again by itself then (UTC), also where a person should look.
    """

    state: State
    error: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)
    heard_at: datetime | None = None
    retry_at: datetime | None = None
