"""What each command does to a typesetter, as a table by the command's first bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from printing.document import Buzzer, Cut, Drawer, Feed
from printing.profiles import CELL_HEIGHT, CELL_WIDTH, LINE_GAP
from printing.reading import pictures, real_time, symbols
from printing.reading.characters import INTERNATIONAL, PAGE_NAMES
from printing.reading.splitting import LENGTHS
from printing.reading.typesetter import Typesetter, number

#: Takes what follows the command's first bytes.
Deed = Callable[[Typesetter, bytes], None]


class Command(NamedTuple):
    """A command: what it does, and whether tickets of ours have it."""

    deed: Deed
    ours: bool = False


def obey(setter: Typesetter, token: bytes) -> None:
    """Let `setter` do what one token says; raises NotUnderstood where it is strict and the token not ours."""
    if token[0] >= 0x20:
        setter.characters(token)
        return
    setter.end_half()
    head = next((token[:size] for size in (3, 2, 1) if token[:size] in COMMANDS), b"")
    if setter.strict:
        _refuse_what_is_not_ours(setter, token, head)
    if head:
        COMMANDS[head].deed(setter, token[len(head) :])
    elif token[:2] in LENGTHS:
        setter.notes.append(f"skipped: {token[:8].hex(' ')}")
    else:
        setter.notes.append(f"unknown: {token.hex(' ')}")


def _refuse_what_is_not_ours(setter: Typesetter, token: bytes, head: bytes) -> None:
    if not head or not COMMANDS[head].ours:
        setter.refuse(f"{token[:8].hex(' ')} is not ours")
    if token[0] != 0x10 and (hidden := real_time.find(token)):
        setter.refuse(f"{hidden[0].hex(' ')} is hidden in {token[:4].hex(' ')}")


def _nothing(_setter: Typesetter, _given: bytes) -> None:
    """Change nothing that is seen here."""


def _not_shown(what: str) -> Deed:
    """Return the deed of a style that paper here does not have: it is told where it is switched on."""

    def tell(setter: Typesetter, given: bytes) -> None:
        if given[0] not in (0, 48):
            setter.notes.append(f"not shown: {what}")

    return tell


def _modes(setter: Typesetter, given: bytes) -> None:
    """ESC ! n: font, bold, height, width in one."""
    bits = given[0]
    setter.font = bits & 1
    setter.restyle(bold=bool(bits & 8), height=2 if bits & 16 else 1, width=2 if bits & 32 else 1)


def _two_byte_modes(setter: Typesetter, given: bytes) -> None:
    """FS ! n: width and height of two-byte characters; the last received of these and GS ! holds."""
    setter.restyle(width=2 if given[0] & 4 else 1, height=2 if given[0] & 8 else 1)


def _two_byte_quadruple(setter: Typesetter, given: bytes) -> None:
    """FS W n."""
    setter.restyle(width=given[0] % 2 + 1, height=given[0] % 2 + 1)


def _size(setter: Typesetter, given: bytes) -> None:
    setter.restyle(width=(given[0] >> 4 & 7) + 1, height=(given[0] & 7) + 1)


def _two_byte(on: bool) -> Deed:
    def switch(setter: Typesetter, _given: bytes) -> None:
        setter.two_byte = on

    return switch


def _page(setter: Typesetter, given: bytes) -> None:
    own = setter.encoding  # models number some pages otherwise
    name = own.codec if own.page == given[0] else PAGE_NAMES.get(given[0])
    if name is None or (setter.strict and setter.two_byte and setter.encoding.two_byte):
        setter.refuse(f"code page {given[0]}")
    setter.page = name or setter.page


def _international(setter: Typesetter, given: bytes) -> None:
    if given[0] >= len(INTERNATIONAL):
        setter.refuse(f"international set {given[0]}")
    else:
        setter.international = given[0]


def _align(setter: Typesetter, given: bytes) -> None:
    setter.align = given[0] % 48 if given[0] % 48 in (0, 1, 2) else setter.align


def _tabs(setter: Typesetter, given: bytes) -> None:
    setter.tabs = tuple(given[:-1])


def _place(setter: Typesetter, given: bytes) -> None:
    """ESC $ nL nH: dots from the line's beginning."""
    setter.move_to(number(given) // CELL_WIDTH)


def _move(setter: Typesetter, given: bytes) -> None:
    """ESC \\ nL nH: dots from here, also back."""
    dots = int.from_bytes(given[:2], "little", signed=True)
    setter.move_to(setter.used + dots // CELL_WIDTH)


def _feed(setter: Typesetter, given: bytes) -> None:
    setter.put(Feed(given[0]))


def _feed_dots(setter: Typesetter, given: bytes) -> None:
    """ESC J n: what is set goes out, and dots of empty paper follow it."""
    begun = setter.is_begun
    setter.end_line(if_begun=True)
    lines = (given[0] - (CELL_HEIGHT + LINE_GAP if begun else 0)) // (CELL_HEIGHT + LINE_GAP)
    if lines > 0:
        setter.put(Feed(lines))


def _margin(setter: Typesetter, given: bytes) -> None:
    setter.margin = number(given) // CELL_WIDTH


def _print_width(setter: Typesetter, given: bytes) -> None:
    setter.width = number(given)


def _font(setter: Typesetter, given: bytes) -> None:
    setter.font = given[0] & 1


def _pulse_now(setter: Typesetter, given: bytes) -> None:
    """DLE DC4 1: a drawer pulse that waits for nothing."""
    if setter.strict and given[:1] == b"\x01":
        setter.happen(Drawer())


def _cut(setter: Typesetter, _given: bytes) -> None:
    setter.put(Cut())


COMMANDS: Mapping[bytes, Command] = {
    b"\n": Command(lambda setter, _: setter.end_line(), ours=True),
    b"\r": Command(_nothing),
    b"\x00": Command(_nothing),
    b"\x07": Command(lambda setter, _: setter.happen(Buzzer())),
    b"\t": Command(lambda setter, _: setter.tab()),
    b"\x0c": Command(lambda setter, _: setter.end_line(if_begun=True)),
    b"\x18": Command(_nothing),
    b"\x1b@": Command(lambda setter, _: setter.reset(), ours=True),
    b"\x1b!": Command(_modes),
    b"\x1b$": Command(_place),
    b"\x1b\\": Command(_move),
    b"\x1b*": Command(pictures.columns),
    b"\x1b-": Command(_nothing),
    b"\x1b2": Command(_nothing),
    b"\x1b3": Command(_nothing, ours=True),
    b"\x1b ": Command(_nothing),
    b"\x1bU": Command(_nothing),
    b"\x1bB": Command(lambda setter, _: setter.happen(Buzzer()), ours=True),
    b"\x1b(A": Command(lambda setter, _: setter.happen(Buzzer()), ours=True),
    b"\x1bD": Command(_tabs),
    b"\x1bE": Command(lambda setter, given: setter.restyle(bold=bool(given[0] & 1)), ours=True),
    b"\x1bG": Command(lambda setter, given: setter.restyle(bold=bool(given[0] & 1))),
    b"\x1bJ": Command(_feed_dots),
    b"\x1bM": Command(_font),
    b"\x1bR": Command(_international, ours=True),
    b"\x1ba": Command(_align, ours=True),
    b"\x1bc": Command(_nothing),
    b"\x1bd": Command(_feed, ours=True),
    b"\x1bi": Command(_cut),
    b"\x1bm": Command(_cut),
    b"\x1bp": Command(lambda setter, _: setter.happen(Drawer()), ours=True),
    b"\x1bV": Command(_not_shown("turned letters")),
    b"\x1b{": Command(_not_shown("upside down")),
    b"\x1db": Command(_nothing),
    b"\x1bt": Command(_page, ours=True),
    b"\x1c!": Command(_two_byte_modes),
    b"\x1c&": Command(_two_byte(True), ours=True),
    b"\x1c-": Command(_nothing),
    b"\x1c.": Command(_two_byte(False), ours=True),
    b"\x1cC": Command(_nothing, ours=True),
    b"\x1cS": Command(_nothing),
    b"\x1cW": Command(_two_byte_quadruple),
    b"\x1d!": Command(_size, ours=True),
    b"\x1d(H": Command(_nothing, ours=True),
    b"\x1d(L": Command(pictures.graphics),
    b"\x1d(k": Command(symbols.symbol, ours=True),
    b"\x1d*": Command(pictures.define),
    b"\x1d/": Command(pictures.print_defined),
    b"\x1d8L": Command(pictures.long_graphics),
    b"\x1dB": Command(lambda setter, given: setter.restyle(inverse=bool(given[0] & 1)), ours=True),
    b"\x1dH": Command(symbols.bar_text, ours=True),
    b"\x1dI": Command(_nothing),
    b"\x1dL": Command(_margin),
    b"\x1dV": Command(_cut, ours=True),
    b"\x1dW": Command(_print_width),
    b"\x1da": Command(_nothing),
    b"\x1df": Command(_nothing),
    b"\x1dh": Command(symbols.bar_height, ours=True),
    b"\x1dk": Command(symbols.bars, ours=True),
    b"\x1dr": Command(_nothing, ours=True),
    b"\x1dv0": Command(pictures.raster, ours=True),
    b"\x1dw": Command(_nothing, ours=True),
    b"\x10\x04": Command(_nothing, ours=True),
    b"\x10\x05": Command(_nothing),
    b"\x10\x14": Command(_pulse_now, ours=True),
}
