"""Two products whose states have the same ids and names, and mean different things: each has its own map."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from sync.channel import Channel
from sync.channels import KINDS, nodes_of
from sync.channels.rayteams import client as calls
from sync.channels.rayteams.letters import node_for
from sync.channels.rayteams.settings import Settings
from sync.errors import Refused
from sync.messages import Letter, RemoteOrder, Verb
from sync.sandbox.control import Control
from sync.sandbox.rayteams_stock import NODES, PRODUCT
from sync.sandbox.server import Sandbox
from sync.workflow import Node

NOW = datetime.now(UTC)
USUAL, GUARD = PRODUCT["productname"], "나이트가드 2.0"
CONFIRMED, MADE, DONE = "node_1669006551533", "node_1669006551590", "ewb-4"
WORKFLOW = {"Requested": "placed", CONFIRMED: "accepted", "Done": "paid", "Canceled": "canceled"}
#: Of this product *Confirmed* says that it is made, and it is paid for when it is declined by nobody.
OF_GUARD = {"In production": "accepted", CONFIRMED: "executed", "Declined": "paid"}

Open = Callable[..., Channel]


@pytest.fixture
def group(sandbox: Sandbox) -> Iterator[Control]:
    """Return what others do at RayTeams."""
    with Control(sandbox.urls["rayteams"]) as control:
        yield control


@pytest.fixture
def lab(connect: Callable[..., Channel]) -> Open:
    """Return what opens a channel to RayTeams with a map for all products, and one for night guards."""
    return lambda **settings: connect(
        "rayteams", **{"workflow": WORKFLOW, "workflows": {GUARD: OF_GUARD}, **settings}
    )


@pytest.fixture
def placed(group: Control) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return an order of the usual product, and one of a night guard."""
    guard = {"currency": "원", "discount": "", "price": 90000, "productname": GUARD}
    return group.place(), group.place(product=guard)


def letter(verb: Verb, order: Any) -> Letter:
    """Return a letter about an order there."""
    return Letter(uuid4(), "c", uuid4(), order["id"], verb, {}, NOW)


def there(group: Control, order: Any) -> str:
    """Return the node in which an order is there."""
    [found] = [row for row in group.state()["orders"] if row["id"] == order["id"]]
    return str(found["status"])


async def test_the_same_state_means_what_the_orders_own_product_says(
    lab: Open, group: Control, placed: Any
) -> None:
    for order in placed:
        group.move(order["id"], CONFIRMED)
    shop = lab()
    assert [(await shop.read(order["id"])).status for order in placed] == ["accepted", "executed"]
    listed = {o.remote_id: o.status async for page in shop.unfinished() for o in page.orders
              if isinstance(o, RemoteOrder)}  # fmt: skip
    assert listed == {placed[0]["id"]: "accepted", placed[1]["id"]: "executed"}


async def test_the_counter_reads_a_kept_document_by_the_same_map(placed: Any) -> None:
    settings = {"base_url": "https://x", "workflow": {"Requested": "rejected"}}
    found = [
        KINDS["rayteams"].read(order, {**settings, "workflows": {GUARD: {"Requested": "executed"}}})
        for order in placed
    ]
    assert [order.status for order in found if isinstance(order, RemoteOrder)] == ["rejected", "executed"]


@pytest.mark.parametrize("products", [[], [PRODUCT["_id"]]])
async def test_each_order_is_told_in_the_states_of_its_own_product(
    lab: Open, group: Control, placed: Any, products: list[str]
) -> None:
    shop = lab(products=products, workflows={GUARD: {MADE: "accepted", CONFIRMED: "executed"}})
    for order in placed:
        told = await shop.tell(letter("accept", order))
        assert told.order is not None
        assert told.order.status == "accepted"
    assert [there(group, order) for order in placed] == [CONFIRMED, MADE]
    await shop.tell(letter("execute", placed[1]))
    assert there(group, placed[1]) == CONFIRMED


async def test_a_product_with_a_map_of_its_own_goes_by_that_alone(
    lab: Open, group: Control, placed: Any
) -> None:
    shop = lab(workflows={GUARD: {CONFIRMED: "accepted"}})
    assert "cancel" in shop.capabilities.tells
    await shop.tell(letter("accept", placed[1]))
    with pytest.raises(Refused, match="map_states"):
        await shop.tell(letter("cancel", placed[1]))
    assert there(group, placed[1]) == CONFIRMED


async def test_what_only_one_products_map_has_can_be_told(lab: Open, group: Control, placed: Any) -> None:
    shop = lab()
    assert set(shop.capabilities.tells) == {"accept", "pay", "cancel", "execute"}
    assert shop.capabilities.tells["execute"] == CONFIRMED
    with pytest.raises(Refused, match="map_states"):
        await shop.tell(letter("execute", placed[0]))
    assert there(group, placed[0]) == PRODUCT["workflow"][0]["status"]


async def test_a_name_is_not_told_by_the_id_that_another_products_order_was_seen_with(
    lab: Open, group: Control, placed: Any
) -> None:
    shop = lab(workflows={GUARD: {"Done": "accepted"}})
    group.move(placed[0]["id"], DONE)
    await shop.read(placed[0]["id"])
    with pytest.raises(Refused, match="incomplete: status of Done"):
        await shop.tell(letter("accept", placed[1]))
    assert there(group, placed[1]) == PRODUCT["workflow"][0]["status"]


@pytest.mark.usefixtures("placed")
@pytest.mark.parametrize("products", [[], [PRODUCT["_id"]]])
async def test_states_are_listed_with_the_product_that_they_are_of(
    sandbox: Sandbox, products: list[str]
) -> None:
    settings = {"base_url": sandbox.urls["rayteams"], "products": products}
    found = await nodes_of("rayteams", settings, {"ACCESS_TOKEN": "a"}, lambda: NOW, _kept)
    first = next(iter(NODES.values()))
    seen = Node(first["status"], first["statusName"], first["statusType"], USUAL)
    assert found[0] == seen
    if products:
        assert [node.id for node in found] == list(NODES)
        assert {node.product for node in found} == {USUAL}
    else:
        assert found == (seen, replace(seen, product=GUARD))


async def _kept(_: Any) -> None:
    """Keep nothing."""


@pytest.mark.parametrize("wrong", [{GUARD: {"Done": "finished"}}, {GUARD: "Done"}, ["Done"]])
def test_a_map_that_is_none_is_refused(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        Settings(workflows=wrong)


@pytest.mark.parametrize(("nodes", "told"), [(["a1", "b1"], "a1"), (["b1"], "b1")])
def test_one_map_does_for_products_whose_states_have_ids_of_their_own(nodes: list[str], told: str) -> None:
    settings = Settings(workflow={"a1": "paid", "b1": "paid"})
    its = [calls.Node(node, "Done", "CLOSED") for node in reversed(nodes)]
    assert node_for("pay", settings, its, {}).status == told
    with pytest.raises(Refused, match="not_allowed: a1"):
        node_for("pay", settings, [calls.Node("c1", "Done", "CLOSED")], {})
