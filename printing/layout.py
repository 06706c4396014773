"""A document on paper of a given width: items become lines, in columns counted as the printer counts them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import cast

from printing.barcodes import proper
from printing.cleaning import clean
from printing.document import QR, Barcode, Columns, Document, Rule, Table, Text
from printing.encodings import Encoding
from printing.lines import Bitmap, Line, Sheet, Span, TextLine
from printing.pieces import Piece, piece
from printing.profiles import CELL_WIDTH
from printing.rows import Shape, grid, line_of
from printing.wrapping import LINE_LIMIT, within

__all__ = ["LINE_LIMIT", "Bitmap", "Line", "Span", "TextLine", "lay_out"]


def lay_out(document: Document, width: int, encoding: Encoding) -> list[Line]:
    """Return the document as lines for paper of `width` columns.

    Nothing is lost but blanks at a wrap, and what a text has beyond LINE_LIMIT lines, which is said.
    """
    paper = Sheet(width, encoding, document.language)
    lines: list[Line] = []
    for item in document.items:
        if (lay := _LAY.get(type(item))) is None:
            lines.append(cast(Line, item))
        else:
            lines.extend(lay(item, paper))
    return lines


#: Bytes that a version 40 QR code of correction M can hold.
_QR_LIMIT = 2331


def _code(code: QR, paper: Sheet) -> Iterator[Line]:
    """Keep a QR code that can exist; what is too long for one is at least readable, and nothing is none."""
    data = clean(code.data)
    if 0 < len(data.encode()) <= _QR_LIMIT:
        yield QR(data, code.module)
    else:
        yield from _paragraph(Text(data), paper)


def _barcode(barcode: Barcode, paper: Sheet) -> Iterator[Line]:
    """Keep a bar code that can exist; what cannot is at least readable."""
    kept = proper(barcode, paper.width * CELL_WIDTH)
    if kept is not None:
        yield kept
    else:
        yield from _paragraph(Text(barcode.data, align="center"), paper)


@lru_cache(maxsize=512)
def _paragraph(item: Text, paper: Sheet) -> tuple[TextLine, ...]:
    """Set a text by itself; what a shop's tickets say every day is set once."""
    text, style, align, indent = item
    room = paper.width - indent
    return tuple(
        line_of([(part, style, align, room)], indent=indent)
        for part in within(piece(text, paper.encoding), room // style.width, paper)
    )


def _row(item: Columns, paper: Sheet) -> list[TextLine]:
    """Set the cells of a row beside each other, each wrapped within its own width."""
    pieces = [piece(cell.text, paper.encoding) for cell in item.cells]
    widest = tuple([cell.style.width * part.columns for cell, part in zip(item.cells, pieces, strict=True)])
    return grid(tuple([cell[1:] for cell in item.cells]), widest, item.gap, paper).lines(pieces)


def _table(item: Table, paper: Sheet) -> Iterator[Line]:
    """Set rows below each other, every column as wide from top to bottom."""
    rows = (item.header, *item.rows) if item.header else item.rows
    pieces = [[] if isinstance(row, Text) else [piece(text, paper.encoding) for text in row] for row in rows]
    widest = _widest(item.columns, [*filter(None, pieces)])
    cells = grid(item.columns, widest, item.gap, paper)
    for index, (row, parts) in enumerate(zip(rows, pieces, strict=True)):
        if isinstance(row, Text):
            yield from _paragraph(row, paper)
        elif item.header and not index:
            header = tuple(column._replace(style=column.style._replace(bold=True)) for column in item.columns)
            yield from grid(header, widest, item.gap, paper).lines(parts)
            yield Rule()
        else:
            yield from cells.lines(parts)


def _widest(shapes: Sequence[Shape], rows: Sequence[Sequence[Piece]]) -> tuple[int, ...]:
    """Return the columns that each cell takes where nothing in its column wraps."""
    widest = [max([row[index].columns for row in rows], default=0) for index in range(len(shapes))]
    return tuple([style.width * wide for (style, *_), wide in zip(shapes, widest, strict=True)])


_LAY: dict[type, Callable[..., Iterable[Line]]] = {
    Text: _paragraph,
    Columns: _row,
    Table: _table,
    QR: _code,
    Barcode: _barcode,
}
