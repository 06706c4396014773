"""What every channel promises, whatever service stands behind it."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import uuid4

import pytest

from sync.channel import Channel
from sync.channels import KINDS, build
from sync.errors import Missing, Paused, TryLater
from sync.messages import Letter, RemoteOrder, Verb
from sync.sandbox.control import Control

NOW = datetime.now(UTC)
Connect = Callable[..., Channel]


def letter(verb: Verb, remote_id: str, **body: Any) -> Letter:
    """Return a letter about an order there."""
    return Letter(uuid4(), "c", uuid4(), remote_id, verb, body, NOW)


async def all_of(pages: Any) -> list[Any]:
    """Return the orders of all pages."""
    return [order async for page in pages for order in page.orders]


#: The kinds that have orders of their own.
every_kind_with_orders = pytest.mark.parametrize("kind", sorted(k for k in KINDS if KINDS[k].can.lists))

#: Each kind with each verb that it can be told.
every_telling = pytest.mark.parametrize(
    ("kind", "verb"), [(k, verb) for k in sorted(KINDS) for verb in get_args(Verb) if verb in KINDS[k].tells]
)


@every_kind_with_orders
async def test_a_placed_order_is_heard(connect: Connect, kind: str, guests_of: Control) -> None:
    placed = guests_of.place()
    heard = await all_of(connect(kind).changes("", finished_since=NOW - timedelta(days=1)))
    assert {order.remote_id for order in heard} == {str(placed["id"])}
    assert all(order.status == "placed" and order.problems == () for order in heard)


@every_kind_with_orders
async def test_what_changed_is_heard_from_where_we_were(
    connect: Connect, kind: str, guests_of: Control
) -> None:
    guests_of.place()
    channel = connect(kind)
    pages = [page async for page in channel.changes("", finished_since=NOW - timedelta(days=1))]
    later = guests_of.place()
    heard = await all_of(channel.changes(pages[-1].position, finished_since=NOW))
    assert str(later["id"]) in {order.remote_id for order in heard}


async def test_nothing_there_is_nothing_heard(connect: Connect, kind: str) -> None:
    channel = connect(kind)
    assert await all_of(channel.changes("", finished_since=NOW)) == []
    assert await all_of(channel.unfinished()) == []


@every_kind_with_orders
async def test_every_unfinished_order_is_listed_over_many_pages(
    connect: Connect, kind: str, guests_of: Control
) -> None:
    placed = {str(guests_of.place()["id"]) for _ in range(23)}
    listed = await all_of(connect(kind, **SMALL_PAGES.get(kind, {"page_size": 5})).unfinished())
    assert sorted(order.remote_id for order in listed) == sorted(placed)


async def test_an_order_that_is_not_there_is_missing(connect: Connect, kind: str) -> None:
    with pytest.raises(Missing):
        await connect(kind).read("0000000000000000")


@every_telling
async def test_what_can_be_told_is_there_afterwards(
    connect: Connect, kind: str, guests_of: Control, verb: Verb
) -> None:
    channel = connect(kind)
    assert verb in channel.capabilities.tells
    told = await letter_for(verb, channel, guests_of)
    answer = (await channel.tell(told)).order
    # What is about another channel's order is never answered with one of its own.
    assert (answer is None) == (verb in ABOUT_OTHERS)
    there = await what_is_there(channel, answer.remote_id if answer else str(told.order_id))
    assert SHOWS_AT.get((kind, verb), SHOWS[verb])(there)


@every_telling
async def test_what_was_told_is_found_and_told_again_changes_nothing(
    connect: Connect, kind: str, guests_of: Control, verb: Verb
) -> None:
    channel = connect(kind)
    assert verb in channel.capabilities.tells
    told = await letter_for(verb, channel, guests_of)
    if verb not in channel.capabilities.harmless:
        assert await channel.find(told) is None
    answer = (await channel.tell(told)).order
    before = guests_of.state()
    if verb in channel.capabilities.harmless:
        await channel.tell(told)
    else:
        found = await channel.find(told)
        assert found is not None
        assert answer is not None
        assert found.remote_id == answer.remote_id
    after = guests_of.state()
    assert [strip(o) for o in after["orders"]] == [strip(o) for o in before["orders"]]
    assert after.get("deals") == before.get("deals")


def test_what_a_kind_can_is_declared_without_contradiction(kind: str) -> None:
    can = KINDS[kind].can
    assert can.tells.keys() == KINDS[kind].tells <= set(get_args(Verb))
    assert can.harmless | can.partly <= can.tells.keys()
    assert all(can.tells.values())
    assert all(choices and all(choices.values()) for choices in can.choices.values())


async def test_no_service_is_time_and_not_a_person(kind: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        secrets = dict.fromkeys(KINDS[kind].secret_fields(), "a secret")
        channel = build(kind, "c", {"base_url": url}, secrets, lambda: NOW)
        with pytest.raises(TryLater):
            await all_of(channel.unfinished())
        await channel.close()


async def test_a_wrong_secret_asks_for_a_person(connect: Connect, kind: str) -> None:
    secrets = dict.fromkeys(KINDS[kind].secret_fields(), "wrong")
    with pytest.raises(Paused):
        await all_of(connect(kind, secrets=secrets).unfinished())


async def test_no_secret_at_all_asks_for_a_person(connect: Connect, kind: str) -> None:
    with pytest.raises(Paused):
        await all_of(connect(kind, secrets={}).unfinished())


def test_settings_are_checked_without_loading_the_network(kind: str) -> None:
    code = (
        f"from sync.channels import KINDS; KINDS[{kind!r}].settings_model(); KINDS[{kind!r}].secret_fields()"
    )
    code += "; import sys; assert 'httpx2' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


NOODLES: dict[str, Any] = {
    "id": "E7BC77BA-61CD-47EF-8639-321E760BBC88", "item_id": "i1", "name": "拉面", "quantity": 2,
    "price": 1500, "deal_price": 1500, "options": ["加辣"], "note": "少盐",
}  # fmt: skip
ORDER = {
    "type": "eat_in",
    "status": "executed",
    "currency": "CNY",
    "total": 3000,
    "table": "16",
    "placed_at": NOW.isoformat(),
    "payment": {"type": "cash", "status": "unpaid"},
    "items": [NOODLES],
}

#: How a kind is made to need many pages; one without pages needs a call for each project.
SMALL_PAGES: dict[str, dict[str, Any]] = {"rayteams": {}}

BODIES: dict[Verb, dict[str, Any]] = {
    "register": {"order": ORDER},
    "accept": {"minutes": 20},
    "reject": {"reason": "卖完了"},
    "cancel": {"reason": "停电"},
    "pay": {"method": "cash"},
    "note": {"message": "门口等"},
    "amend": {"items": [{**NOODLES, "quantity": 3}]},
    "dispatch": {"carrier": "CJ", "tracking": "3021"},
    "return": {"reason_code": "INTENT_CHANGED", "fee": "REFUND", "collect": True},
    "exchange": {"reason_code": "BROKEN", "carrier": "CJ", "tracking": "3022"},
    "claim": {"claim": "cancel", "answer": "accept"},
    "sale": {"channel": "another", "order": ORDER, "started_at": NOW.isoformat()},
}

#: Where a service takes only what it knows itself.
BODIES_AT: dict[tuple[str, Verb], dict[str, Any]] = {
    ("impilo", "register"): {"order": {**ORDER, "items": [{**NOODLES, "item_id": "31"}]}},
}

#: Letters about what was sold elsewhere: such a service has no order of its own behind them.
ABOUT_OTHERS = frozenset({"sale", "forget"})

SHOWS: dict[Verb, Callable[[Any], bool]] = {
    "register": lambda o: [(line.name, line.quantity) for line in o.lines] == [("拉面", 2)],
    "accept": lambda o: o.status == "accepted",
    "reject": lambda o: o.status == "rejected",
    "execute": lambda o: o.status == "executed",
    "cancel": lambda o: o.status == "canceled",
    "pay": lambda o: o.payment == "paid",
    "note": lambda o: [n.message for n in o.memo] == ["门口等"],
    "amend": lambda o: [(line.name, line.quantity) for line in o.lines] == [("拉面", 3)],
    "dispatch": lambda o: o.status == "executed",
    "complete": lambda o: o.status == "paid",
    "return": lambda o: "return_requested" in o.problems,
    "exchange": lambda o: "exchange_requested" in o.problems,
    "claim": lambda o: o.status == "canceled",
    "sale": lambda o: (o.status, [line.quantity for line in o.lines]) == ("executed", [2]),
    "forget": lambda o: o is None,
}


#: Where a service has no word of its own for a verb, it shows the nearest.
SHOWS_AT: dict[tuple[str, Verb], Callable[[Any], bool]] = {
    ("imweb", "execute"): lambda o: o.status == "accepted",
    ("imweb", "reject"): lambda o: o.status == "canceled",
    ("impilo", "register"): lambda o: [(i.id, i.quantity) for i in o.lines] == [("item:31", 2)],
}

#: What an order must have been told before, and what its guest must have asked for.
BEFORE: dict[Verb, tuple[Verb, ...]] = {
    "dispatch": ("accept",),
    "complete": ("accept",),
    "return": ("accept", "dispatch"),
    "exchange": ("accept", "dispatch"),
}
ASKS: dict[Verb, str] = {"claim": "cancel"}


async def letter_for(verb: Verb, channel: Channel, guests: Control) -> Letter:
    """Return a letter that an order there can be told now."""
    if verb in ABOUT_OTHERS:
        return await letter_about_another(verb, channel)
    order_id = str(guests.place()["id"])
    for earlier in BEFORE.get(verb, ()):
        await channel.tell(letter(earlier, order_id, **BODIES.get(earlier, {})))
    if verb in ASKS:
        guests.move(order_id, ASKS[verb])
    body = BODIES_AT.get((channel.kind, verb), BODIES.get(verb, {}))
    return letter(verb, "" if verb == "register" else order_id, **body)


async def letter_about_another(verb: Verb, channel: Channel) -> Letter:
    """Return a letter about what was sold elsewhere; what is to be forgotten was told before."""
    sold = letter("sale", "", **BODIES["sale"])
    if verb == "forget":
        await channel.tell(sold)
    return replace(sold, id=uuid4(), verb=verb)


async def what_is_there(channel: Channel, remote_id: str) -> RemoteOrder | None:
    """Return an order there, None where there is none."""
    try:
        return await channel.read(remote_id)
    except Missing:
        return None


def strip(order: dict[str, Any]) -> dict[str, Any]:
    """Return an order there without the time of its last change."""
    return {key: value for key, value in order.items() if key != "updateAt"}
