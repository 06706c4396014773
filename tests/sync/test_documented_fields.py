"""Every field of an order that fankahui, imweb and CREMA print or list: what becomes of it here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from sync.channels import KINDS
from sync.messages import RemoteOrder
from sync.sandbox import imweb_shapes as imweb
from tests.sync.documented.example import said
from tests.sync.documented.fields import at, found_in, leaves, put

#: A value that is nowhere else in a document, by what a field holds: as it is written, and as it is read.
NUMBER, WORDS = 4711, "Quux"
READ = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
SECONDS, ISO = int(READ.timestamp()), "2030-01-02T03:04:05.000+00:00"


@dataclass(frozen=True)
class Fields:
    """The fields of a document: what becomes of them, and which hold a time, as it is written there.

    `becomes` has the fields of an order in which a value is then found, `decides` the problem of an order
    whose value nobody knows. All others stay in the document alone. For a field to be looked at, what goes
    `before` it must be missing, and what belongs `beside` it be there.
    """

    kind: str
    document: Any
    times: frozenset[str]
    time: int | str
    becomes: Mapping[str, str]
    decides: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    beside: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def _spoken(document: Any) -> Any:
    """Return the document with the words of its memo alone: an entry without any is shown to nobody."""
    return {**document, "memo": [entry for entry in document["memo"] if entry.get("message")]}


#: What every answer about an order of fankahui may hold.
OF_FANKAHUI = {
    "id": "remote_id",
    "createdAt": "placed_at",
    "updateAt": "updated_at",
    "status": "remote_status",
    "payment.type": "payment_type",
    "memo[].name": "memo.name",
    "memo[].createdAt": "memo.at",
    "memo[].message": "memo.message",
    "fee": "total",
    "sequenceNumber": "sequence_number",
    "items[].id": "lines.id",
    "items[].item.id": "lines.item_id",
    "items[].item.name": "lines.name",
    "items[].item.price": "lines.price",
    "items[].dealPrice": "lines.deal_price",
    "items[].quantity": "lines.quantity",
    "customer.id": "guest.id",
    "customer.name": "guest.name",
    "customer.phone": "guest.phone",
    "customer.address": "guest.address",
    "customer.merchants[].memberID": "guest.membership.member_id",
    "customer.merchants[].balance": "guest.membership.balance",
    "customer.merchants[].point": "guest.membership.points",
    "customer.merchants[].level": "guest.membership.level",
    "openRes.code": "table",
    "agent.name": "agent",
}
#: … and where the guest is a member, whole.
OF_A_MEMBER = {
    **OF_FANKAHUI,
    "customer.id": "guest.id guest.membership.member_id",
    "customer.account.balance": "guest.membership.balance",
    "customer.level": "guest.membership.level",
    "customer.point": "guest.membership.points",
    "receipt.name": "guest.name",
    "receipt.phone": "guest.phone",
    "receipt.address": "guest.address",
    "deal.id": "deal.id",
    "deal.bill.id": "deal.bill_id",
}
FANKAHUI_DECIDES = {"status": "status", "type": "type", "payment.status": "payment"}
FANKAHUI_TIMES = frozenset(("createdAt", "updateAt"))

OPTION = imweb.filled(
    imweb.OPTION,
    option_name_list=["맵기"],
    value_name_list=["중"],
    option_code_list=["c"],
    value_code_list=["v"],
)
ITEM = {**imweb.filled(imweb.ITEM, no=5), "options": [[OPTION]]}
PART = imweb.filled(imweb.PART, order_no="2", pay_time=SECONDS, items=[ITEM])
ROW = imweb.filled(
    imweb.ORDER,
    order_no="1",
    order_time=SECONDS - 60,
    payment={"total_price": 9000},
    form=[{"type": "text", "title": "t", "desc": "d", "value": "v"}],
)

FIELDS: Mapping[str, Fields] = {
    **{
        name: Fields(
            "fankahui", _spoken(said(f"fankahui_orders_{name}_response")), FANKAHUI_TIMES, SECONDS,
            OF_A_MEMBER if name == "pay" else OF_FANKAHUI, FANKAHUI_DECIDES,
            before={
                "customer.name": ("receipt",), "customer.phone": ("receipt",),
            } if name == "pay" else {},
        )
        for name in ("post", "get", "put", "pay")
    },
    "imweb": Fields(
        "imweb", {"order": ROW, "prod_orders": [PART]},
        frozenset(("order_time", "complete_time", "pay_time", "delivery_time")), SECONDS,
        {
            "order.order_no": "remote_id sequence_number",
            "order.order_time": "placed_at memo.at",
            "order.orderer.member_code": "guest.id",
            "order.orderer.name": "guest.name memo.name",
            "order.orderer.call": "guest.phone",
            "order.orderer.call2": "guest.phone",
            "order.delivery.country_text": "guest.address",
            "order.delivery.address.name": "guest.name",
            "order.delivery.address.phone": "guest.phone",
            "order.delivery.address.phone2": "guest.phone",
            **{
                f"order.delivery.address.{part}": "guest.address"
                for part in (
                    "postcode", "address", "address_detail", "address_street", "address_building",
                    "address_city", "address_state",
                )
            },
            "order.delivery.memo": "memo.message",
            "order.payment.pay_type": "payment_type",
            "order.payment.total_price": "total",
            "order.form[].title": "memo.message",
            "order.form[].value": "memo.message",
            "prod_orders[].order_no": "lines.id",
            "prod_orders[].status": "remote_status",
            "prod_orders[].claim_status": "remote_status",
            "prod_orders[].parcel_code": "memo.message",
            "prod_orders[].invoice_no": "memo.message",
            "prod_orders[].items[].prod_no": "lines.item_id",
            "prod_orders[].items[].prod_name": "lines.name",
            "prod_orders[].items[].payment.count": "lines.quantity",
            "prod_orders[].items[].payment.price": "lines.price lines.deal_price",
            "prod_orders[].items[].options[][].option_name_list[]": "lines.options",
            "prod_orders[].items[].options[][].value_name_list[]": "lines.options",
            "prod_orders[].items[].options[][].payment.count": "lines.quantity",
        },
        {"order.payment.deliv_type": "type", "prod_orders[].status": "status"},
        before={
            "order.orderer.name": ("order.delivery.address.name",),
            "order.orderer.call": ("order.delivery.address.phone", "order.delivery.address.phone2"),
            "order.orderer.call2": (
                "order.delivery.address.phone", "order.delivery.address.phone2", "order.orderer.call",
            ),
            "order.delivery.address.phone2": ("order.delivery.address.phone",),
            **{
                f"order.delivery.address.address_{part}": (
                    "order.delivery.address.address", "order.delivery.address.address_detail",
                )
                for part in ("street", "building", "city", "state")
            },
            "prod_orders[].items[].options[][].payment.count": ("prod_orders[].items[].payment.count",),
        },
        beside={
            "order.delivery.country_text": ("order.delivery.country", "US"),
            "prod_orders[].parcel_code": ("prod_orders[].invoice_no", "7"),
        },
    ),
    "crema": Fields(
        "crema", {"order_code": "A", "sub_orders": [said("crema_sub_order_get")]},
        frozenset(("created_at", "updated_at", "delivery_started_at", "delivered_at")), ISO,
        {
            "order_code": "remote_id",
            "sub_orders[].id": "lines.id",
            "sub_orders[].code": "lines.id",
            "sub_orders[].product_id": "lines.name",
            "sub_orders[].product_options.색상": "lines.options",
            "sub_orders[].product_options.사이즈": "lines.options",
            "sub_orders[].product_count": "lines.quantity",
            "sub_orders[].price.cents": "lines.price",
            "sub_orders[].price.currency_iso": "currency",
            "sub_orders[].status": "remote_status",
            "sub_orders[].updated_at": "updated_at",
        },
        {"sub_orders[].status": "status"},
        before={"sub_orders[].id": ("sub_orders[].code",)},
    ),
}  # fmt: skip

ROWS = [
    pytest.param(fields, path, id=f"{name}: {path}")
    for name, fields in FIELDS.items()
    for path in leaves(fields.document)
]


def alone(fields: Fields, path: str) -> Any:
    """Return a document in which the field at a path is looked at."""
    document = fields.document
    for other in fields.before.get(path, ()):
        document = put(document, other, None)
    return put(document, *fields.beside[path]) if path in fields.beside else document


def value_of(fields: Fields, path: str) -> tuple[Any, Any]:
    """Return a value that suits the field: as it is written, and as it is read."""
    if path.rpartition(".")[2] in fields.times:
        return fields.time, READ
    there = at(fields.document, path)
    if isinstance(there, bool):
        return not there, not there
    return (NUMBER, NUMBER) if isinstance(there, int | float) else (WORDS, WORDS)


def order_of(fields: Fields, document: Any) -> RemoteOrder:
    """Return the document's order; fails where it has none."""
    order = KINDS[fields.kind].read(document)
    assert isinstance(order, RemoteOrder)
    return order


@pytest.mark.parametrize(("fields", "path"), ROWS)
def test_each_field_becomes_what_is_said_here_and_is_kept(fields: Fields, path: str) -> None:
    written, read = value_of(fields, path)
    document = put(alone(fields, path), path, written)
    order = order_of(fields, document)
    if not isinstance(written, bool):
        assert found_in(order, read) == set(fields.becomes.get(path, "").split())
    assert order.raw == document
    assert order.problems == ((fields.decides[path],) if path in fields.decides else ())


@pytest.mark.parametrize("kind", ["fankahui", "imweb", "crema"])
def test_what_is_said_here_is_of_fields_that_there_are(kind: str) -> None:
    tables = [fields for fields in FIELDS.values() if fields.kind == kind]
    named = {path for each in tables for path in (*each.becomes, *each.decides, *each.before, *each.beside)}
    assert named <= {path for each in tables for path in leaves(each.document)}
