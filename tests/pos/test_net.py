"""A running counter goes by a changed configuration at once, and by the clock where nothing is written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pos.actions import spool
from pos.adapters import Net
from pos.config import Config
from pos.secrets import Secrets
from pos.store.backlog import printers, tickets
from pos.store.rows import TicketRow
from pos.store.spool import Draft
from pos.store.store import Store
from pos.store.tx import Tx, Who
from printing.status import health_of
from printing.tickets import KitchenTicket, to_json

WHO = Who("小王", "screen")
AWAY = "tcp://127.0.0.1:9"


def config(**printers: dict[str, Any]) -> Config:
    """Return a shop's configuration with these printers."""
    tables = [{"name": name, "prints": ["kitchen"], **keys} for name, keys in printers.items()]
    shop = {"name": "泛盈总店", "currency": "CNY"}
    return Config.model_validate({"shop": shop, "printer": tables})


class Running:
    """A store and its net; `until` waits for what a commit brings."""

    def __init__(self, folder: Path, first: Config) -> None:
        self.store = Store.open(f"sqlite:///{folder}/s.db", first.facts, b"key")
        self.net = Net(self.store, first, Secrets(folder), folder / "tickets")
        self._rung = threading.Event()
        self.store.subscribe(lambda _topics: self._rung.set())

    def queue(self, number: str, printer: str) -> None:
        """Queue a kitchen ticket."""
        facts = to_json(KitchenTicket(number=number, order_number="001", order_type="eat_in"))

        def write(tx: Tx) -> None:
            tx.spool.add(Draft(number, "kitchen", printer, facts, ()), tx.now)
            tx.touch("tickets")

        self.store.do(write, WHO).result()

    def until(self, wanted: Callable[[TicketRow], bool]) -> TicketRow:
        """Return the first ticket that is as wanted, once there is one."""
        while True:
            self._rung.clear()
            if found := next(filter(wanted, self.store.ask(tickets)), None):
                return found
            self._rung.wait()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Callable[[Config], Running]]:
    """Start counters; all are stopped at the end."""
    started: list[Running] = []

    def start(first: Config) -> Running:
        started.append(Running(tmp_path, first))
        started[-1].net.start()
        return started[-1]

    yield start
    for one in started:
        one.net.stop()
        one.store.close()


def test_a_printer_that_is_added_prints_at_once(running: Callable[[Config], Running]) -> None:
    counter = running(config(kitchen={"device": "virtual:"}))
    counter.net.change(config(kitchen={"device": "virtual:"}, bar={"device": "virtual:"})).result()
    counter.queue("K-1", "bar")
    assert counter.until(lambda row: row.state == "printed").printer == "bar"


def test_a_printer_with_another_address_is_asked_there(running: Callable[[Config], Running]) -> None:
    counter = running(config(kitchen={"device": AWAY}))
    counter.queue("K-1", "kitchen")
    assert counter.until(lambda row: row.error != "").state == "queued"
    counter.net.change(config(kitchen={"device": "virtual:"})).result()
    counter.store.do(spool.set_aside, WHO, "kitchen").result()
    counter.queue("K-2", "kitchen")
    counter.store.do(spool.take_back, WHO, "kitchen").result()
    assert counter.until(lambda row: row.number == "K-2" and row.state == "printed").taken_by == "kitchen"


def test_what_waits_for_a_printer_that_is_gone_has_failed(running: Callable[[Config], Running]) -> None:
    counter = running(config(kitchen={"device": AWAY}))
    counter.queue("K-1", "kitchen")
    counter.net.change(config(bar={"device": "virtual:"})).result()
    assert counter.until(lambda row: row.state == "failed").error == "no_printer"
    assert [row.name for row in counter.store.ask(printers, counter.store.shop)] == ["bar"]


def test_the_fallback_is_woken_when_its_time_has_come(running: Callable[[Config], Running]) -> None:
    kitchen = {"device": AWAY, "fallback": "bar", "fallback_after": 0.1}
    counter = running(config(kitchen=kitchen, bar={"device": "virtual:"}))
    counter.store.do(spool.health, WHO, "kitchen", health_of("paper_out")).result()
    counter.queue("K-1", "kitchen")
    found = counter.until(lambda row: row.state == "printed")
    assert (found.printer, found.taken_by, found.stands_in_for) == ("kitchen", "bar", "kitchen")


def test_a_changed_configuration_leaves_the_channels_to_their_workers(
    running: Callable[[Config], Running],
) -> None:
    counter = running(config(kitchen={"device": "virtual:"}))
    before = counter.store.shop.channels
    counter.net.change(config(kitchen={"device": "virtual:"}, bar={"device": "virtual:"})).result()
    assert counter.store.shop.channels is before
    assert [one.name for one in counter.store.shop.printers] == ["kitchen", "bar"]


def test_a_net_that_was_stopped_takes_no_change(tmp_path: Path) -> None:
    counter = Running(tmp_path, config(kitchen={"device": "virtual:"}))
    with pytest.raises(RuntimeError, match="not started"):
        counter.net.change(config())
    counter.store.close()
