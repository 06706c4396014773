"""What a naive client sees of each fault, over TCP."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printing.document import Drawer
from printing.escpos import raster
from printing.profiles import Profile
from printing.simulator import Simulator
from tests.printing.simulator.conftest import Client, Connect

TICKET = "宫保鸡丁\n不要辣\n".encode("gbk") + b"\x1dV\x00"
PROOF = b"\x1d(H\x06\x00000001\x1dr\x01"
PROVEN = b"\x37\x220001\x00\x00"


async def test_a_ticket_comes_out_and_is_proven(printer: Simulator, connect: Connect) -> None:
    client = await connect()
    assert await client.ask(TICKET + PROOF, len(PROVEN)) == PROVEN
    [paper] = printer.papers
    assert (paper.text, paper.whole, paper.data) == ("宫保鸡丁\n不要辣", True, TICKET)
    assert paper.at.utcoffset() is not None


async def test_a_client_that_only_ends_its_own_side_still_hears_the_answer(connect: Connect) -> None:
    client = await connect()
    client.send(TICKET + PROOF)
    client.writer.write_eof()
    assert await client.rest() == PROVEN


@settings(max_examples=20)
@given(cuts=st.lists(st.integers(0, len(TICKET)), max_size=6))
def test_packets_of_any_size_give_the_same_paper(cuts: list[int]) -> None:
    async def print_in_pieces() -> tuple[str, bytes]:
        async with Simulator() as printer:
            client = Client(*await asyncio.open_connection("127.0.0.1", printer.port))
            edges = [0, *sorted(cuts), len(TICKET)]
            for start, end in pairwise(edges):
                client.send(TICKET[start:end])
                await printer.until(lambda one, end=end: one.machine.received == end)  # type: ignore[misc]  # bound
            await client.ask(b"\x1dr\x01")
            await client.close()
            return printer.papers[0].text, printer.papers[0].data[: len(TICKET)]

    assert asyncio.run(print_in_pieces()) == ("宫保鸡丁\n不要辣", TICKET)


async def test_paper_that_ends_in_a_ticket_is_waited_for_and_the_rest_follows(
    printer: Simulator, connect: Connect
) -> None:
    client = await connect()
    await printer.do("paper_out 1")
    client.send(b"\x1da\xff" + TICKET + PROOF)
    assert await client.reader.readexactly(8) == b"\x10\x00\x00\x00\x18\x00\x0f\x00"
    assert await client.ask(b"\x10\x04\x04") == b"\x7e"
    assert printer.papers == []
    assert printer.state["hanging"] == 1
    await printer.do("refill")
    assert await client.reader.readexactly(4 + len(PROVEN)) == b"\x10\x00\x00\x00" + PROVEN
    assert [paper.text for paper in printer.papers] == ["宫保鸡丁\n不要辣"]


async def test_new_paper_may_need_the_feed_button(printer: Simulator, connect: Connect) -> None:
    client = await connect()
    for word in ("waits_for_button", "paper_out", "refill"):
        await printer.do(word)
    client.send(TICKET + PROOF)
    assert await client.ask(b"\x10\x04\x01") == b"\x3a"
    await printer.do("feed_button")
    assert await client.reader.readexactly(len(PROVEN)) == PROVEN


@pytest.mark.parametrize(
    ("trouble", "cure"),
    [("cover_open", "cover_closed"), ("overheated", "recovered"), ("cutter_error", "well")],
)
async def test_what_stops_it_holds_the_ticket_until_it_is_well(
    printer: Simulator, connect: Connect, trouble: str, cure: str
) -> None:
    client = await connect()
    await printer.do(trouble)
    client.send(TICKET + PROOF)
    assert (await client.ask(b"\x10\x04\x01"))[0] & 0x08
    assert printer.papers == []
    await printer.do(cure)
    assert await client.reader.readexactly(len(PROVEN)) == PROVEN


async def test_a_full_printer_stops_reading_and_loses_nothing() -> None:
    async with Simulator(capacity=4096) as printer:
        client = Client(*await asyncio.open_connection("127.0.0.1", printer.port))
        sock = client.writer.transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        await printer.do("cover_open")
        client.send(b"a line\n" * 20_000 + b"\x1dV\x00" + PROOF)
        await printer.until(lambda one: one.machine.room == 0)
        assert printer.machine.buffered == 4096
        assert client.writer.transport.get_write_buffer_size() > 0
        await printer.do("cover_closed")
        assert await client.reader.readexactly(len(PROVEN)) == PROVEN
        assert printer.papers[0].text == "\n".join(["a line"] * 20_000)
        await client.close()


async def test_a_printer_that_prints_slowly_takes_no_more_than_its_buffer_holds() -> None:
    async with Simulator(capacity=64, speed=2000) as printer:
        client = Client(*await asyncio.open_connection("127.0.0.1", printer.port))
        buffered: list[int] = []
        client.send(b"a line\n" * 40 + raster(bytes(72 * 8), 576) + b"\x1dV\x00" + PROOF)
        await printer.until(lambda one: bool(buffered.append(one.machine.buffered)) or bool(one.papers))
        assert max(buffered[: len(buffered) // 2]) == 64
        assert await client.reader.readexactly(len(PROVEN)) == PROVEN
        await client.close()


async def test_power_that_goes_breaks_the_line_off_and_leaves_torn_paper(
    printer: Simulator, connect: Connect
) -> None:
    client = await connect()
    await printer.do("paper_out 1")
    client.send(TICKET)
    await printer.until(lambda one: not one.machine.condition.is_online)
    await printer.do("off")
    with pytest.raises(ConnectionResetError):
        await client.rest()
    with pytest.raises(ConnectionRefusedError):
        await connect()
    assert [(paper.text, paper.whole) for paper in printer.papers] == [("宫保鸡丁", False)]


async def test_power_that_comes_back_is_told_to_the_next_client(printer: Simulator, connect: Connect) -> None:
    port = printer.port
    await printer.do("power_cycle")
    await printer.until(lambda one: one.is_on)
    assert printer.port == port
    client = await connect()
    assert await client.reader.readexactly(3) == b"\x3b\x31\x00"
    other = await connect()
    await client.close()
    assert await other.ask(b"\x10\x04\x01") == b"\x12", "it is told once"


async def test_a_cable_that_is_out_is_silence_and_what_was_sent_comes_through_later(
    printer: Simulator, connect: Connect
) -> None:
    client = await connect()
    assert await client.ask(b"\x10\x04\x01") == b"\x12"
    await printer.do("unplugged")
    client.send(TICKET + PROOF)
    with pytest.raises(ConnectionRefusedError):
        await connect()
    assert (printer.state["received"], printer.papers) == (3, [])
    await printer.do("plugged")
    assert await client.reader.readexactly(len(PROVEN)) == PROVEN


async def test_a_port_that_another_program_has_hangs_up_at_once(printer: Simulator, connect: Connect) -> None:
    await printer.do("port_held")
    client = await connect()
    assert await client.rest() == b""
    await printer.do("port_free")
    again = await connect()
    assert await again.ask(b"\x10\x04\x01") == b"\x12"


async def test_a_port_that_another_program_has_may_let_wait(printer: Simulator, connect: Connect) -> None:
    await printer.do("port_waits")
    client = await connect()
    client.send(TICKET + PROOF)
    await printer.until(lambda one: one.wire.current is not None)
    assert printer.state["received"] == 0
    await printer.do("port_free")
    assert await client.reader.readexactly(len(PROVEN)) == PROVEN


async def test_a_second_client_waits_until_the_first_has_hung_up(
    printer: Simulator, connect: Connect
) -> None:
    first, second = await connect(), await connect()
    second.send(TICKET + PROOF)
    assert await first.ask(b"\x10\x04\x01") == b"\x12"
    assert printer.papers == []
    await first.close()
    assert await second.reader.readexactly(len(PROVEN)) == PROVEN


async def test_a_mute_printer_prints_and_says_nothing(printer: Simulator, connect: Connect) -> None:
    await printer.do("mute")
    client = await connect()
    client.send(b"\x10\x04\x01" + TICKET + PROOF)
    client.writer.write_eof()
    assert await client.rest() == b""
    assert len(printer.papers) == 1


async def test_a_slow_printer_answers_all_and_in_order(printer: Simulator, connect: Connect) -> None:
    await printer.do("slow 0.01")
    client = await connect()
    client.send(b"\x10\x04\x01" + TICKET + PROOF)
    await printer.until(lambda one: len(one.papers) == 1)
    assert not printer.machine.outbox
    assert await client.reader.readexactly(1 + len(PROVEN)) == b"\x12" + PROVEN


@pytest.mark.parametrize(
    ("word", "answer"),
    [("no_process_id", b"\x00"), ("no_gs_r", PROVEN[:-1]), ("drop_answer", b"\x00"), ("drop_answer 2", b"")],
)
async def test_proof_may_be_partly_or_wholly_missing(
    printer: Simulator, connect: Connect, word: str, answer: bytes
) -> None:
    await printer.do(word)
    client = await connect()
    client.send(TICKET + PROOF)
    client.writer.write_eof()
    assert await client.rest() == answer
    assert len(printer.papers) == 1


async def test_a_printer_that_hangs_up_in_the_middle_prints_what_it_got(
    printer: Simulator, connect: Connect
) -> None:
    await printer.do("hang_up_after 9")
    client = await connect()
    client.send(TICKET + PROOF)
    with suppress(ConnectionResetError):  # what it did not read turns the end into a break
        assert await client.rest() == b""
    again = await connect()
    again.send(b"\x1b@" + TICKET + PROOF)
    assert await again.reader.readexactly(len(PROVEN)) == PROVEN
    assert [paper.text for paper in printer.papers] == ["宫保鸡丁\n宫保鸡丁\n不要辣"]


async def test_half_a_picture_does_not_swallow_the_next_clients_ticket(
    printer: Simulator, connect: Connect
) -> None:
    client = await connect()
    client.send(raster(bytes(72 * 40), 576)[:300])
    await client.close()
    again = await connect()
    assert await again.ask(TICKET + PROOF, len(PROVEN)) == PROVEN
    assert printer.papers[0].text == "宫保鸡丁\n不要辣"


async def test_a_printer_that_does_not_notice_connections_takes_the_next_ticket_for_dots(
    printer: Simulator, connect: Connect
) -> None:
    await printer.do("joins")
    client = await connect()
    client.send(raster(bytes(72 * 4), 576)[:-20])
    await client.close()
    again = await connect()
    again.send(TICKET + PROOF)
    again.writer.write_eof()
    await again.rest()
    assert "宫保鸡丁" not in "".join(paper.text for paper in printer.papers)


@pytest.mark.parametrize(("word", "answer"), [("talking", b""), ("joins", b"\x00")])
async def test_what_a_client_asked_that_has_gone_is_answered_to_nobody_or_to_a_stranger(
    printer: Simulator, connect: Connect, word: str, answer: bytes
) -> None:
    await printer.do(word)
    await printer.do("cover_open")
    client = await connect()
    client.send(TICKET + b"\x1dr\x01")
    await printer.until(lambda one: one.machine.buffered > 0)
    await client.close()
    stranger = await connect()
    assert await stranger.ask(b"\x10\x04\x02") == b"\x16"
    await printer.do("cover_closed")
    stranger.writer.write_eof()
    assert await stranger.rest() == answer
    assert len(printer.papers) == 1


async def test_a_pulse_hidden_in_a_picture_opens_the_drawer_and_our_own_pictures_never_do(
    printer: Simulator, connect: Connect
) -> None:
    rows = (b"\x10\x14\x01\x00\x01" + bytes(67)) * 8
    header = b"\x1dv0\x00\x48\x00\x08\x00"
    client = await connect()
    await client.ask(raster(rows, 576) + b"\x1dr\x01")
    assert printer.state["drawer_pulses"] == 0
    await client.ask(header + rows + b"\x1dr\x01")
    assert printer.state["drawer_pulses"] == 8
    await printer.do("tear")
    assert printer.papers[0].count(Drawer) == 8


async def test_paper_moves_no_faster_than_it_is_said_to() -> None:
    async with Simulator(speed=4000) as printer:
        client = Client(*await asyncio.open_connection("127.0.0.1", printer.port))
        start = asyncio.get_running_loop().time()
        assert await client.ask(b"\n" * 40 + PROOF, len(PROVEN)) == PROVEN
        assert asyncio.get_running_loop().time() - start > 40 * 30 / 8 / 4000 * 0.9
        await client.close()


async def test_a_printer_without_a_knife_has_its_paper_torn_off_by_hand() -> None:
    async with Simulator(Profile(cut="none")) as printer:
        for _ in range(2):
            client = Client(*await asyncio.open_connection("127.0.0.1", printer.port))
            client.send(b"one\n\n\n")
            await client.close()
        await printer.until(lambda one: len(one.papers) == 2)
        assert [(paper.text, paper.whole) for paper in printer.papers] == [("one\n\n", True)] * 2


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("burn", "is none of well"),
        ("slow", "is missing"),
        ("off 3", "takes no number"),
        ("slow -1", "no such"),
    ],
)
async def test_a_word_that_is_none_is_refused(printer: Simulator, said: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        await printer.do(said)


async def test_a_port_that_is_taken_is_an_error_at_once(printer: Simulator) -> None:
    other = Simulator()
    with pytest.raises(OSError, match="in use"):
        await other.start(printer.port)
