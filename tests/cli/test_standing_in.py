"""Printers that are set aside, and what another prints for them, from the shell."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

MakeDraft = Callable[..., Path]
FRONT = """
fallback = "front"

[[printer]]
name = "front"
device = "virtual:"
paper = 58
"""


@pytest.fixture
def pair(make_shop: Any, usual_config: str) -> Any:
    """A shop whose kitchen printer has one at the front that stands in for it."""
    return make_shop(usual_config + FRONT)


@pytest.fixture
def breaking() -> Iterator[int]:
    """Return the port of a printer that is well until a ticket comes, and then hangs up in its middle."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        printer = threading.Thread(target=_break, args=(server,))
        printer.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        printer.join()


def _break(server: socket.socket) -> None:
    with suppress(OSError):  # closed: the test is over
        while True:
            line, _ = server.accept()
            with line:
                while (heard := line.recv(4096)) and b"\x1b@" not in heard:
                    line.sendall(b"\x12" * heard.count(b"\x10\x04"))
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def ticket(shop: Any) -> Any:
    """Return the one ticket that there is."""
    [only] = shop.pos("tickets", "--json").json
    return only


def test_a_printer_set_aside_leaves_its_tickets_to_its_fallback(pair: Any, draft: MakeDraft) -> None:
    said = pair.pos("printers", "aside", "kitchen", "--json")
    assert (said.status, said.json["changed"], said.json["stands_in"]) == (0, True, "front")
    kitchen = pair.pos("printers", "--json").json[0]
    assert (kitchen["stands_in"], kitchen["aside_by"], kitchen["state"]) == ("front", "cli", "well")
    pair.pos("new", draft())
    pair.pos("print")
    printed = ticket(pair)
    assert (printed["state"], printed["printer"], printed["taken_by"], printed["stands_in_for"]) == (
        "printed", "kitchen", "front", "kitchen",
    )  # fmt: skip
    assert "front (kitchen)" in pair.pos("tickets").out
    assert pair.pos("printers", "back", "kitchen", "--json").json["changed"]
    assert pair.pos("printers", "--json").json[0]["aside"] is None


def test_the_picture_is_of_the_paper_that_came_out_of_the_printer_that_stood_in(
    pair: Any, draft: MakeDraft
) -> None:
    pair.pos("printers", "aside", "kitchen")
    pair.pos("new", draft())
    before, after = pair.folder / "before.bin", pair.folder / "after.bin"
    pair.pos("tickets", "show", "K-0001", "--escpos", before)
    pair.pos("print")
    pair.pos("tickets", "show", "K-0001", "--escpos", after)
    sent = (pair.folder / "tickets" / "K-0001.bin").read_bytes()
    assert before.read_bytes() == after.read_bytes() == sent
    picture = pair.folder / "k.png"
    pair.pos("tickets", "show", "K-0001", "--png", picture)
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_ticket_is_seen_as_a_page(pair: Any, draft: MakeDraft) -> None:
    pair.pos("new", draft())
    page = pair.pos("tickets", "show", "K-0001", "--html", "-").out
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert "拉面" in page
    assert pair.pos("tickets", "show", "K-0001", "--html", "-", "--text").status == 2


def test_only_a_printer_that_there_is_is_set_aside(pair: Any) -> None:
    refused = pair.pos("printers", "aside", "attic")
    assert (refused.status, "There are: kitchen, front" in refused.err) == (1, True)


def test_nothing_is_printed_where_nobody_stands_in(shop: Any, draft: MakeDraft) -> None:
    assert "Nobody stands in" in shop.pos("printers", "aside", "kitchen").out
    shop.pos("new", draft())
    shop.pos("print")
    assert ticket(shop)["state"] == "queued"
    doctor = shop.pos("doctor")
    assert (doctor.status, "no printer stands in for it" in doctor.out) == (1, True)


def test_the_evidence_of_a_ticket_is_shown_in_words(shop: Any, draft: MakeDraft) -> None:
    shop.pos("new", draft())
    shop.pos("print")
    assert ticket(shop)["evidence"] == "process-id"
    assert "confirmed by its number" in shop.pos("tickets").out
    assert "confirmed by its number" in shop.pos("show", "1").out


def test_orders_of_a_channel_that_there_is_not_are_refused(shop: Any) -> None:
    refused = shop.pos("orders", "--channel", "nope")
    assert (refused.status, "There are: counter, fankahui" in refused.err) == (1, True)
    assert shop.pos("orders", "--channel", "fankahui").status == 0


def test_a_break_in_the_middle_is_not_called_out_of_reach(
    make_shop: Any, usual_config: str, draft: MakeDraft, breaking: int
) -> None:
    shop = make_shop(usual_config.replace("virtual:", f"tcp://127.0.0.1:{breaking}"))
    shop.pos("new", draft())
    said = shop.pos("print")
    assert said.status == 4
    assert "The connection broke while printing" in said.err


def test_a_ticket_of_a_printer_that_was_renamed_goes_to_the_new_one(
    make_shop: Any, usual_config: str, draft: MakeDraft
) -> None:
    shop = make_shop(usual_config)
    shop.pos("printers", "aside", "kitchen")
    shop.pos("new", draft())
    shop.config.write_text(usual_config.replace('"kitchen"\ndevice', '"hot"\ndevice'), encoding="utf-8")
    shop.pos("print")
    assert (ticket(shop)["state"], ticket(shop)["error"]) == ("failed", "no_printer")
    assert shop.pos("tickets", "retry", "all", "--json").json == {"retried": 1}
    shop.pos("print")
    assert (ticket(shop)["state"], ticket(shop)["taken_by"]) == ("printed", "hot")


def test_a_ticket_is_shown_as_it_was_printed_whatever_its_printer_is_set_to_now(
    make_shop: Any, usual_config: str, draft: MakeDraft, tmp_path: Path
) -> None:
    shop = make_shop(usual_config)
    shop.pos("new", draft())
    shop.pos("print")
    before, after = tmp_path / "before.png", tmp_path / "after.png"
    shop.pos("tickets", "show", "K-0001", "--png", before)
    make_shop(usual_config + "\npaper = 58\nencoding = 'raster'\n").pos(
        "tickets", "show", "K-0001", "--png", after
    )
    assert after.read_bytes() == before.read_bytes()
