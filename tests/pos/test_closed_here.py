"""An order that is closed here and called off at its service later: the next sweep tells a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pos.actions import deals, orders
from pos.adapters.channels import ChannelHost, opened
from pos.config import Config
from pos.domain.order import Order
from pos.secrets import Secrets
from pos.store import backlog, queries
from pos.store.database import utcnow
from pos.store.rows import AttentionRow
from pos.store.store import Store
from pos.store.tx import Who
from sync.fetching import Fetching, Heard
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

CASHIER = Who("王芳", "screen")


class Clinic:
    """A shop with a channel to impilo that asks for pages of one order."""

    def __init__(self, folder: Path, url: str) -> None:
        workflow = {"reconfirmAddress": "placed", "canceled": "canceled"}
        channel = {"name": "c", "kind": "impilo", "base_url": url, "page_size": 1, "workflow": workflow}
        shop = {"name": "x", "currency": "CNY", "timezone": "UTC"}
        self.config = Config.model_validate({"shop": shop, "channel": [channel]})
        self.secrets = Secrets(folder, {"POS_SECRET_C_API_KEY": "a secret key"})
        self.store = Store.open(f"sqlite:///{folder}/s.db", self.config.facts, b"key")

    async def sweep(self) -> None:
        """Fetch, and look through all that is there."""
        channel = opened(self.config.channel[0], self.store, self.secrets)
        day = timedelta(days=1)
        heard = Fetching(
            channel, ChannelHost(self.store), clock=utcnow, sweep_every=timedelta(), finished_for=day
        )
        await heard.fetch(Heard(), sweep=True)
        await channel.close()

    def order(self, remote_id: str) -> Order:
        """Return the order of an id there."""
        [found] = self.store.ask(queries.find_orders, f"c:{remote_id}", None)
        return found

    def attention(self) -> list[AttentionRow]:
        """Return what a person is asked to look at."""
        return self.store.ask(backlog.attention)


@pytest.fixture
def url() -> Iterator[str]:
    """Serve impilo, and return its address."""
    with Sandbox(patient=True) as served:
        yield served.urls["impilo"]


@pytest.fixture
def account(url: str) -> Iterator[Control]:
    """Return what others do there."""
    with Control(url) as control:
        yield control


@pytest.fixture
def clinic(tmp_path: Path, url: str) -> Iterator[Clinic]:
    """Return a shop that is connected to it."""
    made = Clinic(tmp_path, url)
    yield made
    made.store.close()


async def test_an_order_that_is_closed_here_and_canceled_there_later_is_said_to_a_person_once(
    clinic: Clinic, account: Control
) -> None:
    number = str(account.place()["id"])
    await clinic.sweep()
    order = clinic.order(number)
    clinic.store.do(orders.accept, CASHIER, order.id).result()
    clinic.store.do(deals.settle, CASHIER, [order.id]).result()
    account.place()
    await clinic.sweep()
    assert clinic.attention() == []
    account.move(number, "canceled")
    await clinic.sweep()
    [row] = clinic.attention()
    assert (row.kind, row.order_number) == ("canceled_there", order.number)
    await clinic.sweep()
    assert len(clinic.attention()) == 1
    assert clinic.order(number).status == "paid"
