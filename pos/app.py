"""The counter put together: the window first, all that is heavy behind it, and all stopped in reverse."""

from __future__ import annotations

import logging
import os
import sys
import threading
import tomllib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtWidgets import QApplication

from pos.ui.window import Window
from pos.words import LANGUAGES, Words

if TYPE_CHECKING:
    from pos.adapters import Net
    from pos.config import Config
    from pos.secrets import Secrets
    from pos.store.store import Store

_log = logging.getLogger("pos.app")

#: What the journal calls a cashier as long as nobody signs in.
CASHIER = "cashier"

#: What the window imports when it is given a store: read here, so that it finds them ready.
SCREENS = (
    "pos.ui.desk",
    "pos.ui.board",
    "pos.ui.tickets",
    "pos.ui.channels",
    "pos.ui.alarm",
    "pos.ui.settle",
)

#: How the counter ends: well, or with a configuration or a store that it cannot use.
WELL, CONFIGURATION, FAILED = 0, 3, 4


@dataclass(frozen=True, slots=True)
class Sign:
    """What of the configuration the window shows before the whole of it is read and checked."""

    name: str = ""
    language: str = "en_US"
    timezone: str = "UTC"


def sign(file: Path) -> Sign:
    """Return the shop's sign out of its configuration; an empty one where that cannot be read: said later."""
    try:
        shop = tomllib.loads(file.read_text(encoding="utf-8"))["shop"]
        words = {key: str(shop[key]) for key in ("name", "language", "timezone") if key in shop}
    except (OSError, ValueError, KeyError, TypeError):
        return Sign()
    found = Sign(**words)
    return found if found.language in LANGUAGES else Sign(name=found.name)


@dataclass(frozen=True, slots=True)
class Works:
    """What runs behind the window."""

    config: Config
    store: Store
    net: Net | None


class Counter(QObject):
    """One open counter. `opened` comes once its pages show the store; `failed` carries why they cannot.

    `folder` is where virtual printers keep their tickets; without `net` no channel or printer is worked here.
    """

    opened = Signal()
    failed = Signal(str)
    _ready = Signal(object)

    def __init__(
        self,
        file: Path,
        *,
        secrets: Secrets | None = None,
        folder: Path | None = None,
        who: str = CASHIER,
        net: bool = True,
        settings: QSettings | None = None,
    ) -> None:
        super().__init__()
        self._file, self._secrets, self._who, self._net = file, secrets, who, net
        self._folder = folder or file.absolute().parent / "tickets"
        self._settings = settings
        self._behind = ExitStack()
        self._thread = threading.Thread(target=self._open, name="opening", daemon=True)
        self.status = WELL
        self.works: Works | None = None
        self._stopped = False
        seen = sign(file)
        self._words = Words(self._kept("language", seen.language), seen.timezone)
        self.window = Window(seen.name, self._words, dark=self._kept("dark", "false") == "true")
        self.window.dressed.connect(self._keep)
        self.window.painted.connect(self._thread.start)
        self._ready.connect(self._serve, Qt.ConnectionType.QueuedConnection)
        self.failed.connect(self._show_failure, Qt.ConnectionType.QueuedConnection)

    def stop(self) -> None:
        """Stop all, the last begun first; wait for what is on its way."""
        self._stopped = True
        if self._thread.ident is not None:
            self._thread.join()
        self.window.close()
        self._behind.close()

    def _open(self) -> None:
        """Import, read, open and start what is heavy, on a thread of its own."""
        from pos.config import ConfigTrouble
        from pos.store.trouble import StoreTrouble

        try:
            works = self._start()
        except ConfigTrouble as trouble:
            self.status = CONFIGURATION
            self.failed.emit(str(trouble))
        except StoreTrouble as trouble:
            self.status = FAILED
            self.failed.emit(self._words.say(f"trouble.{trouble.code}", **trouble.facts))
        else:
            self._ready.emit(works)

    def _start(self) -> Works:
        from pos import log
        from pos.adapters import Net
        from pos.config import load
        from pos.secrets import Secrets
        from pos.store.store import Store

        for screen in SCREENS:
            import_module(screen)
        config = load(self._file)
        log.set_up()
        beside = self._file.absolute().parent
        secrets = self._secrets or Secrets(beside if (beside / "secrets.json").exists() else None)
        store = Store.open(config.store_url, config.facts, secrets.journal_key())
        self._behind.callback(store.close)
        self._watch(store)
        if not self._net:
            return Works(config, store, None)
        net = Net(store, config, secrets, self._folder)
        net.start()
        self._behind.callback(net.stop)
        return Works(config, store, net)

    def _watch(self, store: Store) -> None:
        stop = threading.Event()
        watching = threading.Thread(target=store.watch, args=(stop,), name="watch", daemon=True)
        watching.start()
        self._behind.callback(watching.join)
        self._behind.callback(stop.set)

    def _serve(self, works: Works) -> None:
        from pos.store.tx import Who
        from pos.ui.desk import Desk
        from printing.profiles import profile

        if self._stopped:  # closed while it was still being opened
            return
        self.works = works
        papers = {part.name: profile(part.paper, part.encoding) for part in works.config.printer}
        desk = Desk(works.store, self._words, Who(self._who, "screen"), profiles=papers)
        self._behind.callback(desk.close)
        self.window.serve(desk)
        self._behind.callback(self.window.be_quiet)
        self.opened.emit()

    def _show_failure(self, why: str) -> None:
        _log.error("not_opened")
        self.window.show_failure(why)

    def _kept(self, key: str, usual: str) -> str:
        return usual if self._settings is None else str(self._settings.value(key, usual))

    def _keep(self, language: str, dark: bool) -> None:
        self._words = Words(language, self._words.timezone)
        if self._settings is not None:
            self._settings.setValue("language", language)
            self._settings.setValue("dark", "true" if dark else "false")


def application(arguments: list[str] | None = None) -> QApplication:
    """Return the Qt application; on Linux without a display, on the offscreen platform."""
    seen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not seen:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    known = QApplication.instance()
    made = known if isinstance(known, QApplication) else QApplication(arguments or ["pos"])
    made.setApplicationName("pos")
    return made


def run_counter(file: Path, built: Callable[[Counter], object] | None = None) -> int:
    """Open the counter of a configuration file and return its exit status when its window is closed.

    `built` is given the counter before it is shown.
    """
    qt = application()
    settings = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "pos", "counter")
    counter = Counter(file, settings=settings)
    sys.excepthook = _reporter(counter.window)
    if built is not None:
        built(counter)
    counter.window.resize(qt.primaryScreen().availableSize())  # not every desktop knows how to maximise
    counter.window.showMaximized()
    qt.exec()
    counter.stop()
    return counter.status


def _reporter(window: Window) -> Callable[[type[BaseException], BaseException, TracebackType | None], Any]:
    """Return what happens with a bug: it is logged, and the cashier told that this one thing did not work."""

    def report(kind: type[BaseException], bug: BaseException, trace: TracebackType | None) -> None:
        _log.error("bug", exc_info=(kind, bug, trace))
        window.say_bug()

    return report
