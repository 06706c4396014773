"""Everything about one printer, with the shop's menu beside it as that printer would print it."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from pos.config_edit import Draft, EditTrouble
from pos.ui.desk import Desk
from pos.ui.parts import fields, icons
from pos.ui.parts.overlays import counter_around
from pos.ui.parts.pick import opens, pick
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, column, framed, label, row, scrolled
from pos.ui.printers import devices
from pos.ui.printers.options import ENCODINGS, KINDS, MORE, encoding_words, options
from pos.ui.printers.sample import Menu, Sample, facts, sample
from pos.ui.printers.sampling import Sampling
from pos.ui.setup import USUAL, trouble_words
from printing.encodings import ENCODINGS as ALL_ENCODINGS

#: How long typing may pause before the sample is drawn anew (milliseconds).
PAUSE = 150


class PrinterForm(QWidget):
    """`closed` when a person is done; `saved` with the printer's name; `remove_wanted`: take it out."""

    closed = Signal()
    saved = Signal(str)
    remove_wanted = Signal(str)

    def __init__(
        self, desk: Desk, theme: Theme, draft: Draft, menu: Menu, was: str, given: dict[str, Any]
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk, self._theme, self._words = desk, theme, desk.words
        self._draft, self._menu, self.was = draft, menu, was
        self._set: dict[str, Any] = {**USUAL, "name": "", "device": "tcp://", **given}
        self._others = [table["name"] for table in draft.printers if table["name"] != was]
        self._busy = False
        self.choices: dict[str, fields.Choice] = {}
        self.sampling = Sampling(theme, self._words)
        self.sampling.setFixedWidth(theme.mm(92))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._draw)
        body = row(scrolled(self._fields()), self.sampling)
        body.setStretch(0, 1)
        whole = column(self._head(), body, self._foot())
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self._changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def values(self) -> dict[str, Any]:
        """Return what is set on the form, as the configuration has it."""
        chosen = {key: choice.value for key, choice in self.choices.items()}
        return {
            **{key: self._set[key] for key in ("profile",)},
            **chosen,
            "name": self.name.text().strip(),
            "device": devices.joined(str(self.way.value), self.address.text()),
            "prints": list(self.prints.chosen),
            "stations": list(self.stations.chosen),
            "logo": self.logo.text().strip() or None,
        }

    def fault(self) -> str:
        """Return the first thing that is wrong, in words; empty where nothing is."""
        return next((field.fault.text() for field in self._checked if field.fault.text()), "")

    def _head(self) -> QWidget:
        back = button(self._words.say("settings.printers"), self.closed.emit, name="back", keyed=False)
        back.setIcon(icons.icon("back", self._theme.color("ink"), self._theme.px(20)))
        title = self.was or self._words.say("settings.new_printer")
        edge, thin = self._theme.mm(4), self._theme.mm(1)
        parts: list[QWidget | None] = [back, label(title, "head"), None]
        if self.was:
            gone = partial(self.remove_wanted.emit, self.was)
            parts.append(button(self._words.say("settings.remove"), gone, tone="red", name="remove"))
        return framed("header", row(*parts, gap=edge, margins=(edge, thin, edge, thin)))

    def _foot(self) -> QWidget:
        say, edge = self._words.say, self._theme.mm(4)
        self.why = label("", wrap=True)
        self.reload = button(say("settings.reload"), self._reload, name="reload")
        self.reload.hide()
        self.test = button(say("settings.test_page"), self._test, "second", name="test_page")
        self.save = button(say("settings.save"), self._save, "primary", "new", "save")
        self.save.setProperty("wide", True)
        line = row(self.why, self.reload, self.test, self.save, gap=self._theme.mm(3), margins=(edge,) * 4)
        line.setStretch(0, 1)
        return framed("actions", line)

    def _fields(self) -> Any:
        gap, edge = self._theme.mm(5), self._theme.mm(4)
        first = [self._name(), self._device(), self._prints(), self._stations()]
        paper = [self._choice(key) for key in ("paper",)] + [self._encoding(), self._model()]
        rest = [self._choice("draw"), self._choice("fallback", self._fallbacks())]
        self._more = framed("more", column(*(self._choice(key) for key in MORE), self._logo(), gap=gap))
        self._more.hide()
        fold = button(self._words.say("settings.more"), self._unfold, name="more_settings")
        return column(*first, *paper, *rest, row(fold, None), self._more, None, gap=gap, margins=(edge,) * 4)

    def _name(self) -> QWidget:
        self.name = fields.line_edit(self._set["name"], "printer_name", self._changed, 40)
        self._name_field = self._field("name", self.name)
        return self._name_field

    def _device(self) -> QWidget:
        way, text = devices.split(self._set["device"])
        ways = [(each, self._words.say(f"settings.way_{each}")) for each in devices.offered(way)]
        self.way = fields.Choice(self._theme, ways, (way,))
        self.way.changed.connect(self._changed)
        self.address = fields.line_edit(text, "address", self._changed)
        self._device_field = self._field("device", column(self.way, self.address, gap=self._theme.mm(2)))
        return self._device_field

    def _prints(self) -> QWidget:
        kinds = [(kind, self._words.say(f"settings.prints_{kind}")) for kind in KINDS]
        self.prints = fields.Choice(self._theme, kinds, self._set["prints"], many=True)
        self.prints.changed.connect(self._changed)
        self._prints_field = self._field("prints", self.prints)
        return self._prints_field

    def _stations(self) -> QWidget:
        known = dict.fromkeys(
            (*self._menu.stations, *(name for name in self._set["stations"] if name != "*"))
        )
        every = [("*", self._words.say("settings.all_stations")), *((name, name) for name in known)]
        self.stations = fields.Choice(self._theme, every, self._set["stations"], many=True)
        self.stations.changed.connect(self._changed)
        own = fields.line_edit("", "own_station", lambda: None, 40)
        own.setPlaceholderText(self._words.say("settings.own_station"))
        own.returnPressed.connect(partial(self._add_station, own))
        self._stations_field = self._field("stations", column(self.stations, own, gap=self._theme.mm(2)))
        return self._stations_field

    def _add_station(self, own: Any) -> None:
        if name := own.text().strip():
            chosen = (*self.stations.chosen, name)
            known = dict.fromkeys((*self._menu.stations, *chosen))
            every = [("*", self._words.say("settings.all_stations"))]
            self.stations.offer([*every, *((each, each) for each in known if each != "*")], chosen)
            own.clear()
            self._changed()

    def _encoding(self) -> QWidget:
        usual = dict.fromkeys((*ENCODINGS, self._set["encoding"]))
        shown = [(name, encoding_words(self._words, str(name))) for name in usual]
        self.choices["encoding"] = choice = fields.Choice(self._theme, shown, (self._set["encoding"],))
        choice.changed.connect(self._changed)
        other = button(self._words.say("settings.other"), self._pick_encoding, name="other_encoding")
        return self._field("encoding", column(choice, row(other, None), gap=self._theme.mm(2)))

    def _pick_encoding(self) -> None:
        every = [(name, encoding_words(self._words, name)) for name in ALL_ENCODINGS]
        title = self._words.say("settings.encoding")
        pick(counter_around(self), self._theme, self._words, title, every, self._take_encoding)

    def _take_encoding(self, name: Hashable) -> None:
        usual = dict.fromkeys((*ENCODINGS, str(name)))
        shown = [(each, encoding_words(self._words, each)) for each in usual]
        self.choices["encoding"].offer(shown, (name,))
        self._changed()

    def _model(self) -> QWidget:
        self.model = button("", self._pick_model, "row", name="model")
        opens(self._theme, self.model)
        self._take_model(self._set["profile"])
        return self._field("profile", self.model)

    def _pick_model(self) -> None:
        from printing.models import names

        every = [("", self._words.say("settings.no_model")), *((name, name) for name in names())]
        title = self._words.say("settings.profile")
        pick(counter_around(self), self._theme, self._words, title, every, self._chose_model)

    def _chose_model(self, name: Hashable) -> None:
        self._take_model(name)
        self._changed()

    def _take_model(self, name: Hashable) -> None:
        self._set["profile"] = name
        self.model.setText(str(name) or self._words.say("settings.no_model"))

    def _fallbacks(self) -> list[fields.Option]:
        return [("", self._words.say("settings.nobody")), *((name, name) for name in self._others)]

    def _choice(self, key: str, offered: list[fields.Option] | None = None) -> QWidget:
        shown = offered or options(self._words, key, self._set[key])
        self.choices[key] = fields.Choice(self._theme, shown, (self._set[key],))
        self.choices[key].changed.connect(self._changed)
        return self._field(key, self.choices[key])

    def _logo(self) -> QWidget:
        self.logo = fields.line_edit(str(self._set["logo"] or ""), "logo", self._changed)
        self._logo_field = self._field("logo", self.logo)
        return self._logo_field

    def _field(self, key: str, content: Any) -> fields.Field:
        hint = f"settings.{key}_hint"
        said = self._words.say(hint) if self._words.has(hint) else ""
        return fields.Field(self._theme, self._words.say(f"settings.{key}"), content, said)

    @property
    def _checked(self) -> tuple[fields.Field, ...]:
        return (
            self._name_field,
            self._device_field,
            self._prints_field,
            self._stations_field,
            self._logo_field,
        )

    def _unfold(self) -> None:
        self._more.setVisible(self._more.isHidden())

    def _changed(self) -> None:
        """Say what is wrong beside each field, let only what is right be saved, and draw the sample anew."""
        way = str(self.way.value)
        self.address.setVisible(way != "virtual")
        self.address.setPlaceholderText(self._words.say(f"settings.at_{way}"))
        self._stations_field.setVisible(bool({"kitchen", "expediter"} & set(self.prints.chosen)))
        for field, why in zip(self._checked, self._faults(way), strict=True):
            field.complain(self._words.say(f"settings.{why}", name=self.name.text().strip()) if why else "")
        renamed = bool(self.was) and self.name.text().strip() != self.was
        follow = self._words.say("settings.renaming", name=self.was) if renamed else ""
        self.why.setText(self.fault() or follow)
        self._enable()
        self._pause.start()

    def _faults(self, way: str) -> tuple[str, ...]:
        name, logo = self.name.text().strip(), self.logo.text().strip()
        file = self._draft.file.parent / logo
        no_station = not self.stations.chosen and not self._stations_field.isHidden()
        return (
            "name_missing" if not name else "name_twice" if name in self._others else "",
            "" if devices.is_possible(way, self.address.text()) else f"bad_{way}",
            "" if self.prints.chosen else "prints_nothing",
            "no_station" if no_station else "",
            "" if not logo or (file.suffix.lower() == ".png" and file.is_file()) else "bad_logo",
        )

    def _enable(self) -> None:
        fine = not self.fault() and not self._busy
        self.save.setEnabled(fine)
        self.test.setEnabled(not self._busy and not self._device_field.fault.text())

    def _draw(self) -> None:
        if (setup := self._desk.setup) is None:
            return
        dishes, words = self._menu.dishes, self._words
        values = {**self.values(), "name": "-", "device": "virtual:"}

        def work() -> Sample:
            return sample(facts(words, dishes), setup.part(values).as_profile())

        self._desk.run(work, then=self.sampling.show_sample, failed=self._not_drawn)

    def _not_drawn(self, trouble: Exception) -> None:
        self.sampling.complain(self._said(trouble))

    def _test(self) -> None:
        if (setup := self._desk.setup) is not None:
            self._begin("settings.testing")
            given = {**self.values(), "name": self.name.text().strip() or "-"}
            self._desk.run(setup.test, self._words, given, self.was, then=self._tested, failed=self._failed)

    def _tested(self, evidence: str) -> None:
        self._end(self._words.say("settings.tested", how=self._words.say(f"evidence.{evidence}")))

    def _save(self) -> None:
        if (setup := self._desk.setup) is not None:
            self._begin("settings.saving")
            self._desk.run(
                setup.put, self._draft, self.values(), self.was, then=self._saved, failed=self._failed
            )

    def _saved(self, _config: object) -> None:
        self.saved.emit(self.values()["name"])

    def _failed(self, trouble: Exception) -> None:
        self.reload.setVisible(isinstance(trouble, EditTrouble) and trouble.code == "changed_meanwhile")
        self._end(self._said(trouble))

    def _reload(self) -> None:
        """Go on from the file as it is now; what was typed here stays."""
        if (setup := self._desk.setup) is not None:
            self._desk.run(setup.draft, then=self._reloaded, failed=self._failed)

    def _reloaded(self, draft: Draft) -> None:
        self._draft = draft
        self._others = [table["name"] for table in draft.printers if table["name"] != self.was]
        self.choices["fallback"].offer(self._fallbacks(), self.choices["fallback"].chosen)
        self.reload.hide()
        self._changed()
        self.why.setText(self._words.say("settings.reloaded"))

    def _begin(self, key: str) -> None:
        self._busy = True
        self.why.setText(self._words.say(key))
        self._enable()

    def _end(self, said: str) -> None:
        self._busy = False
        self._enable()
        self.why.setText(said)

    def _said(self, trouble: Exception) -> str:
        return trouble_words(self._words, trouble)
