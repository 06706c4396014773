"""A shop says anew what its service's states mean: open orders are read by that, and nothing is cooked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pos.actions import channels, orders
from pos.adapters.channels import ChannelHost
from pos.config import channel_facts
from pos.config_tables import ChannelPart
from pos.domain.shop import ChannelFacts, Shop
from pos.store import backlog
from sync.messages import Applied, RemoteOrder

Heard = Callable[..., RemoteOrder]


def mapped(shown: RemoteOrder, status: Any) -> RemoteOrder:
    """Return the same document as another map of states reads it."""
    known = status != "unknown"
    return replace(shown, status=status, problems=() if known else ("status",))


@pytest.fixture
def unmapped(heard: Heard) -> RemoteOrder:
    """An order in a state that nobody has mapped."""
    return mapped(heard(type="deliver", remote_status="their word"), "unknown")


@pytest.mark.parametrize("there", ["canceled", "rejected"])
def test_what_is_off_by_the_new_map_is_off_here_and_its_question_is_gone(
    counter: Any, unmapped: RemoteOrder, there: str
) -> None:
    counter.hear(unmapped)
    assert [row.kind for row in counter.attention()] == ["unknown_status"]
    assert counter.hear(mapped(unmapped, there)) == Applied(changed=1)
    assert counter.order().status.value == there
    assert counter.attention("unknown_status") == []


@pytest.mark.parametrize("there", ["accepted", "executed", "paid", "canceled", "rejected"])
def test_no_new_map_cooks_what_waits_to_be_accepted(
    open_counter: Callable[[Shop], Any], shop: Shop, unmapped: RemoteOrder, there: str
) -> None:
    eager = replace(shop.channels["fankahui"], auto_accept=True)
    counter = open_counter(replace(shop, channels={"fankahui": eager}))
    counter.hear(unmapped, mapped(unmapped, there))
    assert counter.tickets(counter.order()) == []
    assert counter.order().status.value in ("placed", there)
    assert counter.order().accepted_at is None
    assert counter.attention("unknown_status") == []


@pytest.mark.parametrize("here", ["rejected", "canceled"])
def test_no_new_map_brings_back_what_is_done_with_here(
    counter: Any, unmapped: RemoteOrder, here: str
) -> None:
    counter.hear(unmapped)
    done = counter.reach(here)
    assert counter.attention("unknown_status") != []
    assert counter.hear(mapped(unmapped, "accepted")) == Applied()
    assert counter.order() == done
    assert counter.attention() == []


def test_a_word_from_there_brings_back_what_was_turned_down_here_as_ever(
    counter: Any, unmapped: RemoteOrder, heard: Heard
) -> None:
    counter.hear(unmapped)
    counter.reach("rejected")
    counter.hear(heard(type="deliver", remote_status="going on", status="accepted"))
    assert [row.kind for row in counter.attention()] == ["reopened_there"]


def test_a_question_about_a_state_comes_again_once_the_map_is_taken_away(
    counter: Any, unmapped: RemoteOrder
) -> None:
    counter.hear(unmapped, mapped(unmapped, "placed"))
    assert counter.attention() == []
    counter.hear(unmapped)
    assert [row.kind for row in counter.attention()] == ["unknown_status"]


async def test_the_worker_reads_a_known_document_anew_only_where_its_state_means_something_else(
    counter: Any, unmapped: RemoteOrder
) -> None:
    host = ChannelHost(counter.store)

    async def hear(order: RemoteOrder) -> Applied:
        return await host.receive("fankahui", [order], counter.clock.now, first_fetch=False)

    assert await hear(unmapped) == Applied(new=1)
    before = counter.order().version
    assert await hear(unmapped) == Applied()
    assert counter.order().version == before
    assert await hear(mapped(unmapped, "canceled")) == Applied(changed=1)


# --- a new channel waits for its map -----------------------------------------------------------------------


def test_a_channel_that_is_held_back_waits_and_begins_once_it_is_mapped(counter: Any) -> None:
    counter.do(channels.hold_back, "fankahui", "rayteams", "https://example.com")
    assert counter.do(channels.begin, "fankahui", "rayteams", "https://example.com")
    assert counter.do(channels.paused_until, "fankahui") == channels.FOREVER
    assert counter.do(channels.mapped, "fankahui")
    assert counter.do(channels.paused_until, "fankahui") is None
    assert not counter.do(channels.mapped, "fankahui")


def test_a_pause_that_a_person_made_of_a_working_channel_outlives_another_map(counter: Any) -> None:
    counter.do(channels.begin, "fankahui", "rayteams", "https://example.com")
    counter.do(lambda tx: tx.states.put_channel("fankahui", heard_at=tx.now))
    counter.do(channels.pause, "fankahui")
    assert not counter.do(channels.mapped, "fankahui")
    assert counter.do(channels.paused_until, "fankahui") == channels.FOREVER


# --- what no state is mapped to ----------------------------------------------------------------------------


def facts(kind: str, **settings: Any) -> ChannelFacts:
    """Return a channel as its configuration has it."""
    return channel_facts(ChannelPart(name="fankahui", kind=kind, base_url="https://example.com", **settings))


@pytest.fixture
def counter_of(open_counter: Callable[..., Any], shop: Shop, tmp_path: Path) -> Callable[..., Any]:
    """Return a way to open a counter whose one channel is of some kind."""

    def open_one(kind: str, **settings: Any) -> Any:
        known = {"fankahui": facts(kind, **settings)}
        return open_counter(replace(shop, channels=known), tmp_path)

    return open_one


def test_a_letter_that_no_state_is_mapped_to_names_the_map(counter_of: Any, heard: Heard) -> None:
    counter = counter_of("rayteams", workflow={"n1": "accepted"})
    counter.hear(heard(type="deliver"))
    counter.do(orders.accept, counter.order().id)
    counter.do(orders.cancel, counter.order().id, "guest left")
    assert [(row.verb, row.state, row.error) for row in counter.letters(counter.order())] == [
        ("accept", "waiting", ""),
        ("execute", "dropped", "unmapped"),
        ("cancel", "dropped", "unmapped"),
    ]


def test_what_a_service_has_no_word_for_is_not_for_a_map_to_mend(counter_of: Any, heard: Heard) -> None:
    counter = counter_of("impilo")
    counter.hear(heard(type="deliver"))
    counter.do(orders.cancel, counter.order().id, "guest left")
    assert [row.error for row in counter.letters(counter.order())] == ["cannot_be_told"]


@pytest.mark.parametrize(
    ("kind", "settings", "unmapped"),
    [
        ("rayteams", {}, True),
        ("rayteams", {"workflow": {"n1": "accepted"}}, False),
        ("rayteams", {"workflows": {"Kit": {"n1": "paid"}}}, False),
        ("rayteams", {"products": ["p1"]}, False),
        ("impilo", {}, False),
        ("fankahui", {}, False),
    ],
)
def test_only_a_channel_that_could_be_told_something_is_said_to_lack_its_map(
    counter_of: Any, kind: str, settings: dict[str, Any], unmapped: bool
) -> None:
    counter = counter_of(kind, **settings)
    (row,) = counter.ask(backlog.channels, counter.store.shop)
    assert row.unmapped is unmapped
