"""How channels and printers are, in a few words for the header; and whether the kitchen gets its paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pos.domain.shop import Shop
from pos.store.rows import ChannelRow, PrinterRow
from pos.ui.parts.faces import channel
from pos.words import Words


class Wellness(NamedTuple):
    """One chip: what it is about, its words, its state (`well`, `waiting`, `needs_you`), and its page."""

    name: str
    text: str
    state: str
    page: str


def _joined(name: str, what: str) -> str:
    return f"{name} {what}".strip()


def of_channel(words: Words, row: ChannelRow) -> Wellness:
    """Return a channel's chip."""
    name = channel(words, row.name)
    if row.needs_you:
        return Wellness(row.name, _joined(name, words.say("header.needs_you")), "needs_you", "channels")
    if row.paused_until is not None:
        return Wellness(row.name, _joined(name, words.say("header.paused")), "waiting", "channels")
    if row.waiting:
        text = words.say("header.waiting", n=row.waiting)
        return Wellness(row.name, _joined(name, text), "waiting", "channels")
    if row.state == "waiting":
        text = words.say("header.quiet") if row.error else ""
        return Wellness(row.name, _joined(name, text), "waiting", "channels")
    return Wellness(row.name, name, "well", "channels")


def cause(words: Words, row: PrinterRow) -> str:
    """Return why a printer is not well, in words."""
    return words.say(f"cause.{row.cause}") if words.has(f"cause.{row.cause}") else row.cause


def of_printer(words: Words, row: PrinterRow) -> Wellness:
    """Return a printer's chip."""
    name = words.say(f"printer.{row.name}") if words.has(f"printer.{row.name}") else row.name
    if row.state == "needs_you" or row.failed or row.unknown:
        text = cause(words, row) or words.say("header.needs_you")
        return Wellness(row.name, _joined(name, text), "needs_you", "tickets")
    if row.waiting or row.state == "waiting":
        text = words.say("header.queued", n=row.waiting) if row.waiting else ""
        return Wellness(row.name, _joined(name, text), "waiting", "tickets")
    return Wellness(row.name, name, "well", "tickets")


def _is_down(row: PrinterRow) -> bool:
    """Whether a printer is known to print nothing now; a busy one only takes its time."""
    return row.state != "well" and row.cause not in ("", "busy")


def deaf(words: Words, shop: Shop, printers: Sequence[PrinterRow]) -> str:
    """Return the red line of a kitchen that no printer can tell anything; empty where one can."""
    kitchen = {printer.name: printer for printer in shop.printers_for("kitchen")}
    if not kitchen:
        return words.say("header.printers_deaf", why=words.say("header.no_printer"))
    able = kitchen.keys() | {printer.fallback for printer in kitchen.values()}
    down = [row for row in printers if row.name in able and _is_down(row)]
    if len(down) < len({row.name for row in printers} & able):
        return ""
    why = "; ".join(_joined(row.name, cause(words, row)) for row in down)
    return words.say("header.printers_deaf", why=why) if down else ""
