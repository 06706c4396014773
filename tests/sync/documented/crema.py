"""What CREMA's documents print: each operation in each of its addressings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sync.channels.crema.requests import OrderKey, Orders, SubOrder, SubOrderKey
from tests.sync.documented.example import Example, link, said, without

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

#: What the example in Ruby makes, in the way that it does: a form, which the token is a part of.
RUBY = {"body": "form", "token_in": "parameter"}
RUBY_LINE = SubOrder(
    product_id=942040, price=12000, delivered_at=datetime(2015, 3, 5, 12, 12, tzinfo=UTC),
    status="delivery_finished", invoice="0123456789", delivery_service="epost",
    product_options=["size:160", "color:white"],
)  # fmt: skip
RUBY_FORM = (
    ("access_token", "t"), ("product_id", "942040"), ("price", "12000"),
    ("delivered_at", "2015-03-05T12:12:00.000+00:00"), ("status", "delivery_finished"),
    ("invoice", "0123456789"), ("delivery_service", "epost"), ("product_options[]", "size:160"),
    ("product_options[]", "color:white"),
)  # fmt: skip
APPLICATION = (("grant_type", "client_credentials"), ("client_id", "i"), ("client_secret", "s"))
RUBY_KEY, RUBY_PATH = SubOrderKey(order_id=1, id=LINE["id"]), f"/v1/orders/1/sub_orders/{LINE['id']}"

IN_RUBY = {
    "in Ruby: a token": Example(
        "crema", lambda c: c.sign_in(), "POST", "/oauth/token", {"access_token": "t"}, form=APPLICATION,
        found=without({}, "access_token"),
    ),
    "in Ruby: a new line": Example(
        "crema", lambda c: c.save_sub_order(OrderKey(order_id=1), RUBY_LINE), "POST",
        "/v1/orders/1/sub_orders", said("crema_sub_order_post_201"), status=201, answered=AT_ORDERS,
        form=RUBY_FORM, settings=RUBY,
    ),
    "in Ruby: a line's message": Example(
        "crema", lambda c: c.put_message(RUBY_KEY, "TEST"), "PUT", RUBY_PATH, found=None, settings=RUBY,
        query={"access_token": "t", "message": "TEST"},
    ),
    "in Ruby: a deletion": Example(
        "crema", lambda c: c.delete_sub_order(RUBY_KEY), "DELETE", RUBY_PATH, status=204, found=None,
        query={"access_token": "t"}, settings=RUBY,
    ),
}  # fmt: skip

#: The example of options, in the two ways to write what is said.
OPTIONS = SubOrder(product_options=["size:160", "color:white"])
WRITTEN: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "json": ("application/json", {"body": {"product_options": ["size:160", "color:white"]}}),
    "form": (
        "application/x-www-form-urlencoded",
        {"form": (("product_options[]", "size:160"), ("product_options[]", "color:white"))},
    ),
}
OF_OPTIONS = {
    f"options in a {body}": Example(
        "crema", lambda c: c.change_sub_order(RUBY_KEY, OPTIONS), "PATCH", RUBY_PATH, status=204, found=None,
        headers={**BEARER, "Content-Type": kind}, settings={"body": body}, **sent,
    )
    for body, (kind, sent) in WRITTEN.items()
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
        headers=BEARER,
        found=lambda page: (list(page.documents), page.last) == (said("crema_sub_orders_list"), 1),
    ),
    "GET /v1/sub_orders": Example(
        "crema", lambda c: c.sub_orders(OrderKey(order_code="A")), "GET", "/v1/sub_orders",
        said("crema_sub_orders_list"), query={"order_code": "A", **ROWS},
        answered=link("crema_sub_orders_list"),
        headers=BEARER,
        found=lambda page: (list(page.documents), page.last) == (said("crema_sub_orders_list"), 1),
    ),
    **{
        f"GET a line, {how}": Example(
            "crema", lambda c, k=key: c.sub_order(k), "GET", path, LINE, query=said_there, headers=BEARER
        )
        for how, (key, path, said_there) in OF_LINE.items()
    },
    **{
        f"POST a line, {how}": Example(
            "crema", lambda c, k=key: c.save_sub_order(k, SubOrder(product_code="P", price=1.5), "L"), "POST",
            path, said("crema_sub_order_post_201"), status=201, answered=AT_ORDERS,
            body={**said_there, "code": "L", "product_code": "P", "price": 1.5}, headers=BEARER,
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
            answered={"Location": "https://api.cre.ma/v1/orders/:id/sub_orders/:id"}, headers=BEARER,
        )
        for how, (key, path, said_there) in OF_LINE.items()
    },
    **{
        f"DELETE a line, {how}": Example(
            "crema", lambda c, k=key: c.delete_sub_order(k), "DELETE", path, query=said_there, status=204,
            found=None, headers=BEARER,
        )
        for how, (key, path, said_there) in OF_LINE.items()
    },
    "GET /v1/unpaid_orders": Example(
        "crema", lambda c: c.unpaid_orders(), "GET", "/v1/unpaid_orders", said("crema_unpaid_orders_list"),
        query=ROWS, headers=BEARER,
        found=lambda page: list(page.documents) == said("crema_unpaid_orders_list"),
    ),
    **IN_RUBY,
    **OF_OPTIONS,
}  # fmt: skip
