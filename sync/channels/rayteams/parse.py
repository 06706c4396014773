"""From RayTeams's documents to orders: pure, and never stopped by a strange one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sync.channels.rayteams import wire
from sync.channels.rayteams.settings import BY_TYPE
from sync.documents import Odd, Problem, as_it_came, read, text
from sync.messages import RemoteGuest, RemoteLine, RemoteNote, RemoteOrder, RemoteStatus, Unreadable
from sync.money import minor

#: Signs and names that stand for a currency; ``¥`` is two of them: which, the shop says.
CURRENCIES: Mapping[str, str] = {
    "원": "KRW", "₩": "KRW", "円": "JPY", "엔": "JPY", "元": "CNY", "위안": "CNY", "RMB": "CNY",
    "$": "USD", "US$": "USD", "달러": "USD", "€": "EUR", "유로": "EUR", "£": "GBP", "A$": "AUD",
    "C$": "CAD", "S$": "SGD", "HK$": "HKD", "₹": "INR", "R$": "BRL",
}  # fmt: skip

#: Who says what an order's `memo` says: the documents name nobody.
MEMO_BY = "memo"

_KEY = "order:"


Workflow = Mapping[str, RemoteStatus]


def parse(
    document: object,
    workflow: Workflow | None = None,
    workflows: Mapping[str, Workflow] | None = None,
    currencies: Mapping[str, str] | None = None,
) -> RemoteOrder | Unreadable:
    """Return the order in a document, or why it is none; `workflow` says what its states are here.

    `workflows` says it of the orders of some products, by the product's name. A state that is not named,
    neither by id nor by name, is what its ``statusType`` means. `currencies` are codes by sign or name.
    """

    def order(cleaned: dict[str, Any]) -> RemoteOrder:
        flow = (workflows or {}).get(product_of(cleaned), workflow or {})
        return _order(cleaned, flow, currencies or {})

    return read(document, order, order_id)


def product_of(document: Mapping[str, Any]) -> str:
    """Return the name of an order's product, which is all that it says of which it is; empty for none."""
    return wire.Order.model_validate(document).product.productname


def order_id(document: object) -> str:
    """Return the id of an order: its project's, and the milliseconds in its key; empty where it has none."""
    if not isinstance(document, dict):
        return ""
    project, key = text(document.get("_id")), text(document.get("sk"))
    made = key.removeprefix(_KEY)
    if not project or not made or made == key:
        return ""
    return project if project.endswith(f"-{made}") else f"{project}-{made}"


def currency(sign: str, said: Mapping[str, str]) -> str | None:
    """Return the currency (ISO 4217) of a sign, a name or a code; None for one that nobody has said."""
    if sign in said:
        return said[sign]
    if sign.upper() in CURRENCIES:
        return CURRENCIES[sign.upper()]
    is_code = len(sign) == 3 and sign.isascii() and sign.isalpha()
    return sign.upper() if is_code else None


def named(state: Mapping[str, Any], workflow: Workflow) -> RemoteStatus | None:
    """Return what the shop's workflow says of a state, by its id or else its name; None for nothing."""
    return workflow.get(text(state.get("status"))) or workflow.get(text(state.get("statusName")))


def _order(raw: dict[str, Any], workflow: Workflow, currencies: Mapping[str, str]) -> RemoteOrder:
    order = wire.Order.model_validate(raw)
    problems: list[str] = []
    status = named(raw, workflow) or BY_TYPE.get(order.statusType, "unknown")
    if status == "unknown":
        problems.append("status")
    money = currency(order.product.currency, currencies)
    price = _price(order.product, money, problems.append)
    return RemoteOrder(
        remote_id=order_id(raw),
        status=status,
        remote_status=order.statusName or order.status,
        type="deliver",
        lines=(_line(order.product, price, problems.append),),
        currency=money,
        raw=raw,
        payment="paid" if status == "paid" else "unpaid",
        total=price,
        sequence_number=order.patientId,
        guest=RemoteGuest(order.patientId, order.subject.name),
        memo=tuple(_notes(order)),
        placed_at=_moment(order.created, problems.append),
        updated_at=_moment(order.updated, problems.append),
        problems=tuple(dict.fromkeys(problems)),
    )


def _price(product: wire.OrderedProduct, money: str | None, problem: Problem) -> int | None:
    """Return the price in minor units; it is what is to be paid, whatever the discount says."""
    price = minor(product.price, money) if money else None
    if isinstance(price, int):
        return price
    problem("price")
    return None


def _line(product: wire.OrderedProduct, price: int | None, problem: Problem) -> RemoteLine:
    if not product.productname:
        problem("items")
    return RemoteLine("product", product.productname or "?", 1, price, price)


def _notes(order: wire.Order) -> Iterator[RemoteNote]:
    """Yield the order's memo, and as facts price and discount as they came: nobody says these to a cook."""
    product = order.product
    if order.memo:
        yield RemoteNote(MEMO_BY, order.memo)
    if product.price is not None:
        price = text(product.price) or as_it_came(product.price)
        yield RemoteNote("", f"{price} {product.currency}".strip(), fact="price")
    if product.discount:
        yield RemoteNote("", product.discount, fact="discount")


def _moment(value: datetime | Odd | None, problem: Problem) -> datetime | None:
    if isinstance(value, Odd):
        problem("time")
        return None
    return value
