"""Judges a channel by its service's own records: nothing lost, nothing doubled, everything as it is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sync.messages import Letter, RemoteOrder
from tests.sync.simulation.counter import OPEN, Store
from tests.sync.simulation.played import Played

#: Faults that can stop a channel until a person acts.
_STOPPING = ("forbidden", "expired")

#: So many requests may be on their way, or be part of what is, when a service asks for quiet.
_ON_THEIR_WAY = 10


def wrongs(shop: Any) -> Iterator[str]:
    """Yield every promise that is broken at a moment when all should be well."""
    for wrong in (*_of_letters(shop), *_of_orders(shop), *_of_the_service(shop), *_of_attention(shop)):
        yield f"{shop.kind}: {wrong}"


def at_odds(played: Played, store: Store) -> list[str]:
    """Return the orders that are not known as they are there."""
    return [i for i, order in played.shown().items() if _seen(store.orders.get(i)) != _seen(order)]


def _seen(order: RemoteOrder | None) -> Any:
    # What the service touches without changing anything is not told by an answer from before.
    return order and replace(order, raw={}, updated_at=None)


def _of_letters(shop: Any) -> Iterator[str]:
    for row in shop.store.rows:
        if row.state not in ("told", "dropped"):
            yield f"{row.letter.verb} is {row.state}: {row.error}"
        if row.told_times > 1:
            yield f"{row.letter.verb} is told {row.told_times} times"
    yield from (
        f"{letter.verb} failed: {why}"
        for letter, why in shop.store.refusals
        if not shop.played.may_fail(_addressed(letter, shop)) and not shop.service.blinked
    )
    failures = sum(
        n
        for (channel, fault), n in shop.world.faults.items()
        if channel == shop.kind and fault not in ("throttled", "shuffled")
    )
    if not failures and not shop.world.crashes:
        yield from ("a throttle is counted" for row in shop.store.rows if _tries(row.letter, shop) > 0)


def _tries(letter: Letter, shop: Any) -> int:
    return 0 if shop.played.may_fail(_addressed(letter, shop)) else letter.attempts


def _addressed(letter: Letter, shop: Any) -> Letter:
    """Return a letter with the order's id there, which it has not when it is written before that is known."""
    return replace(letter, remote_id=letter.remote_id or shop.store.registered.get(letter.order_id, ""))


def _of_orders(shop: Any) -> Iterator[str]:
    yield from (f"{i} is not known as it is there" for i in at_odds(shop.played, shop.store))


def _of_the_service(shop: Any) -> Iterator[str]:
    told: dict[str, list[Letter]] = {}
    for row in shop.store.rows:
        if row.state == "told":
            told.setdefault(row.letter.verb, []).append(row.letter)
    yield from shop.played.wrongs(told)
    yield from _out_of_order(shop)
    spoken = shop.world.faults[shop.kind, "spoke when quiet"]
    quiets = len(shop.world.quiet.get(shop.kind, ()))
    # Who died before it could say so has told nobody of it.
    forgotten = shop.world.jumps or shop.world.two_workers or shop.world.crashes
    if not forgotten and spoken > _ON_THEIR_WAY * quiets:
        yield f"{spoken} requests when asked to be quiet"


def _out_of_order(shop: Any) -> Iterator[str]:
    """Yield the orders of which letters did not arrive in the order they were written in."""
    written: dict[str, list[str]] = {}
    for row in shop.store.rows:
        remote_id = row.letter.remote_id or shop.store.registered.get(row.letter.order_id, "")
        verb = "cancel" if row.letter.verb == "reject" and shop.kind == "imweb" else row.letter.verb
        written.setdefault(remote_id, []).append(verb)
    last: Counter[str] = Counter()
    for asked in shop.world.asked:
        if asked.channel != shop.kind or not asked.body or asked.status >= 300:
            continue
        said = shop.played.verb_of(asked.method, asked.path, asked.body)
        if said is None or said[1] not in written.get(said[0], ()):
            continue
        order_id, verb = said
        place = written[order_id].index(verb)
        if place < last[order_id]:
            yield f"{order_id}: {verb} came late"
        if verb not in shop.played.overtakes:
            last[order_id] = max(last[order_id], place)


def _of_attention(shop: Any) -> Iterator[str]:
    there = shop.played.shown().keys() | shop.played.vanished
    yield from (f"{i} is forgotten here" for i in shop.store.heard_of - shop.store.orders.keys())
    for remote_id, order in shop.store.orders.items():
        if remote_id not in there:
            yield f"{remote_id} was never there"
        if remote_id in shop.played.vanished and order.status in OPEN and not shop.store.missed[remote_id]:
            yield f"{remote_id} is missing there, and nobody is told"
    for remote_id in shop.store.missed.keys() - shop.played.vanished:
        yield f"{remote_id} is called missing and is there"
    stopped = sum(shop.world.faults[shop.kind, fault] for fault in _STOPPING)
    if shop.store.health and shop.store.health.state == "needs_you" and not stopped:
        yield f"needs somebody, for nothing: {shop.store.health.error}"
    if shop.store.health is None or shop.store.health.state != "well":
        yield "is not well when all is well"
