"""A channel's day, theirs and ours side by side: what differs first, and what to do about it."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from pos import reconciled
from pos.actions import reconciling as acts
from pos.domain.refusals import Refused
from pos.reconciled import Reconciliation
from pos.store.journal import Explained
from pos.store.rows import ChannelRow
from pos.ui.desk import Desk
from pos.ui.parts import icons
from pos.ui.parts.faces import channel
from pos.ui.parts.outcomes import call
from pos.ui.parts.overlays import Sheet, ask_reason, counter_around
from pos.ui.parts.theme import Theme
from pos.ui.parts.wake import Wake
from pos.ui.parts.widgets import button, column, framed, label, row
from pos.ui.reconciling.around import Standing, Sums
from pos.ui.reconciling.days import ask_day
from pos.ui.reconciling.lines import REASONS, lines
from pos.ui.reconciling.look import PairLine, SidesList, SidesLook
from pos.ui.reconciling.saving import save_text
from pos.ui.setup import trouble_words
from pos.words import Words
from sync.errors import ChannelError

#: How long after a letter was told again the service is asked anew (milliseconds): others may follow.
SETTLE = 1500


class Reconciling(QWidget):
    """A day of one channel on both sides. `closed` when a person is done, `order_wanted` carries an id.

    Nothing waits here: the service is asked aside, and who leaves has it asked no more.
    """

    closed = Signal()
    order_wanted = Signal(object)

    def __init__(self, desk: Desk, theme: Theme, name: str) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk, self._theme, self._words, self.name = desk, theme, desk.words, name
        self.today = self.day = desk.shop.business_day(desk.clock())
        self.found: Reconciliation | None = None
        self._asked: list[Future[Any]] = []
        self._turn = 0
        self._told_again: set[UUID] = set()
        self.list = SidesList(SidesLook(theme, (self._say("ours"), self._say("theirs"))))
        self.list.tapped.connect(self._act)
        edge, gap = theme.mm(4), theme.mm(3)
        self.standing = Standing(theme, desk.words, stop=self.stop, again=self.ask, save=self._save)
        self.sums = Sums(theme, desk.words)
        middle = column(self.standing, self.list, gap=gap, margins=(edge, gap, edge, 0))
        middle.setStretch(1, 1)
        whole = column(self._head(), middle, self.sums)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.setFocusProxy(self.list)
        self._dawn = Wake(self, self._mark_day)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SETTLE)
        self._soon.timeout.connect(self.ask)
        desk.watch(self, "orders letters", self._read, self._show_anew)
        self.destroyed.connect(partial(_cancel, self._asked))
        self.choose(self.day)

    def choose(self, day: date) -> None:
        """Ask for a day; what is shown of another goes at once."""
        self.day, self.found = day, None
        self.list.show_rows([])
        self.sums.show_sums(self.found)
        self.ask()

    def _mark_day(self) -> None:
        """Mark the key of the day that is shown, which stays: once another begins it is yesterday."""
        now = self._desk.clock()
        self.today = self._desk.shop.business_day(now)
        self._dawn.at(self._desk.shop.bounds(self.today)[1], now)
        ago = (self.today - self.day).days
        self.to_day.setChecked(ago == 0)
        self.yesterday.setChecked(ago == 1)
        self.pick.setChecked(ago not in (0, 1))
        self.pick.setText(self._words.dated(self.day) if self.pick.isChecked() else self._say("pick"))

    def _choose_before(self, days: int) -> None:
        """Ask for the day so many days before today, as it is now."""
        self.choose(self._desk.shop.business_day(self._desk.clock()) - timedelta(days=days))

    def ask(self) -> None:
        """Ask the service, aside; what it showed before stays until it has answered."""
        self._mark_day()
        _cancel(self._asked)
        self._soon.stop()
        self._told_again.clear()
        self._turn += 1
        if self._desk.reconcile is None:
            self._failed(self._turn, Refused("not_worked_here", channel=self.name))
            return
        self._count(self._turn, 0)
        asked = self._desk.reconcile(self.name, self.day, partial(self._hear, self._turn))
        self._asked.append(asked)
        self._desk.wait(asked, partial(self._answered, self._turn), partial(self._failed, self._turn))

    def stop(self) -> None:
        """Ask no more."""
        _cancel(self._asked)
        self._turn += 1
        self.standing.show_found(self.found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _say(self, key: str, **facts: object) -> str:
        return self._words.say(f"reconcile.{key}", **facts)

    def _head(self) -> QWidget:
        edge, thin, ink = self._theme.mm(4), self._theme.mm(1), self._theme.color("ink")
        back = button(channel(self._words, self.name), self.closed.emit, name="back")
        back.setIcon(icons.icon("back", ink, self._theme.px(20)))
        self.to_day = button(self._say("today"), partial(self._choose_before, 0), name="today")
        self.yesterday = button(self._say("yesterday"), partial(self._choose_before, 1), name="yesterday")
        self.pick = button(self._say("pick"), self._pick, name="pick")
        days = row(self.to_day, self.yesterday, self.pick, gap=self._theme.mm(2))
        for made in (self.to_day, self.yesterday, self.pick):
            made.setCheckable(True)
        title = label(self._say("title"), "head")
        return framed("header", row(back, title, None, days, gap=edge, margins=(edge, thin, edge, thin)))

    def _hear(self, turn: int, many: int) -> None:
        """Have it shown how many orders were looked at; called on the thread that asks."""
        self._desk.later(partial(call, partial(self._count, turn), many))

    def _count(self, turn: int, many: int) -> None:
        if turn == self._turn:
            self.standing.show_asking(self.found, many)

    def _answered(self, turn: int, found: Reconciliation) -> None:
        if turn == self._turn:
            self.found = found
            self._show()

    def _failed(self, turn: int, trouble: Exception) -> None:
        if turn == self._turn:
            self.standing.show_trouble(self.found, _trouble(self._words, trouble))

    def _read(self, read: Any) -> Reconciliation | None:
        """Put ours, as they are now, beside what the service showed; None where that is not known yet."""
        found, shop = self.found, self._desk.shop
        if found is None or self.name not in shop.channels:
            return None
        return reconciled.compared(read, shop, self.name, found.day, found.at, found.theirs)

    def _show_anew(self, found: Reconciliation | None) -> None:
        """Show ours as they are now; once what was told again was heard there, ask for theirs."""
        known = self.found
        if found is None or known is None or found.theirs is not known.theirs:
            return
        self.found = found
        if not self._is_asking():
            self._show()
        waiting = {row.order_id for row in found.rows if row.pair.ours and row.pair.ours.waits}
        if self._told_again and not self._told_again & waiting:
            self._soon.start()

    def _is_asking(self) -> bool:
        return any(not asked.done() for asked in self._asked)

    def _show(self) -> None:
        if self.found is None:
            return
        shown = lines(self._words, self.found)
        self.list.show_rows(shown)
        self.sums.show_sums(self.found)
        self.standing.show_found(self.found)

    def _pick(self) -> None:
        self._mark_day()
        ask_day(counter_around(self), self._theme, self._words, self.day, self.today, self.choose)

    def _act(self, line: Any, name: str) -> None:
        """Do what was tapped on an order."""
        if isinstance(line, PairLine):
            {
                "take_over": self._take_over,
                "tell_again": self._tell_again,
                "explain": self._ask_why,
                "look": self._look_at,
                "all": self._offer,
            }[name](line)

    def _look_at(self, line: PairLine) -> None:
        self.order_wanted.emit(line.row.order_id)

    def _take_over(self, line: PairLine) -> None:
        if self.found is not None:
            heard = self.found.theirs.orders[line.id]
            self._desk.do(acts.take_over, self.name, heard, then=self._taken_over)

    def _taken_over(self, _new: bool) -> None:
        self._desk.said.emit(self._say("taken_over"))

    def _tell_again(self, line: PairLine) -> None:
        if (order_id := line.row.order_id) is not None:
            self._told_again.add(order_id)
            self._desk.do(acts.tell_again, order_id, self.name, then=self._telling)

    def _telling(self, many: int) -> None:
        self._desk.said.emit(self._words.say("sync.retried", n=many))

    def _ask_why(self, line: PairLine) -> None:
        title = self._say("why_differs", number=line.number or line.number_there)
        then = partial(self._explain, line)
        ask_reason(counter_around(self), self._theme, self._words, title, REASONS, then)

    def _explain(self, line: PairLine, why: str) -> None:
        pair = line.row.pair
        said = Explained(why, pair.differences, pair.apart)
        self._desk.do(acts.explain, self.name, pair.remote_id, said, line.row.order_id)

    def _offer(self, line: PairLine) -> None:
        """Offer all that can be done with an order as keys, for who has no finger on the screen."""
        names = [
            (action.name, action.text, "primary" if action.primary else "second") for action in line.actions
        ]
        if line.opens:
            names.append(("look", self._words.say("do.look"), "second"))

        def give(name: str) -> None:
            sheet.close()
            self._act(line, name)

        keys = [button(text, partial(give, name), kind, "new", name) for name, text, kind in names]
        title = line.differs.replace("\n", self._words.say("board.dot"))
        content = column(label(title, "quiet", wrap=True), *keys, gap=self._theme.mm(3))
        sheet = Sheet(
            counter_around(self), self._theme, self._words, line.number or line.number_there, content, 100
        )
        keys[0].setFocus()

    def _save(self) -> None:
        if self.found is not None:
            name = f"{self.name} {self.found.day.isoformat()}.csv"
            text = reconciled.as_csv(self._words, self.found)
            save_text(counter_around(self), self._desk, self._say("save"), name, text, self._saved)

    def _saved(self, file: str) -> None:
        self._desk.said.emit(self._say("written", file=file))


def _cancel(asked: list[Future[Any]], _gone: object = None) -> None:
    """Have nothing asked any more."""
    for each in asked:
        each.cancel()
    asked.clear()


def _trouble(words: Words, trouble: Exception) -> str:
    match trouble:
        case Refused(facts={"channel": str(known)}):
            return words.refusal(Refused(trouble.code, **{**trouble.facts, "channel": words.channel(known)}))
        case Refused():
            return words.refusal(trouble)
        case ChannelError():
            return words.fault(str(trouble))
        case _:
            return trouble_words(words, trouble)


def fits(_found: ChannelRow) -> bool:
    """Whether a channel's books can be compared: those of all can."""
    return True


def open_reconciling(_host: QWidget, desk: Desk, theme: Theme, found: ChannelRow) -> Reconciling:
    """Return the page on which a channel's day is compared."""
    return Reconciling(desk, theme, found.name)
