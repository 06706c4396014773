"""What stands above and below two sides of a day: how it stands, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QProgressBar, QWidget

from pos.reconciled import Reconciliation
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, clear, column, label, restyle, row
from pos.words import Words

#: How wide the keys are that stand above the list (mm).
KEY = 30


class Standing(QWidget):
    """Says what came of a comparison, that it is asked for, or what hinders; beside it what can be done."""

    def __init__(
        self,
        theme: Theme,
        words: Words,
        *,
        stop: Callable[[], object],
        again: Callable[[], object],
        save: Callable[[], object],
    ) -> None:
        super().__init__()
        self._words = words
        self.summary, self.more = label("", "head", wrap=True), label("", "small", wrap=True)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.halt = button(words.say("channels.stop"), stop, name="stop")
        self.again = button(words.say("reconcile.again"), again, name="again")
        self.save = button(words.say("reconcile.save"), save, name="save")
        for key in (self.halt, self.again, self.save):
            key.setMinimumWidth(theme.mm(KEY))
        said = column(None, self.summary, self.more, self.bar, None, gap=theme.mm(1))
        whole = row(said, self.halt, self.again, self.save, gap=theme.mm(3))
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self.setMinimumHeight(theme.mm(14))

    def show_asking(self, found: Reconciliation | None, many: int) -> None:
        """Show that the service is asked, and how many orders were looked at; what is known stays."""
        said = self._say("asking_n", n=many) if many else self._say("asking")
        self._show(self._came(found) if found else said, said if found else "", found, asking=True)

    def show_trouble(self, found: Reconciliation | None, why: str) -> None:
        """Show what hinders, and of when that is which is known."""
        self._show(why, self._about(found) if found else "", found, tone="red")

    def show_found(self, found: Reconciliation | None) -> None:
        """Show what came of it; None where nothing was asked to its end."""
        self._show(self._came(found), self._about(found) if found else "", found)

    def _say(self, key: str, **facts: object) -> str:
        return self._words.say(f"reconcile.{key}", **facts)

    def _show(
        self, said: str, more: str, found: Reconciliation | None, tone: str = "", *, asking: bool = False
    ) -> None:
        self.summary.setText(said)
        restyle(self.summary, tone=tone or ("red" if found and found.differ else ""))
        self.more.setText(more)
        self.more.setVisible(bool(more))
        self.bar.setVisible(asking)
        self.halt.setVisible(asking)
        self.again.setVisible(not asking)
        self.save.setVisible(not asking and found is not None and bool(found.rows))

    def _came(self, found: Reconciliation | None) -> str:
        if found is None:
            return self._say("stopped")
        if not found.rows:
            return self._say("none")
        return self._say("differ_n", n=found.differ) if found.differ else self._say("alike")

    def _about(self, found: Reconciliation) -> str:
        """Return what day it is about, how much was compared, and when it was asked for."""
        parts = [
            self._words.dated(found.day),
            self._say("orders_n", n=len(found.rows)),
            self._say("asked_at", time=self._words.clock(found.at)),
        ]
        if found.theirs.unreadable:
            parts.append(self._say("unread", n=len(found.theirs.unreadable)))
        return self._words.say("board.dot").join(parts)


class Sums(QFrame):
    """What a day comes to on both sides, a line for each currency; hidden where nothing has a price."""

    def __init__(self, theme: Theme, words: Words) -> None:
        super().__init__()
        self.setObjectName("actions")
        self._theme, self._words = theme, words
        edge, thin = theme.mm(4), theme.mm(2)
        self._lines = column(gap=thin, margins=(edge, thin, edge, thin))
        self.setLayout(self._lines)

    def show_sums(self, found: Reconciliation | None) -> None:
        """Show these sums, their difference in red where there is one."""
        clear(self._lines)
        for each in found.sums if found else ():
            figures = (("ours", each.ours), ("theirs", each.theirs), ("apart", each.theirs - each.ours))
            line = row(label(each.currency, "quiet"), None, gap=self._theme.mm(3))
            for key, amount in figures:
                tone = "red" if key == "apart" and amount else ""
                figure = label(self._words.money(amount, each.currency), "head", tone)
                figure.setObjectName(f"{key}_{each.currency}")
                line.addSpacing(self._theme.mm(5))
                line.addWidget(label(self._words.say(f"reconcile.{key}"), "quiet"))
                line.addWidget(figure)
            self._lines.addLayout(line)
        self.setVisible(bool(found and found.sums))
