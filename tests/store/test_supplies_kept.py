"""Supplies stay supplies over a restart without their channel: on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from pos.actions import channels, deals, orders
from pos.actions.supplies import order_supplies, take_in
from pos.domain.order import Line, Status
from pos.domain.shop import ChannelFacts, PrinterFacts, Shop
from pos.store import backlog, queries
from pos.store.goods import on_the_way
from pos.store.store import Store
from pos.store.tx import Who

CUFF = Line("", "Cuff", 2, item_id="item:31")


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """A shop with a site of its own at one channel, and every paper."""
    facts = ChannelFacts("clinic", "impilo", tells=frozenset({"register"}), own_guest="site:7")
    papers = ("kitchen", "expediter", "delivery", "settlement")
    return replace(shop, channels={"clinic": facts}, printers=(PrinterFacts("all", papers),))


def test_what_was_ordered_for_the_shop_is_taken_in_by_a_counter_that_knows_its_channel_no_more(
    url: str, open_store: Callable[[str], Store], who: Who, shop: Shop
) -> None:
    first = open_store(url)
    ids = [first.do(order_supplies, who, "clinic", (CUFF,)).result().order.id for _ in range(2)]
    first.do(channels.forget, who, "clinic", "impilo", "https://example.com").result()
    first.close()
    after = open_store(url)
    after.shop = replace(shop, channels={})
    assert [card.supplies for card in after.ask(queries.board)] == [True, True]
    assert [order.id for order in after.ask(on_the_way, "clinic")] == ids
    after.do(orders.execute, who, ids[0]).result()
    settled = after.do(deals.settle, who, [ids[0]]).result()
    assert (settled.deal.total, settled.orders[0].status) == (0, Status.PAID)
    assert after.do(take_in, who, ids[1]).result().order.status is Status.PAID
    assert [after.ask(backlog.order_tickets, order_id) for order_id in ids] == [[], []]
    assert after.ask(on_the_way, "clinic") == []
