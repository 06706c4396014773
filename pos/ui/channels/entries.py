"""All that is entered about one channel: its name, its kind's keys, its secrets, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pos.config_edit import Draft
from pos.domain.shop import COUNTER
from pos.ui.channels import keys
from pos.ui.channels.fields import KeyField, say
from pos.ui.channels.inputs import Secret, Text
from pos.ui.channels.keys import Key
from pos.ui.parts import fields
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, column, framed, label, row
from pos.words import Words
from sync.channels import KINDS

#: How wide a field becomes at most (mm): longer lines are no easier to fill in.
WIDEST = 160


class Entries(QWidget):
    """`changed` when a person entered something; `unfolded` when they look at more; `sign_in_wanted`."""

    changed = Signal()
    sign_in_wanted = Signal()
    unfolded = Signal()

    def __init__(self, theme: Theme, words: Words, draft: Draft, kind: str, was: str = "") -> None:
        super().__init__()
        self._theme, self._words, self._draft, self.was = theme, words, draft, was
        self._table = next((dict(each) for each in draft.channels if each.get("name") == was), {})
        self.kind = str(self._table.get("kind", kind))
        self._touched: set[str] = set()
        self._faults: dict[str, str] = {}
        self.got: dict[str, str] = {}
        self.fields: dict[str, KeyField] = {}
        self.secrets: dict[str, Secret] = {}
        self._rest: list[Key] = []
        self._more_box = column(gap=theme.mm(5))
        self.more = framed("more", self._more_box)
        self.more.hide()
        inner = QWidget()
        inner.setMaximumWidth(theme.mm(WIDEST))
        inner.setLayout(column(*self._parts(), None, gap=theme.mm(5)))
        line = row(inner, None, margins=(theme.mm(4),) * 4)
        line.setStretch(0, 1000)  # as wide as it may become; only what is left stays empty
        self.setLayout(line)
        self.setFocusProxy(next(iter(self.secrets.values())) if was else self.name)
        self.judge()

    def values(self) -> dict[str, Any]:
        """Return the channel's table: what is written already, and what is not as it is usual."""
        given = {name: field.value for name, field in self.fields.items()}
        meant = {
            name: value
            for name, value in given.items()
            if name in self._table or _plain(value) != _plain(self.fields[name].key.usual)
        }
        return {"name": self.name.value, "kind": self.kind, "base_url": given["base_url"], **meant}

    def settings(self) -> dict[str, Any]:
        """Return the keys that its kind understands, as its service is tried with them."""
        whole = {**self._table, **self.values()}
        own = keys.own(self.kind)
        return {name: value for name, value in whole.items() if name in own and value is not None}

    def typed(self) -> dict[str, str]:
        """Return the secrets that are new: typed, or `got` by a sign-in."""
        return {**self.got, **{name: made.value for name, made in self.secrets.items() if made.value}}

    def fault(self) -> str:
        """Return the first thing that is wrong, in words; empty where nothing is."""
        return next((fault for fault in self._faults.values() if fault), "")

    def judge(self) -> None:
        """Look what is wrong, and say it beside what a person has entered."""
        wrong = keys.wrong(self.kind, {**self._table, **self.values()})
        faults = {name: field.words_for(wrong.get(name, "")) for name, field in self.fields.items()}
        self._faults = {"name": self._name_fault(), **faults}
        shown = {"name": self._name_field, **self.fields}
        for name, field in shown.items():
            field.complain(self._faults[name] if self.was or name in self._touched else "")

    def know(self, sources: Mapping[str, str]) -> None:
        """Show which secrets are kept already: nothing of them but that."""
        for name, made in self.secrets.items():
            made.know(sources.get(name, ""))
        place = KINDS[self.kind]
        if place.signs_in and any(sources.get(name) for name in place.renewed_fields()):
            self.signed_in.setText(self._words.say("channels.sign_in_kept"))

    def sign(self, secrets: Mapping[str, str]) -> None:
        """Take what a sign-in gave."""
        self.got.update(secrets)
        self.signed_in.setText(self._words.say("channels.signed_in"))

    def go_by(self, draft: Draft) -> None:
        """Go on from the file as it is now; what was entered stays."""
        self._draft = draft
        self.judge()

    def unfold(self) -> None:
        """Show the rest of the keys, or fold them away; they are made only for who wants to see them."""
        for key in self._rest:
            self._more_box.addWidget(self._field(key))
        if self._rest:
            self._rest = []
            self.judge()
        self.more.setVisible(self.more.isHidden())
        if not self.more.isHidden():
            self.unfolded.emit()

    def _parts(self) -> list[Any]:
        every = {key.name: key for key in keys.every(self.kind)}
        first = ("base_url", *keys.FIRST[self.kind])
        address, *plain = [self._field(every.pop(name)) for name in first if name in every]
        self._rest = list(every.values())
        fold = button(self._words.say("settings.more"), self.unfold, name="more_settings")
        return [self._name(), address, *self._secret_fields(), *plain, row(fold, None), self.more]

    def _name(self) -> QWidget:
        names = [str(each.get("name")) for each in self._draft.channels]
        self.name = Text("channel_name", self.was or free(self.kind, [*names, COUNTER]))
        self.name.setMaxLength(40)
        self.name.setEnabled(not self.was)
        self.name.changed.connect(partial(self._entered, "name"))
        hint = self._words.say("channels.name_kept") if self.was else say(self._words, "", "name_hint")
        self._name_field = fields.Field(self._theme, say(self._words, "", "name"), self.name, hint)
        return self._name_field

    def _field(self, key: Key) -> KeyField:
        if key.name == "tell_about":
            key = key._replace(shape="choices", options=self._tellable())
        value = self._table.get(key.name, key.usual)
        self.fields[key.name] = made = KeyField(self._theme, self._words, self.kind, key, value)
        made.input.changed.connect(partial(self._entered, key.name))
        return made

    def _tellable(self) -> tuple[str, ...]:
        """Return the channels whose sales one can hear of: those that have orders."""
        known = {str(each["name"]): str(each["kind"]) for each in self._draft.channels}
        return (COUNTER, *(name for name, kind in known.items() if not keys.hears_of(kind)))

    def _secret_fields(self) -> list[QWidget]:
        made: list[QWidget] = []
        for name in keys.typed_secrets(self.kind):
            self.secrets[name] = secret = Secret(self._theme, self._words, name)
            secret.changed.connect(partial(self._entered, name))
            caption = say(self._words, self.kind, name)
            secret.line.setAccessibleName(caption)
            made.append(fields.Field(self._theme, caption, secret))
        return [*made, self._sign_in()] if KINDS[self.kind].signs_in else made

    def _sign_in(self) -> QWidget:
        say_ = self._words.say
        self.sign_in = button(say_("channels.sign_in"), self.sign_in_wanted.emit, tone="new", name="sign_in")
        self.signed_in = label(say_("channels.sign_in_missing"), "quiet", wrap=True)
        line = row(self.sign_in, self.signed_in, gap=self._theme.mm(3))
        line.setStretch(1, 1)
        inner = QWidget()
        inner.setLayout(line)
        return inner

    def _entered(self, name: str) -> None:
        self._touched.add(name)
        self.judge()
        self.changed.emit()

    def _name_fault(self) -> str:
        name = self.name.value
        taken = {str(each.get("name")) for each in self._draft.channels} - {self.was}
        if not name:
            return self._words.say("settings.name_missing")
        return self._words.say("channels.name_twice", name=name) if name in {*taken, COUNTER} else ""


def free(wanted: str, taken: list[str]) -> str:
    """Return a name that no channel has: the wanted one, or that with a number."""
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{wanted}{count}"
    return name


def _plain(value: Any) -> Any:
    """Return a value as it is written: a list where it is a tuple."""
    return list(value) if isinstance(value, tuple) else value
