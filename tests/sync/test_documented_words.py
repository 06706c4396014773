"""The words that the services' documents list: each is known here, and no other is taken for one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, get_args, get_type_hints

import pytest

from sync.channels.crema import parse as crema
from sync.channels.crema.requests import Order
from sync.channels.crema.settings import DELIVERY_SERVICES
from sync.channels.fankahui import parse as fankahui
from sync.channels.fankahui.records import Listed
from sync.channels.impilo.codes import CAUSES, CONTENTS, WORKFLOW, cause
from sync.channels.imweb import codes as imweb
from sync.channels.imweb import parse as imweb_parse
from sync.channels.imweb.answers import BY_CODE
from sync.channels.imweb.client import MOST_AT_ONCE, Query
from sync.channels.imweb.requests import CLAIM_FIELDS
from sync.channels.rayteams.answers import CODES
from sync.channels.rayteams.client import SCOPES
from sync.channels.rayteams.settings import BY_TYPE

#: A word of a service's that no document has, and where it is from.
EXTRA = {
    "PURCHASE_CONFIRMATION",  # a client of 2026
    "EXCHANGE_COLLECTING",  # what EXCHANGE_COLLECTIN was cut off from
    "checkin", "cancel", "cancelled", "takeout",  # drafts, and the vendor's own back office
    "",  # not said
}  # fmt: skip


def words(said: str) -> set[str]:
    """Return the words of a text."""
    return set(said.split())


#: What is known here, and what the documents list.
LISTS: Mapping[str, tuple[Collection[Any], set[Any]]] = {
    "fankahui: statuses": (fankahui.STATUSES, words("placed accepted rejected executed canceled paid")),
    "fankahui: types": (fankahui.TYPES, words("booking deliver")),
    "fankahui: states of a payment": (fankahui.PAYMENTS, words("paid unpaid")),
    "fankahui: collections beside orders": (
        get_args(Listed),
        words(
            "deals bills returns shops members merchants items employes devices accounts points skus"
            " inventories statistics users wxoauth"
        ),
    ),
    "imweb: statuses": (
        imweb.STATUSES,
        words("PAY_WAIT PAY_COMPLETE STANDBY DELIVERING COMPLETE CANCEL RETURN EXCHANGE"),
    ),
    "imweb: what a status is here": (imweb_parse.STATUSES, set(imweb.STATUSES)),
    "imweb: claims": (imweb.CLAIM_TYPES, words("CANCEL RETURN EXCHANGE")),
    "imweb: states of a claim": (
        imweb.CLAIM_STATUSES,
        words(
            "CANCEL_REQUEST CANCELING CANCEL_FAILED RETURN_REQUEST RETURN_COLLECTING RETURN_COLLECT_DONE"
            " RETURN_REFUNDING RETURN_REFUND_FAILED EXCHANGE_REQUEST EXCHANGE_COLLECTIN"
            " EXCHANGE_COLLECT_DONE REDELIVERING"
        ),
    ),
    "imweb: where it was ordered": (get_args(get_type_hints(Query)["type"]), words("normal npay talkpay")),
    "imweb: actions on a product-order": (imweb.PROD_ORDER_ACTIONS, words("deposit place send complete")),
    "imweb: answers to cancel": (
        imweb.CLAIM_ACTIONS["cancel"], words("reject accept retry force_cancel"),
    ),
    "imweb: answers to return": (
        imweb.CLAIM_ACTIONS["return"],
        words("reject accept collect_done withhold releasehold return_done return_force_done"),
    ),
    "imweb: answers to exchange": (
        imweb.CLAIM_ACTIONS["exchange"],
        words("reject accept collect_done withhold releasehold resend exchange_done"),
    ),
    "imweb: reasons that the buyer pays for": (
        imweb.BUYER_PAYS, words("INTENT_CHANGED COLOR_AND_SIZE WRONG_ORDER"),
    ),
    "imweb: reasons to hold back": (
        imweb.WITHHOLD_REASONS,
        words(
            "EXCHANGE_DELIVERYFEE EXCHANGE_EXTRAFEE EXCHANGE_PRODUCT_READY EXCHANGE_PRODUCT_NOT_DELIVERED"
            " EXCHANGE_HOLDBACK ETC"
        ),
    ),
    "imweb: ways to send again": (
        imweb.RESEND_METHODS, words("DELIVERY VISIT_RECEIPT DIRECT_DELIVERY QUICK_SVC NOTHING"),
    ),
    "imweb: ways to deliver": (
        imweb_parse.TYPES, words("parcel direct quick visit no_deliv download subscribe"),
    ),
    "imweb: codes": (
        [200, *BY_CODE],
        {200, 400, 401, 404, 429, 500, 501, -1, -2, -5, -6, -7, -10, -11, -19, -98, -99, -999},
    ),
    "imweb: orders asked for at once": ([MOST_AT_ONCE], {25}),
    "crema: statuses": (
        crema.STATUSES,
        words(
            "not_paid paid not_paid_cancelled_by_buyer refund_requested refund_deferred returned cancelled"
            " delivery_preparing delivery_started delivery_finished exchange_requested exchange_accepted"
            " exchange_received"
        ),
    ),
    "crema: carriers": (DELIVERY_SERVICES.values(), {"epost"}),
    "crema: devices": (
        [word for each in get_args(get_type_hints(Order)["order_device"]) for word in get_args(each)],
        {"pc", "mobile"},
    ),
    "rayteams: types of a status": (BY_TYPE, words("NEW INPROGRESS CLOSED")),
    "rayteams: scopes": (SCOPES, words("user group project file order product")),
    "rayteams: codes": (CODES, {"NO_ITEM"}),
    "impilo: statuses": (WORKFLOW, {"reconfirmAddress"}),
    "impilo: what an order is of": (
        CONTENTS, words("orderItems orderKits returnItems returnDevices returnPackedKits"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_each_word_of_a_list_is_known_and_no_other(name: str) -> None:
    known, listed = LISTS[name]
    assert set(known) - (EXTRA - listed) == listed


#: What goes with each answer to a claim, as its page lists it; all other answers say nothing.
SAID_WITH: Mapping[tuple[str, str], str] = {
    ("cancel", "reject"): "parcel_code invoice_no",
    ("cancel", "accept"): "etc_price refund_point claim_memo",
    ("return", "reject"): "reason",
    ("return", "return_done"): "etc_price refund_point claim_memo",
    ("exchange", "reject"): "parcel_code invoice_no",
    ("exchange", "accept"): "etc_price",
    ("exchange", "withhold"): "reason_code reason_detail etc_price",
    ("exchange", "resend"): "method parcel_code invoice_no",
}


def test_each_answer_to_a_claim_says_what_its_page_lists() -> None:
    assert {answer: " ".join(names) for answer, names in CLAIM_FIELDS.items()} == SAID_WITH


#: impilo's refusals, word for word, and what each is called here.
REFUSALS = {
    "Order must contain at least one of: orderItems, orderKits, returnItems, returnDevices, or "
    "returnPackedKits": "nothing_ordered",
    "shippingOption is required when emailLabel is false and return items are included": "shipping_needed",
    "patient or site required": "patient_or_site",
    "insufficient_inventory": "insufficient_inventory",
    "Order contains Items that are marked as non-orderable. Order cannot be placed.": "item_not_orderable",
    "item_not_orderable": "item_not_orderable",
    "max_one_loaner_kit": "max_one_loaner_kit",
    "qty_over_one_loaner_kit": "qty_over_one_loaner_kit",
    "no_returns_with_loaner_kit": "no_returns_with_loaner_kit",
    "no_loaner_kit_to_site": "no_loaner_kit_to_site",
}


@pytest.mark.parametrize("said", REFUSALS)
def test_each_refusal_that_impilo_lists_has_its_word_here(said: str) -> None:
    assert cause(said) == REFUSALS[said]
    assert REFUSALS[said] in CAUSES.values()
