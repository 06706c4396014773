"""Which of a service's own states is which of ours: said once, on a page that shows its workflow."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from pos.actions import channels
from pos.config_edit import Draft, EditTrouble
from pos.connecting import Tried
from pos.store import backlog
from pos.ui.channels import keys, mapping_facts
from pos.ui.channels.fields import KeyField
from pos.ui.channels.inputs import Text, plus
from pos.ui.channels.lines import waits_for_states
from pos.ui.channels.mapping_facts import State
from pos.ui.channels.mapping_maps import ALL, Map, Maps
from pos.ui.channels.mapping_parts import StateRow, Tellings, Whose
from pos.ui.channels.side import tried as tried_words
from pos.ui.desk import Desk
from pos.ui.parts import icons
from pos.ui.parts.faces import channel
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import Empty, button, clear, column, framed, label, row, scrolled
from pos.ui.setup import trouble_words


class Mapping(QWidget):
    """`closed` when a person is done."""

    closed = Signal()

    def __init__(self, desk: Desk, theme: Theme, draft: Draft, name: str) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk, self._theme, self._words = desk, theme, desk.words
        self._draft, self.name = draft, name
        self._table = next(dict(each) for each in draft.channels if each.get("name") == name)
        self.kind = str(self._table["kind"])
        flows = dict(self._table.get("workflows", {}))
        self.maps = Maps(dict(self._table.get("workflow", {})), flows)
        self.product, self._busy = ALL, False
        self.states, self.told = self.maps.of(ALL)
        self.rows: dict[str, StateRow] = {}
        self.side = Tellings(theme, self._words)
        body = row(scrolled(self._content()), self.side)
        body.setStretch(0, 1)
        whole = column(self._head(), body, self._foot())
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.setFocusProxy(self.load)
        self._lay_out()
        self._watch = desk.watch(self, "channels", self._read, self._show_held)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def values(self) -> dict[str, Any]:
        """Return what this page says of the channel: its states mapped, of equal ones what is told first."""
        products = self.products.value if self.products is not None else []
        more = {"products": products} if products or "products" in self._table else {}
        workflow, workflows = self.maps.written()
        own = {"workflows": workflows or None} if workflows or "workflows" in self._table else {}
        return {"name": self.name, "kind": self.kind, **more, "workflow": workflow, **own}

    def _head(self) -> QWidget:
        say, edge, thin = self._words.say, self._theme.mm(4), self._theme.mm(1)
        known = channel(self._words, self.name)
        back = button(known, self.closed.emit, name="back", keyed=False)
        back.setIcon(icons.icon("back", self._theme.color("ink"), self._theme.px(20)))
        self.load = button(say("mapping.load"), self._load, tone="new", name="load")
        title = label(say("mapping.head", name=known), "head")
        line = row(back, title, None, self.load, gap=edge, margins=(edge, thin, edge, thin))
        return framed("header", line)

    def _content(self) -> Any:
        say, gap, edge = self._words.say, self._theme.mm(3), self._theme.mm(4)
        known = {key.name: key for key in keys.every(self.kind)}
        self.products: KeyField | None = None
        self.held = label(say("mapping.held_hint", name=channel(self._words, self.name)), "strong", wrap=True)
        self.held.hide()
        parts: list[Any] = [self.held, label(say("mapping.hint"), "quiet", wrap=True)]
        if "products" in known:
            given = self._table.get("products", ())
            self.products = KeyField(self._theme, self._words, self.kind, known["products"], given)
            self.products.input.changed.connect(self._refresh)
            parts.append(self.products)
        self.whose = Whose(self._theme, self._words)
        self.whose.chosen.connect(self._turn_to)
        self.whose.shared.connect(self._share)
        self.empty = Empty(self._theme, "empty", say("mapping.empty"), say("mapping.empty_hint"))
        self._box = column(gap=self._theme.mm(2))
        self.own = Text("own_state")
        self.own.setPlaceholderText(say("mapping.own"))
        self.own.returnPressed.connect(self._add)
        more = row(self.own, plus(self._theme, self._words, self._add, "add_state"), gap=self._theme.mm(2))
        return column(*parts, self.whose, self.empty, self._box, more, None, gap=gap, margins=(edge,) * 4)

    def _foot(self) -> QWidget:
        edge = self._theme.mm(4)
        self.why = label("", wrap=True)
        self.save = button(self._words.say("settings.save"), self._save, "primary", "new", "save")
        self.save.setProperty("wide", True)
        self.reload = button(self._words.say("settings.reload"), self._reload, name="reload")
        self.reload.hide()
        self.go_on = button(self._words.say("mapping.go_on"), self._go_on, "second", name="go_on")
        self.go_on.hide()
        line = row(self.why, self.reload, self.go_on, self.save, gap=self._theme.mm(3), margins=(edge,) * 4)
        line.setStretch(0, 1)
        return framed("actions", line)

    def _lay_out(self) -> None:
        clear(self._box)
        self.rows = {}
        for state in self.states:
            self.rows[state.id] = made = StateRow(self._theme, self._words, self.kind, state)
            made.chosen.connect(partial(self._choose, state.id))
            made.told_wanted.connect(partial(self._tell, state.id))
            self._box.addWidget(made)
        self.whose.offer(self.maps.products, self.maps.own, self.product)
        self.empty.setVisible(not self.states)
        self._refresh()

    def _refresh(self) -> None:
        """Show what is told of which, and what is not."""
        typed = bool(self.products and self.products.value)
        tellings = mapping_facts.tellings(self.kind, self.states, self.told, typed)
        self.side.show_tellings(tellings)
        told = {telling.told.id for telling in tellings if telling.told}
        rivals = {state.id for telling in tellings for state in telling.states if len(telling.states) > 1}
        for name, made in self.rows.items():
            made.show_told(name in told, can_be=name in rivals)

    def _choose(self, name: str, ours: str) -> None:
        self.states = [state._replace(ours=ours) if state.id == name else state for state in self.states]
        self.told = {status: state for status, state in self.told.items() if state != name}
        self._changed()

    def _tell(self, name: str) -> None:
        ours = next(state.ours for state in self.states if state.id == name)
        self.told = {**self.told, ours: name}
        self._changed()

    def _changed(self) -> None:
        """Keep what a person said; a product of which something was said has a map of its own then."""
        self.maps.change(self.product, Map(self.states, self.told))
        self.whose.offer(self.maps.products, self.maps.own, self.product)
        self._refresh()

    def _turn_to(self, product: str) -> None:
        """Show the states of one product, or those of all."""
        self.product = product
        self.states, self.told = self.maps.of(product)
        self._lay_out()

    def _read(self, read: Any) -> bool:
        rows = backlog.channels(read, self._desk.shop, self._desk.clock())
        return any(waits_for_states(row) for row in rows if row.name == self.name)

    def _show_held(self, is_held: bool) -> None:
        """Say that a new channel waits for this page, and offer to go on without it."""
        self.held.setVisible(is_held)
        self.go_on.setVisible(is_held)
        self.save.setText(self._words.say("mapping.save_and_begin" if is_held else "settings.save"))

    def _go_on(self) -> None:
        self._desk.do(channels.mapped, self.name, then=self._went_on)

    def _went_on(self, _changed: bool) -> None:
        known = channel(self._words, self.name)
        self._desk.said.emit(self._words.say("channels.said_resumed", name=known))
        self.closed.emit()

    def _share(self) -> None:
        self.maps.share(self.product)
        self._turn_to(self.product)

    def _add(self) -> None:
        typed = self.own.value
        if typed and typed not in self.rows:
            self.states = [*self.states, State(typed)]
            self.maps.change(self.product, Map(self.states, self.told))
            self._lay_out()
        self.own.clear()

    def _load(self) -> None:
        if (setup := self._desk.setup) is None:
            return
        own = keys.own(self.kind)
        whole = {**self._table, **self.values()}
        settings = {name: value for name, value in whole.items() if name in own and value is not None}
        self._begin("mapping.loading")
        work = partial(setup.nodes, self.kind, settings, {}, self.name, setup.turn)
        self._desk.run(work, then=self._loaded, failed=self._failed)

    def _loaded(self, tried: Tried) -> None:
        if not tried.ok:
            self._end(tried_words(self._words, tried.fault))
            return
        self.maps.load(tried.nodes)
        self._turn_to(self.product if self.product in self.maps.products else ALL)
        word = "mapping.loaded" if tried.nodes else "mapping.loaded_none"
        self._end(self._words.say(word, n=len({node.id for node in tried.nodes})))

    def _save(self) -> None:
        if (setup := self._desk.setup) is not None:
            self._begin("settings.saving")
            work = partial(setup.save_channel, self._draft, self.values(), {}, self.name)
            self._desk.run(work, then=self._saved, failed=self._failed)

    def _saved(self, _config: object) -> None:
        known = channel(self._words, self.name)
        self._desk.said.emit(self._words.say("channels.saved", name=known))
        self.closed.emit()

    def _reload(self) -> None:
        """Go on from the file as it is now; what was chosen here stays."""
        if (setup := self._desk.setup) is not None:
            self._desk.run(setup.draft, then=self._reloaded, failed=self._failed)

    def _reloaded(self, draft: Draft) -> None:
        self._draft = draft
        self.reload.hide()
        self._end(self._words.say("settings.reloaded"))

    def _failed(self, trouble: Exception) -> None:
        self.reload.setVisible(isinstance(trouble, EditTrouble) and trouble.code == "changed_meanwhile")
        self._end(trouble_words(self._words, trouble))

    def _begin(self, key: str) -> None:
        self._busy = True
        self.why.setText(self._words.say(key))
        for pressed in (self.save, self.load, self.go_on):
            pressed.setEnabled(False)

    def _end(self, said: str) -> None:
        self._busy = False
        self.why.setText(said)
        for pressed in (self.save, self.load, self.go_on):
            pressed.setEnabled(True)
