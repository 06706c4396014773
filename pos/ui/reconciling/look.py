"""How an order on both sides is drawn: what differs large and in red, what is alike in one quiet line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from pos.reconciled import Row
from pos.ui.parts import icons, paint
from pos.ui.parts.faces import Action
from pos.ui.parts.lines import BUTTON, Heading, Line, LineLook
from pos.ui.parts.lists import State, TargetList
from pos.ui.parts.theme import BODY, LARGE, SMALL, STRONG, Theme

#: How high an order is that differs, and one that does not, without the gap below (mm).
HIGH, QUIET = 27, 13

#: The columns: its numbers, either side, and the amount apart (mm). What is over goes to the sides.
NUMBER, SIDE, APART = 28, 38, 36

#: How wide a figure is beside the words for how a side stands, and what those need (mm).
FIGURE, WORDS = 24, 38

#: How wide the arrow is at the end of an order that opens (mm).
ARROW = 8


class SideFace(NamedTuple):
    """An order as one side has it, in words; all empty where it does not have it, but for what says so."""

    status: str = ""
    payment: str = ""
    total: str = ""


class PairLine(NamedTuple):
    """An order on both sides as it is read. `odd` names the parts of a side that are not alike."""

    id: str
    row: Row
    number: str
    number_there: str
    ours: SideFace
    theirs: SideFace
    odd: frozenset[str] = frozenset()
    apart: str = ""
    differs: str = ""
    why: str = ""
    actions: tuple[Action, ...] = ()
    loud: bool = False
    opens: bool = False


class SidesLook:
    """Draws orders on both sides, and headings between them. `heads` are the names of the two sides."""

    def __init__(self, theme: Theme, heads: tuple[str, str]) -> None:
        self._theme, self._heads = theme, heads
        self._lines = LineLook(theme)
        self._gap = theme.mm(3)
        self._slot = 0

    def height(self, row: PairLine | Heading | Line, width: int) -> int:
        """Return a row's height with the gap below it."""
        if not isinstance(row, PairLine):
            return self._lines.height(row, width)
        if not row.loud:
            return self._theme.mm(QUIET)
        below = self._theme.mm(BUTTON + 2) if row.actions and self._is_below(width) else 0
        return self._theme.mm(HIGH) + below + self._gap

    def primary(self, row: PairLine | Heading | Line) -> str:
        """Return what Enter stands for: all that can be done with an order."""
        if not isinstance(row, PairLine):
            return self._lines.primary(row)
        return "all" if row.actions else "look" if row.opens else ""

    def said(self, row: PairLine | Heading | Line) -> str:
        """Return a row in words."""
        if not isinstance(row, PairLine):
            return self._lines.said(row)
        parts = (row.number or row.number_there, row.differs, row.apart, *row.ours, *row.theirs, row.why)
        return ", ".join(part for part in parts if part)

    def targets(self, box: QRect, row: PairLine | Heading | Line) -> Mapping[str, QRect]:
        """Return an order's buttons, and behind them all of one that opens."""
        if not isinstance(row, PairLine):
            return self._lines.targets(box, row)
        whole = {"look": box.adjusted(2, 0, -2, -self._gap if row.loud else 0)} if row.opens else {}
        return {action.name: place for action, place in self._buttons(box, row)} | whole

    def paint(self, painter: QPainter, box: QRect, row: PairLine | Heading | Line, state: State) -> None:
        """Draw a row."""
        if not isinstance(row, PairLine):
            self._lines.paint(painter, box, row, state)
        elif row.loud:
            self._loud(painter, box, row, state)
        else:
            self._quiet(painter, box, row, state)

    def _loud(self, painter: QPainter, box: QRect, row: PairLine, state: State) -> None:
        theme = self._theme
        card = box.adjusted(2, 0, -2, -self._gap)
        paint.plate(
            painter,
            card,
            theme.mm(2.5),
            theme.color("surface"),
            theme.color("new" if state.chosen else "line"),
        )
        top = QRect(card.left(), card.top(), card.width(), theme.mm(HIGH))
        number, *both, apart = self._columns(top)
        self._stack(
            painter,
            number,
            ((row.number or row.number_there, LARGE, "ink", True), (self._under(row), SMALL, "quiet", False)),
        )
        for place, head, face in zip(both, self._heads, (row.ours, row.theirs), strict=True):
            self._side(painter, place, head, face, row.odd)
        said = ((row.apart, LARGE, "red", True), *((part, BODY, "red", True) for part in self._differs(row)))
        self._stack(painter, apart, tuple(each for each in said if each[0]))
        if row.opens:
            self._arrow(painter, card, top)
        for action, place in self._buttons(box, row):
            pressed = state.pressed == action.name
            paint.button(
                painter, theme, place, action.text, action.tone, filled=action.primary, pressed=pressed
            )

    def _side(self, painter: QPainter, box: QRect, head: str, face: SideFace, odd: frozenset[str]) -> None:
        """Draw one side: what it costs, how it stands, whether it is paid."""
        money = (face.total, STRONG, "red" if "total" in odd else "ink", True)
        rest = [
            (text, BODY, "red" if name in odd else "quiet", name in odd)
            for name, text in (("status", face.status), ("payment", face.payment))
        ]
        said = tuple(line for line in (money, *rest) if line[0])
        self._stack(painter, box, ((head, SMALL, "quiet", False), *said))

    def _quiet(self, painter: QPainter, box: QRect, row: PairLine, state: State) -> None:
        theme = self._theme
        if state.chosen:
            paint.plate(
                painter, box.adjusted(2, 2, -2, -2), theme.mm(2), theme.tint("new", over="background")
            )
        painter.fillRect(box.adjusted(theme.mm(4), box.height() - 1, -theme.mm(4), 0), theme.color("line"))
        number, *both, apart = self._columns(box.adjusted(2, 0, -2, 0))
        ink = theme.color("quiet")
        self._pair_of_words(painter, number, row.number, self._under(row))
        for place, face in zip(both, (row.ours, row.theirs), strict=True):
            self._quiet_side(painter, place, face)
        paint.words(painter, apart, row.why, theme.font(SMALL), ink)
        if row.opens:
            self._arrow(painter, box, box)

    def _quiet_side(self, painter: QPainter, box: QRect, face: SideFace) -> None:
        """Draw one side in a line, or where that is too narrow, in two."""
        theme, ink = self._theme, self._theme.color("quiet")
        said = "  ".join(part for part in (face.status, face.payment) if part)
        if face.total and box.width() < theme.mm(FIGURE + WORDS):
            self._stack(painter, box, ((face.total, BODY, "quiet", False), (said, SMALL, "quiet", False)))
            return
        wide = theme.mm(FIGURE) if face.total else 0
        paint.words(painter, box.adjusted(0, 0, wide - box.width(), 0), face.total, theme.font(BODY), ink)
        paint.words(painter, box.adjusted(wide, 0, 0, 0), said, theme.font(SMALL), ink)

    def _pair_of_words(self, painter: QPainter, box: QRect, first: str, second: str) -> None:
        theme = self._theme
        bold, ink = theme.font(BODY, bold=True), theme.color("quiet")
        wide = paint.width(bold, first) + theme.mm(2)
        paint.words(painter, box, first, bold, ink)
        paint.words(painter, box.adjusted(wide, 0, 0, 0), second, theme.font(SMALL), ink)

    def _stack(self, painter: QPainter, box: QRect, lines: tuple[tuple[str, int, str, bool], ...]) -> None:
        """Write lines one under the other in the middle of a box: each its words, size, tone and weight."""
        theme = self._theme
        heights = [theme.px(size * 1.45) for _, size, _, _ in lines]
        top = box.center().y() - sum(heights) // 2
        for (text, size, tone, bold), high in zip(lines, heights, strict=True):
            line = QRect(box.left(), top, box.width(), high)
            paint.words(painter, line, text, theme.font(size, bold=bold), theme.color(tone))
            top += high

    def _arrow(self, painter: QPainter, card: QRect, within: QRect) -> None:
        size = self._theme.mm(5)
        at = QRectF(card.right() - self._theme.mm(ARROW - 2), within.center().y() - size / 2, size, size)
        icons.draw(painter, "forward", self._theme.color("quiet"), at)

    def _under(self, row: PairLine) -> str:
        return row.number_there if row.number_there != (row.number or row.number_there) else ""

    def _differs(self, row: PairLine) -> list[str]:
        return row.differs.split("\n") if row.differs else []

    def make_room(self, rows: Sequence[PairLine]) -> bool:
        """Keep room for the buttons of all these, so that columns stand under each other.

        Return whether it is other room than before: heights may then be others too.
        """
        before, self._slot = self._slot, max((self._taken(row) for row in rows), default=0)
        return self._slot != before

    def _columns(self, top: QRect) -> list[QRect]:
        """Return where numbers, both sides and what is apart stand, left of buttons that stand beside."""
        theme = self._theme
        taken = theme.mm(ARROW) + (0 if self._is_below(top.width() + 4) else self._slot)
        left, right = top.left() + theme.mm(4), top.right() - taken
        number, apart = theme.mm(NUMBER), theme.mm(APART)
        side = (right - left - number - apart) // 2
        lefts = (left, left + number, left + number + side, left + number + 2 * side)
        wides = (number, side, side, apart)
        gap = theme.mm(2)
        return [QRect(at, top.top(), wide - gap, top.height()) for at, wide in zip(lefts, wides, strict=True)]

    def _buttons(self, box: QRect, row: PairLine) -> list[tuple[Action, QRect]]:
        """Return an order's buttons: beside it, or where there is no room, below."""
        theme = self._theme
        card, high, below = box.adjusted(2, 0, -2, -self._gap), theme.mm(BUTTON), self._is_below(box.width())
        top = card.bottom() - theme.mm(3) - high if below else card.center().y() - high // 2
        right, made = card.right() - (theme.mm(3) if below else theme.mm(ARROW)), []
        for action in reversed(row.actions if row.loud else ()):
            wide = paint.action_width(self._theme, action.text)
            made.append((action, QRect(right - wide + 1, top, wide, high)))
            right -= wide + self._gap
        return made[::-1]

    def _taken(self, row: PairLine) -> int:
        return sum(paint.action_width(self._theme, action.text) + self._gap for action in row.actions)

    def _is_below(self, width: int) -> bool:
        """Whether buttons stand under an order because they would squeeze its columns beside them."""
        room = width - self._theme.mm(8 + ARROW) - self._slot
        return room < self._theme.mm(NUMBER + 2 * SIDE + APART)


class SidesList(TargetList):
    """A list of orders on both sides, which share the room for their buttons."""

    def __init__(self, look: SidesLook) -> None:
        super().__init__(look)
        self._sides = look

    def show_rows(self, rows: list[Any]) -> None:
        """Take rows over, with room for the widest buttons among them."""
        if self._sides.make_room([row for row in rows if isinstance(row, PairLine)]):
            self.measure_anew()
        super().show_rows(rows)
