"""Looks for printers while a person watches: what is found appears at once, and one tap adds it."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Sequence
from contextlib import aclosing, suppress
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QProgressBar, QWidget

from pos.config_edit import Draft
from pos.ui.desk import Desk
from pos.ui.parts.overlays import Sheet
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, column, framed, label, row, scrolled
from pos.ui.printers import devices
from pos.ui.printers.fresh import fresh
from pos.ui.setup import Find, trouble_words
from printing.finding import Found, Missed


class Search(QObject):
    """One search on a thread of its own; `came` carries what was found; `ended`: no more."""

    came = Signal(object)
    ended = Signal()

    def __init__(self, parent: QObject, hosts: Sequence[str], look: Find) -> None:
        super().__init__(parent)
        self._hosts, self._look = hosts, look
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._left = threading.Event()

    def start(self) -> None:
        """Begin to look, once somebody listens."""
        threading.Thread(target=self._run, name="finding", daemon=True).start()

    def leave(self) -> None:
        """Look no further; nothing comes any more."""
        self._left.set()
        if self._loop is not None and self._task is not None:
            with suppress(RuntimeError):  # it has just ended by itself
                self._loop.call_soon_threadsafe(self._end)

    def _run(self) -> None:
        asyncio.run(self._work())

    def _end(self) -> None:
        """Cancel once: a second time would cut off what closes sockets."""
        if self._task is not None and not self._task.cancelling():
            self._task.cancel()

    async def _work(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.ensure_future(self._follow())
        if self._left.is_set():
            self._end()
        await asyncio.gather(self._task, return_exceptions=True)
        if not self._left.is_set():
            self.ended.emit()

    async def _follow(self) -> None:
        async with aclosing(self._look(self._hosts)) as found:
            async for one in found:
                if self._left.is_set():
                    return
                self.came.emit(one)


class FindPrinters(QObject):
    """The sheet. `open_form` is asked to show a printer that was added."""

    def __init__(
        self,
        host: QWidget,
        desk: Desk,
        theme: Theme,
        draft: Draft,
        open_form: Callable[[str], object],
        look: Find,
    ) -> None:
        super().__init__(host)
        self._desk, self._theme, self._words = desk, theme, desk.words
        self._draft, self._open_form, self._look = draft, open_form, look
        self._shown: dict[str, QWidget] = {}
        self._search: Search | None = None
        self._found = column(gap=theme.mm(2))
        self._state = label("", "quiet", wrap=True)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.sheet = Sheet(
            host, theme, self._words, self._words.say("settings.find"), self._content(host), 150
        )
        self.sheet.destroyed.connect(self.deleteLater)
        self.sheet.installEventFilter(self)
        self._begin(())

    def eventFilter(self, _watched: QObject, event: Any) -> bool:
        """Look no further once the sheet is away."""
        if event.type() == event.Type.Hide:
            self._leave()
        return False

    def _content(self, host: QWidget) -> Any:
        words, gap = self._words, self._theme.mm(3)
        self.hosts = QLineEdit()
        self.hosts.setObjectName("hosts")
        self.hosts.setPlaceholderText(words.say("settings.hosts"))
        self.hosts.returnPressed.connect(self._ask_hosts)
        ask = button(words.say("settings.ask_hosts"), self._ask_hosts, name="ask_hosts")
        area = scrolled(column(self._found, None))
        area.setMinimumHeight(min(self._theme.mm(75), host.height() // 2))
        self._row("virtual:", words.say("settings.virtual_name"), words.say("settings.virtual_hint"), "")
        return column(self._state, self.bar, area, row(self.hosts, ask, gap=gap), gap=gap)

    def _ask_hosts(self) -> None:
        hosts = [host for host in re.split(r"[\s,;，；、]+", self.hosts.text()) if host]
        if hosts:
            self._begin(hosts)

    def _begin(self, hosts: Sequence[str]) -> None:
        self._leave()
        self._missed: list[str] = []
        self._state.setText(self._words.say("settings.asking" if hosts else "settings.finding"))
        self.bar.show()
        self._search = Search(self, hosts, self._look)
        self._search.came.connect(self._came, Qt.ConnectionType.QueuedConnection)
        self._search.ended.connect(self._ended, Qt.ConnectionType.QueuedConnection)
        self._search.start()

    def _leave(self) -> None:
        search, self._search = self._search, None
        if search is not None:
            search.leave()

    def _came(self, one: Found | Missed) -> None:
        if isinstance(one, Missed):
            if one.where:
                cause = self._words.cause(one.cause)
                self._missed.append(self._words.say("settings.missed", where=one.where, why=cause))
            return
        if one.url not in self._shown:
            how = self._words.say(f"settings.found_{one.how}")
            self._row(one.url, one.name or devices.split(one.url)[1], how, one.model)

    def _ended(self) -> None:
        self.bar.hide()
        many = len(self._shown) - 1
        said = self._words.say("settings.found", n=many) if many else self._words.say("settings.found_none")
        self._state.setText("\n".join((said, *self._missed)))

    def _row(self, url: str, name: str, how: str, model: str) -> None:
        words, edge = self._words, self._theme.mm(3)
        where = devices.split(url)[1]
        dot = words.say("board.dot")
        about = label(dot.join(part for part in (how, where, model) if part), "small", wrap=True)
        known = "" if url == "virtual:" else self._set_up(url)
        add = button("", kind="", tone="new", name=f"add_{url}")
        add.setText(words.say("settings.change" if known else "settings.add_this"))
        title = label(name, "strong", wrap=True)
        line = row(column(title, about), add, gap=edge, margins=(edge, edge // 2, edge, edge // 2))
        line.setStretch(0, 1)
        add.clicked.connect(partial(self._press, add, url, name, model, known))
        self._shown[url] = framed("box", line)
        self._found.addWidget(self._shown[url])

    def _set_up(self, url: str) -> str:
        """Return the name of the printer that is set up at a device; empty where none is."""
        devices_of = {_plain(str(table.get("device"))): str(table["name"]) for table in self._draft.printers}
        return devices_of.get(_plain(url), "")

    def _press(self, add: Any, url: str, name: str, model: str, known: str, _checked: bool = False) -> None:
        if known:
            self._change(known)
            return
        add.setEnabled(False)
        values = {**fresh(self._words, self._draft, model or name, model), "device": url, "profile": model}
        if (setup := self._desk.setup) is not None:
            work = partial(setup.put, self._draft, values)
            self._desk.run(
                work, then=partial(self._added, add, values["name"]), failed=partial(self._failed, add)
            )

    def _added(self, add: Any, name: str, _config: object) -> None:
        add.setText(self._words.say("settings.change"))
        add.clicked.disconnect()
        add.clicked.connect(lambda _checked=False: self._change(name))
        add.setEnabled(True)
        self._desk.said.emit(self._words.say("settings.added", name=name))
        if (setup := self._desk.setup) is not None:
            self._desk.run(setup.draft, then=self._reread, failed=partial(self._failed, add))

    def _reread(self, draft: Draft) -> None:
        self._draft = draft

    def _change(self, name: str) -> None:
        self.sheet.close()
        self._open_form(name)

    def _failed(self, add: Any, trouble: Exception) -> None:
        add.setEnabled(True)
        self._state.setText(trouble_words(self._words, trouble))


def _plain(url: str) -> str:
    """Return a device's URL without what it means anyway."""
    return url.removesuffix(":9100")
