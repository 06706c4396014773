"""The parts that guests play on a practice day, and where the order of each must end, here and there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Literal, NamedTuple

from pos.domain.order import OrderType, Status

#: What a guest does at the service, what the cashier does at the counter, in the order of the day.
Act = Literal[
    "guest_pays", "guest_checks_in", "guest_cancels", "accept", "reject", "at_table", "add", "call_off",
    "send", "bring", "moves_on",
]  # fmt: skip


class Role(NamedTuple):
    """One part. `before` the cashier answers and `then` after; `pays` empty: nothing is taken here.

    `here` and `there` are the states in which it must end (`there` None: no service knows of it, else in its
    own word); `deals` counts the service's own deals over it. `made_here`: typed in at the counter, by phone
    or in person. `unpaid`: an order of the web shop for which the money has not come yet.
    """

    name: str
    type: OrderType
    before: tuple[Act, ...] = ()
    answer: Act | None = "accept"
    then: tuple[Act, ...] = ()
    pays: str = ""
    here: Status = Status.PAID
    there: str | None = "paid"
    deals: int = 1
    made_here: bool = False
    channel: str = "fankahui"
    unpaid: bool = False


_BOOKING, _DELIVER, _EAT_IN = OrderType.BOOKING, OrderType.DELIVER, OrderType.EAT_IN

#: An order of each other service, as it ends where nothing comes between.
_web = partial(Role, type=_DELIVER, channel="imweb", there="COMPLETE", deals=0)
_lab = partial(Role, type=_DELIVER, channel="rayteams", there="Done", deals=0)
_kit = partial(Role, type=_DELIVER, channel="impilo", there="shipped", deals=0)
_REJECTED: Mapping[str, Any] = {"answer": "reject", "here": Status.REJECTED}
_OFF: Mapping[str, Any] = {"here": Status.CANCELED}

#: Played one after the other, again and again.
ROLES = (
    Role("dines", _BOOKING, then=("guest_checks_in",), pays="cash"),
    Role("delivery", _DELIVER, pays="weixin"),
    _web("web_order", then=("send",)),
    Role("paid_online", _DELIVER, before=("guest_pays",), there="executed"),
    _lab("lab_order", pays="weixin"),
    Role("shares_bill", _BOOKING, then=("guest_checks_in",), pays="mixed"),
    Role("shares_bill", _BOOKING, then=("guest_checks_in",), pays="mixed"),
    _kit("kit", then=("moves_on",)),
    Role("turned_down", _BOOKING, answer="reject", here=Status.REJECTED, there="rejected", deals=0),
    Role("sits_down", _BOOKING, then=("at_table", "add"), pays="alipay"),
    Role("stands_here", _EAT_IN, pays="cash", there=None, deals=0, made_here=True),
    Role("changes_mind", _BOOKING, then=("guest_cancels",), here=Status.CANCELED, there="canceled", deals=0),
    Role("is_early", _BOOKING, before=("guest_checks_in",), pays="cash"),
    Role("called_off", _DELIVER, then=("call_off",), here=Status.CANCELED, there="canceled", deals=0),
    Role("phones", _DELIVER, pays="weixin", made_here=True),
    _web("web_pays_late", before=("guest_pays",), then=("bring",), unpaid=True),
    _web("web_turned_down", there="CANCEL", unpaid=True, **_REJECTED),
    _web("web_changes_mind", before=("guest_cancels",), answer=None, there="CANCEL", unpaid=True, **_OFF),
    _lab("lab_turned_down", there="Declined", **_REJECTED),
    _lab("lab_changes_mind", then=("guest_cancels",), there="Canceled", **_OFF),
    _kit("kit_called_off", before=("guest_cancels",), answer=None, there="canceled", **_OFF),
)


def cast(orders: int) -> list[Role]:
    """Return the roles of a day with so many orders."""
    return [ROLES[place % len(ROLES)] for place in range(orders)]
