"""Books are compared through the connection that the counter works: beside its worker, never against it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from datetime import date
from pathlib import Path

import pytest

from pos.actions import channels
from pos.adapters import Net
from pos.adapters.reconciling import reconcile_beside
from pos.config import Config
from pos.domain.refusals import Refused
from pos.secrets import Secrets
from pos.store import backlog, queries
from pos.store.database import utcnow
from pos.store.rows import ChannelRow
from pos.store.store import Store
from pos.store.tx import Who
from sync.errors import Throttled
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

NAME = "fankahui"


class Working:
    """A store and its net, with one channel that has been heard."""

    def __init__(self, folder: Path, url: str, day_starts: str) -> None:
        channel = {"name": NAME, "kind": NAME, "base_url": url, "poll_seconds": 600}
        shop = {"name": "泛盈总店", "currency": "CNY", "timezone": "Asia/Shanghai", "day_starts": day_starts}
        self.config = Config.model_validate({"shop": shop, "channel": [channel]})
        known = {"POS_SECRET_FANKAHUI_USERNAME": "counter", "POS_SECRET_FANKAHUI_PASSWORD": "practice"}
        self.url, self.secrets = f"sqlite:///{folder}/s.db", Secrets(folder, known)
        self.store = Store.open(self.url, self.config.facts, b"key")
        self.net = Net(self.store, self.config, self.secrets, printing=False)
        self._rung = threading.Event()
        self.store.subscribe(lambda _topics: self._rung.set())
        self.net.start()
        self.until("well")

    def until(self, state: str) -> ChannelRow:
        """Return how the channel is, once it is in a state."""
        while (row := self.store.ask(backlog.channels, self.store.shop)[0]).state != state:
            self._rung.wait()
            self._rung.clear()
        return row

    @property
    def today(self) -> date:
        """Today's business day."""
        return self.store.shop.business_day(utcnow())

    def close(self) -> None:
        """Stop."""
        self.net.stop()
        self.store.close()


@pytest.fixture
def url() -> Iterator[str]:
    """Serve fankahui, and return its address."""
    with Sandbox(patient=True) as served:
        yield served.urls[NAME]


@pytest.fixture
def guests(url: str) -> Iterator[Control]:
    """Return the guests' side of fankahui."""
    with Control(url) as control:
        yield control


@pytest.fixture
def shop(tmp_path: Path, url: str, day_starts: Callable[[str], str]) -> Iterator[Working]:
    """Return a shop at work."""
    made = Working(tmp_path, url, day_starts("Asia/Shanghai"))
    yield made
    made.close()


def test_a_day_is_compared_beside_the_worker_and_its_progress_is_told(shop: Working, guests: Control) -> None:
    placed = {guests.place()["id"] for _ in range(3)}
    told: list[int] = []
    found = shop.net.reconcile(NAME, shop.today, told.append).result()
    assert {row.pair.remote_id for row in found.rows} == placed
    assert told[-1] == len(placed)
    assert told == sorted(told)


def test_a_channel_that_ends_meanwhile_says_so(shop: Working, guests: Control) -> None:
    guests.fault("slow", times=None, seconds=60)
    asked = shop.net.reconcile(NAME, shop.today)
    shop.net.change(shop.config.model_copy(update={"channel": ()})).result()
    with pytest.raises(Refused, match="channel_changed"):
        asked.result()


def test_who_cancels_asks_no_more(shop: Working, guests: Control) -> None:
    guests.fault("slow", times=None, seconds=60)
    asked = shop.net.reconcile(NAME, shop.today)
    assert asked.cancel()
    with pytest.raises(CancelledError):
        asked.result()
    guests.calm()
    assert shop.net.reconcile(NAME, shop.today).result().rows == ()


def test_a_service_that_asks_for_quiet_is_left_alone_by_the_worker_too(
    shop: Working, guests: Control
) -> None:
    guests.fault("throttle", times=1, seconds=300)
    with pytest.raises(Throttled) as asked:
        shop.net.reconcile(NAME, shop.today).result()
    shop.until("waiting")
    calls = shop.net.calls(NAME)
    with pytest.raises(Throttled) as again:
        shop.net.reconcile(NAME, shop.today).result()
    assert (again.value.until, shop.net.calls(NAME)) == (asked.value.until, calls)


def test_a_quiet_that_only_a_shell_was_told_is_kept_by_the_counter_that_runs(
    shop: Working, guests: Control
) -> None:
    guests.fault("throttle", times=1, seconds=300)
    beside = Store.open(shop.url, shop.config.facts, b"key")
    part, secrets = shop.config.channel[0], shop.secrets
    with pytest.raises(Throttled) as asked:
        asyncio.run(reconcile_beside(part, beside, secrets, shop.today, [].append))
    beside.close()
    order = guests.place()["id"]
    shop.net._loop.call_soon_threadsafe(shop.net._engines[NAME].wake)  # type: ignore[union-attr]  # as its next poll does
    row = shop.until("waiting")
    assert (row.error, row.retry_at is not None) == ("quiet", True)
    assert shop.store.ask(queries.find_orders, f"{NAME}:{order}", None) == []
    said = shop.store.do(channels.quiet_until, Who("cli", "cli"), NAME).result()
    assert said == asked.value.until


def test_a_channel_that_is_not_worked_here_is_refused(shop: Working) -> None:
    with pytest.raises(Refused, match="no_channel"):
        shop.net.reconcile("nobody", shop.today).result()
