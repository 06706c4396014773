"""A list of painted rows with places to tap in them: quick with hundreds, right for fingers and keys."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple, Protocol

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QScroller,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from pos.ui.parts.rows import ROW, Rows

Index = QModelIndex | QPersistentModelIndex


class State(NamedTuple):
    """How a row is to be painted: chosen, and which of its targets a finger is on."""

    chosen: bool = False
    pressed: str = ""


class Look(Protocol):
    """How one kind of row is drawn. Boxes are the row's own; heights are pixels."""

    def height(self, row: Any, width: int) -> int:
        """Return how high a row is at a width."""
        ...

    def paint(self, painter: QPainter, box: QRect, row: Any, state: State) -> None:
        """Draw a row."""
        ...

    def targets(self, box: QRect, row: Any) -> Mapping[str, QRect]:
        """Return what can be tapped in a row, by name."""
        ...

    def primary(self, row: Any) -> str:
        """Return the target that Enter stands for; empty for none."""
        ...

    def said(self, row: Any) -> str:
        """Return a row in words, for those who cannot see it."""
        ...


class TargetList(QListView):
    """Shows rows in their look. `tapped` says which target of which row; `chosen`, which row was picked."""

    tapped = Signal(object, str)
    chosen = Signal(object)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.rows = Rows(look.said, self)
        self.selected: Hashable = None
        self._pressed: tuple[Hashable, str] = (None, "")
        self._heights: dict[Hashable, tuple[Any, int, int]] = {}
        # For a viewport of Qt's own PySide reads every class of Qt to find what it is: 40 ms at the start.
        self.setViewport(QWidget())
        self.setModel(self.rows)
        self.setItemDelegate(_Painter(self))
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)

    def show_rows(self, rows: list[Any]) -> None:
        """Take rows over, staying where the list was scrolled to; what is as it was costs nothing."""
        if rows == self.rows.rows:
            return
        place = self.verticalScrollBar().value()
        self.rows.show(rows)
        for gone in self._heights.keys() - {row.id for row in rows}:
            del self._heights[gone]
        self._follow()
        if place:
            self.executeDelayedItemsLayout()  # before it the list may be too short to stay there
            self.verticalScrollBar().setValue(place)

    def select(self, row_id: Hashable) -> bool:
        """Ring one row (None: none) and bring it into view; return whether it is in this list."""
        self.selected = row_id
        index = self._follow()
        if index.isValid():
            self.scrollTo(index)
        self.viewport().update()
        return index.isValid()

    def current(self) -> Any:
        """Return the chosen row; None where there is none."""
        index = self.rows.find(self.selected)
        return self.rows.data(index, ROW) if index.isValid() else None

    def box(self, row_id: Hashable) -> QRect:
        """Return where a row stands in the viewport."""
        return self.visualRect(self.rows.find(row_id))

    def target(self, row_id: Hashable, name: str) -> QRect:
        """Return where a target of a row stands in the viewport; raises KeyError where it has none."""
        return dict(self.look.targets(self.box(row_id), self.rows.data(self.rows.find(row_id), ROW)))[name]

    def visible_rows(self) -> list[Any]:
        """Return the rows that are seen now."""
        first = self.indexAt(self.viewport().rect().topLeft())
        seen, place = [], max(first.row(), 0)
        while place < len(self.rows.rows):
            if self.visualRect(self.rows.index(place)).top() > self.viewport().height():
                break
            seen.append(self.rows.rows[place])
            place += 1
        return seen

    def row_height(self, row: Any) -> int:
        """Return a row's height, measured once for each width: a change of one row asks for all."""
        width = self.viewport().width()
        known = self._heights.get(row.id)
        if known is None or known[0] is not row or known[1] != width:
            known = self._heights[row.id] = (row, width, self.look.height(row, width))
        return known[2]

    def measure_anew(self) -> None:
        """Forget how high rows are: the look needs other room for them now."""
        self._heights.clear()
        self.scheduleDelayedItemsLayout()

    def row_state(self, row: Any) -> State:
        """Return how a row is to be painted now."""
        pressed = self._pressed[1] if self._pressed[0] == row.id else ""
        return State(chosen=row.id == self.selected, pressed=pressed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay rows out anew: their heights hang on the width."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Show at once what the finger is on."""
        row, name = self._hit(event)
        self._press((row.id, name) if row is not None else (None, ""))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Act where the finger came up on what it went down on."""
        (row, name), pressed = self._hit(event), self._pressed
        self._press((None, ""))
        if row is None or (row.id, name) != pressed:
            return
        self.setCurrentIndex(self.rows.find(row.id))
        if name:
            self.tapped.emit(row, name)
        else:
            self._choose(row)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A second tap is a tap."""
        self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is the chosen row's primary action; arrows choose."""
        row = self.current()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row is not None:
            if name := self.look.primary(row):
                self.tapped.emit(row, name)
            return
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.step(1 if event.key() == Qt.Key.Key_Down else -1)
            return
        event.ignore()

    def step(self, by: int) -> None:
        """Choose the row that stands `by` places further; the first or last where none is chosen yet."""
        if not (count := self.rows.rowCount()):
            return
        index = self.rows.find(self.selected)
        place = min(max(index.row() + by, 0), count - 1) if index.isValid() else (0 if by > 0 else count - 1)
        self._choose(self.rows.rows[place])

    def _choose(self, row: Any) -> None:
        self.select(row.id)
        self.chosen.emit(row)

    def _press(self, pressed: tuple[Hashable, str]) -> None:
        """Paint anew what a finger is on, and what it was on."""
        for row_id in {self._pressed[0], pressed[0]} - {None}:
            self.viewport().update(self.box(row_id))
        self._pressed = pressed

    def _follow(self) -> QModelIndex:
        index = self.rows.find(self.selected)
        if index != self.currentIndex():
            self.setCurrentIndex(index)
        return index

    def _hit(self, event: QMouseEvent) -> tuple[Any, str]:
        point = event.position().toPoint()
        index = self.indexAt(point)
        if not index.isValid():
            return None, ""
        row = self.rows.data(index, ROW)
        places = self.look.targets(self.visualRect(index), row)
        return row, next((name for name, box in places.items() if box.contains(point)), "")


class _Painter(QStyledItemDelegate):
    def __init__(self, view: TargetList) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._view.look.paint(painter, option.rect, row, self._view.row_state(row))
        painter.restore()

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        row = self._view.rows.rows[index.row()]
        return QSize(self._view.viewport().width(), self._view.row_height(row))
