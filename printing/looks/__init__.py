"""How tickets look: facts become a document, with the mark of a second copy said twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from printing.document import Cut, Document, Item, Picture
from printing.looks.delivery import delivery
from printing.looks.expediter import expediter
from printing.looks.kitchen import kitchen
from printing.looks.parts import mark_above, mark_below, standing_in
from printing.looks.refund import refund
from printing.looks.report import report
from printing.looks.settlement import settlement
from printing.looks.trial import test_page
from printing.tickets import FIRST, Copy, Ticket

_LOOKS: dict[str, Callable[[Any, int], Iterator[Item]]] = {
    "kitchen": kitchen,
    "expediter": expediter,
    "delivery": delivery,
    "settlement": settlement,
    "refund": refund,
    "report": report,
    "test": test_page,
}


#: What guests take home.
WITH_LOGO = ("settlement", "refund")


def document(facts: Ticket, copy: Copy = FIRST, columns: int = 48, logo: bytes | None = None) -> Document:
    """Return the ticket as a document for paper of `columns` columns, with what is said of this `copy`.

    The `logo`, a PNG of black and white dots, is on what guests take home.
    A mark stands above and below all else; so does the name of the printer that another one stands in for.
    """
    items = list(_LOOKS[facts.kind](facts, columns))
    if logo is not None and facts.kind in WITH_LOGO:
        items.insert(0, Picture(logo))
    if copy.stands_in_for:
        items.insert(0, standing_in(copy.stands_in_for, facts.language, columns))
    if copy.mark is not None:
        above = mark_above(copy.mark, facts.language, columns)
        items = [*above, *items, *mark_below(copy.mark, copy.number, facts.language, columns)]
    return Document((*items, Cut()), facts.language)
