"""A page that shows what a printer can do: sizes, columns that line up, and characters it has no font for."""

from __future__ import annotations

from collections.abc import Iterator

from printing.document import BIG, BOLD, PLAIN, QR, TALL, Cell, Columns, Item, Rule, Style, Text
from printing.looks.parts import ends
from printing.looks.words import word
from printing.tickets import TestPage

_STYLES = (PLAIN, BOLD, TALL, BIG, Style(inverse=True))
_SAMPLE = "123 ABC 中文 한글"
_PRICES = (("宫保鸡丁", "38.00"), ("비빔밥", "9,000"), ("Crème brûlée", "6.50"), ("ラーメン", "¥980"))
_DRAWN = "㐀 𠮷 Ελλάδα Привет ไทย ½"


def test_page(ticket: TestPage, across: int) -> Iterator[Item]:
    """Yield a test page for paper of `across` columns."""
    say = ticket.language
    yield Text(word("test", say), BIG, "center")
    yield ends(ticket.printer, ticket.at)
    yield Text(ticket.device)
    for key, value in ticket.settings:
        yield ends(key, value)
    yield Rule()
    yield from (Text(_SAMPLE, style) for style in _STYLES)
    yield Rule()
    yield Text(word("widths", say), BOLD)
    yield Text(("1234567890" * 5)[:across])
    for name, price in _PRICES:
        yield Columns((Cell(name, weight=1), Cell(price, align="right")))
    yield Text(word("drawn", say), BOLD)
    yield Text(_DRAWN)
    yield Rule()
    yield QR(ticket.number)
    yield Text(ticket.number, align="center")
