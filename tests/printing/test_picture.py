"""The picture of a ticket is the paper: its true width, its letters, its cut."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from printing.document import PLAIN, Document, Rule, Style, Text
from printing.drawing import draw, fonts
from printing.encodings import ENCODINGS, columns
from printing.layout import lay_out
from printing.picture import CLEAR, paper_dots
from printing.profiles import CELL_WIDTH, profile
from printing.render import to_png
from printing.tickets import Copy

Tickets = dict[str, dict[str, Any]]
GB = ENCODINGS["gb18030"]


def drawn(*items: Text | Rule, width: int = 32) -> Image.Image:
    return draw(lay_out(Document(items), width, GB), width, GB, "zh_CN")


def has_ink(image: Image.Image, box: tuple[int, int, int, int]) -> bool:
    return bool(image.crop(box).getextrema()[0] == 0)


@pytest.mark.parametrize(("paper", "dots"), [(58, 464), (80, 640)])
def test_paper_is_as_wide_as_it_is_at_203_dots_an_inch(paper: int, dots: int) -> None:
    assert abs(paper_dots(profile(paper).dots)[0] - dots) <= 1


@pytest.mark.parametrize("paper", [58, 80])
def test_every_ticket_has_a_picture_at_the_printers_resolution(paper: int, tickets: Tickets) -> None:
    for facts in tickets.values():
        with Image.open(io.BytesIO(to_png(facts, profile(paper), Copy(2, "reprint")))) as picture:
            assert picture.info["dpi"] == pytest.approx((203, 203), abs=0.1)
            assert picture.width > paper_dots(profile(paper).dots)[0]


def test_what_lies_around_the_paper_can_be_nothing(tickets: Tickets) -> None:
    with Image.open(io.BytesIO(to_png(tickets["kitchen-zh"], profile(58), around=CLEAR))) as picture:
        assert picture.getpixel((0, 0)) == CLEAR
        assert picture.getpixel((picture.width // 2, 40)) == (255, 255, 255, 255)


def test_letters_stand_in_the_cells_that_the_layout_gave_them() -> None:
    image = drawn(Text("中  1", PLAIN))
    assert has_ink(image, (0, 0, 2 * CELL_WIDTH, 24))
    assert not has_ink(image, (2 * CELL_WIDTH, 0, 4 * CELL_WIDTH, 24))
    assert has_ink(image, (4 * CELL_WIDTH, 0, 5 * CELL_WIDTH, 24))


def test_an_inverse_line_is_dark_from_edge_to_edge() -> None:
    image = drawn(Text("ADD", Style(inverse=True), "center"))
    assert image.getpixel((0, 12)) == 0
    assert image.getpixel((image.width - 1, 12)) == 0


def test_a_character_that_no_font_has_is_drawn_as_its_code_point() -> None:
    assert fonts.face_for("\ue123", "zh_CN", False) is None
    image = drawn(Text("\ue123"))
    assert [image.getpixel(corner) for corner in ((0, 0), (23, 0), (0, 23), (23, 23))] == [0, 0, 0, 0]
    assert drawn(Text("\ue124")).tobytes() != image.tobytes()


def test_without_any_font_every_letter_is_still_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    from printing.drawing import glyphs

    monkeypatch.setattr(glyphs, "face_for", lambda *_wanted: None)
    glyphs.tile.cache_clear()
    try:
        assert drawn(Text("a")).tobytes() != drawn(Text("b")).tobytes()
        assert drawn(Text("中")).tobytes() != drawn(Text("文")).tobytes()
    finally:
        glyphs.tile.cache_clear()


def test_letters_that_join_are_drawn_in_one_go() -> None:
    joined = drawn(Text("سلام"))
    assert has_ink(joined, (0, 0, 4 * CELL_WIDTH, 24))


def test_scripts_beside_each_other_are_each_drawn_by_a_font_that_has_them() -> None:
    words = ("سلام", "עברית", "ไทยแลนด์")
    together = drawn(Text(" ".join(words)))
    left = 0
    for word in reversed(words):  # the first letter is read from right to left, and so is the line
        width = columns(word, GB) * CELL_WIDTH
        alone = drawn(Text(word)).crop((0, 0, width, 24))
        assert together.crop((left, 0, left + width, 24)).tobytes() == alone.tobytes()
        left += width + CELL_WIDTH


def test_a_bold_line_has_more_ink_than_a_plain_one() -> None:
    def ink(style: Style) -> int:
        return sum(drawn(Text("宫保鸡丁", style)).histogram()[:128])

    assert ink(Style(bold=True)) > ink(PLAIN)
