"""The board at a first glance is the board."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pos.actions import deals, intake, orders, spool
from pos.domain.payment import Amount
from pos.domain.shop import ChannelFacts, PrinterFacts, Shop
from pos.store import glance, queries
from pos.store.store import Store
from pos.store.tx import Who
from sync.messages import RemoteGuest, RemoteLine, RemoteNote, RemoteOrder

SHOP = Shop(
    name="泛盈总店",
    currency="CNY",
    language="zh_CN",
    timezone="Asia/Shanghai",
    channels={"fankahui": ChannelFacts("fankahui", "fankahui", tells=frozenset({"accept", "execute"}))},
    printers=(PrinterFacts("kitchen", ("kitchen",)),),
)


def _heard(key: str, **facts: Any) -> RemoteOrder:
    usual: dict[str, Any] = {
        "remote_id": key,
        "status": "placed",
        "type": "deliver",
        "lines": (RemoteLine("1", "面", 2, 1000), RemoteLine("2", "汤", 1)),
        "currency": "CNY",
        "raw": {"id": key},
        "guest": RemoteGuest(name="张三", address="路 1"),
        "memo": (RemoteNote("张三", "快"),),
    }
    return RemoteOrder(**{**usual, **facts})


def test_a_glance_shows_what_the_board_shows(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'shop.db'}", SHOP, b"key")
    who = Who("anna", "screen")
    try:
        for key in ("placed", "fired", "unknown", "paid"):
            total = None if key == "placed" else 2100
            store.do(intake.receive, who, "fankahui", _heard(key, total=total)).result()
        placed, *others = store.ask(queries.orders)
        for order in others:
            store.do(orders.accept, who, order.id, minutes=10).result()
        job = store.do(spool.claim, who, "kitchen", True).result()
        assert job is not None
        store.do(spool.unknown, who, job, "line broke").result()
        store.do(deals.settle, who, [others[-1].id], [Amount("cash", 5000)]).result()
        # What another channel has still to be told is nothing to the order's own.
        store.do(lambda tx: tx.outbox.add("reviews", placed.id, "sale", {}, tx.now), who).result()
        cards = store.ask(queries.board)
        assert [card.knows for card in cards if card.id == placed.id] == ["yes"]
        assert [card.question is not None for card in cards].count(True) == 1
        assert {card.id for card in cards} == {placed.id, *(order.id for order in others[:-1])}
        assert glance.board(tmp_path / "shop.db") == cards
    finally:
        store.close()


def test_a_glance_at_what_is_no_store_of_ours_shows_nothing(tmp_path: Path) -> None:
    assert glance.board(tmp_path / "none.db") == []
    (tmp_path / "text.db").write_text("this is no database, and long enough to be looked at " * 40)
    assert glance.board(tmp_path / "text.db") == []
