"""The parts of the page on which states are mapped: one state of theirs, and what the service is told."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from pos.ui.channels.lists import Pick
from pos.ui.channels.mapping_facts import STATUSES, State, Telling
from pos.ui.channels.mapping_maps import ALL
from pos.ui.parts.dot import Dot
from pos.ui.parts.faces import sentence
from pos.ui.parts.fields import Choice
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, clear, column, label, row, scrolled
from pos.ui.parts.written import written
from pos.words import Words
from sync.channels import KINDS

#: How wide the side is that says what is told, and the choice in a state's row (mm).
SIDE, CHOICE = 86, 54


class StateRow(QFrame):
    """One state of theirs, and which of ours it is. `told_wanted`: of those that are the same, tell this."""

    chosen = Signal(str)
    told_wanted = Signal()

    def __init__(self, theme: Theme, words: Words, kind: str, state: State) -> None:
        super().__init__()
        self.setObjectName("box")
        self._words = words
        about = (state.id if state.name else "", type_words(words, state.type))
        small = words.say("board.dot").join(part for part in about if part)
        said = column(label(state.title, "strong", wrap=True))
        if small:
            said.addWidget(label(small, "small", wrap=True))
        title = words.say("mapping.means", state=state.title)
        self.pick = Pick(
            theme, words, f"state_{state.id}", offered(words, kind, state.type), state.ours, title
        )
        held = QWidget()
        held.setFixedWidth(theme.mm(CHOICE))
        held.setLayout(row(self.pick))
        self.pick.changed.connect(lambda: self.chosen.emit(self.pick.value))
        self.tell = button(words.say("mapping.tell_this"), self.told_wanted.emit, name=f"tell_{state.id}")
        self.badge = label(words.say("mapping.told"), "badge", "done")
        edge = theme.mm(3)
        line = row(said, self.badge, self.tell, held, gap=edge, margins=(edge, edge // 2, edge, edge // 2))
        line.setStretch(0, 1)
        self.setLayout(line)

    def show_told(self, told: bool, *, can_be: bool) -> None:
        """Show whether the service is told this state, or could be told it in place of another."""
        self.badge.setVisible(told)
        self.tell.setVisible(can_be and not told)


class Whose(QFrame):
    """Whose states are shown where products differ: of all, or of one. `shared`: it goes by all's again."""

    chosen = Signal(str)
    shared = Signal()

    def __init__(self, theme: Theme, words: Words) -> None:
        super().__init__()
        self.setObjectName("box")
        self._words = words
        self._offered: tuple[str, ...] = ()
        self.products = Choice(theme, (), ())
        self.products.changed.connect(self._choose)
        self.about = label("", "small", wrap=True)
        self.share = button(words.say("mapping.share"), self.shared.emit, name="share")
        line = row(self.about, self.share, gap=theme.mm(3))
        line.setStretch(0, 1)
        caption, edge = label(words.say("mapping.whose"), "quiet"), theme.mm(3)
        self.setLayout(column(caption, self.products, line, gap=theme.mm(2), margins=(edge,) * 4))

    def offer(self, products: Sequence[str], own: Collection[str], shown: str) -> None:
        """Offer these products, some with an own map, or nothing where there is no choice."""
        if (*products, shown) != self._offered:
            named = [(name, written(name).replace("&", "&&")) for name in products]
            said = [(ALL, self._words.say("mapping.all_products")), *named]
            self.products.offer(said, (shown,))
        self._offered = (*products, shown)
        about = "all" if shown == ALL else "own" if shown in own else "shared"
        self.about.setText(self._words.say(f"mapping.whose_{about}"))
        self.share.setVisible(shown in own)
        self.setVisible(bool(products))

    def _choose(self) -> None:
        # What was tapped keeps the focus: it is not offered anew.
        self._offered = (*self._offered[:-1], str(self.products.value))
        self.chosen.emit(str(self.products.value))


class Tellings(QFrame):
    """What each move of ours is told as, with a warning where it is told to nobody."""

    def __init__(self, theme: Theme, words: Words) -> None:
        super().__init__()
        self.setObjectName("side")
        self._theme, self._words = theme, words
        self._box = column(gap=theme.mm(4))
        edge, gap = theme.mm(4), theme.mm(4)
        head = label(words.say("mapping.told_title"), "head", wrap=True)
        self.setLayout(column(scrolled(column(head, self._box, None, gap=gap, margins=(edge,) * 4))))
        self.setFixedWidth(theme.mm(SIDE))

    def show_tellings(self, tellings: Sequence[Telling]) -> None:
        """Show these."""
        clear(self._box)
        for telling in tellings:
            move = label(sentence(self._words.say(f"verb.{telling.verb}")), "strong", wrap=True)
            state, said = self._said(telling)
            dot = Dot(self._theme, state)
            about = label(said, "small", wrap=True)
            about.setObjectName(f"told_{telling.verb}")
            line = row(column(self._theme.mm(1), dot, None), column(move, about), gap=self._theme.mm(2))
            line.setStretch(1, 1)
            self._box.addLayout(line)
        if not tellings:
            self._box.addWidget(label(self._words.say("mapping.only_read"), "quiet", wrap=True))

    def _said(self, telling: Telling) -> tuple[str, str]:
        say, many = self._words.say, len(telling.states)
        if telling.told is not None and many > 1:
            return "waiting", say("mapping.told_several", n=many, state=telling.told.title)
        if telling.told is not None and telling.by_type:
            return "waiting", say("mapping.told_guessed", state=telling.told.title)
        if telling.told is not None:
            return "well", say("mapping.told_as", state=telling.told.title)
        if telling.by_type:
            return "waiting", say("mapping.told_by_type", type=type_words(self._words, telling.by_type))
        return "needs_you", say("mapping.told_not")


def type_words(words: Words, type_: str) -> str:
    """Return a type of states as people say it; one that is not known is itself."""
    key = f"mapping.type_{type_}"
    return words.say(key) if words.has(key) else type_


def offered(words: Words, kind: str, type_: str) -> list[tuple[str, str]]:
    """Return what a state may be: what its type says, or nothing, and each of our statuses."""
    usual = KINDS[kind].by_type.get(type_)
    none = words.say("mapping.by_type", status=words.say(f"status.{usual}")) if usual else ""
    chosen = [(status, sentence(words.say(f"status.{status}"))) for status in STATUSES]
    return [("", none or words.say("mapping.no_status")), *chosen]
