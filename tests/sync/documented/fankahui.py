"""What fankahui's documents print: the orders, and the records beside them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sync.channels.fankahui.client import Query
from sync.errors import ChannelError, Missing, Paused, Refused
from tests.sync.documented.example import Example, listed, said, without

ORDER = said("fankahui_orders_get_response")
NUMBER = "2834910281d26a76"
ONE = f"/orders/{NUMBER}"
PAID = said("fankahui_orders_pay_response")
SID = {"Cookie": "sid=a-session"}
NUMBER_OF_A_DEAL = {"serialNumber": str(said("fankahui_deals_post_request")["serialNumber"])}


ROWS = {"$sort": '{"createdAt": 1}', "$skip": "0", "$limit": "50"}

#: The four calls of the page: call, method, path, what is said in its query and its body.
CALLS: Mapping[str, tuple[Callable[[Any], Awaitable[Any]], str, str, Mapping[str, str], Any]] = {
    "POST /orders": (
        lambda c: c.create(said("fankahui_orders_post_request")), "POST", "/orders", {},
        said("fankahui_orders_post_request"),
    ),
    "GET /orders": (lambda c: listed(c.pages(Query())), "GET", "/orders", ROWS, None),
    "PUT /orders/:id": (
        lambda c: c.change(NUMBER, **said("fankahui_orders_put_request")), "PUT", ONE, {},
        said("fankahui_orders_put_request"),
    ),
    "PUT /orders/:id with a payment": (
        lambda c: c.change(NUMBER, **said("fankahui_orders_pay_request")), "PUT", ONE, {},
        said("fankahui_orders_pay_request"),
    ),
}  # fmt: skip

#: What each of them may be refused with. The page prints no body of these; the service's framework does.
REFUSALS: Mapping[int, tuple[Any, type[ChannelError]]] = {
    400: (said("deployd_error_400_fields"), Refused),
    401: (said("deployd_error_401"), Paused),
    403: (None, Paused),
}


def _listing(collection: str) -> Example:
    rows = said(f"fankahui_{collection}_get")
    return Example("fankahui", lambda c: c.records(collection), "GET", f"/{collection}", rows, headers=SID)


def _made(collection: str, record: Any, answer: str) -> Example:
    return Example(
        "fankahui", lambda c: c.make_record(collection, record), "POST", f"/{collection}", said(answer),
        body=record, headers=SID,
    )  # fmt: skip


EXAMPLES = {
    "POST /orders": Example(
        "fankahui", lambda c: c.create(said("fankahui_orders_post_request")), "POST", "/orders",
        said("fankahui_orders_post_response"), body=said("fankahui_orders_post_request"), headers=SID,
    ),
    "GET /orders answers one object": Example(
        "fankahui", lambda c: listed(c.pages(Query())), "GET", "/orders", ORDER, headers=SID,
        query=ROWS, found=[ORDER],
    ),
    "GET /orders by its number": Example(
        "fankahui", lambda c: c.order_by_sequence_number("1402304633001"), "GET", "/orders", PAID,
        query={"sequenceNumber": "1402304633001", **ROWS}, headers=SID,
    ),
    "PUT /orders/:id": Example(
        "fankahui", lambda c: c.change(NUMBER, **said("fankahui_orders_put_request")), "PUT", ONE,
        said("fankahui_orders_put_response"), body=said("fankahui_orders_put_request"), headers=SID,
    ),
    "PUT /orders/:id with a payment": Example(
        "fankahui", lambda c: c.change(NUMBER, **said("fankahui_orders_pay_request")), "PUT", ONE,
        PAID, body=said("fankahui_orders_pay_request"), headers=SID,
    ),
    "400 of one field": Example(
        "fankahui", lambda c: c.change(NUMBER, status="paid"), "PUT", ONE, body={"status": "paid"},
        answer=said("deployd_error_400_fields"), status=400, error=Refused,
    ),
    "400 where there is no such order": Example(
        "fankahui", lambda c: c.change(NUMBER, status="accepted"), "PUT", ONE, body={"status": "accepted"},
        answer=said("deployd_error_400_put_nomatch"), status=400, error=Missing,
    ),
    **{
        f"{status} of {name}": Example(
            "fankahui", call, method, path, answer, body=body, query=query, status=status, error=error
        )
        for name, (call, method, path, query, body) in CALLS.items()
        for status, (answer, error) in REFUSALS.items()
    },
    "POST /users/login": Example(
        "fankahui", lambda c: c.sign_in(), "POST", "/users/login", said("deployd_login_response"),
        body=said("fankahui_users_login_request"), found=without(said("deployd_login_response"), "id"),
    ),
    "GET /users/me": Example(
        "fankahui", lambda c: c.me(), "GET", "/users/me", said("fankahui_users_get"),
        found=said("fankahui_users_get"),
    ),
    "POST /users": Example(
        "fankahui", lambda c: c.make_record("users", said("fankahui_users_post_request")), "POST", "/users",
        said("fankahui_users_get"), body=said("fankahui_users_post_request"), headers=SID,
    ),
    "GET /deals": Example(
        "fankahui", lambda c: c.records("deals", {"withall": 1}), "GET", "/deals",
        said("fankahui_deals_get_withall"), query={"withall": "1"}, headers=SID,
    ),
    "GET /deals by the number that POST /deals was given": Example(
        "fankahui", lambda c: c.records("deals", NUMBER_OF_A_DEAL), "GET", "/deals",
        said("fankahui_deals_post_response"), query=NUMBER_OF_A_DEAL, headers=SID,
        found=[said("fankahui_deals_post_response")],
    ),
    "POST /add-deal": Example(
        "fankahui", lambda c: c.add_deal(said("fankahui_add_deal_request")), "POST", "/add-deal",
        said("fankahui_add_deal_response"), body=said("fankahui_add_deal_request"), headers=SID,
    ),
    "POST /bills": Example(
        "fankahui", lambda c: c.make_record("bills", said("fankahui_bills_post_request")), "POST", "/bills",
        body=said("fankahui_bills_post_request"), headers=SID,
    ),
    "GET /items": _listing("items"),
    "GET /points": _listing("points"),
    "GET /shops": _listing("shops"),
    "POST /shops": _made("shops", {"name": "华仔4号店"}, "fankahui_shops_post_response"),
    "GET /members answers one object": Example(
        "fankahui", lambda c: c.records("members", {"code": "23012584"}), "GET", "/members",
        said("fankahui_members_get"), query={"code": "23012584"}, headers=SID,
        found=[said("fankahui_members_get")],
    ),
    "POST /members": _made(
        "members", said("fankahui_members_post_request"), "fankahui_members_post_response"
    ),
    "POST /merchants": _made("merchants", {"name": "泛盈科技"}, "fankahui_merchants_post_response"),
}  # fmt: skip
