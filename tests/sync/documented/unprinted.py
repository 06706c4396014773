"""Calls that the services' documents name without an example of them: the request that each makes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sync.channels.crema.requests import Order, OrderKey
from sync.channels.fankahui.client import Query
from tests.sync.documented import rayteams
from tests.sync.documented.crema import BEARER
from tests.sync.documented.example import Example, said, without
from tests.sync.documented.fankahui import NUMBER, ONE, ORDER, SID
from tests.sync.documented.impilo import KEY
from tests.sync.documented.imweb import FIRST_PAGE, SUCCESS, TOKEN

Call = Callable[[Any], Awaitable[Any]]

#: A record of a service whose fields do not matter here.
RECORD = {"id": 7, "name": "x"}
WAYBILL = {"parcel_code": "CJ", "invoice_no": "3021"}
SHOP = "/v2/shop"


def _imweb(call: Call, method: str, path: str, data: Any, **more: Any) -> Example:
    answer = {"msg": "SUCCESS", "code": 200, "data": data}
    return Example("imweb", call, method, path, answer, headers=TOKEN, **{"found": data, **more})


def _acted(call: Call, method: str, path: str, **more: Any) -> Example:
    found = {"found": lambda outcome: outcome.success == ("20260101",)}
    return _imweb(call, method, path, SUCCESS["data"], **found, **more)


def _listed(call: Call, path: str) -> Example:
    found = {"found": lambda listing: listing.documents == (RECORD,)}
    return _imweb(call, "GET", path, {"list": [RECORD]}, query=FIRST_PAGE, **found)


def _ray(call: Call, method: str, path: str, data: Any, **more: Any) -> Example:
    answer = {"status": "success", "data": data}
    return Example("rayteams", call, method, path, answer, headers=rayteams.BEARER, found=data, **more)


def _impilo(call: Call, method: str, path: str, answer: Any = RECORD, **more: Any) -> Example:
    return Example("impilo", call, method, f"/api/v3{path}", answer, headers=KEY, **more)


def _crema(call: Call, method: str, path: str, answer: Any = None, **more: Any) -> Example:
    return Example("crema", call, method, path, answer, headers=BEARER, **more)


def _fankahui(call: Call, method: str, path: str, answer: Any = None, **more: Any) -> Example:
    return Example("fankahui", call, method, path, answer, **{"headers": SID, **more})


GROUP, USER = said("rayteams_mygroup")["data"], said("rayteams_me")["data"]
SCANS = {"_id": rayteams.RAY, "files": [{"filetype": "maxilla", "downloadLink": "https://there.example/1"}]}
PART = {"order_no": "9", "status": "STANDBY"}
MADE_AT = datetime(2015, 2, 1, tzinfo=UTC)
UNPAID = said("crema_unpaid_orders_list")[0]
ORDER_OF_CREMA = said("crema_orders_list")[0]
#: The two ways to name an order of CREMA's: path, and what is said beside it.
ORDERS: Mapping[str, tuple[OrderKey, str, dict[str, str]]] = {
    "by its id": (OrderKey(order_id=1), "/v1/orders/1", {}),
    "by its code": (OrderKey(order_code="A"), "/v1/orders", {"code": "A"}),
}

FANKAHUI = {
    "POST /employes/login": _fankahui(
        lambda c: c.sign_in(), "POST", "/employes/login", said("deployd_login_response"), headers={},
        body=said("fankahui_users_login_request"), settings={"login": "employes"},
        found=without(said("deployd_login_response"), "id"),
    ),
    "POST /users/logout": _fankahui(lambda c: c.sign_out(), "POST", "/users/logout", headers={}),
    "GET /orders/:id": _fankahui(lambda c: c.order(NUMBER), "GET", ONE, ORDER),
    "GET /orders/count": _fankahui(
        lambda c: c.count(Query(payment_status="unpaid", shop_ids=("7",), customer_name="张")), "GET",
        "/orders/count", {"count": 3}, found=3,
        query={
            "payment.status": "unpaid", "shop.id": '{"$in": ["7"]}',
            "$or": '[{"customer.name": {"$regex": "\\u5f20"}}]',
        },
    ),
    "GET /returns/:id": _fankahui(lambda c: c.record("returns", "7"), "GET", "/returns/7", RECORD),
    "PUT /merchants/:id": _fankahui(
        lambda c: c.change_record("merchants", "7", {"shopIDs": {"$push": "8"}}), "PUT", "/merchants/7",
        RECORD, body={"shopIDs": {"$push": "8"}},
    ),
    "POST /add-return": _fankahui(
        lambda c: c.add_return({"fee": 100}), "POST", "/add-return", RECORD, body={"fee": 100}
    ),
    "POST /device-register": _fankahui(
        lambda c: c.register_device({"code": "8"}), "POST", "/device-register", RECORD, body={"code": "8"}
    ),
}  # fmt: skip

IMWEB = {
    "GET /orders/:no": _imweb(lambda c: c.order("1"), "GET", f"{SHOP}/orders/1", {"order_no": "1"}),
    "GET /orders/:no/prod-orders": _imweb(
        lambda c: c.prod_orders("1"), "GET", f"{SHOP}/orders/1/prod-orders", [PART]
    ),
    "GET /orders/:no/prod-orders/:no": _imweb(
        lambda c: c.prod_order("1", "9"), "GET", f"{SHOP}/orders/1/prod-orders/9", PART
    ),
    "PATCH /orders/:no/invoice": _acted(
        lambda c: c.enter_invoice("1", "CJ", "3021", "9"), "PATCH", f"{SHOP}/orders/1/invoice",
        body={**WAYBILL, "prod_order_no": "9"},
    ),
    "GET /orders/:no/invoice": _acted(
        lambda c: c.enter_invoice("1", "CJ", "3021", "9"), "GET", f"{SHOP}/orders/1/invoice",
        query={**WAYBILL, "prod_order_no": "9"}, settings={"invoice_method": "GET"},
    ),
    **{
        f"PATCH /prod-orders/:no/{action}": _acted(
            lambda c, what=action: c.act_on_prod_order("9", what), "PATCH", f"{SHOP}/prod-orders/9/{action}",
            body={},
        )
        for action in ("deposit", "place", "complete")
    },
    "PATCH /prod-orders/:no/send": _acted(
        lambda c: c.act_on_prod_order("9", "send", "CJ", "3021"), "PATCH", f"{SHOP}/prod-orders/9/send",
        body={"etc": WAYBILL},
    ),
    "PATCH /prod-orders/:no/invoice": _acted(
        lambda c: c.enter_prod_order_invoice("9", "CJ", "3021"), "PATCH", f"{SHOP}/prod-orders/9/invoice",
        body=WAYBILL,
    ),
    "GET /prod-orders/:no/invoice": _imweb(
        lambda c: c.prod_order_invoice("9"), "GET", f"{SHOP}/prod-orders/9/invoice",
        {**WAYBILL, "status": "?"},
    ),
    **{
        f"PATCH /orders/:no/{action}": _acted(call, "PATCH", f"{SHOP}/orders/1/{action}", body=body)
        for action, call, body in (
            ("deposit", lambda c: c.deposit("1"), {}),
            ("place", lambda c: c.place("1", "9"), {"prod_order_no": "9"}),
            ("send", lambda c: c.send("1", "CJ", "3021"), {"etc": WAYBILL}),
            ("complete", lambda c: c.complete("1"), {}),
            (
                "return", lambda c: c.return_order("1", "WRONG_ORDER", "BOX", True),
                {"etc": {"reason_code": "WRONG_ORDER", "collect_type": "Y", "deliv_fee_method": "BOX"}},
            ),
            (
                "exchange", lambda c: c.exchange("1", "BROKEN", False, "CJ", "3021"),
                {"etc": {"reason_code": "BROKEN", **WAYBILL}},
            ),
        )
    },
    "GET /products": _listed(lambda c: c.products(), f"{SHOP}/products"),
    "GET /products/:no": _imweb(lambda c: c.product("7"), "GET", f"{SHOP}/products/7", RECORD),
    "GET /reviews": _listed(lambda c: c.reviews(), f"{SHOP}/reviews"),
    "GET /inquirys": _listed(lambda c: c.inquiries(), f"{SHOP}/inquirys"),
    "POST /inquirys/:no/answers": _imweb(
        lambda c: c.answer_inquiry("7", {"body": "내일"}), "POST", f"{SHOP}/inquirys/7/answers", RECORD,
        body={"body": "내일"},
    ),
    "GET /v2/member/members": _listed(lambda c: c.members(), "/v2/member/members"),
}  # fmt: skip

RAYTEAMS = {
    "GET /group/:id": _ray(lambda c: c.group("62d"), "GET", "/group/62d", GROUP),
    "POST /groupbycountrycode": _ray(
        lambda c: c.groups_in("KR"), "POST", "/groupbycountrycode", [GROUP],
        body={"data": {"countryCode": "KR"}},
    ),
    "POST /groupbyname": _ray(
        lambda c: c.groups_named("치과", allow_empty_member=True), "POST", "/groupbyname", [GROUP],
        body={"data": {"name": "치과", "allowEmptyMember": True}},
    ),
    "POST /getuserbyemail": _ray(
        lambda c: c.user_by_email("a@b.c"), "POST", "/getuserbyemail", USER, body={"email": "a@b.c"}
    ),
    "GET /file/:id": _ray(lambda c: c.files(rayteams.RAY), "GET", f"/file/{rayteams.RAY}", SCANS),
    **{
        f"GET /file/:id/{part}": _ray(
            lambda c, part=part: c.files(rayteams.RAY, part), "GET", f"/file/{rayteams.RAY}/{part}", SCANS
        )
        for part in ("maxilla", "mandible", "face")
    },
}  # fmt: skip

CREMA = {
    **{
        f"GET an order {how}": _crema(
            lambda c, k=key: c.order(k), "GET", path, ORDER_OF_CREMA, query=beside
        )
        for how, (key, path, beside) in ORDERS.items()
    },
    "POST /v1/orders": _crema(
        lambda c: c.save_order("A", Order(MADE_AT, 12000, "u1", "u@there.example", 3, "pc")), "POST",
        "/v1/orders", ORDER_OF_CREMA, status=201,
        body={
            "code": "A", "created_at": "2015-02-01T00:00:00.000+00:00", "total_price": 12000,
            "user_code": "u1", "user_email": "u@there.example", "user_grade_id": 3, "order_device": "pc",
        },
    ),
    **{
        f"PATCH an order {how}": _crema(
            lambda c, k=key: c.change_order(k, Order(total_price=9000)), "PATCH", path, status=204,
            body={**beside, "total_price": 9000},
        )
        for how, (key, path, beside) in ORDERS.items()
    },
    **{
        f"DELETE an order {how}": _crema(
            lambda c, k=key: c.delete_order(k), "DELETE", path, query=beside, status=204
        )
        for how, (key, path, beside) in ORDERS.items()
    },
    "GET one unpaid order": _crema(
        lambda c: c.unpaid_order("A"), "GET", "/v1/unpaid_orders", UNPAID, query={"order_code": "A"}
    ),
}  # fmt: skip

IMPILO = {
    "GET /api/v3/patient": _impilo(
        lambda c: c.patients(), "GET", "/patient", {"content": [RECORD], "last": True},
        query={"page": "1", "size": "100"}, found=lambda page: page.documents == (RECORD,),
    ),
    "POST /api/v3/patient": _impilo(
        lambda c: c.create_patient({"lastName": "Roe"}), "POST", "/patient", body={"lastName": "Roe"}
    ),
    "PUT /api/v3/patient/:id": _impilo(
        lambda c: c.change_patient("7", {"lastName": "Poe"}), "PUT", "/patient/7", body={"lastName": "Poe"}
    ),
    "POST /api/v3/site": _impilo(
        lambda c: c.create_site({"name": "Clinic"}), "POST", "/site", body={"name": "Clinic"}
    ),
    "GET /api/v3/device/:id": _impilo(lambda c: c.device("5"), "GET", "/device/5"),
    "PATCH /api/v3/device/associate-patient": _impilo(
        lambda c: c.associate_patient({"id": 5}), "PATCH", "/device/associate-patient", body={"id": 5}
    ),
    "PATCH /api/v3/device/disable-readings": _impilo(
        lambda c: c.disable_readings({"id": 5}), "PATCH", "/device/disable-readings", body={"id": 5}
    ),
    "POST /api/v3/webhook-secret": _impilo(
        lambda c: c.set_webhook_secret("a secret word"), "POST", "/webhook-secret",
        body={"secret": "a secret word"},
    ),
    "POST /api/v3/test/blood-pressure-webhook": _impilo(
        lambda c: c.try_webhook(), "POST", "/test/blood-pressure-webhook"
    ),
    "POST /api/v3/order with all that a creation may say": _impilo(
        lambda c: c.create(
            patient="1234", external_ids=["a"], items={"31": 2}, kits={"7": 1}, return_items={"5": 1},
            return_devices=["9"], return_packed_kits={"8": 1}, notes=["call first"],
            shipping_option="standard", email_label=True,
        ),
        "POST", "/order", said("impilo_order"), status=201,
        body={
            "emailLabel": True, "externalOrderIds": ["a"], "orderItems": [{"count": 2, "item": {"id": 31}}],
            "orderKits": [{"count": 1, "kit": {"id": 7}}], "orderNotes": [{"note": "call first"}],
            "returnItems": [{"count": 1, "id": 5}], "returnDevices": [{"id": 9}],
            "returnPackedKits": [{"quantity": 1, "id": 8}], "shippingOption": "standard",
            "patient": {"id": 1234},
        },
    ),
    "GET /api/v3/order, sorted and filtered": _impilo(
        lambda c: c.orders(2, 250, True, {"id": "7"}), "GET", "/order", said("impilo_order_list"),
        query={"page": "2", "size": "250", "sortDescending": "true", "id": "7"},
        found=lambda page: len(page.documents) == 1,
    ),
}  # fmt: skip

EXAMPLES = {**FANKAHUI, **IMWEB, **RAYTEAMS, **CREMA, **IMPILO}
