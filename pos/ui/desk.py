"""The bridge between the screens and the store: do, ask, watch; nothing here ever waits on the Qt thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from pos.actions.attention import Reader
from pos.config_tables import profile_of
from pos.domain.refusals import Refused
from pos.domain.shop import Shop
from pos.reconciled import Reconciliation
from pos.store import backlog
from pos.store.rows import CallRow
from pos.store.store import Store
from pos.store.trouble import StoreTrouble
from pos.store.tx import Who
from pos.ui.parts.outcomes import Failed, Then, Unforeseen, alive, branch, call, end, outcome
from pos.ui.setup import Setup
from pos.words import Words
from printing.profiles import Profile, profile
from printing.render import to_png
from printing.tickets import Copy

Ended = Callable[[], object]

#: Returns what a channel's service was lately asked, the newest first; None where another process asks it.
Calls = Callable[[str], list[CallRow] | None]

#: Returns which other process works a channel, by its name; empty where none does.
WorkedBy = Callable[[str], str]

#: Puts a channel's day, theirs and ours, side by side; tells on its own thread how many orders it looked at.
Reconcile = Callable[[str, date, Callable[[int], object]], "Future[Reconciliation]"]

#: One press is several commits of workers: what was just looked at rests this long (milliseconds).
REST = 40


def utcnow() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)


class Desk(QObject):
    """Where screens hand in what was tapped, and where answers come back, on the Qt thread.

    A callback that is a method of a widget is dropped when the widget is gone; `said` carries what a
    person must be told, in words; `told` carries a way back with it, `queued` the id of a ticket. `folder`
    is where something was last saved, empty at first.
    """

    said = Signal(str)
    told = Signal(str, object)
    queued = Signal(str, object)
    rang = Signal(object)
    folder_chosen = Signal(str)
    _arrived = Signal(object)

    def __init__(
        self,
        store: Store,
        words: Words,
        who: Who,
        clock: Callable[[], datetime] = utcnow,
        profiles: Mapping[str, Profile] | None = None,
        reader: Reader | None = None,
    ) -> None:
        super().__init__()
        self.words = words
        self.who = who
        self.clock = clock
        self.reader = reader
        self.reconcile: Reconcile | None = None
        self._calls: Calls | None = None
        self._worked_by: WorkedBy | None = None
        self.setup: Setup | None = None
        self.folder = ""
        self._closed = False
        self._profiles = profiles or {}
        self._store = store
        self._readers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="reader")
        self._errands = ThreadPoolExecutor(max_workers=4, thread_name_prefix="errand")
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._off = store.subscribe(self.rang.emit)

    @property
    def shop(self) -> Shop:
        """The shop as it is set up now."""
        return self._store.shop

    def do(
        self,
        action: Callable[..., Any],
        *args: object,
        then: Then | None = None,
        refused: Callable[[Refused], object] | None = None,
        **kwargs: object,
    ) -> None:
        """Run an action in the store; give its value to `then`, a refusal to `refused` (else it is said)."""
        future = self._store.do(action, self.who, *args, **kwargs)
        self._await(future, then, refused)

    def ask(self, query: Callable[..., Any], *args: object, then: Then, ended: Ended | None = None) -> None:
        """Run a query on a reader thread; give its value to `then`, and call `ended` however it went."""
        self._await(self._readers.submit(self._store.ask, query, *args), then, ended=ended)

    def run(self, work: Callable[..., Any], *args: object, then: Then, failed: Failed) -> None:
        """Run what waits for disks or printers, aside; `failed` gets the trouble (`setup.trouble_words`).

        A bug reaches `failed` as Unforeseen before it is raised.
        """
        if self._closed:
            return
        done = partial(branch, then, failed)
        self._await(self._errands.submit(outcome, work, args), done, failed=failed)

    def wait(self, asked: Future[Any], then: Then, failed: Failed) -> None:
        """Give what comes of a question to `then`, its trouble to `failed`; neither where it is cancelled."""
        asked.add_done_callback(partial(self._hand_in, partial(end, then=then, failed=failed)))

    def later(self, call: Callable[[], object]) -> None:
        """Do something soon on the Qt thread; from any thread."""
        if not self._closed:
            self._arrived.emit(call)

    def go_by(self, profiles: Mapping[str, Profile], reader: Reader | None = None) -> None:
        """Show papers as these printers print from now on, and read documents as these channels write them.

        Everything is looked at again.
        """
        self._profiles = profiles
        self.reader = reader or self.reader
        self.rang.emit(frozenset({"printers", "tickets", "channels", "orders", "letters", "attention"}))

    def watch(
        self,
        owner: QWidget,
        topics: str,
        query: Callable[..., Any],
        show: Then,
        seen: QWidget | None = None,
    ) -> Watch:
        """Show a query's value on `owner` now and whenever one of `topics` (blank-separated) rings.

        It is asked only while `seen` (usually the owner itself) is on the screen.
        """
        return Watch(self, owner, seen or owner, frozenset(topics.split()), partial(self.ask, query), show)

    def work(self, calls: Calls, worked_by: WorkedBy, reconcile: Reconcile) -> None:
        """Channels are worked here from now on: a person may ask them, and see what they were asked."""
        self._calls, self._worked_by, self.reconcile = calls, worked_by, reconcile
        self.rang.emit(frozenset({"channels"}))

    @property
    def works(self) -> bool:
        """Whether channels are worked here."""
        return self._calls is not None

    def worked_by(self, channel: str) -> str:
        """Return which other counter works a channel, as last seen; empty where none does."""
        return "" if self._worked_by is None else self._worked_by(channel)

    def calls(self, channel: str) -> list[CallRow] | None:
        """Return what a channel's service was lately asked here; None where channels are not worked here."""
        return None if self._calls is None else self._calls(channel)

    def preview(self, ticket_id: UUID, then: Then) -> None:
        """Draw a ticket as it comes out of its printer, on a reader thread, and give the PNG to `then`."""
        self._await(self._readers.submit(self._draw, ticket_id), then)

    def close(self) -> None:
        """Hear no more bells and take no more questions."""
        self._off()
        self._closed = True
        self._errands.shutdown(wait=False, cancel_futures=True)  # a printer may take its time
        self._readers.shutdown(wait=True, cancel_futures=True)

    def _draw(self, ticket_id: UUID) -> bytes:
        row = self._store.ask(backlog.paper, self.shop, ticket_id, self.clock())
        now = self._profiles.get(row.printer) or profile()
        paper = profile_of(row.printed_as) if row.printed_as else now
        which = Copy(row.copy, row.mark, row.stands_in_for)  # type: ignore[arg-type]  # written from the same words
        return to_png(row.facts, paper, which, around=(0, 0, 0, 0))

    def _await(
        self,
        future: Future[Any],
        then: Then | None,
        refused: Callable[[Refused], object] | None = None,
        ended: Ended | None = None,
        failed: Failed | None = None,
    ) -> None:
        answer = partial(self._settle, then=then, refused=refused, ended=ended, failed=failed)
        future.add_done_callback(partial(self._hand_in, answer))

    def _hand_in(self, answer: Callable[[Future[Any]], None], done: Future[Any]) -> None:
        if not self._closed:  # an errand may end when nobody waits for it any more
            self._arrived.emit(partial(answer, done))

    @Slot(object)
    def _deliver(self, call: Callable[[], None]) -> None:
        if not self._closed:  # it may have been on its way when all was closed
            call()

    def _settle(
        self,
        done: Future[Any],
        then: Then | None,
        refused: Callable[[Refused], object] | None,
        ended: Ended | None,
        failed: Failed | None,
    ) -> None:
        if done.cancelled():
            return
        if ended is not None and alive(ended):
            ended()
        match done.exception():
            case None:
                call(then, done.result())
            case Refused() as refusal:
                call(refused or self._say_refusal, refusal)
            case StoreTrouble() as trouble:
                self.said.emit(self.words.say(f"trouble.{trouble.code}", **trouble.facts))
            case BaseException() as bug:
                call(failed, Unforeseen())
                raise bug

    def _say_refusal(self, refusal: Refused) -> None:
        self.said.emit(self.words.refusal(refusal))


class Watch(QObject):
    """Keeps one query's value on one screen; a child of that screen. A hidden screen only goes stale."""

    def __init__(
        self,
        desk: Desk,
        owner: QWidget,
        seen: QWidget,
        topics: frozenset[str],
        ask: Callable[..., None],
        show: Then,
    ) -> None:
        super().__init__(owner)
        self._seen = seen
        self._topics = topics
        self._ask = ask
        self._show = show
        self._shown: Any = self  # equal to no value of a query
        self._asking = False
        self.stale = True
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self.look)
        seen.installEventFilter(self)
        desk.rang.connect(self._ring)
        self.look()

    @property
    def is_fresh(self) -> bool:
        """Whether what is shown is what the store has, or the screen is not seen."""
        return not self._asking and not (self.stale and self._seen.isVisible())

    def again(self) -> None:
        """What is asked has changed: whatever is shown is stale."""
        self.stale = True
        self._rest.stop()
        self.look()

    def look(self) -> None:
        """Ask if the screen is seen and no answer is under way."""
        if self.stale and not self._asking and not self._rest.isActive() and self._seen.isVisible():
            self.stale, self._asking = False, True
            self._ask(then=self._answered, ended=self._ended)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look again when the screen comes to the front."""
        if event.type() == QEvent.Type.Show:
            self.look()
        return super().eventFilter(watched, event)

    @Slot(object)
    def _ring(self, topics: frozenset[str]) -> None:
        if topics & self._topics:
            self.stale = True
            self.look()

    def _ended(self) -> None:
        self._asking = False
        self._rest.start()

    def _answered(self, value: Any) -> None:
        if value != self._shown:
            self._shown = value
            self._show(value)
