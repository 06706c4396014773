"""Channels and printers from the shell: what is told, fetched and printed, also when one is away."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pos.config import load
from pos.secrets import Secrets
from pos.store.store import Store

Fits = Callable[[Any, str], bool]
MakeDraft = Callable[..., Path]


@contextmanager
def worked_elsewhere(shop: Any, name: str) -> Iterator[None]:
    """Hold a worker's lock as another process does."""
    config = load(shop.config)
    store = Store.open(config.store_url, config.facts, Secrets(shop.folder).journal_key())
    try:
        with store.lock(name) as holder:
            assert holder is None
            yield
    finally:
        store.close()


@pytest.fixture
def nowhere() -> Iterator[int]:
    """Return a port at which nobody answers."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def test_a_round_says_what_was_fetched_and_told(shop: Any, guests: Any, fits: Fits) -> None:
    guests.place()
    first = shop.pos("sync", "--once", "--json")
    [report] = first.json["channels"]
    assert first.status == 0
    assert fits(report, "report")
    assert (report["name"], report["ok"], report["new"], report["told"]) == ("fankahui", True, 1, 0)
    shop.pos("accept", "1")
    assert shop.pos("sync", "--json").json["channels"][0]["told"] == 1
    assert [order["status"] for order in guests.state()["orders"]] == ["accepted"]


def test_a_service_that_is_away_costs_the_status_and_keeps_what_it_has_still_to_be_told(
    shop: Any, guests: Any, fits: Fits
) -> None:
    guests.place()
    shop.pos("sync")
    shop.pos("accept", "1")
    guests.fault("fail", times=None, status=503)
    away = shop.pos("sync", "--json")
    assert away.status == 4
    assert (away.json["channels"][0]["ok"], away.json["channels"][0]["waiting"]) == (False, 1)
    assert "fankahui: " in away.err
    [letter] = shop.pos("outbox", "--json").json
    assert fits(letter, "letter")
    assert (letter["verb"], letter["state"], letter["attempts"]) == ("accept", "waiting", 1)
    assert shop.pos("orders", "--json").json[0]["channel_knows"] == "waiting"
    guests.calm()
    assert shop.pos("sync").status == 0
    assert shop.pos("outbox", "--json").json[0]["state"] == "told"


def test_one_channels_failure_leaves_the_others_work_done(
    make_shop: Any, usual_config: str, guests: Any, nowhere: int
) -> None:
    second = f'[[channel]]\nname = "branch"\nkind = "fankahui"\nbase_url = "http://127.0.0.1:{nowhere}"\n'
    shop = make_shop(usual_config + second)
    guests.place()
    answer = shop.pos("sync", "--json")
    reports = {report["name"]: report for report in answer.json["channels"]}
    assert answer.status == 4
    assert (reports["fankahui"]["ok"], reports["fankahui"]["new"]) == (True, 1)
    assert (reports["branch"]["ok"], bool(reports["branch"]["error"])) == (False, True)
    assert shop.pos("sync", "--channel", "fankahui").status == 0
    unknown = shop.pos("sync", "--channel", "moon")
    assert (unknown.status, "There are: fankahui, branch" in unknown.err) == (1, True)


def test_what_another_process_works_is_left_to_it(shop: Any, guests: Any, draft: MakeDraft) -> None:
    guests.place()
    shop.pos("new", draft())
    with worked_elsewhere(shop, "channel:fankahui"), worked_elsewhere(shop, "printer:kitchen"):
        left = shop.pos("sync", "--json")
        assert (left.status, left.json["channels"][0]["new"]) == (0, 0)
        assert "fankahui is worked by" in left.err
        assert shop.pos("print").status == 0
        assert shop.pos("tickets", "--json").json[0]["state"] == "queued"
        waits = shop.pos("printers", "test", "kitchen", "--wait", "0")
        assert (waits.status, "T-0001" in waits.err) == (4, True)
    assert shop.pos("sync", "--json").json["channels"][0]["new"] == 1


def test_a_letter_is_retried_or_given_up_by_the_beginning_of_its_id(shop: Any, guests: Any) -> None:
    guests.place()
    shop.pos("sync")
    shop.pos("accept", "1")
    guests.fault("fail", times=1, status=400, method="PUT")
    assert shop.pos("sync").status == 4
    [letter] = shop.pos("outbox", "--json").json
    assert letter["state"] == "failed"
    short = letter["id"][:8]
    assert short in shop.pos("outbox").out
    assert shop.pos("outbox", "retry", short).status == 0
    assert shop.pos("outbox", "retry", "all", "--json").json == {"retried": 1}
    assert shop.pos("outbox", "drop", letter["id"], "--reason", "by phone").status == 0
    assert shop.pos("outbox", "--state", "dropped", "--json").json[0]["id"] == letter["id"]
    assert shop.pos("orders", "--json").json[0]["channel_knows"] == "no"
    assert shop.pos("outbox", "retry", "ffff").err == "There is no letter ffff.\n"


def test_a_printed_ticket_is_seen_as_text_as_a_picture_and_as_bytes(
    shop: Any, draft: MakeDraft, fits: Fits
) -> None:
    shop.pos("new", draft(table="12"))
    assert shop.pos("print", "--once", "--json").json["printers"][0]["printed"] == 1
    [ticket] = shop.pos("tickets", "--json").json
    assert fits(ticket, "ticket")
    assert (ticket["number"], ticket["kind"], ticket["state"]) == ("K-0001", "kitchen", "printed")
    assert "拉面" in shop.pos("tickets", "show", "K-0001").out
    assert (
        shop.pos("tickets", "show", ticket["id"], "--text").out == shop.pos("tickets", "show", "K-0001").out
    )
    picture, data = shop.folder / "k.png", shop.folder / "k.bin"
    assert shop.pos("tickets", "show", "K-0001", "--png", picture).status == 0
    assert shop.pos("tickets", "show", "K-0001", "--escpos", data).status == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert "拉面".encode("gb18030") in data.read_bytes()
    assert data.read_bytes() == (shop.folder / "tickets" / "K-0001.bin").read_bytes()
    assert shop.pos("tickets", "show", "K-0001", "--text", "--png", picture).status == 2
    assert shop.pos("tickets", "show", "K-9").err == "There is no ticket K-9.\n"


def test_a_second_copy_carries_the_mark(shop: Any, draft: MakeDraft) -> None:
    shop.pos("new", draft())
    assert shop.pos("tickets", "reprint", "K-0001").status == 1  # it is on its way
    shop.pos("print")
    assert shop.pos("tickets", "reprint", "K-0001", "--json").json["copy"] == 2
    shop.pos("print")
    assert "REPRINT" in shop.pos("tickets", "show", "K-0001-2").out
    assert "REPRINT" not in shop.pos("tickets", "show", "K-0001-1").out
    assert [row["state"] for row in shop.pos("tickets", "--state", "printed", "--json").json] == [
        "printed"
    ] * 2


def test_a_printer_that_is_off_keeps_its_tickets_until_it_is_on(
    make_shop: Any, usual_config: str, draft: MakeDraft, nowhere: int
) -> None:
    shop = make_shop(usual_config.replace("virtual:", f"tcp://127.0.0.1:{nowhere}"))
    shop.pos("new", draft())
    off = shop.pos("print", "--json")
    assert (off.status, off.json["printers"][0]["held"]) == (4, 1)
    assert "kitchen: The printer lets nobody in" in off.err
    assert [row["state"] for row in shop.pos("tickets", "--json").json] == ["queued"]
    assert shop.pos("printers", "--json").json[0]["cause"] == "refused"
    assert shop.pos("printers", "test", "kitchen").status == 4
    shop.config.write_text(usual_config, encoding="utf-8")
    assert shop.pos("tickets", "retry", "all").status == 0
    assert shop.pos("print").status == 0
    assert [row["state"] for row in shop.pos("tickets", "--json").json] == ["printed"]


def test_tickets_of_a_printer_that_is_there_no_more_are_named(
    make_shop: Any, usual_config: str, draft: MakeDraft
) -> None:
    shop = make_shop(usual_config)
    shop.pos("new", draft())
    shop.config.write_text(usual_config.replace('name = "kitchen"', 'name = "hot"'), encoding="utf-8")
    assert "K-0001: No printer" in shop.pos("print").err
    assert shop.pos("tickets", "retry", "K-0001").status == 0
    assert "K-0001" not in shop.pos("print").err


def test_a_ticket_is_given_up_with_a_reason(shop: Any, draft: MakeDraft) -> None:
    shop.pos("new", draft())
    assert shop.pos("tickets", "drop", "K-0001").status == 2
    assert shop.pos("tickets", "drop", "K-0001", "--reason", "cooked by word of mouth").status == 0
    assert shop.pos("tickets", "drop", "K-0001", "--reason", "again", "--json").json["changed"] is False
    assert shop.pos("print", "--json").json["printers"][0]["printed"] == 0


@pytest.mark.parametrize(("answer", "states"), [("yes", ["printed"]), ("no", ["dropped", "queued"])])
def test_a_ticket_of_unknown_fate_is_answered_by_a_person(
    make_shop: Any, usual_config: str, draft: MakeDraft, answer: str, states: list[str]
) -> None:
    shop = make_shop(usual_config)
    shop.pos("new", draft())
    _died_while_printing(shop)
    assert shop.pos("print").status == 0  # recovers what the worker that died has left
    assert [row["state"] for row in shop.pos("tickets", "--json").json] == ["unknown"]
    assert shop.pos("tickets", "retry", "K-0001").status == 1
    assert shop.pos("tickets", "answer", "K-0001", "perhaps").status == 2
    assert shop.pos("tickets", "answer", "K-0001", answer).status == 0
    assert [row["state"] for row in shop.pos("tickets", "--json").json] == states


def _died_while_printing(shop: Any) -> None:
    from pos.actions import spool
    from pos.store.tx import Who

    config = load(shop.config)
    store = Store.open(config.store_url, config.facts, Secrets(shop.folder).journal_key())
    assert store.do(spool.claim, Who("kitchen", "worker"), "kitchen", True).result() is not None
    store.close()


def test_printers_say_how_they_are_and_print_a_test_page(shop: Any) -> None:
    [printer] = shop.pos("printers", "--json").json
    assert (printer["name"], printer["device"], printer["state"]) == ("kitchen", "virtual:", "well")
    assert shop.pos("printers", "test", "kitchen").status == 0
    assert "kitchen" in (shop.folder / "tickets" / "TEST.txt").read_text(encoding="utf-8")
    assert "There are: kitchen" in shop.pos("printers", "test", "bar").err


def test_a_shop_without_printers_or_orders_says_so(make_shop: Any) -> None:
    shop = make_shop('[shop]\nname = "x"\ncurrency = "KRW"\nlanguage = "ko_KR"\n')
    for command in ("orders", "outbox", "tickets", "printers", "sync", "print"):
        answer = shop.pos(command)
        assert answer.status == 0
        assert answer.out.strip().endswith(("습니다.", "니다."))
    for command in ("orders", "outbox", "tickets", "printers"):
        assert json.loads(shop.pos(command, "--json").out) == []


def test_the_doctor_says_how_each_part_is(shop: Any) -> None:
    answer = shop.pos("doctor", "--json")
    assert answer.status == 0, answer.json
    found = {finding["name"]: finding for finding in answer.json["findings"]}
    parts = {"python", "sqlite", "fonts", "log", "configuration", "secret", "store", "channel", "printer"}
    assert set(found) == parts
    assert "USERNAME: from the environment" in shop.pos("doctor").out
    assert "practice" not in shop.pos("doctor").out
    shop.config.write_text("[shop]\n", encoding="utf-8")
    ill = shop.pos("doctor")
    assert (ill.status, "config.toml:1: shop.name: is missing" in ill.out) == (3, True)
