"""What imweb's documents print."""

from __future__ import annotations

from sync.channels.imweb.client import Query
from tests.sync.documented.example import Example, said, without

SUCCESS = {"msg": "SUCCESS", "code": 200, "data": {"success": ["20260101"], "failed": []}}
#: The only reason that comes with an amount, which its example leaves out.
EXTRA_FEE = {"reason_code": "EXCHANGE_EXTRAFEE"}
WITHHELD = said("imweb_exchange_withhold_etc_price")["etc"]

ACCOUNT = {"key": "k", "secret": "s"}
TOKEN = {"access-token": "{ACCESS_TOKEN}"}
FIRST_PAGE = {"offset": "1", "limit": "100"}

EXAMPLES = {
    "GET /v2/auth": Example(
        "imweb", lambda c: c.sign_in(), "GET", "/v2/auth", said("imweb_auth_response"), query=ACCOUNT,
        found=without(said("imweb_auth_response"), "access_token"),
    ),
    "POST /v2/auth": Example(
        "imweb", lambda c: c.sign_in(), "POST", "/v2/auth", said("imweb_auth_response"), body=ACCOUNT,
        found=without(said("imweb_auth_response"), "access_token"), settings={"auth_method": "POST"},
    ),
    "GET /orders": Example(
        "imweb", lambda c: c.orders(Query()), "GET", "/v2/shop/orders", said("imweb_list_envelope"),
        headers=TOKEN, query=FIRST_PAGE,
        found=lambda found: list(found.documents) == said("imweb_list_envelope")["data"]["list"],
    ),
    "GET /orders with a body": Example(
        "imweb", lambda c: c.orders(Query()), "GET", "/v2/shop/orders", said("imweb_list_envelope"),
        headers=TOKEN, body=FIRST_PAGE, settings={"list_parameters": "body"},
        found=lambda found: list(found.documents) == said("imweb_list_envelope")["data"]["list"],
    ),
    "GET /prod-orders of several orders": Example(
        "imweb", lambda c: c.prod_orders_of(["<order_no>"]), "GET", "/v2/shop/prod-orders",
        said("imweb_prod_orders_multi_shape"), headers=TOKEN, query={"order_no": "<order_no>"},
        found={"<order_no>": [{"code": "<prod order code>", "order_no": "<prod_order_no>"}]},
    ),
    "PATCH /orders/:no/cancel": Example(
        "imweb", lambda c: c.cancel("1", "INTENT_CHANGED"), "PATCH", "/v2/shop/orders/1/cancel", SUCCESS,
        body=said("imweb_patch_cancel_request"), headers=TOKEN,
        found=lambda outcome: outcome.success == ("20260101",),
    ),
    "PATCH /orders/:no/exchange/withhold": Example(
        "imweb",
        lambda c: c.answer_claim("1", "exchange", "withhold", EXTRA_FEE | WITHHELD),
        "PATCH", "/v2/shop/orders/1/exchange/withhold", SUCCESS,
        body={"etc": EXTRA_FEE | WITHHELD}, headers=TOKEN, found=lambda outcome: outcome.failed == (),
    ),
}  # fmt: skip
