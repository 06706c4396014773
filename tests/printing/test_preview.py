"""What the screen shows is drawn from the very bytes that go to the printer."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image, ImageChops

from printing.decode import NotUnderstood, decode
from printing.document import BIG, QR, Cut, Document, Feed, Rule, Text
from printing.encodings import ENCODINGS
from printing.escpos import to_bytes
from printing.layout import Bitmap, TextLine, lay_out
from printing.profiles import Profile, profile
from printing.render import preview, to_png
from printing.render import to_bytes as ticket_bytes
from printing.tickets import Copy

Tickets = dict[str, dict[str, Any]]


def sent(document: Document, used: Profile) -> bytes:
    return to_bytes(lay_out(document, used.columns, used.encoding), used, document.language)


@pytest.mark.parametrize("encoding", ["gb18030", "cp949", "cp437", "raster"])
def test_the_picture_of_a_ticket_is_that_of_its_bytes(encoding: str, tickets: Tickets) -> None:
    used = profile(58, encoding)
    for name in ("kitchen-zh", "settlement-ko", "kitchen-en"):
        data = ticket_bytes(tickets[name], used, Copy(2, "reprint"))
        assert to_png(tickets[name], used, Copy(2, "reprint")) == preview(
            data, used, tickets[name]["language"]
        )


def test_bytes_that_we_never_send_have_no_preview() -> None:
    with pytest.raises(NotUnderstood):
        preview(b"\x1b@\x02", Profile())


@pytest.mark.parametrize("encoding", sorted(ENCODINGS))
def test_a_ticket_drawn_whole_looks_as_one_drawn_by_lines(encoding: str) -> None:
    document = Document((Text("12 x"), Rule(), Text("宫保 김치 é 🍜", BIG), Feed(), Text("abc"), Cut()))
    whole, lines = Profile(encoding=ENCODINGS[encoding], draw="ticket"), Profile(encoding=ENCODINGS[encoding])
    paper = decode(sent(document, whole), whole.encoding)
    assert paper.text == ""
    assert paper.count(Cut) == 1
    assert [type(line) for line in paper.lines[:-1]] == [Bitmap] * (len(paper.lines) - 1)
    with Image.open(io.BytesIO(preview(sent(document, whole), whole))) as drawn:
        by_lines = Image.open(io.BytesIO(preview(sent(document, lines), lines)))
        assert drawn.size == by_lines.size


def test_a_ticket_that_the_printer_can_say_is_not_drawn_for_nothing() -> None:
    paper = decode(sent(Document((Text("宫保"), Rule(), QR("B-1"), Cut())), Profile(draw="ticket")))
    assert paper.count(Bitmap) == 0
    assert paper.count(TextLine) == 2


@pytest.mark.parametrize("length", [1036, 1037, 1038, 1293])
def test_no_length_of_a_qr_code_is_a_real_time_command(length: int) -> None:
    data = sent(Document((QR("9" * length), Cut())), Profile())
    assert b"\x10\x04" not in data
    assert b"\x10\x05" not in data
    assert (b"\x1d(k" in data) == (length not in (1037, 1293))


@pytest.mark.parametrize("rows", [16, 255 + 16, 1040, 4 * 255 + 16])
@pytest.mark.parametrize("end", [0x10, 0x04, 0x05, 0x14])
def test_no_command_comes_about_where_one_slice_ends_and_the_next_begins(rows: int, end: int) -> None:
    from printing.escpos import raster

    data = raster(bytes((end,)) * 48 * rows, 384)
    assert not any(b"\x10" + bytes((second,)) in data for second in (0x04, 0x05, 0x14))
    assert (
        b"".join(line.rows for line in decode(data).lines if isinstance(line, Bitmap))
        == bytes((end,)) * 48 * rows
    )


def test_a_preview_shows_dots_as_the_printer_gets_them() -> None:
    used = profile(58, "raster")
    with Image.open(
        io.BytesIO(preview(sent(Document((Text("辣"), Cut())), used), used, around=(255, 255, 255, 255)))
    ) as shown:
        grey = shown.convert("L")
        assert ImageChops.invert(grey).getbbox() is not None
        assert set(grey.tobytes()) == {0, 255}
