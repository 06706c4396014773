"""The ticket in a browser: its columns kept, and nothing that a guest wrote ever obeyed."""

from __future__ import annotations

import base64
import io
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from printing.document import BIG, QR, Barcode, Buzzer, Cut, Document, Drawer, Feed, Picture, Rule, Text
from printing.encodings import ENCODINGS
from printing.html import to_html
from printing.layout import TextLine, lay_out
from printing.profiles import profile
from printing.render import to_html as ticket_page
from printing.tickets import KitchenLine, KitchenTicket

GB = ENCODINGS["gb18030"]
TAGS = {"html", "head", "meta", "title", "body", "div", "span", "img", "hr", "br"}
ATTRIBUTES = {"lang", "charset", "name", "content", "style", "dir", "alt", "src"}


class Reader(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "div":
            self.rows.append("")

    def handle_data(self, data: str) -> None:
        if self.rows:
            self.rows[-1] += data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def page_of(*items: Any, title: str = "") -> str:
    document = Document(items)
    return to_html(lay_out(document, 32, GB), 32, GB, document.language, title)


@pytest.mark.parametrize("paper", [58, 80])
def test_every_ticket_has_a_page_that_needs_nothing_from_elsewhere(
    paper: int, tickets: dict[str, Any]
) -> None:
    for facts in tickets.values():
        found = read(ticket_page(facts, profile(paper)))
        assert {tag for tag, _attributes in found.tags} <= TAGS
        sources = [attributes["src"] for _tag, attributes in found.tags if "src" in attributes]
        assert all(source and source.startswith("data:image/png;base64,") for source in sources)


def test_a_page_says_line_by_line_what_the_paper_says() -> None:
    page = page_of(
        Text('宫保鸡丁 <b> & "x"'), Rule(), Text("合计", BIG, "right"), Feed(2), Cut(), title="K-1 <"
    )
    rows = [row.strip() for row in read(page).rows]
    assert '宫保鸡丁 <b> & "x"' in rows
    assert "合计" in rows
    assert "<title>K-1 &lt;</title>" in page


def test_a_span_keeps_its_columns_whatever_font_a_browser_has() -> None:
    page = page_of(Text("合计", BIG))
    assert 'width:4ch;font-weight:bold;font-size:2em">合计</span>' in page


def test_codes_and_pictures_are_images_with_their_words() -> None:
    png = io.BytesIO()
    Image.new("1", (40, 40)).save(png, "PNG")
    found = read(page_of(QR("B-1"), Barcode("K-0412"), Picture(png.getvalue()), Drawer(), Buzzer()))
    images = [attributes for tag, attributes in found.tags if tag == "img"]
    assert [attributes["alt"] for attributes in images] == ["B-1", "K-0412", ""]
    for attributes in images:
        source = (attributes["src"] or "").partition(",")[2]
        with Image.open(io.BytesIO(base64.b64decode(source))) as image:
            assert image.width == 384


HOSTILE = st.lists(
    st.one_of(
        st.sampled_from("<>&\"'`=/;{}%\x1b\x00\x10\x04\u202e\u2066\ud800\ufeff\n"),
        st.sampled_from(
            ["<script>alert(1)</script>", "</div>", "<!--", "]]>", '" onload="x', "&lt;", "javascript:"]
        ),
        st.characters(codec=None),
    ),
    max_size=30,
).map("".join)


@given(name=HOSTILE, memo=HOSTILE, number=HOSTILE)
@settings(deadline=None, max_examples=100)
def test_no_text_of_anyone_is_ever_markup(name: str, memo: str, number: str) -> None:
    ticket = KitchenTicket(
        number=number,
        order_number=number,
        order_type="deliver",
        lines=(KitchenLine(name=name, quantity=1),),
        memo=(memo,),
    )
    page = ticket_page(dict(ticket), profile(58))
    page.encode()
    found = read(page)
    assert {tag for tag, _attributes in found.tags} <= TAGS
    assert {key for _tag, attributes in found.tags for key in attributes} <= ATTRIBUTES
    assert not set(page) & set("\u202e\u2066\x1b\x00")


def test_what_is_on_the_page_is_what_was_laid_out() -> None:
    items = (Text("<img src=x onerror=alert(1)>" * 3),)
    lines = [line.text for line in lay_out(Document(items), 32, GB) if isinstance(line, TextLine)]
    assert [row.strip() for row in read(page_of(*items)).rows if "img" in row or "alert" in row] == lines
