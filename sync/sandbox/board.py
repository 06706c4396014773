"""What a sandbox's page shows of a service: its orders, alike for all five, and what a guest can do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sync.sandbox.heard import Call, Heard
from sync.sandbox.rayteams_stock import PRODUCT

Document = Mapping[str, Any]

#: A move that a guest or a clerk there can make: its name in the path, its label, what goes with it.
Move = tuple[str, str, Mapping[str, Any]]

#: How much is shown of a value that the counter told.
_MOST = 80


@dataclass(frozen=True, slots=True)
class Row:
    """One order as the page shows it. `names` are the ids and codes by which the counter speaks of it."""

    id: str
    number: str
    status: str
    payment: str = ""
    guest: str = ""
    lines: tuple[str, ...] = ()
    sum: str = ""
    moves: tuple[Move, ...] = ()
    names: frozenset[str] = field(default=frozenset())

    def shown(self, heard: Heard) -> dict[str, Any]:
        """Return the row as JSON, with what the counter told of the order."""
        fields = {name: getattr(self, name) for name in self.__slots__ if name != "names"}
        return {**fields, "told": [_told(call) for call in heard.of({self.id, *self.names})]}


def rows(kind: str, state: Document) -> list[Row]:
    """Return the orders in a service's state, the newest first."""
    return [_ROWS[kind](order) for order in reversed(state["orders"])]


def _told(call: Call) -> dict[str, str]:
    what = ", ".join(f"{key}: {_short(value)}" for key, value in call.said.items())
    return {
        "at": f"{datetime.fromtimestamp(call.at, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "call": f"{call.method} {call.path}",
        "said": what,
        "answer": str(call.status) if call.answered else f"{call.status}, never heard",
    }


def _short(value: object) -> str:
    written = str(value)
    return written if len(written) <= _MOST else written[:_MOST] + "…"


def _plain(*names: str) -> tuple[Move, ...]:
    return tuple((name, name.replace("-", " "), {}) for name in names)


def _won(amount: object) -> str:
    return f"₩ {int(float(str(amount or 0))):,}"


def _of_fankahui(order: Document) -> Row:
    status, payment, guest = order["status"], order["payment"], order.get("customer") or {}
    table = (order.get("openRes") or {}).get("code")
    lines = (
        f"{i['quantity']} × {(i.get('item') or {}).get('name', '')}  ¥ {i.get('dealPrice', 0) / 100:.2f}"
        for i in order["items"]
    )
    open_there = status in ("placed", "accepted")
    pays = payment["status"] != "paid" and status in ("placed", "accepted", "executed")
    moves = [*(["check-in"] if open_there else ()), *(["pay"] if pays else ()),
             *(["cancel"] if open_there or status == "executed" else ())]  # fmt: skip
    return Row(
        id=order["id"],
        number=f"{order['sequenceNumber']}" + (f" · table {table}" if table else f" · {order['type']}"),
        status=status,
        payment=f"{payment.get('type', '')} {payment['status']}".strip(),
        guest=str(guest.get("name") or ""),
        lines=tuple(lines),
        sum=f"¥ {order['fee'] / 100:.2f}",
        moves=_plain(*moves),
    )


_BEFORE_SENDING = frozenset({"PAY_WAIT", "PAY_COMPLETE", "STANDBY"})
_SENT = frozenset({"DELIVERING", "COMPLETE"})


def _of_imweb(order: Document) -> Row:
    parts = order["prod_orders"]
    states = dict.fromkeys(part["status"] for part in parts.values())
    claims = dict.fromkeys(part["claim_status"] for part in parts.values() if part["claim_status"])
    waybills = {f"{p['parcel_code']} {p['invoice_no']}" for p in parts.values() if p["invoice_no"]}
    lines = (
        f"{item['payment'].get('count', 1)} × {item['prod_name']}  {_won(item['payment'].get('price'))}"
        for part in parts.values()
        for item in part["items"]
    )
    moves = [
        *(["pay"] if "PAY_WAIT" in states else ()),
        *(["cancel"] if _BEFORE_SENDING & states.keys() and not claims else ()),
        *(["return", "exchange"] if _SENT & states.keys() and not claims else ()),
    ]
    return Row(
        id=order["order_no"],
        number=order["order_no"],
        status=" + ".join([*states, *claims]),
        payment=str(order["payment"].get("pay_type") or ""),
        guest=str(order["orderer"].get("name") or ""),
        lines=(*lines, *(f"waybill {waybill}" for waybill in sorted(waybills))),
        sum=_won(order["payment"].get("total_price")),
        moves=_plain(*moves),
        names=frozenset(parts),
    )


def _of_rayteams(order: Document) -> Row:
    product = order["product"]
    nodes = (node for node in PRODUCT["workflow"] if node["status"] != order["status"])
    return Row(
        id=order["id"],
        number=str(order["patientId"]),
        status=f"{order['statusName']} · {order['statusType']}",
        guest=str(order["subject"].get("name") or ""),
        lines=(f"1 × {product['productname']}",),
        sum=f"{product['price']} {product['currency']}",
        moves=tuple((node["status"], f"→ {node['statusName']}", {}) for node in nodes),
    )


#: Where an order can be moved to there. Only the first is a word of the documents.
IMPILO_STATUSES = ("reconfirmAddress", "accepted", "shipped", "delivered", "canceled")


def _of_impilo(order: Document) -> Row:
    whom = order.get("patient") or order.get("site") or {}
    name = " ".join(str(whom[key]) for key in ("firstName", "lastName", "name") if whom.get(key))
    things = [
        (each.get("count"), each.get(sort) or {})
        for sort, field_ in (("item", "orderItems"), ("kit", "orderKits"))
        for each in order.get(field_) or ()
    ]
    tracking = (f"{t.get('carrier')} {t.get('value')}" for t in order.get("trackingNumbers") or ())
    return Row(
        id=str(order["id"]),
        number=str(order["id"]),
        status=str(order.get("currentStatus")),
        guest=name or f"#{whom.get('id', '')}",
        lines=(*(f"{count} × {thing.get('name') or thing.get('id')}" for count, thing in things), *tracking),
        moves=tuple((s, f"→ {s}", {}) for s in IMPILO_STATUSES if s != order.get("currentStatus")),
        names=frozenset(map(str, order.get("externalOrderIds") or ())),
    )


def _of_crema(order: Document) -> Row:
    lines = order["sub_orders"]
    shown = (
        f"{line['product_count']} × {line['product_code'] or line['product_id']}"
        f"  {_won(line['price']['cents'])}  {line['status']}"
        for line in lines
    )
    one_by_one: Iterable[Move] = (
        ("delete-line", f"delete {line['product_code'] or line['id']}", {"id": line["id"]}) for line in lines
    )
    return Row(
        id=str(order["id"]),
        number=str(order["code"]),
        status=" + ".join(dict.fromkeys(str(line["status"]) for line in lines)),
        guest=str(order.get("user_code") or ""),
        lines=tuple(shown),
        sum=_won(order["total_price"]["cents"]),
        moves=(*_plain("delete", "unpaid"), *(one_by_one if len(lines) > 1 else ())),
        names=frozenset({order["code"], *(str(line["code"]) for line in lines)}),
    )


_ROWS: Mapping[str, Callable[[Document], Row]] = {
    "fankahui": _of_fankahui,
    "imweb": _of_imweb,
    "rayteams": _of_rayteams,
    "impilo": _of_impilo,
    "crema": _of_crema,
}

#: What can be ordered on a page: name and price, in the smallest unit of the service's money.
DISHES: Mapping[str, tuple[tuple[str, int], ...]] = {
    "fankahui": (("盖浇饭", 1620), ("兰州拉面", 1000), ("小笼包", 1800), ("酸梅汤", 600)),
    "imweb": (("비빔밥", 9000), ("김치찌개", 8500), ("된장찌개", 8000), ("식혜", 3500)),
    "rayteams": ((PRODUCT["productname"], PRODUCT["price"]), ("교정 유지 장치", 120000)),
    "impilo": (("Blood pressure cuff", 0), ("Body scale", 0), ("Welcome kit", 0)),
    "crema": (("dish-bibimbap", 9000), ("dish-jjigae", 8500), ("drink-sikhye", 3500)),
}

#: The sorts of order that a guest can choose among; none where a service has one sort only.
TYPES: Mapping[str, tuple[str, ...]] = {"fankahui": ("booking", "deliver"), "imweb": ("paid", "unpaid")}


def wanted(kind: str, said: Document) -> dict[str, Any]:
    """Return the document of an order for what was chosen on the page: ``dishes`` as [place, how many].

    Raises ValueError where nothing, or no dish, was chosen.
    """
    chosen = [(*DISHES[kind][place], many) for place, many in _chosen(said, len(DISHES[kind]))]
    guest, sort = str(said.get("guest") or "").strip(), str(said.get("type") or "")
    return _WANTED[kind](chosen, guest, sort, str(said.get("table") or "").strip())


def _chosen(said: Document, dishes: int) -> Iterator[tuple[int, int]]:
    found = [
        (place, many)
        for place, many in enumerate(said.get("dishes") or ())
        if isinstance(many, int) and 0 < many <= 99 and place < dishes
    ]
    if not found:
        raise ValueError("choose something")
    return iter(found)


Chosen = list[tuple[str, int, int]]


def _at_fankahui(chosen: Chosen, guest: str, sort: str, table: str) -> dict[str, Any]:
    items = [
        {"item": {"id": f"dish-{n}", "name": name, "price": price}, "id": f"LINE-{n}", "dealPrice": price,
         "quantity": many}
        for n, (name, price, many) in enumerate(chosen, start=1)
    ]  # fmt: skip
    where = (
        {"receipt": {"name": guest, "address": table}} if sort == "deliver" else {"openRes": {"code": table}}
    )
    return {
        "type": sort or "booking",
        "items": items,
        **({"customer": {"name": guest}} if guest else {}),
        **where,
    }


def _at_imweb(chosen: Chosen, guest: str, sort: str, _: str) -> dict[str, Any]:
    status = "PAY_WAIT" if sort == "unpaid" else "PAY_COMPLETE"
    parts = [
        {"status": status, "items": [{"prod_name": name, "payment": {"count": many, "price": price * many}}]}
        for name, price, many in chosen
    ]
    orderer = {"orderer": {"member_code": "page", "name": guest, "email": "", "call": ""}} if guest else {}
    return {"prod_orders": parts, **orderer}


def _at_rayteams(chosen: Chosen, guest: str, _: str, __: str) -> dict[str, Any]:
    name, price, _many = chosen[0]
    product = {"currency": PRODUCT["currency"], "discount": "", "price": price, "productname": name}
    return {"product": product, **({"subject": {"name": guest, "birth": ""}} if guest else {})}


def _at_impilo(chosen: Chosen, guest: str, _: str, __: str) -> dict[str, Any]:
    items = [
        {"count": many, "item": {"id": 31 + n, "name": name}} for n, (name, _price, many) in enumerate(chosen)
    ]
    patient = {"id": 1234, "firstName": guest or "John", "lastName": "" if guest else "Doe"}
    return {"orderItems": items, "patient": patient}


def _at_crema(chosen: Chosen, guest: str, _: str, __: str) -> dict[str, Any]:
    lines = [
        {"product_code": code, "price": price * many, "product_count": many} for code, price, many in chosen
    ]
    total = sum(line["price"] for line in lines if isinstance(line["price"], int))
    return {"sub_orders": lines, "total_price": total, **({"user_code": guest} if guest else {})}


_WANTED: Mapping[str, Callable[[Chosen, str, str, str], dict[str, Any]]] = {
    "fankahui": _at_fankahui,
    "imweb": _at_imweb,
    "rayteams": _at_rayteams,
    "impilo": _at_impilo,
    "crema": _at_crema,
}
