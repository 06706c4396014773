"""A shop to measure: its store, orders as documents of the service, and a past of any length."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from pysqlite3 import dbapi2
from sqlalchemy import event

from pos.actions import intake
from pos.domain.shop import ChannelFacts, PrinterFacts, Shop
from pos.store.moments import to_micros
from pos.store.store import Store
from pos.store.tx import Who
from sync.channels import KINDS
from sync.channels.fankahui.parse import parse

KEY = b"bench" * 8
WHO = Who("bench", "shell")
CHANNEL = "fankahui"
SHOP = Shop(
    name="泛盈总店",
    currency="CNY",
    language="zh_CN",
    timezone="Asia/Shanghai",
    channels={CHANNEL: ChannelFacts(CHANNEL, "fankahui", tells=KINDS["fankahui"].tells)},
    printers=(PrinterFacts("kitchen", ("kitchen",)), PrinterFacts("front", ("settlement",))),
)


def open_store(file: Path) -> Store:
    """Open a store with the settings of every shop."""
    return Store.open(f"sqlite:///{file}", SHOP, KEY)


def receive(store: Store, texts: list[str]) -> None:
    """Take orders in, from their documents to the last commit."""
    waits = [store.do(intake.receive, WHO, CHANNEL, parse(json.loads(text))) for text in texts]
    for wait in waits:
        wait.result()


def document(number: int) -> dict[str, Any]:
    """Return one order as the service writes it."""
    at = 1_790_000_000 + number
    items = [
        {"item": {"id": f"d{n}", "name": name, "price": price}, "id": str(UUID(int=number * 10 + n)),
         "dealPrice": price, "quantity": 1 + n % 2}
        for n, (name, price) in enumerate([("宫保鸡丁", 2800), ("米饭", 200), ("酸辣汤", 1000)])
    ]  # fmt: skip
    return {
        "id": f"{number:016x}", "createdAt": at, "updateAt": at, "status": "placed", "type": "booking",
        "payment": {"type": "weixin", "status": "unpaid"}, "items": items, "quantity": 4,
        "fee": sum(item["dealPrice"] * item["quantity"] for item in items), "sequenceNumber": number,
        "memo": [{"name": "顾客张三", "createdAt": at, "message": "不要加辣椒"}],
        "customer": {"id": f"c{number % 97}", "name": "顾客张三", "phone": "18912345678"},
        "openRes": {"code": str(number % 40)},
        "shop": {"id": "903d6f6ce857a9eb", "name": "泛盈总店"},
    }  # fmt: skip


def documents(count: int, start: int = 1) -> list[str]:
    """Return orders as they come over the wire, a JSON document each."""
    return [json.dumps(document(number), ensure_ascii=False) for number in range(start, start + count)]


def add_past(file: Path, count: int) -> None:
    """Add `count` orders of past days that are paid, straight into the file of a store that is not open."""
    connection = dbapi2.connect(str(file), isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    columns = [row[1] for row in connection.execute("PRAGMA table_info(orders)")]
    marks = ",".join("?" * len(columns))
    connection.execute("BEGIN")
    rows = (tuple(row[name] for name in columns) for row in _past(count))
    connection.executemany(f"INSERT INTO orders ({','.join(columns)}) VALUES ({marks})", rows)
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.close()


def _past(count: int) -> Iterator[dict[str, Any]]:
    first = datetime(2020, 1, 1, 9, tzinfo=UTC)
    line = {"id": "l", "name": "宫保鸡丁", "quantity": 1, "price": 2800, "deal_price": 2800, "item_id": "d1",
            "station": "", "options": [], "note": ""}  # fmt: skip
    lines = json.dumps([line], ensure_ascii=False)
    for number in range(count):
        day = first + timedelta(days=number // 900)
        at = to_micros(day + timedelta(seconds=40 * (number % 900)))
        yield {
            "id": uuid4().hex, "number": f"{number % 900:03d}", "day": f"{day:%Y-%m-%d}",
            "channel": CHANNEL, "remote_id": f"past{number}", "sequence_number": f"s{number}",
            "type": "booking", "status": "paid", "payment_type": "cash", "payment_status": "paid",
            "payment_online": 0, "currency": "CNY",
            "fee": 2800, "table_code": "", "agent": "", "lines": lines, "memo": "[]", "guest": "{}",
            "placed_at": at, "updated_at": at, "due_at": None, "deadline_at": None, "accepted_at": at,
            "executed_at": at, "closed_at": at, "remote_updated_at": at, "remote_status": "paid",
            "guest_is_here": 0, "settled": 1, "deal_id": None, "dispatched_at": None, "carrier": "",
            "tracking": "", "supplies": 0, "claims": "[]", "version": 3,
        }  # fmt: skip


@contextmanager
def statements(store: Store) -> Iterator[list[tuple[str, Any]]]:
    """Record every statement of a store's writer with its values, `COMMIT` after each transaction."""
    heard: list[tuple[str, Any]] = []
    writer = store._writer

    def statement(_c: Any, _cursor: Any, sql: str, values: Any, _context: Any, many: bool) -> None:
        heard.append((sql, [tuple(row) for row in values] if many else tuple(values)))

    def commit(_connection: Any) -> None:
        heard.append(("COMMIT", ()))

    event.listen(writer, "before_cursor_execute", statement)
    event.listen(writer, "commit", commit)
    try:
        yield heard
    finally:
        event.remove(writer, "before_cursor_execute", statement)
        event.remove(writer, "commit", commit)


def raw_connection(file: Path) -> Any:
    """Open a store's file as bare as can be, with the durability that ours has."""
    connection = dbapi2.connect(str(file), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def replay(connection: Any, heard: list[tuple[str, Any]]) -> None:
    """Send recorded statements again, bare: one that begins a transaction comes with its own BEGIN."""
    for sql, values in heard:
        if isinstance(values, list):
            connection.executemany(sql, values)
        else:
            connection.execute(sql, values).fetchall()
