"""imweb's client, over real HTTP against the sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from sync.channels.imweb.answers import BY_CODE, judge
from sync.channels.imweb.client import Client, Query
from sync.channels.imweb.codes import CLAIM_ACTIONS, CLAIM_STATUSES, STATUSES
from sync.channels.imweb.opening import open_client
from sync.channels.imweb.settings import Settings
from sync.errors import ChannelError, Missing, OutcomeUnknown, Paused, Refused, SignInAgain, TryLater
from sync.http import Api
from sync.means import Means
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox
from sync.session import NOT_SHOWN

NOW = datetime.now(UTC)
SECRETS = {"KEY": "k", "SECRET": "s"}
Clients = Callable[..., Client]


@pytest.fixture
async def client(sandbox: Sandbox, clock: Any) -> AsyncIterator[Clients]:
    """Return what makes a client of the sandbox."""
    opened: list[Client] = []

    async def sleep(seconds: float) -> None:
        clock.pass_(seconds=seconds)

    def make(secret: str = "s", **settings: Any) -> Client:
        secrets = {"KEY": "k", "SECRET": secret} if secret else {}
        opened.append(
            open_client(Settings(base_url=sandbox.urls["imweb"], **settings), secrets, Means(clock, sleep))
        )
        return opened[-1]

    yield make
    for one in opened:
        await one.close()


@pytest.fixture
def shoppers(sandbox: Sandbox) -> Iterator[Control]:
    """Return the guests' side of imweb."""
    with Control(sandbox.urls["imweb"]) as control:
        yield control


async def numbers(client: Client, query: Query | None = None) -> list[str]:
    """Return the numbers of the orders that a query brings."""
    return [row["order_no"] async for page in client.pages(query or Query()) for row in page.documents]


@pytest.mark.parametrize("method", ["GET", "POST", "get"])
async def test_a_shop_signs_in_either_way(client: Clients, shoppers: Control, method: str) -> None:
    answer = await client(auth_method=method).sign_in()
    assert shoppers.state()["sign_ins"] == 1
    assert answer["access_token"] == NOT_SHOWN


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_wrong_secret_pauses_and_is_not_said_to_anyone(client: Clients, method: str) -> None:
    with pytest.raises(Paused) as caught:
        await client("wrong", auth_method=method).sign_in()
    assert str(caught.value) == "wrong_secrets"


async def test_a_token_that_ends_is_renewed_once_for_all_calls(client: Clients, shoppers: Control) -> None:
    number = shoppers.place()["id"]
    one = client()
    await one.order(number)
    shoppers.expire_sessions()
    await asyncio.gather(*(one.order(number) for _ in range(8)))
    assert shoppers.state()["sign_ins"] == 2


async def test_a_service_that_forgets_every_token_pauses(client: Clients, shoppers: Control) -> None:
    shoppers.fault("expire", times=None, path="/v2/shop")
    with pytest.raises(Paused, match="session_ends"):
        await numbers(client())


async def test_a_sign_in_without_an_answer_leaves_nothing_unknown(client: Clients, shoppers: Control) -> None:
    number = shoppers.place()["id"]
    shoppers.fault("drop", path="/v2/auth")
    with pytest.raises(TryLater):
        await client(auth_method="POST").place(number)


@pytest.mark.parametrize("where", ["query", "body"])
@pytest.mark.parametrize("size", [1, 7, 20, 100])
async def test_every_order_comes_once_whatever_the_page(
    client: Clients, shoppers: Control, size: int, where: str
) -> None:
    placed = [shoppers.place()["id"] for _ in range(20)]
    found = await numbers(client(page_size=size, list_parameters=where))
    assert sorted(found) == sorted(placed)


async def test_a_service_that_gives_one_page_again_and_again_is_not_asked_for_ever(
    client: Clients, shoppers: Control
) -> None:
    placed = [shoppers.place()["id"] for _ in range(8)]
    one = client(page_size=4)
    await anext(one.pages(Query()))
    shoppers.fault("repeat", times=None, path="/v2/shop/orders")
    assert set(await numbers(one)) < set(placed)


@pytest.mark.parametrize("status", list(STATUSES)[:8])
async def test_orders_are_found_by_each_status(client: Clients, shoppers: Control, status: Any) -> None:
    shoppers.place(prod_orders=[{"status": "OTHER"}])
    one = shoppers.place(prod_orders=[{"status": "OTHER"}, {"status": status}])["id"]
    assert await numbers(client(), Query(status=status)) == [one]


@pytest.mark.parametrize("claim", CLAIM_STATUSES)
async def test_orders_are_found_by_each_state_of_a_claim(
    client: Clients, shoppers: Control, claim: str
) -> None:
    shoppers.place()
    one = shoppers.place(prod_orders=[{"claim_status": claim, "claim_type": "RETURN"}])["id"]
    assert await numbers(client(), Query(claim_status=claim)) == [one]
    assert await numbers(client(), Query(claim_type="RETURN")) == [one]


async def test_the_other_filters_find_what_they_name(client: Clients, shoppers: Control) -> None:
    member = {"member_code": "m7", "name": "이몽룡"}
    one = shoppers.place(orderer=member, order_time=int((NOW - timedelta(days=9)).timestamp()))["id"]
    two = shoppers.place()["id"]
    day = timedelta(days=1)
    assert await numbers(client(), Query(member="m7")) == [one]
    assert await numbers(client(), Query(ordered_from=NOW - day)) == [two]
    assert await numbers(client(), Query(ordered_to=NOW - day)) == [one]


async def test_two_filters_of_state_are_refused_before_they_are_sent(
    client: Clients, shoppers: Control
) -> None:
    with pytest.raises(Refused, match="only one of"):
        await numbers(client(), Query(status="CANCEL", claim_type="CANCEL"))
    assert shoppers.state()["sign_ins"] == 0


async def test_an_order_has_its_product_orders_in_three_shapes(client: Clients, shoppers: Control) -> None:
    placed = [shoppers.place(prod_orders=[{}, {}]) for _ in range(3)]
    one, number = client(), placed[0]["id"]
    parts = await one.prod_orders(number)
    many = await one.prod_orders_of([order["id"] for order in placed])
    assert [part["order_no"] for part in parts] == placed[0]["prod_orders"]
    assert many[number] == parts
    assert set(many) == {order["id"] for order in placed}
    assert await one.prod_order(number, parts[1]["order_no"]) == parts[1]
    assert await one.prod_orders_of([number]) == {number: parts}


async def test_more_than_25_orders_are_not_asked_for_at_once(client: Clients) -> None:
    with pytest.raises(Refused, match="25"):
        await client().prod_orders_of(["1"] * 26)


async def test_what_is_not_there_is_missing(client: Clients, shoppers: Control) -> None:
    number = shoppers.place()["id"]
    for ask in (
        client().order("0"),
        client().prod_orders("0"),
        client().prod_order(number, "0"),
        client().place("0"),
    ):
        with pytest.raises(Missing):
            await ask


async def test_an_order_number_never_becomes_another_path(client: Clients) -> None:
    with pytest.raises(Refused):
        await client().order("../../auth")


@pytest.mark.parametrize("method", ["PATCH", "GET"])
async def test_a_waybill_is_entered_and_read(client: Clients, shoppers: Control, method: str) -> None:
    order = shoppers.place(prod_orders=[{}, {}])
    one, [first, second] = client(invoice_method=method), order["prod_orders"]
    await one.enter_invoice(order["id"], "cj", "3021", prod_order_no=first)
    read = {part["order_no"]: part["invoice_no"] for part in await one.prod_orders(order["id"])}
    assert read == {first: "3021", second: ""}
    assert (await one.prod_order_invoice(first))["parcel_code"] == "CJ"


async def test_a_product_order_is_acted_on_by_its_own_path(client: Clients, shoppers: Control) -> None:
    order = shoppers.place(prod_orders=[{}, {}])
    one, [first, _] = client(), order["prod_orders"]
    await one.act_on_prod_order(first, "place")
    await one.enter_prod_order_invoice(first, "CJ", "3021")
    parts = await one.prod_orders(order["id"])
    assert [(p["status"], p["invoice_no"]) for p in parts] == [("STANDBY", "3021"), ("PAY_COMPLETE", "")]


#: Each answer to a claim, with the state of the claim in which the shop gives it.
ASKED_IN = {
    ("cancel", "retry"): "CANCEL_FAILED",
    ("return", "collect_done"): "RETURN_COLLECTING",
    ("return", "withhold"): "RETURN_COLLECT_DONE",
    ("return", "releasehold"): "RETURN_COLLECT_DONE",
    ("return", "return_done"): "RETURN_COLLECT_DONE",
    ("return", "return_force_done"): "RETURN_REFUND_FAILED",
    ("exchange", "collect_done"): "EXCHANGE_COLLECTIN",
    ("exchange", "withhold"): "EXCHANGE_COLLECT_DONE",
    ("exchange", "releasehold"): "EXCHANGE_COLLECT_DONE",
    ("exchange", "resend"): "EXCHANGE_COLLECT_DONE",
    ("exchange", "exchange_done"): "REDELIVERING",
}


@pytest.mark.parametrize(
    ("claim", "action"), [(claim, action) for claim, actions in CLAIM_ACTIONS.items() for action in actions]
)
async def test_each_answer_to_a_claim_is_taken_in_its_state_only(
    client: Clients, shoppers: Control, claim: Any, action: str
) -> None:
    state = ASKED_IN.get((claim, action), f"{claim.upper()}_REQUEST")
    part = {"status": "COMPLETE", "claim_type": claim.upper(), "claim_status": state}
    order = shoppers.place(prod_orders=[part, {"status": "COMPLETE"}])
    etc = {"reason_code": "ETC"} if (claim, action) == ("exchange", "withhold") else {}
    etc |= {"method": "NOTHING"} if action == "resend" else {}
    outcome = await client().answer_claim(order["id"], claim, action, etc)
    assert outcome.success == (order["id"],)
    assert [failed.id for failed in outcome.failed] == [order["prod_orders"][1]]


async def test_money_that_comes_by_hand_does_not_go_back_by_itself(
    client: Clients, shoppers: Control
) -> None:
    payment = {"pay_type": "virtual", "price_currency": "KRW"}
    part = {"claim_type": "CANCEL", "claim_status": "CANCEL_REQUEST"}
    number = shoppers.place(payment=payment, prod_orders=[part])["id"]
    outcome = await client().answer_claim(number, "cancel", "accept")
    assert [failed.reason for failed in outcome.failed] == ["자동환불불가"]
    assert (await client().answer_claim(number, "cancel", "force_cancel")).failed == ()


#: Codes that no document lists: one of the service's own trouble leaves open what was done.
UNLISTED: dict[int, type[ChannelError]] = {
    503: OutcomeUnknown,
    599: OutcomeUnknown,
    -77: Refused,
    418: Refused,
}


@pytest.mark.parametrize(("code", "kind"), {**BY_CODE, **UNLISTED}.items())
@pytest.mark.parametrize("status", [200, 400, 500])
async def test_each_code_is_looked_at_before_the_http_status(
    clock: Any, code: int, kind: type[ChannelError], status: int
) -> None:
    answer = httpx2.MockTransport(lambda _: httpx2.Response(status, json={"code": code, "msg": "그 말"}))
    api = Api("https://there.example", clock=clock, judge=judge, transport=answer)
    with pytest.raises(kind, match="그 말") as caught:
        await api.call("PATCH", "/v2/shop/orders/1/place")
    assert type(caught.value) is kind
    await api.close()


@pytest.mark.parametrize(
    ("status", "kind"), [(401, SignInAgain), (404, Missing), (500, OutcomeUnknown), (400, Refused)]
)
@pytest.mark.parametrize("body", [{"code": 200}, {"msg": "x"}, {"code": "?"}, [], "x"])
async def test_without_a_code_the_http_status_decides(
    clock: Any, status: int, kind: type[ChannelError], body: Any
) -> None:
    answer = httpx2.MockTransport(lambda _: httpx2.Response(status, json=body))
    api = Api("https://there.example", clock=clock, judge=judge, transport=answer)
    with pytest.raises(kind):
        await api.call("PATCH", "/")
    await api.close()


async def test_the_documents_own_envelopes_are_read(sample: Callable[[str], Any], clock: Any) -> None:
    answers = {
        "/v2/auth": sample("imweb_auth_response"),
        "/v2/shop/orders": sample("imweb_list_envelope"),
        "/v2/shop/prod-orders": sample("imweb_prod_orders_multi_shape"),
    }
    tokens = []

    def service(request: httpx2.Request) -> httpx2.Response:
        tokens.append(request.headers.get("access-token"))
        return httpx2.Response(200, json=answers[request.url.path])

    settings = Settings(base_url="https://there.example")
    one = open_client(settings, SECRETS, Means(clock, asyncio.sleep, httpx2.MockTransport(service)))
    listing = await one.orders(Query())
    many = await one.prod_orders_of(["<order_no>"])
    await one.close()
    assert (len(listing.documents), listing.last) == (1, None)
    assert many["<order_no>"][0]["order_no"] == "<prod_order_no>"
    assert tokens == [None, "{ACCESS_TOKEN}", "{ACCESS_TOKEN}"]


async def test_what_is_set_is_sent(clock: Any) -> None:
    asked: list[httpx2.Request] = []

    def service(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200, json={"code": "200", "data": {"access_token": "t"}})

    settings = Settings(base_url="https://there.example", version="latest", order_version="v2", affiliate="p")
    one = open_client(settings, SECRETS, Means(clock, asyncio.sleep, httpx2.MockTransport(service)))
    await one.prod_order_invoice("7")
    await one.close()
    assert dict(asked[1].url.params) == {"version": "latest", "order_version": "v2"}
    assert [request.headers["ACCESS_AFFILIATE"] for request in asked] == ["p", "p"]
    assert asked[1].headers["access-token"] == "t"
