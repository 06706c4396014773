"""The ticket for mail or a browser: one page that needs nothing else, its columns as they are on paper."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

from printing.cleaning import clean
from printing.document import PLAIN, QR, Barcode, Buzzer, Cut, Drawer, Feed, Picture, Rule
from printing.encodings import Encoding
from printing.layout import Bitmap, Line, Span, TextLine

#: Every style stands beside what it is for: mail programs drop style sheets. Paper is white by night too.
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light only">
<title>{title}</title>
</head>
<body style="margin:0;padding:1em">
<div style="{paper}">
{rows}
</div>
</body>
</html>
"""
_PAPER = (
    "width:{columns}ch;margin:0 auto;padding:1.5em 2ch;background:#fff;color:#000;overflow:hidden;"
    "font:15px/1.25 'Noto Sans Mono CJK SC','Sarasa Mono SC',Consolas,Menlo,'DejaVu Sans Mono',monospace"
)
_ROW = '<div style="white-space:pre;line-height:{height}em">{spans}</div>'
_SPAN = '<span dir="auto" style="display:inline-block;width:{width:g}ch{more}">{text}</span>'
_IMAGE = '<img alt="{alt}" src="data:image/png;base64,{png}" style="display:block;width:100%">'
_RULE = '<hr style="border:0;border-top:1px dashed #000;margin:.6em 0">'
_CUT = '<div style="border-bottom:1px dotted #999;height:1em"></div>'


class _On(NamedTuple):
    """The paper that is shown."""

    columns: int
    encoding: Encoding
    language: str


def to_html(
    lines: Sequence[Line], columns: int, encoding: Encoding, language: str = "zh_CN", title: str = ""
) -> str:
    """Return a page with the lines on paper of `columns` columns; no text of theirs is ever markup."""
    on = _On(columns, encoding, language)
    rows = (_SHOW[type(line)](line, on) for line in lines)
    return _PAGE.format(
        language=language.replace("_", "-"),
        title=escape(clean(title)),
        paper=_PAPER.format(columns=columns),
        rows="\n".join(filter(None, rows)),
    )


def _text(line: TextLine, _on: _On) -> str:
    spans = "".join(map(_span, line.spans)) or " "
    return _ROW.format(height=1.25 * line.height, spans=spans)


def _span(span: Span) -> str:
    if span.style == PLAIN and not span.text.strip():
        return span.text
    scale = span.style.width
    styles = {
        "font-weight:bold": span.style.bold,
        "background:#000;color:#fff": span.style.inverse,
        f"font-size:{scale}em": scale > 1,
        "transform:scaleY(2);transform-origin:bottom": span.style.height > scale,
    }
    more = "".join(f";{style}" for style, is_wanted in styles.items() if is_wanted)
    return _SPAN.format(width=span.columns / scale, more=more, text=escape(span.text))


def _image(alt: Callable[[Line], str]) -> Callable[[Line, _On], str]:
    """Show what is no text as it is drawn on paper."""

    def show(line: Line, on: _On) -> str:
        from printing.drawing import draw  # Pillow is not needed where all is text

        png = io.BytesIO()
        draw([line], on.columns, on.encoding, on.language).convert("1").save(png, "PNG")
        return _IMAGE.format(alt=escape(alt(line)), png=base64.b64encode(png.getvalue()).decode())

    return show


def _code(line: Line) -> str:
    return line.data if isinstance(line, QR | Barcode) else ""


_SHOW: dict[type, Callable[..., str]] = {
    TextLine: _text,
    Rule: lambda _line, _on: _RULE,
    QR: _image(_code),
    Barcode: _image(_code),
    Picture: _image(_code),
    Bitmap: _image(_code),
    Feed: lambda line, _on: "<br>" * line.lines,
    Cut: lambda _line, _on: _CUT,
    Drawer: lambda _line, _on: "",
    Buzzer: lambda _line, _on: "",
}
