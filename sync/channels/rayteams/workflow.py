"""Which states a group's orders can be in: the nodes of its products, or those that orders are in now."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import islice

from sync.channels.rayteams import wire
from sync.channels.rayteams.client import Client, nodes_in, nodes_of, project_of
from sync.channels.rayteams.parse import product_of
from sync.channels.rayteams.settings import Settings
from sync.documents import Raw
from sync.errors import Missing
from sync.workflow import Node

#: So many projects are asked for their orders: each is a call.
_PROJECTS = 10


async def nodes(client: Client, settings: Settings) -> tuple[Node, ...]:
    """Return the states of all products that the shop names; without any, those that its orders are in.

    Raises Missing for a product that is not there.
    """
    found = [node for product in settings.products for node in _of(await client.product(product))]
    if not settings.products:
        found = [node async for node in _seen(client, settings)]
    return tuple({(node.product, node.id): node for node in found}.values())


def _of(product: Raw) -> Iterator[Node]:
    """Yield the nodes of a product's workflow."""
    name = wire.Product.model_validate(product).productname
    yield from (Node(node.status, node.name, node.type, name) for node in nodes_of(product))


def _in(order: Raw) -> Iterator[Node]:
    """Yield the nodes that an order names."""
    name = product_of(order)
    yield from (Node(node.status, node.name, node.type, name) for node in nodes_in(order))


async def _seen(client: Client, settings: Settings) -> AsyncIterator[Node]:
    """Yield the states that the newest projects' orders, and those that are watched, are in."""
    for watched in settings.watch:
        for node in _in(await client.order(watched)):
            yield node
    rows = (await client.projects()).documents if settings.discover or not settings.watch else ()
    for project in islice(filter(None, (project_of(row).id for row in rows)), _PROJECTS):
        try:
            orders = (await client.orders_of(project)).documents
        except Missing:
            continue
        for order in orders:
            for node in _in(order if isinstance(order, dict) else {}):
                yield node
