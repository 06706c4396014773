"""Any character on any printer: every line of the corpus, on every encoding, as text or as its picture."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import pytest

from printing.cleaning import clean
from printing.decode import decode
from printing.document import BIG, PLAIN, Cell, Columns, Cut, Document, Item, Style, Text
from printing.drawing import dots
from printing.drawing.fonts import face_for, needs_ink
from printing.encodings import ENCODINGS, Encoding, columns, encode
from printing.escpos import SLICE_ROWS, raster, to_bytes
from printing.layout import Bitmap, Line, TextLine, lay_out
from printing.profiles import Profile, profile

CORPUS: dict[str, list[str]] = tomllib.loads(
    (Path(__file__).parent / "corpus" / "lines.toml").read_text(encoding="utf-8")
)
LINES = [line for lines in CORPUS.values() for line in lines]


def document_of(line: str, style: Style) -> Document:
    items: tuple[Item, ...] = (
        Text(line, style),
        Columns((Cell(line, style, weight=1), Cell("¥1.00", style, "right"))),
        Cut(),
    )
    return Document(items)


def on_paper(lines: list[Line]) -> list[Line]:
    """What leaves ink, or at least paper: all but the cut."""
    return [line for line in lines if isinstance(line, TextLine)]


def as_printed(text: str, encoding: Encoding) -> str:
    """A text as its printer shows it: what nobody sees is left out, and signs have their own shapes."""
    data = encode(text, encoding)
    assert data is not None
    return data.decode(encoding.codec)


def is_said(line: Line, encoding: Encoding) -> bool:
    return isinstance(line, TextLine) and all(encode(span.text, encoding) is not None for span in line.spans)


@cache
def picture(line: TextLine, used: Profile) -> bytes:
    """A line drawn by itself, as the dots that a printer would be sent."""
    rows = dots([line], used.columns, used.encoding, "zh_CN")
    return b"".join(part.rows for part in decode(raster(rows, used.dots)).lines if isinstance(part, Bitmap))


@pytest.mark.parametrize("paper", [58, 80])
@pytest.mark.parametrize("style", [PLAIN, BIG], ids=["normal", "double"])
@pytest.mark.parametrize("encoding", sorted(ENCODINGS))
def test_every_corpus_line_is_read_back_equal_from_the_bytes_or_equals_its_picture(
    encoding: str, style: Style, paper: int
) -> None:
    used = profile(paper, encoding)
    for line in LINES:
        document = document_of(line, style)
        laid = lay_out(document, used.columns, used.encoding)
        came = decode(to_bytes(laid, used), used.encoding).lines
        check_same(on_paper(laid), [part for part in came if isinstance(part, TextLine | Bitmap)], used)


def check_same(laid: list[Line], came: list[Line], used: Profile) -> None:
    """Compare line by line what was laid out with what came out: its characters, or its dots."""
    said = [line for line in laid if is_said(line, used.encoding)]
    drawn = [line for line in laid if isinstance(line, TextLine) and not is_said(line, used.encoding)]
    texts = [line.text for line in came if isinstance(line, TextLine)]
    assert texts == [
        "".join(as_printed(span.text, used.encoding) for span in line.spans)
        for line in said
        if isinstance(line, TextLine)
    ]
    rows = b"".join(line.rows for line in came if isinstance(line, Bitmap))
    assert rows == b"".join(picture(line, used) for line in drawn)
    assert all(len(line.rows) <= SLICE_ROWS * used.dots // 8 for line in came if isinstance(line, Bitmap))


@pytest.mark.parametrize("encoding", sorted(ENCODINGS))
def test_no_question_mark_comes_out_that_nobody_wrote(encoding: str) -> None:
    for paper in (58, 80):
        used = profile(paper, encoding)
        for line in LINES:
            data = to_bytes(lay_out(document_of(line, PLAIN), used.columns, used.encoding), used)
            text = decode(data, used.encoding).text
            assert text.count("?") <= 2 * line.count("?")
            assert "\ufffd" not in text


@pytest.mark.parametrize("paper", [58, 80])
@pytest.mark.parametrize("style", [PLAIN, BIG], ids=["normal", "double"])
@pytest.mark.parametrize("encoding", sorted(ENCODINGS))
def test_no_corpus_line_is_wider_than_the_paper_and_all_agree_on_its_width(
    encoding: str, style: Style, paper: int
) -> None:
    used = profile(paper, encoding)
    for line in LINES:
        for laid in on_paper(lay_out(document_of(line, style), used.columns, used.encoding)):
            assert isinstance(laid, TextLine)
            assert sum(span.columns for span in laid.spans) <= used.columns
            for span in laid.spans:
                assert span.columns == columns(span.text, used.encoding) * span.style.width
                if (data := encode(span.text, used.encoding)) is not None:
                    assert span.columns == len(data) * span.style.width


@pytest.mark.parametrize("encoding", sorted(ENCODINGS))
def test_no_corpus_line_loses_a_character_that_is_seen(encoding: str) -> None:
    used = profile(58, encoding)
    for line in LINES:
        laid = lay_out(Document((Text(line),)), used.columns, used.encoding)
        shown = "".join(part.text for part in laid if isinstance(part, TextLine))
        assert "".join(shown.split()) == "".join(clean(line).split())


@pytest.mark.parametrize("name", sorted(CORPUS))
def test_every_character_that_is_seen_leaves_ink_among_its_neighbours(name: str) -> None:
    used = profile(80, "raster")
    for text in (clean(line).replace("\n", "")[:40] for line in CORPUS[name]):
        for place, char in enumerate(text):
            if char.strip() and needs_ink(char):
                blank = ("", " ", "\u3000")[columns(char, used.encoding)]
                without = text[:place] + blank + text[place + 1 :]
                assert ink(text, used) != ink(without, used), f"U+{ord(char):04X} in {text}"


def ink(text: str, used: Profile) -> bytes:
    [line] = lay_out(Document((Text(text + "|"),)), used.columns, used.encoding)
    assert isinstance(line, TextLine)
    return picture(line, used)


def test_the_corpus_has_scripts_of_which_no_font_here_has_all() -> None:
    """So that boxes with code points are among what is tested, on any machine."""
    assert any(face_for(char, "zh_CN", False) is None for line in CORPUS["nowhere"] for char in line)
