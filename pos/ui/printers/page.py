"""The printers of the shop: as cards, one of them on its form, others to be found."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QWidget

from pos.actions import spool
from pos.actions.tickets import heir
from pos.config_edit import Draft
from pos.config_tables import PrinterPart
from pos.store import backlog
from pos.store.rows import PrinterRow, TicketRow
from pos.ui.desk import Desk
from pos.ui.parts.overlays import Sheet, counter_around
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import Empty, button, clear, column, label, row, scrolled
from pos.ui.printers import sample, station_sheet
from pos.ui.printers.card import PrinterCard, Standing
from pos.ui.printers.finding import FindPrinters
from pos.ui.printers.form import PrinterForm
from pos.ui.printers.fresh import fresh
from pos.ui.printers.sample import Menu
from pos.ui.setup import trouble_words

#: The least width of a card (mm).
CARD = 130

#: What a shop has no order cooked or paid without.
NEEDED = ("kitchen", "settlement")


class Seen(NamedTuple):
    """What the page shows, as it was read: printers, the kitchen's stations, what nobody prints."""

    rows: list[PrinterRow]
    menu: Menu


class Printers(QWidget):
    """All printers. What is changed here is written to the configuration, and holds at once."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        super().__init__()
        self._desk, self._theme, self._words = desk, theme, desk.words
        self._seen: Seen | None = None
        self._draft: Draft | None = None
        self.cards: list[PrinterCard] = []
        self.form: PrinterForm | None = None
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.mm(3))
        self._tray = label("", "strong", "red", wrap=True)
        self._tray.hide()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._list())
        self.setLayout(column(self._stack))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        desk.watch(self, "printers tickets orders", self._read, self._show)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set as many cards beside each other as there is room for."""
        super().resizeEvent(event)
        self._spread()

    def open_form(self, was: str = "", given: Mapping[str, Any] | None = None) -> None:
        """Open the form of a printer, or of a new one with what is known of it."""
        self._fetch(partial(self._open_form, was, dict(given or {})))

    def look_for_more(self) -> None:
        """Look for printers."""
        self._fetch(self._open_find)

    def _list(self) -> QWidget:
        words, gap, edge = self._words, self._theme.mm(3), self._theme.mm(4)
        self.empty = Empty(
            self._theme, "printer", words.say("settings.no_printers"), words.say("settings.no_printers_hint")
        )
        self.empty.hide()
        find = button(words.say("settings.find"), self.look_for_more, "second", name="find_printers")
        add = button(words.say("settings.add"), self._add, "second", name="add_printer")
        head = row(label(words.say("settings.printers"), "head"), None, add, find, gap=gap)
        inner = column(self._grid, self.empty, None)
        page = QWidget()
        area = scrolled(inner)
        page.setLayout(column(head, self._tray, area, gap=gap, margins=(edge, gap, edge, 0)))
        return page

    def _read(self, read: Any) -> Seen:
        shop = self._desk.shop
        return Seen(backlog.printers(read, shop, self._desk.clock()), sample.menu(read, shop))

    def _show(self, seen: Seen) -> None:
        self._seen = seen
        self._fetch(self._show_cards)

    def _fetch(self, then: Any) -> None:
        """Read the configuration anew, for it may have been changed by hand, and go on with it."""
        if (setup := self._desk.setup) is not None:
            self._desk.run(setup.draft, then=partial(self._fetched, then), failed=self._complain)

    def _fetched(self, then: Any, draft: Draft) -> None:
        self._draft = draft
        then()

    def _show_cards(self) -> None:
        assert self._seen is not None  # it was shown
        assert self._draft is not None  # it was fetched
        parts = {part.name: part for part in self._parts(self._draft)}
        rows = [each for each in self._seen.rows if each.name in parts]
        served = {each.name: each.stands_in for each in rows if each.stands_in}
        clear(self._grid)
        self.cards = [self._card(parts[each.name], each, served) for each in rows]
        self.empty.setVisible(not self.cards)
        self._say_unserved([parts[each.name] for each in rows])
        self._spread()

    def _parts(self, draft: Draft) -> list[PrinterPart]:
        setup = self._desk.setup
        return [setup.part(table) for table in draft.printers] if setup is not None else []

    def _card(self, part: PrinterPart, printer: PrinterRow, served: Mapping[str, str]) -> PrinterCard:
        helped = tuple(name for name, by in served.items() if by == part.name)
        card = PrinterCard(self._theme, self._words, Standing(part, printer, helped))
        card.wanted.connect(partial(self._wanted, part))
        card.station_tapped.connect(self._tapped)
        card.station_dropped.connect(partial(self._dropped, part.name))
        return card

    def _say_unserved(self, parts: list[PrinterPart]) -> None:
        """Say what nobody prints: stations of the menu, and kinds that no shop does without."""
        assert self._seen is not None  # it was shown
        served = {station for part in parts if "kitchen" in part.prints for station in part.stations}
        stations = [name for name in self._seen.menu.stations if not served & {name, "*"}]
        printed = {kind for part in parts for kind in part.prints}
        kinds = [self._words.say(f"settings.prints_{kind}") for kind in NEEDED if kind not in printed]
        lost = {"stations": stations if "kitchen" in printed else [], "kinds": kinds}
        both = self._words.say("board.and")
        lines = [
            self._words.say(f"settings.unserved_{name}", what=both.join(found))
            for name, found in lost.items()
            if found and parts
        ]
        self._tray.setText("\n".join(lines))
        self._tray.setVisible(bool(lines))

    def _spread(self) -> None:
        many = max(1, self.width() // self._theme.mm(CARD))
        for place, card in enumerate(self.cards):
            self._grid.addWidget(card, place // many, place % many)
        for column_ in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column_, 1 if column_ < many else 0)

    def _wanted(self, part: PrinterPart, name: str) -> None:
        match name:
            case "test_page":
                self._test(part)
            case "set_aside":
                self._desk.do(spool.set_aside, part.name, then=partial(self._put_aside, part.name, name))
            case "take_back":
                self._desk.do(spool.take_back, part.name, then=partial(self._put_aside, part.name, name))
            case _:
                self.open_form(part.name)

    def _put_aside(self, name: str, how: str, _changed: bool) -> None:
        back = spool.take_back if how == "set_aside" else spool.set_aside
        self._say(f"settings.said_{how}", name, partial(self._desk.do, back, name))

    def _test(self, part: PrinterPart) -> None:
        setup, table = self._desk.setup, self._table(part.name)
        if setup is not None and table is not None:
            self._say("settings.testing", part.name)
            then = partial(self._tested, part.name)
            self._desk.run(setup.test, self._words, table, part.name, then=then, failed=self._complain)

    def _tested(self, name: str, evidence: str) -> None:
        how = self._words.say(f"evidence.{evidence}")
        self._desk.told.emit(self._words.say("settings.tested", name=name, how=how), None)

    def _table(self, name: str) -> dict[str, Any] | None:
        tables = self._draft.printers if self._draft is not None else []
        return next((table for table in tables if table["name"] == name), None)

    def _tapped(self, station: str) -> None:
        if self._draft is not None:
            station_sheet.ask(
                counter_around(self), self._theme, self._words, station, self._parts(self._draft), self._route
            )

    def _dropped(self, source: str, station: str, at: QPoint) -> None:
        """Move a station to the printer on which the finger let it go."""
        for card in self.cards:
            if card.name != source and card.rect().contains(card.mapFromGlobal(at)):
                now = {part.name: part.stations for part in self._parts(self._draft)} if self._draft else {}
                left = tuple(name for name in now[source] if name != station)
                self._route({source: left, card.name: tuple(dict.fromkeys((*now[card.name], station)))})
                return

    def _route(self, stations: Mapping[str, tuple[str, ...]], undoing: bool = False) -> None:
        """Let printers serve these stations from now on, with a way back."""
        self._fetch(partial(self._write_route, stations, undoing))

    def _write_route(self, stations: Mapping[str, tuple[str, ...]], undoing: bool) -> None:
        if (setup := self._desk.setup) is None or (draft := self._draft) is None:
            return
        before = {part.name: part.stations for part in self._parts(draft) if part.name in stations}
        for name, wanted in stations.items():
            draft = draft.with_printer({"stations": list(wanted)}, was=name)
        back = None if undoing else partial(self._route, before, True)
        self._desk.run(setup.save, draft, then=partial(self._routed, back), failed=self._complain)

    def _routed(self, back: Any, _config: object) -> None:
        self._desk.told.emit(self._words.say("settings.routed"), back)

    def _add(self) -> None:
        self._fetch(lambda: self._open_form("", fresh(self._words, self._draft)))

    def _open_form(self, was: str, given: dict[str, Any]) -> None:
        assert self._draft is not None  # it was fetched
        menu = self._seen.menu if self._seen else Menu((), ())
        self._close_form()
        known = self._table(was) or {}
        self.form = PrinterForm(self._desk, self._theme, self._draft, menu, was, {**known, **given})
        self.form.closed.connect(self._close_form)
        self.form.saved.connect(self._saved)
        self.form.remove_wanted.connect(self._ask_remove)
        self._stack.addWidget(self.form)
        self._stack.setCurrentWidget(self.form)
        self.form.name.setFocus()

    def _close_form(self) -> None:
        if self.form is not None:
            self._stack.removeWidget(self.form)
            self.form.deleteLater()
            self.form = None
            self.setFocus()

    def _saved(self, name: str) -> None:
        self._close_form()
        self._say("settings.saved", name)

    def _open_find(self) -> None:
        if self._draft is not None and (setup := self._desk.setup) is not None:
            host = counter_around(self)
            FindPrinters(host, self._desk, self._theme, self._draft, self.open_form, setup.look)

    def _ask_remove(self, name: str) -> None:
        query = partial(backlog.tickets, states=("queued", "sending", "unknown", "failed"))
        self._desk.ask(query, then=partial(self._confirm_remove, name))

    def _confirm_remove(self, name: str, tickets: list[TicketRow]) -> None:
        """Ask before a printer goes: there is no Undo for tickets that then have none."""
        words, gap = self._words, self._theme.mm(3)
        told = self._fate_of([ticket for ticket in tickets if ticket.printer == name], name)
        sure = button(words.say("settings.remove"), kind="primary", tone="red", name="sure_remove")
        keep = button(words.say("settings.keep"), kind="second", name="keep")
        content = column(label(told, wrap=True), row(keep, None, sure, gap=gap), gap=gap)
        title = words.say("settings.remove_title", name=name)
        sheet = Sheet(counter_around(self), self._theme, words, title, content, 110)
        keep.clicked.connect(sheet.close)
        sure.clicked.connect(partial(self._remove, sheet, name))

    def _fate_of(self, left: list[TicketRow], name: str) -> str:
        """Say what becomes of a printer's tickets when it is removed."""
        if not left:
            return self._words.say("settings.remove_none")
        heirs = {ticket.number: heir(self._desk.shop, name, ticket.kind) for ticket in left}
        both = self._words.say("board.and")
        lost = both.join(number for number, by in heirs.items() if not by)
        kept = both.join(number for number, by in heirs.items() if by)
        by = both.join(dict.fromkeys(by for by in heirs.values() if by))
        moving = self._words.say("settings.remove_moving", tickets=kept, printers=by) if kept else ""
        losing = self._words.say("settings.remove_waiting", tickets=lost) if lost else ""
        return "\n".join(part for part in (moving, losing) if part)

    def _remove(self, sheet: Sheet, name: str, _checked: bool = False) -> None:
        sheet.close()
        setup, draft = self._desk.setup, self._draft
        if setup is not None and draft is not None:
            self._desk.run(
                setup.remove, draft, name, then=partial(self._removed, name), failed=self._complain
            )

    def _removed(self, name: str, _config: object) -> None:
        self._close_form()
        self._say("settings.removed", name)

    def _say(self, key: str, name: str, back: Any = None) -> None:
        self._desk.told.emit(self._words.say(key, name=name, how=""), back)

    def _complain(self, trouble: Exception) -> None:
        self._desk.said.emit(trouble_words(self._words, trouble))
