"""The words that put a printer into a state, and what each does to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from printing.simulator import answers
from printing.simulator.condition import Faults

if TYPE_CHECKING:
    from printing.simulator.simulator import Simulator

#: Takes the number that stands behind the word, or its default.
Deed = Callable[["Simulator", float], None]


class Word(NamedTuple):
    """What a word does; `number` says what a number behind it means, `default` is what holds without one.

    A word with a `number` and no `default` cannot stand alone.
    """

    meaning: str
    deed: Deed
    number: str = ""
    default: float | None = None


def _change(**facts: object) -> Deed:
    return lambda simulator, _: simulator.machine.change(**facts)


def _fault(**facts: bool) -> Deed:
    def set_all(simulator: Simulator, _number: float) -> None:
        for name, value in facts.items():
            setattr(simulator.machine.faults, name, value)

    return set_all


def _held(how: str) -> Deed:
    def hold(simulator: Simulator, _number: float) -> None:
        simulator.wire.held = how  # type: ignore[assignment]  # one of the table below

    return hold


def _paper_out(simulator: Simulator, lines: float) -> None:
    if lines:
        simulator.machine.faults.lines_left = int(lines)
    else:
        simulator.machine.change(paper="out")


def _late(simulator: Simulator, seconds: float) -> None:
    simulator.wire.late = seconds


def _talking(simulator: Simulator, _number: float) -> None:
    simulator.machine.faults.mute = False
    simulator.machine.faults.lags = 0.0
    simulator.wire.late = 0.0


def _lags(simulator: Simulator, seconds: float) -> None:
    simulator.machine.faults.lags = seconds


def _drops(simulator: Simulator, count: float) -> None:
    simulator.machine.faults.drops = int(count)


def _hang_up_after(simulator: Simulator, count: float) -> None:
    simulator.wire.hang_up_after = int(count)


def _power_cycle(simulator: Simulator, seconds: float) -> None:
    simulator.power_off()
    simulator.later(seconds, "on")


def _well(simulator: Simulator, _number: float) -> None:
    """Undo all that any other word does."""
    wire = simulator.wire
    wire.late, wire.hang_up_after, wire.held = 0.0, None, ""
    simulator.power_on()
    simulator.plug()
    simulator.machine.faults = Faults()
    simulator.machine.change(
        paper="enough", cover_open=False, error="", waiting=False, drawer_open=False, feeding=False
    )


WORDS: Mapping[str, Word] = {
    "well": Word("nothing is wrong any more", _well),
    "near_end": Word("little paper is left", _change(paper="near_end")),
    "paper_out": Word("the paper is out", _paper_out, "after so many lines more", 0),
    "refill": Word("a new roll is in", lambda simulator, _: simulator.machine.refill()),
    "cover_open": Word("the cover is open", _change(cover_open=True)),
    "cover_closed": Word("the cover is closed", _change(cover_open=False)),
    "cutter_error": Word("the knife is stuck (DLE ENQ 1 and 2 free it)", _change(error="cutter")),
    "unrecoverable": Word("broken until it is switched off and on", _change(error="unrecoverable")),
    "overheated": Word("the head is too hot", _change(error="overheated")),
    "recovered": Word("no error any more", _change(error="")),
    "feed_button": Word("its feed button is pressed", lambda simulator, _: simulator.machine.press_feed()),
    "waits_for_button": Word("new paper needs the feed button", _fault(waits_for_button=True)),
    "drawer_open": Word("the drawer is open", _change(drawer_open=True)),
    "drawer_closed": Word("the drawer is closed", _change(drawer_open=False)),
    "off": Word("no power", lambda simulator, _: simulator.power_off()),
    "on": Word("power again", lambda simulator, _: simulator.power_on()),
    "power_cycle": Word("no power for a while", _power_cycle, "for so many seconds", 0),
    "unplugged": Word("the network cable is out", lambda simulator, _: simulator.unplug()),
    "plugged": Word("the network cable is in", lambda simulator, _: simulator.plug()),
    "port_held": Word("another program has it: whoever connects is hung up on", _held("hangs_up")),
    "port_waits": Word("another program has it: whoever connects waits", _held("waits")),
    "port_free": Word("nobody else has it", _held("")),
    "slow": Word("every answer comes late", _late, "by so many seconds"),
    "lies_late": Word("asked how it is, it says how it was", _lags, "so many seconds ago"),
    "mute": Word("it answers nothing", _fault(mute=True)),
    "talking": Word("it answers at once", _talking),
    "no_process_id": Word("it does not know GS ( H", _fault(no_process_id=True)),
    "process_id": Word("it knows GS ( H", _fault(no_process_id=False)),
    "no_gs_r": Word("it does not answer GS r", _fault(no_gs_r=True)),
    "gs_r": Word("it answers GS r", _fault(no_gs_r=False)),
    "joins": Word("half a command, and answers, run on into the next connection", _fault(joins=True)),
    "drop_answer": Word("its next answers to GS r and GS ( H are lost", _drops, "so many of them", 1),
    "hang_up_after": Word("it hangs up", _hang_up_after, "after so many bytes more"),
    "tear": Word(
        "someone tears off what hangs out", lambda simulator, _: simulator.machine.tear(whole=False)
    ),
    "power_off_notice": Word(
        "it says that it is about to be off",
        lambda simulator, _: simulator.machine.say(answers.POWERED_OFF),
    ),
}


def read(said: str) -> tuple[Word, float]:
    """Return the word that was said, and its number; raises ValueError that says what is wrong with it."""
    name, _, number = said.strip().partition(" ")
    if (word := WORDS.get(name)) is None:
        raise ValueError(f"{name!r} is none of {', '.join(WORDS)}")
    if not number and (word.default is not None or not word.number):
        return word, word.default or 0.0
    if not number:
        raise ValueError(f"{name}: a number is missing ({word.number})")
    if not word.number:
        raise ValueError(f"{name}: takes no number")
    return word, _not_negative(number)


def _not_negative(number: str) -> float:
    value = float(number)
    if not 0 <= value < float("inf"):
        raise ValueError(f"{number}: is no such number")
    return value
