"""What the store does for channels and printers, beyond the single calls of their ports."""

from __future__ import annotations

from pathlib import Path

from pos.adapters import strand
from pos.domain.shop import Shop
from pos.store.backlog import tickets
from pos.store.spool import Draft
from pos.store.store import Store
from pos.store.tx import Tx, Who


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
