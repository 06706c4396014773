"""An evening in the practice shop, told minute by minute: what the README's pictures show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pos.actions import channels, deals, intake, new, orders, spool, tickets
from pos.domain.order import Guest, Line, Order, OrderType
from pos.domain.payment import Amount
from pos.domain.shop import ChannelFacts, PrinterFacts, Shop
from pos.store import backlog, queries
from pos.store.store import Store
from pos.store.tx import Who
from sync.channels import KINDS
from sync.messages import Health, Membership, RemoteGuest, RemoteLine, RemoteNote, RemoteOrder

#: 18:42 in the shop.
NOW = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CASHIER = "王芳"
KITCHEN, COLD, FRONT = "厨房", "凉菜", "前台"

SHOP = Shop(
    name="泛盈总店",
    currency="CNY",
    language="zh_CN",
    timezone="Asia/Shanghai",
    address="胜太路68号3层",
    phone="025-58679066",
    footer="谢谢惠顾",
    channels={"fankahui": ChannelFacts("fankahui", "fankahui", tells=frozenset(KINDS["fankahui"].tells))},
    printers=(
        PrinterFacts(KITCHEN, ("kitchen",)),
        PrinterFacts(COLD, ("kitchen",), ("凉菜",)),
        PrinterFacts(FRONT, ("settlement", "report")),
    ),
    stations={"拍黄瓜": "凉菜", "麻辣烫": "热菜", "干煸豆角": "热菜", "水煮鱼": "热菜"},
)

Dish = tuple[str, int, int, tuple[str, ...]]


class Evening:
    """A store, and a clock that stands where the story is."""

    def __init__(self, folder: Path) -> None:
        self._now = NOW - 40 * MINUTE
        self.store = Store.open(f"sqlite:///{folder / 'counter.db'}", SHOP, b"pictures", self.now)
        self._count = 1402304633000

    def now(self) -> datetime:
        """Return the time in the story (UTC)."""
        return self._now

    def at(self, minutes: int) -> None:
        """Go to so many minutes before 18:42."""
        self._now = NOW - minutes * MINUTE

    def do(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Let the cashier do something."""
        return self.store.do(action, Who(CASHIER, "screen"), *args, **kwargs).result()

    def place(self, kind: str, guest: RemoteGuest, *dishes: Dish, **facts: Any) -> Order:
        """Let a guest order at the channel, and return the order."""
        self._count += 1
        lines = tuple(
            RemoteLine(f"{self._count}-{place}", name, count, price, price, options=options)
            for place, (name, count, price, options) in enumerate(dishes)
        )
        usual = {"total": sum(line.quantity * (line.price or 0) for line in lines), "placed_at": self._now}
        heard = RemoteOrder(
            remote_id=f"{self._count:x}",
            status="placed",
            type=kind,  # type: ignore[arg-type]  # the story's own words
            lines=lines,
            currency="CNY",
            raw={"id": f"{self._count:x}"},
            sequence_number=str(self._count),
            guest=guest,
            **{**usual, **facts},
        )
        self.store.do(intake.receive, Who("fankahui", "channel"), "fankahui", heard).result()
        return self.store.ask(queries.find_orders, f"fankahui:{self._count:x}", None)[0]

    def print_all(self) -> None:
        """Let every printer print what it has."""
        for printer in (KITCHEN, COLD, FRONT):
            while job := self.store.do(spool.claim, Who(printer, "worker"), printer, True).result():
                self.store.do(spool.printed, Who(printer, "worker"), job, "gs-r").result()

    def lose(self) -> None:
        """Let the kitchen's line break while a ticket is on its way."""
        job = self.store.do(spool.claim, Who(KITCHEN, "worker"), KITCHEN, True).result()
        self.store.do(spool.unknown, Who(KITCHEN, "worker"), job, "line_broke").result()

    def tell_all(self) -> None:
        """Let the channel know everything that waits."""
        from pos.actions import outbox
        from sync.messages import Told

        who = Who("fankahui", "channel")
        while letter := self.store.do(outbox.claim, who, "fankahui", True).result():
            self.store.do(outbox.told, who, letter, Told()).result()

    def health(self, printer: str, state: str, cause: str = "") -> None:
        """Let a printer say how it is."""
        how = spool.PrinterHealth(state, cause)  # type: ignore[arg-type]  # the story's own words
        self.store.do(spool.health, Who(printer, "worker"), printer, how).result()


def tell(folder: Path) -> Evening:
    """Tell the evening up to 18:42 and return it."""
    evening = Evening(folder)
    evening.store.do(
        channels.health, Who("fankahui", "channel"), "fankahui", Health("well", heard_at=NOW)
    ).result()
    for printer in (KITCHEN, COLD):
        evening.health(printer, "well")
    _done(evening)
    _cooking(evening)
    evening.tell_all()
    _coming(evening)
    _fresh(evening)
    evening.health(FRONT, "needs_you", "paper_out")
    return evening


def _done(evening: Evening) -> None:
    evening.at(38)
    here = (Line("", "担担面", 2, 1800), Line("", "酸梅汤", 2, 800))
    order = evening.do(new.place, new.Draft(OrderType.TAKE_AWAY, here))
    evening.print_all()
    evening.at(36)
    evening.do(deals.settle, [order.id], [Amount("weixin", 5200)])
    evening.print_all()


def _cooking(evening: Evening) -> None:
    evening.at(30)
    fish = evening.do(
        new.place,
        new.Draft(
            OrderType.EAT_IN,
            (Line("", "水煮鱼", 1, 7800), Line("", "米饭", 4, 200)),
            table="5",
            guest=Guest(name=""),
        ),
    )
    evening.print_all()
    evening.at(14)
    more = (*fish.lines[1:], Line("", "干煸豆角", 1, 2600), Line("", "拍黄瓜", 1, 1200))
    evening.do(orders.amend, fish.id, more)
    evening.lose()
    evening.print_all()
    evening.at(9)
    hot = evening.place(
        "deliver",
        RemoteGuest(name="钱七", phone="189 0000 1107", address="文化路9号"),
        ("麻辣烫", 1, 4640, ("微辣", "多香菜")),
        ("米饭", 2, 200, ()),
        ("酸梅汤", 1, 800, ()),
        memo=(RemoteNote("钱七", "不要放花生，过敏", evening.now()),),
        payment="paid",
        payment_type="weixin",
    )
    evening.at(7)
    evening.do(orders.accept, hot.id, 30)
    evening.at(4)
    tomato = evening.do(
        new.place,
        new.Draft(
            OrderType.EAT_IN,
            (Line("", "番茄炒蛋", 1, 3800), Line("", "米饭", 2, 200), Line("", "啤酒", 2, 1200)),
            table="16",
        ),
    )
    evening.print_all()
    assert tomato.executed_at


def _coming(evening: Evening) -> None:
    for number, (name, table, late, dishes) in enumerate(_BOOKINGS):
        evening.at(25 - number)
        due = NOW + late * MINUTE
        guest = RemoteGuest(name=name, phone="189 0000 2210", membership=Membership("会员", 4000))
        order = evening.place("booking", guest, *dishes, table=table, due_at=due)
        evening.do(orders.accept, order.id)
    evening.tell_all()


_BOOKINGS: tuple[tuple[str, str, int, tuple[Dish, ...]], ...] = (
    ("李四", "8", -6, (("烤鱼套餐", 1, 12800, ("香辣",)),)),
    ("赵六", "3", 13, (("小炒肉", 1, 3400, ()), ("米饭", 2, 600, ()))),
    ("曹操", "12", 33, (("黑咖啡", 1, 1620, ()), ("牛奶", 2, 1000, ("热",)))),
)


def _fresh(evening: Evening) -> None:
    evening.at(9)
    evening.place(
        "deliver",
        RemoteGuest(
            name="张三", phone="189 1234 5678", address="胜太路68号408", membership=Membership("会员", 4000)
        ),
        ("宫保鸡丁", 1, 2800, ("微辣", "多花生")),
        ("米饭", 3, 200, ()),
        ("酸辣汤", 1, 1000, ()),
        memo=(RemoteNote("张三", "不要加辣椒，少饭。到了打电话", evening.now()),),
        payment="paid",
        payment_type="weixin",
    )
    evening.at(6)
    evening.place(
        "booking",
        RemoteGuest(name="顾客张三", phone="189 1234 5678"),
        ("盖浇饭", 1, 1620, ()),
        ("拉面", 2, 1000, ()),
        table="16",
        due_at=NOW + 48 * MINUTE,
    )
    evening.at(1)
    evening.place(
        "deliver",
        RemoteGuest(name="김손님", phone="010 0000 0000", address="테헤란로 3층"),
        ("김치찌개", 2, 3800, ()),
        ("공기밥", 2, 500, ()),
    )
    evening.at(0)


def reprint_lost(evening: Evening) -> None:
    """Answer that the lost ticket did not come out, so that a marked copy is made."""
    for row in evening.store.ask(backlog.tickets, ("unknown",)):
        evening.do(tickets.answer, row.id, False)
