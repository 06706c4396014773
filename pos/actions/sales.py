"""What was sold is told to the channels that hear of it: by letters that say how the order is now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pos.actions.pieces import refunded_pieces
from pos.actions.vocabularies import remote_line
from pos.domain.order import Order, Status
from pos.domain.payment import PaymentStatus
from pos.domain.refusals import Refused
from pos.domain.shop import Shop
from pos.store.moments import UNDO, put_off
from pos.store.outbox import INSTEAD_OF, Letter
from pos.store.tx import Tx
from sync.letters import line_of, order_body
from sync.messages import RemoteGuest, RemoteOrder
from sync.parts import keyed

SALE, FORGET = "sale", "forget"

#: Why a letter is given up that is about what is to be deleted.
_NOTHING_LEFT = "nothing_left"


@dataclass(slots=True)
class There:
    """What a channel knows of an order's lines, by their keys.

    `known` have been told, in the order of telling. What is `apart` was refused, and is told by a letter of
    its own. Of what is in `left_out` nothing is told any more: it was deleted there on a person's word, or a
    person gave it up. `forgotten`: so was the whole order.
    """

    known: dict[str, None] = field(default_factory=dict)
    apart: set[str] = field(default_factory=set)
    left_out: set[str] = field(default_factory=set)
    forgotten: bool = False


def tell_sale(tx: Tx, order: Order, undoable: bool = False) -> None:
    """Have every channel that hears of this order told how it is now; first once it was executed.

    A letter that was never attempted is renewed; what was told like this before is not told again. One that
    heard of it and is not set up now is told once it is again; of what is sold meanwhile it hears nothing.
    `undoable`: not before the Undo of a touch has passed.
    """
    if not order.executed_at or order.supplies:
        return
    for channel in (*_listeners(tx.shop, order.channel), *_absent(tx, order)):
        _tell(tx, order, channel, undoable=undoable)


def _absent(tx: Tx, order: Order) -> list[str]:
    """Return the channels that heard of an order and are not set up now; of one just fired none has."""
    if order.executed_at == tx.now:
        return []
    return sorted(tx.outbox.hearing(order.id, SALE) - tx.shop.channels.keys())


def _listeners(shop: Shop, about: str) -> tuple[str, ...]:
    return tuple(
        name
        for name, facts in shop.channels.items()
        if SALE in facts.tells and about in (facts.tell_about or (about,))
    )


def _tell(tx: Tx, order: Order, channel: str, *, undoable: bool, anew: bool = False) -> None:
    letters = tx.outbox.of_order(order.id, channel)
    body = _body(tx, order)
    last = next((each for each in reversed(letters) if _is_whole(each)), None)
    known = last is not None and last.body == body and not (anew and last.state in ("told", "dropped"))
    if known or there(letters).forgotten:
        return
    tx.touch("letters")
    not_before = tx.now + UNDO if undoable else tx.now
    if last is None or not _renew(tx, last, body, not_before):
        tx.outbox.add(channel, order.id, SALE, body, tx.now, not_before=not_before)


def _renew(tx: Tx, letter: Letter, body: Mapping[str, Any], not_before: datetime) -> bool:
    """Let a letter that no one has tried to tell say what is so now; False where it may have been told."""
    if letter.attempted or letter.attempts or letter.error:
        return False
    again = {"not_before": not_before, **put_off(tx.now, not_before)}
    return tx.outbox.mark(letter.id, ("waiting",), body=dict(body), **again)


def _is_whole(letter: Letter) -> bool:
    return letter.verb == SALE and not letter.body.get("parts")


def _body(tx: Tx, order: Order) -> dict[str, Any]:
    """Return what is told of an order as it is now (JSON)."""
    return {
        "channel": order.channel,
        "order": order_body(_sold(order)),
        "started_at": _text(order.dispatched_at or order.executed_at),
        "finished_at": _text(_finished_at(order)),
        "carrier": order.carrier,
        "tracking": order.tracking,
        "returned": _returned(tx, order),
    }


def _sold(order: Order) -> RemoteOrder:
    """Return an order without what its guest wrote, and of the guest no more than the shop's own id."""
    return RemoteOrder(
        remote_id="",
        status=order.status.value,
        type=order.type.value,
        lines=tuple(replace(remote_line(line), note="") for line in order.wanted),
        currency=order.currency,
        raw={},
        payment=order.payment.status.value,
        total=order.total,
        guest=RemoteGuest(id=order.guest.id),
        placed_at=order.placed_at,
    )


def _finished_at(order: Order) -> datetime | None:
    """Return since when it is with its guest and paid; what was paid before it left is so once it left."""
    if order.status is not Status.PAID or order.closed_at is None:
        return None
    return max(order.closed_at, order.dispatched_at or order.closed_at)


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _returned(tx: Tx, order: Order) -> dict[str, int]:
    """Return how many pieces of each line came back or were paid back."""
    every = {key: line.quantity for key, line in keyed(_sold(order).lines)}
    if order.payment.status is PaymentStatus.REFUNDED:
        return every
    back = {key: every[key] for key in _came_back(tx, order, every) if key in every}
    return {**refunded_pieces(tx, order), **back}


def _came_back(tx: Tx, order: Order, every: Iterable[str]) -> Iterable[str]:
    """Return the lines that the order's own service has taken back as goods."""
    channel = tx.shop.channels.get(order.channel)
    if channel is None or "return" not in channel.tells:
        return ()
    return there(tx.outbox.of_order(order.id, order.channel), "return", every).known


def there(letters: Iterable[Letter], verb: str = SALE, every: Iterable[str] = ()) -> There:
    """Return what a channel knows of an order from its letters, oldest first.

    `every` are the lines of letters that carry no order. A part that was refused is a letter of its own after
    the one that was told with it.
    """
    found = There()
    for letter in letters:
        if letter.verb == verb:
            _heard(found, letter, every)
        elif letter.verb == FORGET and letter.state != "dropped":
            _forgot(found, letter)
    return found


def _heard(found: There, letter: Letter, every: Iterable[str]) -> None:
    parts = set(_parts(letter))
    if letter.state == "told":
        found.left_out -= parts
        found.apart -= parts
        keys = _parts(letter) or _keys(letter) or every
        found.known |= dict.fromkeys(key for key in keys if key not in found.left_out)
        return
    (found.left_out if letter.state == "dropped" else found.apart).update(parts)
    _unlearn(found, parts)


def _forgot(found: There, letter: Letter) -> None:
    parts = set(_parts(letter))
    found.forgotten = found.forgotten or not parts
    found.left_out |= parts
    _unlearn(found, parts or set(found.known))


def _unlearn(found: There, keys: set[str]) -> None:
    found.known = {key: None for key in found.known if key not in keys}
    found.apart -= found.left_out


def _parts(letter: Letter) -> tuple[str, ...]:
    return tuple(str(key) for key in letter.body.get("parts") or ())


def _keys(letter: Letter) -> tuple[str, ...]:
    items = (letter.body.get("order") or {}).get("items") or ()
    return tuple(key for key, _ in keyed([line_of(item) for item in items]))


def as_told(tx: Tx, letter: Letter, order: Order) -> Mapping[str, Any] | None:
    """Return what a letter says when it is told; None where nothing of it is to be told any more.

    What was sold comes with the lines that are known there, without those of which nothing more is told or
    which have a letter of their own. Such a letter may have waited for a person while the others went: it
    says how the order is now.
    """
    if letter.verb != SALE:
        return {key: said for key, said in letter.body.items() if key != INSTEAD_OF}
    before = there(tx.outbox.of_order(order.id, letter.channel))
    parts = _parts(letter)
    body = {**_body(tx, order), "parts": list(parts)} if parts else letter.body
    without = set() if parts else before.left_out | before.apart
    items = _named_items(body, without)
    if before.forgotten or not (items or before.known):
        return None
    return {**body, "order": {**body["order"], "items": items}, "known": list(before.known)}


def _named_items(body: Mapping[str, Any], without: set[str]) -> list[dict[str, Any]]:
    """Return a letter's lines but some, each with its key: its place would be another one then."""
    items = body["order"]["items"]
    keys = (key for key, _ in keyed(map(line_of, items)))
    return [{**item, "id": key} for key, item in zip(keys, items, strict=True) if key not in without]


def forget(tx: Tx, order_id: UUID, channel: str, lines: Sequence[str] = ()) -> bool:
    """Have deleted what a channel was told of an order, or of these lines, for good; on a person's word.

    Returns False where that was said before. What waits to be told of it is given up.
    """
    order = tx.orders.get(order_id)
    letters = tx.outbox.of_order(order_id, channel)
    _refuse_unknown(tx, order, channel, letters, lines)
    now = there(letters)
    wanted = tuple(dict.fromkeys(line for line in lines if line not in now.left_out))
    if now.forgotten or (lines and not wanted):
        return False
    replaced = [
        tx.outbox.replace(letter, _NOTHING_LEFT, tx.now)
        for letter in letters
        if letter.state in ("waiting", "failed") and _is_about(letter, wanted)
    ]
    body = {"parts": list(wanted), INSTEAD_OF: [letter for letter in replaced if letter is not None]}
    tx.outbox.add(channel, order.id, FORGET, {key: said for key, said in body.items() if said}, tx.now)
    tx.touch("letters")
    tx.write("forget", order, channel=channel, lines=list(wanted))
    return True


def _is_about(letter: Letter, lines: Sequence[str]) -> bool:
    return letter.verb == SALE and (not lines or not set(lines).isdisjoint(_parts(letter)))


def remember(tx: Tx, letter: Letter) -> None:
    """A letter that has something deleted was given up: what it took the place of is to be told again.

    How the order is now is told after it, as what was told meanwhile left out what was to be deleted.
    """
    for given_up in letter.body.get(INSTEAD_OF, ()):
        tx.outbox.bring_back(given_up, _NOTHING_LEFT)
    _tell(tx, tx.orders.get(letter.order_id), letter.channel, undoable=False, anew=True)


def _refuse_unknown(
    tx: Tx, order: Order, channel: str, letters: Sequence[Letter], lines: Sequence[str]
) -> None:
    listeners = [name for name, facts in tx.shop.channels.items() if FORGET in facts.tells]
    if channel in tx.shop.channels and channel not in listeners:
        raise Refused("cannot_forget", channel=channel)
    if channel not in listeners:
        raise Refused("no_channel", channel=channel, channels=", ".join(listeners))
    if not any(letter.verb == SALE for letter in letters):
        raise Refused("never_told", order=order.number, channel=channel)
    known = {key for letter in letters if letter.verb == SALE for key in _keys(letter)}
    if unknown := [line for line in lines if line not in known]:
        raise Refused("no_such_line", order=order.number, line=unknown[0])
