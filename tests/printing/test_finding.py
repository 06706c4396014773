"""Finding printers: announced on loopback, asked at given addresses, and each way's failure a word."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing

import pytest
from zeroconf import ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from printing.finding import Found, Missed, Ways, find, look
from printing.finding.asking import MOST, probe
from printing.finding.found import CannotLook
from printing.finding.mdns import find_announced
from printing.simulator import Simulator

LOOPBACK = ["127.0.0.1"]


@pytest.fixture
async def announced() -> AsyncIterator[Callable[[ServiceInfo], Awaitable[None]]]:
    """Announce a service on loopback, for as long as the test runs."""
    network = AsyncZeroconf(interfaces=LOOPBACK)

    async def announce(service: ServiceInfo) -> None:
        await (await network.async_register_service(service))

    yield announce
    await network.async_unregister_all_services()
    await network.async_close()


def _service(kind: str, name: str, port: int, **said: str) -> ServiceInfo:
    kind = f"{kind}._tcp.local."
    return ServiceInfo(
        kind,
        f"{name}.{kind}",
        port,
        addresses=[socket.inet_aton("127.0.0.1")],
        properties=said,
        server="p.local.",
    )


async def test_a_printer_that_announces_itself_is_found_with_its_name_and_model(
    announced: Callable[[ServiceInfo], Awaitable[None]],
) -> None:
    await announced(_service("_pdl-datastream", "EPSON1", 9101, ty="EPSON TM-T88V", product="(TM-T88V)"))
    ways = find_announced(60, LOOPBACK)
    async for found in ways:
        assert found == Found("tcp://127.0.0.1:9101", "mdns", "EPSON TM-T88V", "TM-T88V")
        break


async def test_a_printer_that_announces_other_ways_is_offered_at_its_raw_port(
    announced: Callable[[ServiceInfo], Awaitable[None]],
) -> None:
    await announced(_service("_ipp", "Kitchen", 631))
    async for found in find_announced(60, LOOPBACK):
        assert found == Found("tcp://127.0.0.1:9100", "mdns", "Kitchen", "")
        break


async def test_listening_to_a_network_of_silence_ends() -> None:
    assert [one async for one in find_announced(0, LOOPBACK)] == []


async def test_a_printer_at_a_given_address_says_what_it_is() -> None:
    async with Simulator() as printer:
        found = [one async for one in probe([f"127.0.0.1:{printer.port}"])]
        assert [(one.url, one.how) for one in found if isinstance(one, Found)] == [
            (f"tcp://127.0.0.1:{printer.port}", "probe")
        ]
        assert printer.papers == []


async def _serves(answers: dict[bytes, bytes]) -> asyncio.Server:
    """Take connections, and answer each question of `answers`."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while question := await reader.read(64):
            writer.write(b"".join(answer for asked, answer in answers.items() if asked in question))
        writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", 0)


async def test_a_printer_that_knows_its_name_says_it() -> None:
    answers = {b"\x10\x04\x01": b"\x12", b"\x1dIB": b"_EPSON\x00", b"\x1dIC": b"_TM-T20II\x00"}
    async with await _serves(answers) as server:
        port = server.sockets[0].getsockname()[1]
        found = [one async for one in probe([f"127.0.0.1:{port}"])]
    assert found == [Found(f"tcp://127.0.0.1:{port}", "probe", "EPSON TM-T20II", "TM-T20II")]


@pytest.mark.parametrize("answers", [{}, {b"\x10\x04\x01": b"\x12"}])
async def test_who_does_not_say_what_he_is_may_still_print(answers: dict[bytes, bytes]) -> None:
    async with await _serves(answers) as server:
        port = server.sockets[0].getsockname()[1]
        assert [one async for one in probe([f"127.0.0.1:{port}"], patience=0.1)] == [
            Found(f"tcp://127.0.0.1:{port}", "probe")
        ]


async def test_an_address_where_nobody_is_says_so_and_hides_no_other() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        async with Simulator() as printer:
            found = [
                one async for one in probe([address, f"127.0.0.1:{printer.port}", "http://x/y", "h:port"])
            ]
    assert {one.where: one.cause for one in found if isinstance(one, Missed)} == {
        address: "refused",
        "http://x/y": "unsupported",
        "h:port": "unsupported",
    }
    assert sum(isinstance(one, Found) for one in found) == 1


async def test_more_addresses_than_a_shop_has_printers_are_refused() -> None:
    with pytest.raises(CannotLook, match=f"{MOST} at most"):
        [one async for one in probe([f"10.0.0.{number}" for number in range(MOST + 1)])]


async def _shows(*found: Found) -> AsyncIterator[Found | Missed]:
    for one in found:
        yield one


async def _fails(error: Exception) -> AsyncIterator[Found | Missed]:
    for one in tuple[Found, ...]():
        yield one
    raise error


async def _waits() -> AsyncIterator[Found | Missed]:
    await asyncio.Event().wait()
    yield Found("", "usb")


async def test_each_way_that_shows_nothing_says_why_and_the_others_go_on() -> None:
    printer = Found("tcp://h", "mdns")
    ways: Ways = {
        "mdns": _shows(printer),
        "cups": _fails(CannotLook("unreachable", "no CUPS")),
        "usb": _fails(RuntimeError("a fault of ours")),
    }
    assert {one async for one in look(ways)} == {
        printer,
        Missed("cups", "unreachable", "no CUPS"),
        Missed("usb", "error", "RuntimeError: a fault of ours"),
    }


async def test_one_who_has_seen_enough_can_leave_at_any_time() -> None:
    ways = look({"mdns": _shows(Found("tcp://h", "mdns")), "usb": _waits()})
    assert await anext(ways) == Found("tcp://h", "mdns")
    await ways.aclose()
    assert len(asyncio.all_tasks()) == 1


async def test_all_ways_together_come_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Simulator() as printer:
        monkeypatch.setattr("printing.finding.find_announced", lambda _seconds: find_announced(0, LOOPBACK))
        monkeypatch.setattr(
            "printing.finding.find_usb", lambda: _fails(CannotLook("unsupported", "no libusb"))
        )
        found = [one async for one in find([f"127.0.0.1:{printer.port}"])]
    assert f"tcp://127.0.0.1:{printer.port}" in {one.url for one in found if isinstance(one, Found)}
    assert Missed("usb", "unsupported", "no libusb") in found
