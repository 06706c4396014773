"""From a ticket's facts to paper, picture or text: one document, one layout, four outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from printing.decode import decode
from printing.document import Buzzer, Document, Drawer, Item
from printing.escpos import to_bytes as bytes_of
from printing.html import to_html as html_of
from printing.layout import Line, lay_out
from printing.logo import fitting
from printing.looks import document
from printing.picture import GREY
from printing.picture import to_png as png_of
from printing.picture import to_text as text_of
from printing.profiles import Profile
from printing.tickets import FIRST, Copy, from_json


def to_bytes(
    facts: Mapping[str, Any],
    profile: Profile,
    copy: Copy = FIRST,
    *,
    drawer: bool = False,
    buzzer: bool = False,
) -> bytes:
    """Return all that is sent for one copy of a ticket; raises pydantic.ValidationError for other facts.

    `drawer` opens the cash drawer and `buzzer` sounds, both before the first line is printed.
    """
    shown = _document(facts, profile, copy)
    first: list[Item] = [*([Drawer()] if drawer else []), *([Buzzer()] if buzzer else [])]
    shown = Document((*first, *shown.items), shown.language)
    return bytes_of(lay_out(shown, profile.columns, profile.encoding), profile, shown.language)


def preview(
    data: bytes, profile: Profile, language: str = "zh_CN", around: tuple[int, int, int, int] = GREY
) -> bytes:
    """Return the paper that comes out for these bytes as a PNG at 203 dpi; `around` (RGBA) is beside it.

    Raises NotUnderstood for bytes that we never send.
    """
    lines = decode(data, profile.encoding).lines
    return png_of(lines, profile.columns, profile.encoding, language, around)


def to_png(
    facts: Mapping[str, Any],
    profile: Profile,
    copy: Copy = FIRST,
    around: tuple[int, int, int, int] = GREY,
) -> bytes:
    """Return the ticket as `preview` shows its bytes: a picture of its own could differ from the paper."""
    shown = _document(facts, profile, copy)
    data = bytes_of(_lines(shown, profile), profile, shown.language)
    return preview(data, profile, shown.language, around)


def to_html(facts: Mapping[str, Any], profile: Profile, copy: Copy = FIRST) -> str:
    """Return the ticket as a page for mail or a browser, which needs nothing from elsewhere."""
    shown = _document(facts, profile, copy)
    title = str(facts.get("number", ""))
    return html_of(_lines(shown, profile), profile.columns, profile.encoding, shown.language, title)


def to_text(facts: Mapping[str, Any], profile: Profile, copy: Copy = FIRST) -> str:
    """Return the ticket as plain text, a line of paper a line."""
    return text_of(_lines(_document(facts, profile, copy), profile), profile.columns)


def _document(facts: Mapping[str, Any], profile: Profile, copy: Copy) -> Document:
    logo = None if profile.logo is None else fitting(profile.logo, profile.dots)
    return document(from_json(facts), copy, profile.columns, logo)


def _lines(shown: Document, profile: Profile) -> list[Line]:
    return lay_out(shown, profile.columns, profile.encoding)
