"""`make pictures`: the README's pictures, from the real window and the real paper."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from pos.actions import deals
from pos.domain.payment import Amount
from pos.domain.shop import Shop
from pos.store import backlog, queries
from pos.store.rows import TicketRow
from pos.store.tx import Who
from pos.ui.desk import Desk
from pos.ui.screens import picture, settle_down
from pos.ui.setup import Setup
from pos.ui.window import Window
from pos.words import Words
from printing.profiles import profile
from printing.render import to_png
from printing.tickets import Copy

from .evening import CASHIER, KITCHEN, NOW, Evening, reprint_lost, tell

FOLDER = Path(__file__).parents[2] / ".pictures"

#: A service whose states are the shop's own.
LABORATORY = """

[[channel]]
name = "lab"
kind = "rayteams"
base_url = "https://api-ap-northeast-2-{scope}.rayteams.com/v1.0"

[channel.workflow]
Requested = "placed"
Confirmed = "accepted"
"Wait Response" = "accepted"
"In production" = "executed"
Canceled = "canceled"
Done = "paid"
"""


class _Silence:
    """A voice for pictures."""

    def loop(self) -> None:
        """Be quiet."""

    def chime(self) -> None:
        """Be quiet."""

    def stop(self) -> None:
        """Be quiet."""

    def close(self) -> None:
        """Be quiet."""


@contextmanager
def _window(evening: Evening, file: Path, *, dark: bool = False) -> Iterator[Window]:
    words = Words("zh_CN", "Asia/Shanghai")
    window = Window("泛盈总店", words, dark=dark, clock=lambda: NOW, voice=_Silence(), density=4.0)
    desk = Desk(evening.store, words, Who(CASHIER, "screen"), lambda: NOW)
    desk.setup = Setup(evening.store, desk.who, file, lambda _config: Future())
    window.resize(1366, 768)
    window.show()
    window.serve(desk)
    settle_down()
    window.alarm.acted()
    yield window
    window.close()
    desk.close()


def _choose(window: Window, evening: Evening, number: str) -> None:
    board = window.pages["orders"]
    cards = {card.number: card.id for card in evening.store.ask(queries.board)}
    board.choose(cards[number])  # type: ignore[attr-defined]


def screens(evening: Evening, file: Path) -> None:
    """Take the pages, light and dark, and the till with two orders and two payments."""
    with _window(evening, file) as window:
        picture(window, FOLDER / "orders-light.png", lambda: _choose(window, evening, "008"))
        picture(window, FOLDER / "channels.png", lambda: window.turn("channels"))
        picture(window, FOLDER / "tickets.png", lambda: window.turn("tickets"))
        window.turn("orders")
        _settle(window, evening)
        picture(window, FOLDER / "settle.png")
    with _window(evening, file, dark=True) as window:
        picture(window, FOLDER / "orders-dark.png", lambda: _choose(window, evening, "008"))


def services(evening: Evening, file: Path) -> None:
    """Take the form of a web shop that is being connected, and the states of a laboratory's workflow."""
    with _window(evening, file) as window:
        window.turn("channels")
        settle_down()
        for name in ("connect_service", "kind_imweb"):
            QTest.mouseClick(_seen(window, name), Qt.MouseButton.LeftButton)
            settle_down()
        picture(window, FOLDER / "connecting.png")
        page: Any = window.pages["channels"]
        picture(window, FOLDER / "states.png", lambda: page.open_mapping("lab"))


def settings(evening: Evening, file: Path) -> None:
    """Take the form of the kitchen's printer, with the evening's dishes as it would print them."""
    with _window(evening, file) as window:
        window.turn("settings")
        settle_down()
        change = _seen(window, f"change_{KITCHEN}")
        picture(window, FOLDER / "settings.png", lambda: QTest.mouseClick(change, Qt.MouseButton.LeftButton))


def _seen(window: Window, name: str) -> QWidget:
    return next(each for each in window.findChildren(QWidget, name) if each.isVisible())


def _config(shop: Shop) -> str:
    """Return the shop's printers, and a laboratory's orders beside them, as its owner would write them."""
    lines = ["[shop]", f'name = "{shop.name}"', f'currency = "{shop.currency}"']
    for printer in shop.printers:
        kinds, stations = json.dumps(printer.prints), json.dumps(printer.stations, ensure_ascii=False)
        lines += ["", "[[printer]]", f'name = "{printer.name}"', 'device = "virtual:"']
        lines += [f"prints = {kinds}", f"stations = {stations}"]
    return "\n".join(lines) + LABORATORY


def _settle(window: Window, evening: Evening) -> None:
    cards = {card.number: card.id for card in evening.store.ask(queries.board)}
    window.settle([cards["004"], cards["006"]])
    settle_down()
    for name in ("method_weixin", "key_5", "key_0", "method_cash", "key_1", "key_00"):
        QTest.mouseClick(_seen(window, name), Qt.MouseButton.LeftButton)
        settle_down(150)


def paper(evening: Evening) -> None:
    """Take one ticket of each look as it leaves the printer."""
    reprint_lost(evening)
    cards = {card.number: card.id for card in evening.store.ask(queries.board)}
    both = [cards["004"], cards["006"]]
    total = sum(evening.store.ask(queries.order, key).total or 0 for key in both)
    evening.do(deals.settle, both, [Amount("weixin", 5000), Amount("cash", 20000)])
    assert total < 25000
    rows = evening.store.ask(backlog.tickets)
    for name, wanted in _WANTED.items():
        row = next(row for row in rows if wanted(evening, row))
        content = evening.store.ask(backlog.ticket_content, row.id)
        image = to_png(content["facts"], profile(80), Copy(row.copy, content["mark"]))
        (FOLDER / f"ticket-{name}.png").write_bytes(image)


def _change(evening: Evening, row: TicketRow) -> object:
    return evening.store.ask(backlog.ticket_content, row.id)["facts"].get("change")


_WANTED = {
    "kitchen": lambda evening, row: (
        row.kind == "kitchen" and not _change(evening, row) and "003" in row.order_numbers
    ),
    "add": lambda evening, row: _change(evening, row) == "add",
    "copy": lambda _evening, row: row.copy > 1,
    "settlement": lambda _evening, row: row.kind == "settlement" and len(row.order_ids) > 1,
}


def main() -> int:
    """Make all pictures anew."""
    FOLDER.mkdir(exist_ok=True)
    _qt = QApplication(["pictures"])
    with tempfile.TemporaryDirectory() as folder:
        evening, file = tell(Path(folder)), Path(folder) / "config.toml"
        file.write_text(_config(evening.store.shop), encoding="utf-8")
        screens(evening, file)
        services(evening, file)
        settings(evening, file)
        paper(evening)
        evening.store.close()
    print(f"{FOLDER}: {', '.join(sorted(file.name for file in FOLDER.iterdir()))}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
