"""Which statuses an account's orders are in: they are open words, and no call lists them."""

from __future__ import annotations

from sync.channels.impilo.client import Client
from sync.channels.impilo.parse import parse
from sync.channels.impilo.settings import Settings
from sync.messages import RemoteOrder
from sync.workflow import Node

#: So many pages of the newest orders are looked through: each is a call.
_PAGES = 3


async def nodes(client: Client, settings: Settings) -> tuple[Node, ...]:
    """Return the statuses that the newest orders are in, and those that the shop's workflow names."""
    seen = dict.fromkeys(settings.workflow)
    pages = 0
    async for listing in client.pages(newest_first=True):
        orders = map(parse, listing.documents)
        seen |= {order.remote_status: None for order in orders if isinstance(order, RemoteOrder)}
        pages += 1
        if pages == _PAGES:
            break
    return tuple(Node(status, status) for status in seen if status)
