"""RayTeams as a channel: what is heard of it, what it is told, and what is never told twice."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from sync.channel import Channel
from sync.channels import KINDS
from sync.channels.rayteams.channel import RayteamsChannel
from sync.channels.rayteams.client import Node
from sync.channels.rayteams.letters import node_for, standing
from sync.channels.rayteams.opening import open_client
from sync.channels.rayteams.parse import parse
from sync.channels.rayteams.settings import SETS, Settings
from sync.errors import Conflict, Missing, OutcomeUnknown, Refused
from sync.means import Means
from sync.messages import Letter, RemoteOrder, Unreadable, Verb
from sync.sandbox.control import Control
from sync.sandbox.rayteams_stock import NODES, PRODUCT
from sync.sandbox.server import Sandbox

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=1)
WAITING, CONFIRMED, DONE = "node_1669006551572", "node_1669006551533", "ewb-4"
WORKFLOW = {
    "Requested": "placed", CONFIRMED: "accepted", "In production": "executed", DONE: "paid",
    "Declined": "rejected", "ewb-6": "canceled",
}  # fmt: skip

Open = Callable[..., Channel]


@pytest.fixture
def group(sandbox: Sandbox) -> Iterator[Control]:
    """Return what others do at RayTeams."""
    with Control(sandbox.urls["rayteams"]) as control:
        yield control


@pytest.fixture
def lab(connect: Callable[..., Channel]) -> Open:
    """Return what opens a channel to RayTeams, by its settings."""
    return lambda **settings: connect("rayteams", **{"products": [PRODUCT["_id"]], **settings})


@pytest.fixture
async def mocked(clock: Any) -> AsyncIterator[Callable[..., Channel]]:
    """Return what makes a channel whose service is a table of answers by method and path."""
    opened: list[Channel] = []

    def make(answers: dict[str, Any], **settings: Any) -> Channel:
        def handle(request: httpx2.Request) -> httpx2.Response:
            said = answers[f"{request.method} {request.url.path}"]
            data = said.pop(0) if isinstance(said, list) else said
            headers = {"date": "Mon, 02 Mar 2026 00:00:00 GMT"}
            return httpx2.Response(200, content=json.dumps(data), headers=headers)

        keys = Settings(base_url="https://there.example", **settings)
        secrets = {"CLIENT_ID": "id", "ACCESS_TOKEN": "a"}
        client = open_client(keys, secrets, Means(clock, _never, httpx2.MockTransport(handle)))
        opened.append(RayteamsChannel("c", client, keys))
        return opened[-1]

    yield make
    for one in opened:
        await one.close()


async def _never(_: float) -> None:
    raise AssertionError("this service is not waited for")


def letter(verb: Verb, order: Any) -> Letter:
    """Return a letter about an order there."""
    return Letter(uuid4(), "c", uuid4(), order if isinstance(order, str) else order["id"], verb, {}, NOW)


async def heard(pages: Any) -> dict[str, str]:
    """Return what the orders of all pages are, by id; an unreadable one by its reason."""
    orders = [order async for page in pages for order in page.orders]
    return {
        o.key: o.reason if isinstance(o, Unreadable) else "" for o in orders if isinstance(o, Unreadable)
    } | {o.remote_id: o.status for o in orders if isinstance(o, RemoteOrder)}


def there(group: Control, order: Any) -> tuple[str, str]:
    """Return where an order stands there."""
    [found] = [row for row in group.state()["orders"] if row["id"] == order["id"]]
    return found["status"], found["statusName"]


def histories(group: Control) -> int:
    """Return how often any order was moved there."""
    return sum(row["sk"].startswith("his:") for row in group.state()["rows"])


@pytest.mark.parametrize(
    ("verb", "node"),
    [("accept", CONFIRMED), ("execute", "node_1669006551590"), ("reject", "ewb-5"), ("cancel", "ewb-6"),
     ("pay", DONE)],
)  # fmt: skip
async def test_each_verb_moves_an_order_to_the_first_state_mapped_to_it(
    lab: Open, group: Control, verb: Verb, node: str
) -> None:
    order = group.place()
    workflow = {**WORKFLOW, WAITING: "accepted"}
    told = await lab(workflow=workflow).tell(letter(verb, order))
    assert there(group, order) == (node, NODES[node]["statusName"])
    assert told.order is not None
    assert (told.order.status, told.already) == (SETS[verb], False)


async def test_a_state_the_shop_does_not_name_keeps_no_accept_back(lab: Open, group: Control) -> None:
    order = group.place()
    group.move(order["id"], WAITING)
    shop = lab(workflow={CONFIRMED: "accepted"})
    assert (await shop.read(order["id"])).status == "accepted"
    await shop.tell(letter("accept", order))
    assert there(group, order)[0] == CONFIRMED


async def test_without_a_workflow_a_product_says_by_its_types_what_is_told(lab: Open, group: Control) -> None:
    off = {"Declined": "rejected", "Canceled": "canceled"}
    shop, order = lab(workflow=off), group.place()
    assert {shop.capabilities.tells[verb] for verb in ("accept", "pay")} == {
        "statusType INPROGRESS", "statusType CLOSED",
    }  # fmt: skip
    for verb, node in (("accept", WAITING), ("pay", DONE)):
        await shop.tell(letter(verb, order))
        assert there(group, order)[0] == node


async def test_no_closed_state_is_guessed_where_another_may_be_meant(lab: Open, group: Control) -> None:
    shop, order = lab(workflow={"Canceled": "canceled"}), group.place()
    await shop.tell(letter("accept", order))
    with pytest.raises(Refused, match="map_states"):
        await shop.tell(letter("pay", order))
    assert there(group, order)[0] == WAITING
    mapped = lab(workflow={"Canceled": "canceled", "Done": "paid"})
    await mapped.tell(letter("pay", order))
    assert there(group, order)[0] == DONE


@pytest.mark.parametrize(
    ("settings", "tells"),
    [
        ({}, set()),
        ({"workflow": WORKFLOW}, set(SETS)),
        ({"workflow": {"a1": "accepted", "b2": "unknown"}}, {"accept"}),
        ({"workflow": {"a1": "rejected"}, "products": ["p"]}, {"reject", "accept", "pay"}),
    ],
)
async def test_only_what_has_a_state_there_can_be_told(
    lab: Open, group: Control, settings: Any, tells: set[str]
) -> None:
    shop = lab(**{"workflow": {}, "products": [], **settings})
    assert set(shop.capabilities.tells) == tells
    assert set(KINDS["rayteams"].can_with({"base_url": "https://x", **settings}).tells) == tells
    assert all(shop.capabilities.tells.values())
    if "cancel" not in tells:
        with pytest.raises(Refused, match="cannot_be_told"):
            await shop.tell(letter("cancel", group.place()))


async def test_a_name_is_told_by_the_id_that_an_order_was_seen_with(lab: Open, group: Control) -> None:
    shop, one, two = lab(workflow={"Confirmed": "accepted"}, products=[]), group.place(), group.place()
    with pytest.raises(Refused, match="incomplete: status of Confirmed"):
        await shop.tell(letter("accept", one))
    group.move(two["id"], CONFIRMED)
    await heard(shop.unfinished())
    await shop.tell(letter("accept", one))
    assert there(group, one) == (CONFIRMED, "Confirmed")


async def test_an_id_is_told_also_where_nothing_says_its_name(lab: Open, group: Control) -> None:
    order = group.place()
    await lab(workflow={CONFIRMED: "accepted"}, products=[]).tell(letter("accept", order))
    assert there(group, order)[0] == CONFIRMED


async def test_a_state_that_the_product_does_not_have_is_not_sent(lab: Open, group: Control) -> None:
    order = group.place()
    with pytest.raises(Refused, match="not_allowed: node_1"):
        await lab(workflow={"node_1": "accepted"}).tell(letter("accept", order))
    assert histories(group) == 0


@pytest.mark.parametrize("named", [True, False])
async def test_an_order_moves_by_the_workflow_of_its_own_product(mocked: Any, named: bool) -> None:
    document = {"_id": "p", "sk": "order:1", "status": "n0", "statusType": "NEW",
                "product": {"productname": "B", "price": 1, "currency": "원"}}  # fmt: skip
    products = {
        f"GET /product/{name}": {
            "data": {"productname": name if named else "X",
                     "workflow": [{"status": f"n{name}", "statusName": "Yes", "statusType": "INPROGRESS"}]}
        }
        for name in ("A", "B")
    }  # fmt: skip
    moved = {**document, "status": "nB" if named else "nA"}
    shop = mocked(
        {**products, "GET /order/p-1": {"data": document}, "PUT /order/p-1/status": {"data": moved}},
        products=["A", "B"],
    )
    answer = await shop.tell(letter("accept", "p-1"))
    assert answer.order.raw["status"] == moved["status"]


@pytest.mark.parametrize(
    ("verb", "node", "way"),
    [
        ("accept", "Requested", "to_do"), ("accept", CONFIRMED, "done"), ("accept", DONE, "done"),
        ("accept", "ewb-6", "gone"), ("accept", "Declined", "gone"), ("execute", CONFIRMED, "to_do"),
        ("execute", "In production", "done"), ("reject", "ewb-6", "done"), ("reject", CONFIRMED, "gone"),
        ("cancel", CONFIRMED, "to_do"), ("cancel", DONE, "gone"), ("pay", "In production", "to_do"),
        ("pay", DONE, "done"), ("pay", "ewb-6", "gone"), ("accept", WAITING, "to_do"),
    ],
)  # fmt: skip
async def test_what_is_so_already_is_not_told_and_what_went_another_way_is_a_conflict(
    lab: Open, group: Control, verb: Verb, node: str, way: str
) -> None:
    shop, order = lab(workflow=WORKFLOW), group.place()
    group.move(order["id"], node)
    if way == "gone":
        with pytest.raises(Conflict, match="moved_on"):
            await shop.tell(letter(verb, order))
    else:
        assert (await shop.tell(letter(verb, order))).already == (way == "done")
        assert await shop.find(letter(verb, order)) is not None
    assert histories(group) == 1 + (way == "to_do")


@pytest.mark.parametrize("verb", SETS)
def test_a_closed_state_that_nobody_named_is_an_end(verb: Verb) -> None:
    order = parse(
        {"_id": "p", "sk": "order:1", "status": "x", "statusType": "CLOSED"}, {CONFIRMED: "accepted"}
    )
    assert isinstance(order, RemoteOrder)
    settings = Settings(workflow={CONFIRMED: "accepted"})
    assert standing(verb, order, settings) != "to_do"


@pytest.mark.parametrize("kind", ["drop", "html"])
async def test_a_move_whose_answer_was_lost_is_not_made_twice(lab: Open, group: Control, kind: Any) -> None:
    shop, order = lab(workflow=WORKFLOW), group.place()
    told = letter("accept", order)
    group.fault(kind, method="PUT")
    with pytest.raises(OutcomeUnknown):
        await shop.tell(told)
    assert (await shop.tell(told)).already
    assert histories(group) == 1


ORDER = {"_id": "p", "sk": "order:1", "status": "n0", "statusType": "NEW", "product": {}}


@pytest.mark.parametrize("answered", [{}, {"data": {}}, {"data": {"_id": "q"}}, {"data": ORDER}])
async def test_only_an_order_that_stands_there_was_told(mocked: Any, answered: Any) -> None:
    moved = {**ORDER, "status": "n1"}
    reads = [{"data": ORDER}, {"data": moved}, {"data": ORDER}, {"data": ORDER}]
    put = {"status": "success", **answered}
    shop = mocked({"GET /order/p-1": reads, "PUT /order/p-1/status": put}, workflow={"n1": "accepted"})
    assert (await shop.tell(letter("accept", "p-1"))).order.raw == moved
    with pytest.raises(Conflict, match="moved_on: placed"):
        await shop.tell(letter("accept", "p-1"))


async def test_an_order_that_cannot_be_read_after_its_move_is_unknown(mocked: Any) -> None:
    reads = [{"data": ORDER}, {"errorCode": "NO_ITEM"}]
    shop = mocked(
        {"GET /order/p-1": reads, "PUT /order/p-1/status": {"status": "success"}}, workflow={"n1": "accepted"}
    )
    with pytest.raises(OutcomeUnknown):
        await shop.tell(letter("accept", "p-1"))


async def test_an_order_that_was_never_there_is_told_nothing(lab: Open) -> None:
    with pytest.raises(Missing, match="never_registered"):
        await lab(workflow=WORKFLOW).tell(letter("accept", ""))


async def test_all_projects_are_walked_at_first_and_what_changed_is_heard_then(
    lab: Open, group: Control
) -> None:
    orders = [group.place() for _ in range(3)]
    shop = lab(workflow=WORKFLOW, projects_per_fetch=0)
    pages = [page async for page in shop.changes("", finished_since=LONG_AGO)]
    assert {o.remote_id for page in pages for o in page.orders} == {order["id"] for order in orders}
    latest = max(row["updated"] for row in group.state()["rows"] if row["sk"] == "project")
    assert float(pages[-1].position) <= latest / 1000
    far = f"{float(pages[-1].position) + 3600}"
    assert await heard(shop.changes(far, finished_since=NOW)) == {}


async def test_projects_in_which_nothing_changed_have_their_turn(lab: Open, group: Control) -> None:
    orders = {group.place()["id"] for _ in range(5)}
    shop = lab(workflow=WORKFLOW, projects_per_fetch=2)
    far = f"{NOW.timestamp() + 3600}"
    turns = [set(await heard(shop.changes(far, finished_since=NOW))) for _ in range(3)]
    assert [len(turn) for turn in turns] == [2, 2, 2]
    assert set().union(*turns) == orders


async def test_a_project_that_does_not_say_when_it_changed_is_always_asked(mocked: Any) -> None:
    shop = mocked(
        {"GET /project": {"data": [{"_id": "p"}, {}, 7]}, "GET /project/p/orders": {"data": [ORDER]}},
        projects_per_fetch=0,
    )
    found = await heard(shop.changes(f"{NOW.timestamp()}", finished_since=NOW))
    assert found.pop("p-1") == "placed"
    assert set(found.values()) == {"no id", "not an object"}


@pytest.mark.parametrize(("minutes", "asked"), [(2, True), (4, False)])
async def test_what_changed_shortly_before_is_asked_again(mocked: Any, minutes: int, asked: bool) -> None:
    projects = {"data": [{"_id": "p", "updated": NOW.timestamp() - minutes * 60}]}
    answers = {"GET /project": projects, "GET /project/p/orders": {"data": [ORDER]}}
    shop = mocked(answers, projects_per_fetch=0)
    assert bool(await heard(shop.changes(f"{NOW.timestamp()}", finished_since=NOW))) is asked


@pytest.mark.parametrize("strange", ["\ud800", "a/../b?c#d", "\0", "한글", " "])
async def test_a_strange_id_stops_nothing(mocked: Any, strange: str) -> None:
    projects = {"data": [{"_id": strange}, {"_id": "p"}, {"_id": [strange]}]}
    rows = {"data": [{"_id": strange, "sk": "order:2"}, ORDER]}
    answers = defaultdict(lambda: {"errorCode": "NO_ITEM"})
    answers |= {"GET /project": projects, "GET /project/p/orders": rows}
    found = await heard(mocked(answers).unfinished())
    assert found["p-1"] == "placed"
    assert all(key.isprintable() for key in found)


@pytest.mark.parametrize(
    ("updated", "heard_to"), [("2026-03-01", "2026-03-01"), ("2099-01-01", "2026-03-02")]
)
async def test_one_project_of_the_future_hides_nothing(mocked: Any, updated: str, heard_to: str) -> None:
    projects = {"data": [{"_id": "p", "updated": updated}]}
    shop = mocked({"GET /project": projects, "GET /project/p/orders": {"data": [ORDER]}})
    pages = [page async for page in shop.changes("", finished_since=LONG_AGO)]
    assert datetime.fromtimestamp(float(pages[-1].position), UTC) == datetime.fromisoformat(
        f"{heard_to}T00:00Z"
    )


async def test_a_first_fetch_takes_what_is_finished_only_if_it_is_young(lab: Open, group: Control) -> None:
    done, open_there = group.place(), group.place()
    group.move(done["id"], DONE)
    shop = lab(workflow=WORKFLOW)
    assert await heard(shop.changes("", finished_since=NOW + timedelta(days=1))) == {
        open_there["id"]: "placed"
    }
    assert await heard(shop.changes("", finished_since=LONG_AGO)) == {
        open_there["id"]: "placed", done["id"]: "paid",
    }  # fmt: skip
    assert await heard(shop.unfinished()) == {open_there["id"]: "placed"}


async def test_rows_that_are_no_more_than_keys_are_read_one_by_one(lab: Open, group: Control) -> None:
    orders = [group.place() for _ in range(3)]
    group.move("any", "answers", whole_rows=False)
    found = await heard(lab(workflow=WORKFLOW).unfinished())
    assert found == {order["id"]: "placed" for order in orders}


async def test_orders_that_are_watched_are_followed_without_walking(lab: Open, group: Control) -> None:
    watched, _ = group.place(), group.place()
    shop = lab(workflow=WORKFLOW, discover=False, watch=[watched["id"], "gone-1"])
    expected = {watched["id"]: "placed", "gone-1": "NO_ITEM"}
    assert await heard(shop.changes("", finished_since=LONG_AGO)) == expected
    assert await heard(shop.unfinished()) == expected
    assert shop.capabilities.lists
    assert not lab(discover=False).capabilities.lists


async def test_a_project_that_is_kept_from_us_stops_no_other(mocked: Any) -> None:
    projects = {"data": [{"_id": name} for name in ("kept", "gone", "p")]}
    shop = mocked(
        {
            "GET /project": projects,
            "GET /project/kept/orders": {"errorCode": "NOT_YOURS"},
            "GET /project/gone/orders": {"errorCode": "NO_ITEM"},
            "GET /project/p/orders": {"data": [ORDER]},
        }
    )
    assert await heard(shop.unfinished()) == {"kept": "NOT_YOURS", "p-1": "placed"}


def test_a_product_with_several_states_of_a_type_takes_the_first_that_the_shop_does_not_use() -> None:
    nodes = [Node("a1", "A", "INPROGRESS"), Node("b2", "B", "INPROGRESS")]
    settings = Settings(workflow={"a1": "placed"}, products=("p",))
    assert node_for("accept", settings, nodes, {}) == nodes[1]
    with pytest.raises(Refused, match="map_states"):
        node_for("pay", settings, nodes, {})
