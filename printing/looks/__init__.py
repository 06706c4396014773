"""How tickets look: facts become a document, with the mark of a second copy said twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from printing.document import Cut, Document, Item
from printing.looks.kitchen import kitchen
from printing.looks.parts import mark_above, mark_below
from printing.looks.settlement import settlement
from printing.looks.test_page import test_page
from printing.tickets import KitchenTicket, Mark, Settlement, TestPage

_LOOKS: dict[str, Callable[[Any, int], Iterator[Item]]] = {
    "kitchen": kitchen,
    "settlement": settlement,
    "test": test_page,
}


def document(
    facts: KitchenTicket | Settlement | TestPage, copy: int = 1, mark: Mark | None = None, columns: int = 48
) -> Document:
    """Return the ticket as a document for paper of `columns` columns; a `mark` is said above and below."""
    items = list(_LOOKS[facts.kind](facts, columns))
    if mark is not None:
        above = mark_above(mark, facts.language, columns)
        items = [*above, *items, *mark_below(mark, copy, facts.language, columns)]
    return Document((*items, Cut()), facts.language)
