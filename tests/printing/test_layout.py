"""Columns line up: counted as the printer counts, wrapped without splitting anything."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printing.cleaning import clean
from printing.document import BIG, PLAIN, QR, TALL, Align, Cell, Columns, Document, Style, Text
from printing.encodings import ENCODINGS, char_columns, clusters, columns
from printing.layout import LINE_LIMIT, TextLine, lay_out

GB = ENCODINGS["gb18030"]
NAMES = st.text(st.sampled_from("宫保鸡丁김치찌개ラーメンabc É½①“…🍜 -x5，。"), max_size=70)


def lines_of(*items: Text | Columns | QR, width: int = 32, encoding: str = "gb18030") -> list[TextLine]:
    lines = lay_out(Document(items), width, ENCODINGS[encoding])
    return [line for line in lines if isinstance(line, TextLine)]


def width_of(line: TextLine) -> int:
    return sum(span.columns for span in line.spans)


@pytest.mark.parametrize(
    ("char", "encoding", "wide"),
    [
        ("中", "gb18030", 2),
        ("①", "gb18030", 2),
        ("“", "gb18030", 2),
        ("·", "gb18030", 2),
        ("¥", "gb18030", 2),
        ("é", "gb18030", 2),
        ("é", "cp1252", 1),
        ("“", "cp1252", 1),
        ("ﾗ", "shift_jis", 1),
        ("ラ", "shift_jis", 2),
        ("한", "cp949", 2),
        ("한", "gb18030", 2),
        ("É", "gb18030", 1),
        ("🍜", "gb18030", 2),
        ("\u0301", "gb18030", 0),
        ("a", "raster", 1),
        ("①", "raster", 2),
    ],
)
def test_a_character_takes_as_many_columns_as_bytes_or_its_east_asian_width(
    char: str, encoding: str, wide: int
) -> None:
    assert char_columns(char, ENCODINGS[encoding]) == wide


@given(
    name=NAMES,
    price=st.text(st.sampled_from("¥0123456789.,"), min_size=1, max_size=9),
    width=st.sampled_from([32, 48]),
    encoding=st.sampled_from(sorted(ENCODINGS)),
    style=st.sampled_from([PLAIN, TALL, BIG]),
)
@settings(deadline=None)
def test_prices_end_at_the_papers_edge_whatever_the_dish_is_called(
    name: str, price: str, width: int, encoding: str, style: Style
) -> None:
    row = Columns((Cell(name, style, weight=1), Cell(price, align="right")))
    lines = lines_of(row, width=width, encoding=encoding)
    assert width_of(lines[0]) == width
    assert all(width_of(line) <= width for line in lines)


@given(
    text=st.text(max_size=200),
    style=st.sampled_from([PLAIN, TALL, BIG]),
    align=st.sampled_from(["left", "right"]),
)
@settings(deadline=None)
def test_no_line_is_wider_than_the_paper_and_no_character_is_lost(
    text: str, style: Style, align: Align
) -> None:
    lines = lines_of(Text(text, style, align))
    assert all(width_of(line) <= 32 for line in lines)
    shown = "".join(line.text for line in lines)
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", clean(text))


def test_a_dish_of_sixty_characters_hangs_under_its_own_name() -> None:
    row = Columns((Cell("12×", width=4), Cell("佛跳墙" * 20, weight=1)))
    lines = lines_of(row)
    assert len(lines) == 5
    assert all(line.text.startswith(" " * 5) for line in lines[1:])


def test_a_long_neighbour_leaves_a_short_text_whole() -> None:
    row = Columns(
        (Cell("Bill B-1120", weight=1), Cell(" ".join(f"T{table}" for table in range(40)), align="right"))
    )
    assert lines_of(row)[0].text.startswith("Bill B-1120 ")


def test_a_wide_character_is_never_split_at_the_edge() -> None:
    assert [line.text for line in lines_of(Text("a" + "辣" * 20))] == ["a" + "辣" * 15, "辣" * 5]


def test_words_stay_whole_where_they_fit() -> None:
    assert [line.text for line in lines_of(Text("no peanuts please, allergic reaction"))] == [
        "no peanuts please, allergic",
        "reaction",
    ]


def test_a_closing_sign_does_not_begin_a_line() -> None:
    lines = lines_of(Text("辣" * 16 + "，少饭"))
    assert [line.text for line in lines] == ["辣" * 15, "辣，少饭"]


def test_joined_emoji_and_marks_stay_with_what_they_stand_on() -> None:
    assert clusters("a👩‍🍳e\u0301🇰🇷👍🏽") == ["a", "👩‍🍳", "e\u0301", "🇰🇷", "👍🏽"]


def test_an_inverse_line_is_dark_over_the_whole_paper() -> None:
    [line] = lines_of(Text("ADD", Style(inverse=True), "center"))
    assert width_of(line) == 32
    assert all(span.style.inverse for span in line.spans)


def test_a_qr_code_that_cannot_exist_is_readable_text() -> None:
    lines = lines_of(QR("https://example.com/" + "9" * 3000))
    assert lines[0].text == "https://example.com/999999999999"
    assert lines[LINE_LIMIT - 1].text == "9" * 32
    assert lines[LINE_LIMIT].text == f"……（还有 {20 + 3000 - LINE_LIMIT * 32} 字，请看屏幕）"


@pytest.mark.parametrize("text", ["辣" * 10_000, "a" * 10_000, "x 辣 " * 2_500, "\n" * 9_999 + "x"])
@pytest.mark.parametrize("style", [PLAIN, BIG])
@pytest.mark.parametrize("language", ["zh_CN", "ko_KR", "en_US", "th_TH"])
def test_a_text_without_end_is_cut_and_says_how_much_was_cut(text: str, style: Style, language: str) -> None:
    lines = lay_out(Document((Text(text, style),), language), 32, GB)
    texts = [line.text for line in lines if isinstance(line, TextLine)]
    assert LINE_LIMIT < len(texts) <= LINE_LIMIT + 4
    [beyond] = map(int, re.findall("[0-9]+", "".join(texts[LINE_LIMIT:])))
    assert len(re.sub(r"\s", "", "".join(texts[:LINE_LIMIT]))) + beyond == len(re.sub(r"\s", "", text))


def test_thousands_of_marks_on_one_letter_are_cut_too() -> None:
    lines = lines_of(Text("e" + "\u0301" * 9_999))
    assert len(lines) == 2
    assert re.search(r"还有 \d+ 字", lines[1].text)


@given(NAMES, st.sampled_from(sorted(ENCODINGS)))
@settings(deadline=None)
def test_the_whole_is_as_wide_as_its_parts(text: str, encoding: str) -> None:
    used = ENCODINGS[encoding]
    cleaned = clean(text)
    assert columns(cleaned, used) == sum(columns(part, used) for part in clusters(cleaned))


def test_latin_columns_are_counted_in_printer_columns_not_letters() -> None:
    assert columns("宫保鸡丁 x2", GB) == 11
