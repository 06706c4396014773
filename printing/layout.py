"""A document on paper of a given width: items become lines, in columns counted as the printer counts them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import cast

from printing.barcodes import proper
from printing.cleaning import clean
from printing.document import QR, Barcode, Columns, Document, Rule, Table, Text
from printing.encodings import Encoding, columns
from printing.lines import Bitmap, Line, Sheet, Span, TextLine
from printing.profiles import CELL_WIDTH
from printing.rows import Grid, naturals, single
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


def _paragraph(item: Text, paper: Sheet) -> list[TextLine]:
    room = paper.width - item.indent
    return [
        single(
            part, columns(part, paper.encoding) * item.style.width, item.style, item.align, room, item.indent
        )
        for part in within(clean(item.text), room // item.style.width, paper)
    ]


def _row(item: Columns, paper: Sheet) -> list[TextLine]:
    """Set the cells of a row beside each other, each wrapped within its own width."""
    texts = [clean(cell.text) for cell in item.cells]
    natural = naturals(item.cells, texts, paper)
    return Grid(item.cells, natural, item.gap, paper).lines(texts, natural)


def _table(item: Table, paper: Sheet) -> Iterator[Line]:
    """Set rows below each other, every column as wide from top to bottom."""
    rows = (item.header, *item.rows) if item.header else item.rows
    texts = [row if isinstance(row, Text) else [clean(text) for text in row] for row in rows]
    natural = [[] if isinstance(row, Text) else naturals(item.columns, row, paper) for row in texts]
    widest = [max(wide) for wide in zip(*filter(None, natural), strict=True)] or [0] * len(item.columns)
    grid = Grid(item.columns, widest, item.gap, paper)
    for index, (row, wide) in enumerate(zip(texts, natural, strict=True)):
        if isinstance(row, Text):
            yield from _paragraph(row, paper)
        elif item.header and not index:
            yield from grid.bold().lines(row, wide)
            yield Rule()
        else:
            yield from grid.lines(row, wide)


_LAY: dict[type, Callable[..., Iterable[Line]]] = {
    Text: _paragraph,
    Columns: _row,
    Table: _table,
    QR: _code,
    Barcode: _barcode,
}
