"""Dishes to be cooked or packed: how many, what, and below it everything that makes it another dish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from printing.document import BIG, BOLD, PLAIN, TALL, Cell, Columns, Item, Style, Text
from printing.looks.parts import width_of
from printing.looks.words import word
from printing.tickets import KitchenLine, Language

_SIGNS = {"add": "+", "cancel": "-", None: ""}


class Reader(NamedTuple):
    """Who reads the dishes: sizes of quantities, of names (best first) and of notes, and a box to tick."""

    quantity: Style
    names: tuple[Style, ...]
    note: Style = BOLD
    box: bool = False


#: A cook reads from two metres; at the pass it is ticked off; who packs or opens a bag has it in hand.
COOK = Reader(BIG, (BIG, TALL), note=TALL._replace(inverse=True))
PASS = Reader(TALL, (TALL,), box=True)
BAG = Reader(BOLD, (BOLD,))


def dishes(
    lines: Sequence[KitchenLine], language: Language, across: int, reader: Reader = COOK
) -> Iterator[Item]:
    """Yield dishes with their quantities below each other, on paper of `across` columns."""
    if not lines:
        return
    box = word("box", language) if reader.box else ""
    many = [f"{_SIGNS[line.change]}{line.quantity}{word('times', language)}" for line in lines]
    room = max(map(width_of, many)) * reader.quantity.width
    indent = (width_of(box) + 1 if box else 0) + room + 1
    for line, quantity in zip(lines, many, strict=True):
        name = Cell(line.name, _largest(line.name, reader.names, across - indent), weight=1)
        ticked = (Cell(box, reader.quantity, width=width_of(box)),) if box else ()
        yield Columns((*ticked, Cell(quantity, reader.quantity, width=room), name))
        yield from _under(line, indent, language, reader.note)


def _largest(name: str, sizes: Sequence[Style], room: int) -> Style:
    return next((size for size in sizes if width_of(name) * size.width <= room), sizes[-1])


def _under(line: KitchenLine, indent: int, language: Language, note: Style) -> Iterator[Item]:
    if line.options:
        yield Text(word("and", language).join(line.options), BOLD, indent=indent)
    for part in line.contents:
        yield Columns((Cell("", width=indent), Cell("-", width=2), Cell(part, PLAIN, weight=1)), gap=0)
    if line.note:
        said = line.note if note.inverse else f"! {line.note}"
        yield Columns((Cell("", width=indent), Cell(said, note, weight=1)), gap=0)
