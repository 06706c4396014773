"""One open counter: its window first, all that is heavy behind it, and all stopped in reverse."""

from __future__ import annotations

import logging
import threading
import tomllib
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Qt, Signal

from pos.ui.window import Window
from pos.words import LANGUAGES, Words

if TYPE_CHECKING:
    from pos.adapters import Net
    from pos.config import Config
    from pos.secrets import Secrets
    from pos.store.rows import Card
    from pos.store.store import Store
    from pos.ui.desk import Desk
    from printing.profiles import Profile

_log = logging.getLogger("pos.counter")

#: What the journal calls a cashier as long as nobody signs in.
CASHIER = "cashier"

#: What the window imports when it is given a store: read here, so that it finds them ready.
SCREENS = (
    "pos.ui.desk",
    "pos.ui.board.page",
    "pos.ui.tickets",
    "pos.ui.channels.page",
    "pos.ui.settings",
    "pos.ui.alarm",
    "pos.ui.till.settle",
)

#: How long a glance at the board is given to be painted (seconds).
GLANCE_SECONDS = 1.0

#: How the counter ends: well, or with a store, or a configuration and secrets, that it cannot use.
WELL, REFUSED, CONFIGURATION = 0, 1, 3


@dataclass(frozen=True, slots=True)
class Sign:
    """What of the configuration the window shows before the whole of it is read and checked."""

    name: str = ""
    language: str = "en_US"
    timezone: str = "UTC"
    #: The store's file, where it is one.
    store: Path | None = None


def sign(file: Path) -> Sign:
    """Return the shop's sign out of its configuration; an empty one where that cannot be read: said later."""
    try:
        whole = tomllib.loads(file.read_text(encoding="utf-8"))
        shop = whole["shop"]
        words = {key: str(shop[key]) for key in ("name", "language", "timezone") if key in shop}
        url = str(whole.get("store", {}).get("url", "sqlite:///counter.db"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Sign()
    path = url.removeprefix("sqlite:///")
    found = Sign(**words, store=None if path == url else file.absolute().parent / path)
    return found if found.language in LANGUAGES else Sign(name=found.name)


@dataclass(frozen=True, slots=True)
class Works:
    """What runs behind the window."""

    config: Config
    store: Store
    secrets: Secrets


class Counter(QObject):
    """One open counter. `opened` comes once its pages show the store; `failed` carries why they cannot.

    `folder` is where virtual printers keep their tickets; without `net` no channel or printer is worked here.
    """

    opened = Signal()
    failed = Signal(str)
    _glanced = Signal(object)
    _ready = Signal(object)
    _worked = Signal(object)
    _said = Signal(str)
    _changed = Signal(object)

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
        self._desk: Desk | None = None
        self._worker: Net | None = None
        self._stopped = False
        self._seen = threading.Event()
        seen = sign(file)
        self._rows = seen.store
        self._words = Words(self._kept("language", seen.language), seen.timezone)
        self.window = Window(seen.name, self._words, dark=self._kept("dark", "false") == "true")
        self.window.dressed.connect(self._keep)
        self.window.painted.connect(self._thread.start)
        self._glanced.connect(self._show_glance, Qt.ConnectionType.QueuedConnection)
        self._ready.connect(self._serve, Qt.ConnectionType.QueuedConnection)
        self._said.connect(self.window.say, Qt.ConnectionType.QueuedConnection)
        self._changed.connect(self._go_by, Qt.ConnectionType.QueuedConnection)
        self._worked.connect(self._let_work, Qt.ConnectionType.QueuedConnection)
        self.failed.connect(self._show_failure, Qt.ConnectionType.QueuedConnection)

    def stop(self) -> None:
        """Stop all, the last begun first; wait for what is on its way."""
        self._stopped = True
        if self._thread.ident is not None:
            self._thread.join()
        self.window.close()
        self._behind.close()

    def _open(self) -> None:
        """Glance, then import, read, open and start what is heavy, on a thread of its own."""
        self._glance()
        from pos.config import ConfigTrouble
        from pos.secrets import SecretsTrouble
        from pos.store.trouble import StoreTrouble

        try:
            works = self._start()
        except ConfigTrouble as trouble:
            self.status = CONFIGURATION
            self.failed.emit(str(trouble))
        except (StoreTrouble, SecretsTrouble) as trouble:
            self.status = REFUSED if isinstance(trouble, StoreTrouble) else CONFIGURATION
            self.failed.emit(self._words.say(f"trouble.{trouble.code}", **trouble.facts))
        else:
            self._ready.emit(works)
            self._work(works)
            self._examine(works.store)

    def _glance(self) -> None:
        """Show the board as it was last written, and let it be painted before anything takes the time."""
        from pos.store import glance

        cards = glance.board(self._rows) if self._rows else []
        if cards:
            self._glanced.emit(cards)
            self._seen.wait(GLANCE_SECONDS)

    def _show_glance(self, cards: list[Card]) -> None:
        self.window.glance(cards, self._seen.set)

    def _start(self) -> Works:
        from pos import log
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
        return Works(config, store, secrets)

    def _work(self, works: Works) -> None:
        """Work channels and printers, once the screen has what it needs."""
        if not self._net:
            return
        from pos.adapters import Net

        net = Net(works.store, works.config, works.secrets, self._folder, recovered=self._say_recovered)
        net.start()
        self._behind.callback(net.stop)
        self._worker = net
        self._worked.emit(net)

    def _say_recovered(self, name: str, what: str, many: int) -> None:
        from pos.ui.parts.faces import channel

        shown = channel(self._words, name)
        self._said.emit(self._words.say(f"toast.recovered_{what}", name=shown, n=many))

    def _examine(self, store: Store) -> None:
        """Look whether the store is sound, once all else has begun; what is not is asked about."""
        from pos.actions import attention
        from pos.store.trouble import StoreTrouble
        from pos.store.tx import Who

        try:
            if found := store.unsound():
                store.do(attention.unsound, Who(self._who, "screen"), found).result()
        except StoreTrouble as trouble:
            self._said.emit(self._words.say(f"trouble.{trouble.code}", **trouble.facts))

    def _watch(self, store: Store) -> None:
        stop = threading.Event()
        watching = threading.Thread(target=store.watch, args=(stop,), name="watch", daemon=True)
        watching.start()
        self._behind.callback(watching.join)
        self._behind.callback(stop.set)

    def _serve(self, works: Works) -> None:
        from pos.store.tx import Who
        from pos.ui.desk import Desk
        from pos.ui.setup import Setup

        if self._stopped:  # closed while it was still being opened
            return
        self.works = works
        who = Who(self._who, "screen")
        desk = Desk(works.store, self._words, who, profiles=_papers(works.config), reader=works.config.read)
        desk.setup = Setup(works.store, who, self._file, self._apply, self._folder, secrets=works.secrets)
        desk.folder = self._kept("folder", "")
        desk.folder_chosen.connect(self._keep_folder)
        self._behind.callback(desk.setup.break_off)
        self._behind.callback(desk.close)
        self.window.serve(desk)
        self._behind.callback(self.window.be_quiet)
        self._desk = desk
        self.opened.emit()

    def _let_work(self, net: Net) -> None:
        if self._desk is not None:
            self._desk.work(net.calls, net.worked_by, net.reconcile)

    def _apply(self, config: Config) -> Future[None]:
        """Let all that runs go by a changed configuration; where nothing is worked, the screens do."""
        assert self.works is not None  # its desk is open
        if self._worker is not None:
            changed = self._worker.change(config)
        else:
            changed = Future()
            self.works.store.serve(config.facts)
            changed.set_result(None)
        self._changed.emit(config)
        return changed

    def _go_by(self, config: Config) -> None:
        if self._desk is not None:
            self._desk.go_by(_papers(config), config.read)

    def _show_failure(self, why: str) -> None:
        _log.error("not_opened")
        self.window.show_failure(why)

    def _kept(self, key: str, usual: str) -> str:
        return usual if self._settings is None else str(self._settings.value(key, usual))

    def _keep_folder(self, folder: str) -> None:
        if self._settings is not None:
            self._settings.setValue("folder", folder)

    def _keep(self, language: str, dark: bool) -> None:
        self._words = Words(language, self._words.timezone)
        if self._settings is not None:
            self._settings.setValue("language", language)
            self._settings.setValue("dark", "true" if dark else "false")


def _papers(config: Config) -> dict[str, Profile]:
    return {part.name: part.as_profile() for part in config.printer}
