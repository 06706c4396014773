"""One key of a channel as a field on a form: its caption, its widget, and what is wrong with it, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import SignalInstance

from pos.ui.channels.inputs import Number, Switch, Text
from pos.ui.channels.keys import Key, Shape
from pos.ui.channels.lists import Chosen, WordList, WordMap
from pos.ui.parts import fields
from pos.ui.parts.theme import Theme
from pos.words import Words
from sync.addresses import FAULTS


class Input(Protocol):
    """What is asked of every widget here: what it holds, and a signal when a person has changed that."""

    changed: SignalInstance

    @property
    def value(self) -> Any:
        """What is set, as the configuration has it."""
        ...


class KeyField(fields.Field):
    """A key's field. `value` is what is set; None where a key that may be left out is."""

    def __init__(self, theme: Theme, words: Words, kind: str, key: Key, value: Any) -> None:
        self.key, self._words, self._kind = key, words, kind
        self.input: Any = _MAKERS[key.shape](
            theme, words, key, value, partial(option_words, words, kind, key)
        )
        hint = say(words, kind, f"{key.name}_hint")
        caption = say(words, kind, key.name) or key.name
        super().__init__(theme, caption, self.input, hint, beside=key.shape == "switch")
        self.input.setAccessibleName(caption)

    @property
    def value(self) -> Any:
        """What is set, as the configuration has it."""
        value = self.input.value
        return None if value == "" and self.key.usual is None else value

    def words_for(self, why: str) -> str:
        """Return in words what is wrong, where something is (`why`, in the model's own words)."""
        key, words = self.key, self._words
        if not why:
            return ""
        if key.shape == "number":
            least, most = f"{key.least or 0:g}", f"{key.most or 0:g}"
            word = "bad_number" if key.most is not None else "bad_number_least"
            return words.say(f"channels.{word}", least=least, **({"most": most} if key.most else {}))
        fault = next((word for word, said in FAULTS.items() if said == why), "")
        own = say(words, self._kind, f"address_{fault}") if fault else ""
        return own or say(words, self._kind, f"{key.name}_wrong") or words.say("channels.wrong")


def say(words: Words, kind: str, what: str) -> str:
    """Return the words of a key, its own kind's first; empty where there are none."""
    places = (f"channel_key.{kind}.{what}", f"channel_key.{what}")
    return next((words.say(place) for place in places if words.has(place)), "")


def option_words(words: Words, kind: str, key: Key, option: str) -> str:
    """Return what people call an option; a channel is called as it is everywhere."""
    return say(words, kind, f"{key.name}_{option}") or words.channel(option)


def _text(_theme: Theme, _words: Words, key: Key, value: Any, _called: Any) -> Any:
    return Text(key.name, "" if value is None else str(value))


def _choice(theme: Theme, _words: Words, key: Key, value: Any, called: Any) -> Any:
    offered = [(option, called(option)) for option in key.options]
    return fields.Choice(theme, offered, (value,))


def _choices(theme: Theme, _words: Words, key: Key, value: Any, called: Any) -> Any:
    offered = [(option, called(option)) for option in dict.fromkeys((*key.options, *value))]
    return Chosen(theme, offered, tuple(value), many=True)


_MAKERS: Mapping[Shape, Callable[[Theme, Words, Key, Any, Any], Any]] = {
    "text": _text,
    "number": lambda theme, _words, key, value, _called: Number(theme, key.name, value),
    "switch": lambda theme, _words, key, value, _called: Switch(theme, key.name, bool(value)),
    "choice": _choice,
    "choices": _choices,
    "words": lambda theme, words, key, value, _called: WordList(theme, words, key.name, value),
    "map": WordMap,
}
