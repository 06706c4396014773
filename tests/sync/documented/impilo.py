"""What impilo's documents print; what is only a placeholder in a request of theirs, is filled."""

from __future__ import annotations

import json
from typing import Any

from sync.channels.impilo.wire import LoggedCall
from sync.errors import Refused
from tests.sync.documented.example import Example, said

ORDERS = "/api/v3/order"


def filled(whom: str) -> dict[str, Any]:
    """Return the printed request for a patient or a site, with the ids that it leaves out."""
    order: dict[str, Any] = said(f"impilo_order_create_{whom}_request")
    items = [{**row, "item": {"id": 31 + place}} for place, row in enumerate(order["orderItems"])]
    return {**order, "orderItems": items, whom: {"id": 7, **order[whom]}}


def _delivered(name: str) -> dict[str, Any]:
    [row] = said("impilo_webhook_logs")["content"]
    return {**row, "webhookType": said(name)["type"], "payload": json.dumps(said(name))}


DELIVERED = {
    **said("impilo_webhook_logs"),
    "content": [_delivered("impilo_webhook_delivery"), _delivered("impilo_webhook_delivery_reading")],
}

KEY = {"Impilo-API-Key": "k"}
EXAMPLES = {
    "GET /api/v3/order": Example(
        "impilo", lambda c: c.orders(), "GET", ORDERS, said("impilo_order_list"), headers=KEY,
        query={"page": "1", "size": "100"},
        found=lambda page: list(page.documents) == said("impilo_order_list")["content"],
    ),
    "GET /api/v3/order/:id": Example(
        "impilo", lambda c: c.order("1001"), "GET", "/api/v3/order/1001", said("impilo_order"), headers=KEY
    ),
    "POST /api/v3/webhook": Example(
        "impilo", lambda c: c.create_webhook(**said("impilo_webhook_create_request")), "POST",
        "/api/v3/webhook", said("impilo_webhook_create_response"),
        body=said("impilo_webhook_create_request"), headers=KEY,
    ),
    **{
        f"POST /api/v3/order for a {whom}, as printed": Example(
            "impilo", lambda c, w=whom: c.create_as_it_is(said(f"impilo_order_create_{w}_request")), "POST",
            ORDERS, said("impilo_order"), status=201, error=Refused,
        )
        for whom in ("patient", "site")
    },
    **{
        f"POST /api/v3/order for a {whom}": Example(
            "impilo", lambda c, w=whom: c.create_as_it_is(filled(w)), "POST", ORDERS, said("impilo_order"),
            status=201, body=filled(whom), headers={**KEY, "Content-Type": "application/json"},
        )
        for whom in ("patient", "site")
    },
    "GET /api/v3/webhook/logs": Example(
        "impilo", lambda c: c.webhook_logs(), "GET", "/api/v3/webhook/logs", said("impilo_webhook_logs"),
        query={"page": "1", "size": "100"}, headers=KEY,
        found=lambda page: list(page.documents) == said("impilo_webhook_logs")["content"],
    ),
    "GET /api/v3/webhook/logs of what was delivered": Example(
        "impilo", lambda c: c.webhook_logs(), "GET", "/api/v3/webhook/logs", DELIVERED, headers=KEY,
        query={"page": "1", "size": "100"},
        found=lambda page: [LoggedCall.model_validate(row).payload for row in page.documents] == [
            json.dumps(said("impilo_webhook_delivery")), json.dumps(said("impilo_webhook_delivery_reading")),
        ],
    ),
}  # fmt: skip
