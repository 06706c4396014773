"""What the store does for channels and printers, beyond the single calls of their ports."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pos.adapters import ChannelHost, PrinterHost, strand
from pos.domain.shop import ChannelFacts, PrinterFacts, Shop
from pos.store.backlog import attention, printers, tickets
from pos.store.queries import orders
from pos.store.spool import Draft
from pos.store.store import Store
from pos.store.tx import Tx, Who
from printing.ports import Shown
from printing.status import health_of
from sync.messages import Applied, Cursor, RemoteLine, RemoteOrder
from sync.ports import Outlook


def test_only_what_nobody_works_is_stranded(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/s.db", Shop("", "CNY", "zh_CN", "UTC"), b"key")

    def queue(tx: Tx, number: str, printer: str) -> None:
        tx.spool.add(Draft(number, "kitchen", printer, {}, ()), tx.now)

    who = Who("小王", "screen")
    store.do(queue, who, "K-1", "removed").result()
    store.do(queue, who, "K-2", "of another counter").result()
    with store.lock("printer:of another counter"):
        strand(store)
    assert [(ticket.number, ticket.state, ticket.error) for ticket in store.ask(tickets)] == [
        ("K-1", "failed", "no_printer"),
        ("K-2", "queued", ""),
    ]
    store.close()


async def test_an_order_that_a_fault_of_ours_cannot_take_stops_no_other(tmp_path: Path) -> None:
    shop = Shop("", "CNY", "zh_CN", "UTC", channels={"c": ChannelFacts("c", "fankahui")})
    store = Store.open(f"sqlite:///{tmp_path}/s.db", shop, b"key")
    strange, plain = (
        RemoteOrder(remote_id, "placed", kind, (RemoteLine("L1", "米饭", 1, 300),), "CNY", {"id": remote_id})
        for remote_id, kind in (("R1", "by post"), ("R2", "booking"))
    )
    applied = await ChannelHost(store).receive("c", [strange, plain], datetime.now(UTC), first_fetch=False)
    (notice,) = store.ask(attention)
    assert (applied.new, [order.remote_id for order in store.ask(orders)]) == (1, ["R2"])
    assert (notice.kind, notice.facts["record"], notice.raw) == ("unreadable", "R1", '{"id":"R1"}')
    store.close()


async def test_a_channel_of_which_nothing_is_new_costs_the_store_no_transaction_that_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop("", "CNY", "zh_CN", "UTC", channels={"c": ChannelFacts("c", "fankahui")})
    store = Store.open(f"sqlite:///{tmp_path}/s.db", shop, b"key")
    host, now = ChannelHost(store), datetime.now(UTC)
    order = RemoteOrder("R1", "placed", "booking", (RemoteLine("L1", "米饭", 1, 300),), "CNY", {"id": "R1"})
    heard = Cursor("1", now, first_fetch_done=True, missed={"R9": 1})
    await host.receive("c", [order], now, first_fetch=True)
    await host.save_cursor("c", heard)
    monkeypatch.delattr(Store, "do")
    assert await host.outlook("c") == Outlook()
    assert await host.cursor("c") == heard
    assert await host.receive("c", [order], now, first_fetch=False) == Applied()
    store.close()


async def test_what_a_printer_has_shown_is_known_after_the_counter_was_opened_anew(tmp_path: Path) -> None:
    shop = Shop("", "CNY", "zh_CN", "UTC", printers=(PrinterFacts("kitchen", ("kitchen",)),))
    url, way, shown = f"sqlite:///{tmp_path}/s.db", "auto tcp://there", Shown(True, "process-id")
    store = Store.open(url, shop, b"key")
    host = PrinterHost(store)
    assert await host.known("kitchen", way) == Shown()
    await host.health("kitchen", health_of("paper_out"), datetime.now(UTC))
    await host.learned("kitchen", way, shown)
    store.close()
    store = Store.open(url, shop, b"key")
    host = PrinterHost(store)
    assert [await host.known("kitchen", by) for by in (way, "none tcp://there")] == [shown, Shown()]
    assert store.ask(printers, shop)[0].cause == "paper_out"
    store.close()
    store = Store.open(url, replace(shop, printers=()), b"key")
    strand(store)
    assert await PrinterHost(store).known("kitchen", way) == Shown()
    store.close()
