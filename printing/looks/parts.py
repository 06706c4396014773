"""What several tickets have in common: banners, marks of a second copy, two texts at both ends of a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from printing.document import BIG, BOLD, PLAIN, TALL, Cell, Columns, Item, Rule, Style, Text
from printing.encodings import ENCODINGS, columns
from printing.looks.words import MARKS, word
from printing.tickets import Language, Mark

_WIDEST = ENCODINGS["gb18030"]


def width_of(text: str) -> int:
    """Return the columns that `text` takes at most, on any printer of ours."""
    return columns(text, _WIDEST)


def joined(texts: Iterable[str]) -> str:
    """Return the texts that say something, each once, with a blank between them."""
    return " ".join(dict.fromkeys(filter(None, texts)))


def largest(text: str, across: int) -> Style:
    """Return the largest style in which `text` fits on one line of `across` columns."""
    return BIG if width_of(text) * BIG.width <= across else TALL


def banner(text: str, across: int) -> Text:
    """White on black over the whole width, as large as it fits."""
    return Text(text, largest(text, across)._replace(inverse=True), "center")


def ends(left: str, right: str, left_style: Style = PLAIN, right_style: Style = PLAIN) -> Columns:
    """One text at each end of a line."""
    return Columns((Cell(left, left_style, weight=1), Cell(right, right_style, "right")))


def standing_in(printer: str, language: Language, across: int) -> Item:
    """Say whose ticket this is, to those who stand at another printer."""
    return banner(word("stands_in_for", language).format(printer), across)


def mark_above(mark: Mark, language: Language, across: int) -> Iterator[Item]:
    """Say before anything else that this is not the first copy."""
    latin, own = MARKS[mark], word(f"mark.{mark}", language)
    together = f"{latin} {own}"
    if width_of(together) * BIG.width <= across:
        yield banner(together, across)
    else:
        yield banner(latin, across)
        yield Text(own, TALL, "center")


def mark_below(mark: Mark, copy: int, language: Language, across: int) -> Iterator[Item]:
    """Say it again at the end, with what to do about it."""
    yield Rule()
    yield banner(MARKS[mark], across)
    yield Text(word(f"mark.why.{mark}", language), BOLD, "center")
    yield Text(word("copy", language).format(copy), PLAIN, "center")
