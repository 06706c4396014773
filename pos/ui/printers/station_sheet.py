"""Asks which printers a station's tickets come out of: for fingers that would rather tap than drag."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QWidget

from pos.config_tables import PrinterPart
from pos.ui.parts.fields import Choice
from pos.ui.parts.overlays import Sheet
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, column, row
from pos.words import Words


def ask(
    host: QWidget,
    theme: Theme,
    words: Words,
    station: str,
    printers: Sequence[PrinterPart],
    then: Callable[[Mapping[str, tuple[str, ...]]], object],
) -> Sheet:
    """Offer every printer of the kitchen; give the stations of those that change to `then`."""
    kitchen = [part for part in printers if {"kitchen", "expediter"} & set(part.prints)]
    now = [part.name for part in kitchen if station in part.stations]
    choice = Choice(theme, [(part.name, part.name) for part in kitchen], now, many=True)

    def sure() -> None:
        sheet.close()
        wanted = {part.name: _stations(part, station, part.name in choice.chosen) for part in kitchen}
        changed = {part.name: wanted[part.name] for part in kitchen if wanted[part.name] != part.stations}
        if changed:
            then(changed)

    done = button(words.say("do.confirm"), sure, "primary", "new", "sure")
    shown = words.say("settings.all_stations") if station == "*" else station
    title = words.say("settings.station_title", station=shown)
    content = column(choice, row(None, done), gap=theme.mm(4))
    sheet = Sheet(host, theme, words, title, content, 110)
    return sheet


def _stations(part: PrinterPart, station: str, served: bool) -> tuple[str, ...]:
    others = tuple(name for name in part.stations if name != station)
    if not served:
        return others
    return part.stations if station in part.stations else (*others, station)
