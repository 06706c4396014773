"""From letters about other channels' orders to what CREMA shall know of each line: pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sync.channels.crema.requests import Order, SubOrder, options
from sync.channels.crema.settings import Settings, Standing
from sync.channels.crema.wire import major
from sync.letters import order_of
from sync.messages import Letter, RemoteLine, RemoteOrder
from sync.parts import keyed

#: Between an order's code and a line's: a line's code must be one that no other line of the shop has.
_OF = ":"
#: What codes of orders are made of here: ids as `uuid` writes them.
_OURS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

#: What of a line may have been told and be so no more, and is then emptied there.
_MAY_END = ("delivery_started_at", "delivered_at", "invoice", "delivery_service")


@dataclass(frozen=True, slots=True)
class Sold:
    """A line as it shall be there. `id` is ours, `code` the one there, `clear` what is to be empty.

    `known`: an earlier letter told of it. `gone`: it is not in the order any more.
    """

    id: str
    name: str
    code: str
    said: SubOrder
    clear: tuple[str, ...] = ()
    known: bool = False
    gone: bool = False


def order_code(order_id: UUID) -> str:
    """Return the code there of an order here: its id, the same at every channel and for good."""
    return str(order_id)


def line_code(order: str, line: str) -> str:
    """Return the code there of a line: its order's, and its own."""
    return f"{order}{_OF}{line}"


def line_id(code: str) -> str:
    """Return which line of ours a code there is."""
    return code.partition(_OF)[2] or code


def is_of_another(order: str, code: str) -> bool:
    """Whether a code there is one of ours and of another order; a stranger's code says nothing."""
    of, ours, _ = code.partition(_OF)
    return bool(ours) and of != order and _OURS.fullmatch(of) is not None


def order_said(letter: Letter, settings: Settings) -> Order:
    """Return what is told of the order itself. Nothing of the guest but the shop's own id of him."""
    order = _order(letter)
    return Order(
        created_at=order.placed_at,
        total_price=_price(order.total, order.currency, settings),
        user_code=order.guest.id or None,
    )


def lines_said(letter: Letter, settings: Settings) -> list[Sold]:
    """Return the lines that a letter tells: those of its order, and those that were told and are not in it.

    With ``parts`` only those that it names, each as one of which nothing is known there: that a person has it
    told again is the word to make it anew.
    """
    known = _names(letter, "known")
    lines = [_sold(letter, settings, key, line, key in known) for key, line in keyed(_order(letter).lines)]
    here = {line.id for line in lines}
    gone = [_gone(letter, settings, key) for key in known if key not in here]
    named = _names(letter, "parts")
    told = [*lines, *gone]
    return [replace(line, known=line.gone) for line in told if line.id in named] if named else told


def lines_named(letter: Letter) -> tuple[str, ...]:
    """Return the codes there of the lines that a letter names; none: the whole order."""
    code = order_code(letter.order_id)
    return tuple(line_code(code, name) for name in _names(letter, "parts"))


def standing(order: RemoteOrder, *, returned: bool = False) -> Standing:
    """Return how a line of an order stands here; `returned`: all its pieces came back or were paid back."""
    if order.status in ("canceled", "rejected"):
        return "canceled"
    if returned:
        return "returned" if order.status in ("executed", "paid") else "canceled"
    if order.status in _STANDS:
        return _STANDS[order.status]
    return "paid" if order.payment == "paid" else "unpaid"


_STANDS: Mapping[str, Standing] = {"accepted": "accepted", "executed": "executed", "paid": "settled"}


def _order(letter: Letter) -> RemoteOrder:
    return order_of(letter.body["order"])


def _names(letter: Letter, field: str) -> tuple[str, ...]:
    return tuple(str(name) for name in letter.body.get(field) or ())


def _sold(letter: Letter, settings: Settings, key: str, line: RemoteLine, known: bool) -> Sold:
    body, order = letter.body, _order(letter)
    returned = min(max(int((body.get("returned") or {}).get(key, 0)), 0), line.quantity)
    left = line.quantity - returned
    # A line of which all came back stays what it was: how many there were is told by its status.
    count = left or line.quantity
    total = None if line.price is None else line.price * count
    said = SubOrder(
        product_code=line.item_id or line.name,
        price=_price(total, order.currency, settings),
        product_count=count,
        product_options=options(line.options, settings.option_key),
        status=settings.status(standing(order, returned=not left)),
        **_way(body, settings),
    )
    clear = tuple(name for name in _MAY_END if getattr(said, name) is None)
    return Sold(key, line.name, line_code(order_code(letter.order_id), key), said, clear, known)


def _way(body: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """Return when it left and arrived, and with whom it went."""
    carrier = settings.delivery_service(str(body.get("carrier") or ""))
    return {
        "delivery_started_at": _moment(body.get("started_at")),
        "delivered_at": _moment(body.get("finished_at")),
        "invoice": body.get("tracking") or None,
        "delivery_service": carrier or None,
    }


def _gone(letter: Letter, settings: Settings, key: str) -> Sold:
    """Return a line that was told and is in its order no more: canceled there, and no more is said of it."""
    said = SubOrder(status=settings.status("canceled"))
    return Sold(key, key, line_code(order_code(letter.order_id), key), said, known=True, gone=True)


def _price(amount: int | None, currency: str | None, settings: Settings) -> float | None:
    """Return an amount of minor units as a price, None where it is none or of another currency."""
    if amount is None or not currency or settings.currency not in ("", currency):
        return None
    return major(amount, currency)


def _moment(said: object) -> datetime | None:
    return datetime.fromisoformat(said) if isinstance(said, str) and said else None
