"""Bytes read back: ours strictly, other programs' as a printer would take them, in pieces of any size."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printing.decode import NotUnderstood, decode
from printing.document import QR, Barcode, Buzzer, Cut, Document, Drawer, Feed, Picture, Text
from printing.encodings import ENCODINGS
from printing.escpos import to_bytes
from printing.layout import lay_out
from printing.lines import Bitmap, Line, Span, TextLine
from printing.picture import to_png, to_text
from printing.profiles import Profile
from printing.reading import real_time
from printing.reading.characters import JUNK
from printing.reading.obeying import obey
from printing.reading.splitting import LENGTHS, SEAM, Splitter
from printing.reading.typesetter import Typesetter
from printing.render import to_bytes as ticket_bytes

Tickets = dict[str, dict[str, Any]]


def shown(data: bytes, encoding: str = "gb18030", columns: int | None = 48) -> Typesetter:
    """Return what a forgiving printer made of `data`."""
    splitter, setter = Splitter(), Typesetter(ENCODINGS[encoding], columns, strict=False)
    splitter.feed(data)
    while (token := splitter.next()) is not None:
        obey(setter, token)
    setter.finish()
    return setter


def lines(data: bytes, encoding: str = "gb18030", columns: int | None = 48) -> list[Line]:
    return shown(data, encoding, columns).lines


def texts(data: bytes, encoding: str = "gb18030", columns: int | None = 48) -> list[str]:
    return [line.text for line in lines(data, encoding, columns) if isinstance(line, TextLine)]


def style_of(data: bytes) -> Any:
    [line] = [line for line in lines(data) if isinstance(line, TextLine)]
    return line.spans[-1].style


# ---- pieces of any size


@given(st.data())
def test_any_split_of_a_ticket_gives_the_same_paper(tickets: Tickets, data: st.DataObject) -> None:
    facts = tickets[data.draw(st.sampled_from(sorted(tickets)))]
    sent = ticket_bytes(facts, Profile(native_qr=data.draw(st.booleans())), drawer=True, buzzer=True)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=12)))
    splitter, setter = Splitter(), Typesetter(ENCODINGS["gb18030"], 48, strict=False)
    for start, end in zip([0, *cuts], [*cuts, len(sent)], strict=True):
        splitter.feed(sent[start:end])
        while (token := splitter.next()) is not None:
            obey(setter, token)
    assert setter.lines == lines(sent)
    assert not len(splitter)


@pytest.mark.parametrize("encoding", [name for name, one in ENCODINGS.items() if one.two_byte])
def test_two_byte_text_split_in_the_middle_of_every_character_is_whole(encoding: str) -> None:
    words = {"cp949": "김치 a 찌개", "euc_kr": "김치 a 찌개"}.get(encoding, "大小 a 中")
    splitter, setter = Splitter(), Typesetter(ENCODINGS[encoding])
    for byte in words.encode(ENCODINGS[encoding].codec) + b"\n":
        splitter.feed(bytes((byte,)))
        while (token := splitter.next()) is not None:
            obey(setter, token)
    assert [line.text for line in setter.lines if isinstance(line, TextLine)] == [words]


@given(st.binary(max_size=300))
def test_no_bytes_at_all_bring_a_printer_down(data: bytes) -> None:
    splitter = Splitter()
    splitter.feed(data)
    taken = b""
    setter = Typesetter(ENCODINGS["gbk"], 32, strict=False)
    while (token := splitter.next()) is not None:
        taken += token
        obey(setter, token)
    assert data.startswith(taken)
    assert len(taken) + len(splitter) == len(data)


@given(st.binary(max_size=120), st.sampled_from(sorted(LENGTHS)))
def test_no_command_is_taken_for_whole_before_it_is(rest: bytes, head: bytes) -> None:
    at_once, by_byte = Splitter(), Splitter()
    at_once.feed(head + rest)
    whole = at_once.next()
    token = None
    for byte in head + rest:
        by_byte.feed(bytes((byte,)))
        token = token or by_byte.next()
    assert token == whole


def test_where_a_connection_ends_half_a_command_is_dropped_and_the_next_one_begins_anew() -> None:
    splitter = Splitter()
    splitter.feed(b"ab\x1dv0\x00\x48\x00\xff\x00some dots")
    splitter.seam()
    splitter.feed(b"cd")
    assert [splitter.next() for _ in range(4)] == [b"ab", SEAM, b"cd", None]


# ---- ours, strictly


def test_a_real_time_command_hidden_in_a_picture_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="10 14 01 00 01 is hidden"):
        decode(b"\x1dv0\x00\x08\x00\x01\x00ab\x10\x14\x01\x00\x01c")


def test_a_command_that_stops_in_its_middle_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="not whole"):
        decode(b"\x1b@\x1dv0\x00\x08\x00\x09\x00ab")


def test_four_bytes_for_one_character_are_refused() -> None:
    with pytest.raises(NotUnderstood, match="not all gb18030"):
        decode("한\n".encode("gb18030"))


@pytest.mark.parametrize("other", [b"\x1b!\x30", b"\x1bi", b"\x1d(L\x02\x000\x02", b"\x1b*\x00\x01\x00x"])
def test_commands_of_other_programs_are_refused(other: bytes) -> None:
    with pytest.raises(NotUnderstood, match="is not ours at byte 2"):
        decode(b"\x1b@" + other)


@given(st.binary(min_size=72, max_size=720).map(lambda rows: rows[: len(rows) // 72 * 72]))
def test_no_picture_of_ours_hides_a_real_time_command(rows: bytes) -> None:
    sent = to_bytes([Bitmap(576, rows)], Profile())
    assert real_time.find(sent) == []
    assert decode(sent).count(Bitmap) == 1


@pytest.mark.parametrize(
    "code",
    [
        Barcode("B-1120-017"),
        Barcode("{braces}"),
        Barcode("4006381333931", "ean13"),
        Barcode("96385074", "ean8"),
        Barcode("TABLE 7", "code39"),
        Barcode("123456", "itf", 60, readable=False),
    ],
)
def test_a_native_bar_code_reads_back_equal(code: Barcode) -> None:
    used = Profile(native_barcode=True)
    sent = to_bytes(lay_out(Document((code, Text("below"), Cut())), used.columns, used.encoding), used)
    assert decode(sent).lines == [code, TextLine((Span("below", Text("").style, 5),)), Cut()]


@pytest.mark.parametrize("module", [3, 6, 8])
def test_a_native_qr_code_reads_back_with_its_size(module: int) -> None:
    sent = to_bytes([QR("https://example.org/?a=饭", module), Cut()], Profile())
    assert decode(sent).lines == [QR("https://example.org/?a=饭", module), Cut()]


# ---- characters as this printer shows them


def test_utf8_on_a_printer_that_does_not_know_it_is_seen_to_be_wrong() -> None:
    [text] = texts("宫保鸡丁\n".encode())
    assert "宫保鸡丁" not in text
    assert text


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        ("¥".encode("gb18030"), "gb18030", f"{JUNK}0{JUNK}6"),
        (b"\xd6", "gbk", JUNK),
        (b"a\xffb", "big5", f"a{JUNK}b"),
        (b"\xc3\xa9", "cp437", "├⌐"),
        (b"\x1bt\x10\xe9", "cp437", "é"),
        (b"\x1bt\x10\x1b@\xe9", "cp437", "Θ"),
        (b"\x1c.\x1bt\x13\xd5\x1c&\xd6\xd0", "gb18030", "€中"),
        (b"\xd6\xd0\x1c.\xd6\xd0", "gbk", "中╓╨"),
        (b"\x1bR\x0d\\5", "cp949", "₩5"),
        (b"\x1bR\x08\\5", "shift_jis", "¥5"),
        (b"\x1bR\x02[\x1bR\x00[", "cp437", "Ä["),
        (b"\xb1\xb2", "shift_jis", "ｱｲ"),
        (b"\xd6\xd0", "raster", "╓╨"),
    ],
)
def test_characters_come_out_as_this_printer_has_them(data: bytes, encoding: str, text: str) -> None:
    assert texts(data + b"\n", encoding) == [text]


def test_an_unknown_code_page_is_told() -> None:
    assert shown(b"\x1bt\x63x\n").notes == ["code page 99"]
    with pytest.raises(NotUnderstood, match="code page 99"):
        decode(b"\x1bt\x63", ENCODINGS["cp437"])


# ---- what other programs send


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x1b!\x38x\n", (2, 2, True, False)),
        (b"\x1b!\x38\x1b!\x00x\n", (1, 1, False, False)),
        (b"\x1bG\x01x\n", (1, 1, True, False)),
        (b"\x1d!\x12x\n", (2, 3, False, False)),
        (b"\x1c!\x0cx\n", (2, 2, False, False)),
        (b"\x1cW\x01x\n", (2, 2, False, False)),
        (b"\x1dB\x01x\n", (1, 1, False, True)),
        (b"\x1b-\x01\x1b{\x00\x1bV\x00\x1b \x05\x1cS\x01\x02x\n", (1, 1, False, False)),
    ],
)
def test_styles_are_set_in_every_way_there_is(data: bytes, expected: tuple[int, int, bool, bool]) -> None:
    assert tuple(style_of(data)) == expected


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\tb\n", "a       b"),
        (b"\x1bD\x04\x0a\x00a\tb\tc\n", "a   b     c"),
        (b"a\x1b$\xf0\x00b\n", "a" + " " * 19 + "b"),
        (b"a\x1b\\\x18\x00b\n", "a  b"),
        (b"\x1ba\x01abcd\n", " " * 22 + "abcd"),
        (b"\x1ba\x32abcd\n", " " * 44 + "abcd"),
        (b"\x1dL\x18\x00a\n", "  a"),
    ],
)
def test_text_stands_where_it_is_put(data: bytes, text: str) -> None:
    assert texts(data) == [text]


def test_a_line_ends_at_the_papers_edge_and_never_within_a_character() -> None:
    assert texts("中".encode("gbk") * 17 + b"\n", columns=32) == ["中" * 16, "中"]
    assert texts(b"a" + "中".encode("gbk") * 16 + b"\n", columns=32) == ["a" + "中" * 15, "中"]
    assert texts(b"a" * 32 + b"\nb\n", columns=32) == ["a" * 32, "b"]


def test_small_letters_have_room_for_more() -> None:
    assert texts(b"\x1bM\x01" + b"a" * 64 + b"\n") == ["a" * 64]


@pytest.mark.parametrize(
    ("data", "event"),
    [
        (b"\x1bp\x00\x19\xfa", Drawer()),
        (b"\x07", Buzzer()),
        (b"\x1bB\x02\x02", Buzzer()),
        (b"\x1b(A\x04\x000\x33\x02\x02", Buzzer()),
        (b"\x1bd\x03", Feed(3)),
        (b"\x1bJ\x5a", Feed(3)),
        *(
            (cut, Cut())
            for cut in (b"\x1bi", b"\x1bm", b"\x1dV\x00", b"\x1dV1", b"\x1dVA\x10", b"\x1dVB\x00")
        ),
        (b"\x1dh\x32\x1dH\x02\x1dk\x04AB\x00", Barcode("AB", "code39", 50)),
        (b"\x1dh\x32\x1dk\x49\x06{CA\x0c\x22\x38", Barcode("65123456", "code128", 50, readable=False)),
        (b"\x1d(k\x03\x001C\x04\x1d(k\x05\x001P0ab\x1d(k\x03\x001Q0", QR("ab", 4)),
        (b"\x1dv0\x00\x01\x00\x02\x00\xff\x81", Bitmap(8, b"\xff\x81")),
        (b"\x1dv0\x03\x01\x00\x01\x00\xf0", Bitmap(16, b"\xff\x00\xff\x00")),
        (b"\x1b*\x21\x08\x00" + b"\x80\x00\x01" * 8, Bitmap(8, b"\xff" + bytes(22) + b"\xff")),
        (b"\x1b*\x01\x01\x00\xff", Bitmap(8, b"\x80" * 24)),
        (b"\x1d(L\x0c\x000p0\x01\x011\x08\x00\x02\x00\xff\x81\x1d(L\x02\x0002", Bitmap(8, b"\xff\x81")),
        (
            b"\x1d8L\x0c\x00\x00\x000p0\x01\x011\x08\x00\x02\x00\xff\x81\x1d(L\x02\x0002",
            Bitmap(8, b"\xff\x81"),
        ),
        (b"\x1d*\x01\x01" + b"\x80" * 8 + b"\x1d/\x00", Bitmap(8, b"\xff" + bytes(7))),
    ],
)
def test_what_is_not_text_comes_out_too(data: bytes, event: Line) -> None:
    assert lines(data) == [event]


def test_all_that_python_escpos_sends_is_understood() -> None:
    from escpos.printer import Dummy
    from PIL import Image

    printer = Dummy(profile="TM-T88V")
    printer.hw("INIT")
    printer.set(align="center", bold=True, double_height=True, double_width=True)
    printer.text("Total 12\n")
    printer.set_with_default()
    printer.text("中文\n")
    printer.qr("https://example.org", native=True, size=4)
    printer.barcode("4006381333931", "EAN13", 64, 2, "BELOW", "A")
    for way in ("bitImageRaster", "graphics", "bitImageColumn"):
        printer.image(Image.new("1", (16, 8), 0), impl=way)
    printer.cashdraw(2)
    printer.buzzer(2, 2)
    printer.cut()
    setter = shown(printer.output)
    assert setter.notes == []
    assert [type(line) for line in setter.lines] == [
        *(TextLine, TextLine, QR, Barcode, Bitmap, Bitmap, Bitmap, Drawer, Buzzer, Feed, Cut)
    ]
    assert [line.text.strip() for line in setter.lines if isinstance(line, TextLine)] == ["Total 12", "中文"]


def test_a_line_feed_after_a_symbol_leaves_no_empty_line() -> None:
    assert lines(b"\x1b*\x01\x01\x00\xff\na\n")[1:] == [TextLine((Span("a", Text("").style, 1),))]


def test_a_picture_in_the_middle_is_moved_there() -> None:
    [image] = lines(b"\x1ba\x01\x1dv0\x00\x02\x00\x01\x00\xff\xff", columns=32)
    assert image == Bitmap(200, bytes(23) + b"\xff\xff")


def test_a_drawer_or_a_buzzer_does_not_break_a_line() -> None:
    assert lines(b"ab\x1bp\x00\x19\xfa\x07cd\n")[:2] == [Drawer(), Buzzer()]
    assert texts(b"ab\x1bp\x00\x19\xfa\x07cd\n") == ["abcd"]


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (b"\x1bW" + bytes(8), "skipped: 1b 57 00 00 00 00 00 00"),
        (b"\x1cp\x01\x00", "skipped: 1c 70 01 00"),
        (b"\x1b\x7e", "unknown: 1b 7e"),
        (b"\x02", "unknown: 02"),
        (b"\x1b{\x01", "not shown: upside down"),
        (b"\x1d(k\x03\x000Q0", "symbol 30 51"),
        (b"\x1dk\x06A12B\x00", "barcode 6"),
    ],
)
def test_what_is_not_understood_is_skipped_and_told(data: bytes, note: str) -> None:
    setter = shown(data + b"after\n")
    assert setter.notes == [note]
    assert [line.text for line in setter.lines if isinstance(line, TextLine)][-1] == "after"


PIECES = st.one_of(
    st.text("ab中한é0123{}").map(lambda text: text.encode("gb18030")),
    st.builds(
        lambda head, rest: head + rest, st.sampled_from(sorted(LENGTHS)), st.binary(min_size=2, max_size=12)
    ),
    st.sampled_from(
        [b"\n", b"\t", b"\x1dh\x00", b"\x1dw\x06", b"\x1d(k\x03\x001C\x10", b"\x1dv0\x00\x02\x00\x02\x00abcd"]
    ),
    st.builds(
        lambda mode, data: b"\x1dk" + bytes((mode, len(data))) + data,
        st.integers(65, 79),
        st.binary(max_size=20),
    ),
    st.binary(max_size=40).map(
        lambda data: b"\x1d(k" + bytes((len(data) + 3, 0)) + b"1P0" + data + b"\x1d(k\x03\x001Q0"
    ),
    st.binary(min_size=8, max_size=30).map(
        lambda data: b"\x1d(L" + bytes((len(data) + 2, 0)) + b"0p" + data + b"\x1d(L\x02\x0002"
    ),
)


@settings(max_examples=60)
@given(st.lists(PIECES, max_size=12))
def test_whatever_comes_can_be_shown_as_text_and_as_a_picture(pieces: list[bytes]) -> None:
    came = lines(b"".join(pieces), columns=32)
    assert to_png(came, 32, ENCODINGS["gb18030"])
    assert isinstance(to_text(came, 32), str)


def test_a_bar_code_that_is_not_drawn_here_is_shown_as_its_text() -> None:
    assert texts(b"\x1dk\x06A12B\x00") == ["[A12B]"]


def test_a_logo_of_ours_comes_back_dot_by_dot() -> None:
    import io

    from PIL import Image

    png = io.BytesIO()
    Image.new("1", (16, 8), 0).save(png, "PNG")
    used = Profile()
    sent = to_bytes(lay_out(Document((Picture(png.getvalue()),)), used.columns, used.encoding), used)
    [image] = decode(sent).lines
    assert isinstance(image, Bitmap)
    assert sum(byte.bit_count() for byte in image.rows) == 16 * 8
