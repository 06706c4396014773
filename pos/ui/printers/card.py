"""One printer on the settings page: how it is, what comes out of it, and what can be done with it."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QFrame, QLayout, QWidget

from pos.config_tables import PrinterPart
from pos.store.rows import PrinterRow
from pos.ui.parts import wellness
from pos.ui.parts.dot import Dot
from pos.ui.parts.flow import Flow
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, column, label, row
from pos.ui.printers import devices
from pos.ui.printers.options import encoding_words
from pos.ui.printers.stations import StationChip
from pos.words import Words

_TONES = {"well": "done", "waiting": "amber", "needs_you": "red"}
_BADGES = {"well": "sync.well", "waiting": "sync.state_waiting", "needs_you": "sync.needs_you"}


class Standing(NamedTuple):
    """A printer as it is set and as it is, and whose tickets it prints right now."""

    part: PrinterPart
    row: PrinterRow
    stands_in_for: tuple[str, ...] = ()


class PrinterCard(QFrame):
    """`wanted` carries what was pressed; `station_tapped` and `station_dropped`, which chip."""

    wanted = Signal(str)
    station_tapped = Signal(str)
    station_dropped = Signal(str, QPoint)

    def __init__(self, theme: Theme, words: Words, standing: Standing) -> None:
        super().__init__()
        self.setObjectName("box")
        self._theme, self._words = theme, words
        self.name = standing.part.name
        gap, edge = theme.mm(2), theme.mm(4)
        parts: list[QWidget | QLayout] = [self._head(standing), *self._lines(standing)]
        if chips := self._chips(standing.part):
            parts.append(Flow(*chips, gap=gap))
        self.setLayout(column(*parts, None, self._buttons(standing), gap=gap, margins=(edge,) * 4))

    def _head(self, standing: Standing) -> QWidget:
        aside = standing.row.aside is not None
        state = "waiting" if aside else wellness.of_printer(self._words, standing.row).state
        badge = self._words.say("settings.aside") if aside else self._words.say(_BADGES[state])
        head = QWidget()
        dot, name = Dot(self._theme, state), label(self.name, "head")
        head.setLayout(row(dot, name, label(badge, "badge", _TONES[state]), None, gap=self._theme.mm(2)))
        return head

    def _lines(self, standing: Standing) -> list[QWidget]:
        found = [
            label(self._trouble(standing.row), "strong", "red", wrap=True),
            label(self._facts(standing.part), "quiet", wrap=True),
            label(self._prints(standing.part), "", wrap=True),
            label(self._help(standing), "strong", "waiting", wrap=True),
            label(self._counts(standing.row), "strong", "kitchen", wrap=True),
        ]
        return [line for line in found if line.text()]

    def _trouble(self, printer: PrinterRow) -> str:
        return "" if printer.state == "well" or printer.aside else wellness.cause(self._words, printer)

    def _facts(self, part: PrinterPart) -> str:
        way, text = devices.split(part.device)
        where = f"{self._words.say(f'settings.way_{way}')} {text}".strip()
        facts = (where, part.profile, f"{part.paper} mm", encoding_words(self._words, part.encoding))
        return self._words.say("board.dot").join(fact for fact in facts if fact)

    def _prints(self, part: PrinterPart) -> str:
        kinds = self._words.say("board.and").join(
            self._words.say(f"settings.prints_{kind}") for kind in part.prints
        )
        return (
            self._words.say("settings.prints_these", kinds=kinds)
            if kinds
            else self._words.say("settings.prints_nothing")
        )

    def _help(self, standing: Standing) -> str:
        say, printer = self._words.say, standing.row
        found = [say("settings.stands_in_for", name=name) for name in standing.stands_in_for]
        if printer.stands_in:
            found.append(say("settings.stands_in", name=printer.stands_in))
        elif printer.fallback:
            found.append(say("settings.falls_back", name=printer.fallback))
        return say("board.dot").join(found)

    def _counts(self, printer: PrinterRow) -> str:
        many = (("waiting", printer.waiting), ("unknown", printer.unknown), ("failed", printer.failed))
        found = [self._words.say(f"settings.count_{name}", n=count) for name, count in many if count]
        return self._words.say("board.dot").join(found)

    def _chips(self, part: PrinterPart) -> list[StationChip]:
        """Return the stations of a printer that cooks are served by."""
        if not {"kitchen", "expediter"} & set(part.prints):
            return []
        every = self._words.say("settings.all_stations")
        made = [StationChip(self._theme, name, every if name == "*" else name) for name in part.stations]
        for chip in made:
            chip.clicked.connect(partial(self._tapped, chip.station))
            chip.dropped.connect(partial(self.station_dropped.emit, chip.station))
        return made

    def _tapped(self, station: str, _checked: bool = False) -> None:
        self.station_tapped.emit(station)

    def _buttons(self, standing: Standing) -> QWidget:
        aside = "take_back" if standing.row.aside else "set_aside"
        line = QWidget()
        made = [
            button(
                self._words.say(f"settings.{name}"),
                partial(self.wanted.emit, name),
                name=f"{name}_{self.name}",
            )
            for name in ("test_page", aside, "change")
        ]
        line.setLayout(row(*made[:2], None, made[2], gap=self._theme.mm(3)))
        return line
