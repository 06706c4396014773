"""Arabic and Hebrew are read from right to left, joined, with their numbers the right way round."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, features

from printing.document import Cell, Columns, Document, Text
from printing.drawing import draw
from printing.drawing.bidi import mirrored, visual
from printing.encodings import ENCODINGS
from printing.layout import lay_out
from printing.profiles import CELL_WIDTH

GB = ENCODINGS["gb18030"]


def drawn(text: str) -> Image.Image:
    return draw(lay_out(Document((Text(text),)), 32, GB), 32, GB, "zh_CN")


def left_to_right(text: str) -> str:
    """Every character as it stands on paper, the leftmost first."""
    return "".join(mirrored(run)[::-1] if backwards else run for run, backwards in visual(text))


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("宫保鸡丁 x2", "宫保鸡丁 x2"),
        ("طلب 12 pizza", "pizza 12 بلط"),
        ("pizza 12 طلب", "pizza 12 بلط"),
        ("טבח 12 pizza", "pizza 12 חבט"),
        ("a שלום b", "a םולש b"),
        ("a אב, גד b", "a דג ,בא b"),
        ("אב (גד)", "(דג) בא"),
        ("אב (abc) 5", "5 (abc) בא"),
        ("a (אב) b", "a (בא) b"),
        ("אב 3.50 ₪", "₪ 3.50 בא"),
        ("אב ₪12-15%", "₪12-15% בא"),
        ("12 אב", "בא 12"),
        ("سعر 1,024.50!", "!1,024.50 رعس"),
        ("x (אב", "x (בא"),
    ],
)
def test_a_line_stands_on_paper_as_those_who_read_it_expect(written: str, seen: str) -> None:
    assert left_to_right(written) == seen


@given(st.text(st.sampled_from("abא בג12.,()[]₪%ع-\u0651é中")))
def test_whatever_stands_beside_each_other_nothing_is_lost(text: str) -> None:
    assert sorted("".join(run for run, _ in visual(text))) == sorted(text)


def test_this_pillow_shapes_letters() -> None:
    assert features.check("raqm")


def test_arabic_letters_are_joined() -> None:
    joined = drawn("بببب").crop((0, 0, 4 * CELL_WIDTH, 24))
    apart = drawn("ب‌ب‌ب‌ب").crop((0, 0, 4 * CELL_WIDTH, 24))  # with what keeps them from joining
    assert joined.tobytes() != apart.tobytes()
    columns_of_ink = [
        joined.crop((left, 0, left + 1, 24)).getextrema()[0] < 128 for left in range(joined.width)
    ]
    first, last = columns_of_ink.index(True), joined.width - columns_of_ink[::-1].index(True)
    assert all(columns_of_ink[first:last])


def test_the_first_arabic_letter_stands_rightmost() -> None:
    """Alef is one stroke, and heh is round: the word begins with the stroke, at its right end."""
    word = drawn("اه").crop((0, 0, 2 * CELL_WIDTH, 24))
    ink = word.point(lambda grey: 255 if grey < 128 else 0).getbbox()
    assert ink is not None
    rightmost = word.crop((ink[2] - 4, 0, ink[2], 24)).point(lambda grey: 255 if grey < 128 else 0).getbbox()
    leftmost = word.crop((ink[0], 0, ink[0] + 4, 24)).point(lambda grey: 255 if grey < 128 else 0).getbbox()
    assert rightmost is not None
    assert leftmost is not None
    assert rightmost[3] - rightmost[1] > leftmost[3] - leftmost[1] + 3


def test_a_mixed_line_is_drawn_in_the_order_in_which_it_is_read() -> None:
    whole = drawn("طلب 12 pizza")
    latin = drawn("pizza")
    number = drawn("12")
    assert whole.crop((0, 0, 60, 24)).tobytes() == latin.crop((0, 0, 60, 24)).tobytes()
    assert whole.crop((72, 0, 96, 24)).tobytes() == number.crop((0, 0, 24, 24)).tobytes()
    assert whole.crop((108, 0, 144, 24)).tobytes() == drawn("طلب").crop((0, 0, 36, 24)).tobytes()


def test_a_dish_that_is_read_from_right_to_left_stays_by_its_quantity() -> None:
    row = Columns((Cell("2×", width=3), Cell("שלום", weight=1)))
    paper = draw(lay_out(Document((row,)), 32, GB), 32, GB, "zh_CN")
    ink = ImageChops.invert(paper).getbbox()
    assert ink is not None
    assert ink[2] <= (4 + 4) * CELL_WIDTH
