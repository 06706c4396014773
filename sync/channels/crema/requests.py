"""What CREMA is asked for: which order, which line of it, what it shall be; checked before it is sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Literal
from urllib.parse import quote

from sync.errors import Refused

_SUB_ORDERS = "/v1/sub_orders"
_ORDERS = "/v1/orders"


@dataclass(frozen=True, slots=True)
class OrderKey:
    """Which order: by CREMA's own `order_id`, or by `order_code`, the shop's number of it. Exactly one."""

    order_id: int | None = None
    order_code: str = ""


@dataclass(frozen=True, slots=True)
class SubOrderKey:
    """Which line of which order: each by CREMA's id or by the shop's code. Exactly one of either two."""

    order_id: int | None = None
    order_code: str = ""
    id: int | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class SubOrder:
    """What a line shall be; what is None is not sent.

    `product_id` is CREMA's, `product_code` the shop's; one of them is enough. `price` is of all pieces, in
    the currency's major unit, before anything was canceled or discounted. `product_options` are
    ``key:value``. Guests are asked for a review only once `delivery_started_at` is told. `status` and
    `delivery_service` are open words.
    """

    product_id: int | None = None
    product_code: str | None = None
    price: float | None = None
    product_count: int | None = None
    product_options: Sequence[str] | None = None
    status: str | None = None
    delivery_started_at: datetime | None = None
    delivered_at: datetime | None = None
    invoice: str | None = None
    delivery_service: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What an order shall be, as real clients write it: no document at hand lists these fields.

    `total_price` is in the currency's major unit; `user_code` is the shop's own id of the guest.
    """

    created_at: datetime | None = None
    total_price: float | None = None
    user_code: str | None = None
    user_email: str | None = None
    user_grade_id: int | None = None
    order_device: Literal["pc", "mobile"] | None = None


@dataclass(frozen=True, slots=True)
class Orders:
    """The filters of a list of orders: the day they were paid on, and guests' names there."""

    paid_on: date | None = None
    usernames: Sequence[str] = ()

    def asked(self) -> dict[str, str]:
        """Return them as the service takes them."""
        day = {"paid_on": f"{self.paid_on:%Y-%m-%d}"} if self.paid_on else {}
        return {**day, **({"usernames": ",".join(self.usernames)} if self.usernames else {})}


#: A path, and what of an address is said beside it.
Place = tuple[str, dict[str, str]]


def sub_orders_of(order: OrderKey | SubOrderKey) -> Place:
    """Return where an order's lines are."""
    _one_of(order, "order_id", "order_code")
    if order.order_id is not None:
        return f"{_ORDERS}/{_part(order.order_id)}/sub_orders", {}
    return _SUB_ORDERS, {"order_code": order.order_code}


def sub_order(line: SubOrderKey) -> Place:
    """Return where one line is."""
    path, asked = sub_orders_of(line)
    _one_of(line, "id", "code")
    return (
        (f"{path}/{_part(line.id)}", asked) if line.id is not None else (path, {**asked, "code": line.code})
    )


def order(key: OrderKey) -> Place:
    """Return where one order is."""
    _one_of(key, "order_id", "order_code")
    if key.order_id is not None:
        return f"{_ORDERS}/{_part(key.order_id)}", {}
    return _ORDERS, {"code": key.order_code}


def written(said: SubOrder | Order, clear: Collection[str] = ()) -> dict[str, Any]:
    """Return what is to be sent of fields; those in `clear` are emptied there."""
    known = [field.name for field in fields(said)]
    if unknown := [name for name in clear if name not in known]:
        raise Refused(f"not_allowed: {', '.join(unknown)}")
    sent = {name: _json(getattr(said, name)) for name in known if getattr(said, name) is not None}
    return {**sent, **dict.fromkeys(clear)}


def refuse_without_product(said: SubOrder) -> None:
    """Raise Refused for a new line that says of no product that it is one."""
    if said.product_id is None and not said.product_code:
        raise Refused("incomplete: product_id, product_code")


def options(said: Sequence[str], key: str) -> list[str]:
    """Return options as ``key:value``; those without a name of their own are numbered under `key`."""
    found: list[str] = []
    nameless = 0
    for option in said:
        name, _, value = (part.strip() for part in option.partition(":"))
        if not name or not value:
            nameless += 1
            name, value = key if nameless == 1 else f"{key} {nameless}", option.strip()
        found.append(f"{name}:{value}")
    return found


def _json(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat(timespec="milliseconds")
        case str() | int() | float():
            return value
    return list(value)


def _one_of(said: OrderKey | SubOrderKey, *names: str) -> None:
    given = [name for name in names if getattr(said, name) not in (None, "")]
    if not given:
        raise Refused(f"incomplete: {', '.join(names)}")
    if len(given) > 1:
        raise Refused(f"not_allowed: {', '.join(given)}")


def _part(number: int) -> str:
    return quote(str(number), safe="")
