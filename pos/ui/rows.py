"""One model for every list: rows in, rows out; what stands in a row is the look's business."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex

#: The role under which a row itself is found.
ROW = Qt.ItemDataRole.UserRole
SPOKEN = Qt.ItemDataRole.AccessibleTextRole


class Rows(QAbstractListModel):
    """Rows with an `id`. Showing the same ids again repaints only what changed.

    `said` puts a row into words for those who cannot see it.
    """

    def __init__(self, said: Callable[[Any], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Any] = []
        self._said = said

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many rows there are."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the row itself under ROW, and its words for a screen reader."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == ROW:
            return row
        return self._said(row) if role == SPOKEN else None

    def show(self, rows: Sequence[Any]) -> None:
        """Take `rows` over; only a change of ids or of their order resets the list."""
        if [row.id for row in rows] == [row.id for row in self.rows]:
            self._exchange(rows)
            return
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def find(self, row_id: Hashable) -> QModelIndex:
        """Return where a row stands; an invalid index when it does not."""
        for place, row in enumerate(self.rows):
            if row.id == row_id:
                return self.index(place)
        return QModelIndex()

    def _exchange(self, rows: Sequence[Any]) -> None:
        for place, row in enumerate(rows):
            if row != self.rows[place]:
                self.rows[place] = row
                self.dataChanged.emit(self.index(place), self.index(place))
