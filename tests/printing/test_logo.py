"""A logo is on what guests take home; one that cannot be printed is left out, and the shop's name stays."""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from printing.document import Picture
from printing.logo import MOST_PIXELS, TALLEST, fitting
from printing.looks import document
from printing.profiles import profile
from printing.render import to_bytes, to_text
from printing.tickets import Copy, from_json

Tickets = dict[str, dict[str, Any]]


def png(size: tuple[int, int] = (120, 60), colour: Any = (200, 30, 30), mode: str = "RGB") -> bytes:
    picture = Image.new(mode, size, colour)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def as_jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (10, 10)).save(out, "JPEG")
    return out.getvalue()


def claiming(width: int, height: int) -> bytes:
    data = png()
    return data[:16] + struct.pack(">II", width, height) + data[24:]


@pytest.mark.parametrize("across", [384, 576])
@pytest.mark.parametrize("size", [(2000, 300), (300, 2000), (4000, 4000), (3000, 1)])
def test_a_large_logo_is_made_smaller_than_the_paper_and_thirty_millimetres(
    size: tuple[int, int], across: int
) -> None:
    fit = fitting(png(size), across)
    assert fit is not None
    with opened(fit) as shown:
        assert shown.width <= across
        assert shown.height <= TALLEST


def test_a_small_logo_keeps_its_size() -> None:
    fit = fitting(png((120, 60)), 576)
    assert fit is not None
    with opened(fit) as shown:
        assert shown.size == (120, 60)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "1", "P", "I;16"])
def test_a_logo_of_any_kind_becomes_black_and_white_dots(mode: str) -> None:
    fit = fitting(png(colour=1, mode=mode) if mode != "RGB" else png(), 576)
    assert fit is not None
    with opened(fit) as shown:
        assert shown.mode == "1"


def test_a_colour_becomes_a_pattern_of_dots_and_no_flat_black() -> None:
    fit = fitting(png(colour=(230, 120, 40)), 576)
    assert fit is not None
    with opened(fit) as shown:
        white = shown.convert("L").histogram()[255] / (shown.width * shown.height)
    assert 0.3 < white < 0.9


def test_what_is_transparent_is_paper() -> None:
    fit = fitting(png(colour=(0, 0, 0, 0), mode="RGBA"), 576)
    assert fit is not None
    with opened(fit) as shown:
        assert shown.convert("L").getextrema() == (255, 255)


BROKEN = {
    "nothing": b"",
    "no picture": b"<svg/>",
    "another kind": as_jpeg(),
    "cut off": png((400, 400))[:60],
    "a head alone": png()[:24],
    "no width": claiming(0, 60),
    "a bomb": claiming(60_000, 60_000),
    "just too large": claiming(MOST_PIXELS // 1000 + 1, 1000),
    "another size than it says": claiming(121, 4000),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_logo_that_cannot_be_printed_is_left_out_and_the_ticket_prints_as_without(
    name: str, tickets: Tickets
) -> None:
    plain = profile(58)
    for kind in ("settlement-zh", "refund-en"):
        assert to_bytes(tickets[kind], replace(plain, logo=BROKEN[name])) == to_bytes(tickets[kind], plain)


@pytest.mark.parametrize("name", ["settlement-zh", "refund-ko"])
def test_a_logo_stands_above_the_shops_name_and_below_the_mark_of_a_copy(name: str, tickets: Tickets) -> None:
    used = replace(profile(80), logo=png())
    assert to_text(tickets[name], used).splitlines()[0].strip() == "[picture]"
    marked = to_text(tickets[name], used, Copy(2, "reprint")).splitlines()
    assert "REPRINT" in marked[0]
    assert any("[picture]" in line for line in marked[1:4])


def test_a_logo_is_on_nothing_that_stays_in_the_house(tickets: Tickets) -> None:
    used = replace(profile(80), logo=png())
    pictures = {name for name in tickets if "[picture]" in to_text(tickets[name], used)}
    assert {name.split("-")[0] for name in pictures} == {"settlement", "refund"}


def test_a_document_takes_the_logo_as_it_is(tickets: Tickets) -> None:
    assert Picture(b"dots") in document(from_json(tickets["settlement-en"]), logo=b"dots").items
