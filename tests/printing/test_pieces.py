"""What is encoded and measured once is what would be encoded and measured every time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from printing.cleaning import clean
from printing.encodings import ENCODINGS, columns, encode
from printing.pieces import piece

LETTERS = st.text(st.sampled_from("宫保김치ラabc É½①¥\\~🍜ש\x1b\t\u200b"), max_size=20)


@given(LETTERS, st.sampled_from(sorted(ENCODINGS)))
def test_a_piece_is_what_the_printer_prints_for_its_cleaned_text(text: str, name: str) -> None:
    encoding = ENCODINGS[name]
    got = piece(text, encoding)
    assert got[:3] == (clean(text), encode(clean(text), encoding), columns(clean(text), encoding))
    assert got.exact == (got.data is not None and got.data.decode(encoding.codec) == got.text)


def test_a_piece_of_several_lines_is_as_wide_as_the_widest_and_has_no_bytes_of_its_own() -> None:
    got = piece("宫保\nab\r\nabcde", ENCODINGS["gb18030"])
    assert (got.data, got.columns) == (None, 5)
