"""A page that shows what a printer can do, and what not."""

from __future__ import annotations

from collections.abc import Iterator

from printing.document import (
    BIG,
    BOLD,
    PLAIN,
    QR,
    TALL,
    Barcode,
    Cell,
    Column,
    Columns,
    Item,
    Rule,
    Style,
    Table,
    Text,
)
from printing.encodings import ENCODINGS, encode
from printing.looks.parts import ends, largest
from printing.looks.words import word
from printing.tickets import Language, TestPage

_SIZES = (
    ("plain", PLAIN),
    ("bold", BOLD),
    ("tall", TALL),
    ("big", BIG),
    ("inverse", Style(inverse=True)),
)
_PRICES = (("宫保鸡丁", "38.00"), ("비빔밥", "9,000"), ("Crème brûlée", "6.50"), ("ラーメン", "¥980"))

#: Some characters of each script, in the order of how likely a shop needs them.
SCRIPTS = (
    ("han", "宫保鸡丁饭"),
    ("old_han", "宮保雞丁飯"),
    ("rare", "㐀𠮷𰻞"),
    ("hangul", "김치찌개 똠"),
    ("kana", "ラーメン ぎょうざ"),
    ("latin", "Crème brûlée ñ ß"),
    ("greek", "Ελλάδα"),
    ("cyrillic", "Привет"),
    ("thai", "ต้มยำกุ้ง"),
    ("arabic", "شكرا"),
    ("signs", "¥ ₩ € £ ½ ℃ № ✓"),
    ("emoji", "🍜 🌶 ❤"),
)


def test_page(ticket: TestPage, across: int) -> Iterator[Item]:
    """Yield a test page for paper of `across` columns."""
    yield from _edge(across)
    yield from _head(ticket, across)
    yield from _sizes(ticket.language)
    yield from _widths(ticket.language, across)
    yield from _scripts(ticket)
    yield from _codes(ticket)
    yield from _ink(ticket.language, across)
    yield from _answers(ticket)
    yield from _edge(across)


def _edge(across: int) -> Iterator[Item]:
    """Mark the first and last column: where one is missing, the paper is narrower than set."""
    yield Text("|" + "-" * (across - 2) + "|")


def _head(ticket: TestPage, across: int) -> Iterator[Item]:
    say = ticket.language
    title = word("test", say)
    yield Text(title, largest(title, across), "center")
    yield Text(ticket.printer, largest(ticket.printer, across), "center")
    yield Text(ticket.device, align="center")
    yield ends(ticket.number, ticket.at)
    yield Rule()
    for key, value in (*ticket.settings, *_parts(ticket)):
        yield ends(word(key, say), value)


def _parts(ticket: TestPage) -> Iterator[tuple[str, str]]:
    """Yield what the printer is taken to have, in words: a test page opens no drawer, and rings no bell."""
    if ticket.cut:
        yield "cut", word(f"cut.{ticket.cut}", ticket.language)
    for part in ("drawer", "buzzer"):
        if value := getattr(ticket, part):
            yield part, word(value, ticket.language)


def _titled(key: str, language: Language) -> Iterator[Item]:
    yield Rule()
    yield Text(word(key, language), BOLD)


def _sizes(language: Language) -> Iterator[Item]:
    yield from _titled("sizes", language)
    for name, style in _SIZES:
        yield Text(f"{word(f'size.{name}', language)} 123 Ag", style)


def _widths(language: Language, across: int) -> Iterator[Item]:
    yield from _titled("widths", language)
    yield Text("".join(f"{ten:>10}" for ten in range(10, across + 1, 10)))
    yield Text(("1234567890" * 5)[:across])
    for name, price in _PRICES:
        yield Columns((Cell(name, weight=1), Cell(price, align="right")))
    yield Columns(
        (
            Cell(word("side.left", language), weight=1),
            Cell(word("side.center", language), align="center", weight=1),
            Cell(word("side.right", language), align="right", weight=1),
        )
    )


def _scripts(ticket: TestPage) -> Iterator[Item]:
    say = ticket.language
    yield from _titled("scripts", say)
    rows = tuple((label, said, _way((label, said), ticket)) for label, said in _named(say))
    yield Table((Column(), Column(weight=1), Column(align="right")), rows)


def _named(language: Language) -> Iterator[tuple[str, str]]:
    return ((word(f"script.{name}", language), said) for name, said in SCRIPTS)


def _way(texts: tuple[str, ...], ticket: TestPage) -> str:
    """Say whether a line with these texts comes from the printer's own fonts, or is drawn."""
    if (known := ENCODINGS.get(ticket.encoding)) is None:
        return ""
    own = word("way.own", ticket.language)
    lacking = ticket.all_drawn or any(encode(text, known) is None for text in (*texts, own))
    return word("way.drawn", ticket.language) if lacking else own


def _codes(ticket: TestPage) -> Iterator[Item]:
    say = ticket.language
    yield from _titled("codes", say)
    if ticket.codes is not None:
        yield Text(word("codes.own" if ticket.codes else "codes.drawn", say))
    yield QR(ticket.number)
    yield Barcode(ticket.number, height=60)


def _ink(language: Language, across: int) -> Iterator[Item]:
    yield from _titled("ink", language)
    yield Text(" " * (across // BIG.width), BIG._replace(inverse=True))


def _answers(ticket: TestPage) -> Iterator[Item]:
    say = ticket.language
    if ticket.answers or ticket.evidence:
        yield from _titled("answers", say)
    for asked, answer in ticket.answers:
        yield ends(asked, answer)
    if ticket.evidence:
        yield Text(word("evidence", say))
        yield Text(word(f"evidence.{ticket.evidence}", say), BOLD, "right")
