"""What the sandbox's CREMA knows: orders and their lines, by id and by code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from sync.sandbox.service import Refusal

Document = dict[str, Any]

#: The statuses that a client of CREMA cites from its page of them.
STATUSES = frozenset(
    ("not_paid", "paid", "not_paid_cancelled_by_buyer", "refund_requested", "refund_deferred", "returned",
     "cancelled", "delivery_preparing", "delivery_started", "delivery_finished", "exchange_requested",
     "exchange_accepted", "exchange_received")
)  # fmt: skip

_KOREA = timezone(timedelta(hours=9))
_FIRST_ORDER, _FIRST_LINE, _FIRST_PRODUCT = 1, 11188250, 940567

#: What of a line is said in a list, and what its creation answers.
LISTED = ("id", "code", "product_id", "created_at", "updated_at")
CREATED = ("id", "code", "product_id", "price", "status", "delivery_started_at", "delivered_at", "invoice",
           "delivery_service", "created_at", "updated_at")  # fmt: skip
_TOLD = ("status", "delivery_started_at", "delivered_at", "invoice", "delivery_service", "message")


class Orders:
    """The orders of one shop. `clock` gives seconds since 1970."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Begin with none."""
        self._clock = clock
        self._next = {"order": _FIRST_ORDER, "line": _FIRST_LINE}
        self.orders: dict[int, Document] = {}
        self.lines: dict[int, dict[int, Document]] = {}
        self.unpaid: list[Document] = []
        self._products: dict[str, int] = {}

    def now(self) -> str:
        """Return the time as the service writes it."""
        return datetime.fromtimestamp(self._clock(), _KOREA).isoformat(timespec="milliseconds")

    def known(self, order_id: object = None, code: object = None) -> Document:
        """Return an order, by its id or its code."""
        for order in self.orders.values():
            if str(order["id"]) == str(order_id) or (code and order["code"] == code):
                return order
        raise Refusal(404, "Order not found")

    def line(self, order: Document, line_id: object = None, code: object = None) -> Document:
        """Return a line of an order, by its id or its code."""
        for line in self.lines[order["id"]].values():
            if str(line["id"]) == str(line_id) or (code and line["code"] == code):
                return line
        raise Refusal(404, "SubOrder not found")

    def save(self, said: Mapping[str, Any]) -> Document:
        """Make an order or change the one that has this code."""
        if not said.get("code"):
            raise Refusal(422, "code is required")
        for order in self.orders.values():
            if order["code"] == said["code"]:
                return self.change(order, said)
        number = self._number("order")
        order = {
            "id": number, "code": said["code"], "total_price": money(0), "user_code": None,
            "user_email": None, "username": None, "paid_at": self.now(), "updated_at": self.now(),
        }  # fmt: skip
        self.orders[number], self.lines[number] = order, {}
        return self.change(order, said)

    def change(self, order: Document, said: Mapping[str, Any]) -> Document:
        """Change what is said of an order."""
        fields = {name: said[name] for name in ("user_code", "user_email", "created_at") if name in said}
        if "total_price" in said:
            fields["total_price"] = money(said["total_price"])
        return self._updated(order, fields)

    def save_line(self, order: Document, said: Mapping[str, Any]) -> Document:
        """Make a line or change the one that has this code; without a code the service makes one up."""
        code = said.get("code") or f"{self._next['line']:x}"
        for line in self.lines[order["id"]].values():
            if line["code"] == code:
                return self.change_line(line, said)
        if self._is_taken(code):
            raise Refusal(422, "code has already been taken")
        if not said.get("product_id") and not said.get("product_code"):
            raise Refusal(422, "product_id or product_code is required")
        number = self._number("line")
        line = {
            "id": number, "code": code, "product_id": None, "product_code": None, "product_options": {},
            "product_count": 1, "price": money(0), "status": "paid", "delivery_started_at": None,
            "delivered_at": None, "invoice": None, "delivery_service": "", "created_at": self.now(),
            "updated_at": self.now(), "reviews_count": 0,
        }  # fmt: skip
        self.change_line(line, said)
        self.lines[order["id"]][number] = line
        return line

    def change_line(self, line: Document, said: Mapping[str, Any]) -> Document:
        """Change what is said of a line."""
        fields = {name: said[name] or None for name in _TOLD if name in said}
        if "delivery_service" in said:
            fields["delivery_service"] = said["delivery_service"] or ""
        if fields.get("status", "paid") not in STATUSES:
            raise Refusal(422, "status is not included in the list")
        if "price" in said:
            fields["price"] = money(said["price"])
        if "product_count" in said:
            fields["product_count"] = _whole(said["product_count"], "product_count")
        if "product_options" in said:
            fields["product_options"] = _options(said["product_options"])
        return self._updated(line, {**fields, **self._product(said)})

    def rename(self, line: Document, code: str) -> None:
        """Give a line another code."""
        if code != line["code"] and self._is_taken(code):
            raise Refusal(422, "code has already been taken")
        self._updated(line, {"code": code})

    def delete(self, order: Document) -> None:
        """Delete an order with all that belongs to it."""
        del self.orders[order["id"]], self.lines[order["id"]]

    def delete_line(self, order: Document, line: Document) -> None:
        """Delete a line; with the last one its order goes too."""
        del self.lines[order["id"]][line["id"]]
        if not self.lines[order["id"]]:
            self.delete(order)

    def shown(self, order: Document) -> Document:
        """Return an order as its page shows it, with the little that it says of its lines."""
        lines = self.lines[order["id"]].values()
        short = [
            {name: line[name] for name in ("id", "product_id", "product_code", "status")} for line in lines
        ]
        return {**order, "sub_orders": short}

    def state(self) -> list[Document]:
        """Return all orders with all of their lines."""
        return [{**o, "sub_orders": list(self.lines[o["id"]].values())} for o in self.orders.values()]

    def _product(self, said: Mapping[str, Any]) -> Document:
        """Return both numbers of a product; one that was never heard of gets an id."""
        if said.get("product_id"):
            return {"product_id": _whole(said["product_id"], "product_id")}
        if code := said.get("product_code"):
            number = self._products.setdefault(code, _FIRST_PRODUCT + len(self._products))
            return {"product_code": code, "product_id": number}
        return {}

    def _is_taken(self, code: str) -> bool:
        return any(line["code"] == code for lines in self.lines.values() for line in lines.values())

    def _number(self, what: str) -> int:
        self._next[what] += 1
        return self._next[what] - 1

    def _updated(self, document: Document, fields: Mapping[str, Any]) -> Document:
        if any(document.get(name) != value for name, value in fields.items()):
            document.update(fields, updated_at=self.now())
        return document


def money(price: object) -> Document:
    """Return a price in won as the service shows it: won have no smaller unit."""
    try:
        cents = float(str(price))
    except ValueError:
        raise Refusal(422, "price is not a number") from None
    if not 0 <= cents <= 10**12:
        raise Refusal(422, "price is out of range")
    return {"cents": round(cents), "currency_iso": "KRW"}


def only(document: Mapping[str, Any], names: Iterable[str]) -> Document:
    """Return some of a document's fields."""
    return {name: document[name] for name in names}


def _options(said: object) -> dict[str, str]:
    if not isinstance(said, list) or not all(isinstance(each, str) and ":" in each for each in said):
        raise Refusal(422, "product_options must be key:value")
    pairs = (each.partition(":") for each in said)
    return {key: value for key, _, value in pairs}


def _whole(said: object, name: str) -> int:
    try:
        return int(str(said))
    except ValueError:
        raise Refusal(422, f"{name} is not a number") from None
