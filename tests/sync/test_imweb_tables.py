"""Every row of every table in imweb's page on acting on orders: what is sent for it, what is read of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import httpx2
import pytest

from sync.channels.imweb import wire
from sync.channels.imweb.carriers import CARRIERS
from sync.channels.imweb.client import Client
from sync.channels.imweb.codes import ACTIONS, BUYER_PAYS, CLAIM_ACTIONS, FEE_METHODS, REASONS
from sync.channels.imweb.opening import open_client
from sync.channels.imweb.settings import Settings
from sync.errors import Refused
from sync.means import Means
from sync.messages import FailedPart
from tests.sync.documented.rows import row, rows_of

DONE = {"msg": "SUCCESS", "code": 200, "data": {"success": ["20260101"], "failed": []}}


class Service:
    """Takes down what it is asked, and answers what it is told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.answer: Any = DONE

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        said = json.loads(request.content) if request.content else {}
        if request.url.path == "/v2/auth":
            return httpx2.Response(200, json={"msg": "SUCCESS", "code": 200, "access_token": "t"})
        self.asked.append((request.method, request.url.path, said))
        return httpx2.Response(200, json=self.answer)


@pytest.fixture
def service() -> Service:
    """Return a service that keeps what it is asked."""
    return Service()


@pytest.fixture
async def client(service: Service, clock: Any) -> Any:
    """Return a client of it."""

    async def sleep(seconds: float) -> None:
        clock.pass_(seconds=seconds)

    settings = Settings(base_url="https://there.example", calls_per_second=100)
    secrets = {"KEY": "k", "SECRET": "s"}
    one = open_client(settings, secrets, Means(clock, sleep, httpx2.MockTransport(service)))
    yield one
    await one.close()


CALLS: Mapping[str, Callable[[Client], Any]] = {
    "deposit": lambda c: c.deposit("1"),
    "place": lambda c: c.place("1"),
    "send": lambda c: c.send("1", "CJ", "3021"),
    "complete": lambda c: c.complete("1"),
    "cancel": lambda c: c.cancel("1", "SOLD_OUT"),
    "return": lambda c: c.return_order("1", "BROKEN", collect=True),
    "exchange": lambda c: c.exchange("1", "BROKEN", collect=True),
}


@pytest.mark.parametrize("action", rows_of("imweb", "States"))
async def test_each_state_is_a_path_of_its_own(client: Client, service: Service, action: str) -> None:
    outcome = await CALLS[action](client)
    [(method, path, _)] = service.asked
    assert (method, path) == ("PATCH", f"/v2/shop/orders/1/{action}")
    assert (outcome.success, outcome.failed) == (("20260101",), ())
    assert action in ACTIONS


@pytest.mark.parametrize("field", rows_of("imweb", "Request data"))
async def test_each_field_of_a_request_is_sent_where_it_has_something(
    client: Client, service: Service, field: str
) -> None:
    await client.place("1")
    await client.cancel("1", "SOLD_OUT", prod_order_no="7")
    plain, whole = (said for _, _, said in service.asked)
    assert plain == {}
    assert whole[field] == {"prod_order_no": "7", "etc": {"reason_code": "SOLD_OUT"}}[field]


async def test_the_documents_own_request_is_sent_for_its_reason(
    client: Client, service: Service, sample: Callable[[str], Any]
) -> None:
    await client.cancel("1", "INTENT_CHANGED")
    assert service.asked[0][2] == sample("imweb_patch_cancel_request")


#: What goes with each action that has a table of its own.
SAID_WITH: Mapping[str, dict[str, Any]] = {
    "send": {"parcel_code": "CJ", "invoice_no": "3021"},
    "cancel": {"reason_code": "SOLD_OUT"},
    "return": {"reason_code": "BROKEN", "collect_type": "Y"},
    "exchange": {"reason_code": "BROKEN", "collect_type": "Y"},
}


@pytest.mark.parametrize("action", rows_of("imweb", "Request data / etc"))
async def test_an_action_says_what_its_own_table_has(client: Client, service: Service, action: str) -> None:
    await CALLS[action](client)
    assert service.asked[0][2] == {"etc": SAID_WITH[action]}


@pytest.mark.parametrize("action", ["deposit", "place", "complete"])
async def test_an_action_without_a_table_says_nothing(client: Client, service: Service, action: str) -> None:
    await CALLS[action](client)
    assert service.asked[0][2] == {}


@pytest.mark.parametrize("under", ["data", ""])
@pytest.mark.parametrize("field", rows_of("imweb", "Response data"))
async def test_each_field_of_an_answer_is_read_under_data_or_beside_it(
    client: Client, service: Service, field: str, under: str
) -> None:
    failed = [{"order_no": "1", "prod_order_list": [{"prod_order_no": "7", "msg": "m", "detail_msg": "d"}]}]
    said = {"success": ["2"], "failed": failed}
    service.answer = {"msg": "SUCCESS", "code": 200, **({under: said} if under else said)}
    outcome = await client.place("1")
    assert getattr(outcome, field) == {"success": ("2",), "failed": (FailedPart("7", "m: d"),)}[field]


@pytest.mark.parametrize("field", rows_of("imweb", "OrderSend"))
async def test_each_field_of_a_dispatch_is_sent_and_missed(
    client: Client, service: Service, field: str
) -> None:
    given = {"parcel_code": "CJ", "invoice_no": "3021"}
    await client.send("1", **given)
    assert service.asked[0][2]["etc"][field] == given[field]
    with pytest.raises(Refused, match=f"incomplete: {field}"):
        await client.send("1", **{**given, field: ""})


#: Each row of the tables of what an action needs: what is asked for it, and what is then said in it.
DATA_ROWS: Mapping[str, tuple[Callable[[Client], Any], Any]] = {
    "OrderSend / parcel_code": (lambda c: c.send("1", "CJ", "3021"), "CJ"),
    "OrderSend / invoice_no": (lambda c: c.send("1", "CJ", "3021"), "3021"),
    "OrderCancelRequest / reason_code": (lambda c: c.cancel("1", "SOLD_OUT"), "SOLD_OUT"),
    "OrderReturnRequest / reason_code": (
        lambda c: c.return_order("1", "BROKEN", collect=True), "BROKEN",
    ),
    "OrderReturnRequest / deliv_fee_method": (
        lambda c: c.return_order("1", "WRONG_ORDER", deliv_fee_method="BOX", collect=True), "BOX",
    ),
    "OrderReturnRequest / collect_type": (
        lambda c: c.return_order("1", "BROKEN", collect=True), "Y",
    ),
    "OrderReturnRequest / parcel_code": (
        lambda c: c.return_order("1", "BROKEN", parcel_code="CJ", invoice_no="3021"), "CJ",
    ),
    "OrderReturnRequest / invoice_no": (
        lambda c: c.return_order("1", "BROKEN", parcel_code="CJ", invoice_no="3021"), "3021",
    ),
    "OrderExchangeRequest / reason_code": (lambda c: c.exchange("1", "BROKEN", collect=True), "BROKEN"),
    "OrderExchangeRequest / collect_type": (lambda c: c.exchange("1", "BROKEN", collect=True), "Y"),
    "OrderExchangeRequest / parcel_code": (
        lambda c: c.exchange("1", "BROKEN", parcel_code="CJ", invoice_no="3021"), "CJ",
    ),
    "OrderExchangeRequest / invoice_no": (
        lambda c: c.exchange("1", "BROKEN", parcel_code="CJ", invoice_no="3021"), "3021",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", [row("imweb", name, name) for name in DATA_ROWS])
async def test_each_row_of_what_an_action_needs_is_said_under_its_own_name(
    client: Client, service: Service, name: str
) -> None:
    ask, said = DATA_ROWS[name]
    await ask(client)
    assert service.asked[0][2]["etc"][name.partition(" / ")[2]] == said


#: Each row without which an action is refused: what is then said, and what it lacks.
LACKING: Mapping[str, tuple[Callable[[Client], Any], str]] = {
    "OrderCancelRequest / reason_code": (lambda c: c.cancel("1", ""), "reason_code"),
    "OrderReturnRequest / reason_code": (lambda c: c.return_order("1", "", collect=True), "reason_code"),
    "OrderReturnRequest / deliv_fee_method": (
        lambda c: c.return_order("1", "WRONG_ORDER", collect=True), "deliv_fee_method",
    ),
    "OrderReturnRequest / collect_type": (
        lambda c: c.return_order("1", "BROKEN"), "parcel_code, invoice_no",
    ),
    "OrderReturnRequest / parcel_code": (
        lambda c: c.return_order("1", "BROKEN", invoice_no="3021"), "parcel_code",
    ),
    "OrderReturnRequest / invoice_no": (
        lambda c: c.return_order("1", "BROKEN", parcel_code="CJ"), "invoice_no",
    ),
    "OrderExchangeRequest / reason_code": (lambda c: c.exchange("1", "", collect=True), "reason_code"),
    "OrderExchangeRequest / collect_type": (
        lambda c: c.exchange("1", "BROKEN"), "parcel_code, invoice_no",
    ),
    "OrderExchangeRequest / parcel_code": (
        lambda c: c.exchange("1", "BROKEN", invoice_no="3021"), "parcel_code",
    ),
    "OrderExchangeRequest / invoice_no": (
        lambda c: c.exchange("1", "BROKEN", parcel_code="CJ"), "invoice_no",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", [row("imweb", name, name) for name in LACKING])
async def test_an_action_that_lacks_a_row_is_not_sent(client: Client, service: Service, name: str) -> None:
    ask, lacking = LACKING[name]
    with pytest.raises(Refused, match=f"^incomplete: {lacking}$"):
        await ask(client)
    assert service.asked == []


@pytest.mark.parametrize("reason", REASONS)
async def test_how_the_fee_of_a_return_is_handled_is_said_by_the_buyer_who_is_at_fault_alone(
    client: Client, service: Service, reason: str
) -> None:
    ask = partial(client.return_order, "1", reason, collect=True)
    if reason in BUYER_PAYS:
        with pytest.raises(Refused, match="incomplete: deliv_fee_method"):
            await ask()
    else:
        with pytest.raises(Refused, match="not_wanted: deliv_fee_method"):
            await ask(deliv_fee_method="BOX")
    assert service.asked == []


@pytest.mark.parametrize("reason", rows_of("imweb", "OrderCancelRequest / reason_code"))
async def test_each_of_the_eleven_reasons_cancels(client: Client, service: Service, reason: str) -> None:
    await client.cancel("1", reason)
    assert service.asked[0][2] == {"etc": {"reason_code": reason}}


def test_there_are_eleven_reasons_and_three_of_them_are_the_buyers() -> None:
    assert tuple(REASONS) == (
        "INTENT_CHANGED", "COLOR_AND_SIZE", "WRONG_ORDER", "PRODUCT_UNSATISFIED", "DELAYED_DELIVERY",
        "DROPPED_DELIVERY", "SOLD_OUT", "BROKEN", "INCORRECT_INFO", "WRONG_DELIVERY", "WRONG_OPTION",
    )  # fmt: skip
    assert tuple(FEE_METHODS) == ("REFUND", "CASH", "BOX")
    assert {"INTENT_CHANGED", "COLOR_AND_SIZE", "WRONG_ORDER"} == BUYER_PAYS


@pytest.mark.parametrize("reason", rows_of("imweb", "OrderReturnRequest / reason_code"))
async def test_each_reason_of_a_return_says_who_pays(client: Client, service: Service, reason: str) -> None:
    fee = "REFUND" if reason in BUYER_PAYS else ""
    await client.return_order("1", reason, deliv_fee_method=fee, collect=True)
    etc = service.asked[0][2]["etc"]
    assert (etc["reason_code"], etc.get("deliv_fee_method", "")) == (reason, fee)
    wrong = "" if fee else "REFUND"
    with pytest.raises(Refused, match="deliv_fee_method"):
        await client.return_order("1", reason, deliv_fee_method=wrong, collect=True)


@pytest.mark.parametrize("method", rows_of("imweb", "OrderReturnRequest / deliv_fee_method"))
async def test_each_way_to_pay_for_a_return_is_sent(client: Client, service: Service, method: str) -> None:
    await client.return_order("1", "WRONG_ORDER", deliv_fee_method=method, collect=True)
    assert service.asked[0][2]["etc"]["deliv_fee_method"] == method


RETURNED = {"reason_code": "BROKEN", "parcel_code": "CJ", "invoice_no": "3021"}


@pytest.mark.parametrize("field", ["reason_code", "parcel_code", "invoice_no"])
@pytest.mark.parametrize("action", ["return_order", "exchange"])
async def test_each_field_that_a_carrier_brings_back_is_sent_and_missed(
    client: Client, service: Service, action: str, field: str
) -> None:
    act = getattr(client, action)
    await act("1", **RETURNED)
    assert service.asked[0][2]["etc"] == RETURNED
    with pytest.raises(Refused, match=f"incomplete: {field}"):
        await act("1", **{**RETURNED, field: ""})


@pytest.mark.parametrize("action", ["return_order", "exchange"])
async def test_collect_type_takes_the_place_of_carrier_and_number(
    client: Client, service: Service, action: str
) -> None:
    await getattr(client, action)("1", "BROKEN", collect=True, parcel_code="CJ", invoice_no="1")
    assert service.asked[0][2]["etc"] == {"reason_code": "BROKEN", "collect_type": "Y"}


@pytest.mark.parametrize("reason", rows_of("imweb", "OrderExchangeRequest / reason_code"))
async def test_each_of_the_eleven_reasons_exchanges(client: Client, service: Service, reason: str) -> None:
    await client.exchange("1", reason, collect=True)
    assert service.asked[0][2]["etc"]["reason_code"] == reason


@pytest.mark.parametrize("reason", ["", "sold_out", "BAD_WEATHER"])
async def test_a_reason_that_is_none_of_the_eleven_is_not_sent(
    client: Client, service: Service, reason: str
) -> None:
    for act in (client.cancel, client.return_order, client.exchange):
        with pytest.raises(Refused, match="reason_code"):
            await act("1", reason)
    assert service.asked == []


LISTED = {
    "order_no": "1",
    "prod_order_list": [{"prod_order_no": "7", "msg": "안 됨", "detail_msg": "이미 발송"}],
}


@pytest.mark.parametrize("field", [row("imweb", "OrderActionFailedList / order_no", "order_no")])
@pytest.mark.parametrize("number", ["20260101", 20260101])
async def test_an_order_that_failed_is_named_by_its_number(
    client: Client, service: Service, field: str, number: Any
) -> None:
    service.answer = {"code": 200, "data": {"success": ["2"], "failed": [{**LISTED, field: number}]}}
    outcome = await client.place("1")
    [failed] = wire.ActionAnswer.model_validate(outcome.answer).failed
    assert getattr(failed, field) == "20260101"
    assert (outcome.success, [part.id for part in outcome.failed]) == (("2",), ["7"])


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [
        row(
            "imweb", "OrderActionFailedList / prod_order_list",
            "prod_order_list",
            [{"prod_order_no": "8", "msg": "x"}, {"prod_order_no": "9", "msg": "y"}],
            (FailedPart("8", "x"), FailedPart("9", "y")),
        ),
        ("prod_order_list", [], (FailedPart("", "answered: 200"),)),
        ("prod_order_list", {"prod_order_no": "8", "msg": "x"}, (FailedPart("8", "x"),)),
    ],
)  # fmt: skip
async def test_each_field_of_a_failed_order_is_read(
    client: Client, service: Service, field: str, value: Any, read: tuple[FailedPart, ...]
) -> None:
    service.answer = {"code": 200, "data": {"failed": [{**LISTED, field: value}]}}
    assert (await client.place("1")).failed == read


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [
        row(
            "imweb",
            "OrderActionFailedProdOrderList / prod_order_no",
            "prod_order_no",
            9,
            FailedPart("9", "안 됨: 이미 발송"),
        ),
        row(
            "imweb",
            "OrderActionFailedProdOrderList / msg",
            "msg",
            "다른 말",
            FailedPart("7", "다른 말: 이미 발송"),
        ),
        row(
            "imweb", "OrderActionFailedProdOrderList / detail_msg", "detail_msg", "", FailedPart("7", "안 됨")
        ),
    ],
)
async def test_each_field_of_a_failed_product_order_is_read(
    client: Client, service: Service, field: str, value: Any, read: FailedPart
) -> None:
    [part] = LISTED["prod_order_list"]
    service.answer = {
        "code": 200,
        "data": {"failed": [{**LISTED, "prod_order_list": [{**part, field: value}]}]},
    }
    assert (await client.place("1")).failed == (read,)


@pytest.mark.parametrize("action", ["deposit", "place", "send", "complete"])
async def test_each_action_of_a_product_order_has_its_own_path(
    client: Client, service: Service, action: Any
) -> None:
    numbers = ("CJ", "3021") if action == "send" else ()
    await client.act_on_prod_order("7", action, *numbers)
    assert service.asked[0][:2] == ("PATCH", f"/v2/shop/prod-orders/7/{action}")
    wrong, why = ((), "incomplete") if numbers else (("CJ", "3021"), "not_wanted")
    with pytest.raises(Refused, match=f"{why}: parcel_code, invoice_no"):
        await client.act_on_prod_order("7", action, *wrong)


SAID: Mapping[tuple[str, str], dict[str, Any]] = {
    ("cancel", "reject"): {"parcel_code": "CJ", "invoice_no": "1"},
    ("cancel", "accept"): {"etc_price": {"7": 1000}, "refund_point": {"7": 30}, "claim_memo": "미안합니다"},
    ("return", "reject"): {"reason": "사용한 상품"},
    ("return", "return_done"): {"etc_price": {"7": 1000}, "refund_point": {"7": 30}, "claim_memo": "예"},
    ("exchange", "reject"): {"parcel_code": "CJ", "invoice_no": "1"},
    ("exchange", "accept"): {"etc_price": {"7": 1000}},
    ("exchange", "withhold"): {"reason_code": "EXCHANGE_EXTRAFEE", "etc_price": {"7": 1000}},
    ("exchange", "resend"): {"method": "DELIVERY", "parcel_code": "CJ", "invoice_no": "1"},
}
SENT: Mapping[tuple[str, str], dict[str, Any]] = {
    ("cancel", "accept"): {
        "etc_price": [{"prod_order_no": "7", "price": 1000}],
        "refund_point": [{"prod_order_no": "7", "price": 30}],
    },
    ("return", "return_done"): {
        "etc_price": [{"prod_order_no": "7", "price": 1000}],
        "refund_point": [{"prod_order_no": "7", "point": 30}],
    },
}


@pytest.mark.parametrize(
    ("claim", "action"), [(claim, action) for claim, actions in CLAIM_ACTIONS.items() for action in actions]
)
async def test_each_answer_to_a_claim_has_its_path_and_says_what_it_may(
    client: Client, service: Service, claim: Any, action: str
) -> None:
    said = SAID.get((claim, action), {})
    await client.answer_claim("1", claim, action, said, prod_order_no="7")
    [(method, path, body)] = service.asked
    assert (method, path) == ("PATCH", f"/v2/shop/orders/1/{claim}/{action}")
    assert body.get("etc", {}) == {**said, **SENT.get((claim, action), {})}
    with pytest.raises(Refused, match="not_wanted: weather"):
        await client.answer_claim("1", claim, action, {**said, "weather": "rain"})


async def test_the_documents_own_example_of_an_extra_fee_is_sent(
    client: Client, service: Service, sample: Callable[[str], Any]
) -> None:
    example = sample("imweb_exchange_withhold_etc_price")["etc"]
    await client.answer_claim("1", "exchange", "withhold", {"reason_code": "EXCHANGE_EXTRAFEE", **example})
    assert service.asked[0][2]["etc"]["etc_price"] == example["etc_price"]
    with pytest.raises(Refused, match="not_wanted: etc_price"):
        await client.answer_claim("1", "exchange", "withhold", {"reason_code": "ETC", **example})


@pytest.mark.parametrize(
    ("method", "numbers", "wrong"),
    [("DELIVERY", True, "incomplete"), ("QUICK_SVC", False, "not_wanted"), ("NOTHING", False, "not_wanted")],
)
async def test_only_what_is_sent_again_by_a_carrier_has_a_number(
    client: Client, service: Service, method: str, numbers: bool, wrong: str
) -> None:
    waybill = {"parcel_code": "CJ", "invoice_no": "1"}
    right = {"method": method, **(waybill if numbers else {})}
    await client.answer_claim("1", "exchange", "resend", right)
    assert service.asked[0][2]["etc"] == right
    with pytest.raises(Refused, match=wrong):
        await client.answer_claim(
            "1", "exchange", "resend", {"method": method, **({} if numbers else waybill)}
        )


def test_the_carriers_are_those_of_the_appendix(sample: Callable[[str], Any]) -> None:
    assert {row["code"]: row["name"] for row in sample("imweb_parcel_codes")} == dict(CARRIERS)


@pytest.mark.parametrize(("given", "sent"), [("cj", "CJ"), ("KPACKET", "kpacket"), ("new-one", "new-one")])
async def test_a_carrier_is_written_as_the_service_does(
    client: Client, service: Service, given: str, sent: str
) -> None:
    await client.send("1", given, "3021")
    assert service.asked[0][2]["etc"]["parcel_code"] == sent
