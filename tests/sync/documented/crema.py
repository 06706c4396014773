"""What CREMA's documents print: each operation in each of its addressings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from sync.channels.crema.requests import OrderKey, Orders, SubOrder, SubOrderKey
from tests.sync.documented.example import Example, link, said

LINE = said("crema_sub_order_get")
BEARER = {"Authorization": "Bearer t"}
SENT = SubOrder(status="delivery_started", delivery_started_at=datetime(2015, 2, 2, tzinfo=UTC))
AT_ORDERS = {"Location": "https://api.cre.ma/v1/orders"}

#: The two ways to name an order and the four to name a line: path, and what is said beside it.
OF_ORDER: Mapping[str, tuple[OrderKey, str, Mapping[str, str]]] = {
    "with order_id": (OrderKey(order_id=1), "/v1/orders/1/sub_orders", {}),
    "with order_code": (OrderKey(order_code="A"), "/v1/sub_orders", {"order_code": "A"}),
}
OF_LINE: Mapping[str, tuple[SubOrderKey, str, Mapping[str, str]]] = {
    "with order_id and id": (
        SubOrderKey(order_id=1, id=11188250), "/v1/orders/1/sub_orders/11188250", {},
    ),
    "with order_id and code": (
        SubOrderKey(order_id=1, code="sub_order1"), "/v1/orders/1/sub_orders", {"code": "sub_order1"},
    ),
    "with order_code and id": (
        SubOrderKey(order_code="A", id=11188250), "/v1/sub_orders/11188250", {"order_code": "A"},
    ),
    "with order_code and code": (
        SubOrderKey(order_code="A", code="sub_order1"), "/v1/sub_orders",
        {"order_code": "A", "code": "sub_order1"},
    ),
}  # fmt: skip

ROWS = {"limit": "100", "page": "1"}
EXAMPLES = {
    "GET /v1/orders": Example(
        "crema", lambda c: c.orders(Orders(date(2014, 6, 5), ("su1", "su2"))), "GET", "/v1/orders",
        said("crema_orders_list"), query={"paid_on": "2014-06-05", "usernames": "su1,su2", **ROWS},
        answered=link("crema_orders_list"), headers=BEARER,
        found=lambda page: (list(page.documents), page.last) == (said("crema_orders_list"), 5),
    ),
    "GET /v1/orders/:id/sub_orders": Example(
        "crema", lambda c: c.sub_orders(OrderKey(order_id=1)), "GET", "/v1/orders/1/sub_orders",
        said("crema_sub_orders_list"), query=ROWS, answered=link("crema_sub_orders_list"),
        found=lambda page: (list(page.documents), page.last) == (said("crema_sub_orders_list"), 1),
    ),
    "GET /v1/sub_orders": Example(
        "crema", lambda c: c.sub_orders(OrderKey(order_code="A")), "GET", "/v1/sub_orders",
        said("crema_sub_orders_list"), query={"order_code": "A", **ROWS},
        answered=link("crema_sub_orders_list"),
        found=lambda page: (list(page.documents), page.last) == (said("crema_sub_orders_list"), 1),
    ),
    **{
        f"GET a line, {how}": Example(
            "crema", lambda c, k=key: c.sub_order(k), "GET", path, LINE, query=said_there
        )
        for how, (key, path, said_there) in OF_LINE.items()
    },
    **{
        f"POST a line, {how}": Example(
            "crema", lambda c, k=key: c.save_sub_order(k, SubOrder(product_code="P", price=1.5), "L"), "POST",
            path, said("crema_sub_order_post_201"), status=201, answered=AT_ORDERS,
            body={**said_there, "code": "L", "product_code": "P", "price": 1.5},
        )
        for how, (key, path, said_there) in OF_ORDER.items()
    },
    **{
        f"PATCH a line, {how}": Example(
            "crema", lambda c, k=key: c.change_sub_order(k, SENT), "PATCH", path, status=204, found=None,
            body={
                **said_there, "status": "delivery_started",
                "delivery_started_at": "2015-02-02T00:00:00.000+00:00",
            },
            answered={"Location": "https://api.cre.ma/v1/orders/:id/sub_orders/:id"},
        )
        for how, (key, path, said_there) in OF_LINE.items()
    },
    **{
        f"DELETE a line, {how}": Example(
            "crema", lambda c, k=key: c.delete_sub_order(k), "DELETE", path, query=said_there, status=204,
            found=None,
        )
        for how, (key, path, said_there) in OF_LINE.items()
    },
    "GET /v1/unpaid_orders": Example(
        "crema", lambda c: c.unpaid_orders(), "GET", "/v1/unpaid_orders", said("crema_unpaid_orders_list"),
        query=ROWS, found=lambda page: list(page.documents) == said("crema_unpaid_orders_list"),
    ),
}  # fmt: skip
