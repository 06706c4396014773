"""From letters to what fankahui is sent: pure, and decided against the order as it is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sync.letters import line_of, order_of
from sync.messages import Letter, RemoteLine, RemoteOrder, RemoteStatus, Verb
from sync.standing import Standing, by_status

#: Turns a time (UTC) into the service's number.
Stamp = Callable[[datetime], int]

#: The status that a verb sets there.
SETS: Mapping[Verb, RemoteStatus] = {
    "accept": "accepted",
    "reject": "rejected",
    "execute": "executed",
    "cancel": "canceled",
}

#: Ways to pay that the service knows; any other is told as money in the drawer.
METHODS = frozenset({"cash", "weixin", "alipay", "prepay"})
_NEAREST_METHOD = "cash"

#: The service knows two types; whoever eats here or takes away stands at the counter like a booking's guest.
_TYPES = {"deliver": "deliver"}
_NEAREST_TYPE = "booking"


def standing(verb: Verb, there: RemoteOrder) -> Standing:
    """Return whether a verb is still to be done, already done, or overtaken, given the order there."""
    return "done" if verb == "pay" and there.payment == "paid" else by_status(verb, there)


def method(name: str) -> str:
    """Return the service's word for a way to pay."""
    return name if name in METHODS else _NEAREST_METHOD


def message(letter: Letter) -> str:
    """Return what a letter says to the guest, empty where it says nothing."""
    minutes = letter.body.get("minutes")
    said = [letter.body.get("reason"), letter.body.get("message"), minutes and f"预计{minutes}分钟"]
    return "；".join(str(words) for words in said if words)


def memo_with(letter: Letter, there: RemoteOrder, shop_name: str, stamp: Stamp) -> list[Any] | None:
    """Return the order's memo there with the letter's message appended, None where nothing is to be added.

    The letter's own time makes the entry the same at every attempt, so that it is appended once.
    """
    words = message(letter)
    memo = there.raw.get("memo")
    thread = list(memo) if isinstance(memo, list) else [memo] if memo else []
    entry = {
        "name": letter.body.get("name") or _shop_of(there) or shop_name,
        "createdAt": stamp(letter.created_at),
        "message": words,
    }
    there_already = any(_same_entry(known, entry) for known in thread)
    return None if not words or there_already else [*thread, entry]


def _same_entry(known: Any, entry: Mapping[str, Any]) -> bool:
    return isinstance(known, dict) and all(known.get(k) == entry[k] for k in ("createdAt", "message"))


def _shop_of(there: RemoteOrder) -> str:
    shop = there.raw.get("shop")
    return str(shop.get("name") or "") if isinstance(shop, dict) else ""


def items_of(letter: Letter, there: RemoteOrder) -> list[dict[str, Any]]:
    """Return the order's items as `amend` wants them; fields of theirs that we do not know are kept."""
    raw = there.raw.get("items")
    known = {i["id"]: i for i in raw if isinstance(i, dict) and i.get("id")} if isinstance(raw, list) else {}
    lines = _identified([line_of(line) for line in letter.body["items"]], letter.order_id)
    return [{**known.get(line_id, {}), **_item(line_id, line)} for line_id, line in lines]


def registration(letter: Letter, shop_id: str, shop_name: str, stamp: Stamp) -> dict[str, Any]:
    """Return the order that `register` makes there, unpaid: its payment is a letter of its own."""
    order = order_of(letter.body["order"])
    at = stamp(order.placed_at or letter.created_at)
    guest = {key: getattr(order.guest, key) for key in ("id", "name", "phone", "address")}
    document = {
        "createdAt": at,
        "updateAt": at,
        "status": "executed" if order.status == "paid" else order.status,
        "type": _TYPES.get(order.type, _NEAREST_TYPE),
        "payment": {"type": method(order.payment_type), "status": "unpaid"},
        "items": [_item(line_id, line) for line_id, line in _registered(letter, order)],
        "memo": [
            *(
                {"name": n.name, "createdAt": stamp(n.at) if n.at else at, "message": n.message}
                for n in order.memo
            ),
            *({"name": shop_name, "createdAt": at, "message": wish} for wish in _wishes(order.lines)),
        ],
        "customer": {key: value for key, value in guest.items() if value},
        "openRes": {"code": order.table} if order.table else None,
        "receipt": {k: guest[k] for k in ("name", "phone", "address")} if order.type == "deliver" else None,
        "shop": {"id": shop_id} if shop_id else None,
    }
    return {key: value for key, value in document.items() if value not in (None, {}, [])}


def is_registered_as(letter: Letter, there: RemoteOrder) -> bool:
    """Say whether an order there is the one that this `register` letter made: its lines carry our ids."""
    ours = {line_id.casefold() for line_id, _ in _registered(letter, order_of(letter.body["order"]))}
    return bool(ours) and ours <= {line.id.casefold() for line in there.lines}


def _registered(letter: Letter, order: RemoteOrder) -> list[tuple[str, RemoteLine]]:
    return _identified(order.lines, letter.order_id)


def _identified(lines: Sequence[RemoteLine], order_id: UUID) -> list[tuple[str, RemoteLine]]:
    """Give every line an id that is the same at every attempt."""
    return [(line.id or str(uuid5(order_id, str(n))).upper(), line) for n, line in enumerate(lines)]


def _item(line_id: str, line: RemoteLine) -> dict[str, Any]:
    thing = {"id": line.item_id, "name": line.name, "price": line.price}
    return {
        "item": {key: value for key, value in thing.items() if value not in (None, "")},
        "id": line_id,
        "dealPrice": line.price if line.deal_price is None else line.deal_price,
        "quantity": line.quantity,
    }


def _wishes(lines: Sequence[RemoteLine]) -> list[str]:
    """Say in words what a line wants beyond its name: the service has no options and no notes on lines."""
    wishes = ((line.name, [*line.options, *([line.note] if line.note else [])]) for line in lines)
    return [f"{name}：{'，'.join(words)}" for name, words in wishes if words]
