"""Pictures of the real window over the practice shop's store, taken while its day goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from pos.config import Config
from pos.store.store import Store
from pos.store.tx import Who
from pos.ui.desk import Desk, Ended, Watch
from pos.ui.window import Window
from pos.words import Words

#: The window's size in pixels: a small counter's touchscreen.
WIDTH, HEIGHT = 1280, 800

#: Pixels per millimetre of such a screen, 13.3 inches across.
DENSITY = 4.35


class _Silence:
    """A voice for a counter that nobody sits at."""

    def loop(self) -> None:
        """Be quiet."""

    def chime(self) -> None:
        """Be quiet."""

    def stop(self) -> None:
        """Be quiet."""

    def close(self) -> None:
        """Be quiet."""


class _CountingDesk(Desk):
    """A desk that knows how many answers it still waits for."""

    asked = 0

    def ask(
        self,
        query: Callable[..., Any],
        *args: object,
        then: Callable[[Any], object],
        ended: Ended | None = None,
    ) -> None:
        """Ask, and count the question until it is answered."""
        self.asked += 1
        super().ask(query, *args, then=then, ended=partial(self._heard, ended))

    def _heard(self, ended: Ended | None) -> None:
        self.asked -= 1
        if ended is not None:
            ended()


class Pictures:
    """The window, unseen, and a folder for its pictures."""

    def __init__(self, store: Store, config: Config, words: Words, folder: Path) -> None:
        self._qt = QApplication.instance() or QApplication(["pos"])
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        papers = {part.name: part.as_profile() for part in config.printer}
        self._desk = _CountingDesk(store, words, Who(words.say("demo.cashier"), "screen"), profiles=papers)
        self._window = Window(config.shop.name, words, voice=_Silence(), density=DENSITY)
        self._window.resize(WIDTH, HEIGHT)
        self._window.show()
        self._window.serve(self._desk)

    def take(self, moment: str, pages: Sequence[str], order_id: UUID | None = None) -> None:
        """Keep a picture of each of these pages as `moment-page.png`, with an order chosen where given."""
        if order_id is not None:
            self._window.find_order(order_id)
        for page in pages:
            self._window.turn(page)
            self._settle()
            self._window.grab().save(str(self._folder / f"{moment}-{page}.png"))

    def close(self) -> None:
        """Give the window back."""
        self._window.close()
        self._desk.close()
        self._window.deleteLater()
        self._qt.processEvents()

    def _settle(self) -> None:
        """Let the window answer every event, until it shows what the store has."""
        self._qt.processEvents()
        while self._desk.asked or not all(watch.is_fresh for watch in self._window.findChildren(Watch)):
            self._qt.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        self._qt.processEvents()
