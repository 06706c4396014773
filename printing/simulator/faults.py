"""The words that put a printer into a state, and what each does to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from printing.simulator import answers

if TYPE_CHECKING:
    from printing.simulator.simulator import Simulator

#: Takes the number that stands behind the word, or its default.
Deed = Callable[["Simulator", float], Awaitable[None] | None]


class Word(NamedTuple):
    """What a word does; `number` is what a number behind it means, `default` what holds without one.

    A word with a `number` and no `default` cannot stand alone.
    """

    meaning: str
    deed: Deed
    number: str = ""
    default: float | None = None


def _change(**facts: object) -> Deed:
    return lambda simulator, _: simulator.machine.change(**facts)


def _fault(**facts: object) -> Deed:
    def set_all(simulator: Simulator, _number: float) -> None:
        for name, value in facts.items():
            setattr(simulator.machine.faults, name, value)

    return set_all


def _line(**facts: object) -> Deed:
    def set_all(simulator: Simulator, _number: float) -> None:
        for name, value in facts.items():
            setattr(simulator.wire, name, value)

    return set_all


def _paper_out(simulator: Simulator, lines: float) -> None:
    if lines:
        simulator.machine.faults.lines_left = int(lines)
    else:
        simulator.machine.change(paper="out")


def _late(simulator: Simulator, seconds: float) -> None:
    simulator.wire.late = seconds


def _drops(simulator: Simulator, count: float) -> None:
    simulator.machine.faults.drops = int(count)


def _hang_up_after(simulator: Simulator, count: float) -> None:
    simulator.wire.hang_up_after = int(count)


async def _well(simulator: Simulator, _number: float) -> None:
    """Undo all that any word does."""
    machine, wire = simulator.machine, simulator.wire
    await simulator.power_on()
    wire.late, wire.hang_up_after, wire.held = 0.0, None, ""
    await simulator.plug()
    machine.faults.__init__()  # type: ignore[misc]  # a dataclass of defaults only
    machine.change(
        paper="enough", cover_open=False, error="", waiting=False, drawer_open=False, feeding=False
    )


async def _power_cycle(simulator: Simulator, seconds: float) -> None:
    await simulator.power_off()
    simulator.later(seconds, "on")


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
    "port_held": Word("another program has it: whoever connects is hung up on", _line(held="hangs_up")),
    "port_waits": Word("another program has it: whoever connects waits", _line(held="waits")),
    "port_free": Word("nobody has it", _line(held="")),
    "slow": Word("every answer comes late", _late, "by so many seconds"),
    "mute": Word("it answers nothing", _fault(mute=True)),
    "talking": Word(
        "it answers at once", lambda simulator, _: (_fault(mute=False)(simulator, 0), _late(simulator, 0))[1]
    ),
    "no_process_id": Word("it does not know process ids", _fault(no_process_id=True)),
    "process_id": Word("it knows process ids", _fault(no_process_id=False)),
    "no_gs_r": Word("it does not answer GS r", _fault(no_gs_r=True)),
    "gs_r": Word("it answers GS r", _fault(no_gs_r=False)),
    "drop_answer": Word("its next proofs are lost", _drops, "so many of them", 1),
    "hang_up_after": Word("it hangs up", _hang_up_after, "after so many bytes more"),
    "tear": Word(
        "someone tears off what hangs out", lambda simulator, _: simulator.machine.tear(whole=False)
    ),
    "power_off_notice": Word(
        "it says that it is being switched off",
        lambda simulator, _: simulator.machine.say(answers.POWERED_OFF),
    ),
}


def read(said: str) -> tuple[Word, float]:
    """Return the word that was said, and its number; raises ValueError that names what is allowed."""
    name, _, number = said.strip().partition(" ")
    if (word := WORDS.get(name)) is None:
        raise ValueError(f"{name!r} is none of {', '.join(WORDS)}")
    if not number and (word.default is not None or not word.number):
        return word, word.default or 0.0
    if not number or not word.number:
        raise ValueError(
            f"{name}: {'a number is missing: ' + word.number if word.number else 'takes no number'}"
        )
    return word, float(number)
