"""One model for every list: rows in, rows out; what stands in a row is the look's business."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence, Set
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex

#: The role under which a row itself is found.
ROW = Qt.ItemDataRole.UserRole
SPOKEN = Qt.ItemDataRole.AccessibleTextRole


class Rows(QAbstractListModel):
    """Rows with an `id`, each once. Only what came, went or changed is laid out and painted anew.

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
        """Take `rows` over; only where those that stay change their order the list is reset."""
        before, after = {row.id for row in self.rows}, {row.id for row in rows}
        stay = [row.id for row in self.rows if row.id in after]
        if not stay or stay != [row.id for row in rows if row.id in before]:
            self.beginResetModel()
            self.rows = list(rows)
            self.endResetModel()
            return
        self._drop(after)
        self._insert(rows)
        self._exchange(rows)

    def find(self, row_id: Hashable) -> QModelIndex:
        """Return where a row stands; an invalid index when it does not."""
        for place, row in enumerate(self.rows):
            if row.id == row_id:
                return self.index(place)
        return QModelIndex()

    def _drop(self, wanted: Set[Hashable]) -> None:
        """Take out what is not wanted any more, each run of rows at once."""
        end = len(self.rows)
        while end:
            begin = end
            while begin and self.rows[begin - 1].id not in wanted:
                begin -= 1
            if begin < end:
                self.beginRemoveRows(QModelIndex(), begin, end - 1)
                del self.rows[begin:end]
                self.endRemoveRows()
            end = begin - 1 if begin else 0

    def _insert(self, rows: Sequence[Any]) -> None:
        """Put in what is new, each run of rows at once; those that stay are in their order already."""
        place = 0
        while place < len(rows):
            end, here = place, self.rows[place].id if place < len(self.rows) else None
            while end < len(rows) and rows[end].id != here:
                end += 1
            if end > place:
                self.beginInsertRows(QModelIndex(), place, end - 1)
                self.rows[place:place] = rows[place:end]
                self.endInsertRows()
            place = end + 1

    def _exchange(self, rows: Sequence[Any]) -> None:
        for place, row in enumerate(rows):
            if row != self.rows[place]:
                self.rows[place] = row
                self.dataChanged.emit(self.index(place), self.index(place))
