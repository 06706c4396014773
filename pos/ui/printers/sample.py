"""A sample of the shop's own menu as a printer would print it: what comes from its fonts, what is drawn."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pos.domain.shop import Shop
from pos.store import queries
from pos.words import Words
from printing.decode import decode
from printing.drawing import draw
from printing.layout import Bitmap
from printing.profiles import DPI, Profile
from printing.render import to_bytes
from printing.tickets import KitchenLine, KitchenTicket, Language, to_json

#: The languages of the labels on paper.
_LABELS: Mapping[str, Language] = {"zh_CN": "zh_CN", "ko_KR": "ko_KR", "en_US": "en_US"}

#: How many orders are looked through for dishes and stations, and how many dishes are shown.
ORDERS, DISHES = 60, 8


class Menu(NamedTuple):
    """What the shop cooks, as far as its orders and its settings tell."""

    dishes: tuple[str, ...]
    stations: tuple[str, ...]


class Sample(NamedTuple):
    """The print area as a PNG; `drawn` are (top, height) in dots of what comes as a picture."""

    png: bytes
    drawn: tuple[tuple[int, int], ...]
    size: int
    millimetres: int


def menu(read: Any, shop: Shop) -> Menu:
    """Return dishes, the latest first, and every station that is known."""
    found = [line for order in queries.orders(read, limit=ORDERS)[::-1] for line in order.wanted]
    names = dict.fromkeys(line.name for line in found)
    known = [*shop.stations.values(), *(line.station for line in found)]
    known += [station for printer in shop.printers for station in printer.stations]
    return Menu(tuple(names)[:DISHES], tuple(dict.fromkeys(name for name in known if name not in ("", "*"))))


def facts(words: Words, dishes: Sequence[str]) -> Mapping[str, Any]:
    """Return a kitchen ticket over these dishes."""
    shown = dishes or words.say("settings.sample_dishes").split("|")
    ticket = KitchenTicket(
        language=_LABELS.get(words.language, "en_US"),
        number="K-0412",
        order_number="041",
        order_type="eat_in",
        table="5",
        at="18:42",
        lines=tuple(KitchenLine(name=name, quantity=1) for name in shown),
    )
    return to_json(ticket)


def sample(ticket: Mapping[str, Any], profile: Profile) -> Sample:
    """Return what is sent to a printer of this profile, as it comes out."""
    data = to_bytes(ticket, profile)
    lines = decode(data, profile.encoding).lines
    language = str(ticket["language"])
    top, drawn = 0, []
    for line in lines:
        high = draw([line], profile.columns, profile.encoding, language).height
        if isinstance(line, Bitmap):
            drawn.append((top, high))
        top += high
    image = draw(lines, profile.columns, profile.encoding, language)
    out = io.BytesIO()
    image.save(out, "PNG")
    return Sample(out.getvalue(), tuple(drawn), len(data), round(image.height / DPI * 25.4))
