"""What imweb's documents print."""

from __future__ import annotations

from sync.channels.imweb.client import Query
from tests.sync.documented.example import Example, said

SUCCESS = {"msg": "SUCCESS", "code": 200, "data": {"success": ["20260101"], "failed": []}}
#: The only reason that comes with an amount, which its example leaves out.
EXTRA_FEE = {"reason_code": "EXCHANGE_EXTRAFEE"}
WITHHELD = said("imweb_exchange_withhold_etc_price")["etc"]

EXAMPLES = {
    "GET /orders": Example(
        "imweb", lambda c: c.orders(Query()), "GET", "/v2/shop/orders", said("imweb_list_envelope"),
        headers={"access-token": "{ACCESS_TOKEN}"},
        found=lambda found: list(found.documents) == said("imweb_list_envelope")["data"]["list"],
    ),
    "GET /prod-orders of several orders": Example(
        "imweb", lambda c: c.prod_orders_of(["<order_no>"]), "GET", "/v2/shop/prod-orders",
        said("imweb_prod_orders_multi_shape"),
        found={"<order_no>": [{"code": "<prod order code>", "order_no": "<prod_order_no>"}]},
    ),
    "PATCH /orders/:no/cancel": Example(
        "imweb", lambda c: c.cancel("1", "INTENT_CHANGED"), "PATCH", "/v2/shop/orders/1/cancel", SUCCESS,
        body=said("imweb_patch_cancel_request"), found=lambda outcome: outcome.success == ("20260101",),
    ),
    "PATCH /orders/:no/exchange/withhold": Example(
        "imweb",
        lambda c: c.answer_claim("1", "exchange", "withhold", EXTRA_FEE | WITHHELD),
        "PATCH", "/v2/shop/orders/1/exchange/withhold", SUCCESS,
        body={"etc": EXTRA_FEE | WITHHELD}, found=lambda outcome: outcome.failed == (),
    ),
}  # fmt: skip
