"""What a printer has shown holds for later counters, too; and half a ticket does no harm to the next."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from printing.devices.patience import Patience
from printing.devices.tcp import TcpDevice
from printing.errors import LineBroke
from printing.ports import Shown
from printing.profiles import Profile, profile
from printing.render import to_bytes
from printing.simulator import Simulator
from printing.spool import Printer, Spool
from printing.status import PAPER_SENSOR

Tickets = dict[str, dict[str, Any]]
PATIENT = Patience(*[30.0] * 9)
#: What is not said at once is not said at all.
HASTY = replace(Patience(*[0.05] * 9), connect=30.0, write=30.0)


class Counters:
    """Counters that are opened one after the other on one store, with the simulated printer."""

    def __init__(self, host: Any, printer: Simulator, facts: dict[str, Any]) -> None:
        self.host = host
        self._port, self._facts = printer.port, facts

    async def prints(
        self, patience: Patience = PATIENT, *, confirm: Any = "auto", device: str = "tcp://there"
    ) -> str:
        """Open a counter, print one ticket, close it; return what became of the ticket."""

        def opened(_url: str, known: Profile, _folder: Path | None) -> TcpDevice:
            return TcpDevice("127.0.0.1", self._port, known.confirm, patience)

        job = self.host.add(self._facts)
        printer = Printer("kitchen", device, profile(confirm=confirm))
        await Spool(self.host, [printer], opener=opened).work_once("kitchen")
        del self.host.jobs[job.id]
        return str(self.host.states.pop(job.id))


@pytest.fixture
def counters(memory_host: Any, simulator: Simulator, tickets: Tickets) -> Counters:
    """Return the counters of a shop."""
    return Counters(memory_host, simulator, tickets["kitchen-zh"])


@pytest.fixture
def ticket(tickets: Tickets) -> bytes:
    """A kitchen ticket's bytes."""
    return to_bytes(tickets["kitchen-zh"], profile())


@pytest.mark.parametrize("word", ["mute", "port_waits"])
async def test_silence_at_first_contact_holds_the_ticket_where_the_printer_answered_an_earlier_counter(
    simulator: Simulator, counters: Counters, word: str
) -> None:
    assert await counters.prints() == "printed"
    await simulator.do(word)
    assert await counters.prints(HASTY) == "queued"
    assert "silent" in counters.host.errors.popitem()[1]
    await simulator.do("talking")
    await simulator.do("port_free")
    assert await counters.prints() == "printed"
    assert len(simulator.papers) == 2


async def test_a_printer_that_only_ever_answered_how_it_is_is_remembered_too(
    simulator: Simulator, counters: Counters
) -> None:
    await simulator.do("no_process_id")
    await simulator.do("no_gs_r")
    assert await counters.prints(replace(PATIENT, confirm=0.05, process_id=0.05)) == "sent"
    await simulator.do("mute")
    assert await counters.prints(HASTY) == "queued"


async def test_a_ticket_without_proof_is_in_doubt_where_an_earlier_counter_had_proof(
    simulator: Simulator, counters: Counters
) -> None:
    assert await counters.prints() == "printed"
    await simulator.do("drop_answer 2")
    assert await counters.prints(replace(PATIENT, confirm=0.05, look=0.05)) == "unknown"


@pytest.mark.parametrize("changed", [{"confirm": "none"}, {"device": "tcp://another"}])
async def test_a_printer_whose_settings_are_others_is_a_stranger(
    simulator: Simulator, counters: Counters, changed: dict[str, Any]
) -> None:
    assert await counters.prints() == "printed"
    await simulator.do("mute")
    assert await counters.prints(HASTY, **changed) == "sent"


async def test_the_printers_word_is_kept_once_and_not_with_every_ticket(
    counters: Counters, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Shown] = []

    async def learned(_printer: str, _way: str, shown: Shown) -> None:
        kept.append(shown)

    monkeypatch.setattr(counters.host, "learned", learned)
    monkeypatch.setattr(counters.host, "known", lambda *_: _answer(kept))
    assert [await counters.prints() for _ in range(3)] == ["printed"] * 3
    assert kept == [Shown(answers=True, proof="process-id")]


async def _answer(kept: list[Shown]) -> Shown:
    return kept[-1] if kept else Shown()


async def test_a_printer_that_stopped_proving_is_remembered_as_one_that_only_answers(
    simulator: Simulator, counters: Counters
) -> None:
    assert await counters.prints() == "printed"
    await simulator.do("no_process_id")
    await simulator.do("no_gs_r")
    hasty = replace(PATIENT, confirm=0.05, process_id=0.05, look=0.05)
    used = TcpDevice("127.0.0.1", simulator.port, "auto", hasty)
    used.recall(Shown(answers=True, proof="process-id"), cut_short=False)
    for _ in range(3):
        with pytest.raises(LineBroke, match="no_proof"):
            await used.send(b"one\n")
    assert used.shown == Shown(answers=True)


async def test_what_is_owed_to_an_earlier_counters_ticket_proves_none_of_ours(ticket: bytes) -> None:
    asked: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer to GS r with what is owed to the ticket before: nothing is left for the ticket itself."""
        while data := await reader.read(65536):
            writer.write(b"\x12" * data.count(b"\x10\x04"))
            if data.endswith(PAPER_SENSOR):
                asked.append(len(data))
                writer.write(b"\x00" if len(asked) == 1 else b"")
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        used = TcpDevice("127.0.0.1", port, "status", replace(HASTY, late=30.0))
        used.recall(Shown(answers=True, proof="gs-r"), cut_short=False)
        with pytest.raises(LineBroke, match="no_proof"):
            await used.send(ticket)
    assert asked[0] == len(PAPER_SENSOR)


#: A picture as wide as the paper, of 255 rows.
PICTURE = b"\x1b@" + b"\x1dv0\x00\x48\x00\xff\x00" + bytes(72 * 255) + b"\x1dV\x00"


@pytest.mark.parametrize("how", ["it broke", "an earlier counter died"])
async def test_half_a_picture_of_a_ticket_that_broke_off_swallows_nothing_of_the_next(
    simulator: Simulator, ticket: bytes, how: str
) -> None:
    await simulator.do("joins")
    await simulator.do("no_process_id")
    used = TcpDevice("127.0.0.1", simulator.port, "status", replace(PATIENT, status=0.05, late=30.0))
    assert await used.send(ticket) == "gs-r"
    await simulator.do("hang_up_after 5000")
    with pytest.raises(LineBroke, match="line_broke"):
        await used.send(PICTURE)
    if how != "it broke":
        shown, used = used.shown, TcpDevice("127.0.0.1", simulator.port, "status", used.known.patience)
        used.recall(shown, cut_short=True)
    assert await used.send(ticket) == "gs-r"
    assert "K-0412" in simulator.papers[-1].text


async def test_nothing_is_filled_up_after_a_ticket_that_was_taken_whole(
    simulator: Simulator, ticket: bytes
) -> None:
    used = TcpDevice("127.0.0.1", simulator.port, "auto", PATIENT)
    for _ in range(2):
        assert await used.send(ticket) == "process-id"
    assert simulator.machine.received < 3 * len(ticket)
