"""An order of imweb with every field that its pages list, as a made-up guest leaves it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]

ORDER: Mapping[str, Any] = {
    "order_no": "",
    "order_code": "",
    "device": {"type": "mobile", "app": "", "device_code": ""},
    "order_time": 0,
    "complete_time": 0,
    "orderer": {"member_code": "m2026", "name": "홍길동", "email": "", "call": "010-0000-0000", "call2": ""},
    "delivery": {
        "country": "KR",
        "country_text": "대한민국",
        "address": {
            "name": "홍길동",
            "phone": "010-0000-0000",
            "phone2": "",
            "postcode": "06236",
            "address": "서울 강남구 테헤란로 1",
            "address_detail": "101호",
            "address_street": "",
            "address_building": "",
            "address_city": "",
            "address_state": "",
        },
        "memo": "",
        "unipass_number": "",
    },
    "payment": {
        "pay_type": "card",
        "pg_type": "nicepay",
        "deliv_type": "parcel",
        "deliv_pay_type": "price",
        "price_currency": "KRW",
        "price_tax_free": 0,
        "price_sale": 0,
        "deliv_price": 0,
        "point": 0,
        "coupon": 0,
        "membership_discount": 0,
        "period_discount": 0,
    },
    "cash_receipt": {"request": "N", "type": "", "value": "", "status": "", "complete_date": 0},
    "form": [],
}

PART: Mapping[str, Any] = {
    "order_no": "",
    "code": "",
    "status": "PAY_COMPLETE",
    "claim_status": "",
    "claim_type": "",
    "pay_time": 0,
    "delivery_time": 0,
    "complete_time": 0,
    "parcel_code": "",
    "invoice_no": "",
    "items": [],
}

ITEM: Mapping[str, Any] = {
    "no": 0,
    "prod_no": 31,
    "prod_name": "비빔밥",
    "prod_custom_code": "",
    "prod_sku_no": "",
    "payment": {
        "count": 1,
        "price": 9000,
        "price_tax_free": 0,
        "deliv_price_tax_free": 0,
        "deliv_price": 0,
        "island_price": 0,
        "price_sale": 0,
        "point": 0,
        "coupon": 0,
        "membership_discount": 0,
        "period_discount": 0,
    },
    "delivery": {
        "deliv_code": "",
        "deliv_price_mix": "",
        "deliv_group_code": "",
        "deliv_type": "parcel",
        "deliv_pay_type": "price",
        "deliv_price_type": "free",
    },
    "options": [],
}


OPTION: Mapping[str, Any] = {
    "no": 0,
    "type": "require",
    "stock_sku_no": "",
    "option_code_list": [],
    "option_name_list": [],
    "value_code_list": [],
    "value_name_list": [],
    "option_data": "",
    "payment": {"price": 0, "count": 1, "deliv_price": 0, "island_price": 0},
}


def filled(shape: Mapping[str, Any], **said: Any) -> Document:
    """Return a document of a shape, in which what is said stands in place of what is made up."""
    whole = {**shape, **said}
    inner = {k: {**shape[k], **v} for k, v in said.items() if isinstance(v, dict) and k in shape}
    return copy.deepcopy({**whole, **inner})


def item(number: int, said: Mapping[str, Any]) -> Document:
    """Return an item with what a guest said of it; options, where there are any, are a list of lists."""
    made = filled(ITEM, **{"no": number, **said})
    if all(isinstance(row, list) for row in made["options"]):
        made["options"] = [[filled(OPTION, **option) for option in row] for row in made["options"]]
    return made
