"""Asks before a service is disconnected, and says what waits for it and what becomes of its orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from PySide6.QtWidgets import QWidget

from pos.store import backlog, queries
from pos.ui.parts.faces import channel
from pos.ui.parts.overlays import Sheet
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, column, label, row
from pos.words import Words


class Left(NamedTuple):
    """How many letters a channel has still to be told, and how many of its orders are open."""

    letters: int
    orders: int


def left(read: Any, name: str) -> Left:
    """Return what a channel that goes would leave."""
    letters = backlog.letters(read, ("waiting", "sending", "failed"), limit=None)
    return Left(
        letters=sum(letter.channel == name for letter in letters),
        orders=sum(card.channel == name for card in queries.board(read)),
    )


def ask_leave(
    host: QWidget, theme: Theme, words: Words, name: str, found: Left, hearers: Mapping[str, bool],
    then: Callable[[], object],
) -> Sheet:  # fmt: skip
    """Ask whether a service is really to be disconnected; call `then` if so.

    `hearers` are the channels that are told of its sales, and whether each hears of no other's.
    """
    gap, known = theme.mm(3), channel(words, name)
    told = [words.say(f"channels.remove_{what}", n=many) for what, many in found._asdict().items() if many]
    told = [*(told or [words.say("channels.remove_none")]), *_heard(words, known, hearers)]
    told.append(words.say("channels.remove_again"))

    def go() -> None:
        sheet.close()
        then()

    sure = button(words.say("channels.remove"), go, "primary", "red", "sure_remove")
    keep = button(words.say("settings.keep"), kind="second", name="keep")
    for key in (sure, keep):
        key.setProperty("wide", True)
    lines = [label(line, wrap=True) for line in told]
    content = column(*lines, row(keep, None, sure, gap=gap), gap=gap)
    title = words.say("channels.remove_title", name=known)
    sheet = Sheet(host, theme, words, title, content, 120)
    keep.clicked.connect(sheet.close)
    keep.setFocus()
    return sheet


def _heard(words: Words, known: str, hearers: Mapping[str, bool]) -> list[str]:
    """Return what becomes of the lists that it stands in; an empty one means all."""
    keys = {False: "channels.remove_heard", True: "channels.remove_heard_alone"}
    return [
        words.say(keys[alone], name=known, other=channel(words, hearer)) for hearer, alone in hearers.items()
    ]
