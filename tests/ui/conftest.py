"""A counter over a real store in a folder of its own, with orders of several channels and no network."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from pos.actions import intake, orders
from pos.counter import Counter
from pos.domain.order import Order
from pos.domain.shop import ChannelFacts, PrinterFacts, Shop
from pos.secrets import Secrets
from pos.store import queries
from pos.store.rows import Card
from pos.store.store import Store
from pos.store.tx import Who
from pos.ui.desk import Desk
from pos.ui.frame import Frame
from pos.ui.window import Window
from pos.words import Words
from printing.simulator import Simulator
from sync.messages import Membership, RemoteGuest, RemoteLine, RemoteNote, RemoteOrder
from sync.sandbox.server import Sandbox

NOW = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)
TELLS = frozenset({"register", "accept", "reject", "execute", "cancel", "pay", "note", "amend"})


class Silence:
    """A voice that only remembers what it was asked for."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def loop(self) -> None:
        """Ring."""
        self.said.append("loop")

    def chime(self) -> None:
        """Ring once."""
        self.said.append("chime")

    def stop(self) -> None:
        """Be quiet."""
        self.said.append("stop")

    def close(self) -> None:
        """Be quiet for good."""
        self.said.append("close")


class Till:
    """The shop at work: what channels bring, and the counter's window over it."""

    def __init__(self, store: Store, clock: list[datetime]) -> None:
        self.store, self.clock, self.voice = store, clock, Silence()
        self.desk: Desk
        self.window: Window
        self.frame: Frame
        self._count = 0

    def now(self) -> datetime:
        """Return the shop's time."""
        return self.clock[0]

    def do(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run an action as the cashier and wait for it."""
        return self.store.do(action, Who("王芳", "screen"), *args, **kwargs).result()

    def bring(self, channel: str = "fankahui", **facts: Any) -> Order:
        """Let a channel bring an order, and return it."""
        self._count += 1
        remote = f"r{self._count:04}"
        heard = RemoteOrder(**{**_usual(remote), **facts})
        self.store.do(intake.receive, Who(channel, "channel"), channel, heard).result()
        return self.store.ask(queries.find_orders, f"{channel}:{remote}", None)[0]

    def accepted(self, **facts: Any) -> Order:
        """Return an order that was brought and accepted."""
        return self.order(self.do(orders.accept, self.bring(**facts).id).order.id)

    def executed(self, **facts: Any) -> Order:
        """Return an order that was brought, accepted and fired."""
        order = self.accepted(**facts)
        return order if order.executed_at else self.order(self.do(orders.execute, order.id).order.id)

    def order(self, order_id: UUID) -> Order:
        """Return an order as the store has it."""
        return self.store.ask(queries.order, order_id)

    def card(self, order_id: UUID) -> Card:
        """Return an order's card as the store has it."""
        return next(card for card in self.store.ask(queries.board) if card.id == order_id)


def _usual(remote: str) -> dict[str, Any]:
    return {
        "remote_id": remote,
        "status": "placed",
        "type": "deliver",
        "lines": (
            RemoteLine("1", "宫保鸡丁", 1, 2800, options=("微辣", "多花生")),
            RemoteLine("2", "米饭", 3, 200),
            RemoteLine("3", "酸辣汤", 1, 1000),
        ),
        "currency": "CNY",
        "raw": {"id": remote},
        "sequence_number": f"14023046330{remote[1:]}",
        "guest": RemoteGuest(name="张三", phone="189 0000 5678", address="胜太路68号408"),
        "placed_at": NOW,
    }


@pytest.fixture
def parts() -> SimpleNamespace:
    """Return what orders of a channel are made of."""
    return SimpleNamespace(line=RemoteLine, note=RemoteNote, guest=RemoteGuest, member=Membership)


@pytest.fixture
def till(tmp_path: Path, new_store: Callable[[Path], str]) -> Iterator[Till]:
    """Return a shop at work, without a window yet."""
    clock = [NOW]
    store = Store.open(new_store(tmp_path / "counter.db"), shop(), b"journal key", lambda: clock[0])
    yield Till(store, clock)
    store.close()


def shop() -> Shop:
    """Return the example shop."""
    names = ("fankahui", "imweb", "crema")
    return Shop(
        name="泛盈总店",
        currency="CNY",
        language="zh_CN",
        timezone="Asia/Shanghai",
        channels={
            name: ChannelFacts(name, name, tells=TELLS, stored_value=name == "fankahui") for name in names
        },
        printers=(
            PrinterFacts("kitchen", ("kitchen",)),
            PrinterFacts("front", ("settlement", "report")),
        ),
    )


@pytest.fixture
def opened(qtbot: QtBot, till: Till) -> Iterator[Callable[..., Till]]:
    """Return a way to open the counter's window over the shop."""

    def open_window(
        language: str = "zh_CN", *, dark: bool = False, size: tuple[int, int] = (1366, 768)
    ) -> Till:
        words = Words(language, "Asia/Shanghai")
        till.window = Window("泛盈总店", words, dark=dark, clock=till.now, voice=till.voice, density=4.0)
        till.desk = Desk(till.store, words, Who("王芳", "screen"), till.now)
        frame = Frame(till.window.theme)
        frame.hold(till.window)
        qtbot.addWidget(frame)
        till.frame = frame
        frame.resize(*size)
        frame.show()
        till.window.serve(till.desk)
        return till

    yield open_window
    if hasattr(till, "desk"):
        till.desk.close()


@pytest.fixture
def press(qtbot: QtBot) -> Callable[..., None]:
    """Return a finger: it presses the button of a name inside a widget, or a target of a card."""
    from PySide6.QtCore import Qt

    def finger(inside: QWidget, name: str) -> None:
        def seen() -> list[QWidget]:
            return [each for each in inside.findChildren(QWidget, name) if each.isVisible()]

        qtbot.waitUntil(lambda: bool(seen()))
        qtbot.mouseClick(seen()[-1], Qt.MouseButton.LeftButton)

    return finger


@pytest.fixture
def tap(qtbot: QtBot) -> Callable[..., None]:
    """Return a finger for cards: it taps a target of a row in a list, or the row itself."""
    from PySide6.QtCore import QPoint, Qt

    def finger(view: Any, row_id: Any, name: str = "") -> None:
        box = view.target(row_id, name) if name else view.box(row_id)
        point = box.center() if name else box.topLeft() + QPoint(40, 20)
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)

    return finger


@pytest.fixture
def beside() -> Iterator[Callable[[Coroutine[Any, Any, object]], object]]:
    """Return a way to have something done on an event loop beside the test's."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield lambda work: asyncio.run_coroutine_threadsafe(work, loop).result(30)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def simulate(beside: Callable[..., object]) -> Iterator[Callable[[], Simulator]]:
    """Return a way to get a printer of no iron that listens on loopback."""
    made: list[Simulator] = []

    def start() -> Simulator:
        made.append(Simulator())
        beside(made[-1].start(port=0))
        return made[-1]

    yield start
    for each in made:
        beside(each.close())


@pytest.fixture
def hand(beside: Callable[..., object]) -> Callable[[Simulator, str], object]:
    """Return a hand that puts a simulated printer into a state."""
    return lambda printer, what: beside(printer.do(what))


MINUTE = timedelta(minutes=1)


PRACTICE = """[shop]
name = "泛盈总店"
currency = "CNY"
language = "{language}"
timezone = "Asia/Shanghai"
day_starts = "{day_starts}"

[[printer]]
name = "kitchen"
device = "virtual:"
prints = ["kitchen", "settlement"]
"""


class Connected(NamedTuple):
    """A whole counter at its channels page, with services on loopback behind it."""

    counter: Counter
    page: Any
    file: Path
    folder: Path

    def say(self, key: str, **facts: object) -> str:
        """Return words in the counter's language."""
        return Words(self.counter.window.theme.language).say(key, **facts)

    def ask(self, query: Callable[..., Any], *args: Any) -> Any:
        """Return what the store has."""
        assert self.counter.works is not None
        return self.counter.works.store.ask(query, *args)

    def do(self, action: Callable[..., Any], *args: Any) -> Any:
        """Do something as the cashier, and wait for it."""
        assert self.counter.works is not None
        return self.counter.works.store.do(action, Who("王芳", "screen"), *args).result()


@pytest.fixture
def urls() -> Iterator[Mapping[str, str]]:
    """Serve all five services on loopback, and return their addresses."""
    with Sandbox(patient=True) as served:
        yield served.urls


@pytest.fixture
def connected(
    qtbot: QtBot,
    tmp_path: Path,
    new_store: Callable[[Path], str],
    day_starts: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
    hurry: pytest.MonkeyPatch,  # noqa: ARG001 - a web shop would be called a second late
) -> Iterator[Callable[..., Connected]]:
    """Return a way to open a counter at its channels page, with these channels and secrets."""
    made: list[Counter] = []
    monkeypatch.setattr("pos.ui.window.pixels_per_mm", lambda _screen: 4.0)
    new_store(tmp_path / "counter.db")

    def open_counter(
        tables: str = "",
        language: str = "zh_CN",
        size: tuple[int, int] = (1366, 768),
        **secrets: str,
    ) -> Connected:
        file, folder = tmp_path / "config.toml", tmp_path / "keys"
        folder.mkdir()
        shop = PRACTICE.format(language=language, day_starts=day_starts("Asia/Shanghai"))
        file.write_text(shop + tables, encoding="utf-8")
        keys = {f"POS_SECRET_{name}": value for name, value in secrets.items()}
        known = Secrets(folder, {"POS_SECRET_SHOP_JOURNAL": "key", **keys})
        made.append(Counter(file, secrets=known))
        window = made[0].window
        qtbot.addWidget(window)
        window.resize(*size)
        with qtbot.waitSignal(made[0].opened):
            window.show()
        qtbot.waitUntil(lambda: made[0]._worker is not None)
        window.turn("channels")
        return Connected(made[0], window.pages["channels"], file, folder)

    yield open_counter
    for each in made:
        each.stop()
