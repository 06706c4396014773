"""What is sent to a printer: read back from its bytes, whatever a guest has written."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printing.cleaning import clean
from printing.decode import NotUnderstood, Paper, decode
from printing.document import QR, Buzzer, Cut, Document, Drawer, Feed, Picture, Text
from printing.encodings import ENCODINGS, Encoding, encode
from printing.escpos import SLICE_ROWS, raster, to_bytes
from printing.layout import Bitmap, lay_out
from printing.profiles import Profile, profile
from printing.render import to_bytes as ticket_bytes
from printing.tickets import Copy, KitchenLine, KitchenTicket, to_json

Tickets = dict[str, dict[str, Any]]

TWO_BYTE = [name for name, encoding in ENCODINGS.items() if encoding.two_byte]
#: Words that the set itself has, so that they go as text.
HOME_WORDS = {
    "gb18030": "宫保鸡丁 不要辣，少饭 ①②③ ￥38 €5 ラーメン",
    "gbk": "宮保雞丁 干煸豆角 “微辣” … — ·",
    "cp949": "김치찌개 똠얌꿍 비빔밥 ￦9,000 ×2",
    "euc_kr": "김치찌개 비빔밥",
    "shift_jis": "ラーメン 餃子 定食（大）〜",
    "big5": "宮保雞丁 滷肉飯 不要辣，謝謝",
}
ESCAPES = "\x1bp\x00\x19\xfa\x10\x14\x01\x00\x01\x1d\x56\x00\x1b@\x00\x07\x9b"


def printed(document: Document, used: Profile) -> Paper:
    lines = lay_out(document, used.columns, used.encoding)
    return decode(to_bytes(lines, used, document.language), used.encoding)


def without_blanks(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("encoding", TWO_BYTE)
def test_words_of_the_printers_own_language_go_as_text_and_read_back_equal(encoding: str) -> None:
    words = HOME_WORDS[encoding]
    paper = printed(Document((Text(words), Cut())), profile(80, encoding))
    assert paper.text == words
    assert paper.count(Bitmap) == 0


@pytest.mark.parametrize("encoding", TWO_BYTE)
@pytest.mark.parametrize("word", ["鷄 닭 とり É ½ 한 𠮷", "🍜 no chili", "Привет שלום"])
def test_a_line_that_the_set_lacks_is_drawn_and_never_a_question_mark(encoding: str, word: str) -> None:
    used = profile(58, encoding)
    paper = printed(Document((Text("1x"), Text(word + "\U0001f35c"), Text("2x"), Cut())), used)
    assert paper.text == "1x\n2x"
    assert paper.count(Bitmap) == 1
    assert "?" not in paper.text


@pytest.mark.parametrize("encoding", TWO_BYTE)
def test_a_two_byte_printer_is_never_sent_a_code_page(encoding: str, tickets: Tickets) -> None:
    for facts in tickets.values():
        data = ticket_bytes(facts, profile(80, encoding))
        assert decode(data, ENCODINGS[encoding]).count(Cut) == 1
        assert not data.startswith(b"\x1b@\x1bt")
        assert b"\x1bt" not in data.partition(b"\x1dv0")[0]


def test_no_four_byte_code_of_gb18030_is_ever_sent() -> None:
    for char in "É½₩한🍜㐀𠮷\u00a0ｱ":
        data = encode(char, ENCODINGS["gb18030"])
        assert data is None or len(data) <= 2


@pytest.mark.parametrize(
    ("encoding", "sign", "code"),
    [("gb18030", "¥", "a3a4"), ("gbk", "¥", "a3a4"), ("cp949", "₩", "a3dc"), ("shift_jis", "¥", "818f")],
)
def test_a_currency_sign_goes_as_its_full_width_form(encoding: str, sign: str, code: str) -> None:
    assert encode(sign, ENCODINGS[encoding]) == bytes.fromhex(code)


def test_a_single_byte_page_is_selected_outright_and_read_back() -> None:
    paper = printed(Document((Text("Crème brûlée £5"), Cut())), profile(80, "cp1252"))
    assert paper.text == "Crème brûlée £5"


def test_a_raster_printer_gets_no_characters_at_all(tickets: Tickets) -> None:
    paper = decode(ticket_bytes(tickets["kitchen-zh"], profile(58, "raster")), ENCODINGS["raster"])
    assert paper.text == ""
    assert paper.count(Bitmap) >= 1
    assert paper.count(Cut) == 1


@pytest.mark.parametrize("encoding", [*TWO_BYTE, "cp437", "raster"])
def test_every_ticket_has_exactly_one_cut_and_no_drawer_that_nobody_asked_for(
    encoding: str, tickets: Tickets
) -> None:
    for facts in tickets.values():
        paper = decode(ticket_bytes(facts, profile(58, encoding), Copy(2, "duplicate")), ENCODINGS[encoding])
        assert (paper.count(Cut), paper.count(Drawer), paper.count(Buzzer)) == (1, 0, 0)


def test_the_drawer_and_the_buzzer_come_where_they_are_asked_for(tickets: Tickets) -> None:
    paper = decode(ticket_bytes(tickets["settlement-zh"], profile(), drawer=True, buzzer=True))
    assert (paper.count(Cut), paper.count(Drawer), paper.count(Buzzer)) == (1, 1, 1)


def test_the_qr_code_of_a_bill_is_the_printers_own(tickets: Tickets) -> None:
    paper = decode(ticket_bytes(tickets["settlement-zh"], profile()))
    assert [line.data for line in paper.lines if isinstance(line, QR)] == ["B-1120-017"]


def test_a_printer_without_qr_codes_is_sent_a_picture_of_it() -> None:
    used = Profile(native_qr=False)
    paper = printed(Document((QR("B-1"), Cut())), used)
    assert paper.count(Bitmap) == 1


def test_a_printer_without_a_knife_is_fed_past_its_tear_bar(tickets: Tickets) -> None:
    data = ticket_bytes(tickets["kitchen-zh"], Profile(cut="none"))
    assert decode(data).count(Cut) == 0
    assert decode(data).count(Feed) == 1


def test_a_logo_is_sent_as_dots_no_wider_than_the_paper() -> None:
    import io

    from PIL import Image

    png = io.BytesIO()
    Image.new("RGBA", (900, 90), "black").save(png, "PNG")
    paper = printed(Document((Picture(png.getvalue()), Cut())), profile(58))
    [logo] = [line for line in paper.lines if isinstance(line, Bitmap)]
    assert logo.width == 384
    assert logo.rows.count(b"\xff" * 48) > 0


@given(st.binary(min_size=48, max_size=48 * 600).map(lambda data: data[: len(data) // 48 * 48]))
@settings(deadline=None)
def test_a_picture_never_holds_a_real_time_command(rows: bytes) -> None:
    rows = rows + bytes.fromhex("100401100501101408") + bytes(39)
    data = raster(rows, 384)
    assert not re.search(rb"\x10[\x04\x05\x14]", data)
    paper = decode(data)
    assert all(len(line.rows) <= SLICE_ROWS * 48 for line in paper.lines if isinstance(line, Bitmap))
    sent = b"".join(line.rows for line in paper.lines if isinstance(line, Bitmap))
    assert all(was == now or now == was | 0x08 for was, now in zip(rows, sent, strict=True))


HOSTILE = st.text(
    st.one_of(
        st.sampled_from(ESCAPES + "\n\t\r\u202e\u2066\u200d\u200b\u00ad\ufeff\u2028\ud800\x85"),
        st.characters(codec=None),
        st.sampled_from("宫保鸡丁김치ラーメンéÉ🍜👩‍🍳½①“”…　 -x5"),
    ),
    max_size=60,
)
SAFE_TEXT = st.text(st.sampled_from("宫保鸡丁不要辣，少饭①“”… abcXYZ 0129-+"), max_size=80)


@given(memo=HOSTILE, name=HOSTILE, option=HOSTILE, encoding=st.sampled_from(sorted(ENCODINGS)))
@settings(deadline=None, max_examples=100)
def test_a_guests_words_never_open_the_drawer_or_cut(
    memo: str, name: str, option: str, encoding: str
) -> None:
    ticket = KitchenTicket(
        number="K-1",
        order_number="1",
        order_type="deliver",
        lines=(KitchenLine(name=name, quantity=1, options=(option,)),),
        memo=(memo,),
    )
    data = ticket_bytes(dict(ticket), profile(58, encoding))
    assert not re.search(rb"\x10[\x04\x05\x14]", data)
    paper = decode(data, ENCODINGS[encoding])
    assert (paper.count(Cut), paper.count(Drawer), paper.count(Buzzer)) == (1, 0, 0)


@given(data=HOSTILE)
@settings(deadline=None)
def test_what_a_qr_code_says_is_no_command_either(data: str) -> None:
    paper = printed(Document((QR(data + ESCAPES), Cut())), profile())
    assert (paper.count(Cut), paper.count(Drawer)) == (1, 0)


@given(SAFE_TEXT, st.sampled_from([58, 80]))
@settings(deadline=None)
def test_text_reads_back_from_the_bytes_with_nothing_lost_but_blanks(text: str, paper: int) -> None:
    assert without_blanks(printed(Document((Text(text), Cut())), profile(paper)).text) == without_blanks(text)


@given(HOSTILE)
def test_cleaned_text_has_no_control_character_and_loses_no_letter(text: str) -> None:
    cleaned = clean(text)
    assert not {unicodedata.category(char) for char in cleaned if char != "\n"} & {"Cc", "Cs"}
    assert clean(cleaned) == cleaned
    letters = unicodedata.normalize(
        "NFC", "".join(char for char in text if unicodedata.category(char) != "Cs")
    )
    assert [char for char in cleaned if char.isalnum()] == [char for char in letters if char.isalnum()]


@pytest.mark.parametrize("count", [0, 999])
def test_a_ticket_may_have_no_line_or_very_many(count: int) -> None:
    lines = tuple(KitchenLine(name=f"干煸豆角 {number}", quantity=number + 1) for number in range(count))
    ticket = KitchenTicket(number="K-1", order_number="1", order_type="deliver", lines=lines)
    paper = decode(ticket_bytes(to_json(ticket), profile(58)))
    assert paper.text.count("干煸豆角") == count
    assert paper.count(Cut) == 1


def test_bytes_that_we_never_send_are_refused_by_the_parser() -> None:
    with pytest.raises(NotUnderstood, match="at byte 2"):
        decode(b"ab\x02")
    with pytest.raises(NotUnderstood, match="code page"):
        decode(b"\x1c&\x1bt\x00")


def test_a_broken_code_is_refused_by_the_parser() -> None:
    with pytest.raises(NotUnderstood, match="is not gbk"):
        decode(b"\x1b@\xd6\n", Encoding("gbk", "gbk", two_byte=True))
