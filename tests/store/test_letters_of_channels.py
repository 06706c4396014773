"""An order's letters to one channel are nothing to another: on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from pos.actions import channels, deals, orders, outbox, sales
from pos.domain.payment import Amount
from pos.domain.shop import ChannelFacts, Shop
from pos.store import backlog, queries
from pos.store.outbox import Letter
from pos.store.store import Store
from pos.store.tx import Tx, Who
from sync.errors import UNPAID_THERE
from sync.messages import FailedPart, Health, Told
from sync.messages import Letter as Message

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
OWN, OTHER = "fankahui", "reviews"
VERBS = {OWN: "accept", OTHER: "sale"}


@pytest.fixture
def order_id(store: Store, who: Who, make_order: Callable[..., UUID]) -> UUID:
    """An order with a letter to its own channel and one to another."""
    order_id = store.do(make_order, who).result()
    for channel in (OWN, OTHER):
        store.do(write, who, order_id, channel).result()
    return order_id


def write(tx: Tx, order_id: UUID, channel: str, state: str = "waiting") -> UUID:
    """Write a letter."""
    return tx.outbox.add(channel, order_id, VERBS[channel], {"order": {"items": []}}, tx.now, state=state)


def next_of(tx: Tx, channel: str) -> Letter | None:
    """Return the letter that goes next."""
    return tx.outbox.next(channel, tx.now, before_its_time=False)


def fail(tx: Tx, channel: str) -> None:
    """Let the channel's next letter fail."""
    letter = next_of(tx, channel)
    assert letter is not None
    tx.outbox.mark(letter.id, ("waiting",), state="failed", error="no")


@pytest.mark.usefixtures("order_id")
def test_what_a_round_has_before_it_is_its_own_channels_letters_and_pause(store: Store, who: Who) -> None:
    assert store.ask(queries.outlook, OWN) == (False, True, {})
    store.do(fail, who, OWN).result()
    store.do(channels.pause, who, OWN).result()
    outlooks = [store.ask(queries.outlook, one)[:2] for one in (OWN, OTHER)]
    assert outlooks == [(True, False), (False, True)]


def test_a_quiet_that_a_service_asked_for_outlasts_what_is_said_of_it_until_it_has_passed(
    store: Store, who: Who
) -> None:
    until = NOON + timedelta(minutes=9)
    for moment in (until, NOON + timedelta(minutes=2)):
        store.do(channels.be_quiet, who, OWN, moment).result()
    store.do(channels.health, who, OWN, Health("well", heard_at=NOON)).result()
    assert store.do(channels.quiet_until, who, OWN).result() == until
    assert channels.moment_of(store.ask(queries.outlook, OWN)[2]) == until
    store.do(channels.be_quiet, who, OTHER, NOON - timedelta(seconds=1)).result()
    assert store.do(channels.quiet_until, who, OTHER).result() is None
    assert store.ask(queries.outlook, OTHER)[2] == {}


def test_only_a_channels_own_orders_are_known_by_their_ids_there(store: Store, order_id: UUID) -> None:
    found = store.ask(queries.order, order_id)
    assert found is not None
    asked = [found.remote_id, "", "nobody's"]
    assert store.ask(queries.known_ids, OWN, asked) == {found.remote_id}
    assert store.ask(queries.known_ids, OTHER, asked) == set()


@pytest.mark.parametrize(("ill", "well"), [(OWN, OTHER), (OTHER, OWN)])
def test_a_letter_is_held_back_by_those_to_its_own_channel_alone(
    store: Store, who: Who, order_id: UUID, ill: str, well: str
) -> None:
    store.do(fail, who, ill).result()
    store.do(write, who, order_id, ill).result()
    assert store.do(next_of, who, ill).result() is None
    letter = store.do(next_of, who, well).result()
    assert letter is not None
    assert (letter.channel, letter.order_id) == (well, order_id)


def test_each_channel_has_letters_of_its_own(store: Store, who: Who, order_id: UUID) -> None:
    found = {
        channel: [
            letter.verb
            for letter in store.do(lambda tx, c: tx.outbox.of_order(order_id, c), who, channel).result()
        ]
        for channel in (OWN, OTHER, "nobody")
    }
    assert found == {OWN: ["accept"], OTHER: ["sale"], "nobody": []}


@pytest.mark.parametrize(("off", "left"), [(OWN, OTHER), (OTHER, OWN)])
def test_what_one_channel_is_not_told_any_more_another_still_is(
    store: Store, who: Who, order_id: UUID, off: str, left: str
) -> None:
    assert store.do(lambda tx: tx.outbox.drop_of_order(order_id, off, "off", tx.now), who).result() == 1
    undone = {
        channel: store.do(lambda tx, c: tx.outbox.undone(order_id, c), who, channel).result()
        for channel in (off, left)
    }
    assert undone == {off: False, left: True}


def test_what_a_channel_knows_is_said_by_its_own_letters(store: Store, who: Who, order_id: UUID) -> None:
    store.do(fail, who, OTHER).result()
    assert store.ask(queries.letter_states, {order_id: OWN}) == {order_id: [("accept", "waiting")]}
    assert [card.knows for card in store.ask(queries.board)] == ["waiting"]


def test_what_was_told_is_found_page_by_page_though_all_came_at_once(
    store: Store, who: Who, make_order: Callable[..., UUID]
) -> None:
    made = [store.do(make_order, who).result() for _ in range(6)]
    for order_id in made[:5]:
        store.do(write, who, order_id, OTHER, "told").result()
    store.do(write, who, made[5], OTHER).result()
    found: list[UUID] = []
    while page := store.do(told_of, who, NOON, found[-1] if found else None).result():
        assert len(page) <= 2
        found += page
    assert (len(found), set(found)) == (5, set(made[:5]))
    assert store.do(told_of, who, NOON + timedelta(seconds=1), None).result() == []


def told_of(tx: Tx, since: datetime, after: UUID | None) -> list[UUID]:
    """Return the next two orders that were told."""
    return tx.outbox.told_of(OTHER, since, tx.orders.get(after) if after else None, 2)


def test_a_sale_is_renewed_told_split_forgotten_and_looked_for(
    store: Store, who: Who, shop: Shop, make_order: Callable[..., UUID]
) -> None:
    tells = frozenset({"sale", "forget"})
    reviews = ChannelFacts(OTHER, "crema", tells=tells, watch_days=30)
    store.serve(replace(shop, channels={**shop.channels, OTHER: reviews}))
    order_id = store.do(make_order, who).result()
    store.do(orders.accept, who, order_id).result()
    store.do(deals.settle, who, [order_id], [Amount("cash", 600)]).result()
    letter = claim(store, who)
    assert (letter.body["order"]["status"], letter.body["known"]) == ("paid", [])
    store.do(outbox.told, who, letter, Told(failed=(FailedPart("L1", "no"),))).result()
    [part] = store.ask(backlog.letters, ("failed",))
    store.do(outbox.retry, who, part.id).result()
    store.do(outbox.told, who, claim(store, who), Told()).result()
    assert store.do(channels.open_orders, who, OTHER).result() == {str(order_id): order_id}
    assert store.do(sales.forget, who, order_id, OTHER).result() is True
    assert claim(store, who).verb == "forget"


def claim(store: Store, who: Who) -> Message:
    """Take the next letter about a sale."""
    letter = store.do(outbox.claim, who, OTHER, False).result()
    assert letter is not None
    return letter


def pay(tx: Tx, order_id: UUID) -> None:
    """Let the order's own letter wait for money there, and write what money came here."""
    letter = next_of(tx, OWN)
    assert letter is not None
    soon = tx.now + timedelta(minutes=4)
    tx.outbox.mark(letter.id, ("waiting",), error=UNPAID_THERE, next_try_at=soon)
    tx.outbox.add(OWN, order_id, "pay", {"method": "cash"}, tx.now)


def test_while_one_letter_is_on_its_way_no_other_of_its_order_is(
    store: Store, who: Who, order_id: UUID
) -> None:
    store.do(pay, who, order_id).result()
    claimed = [store.do(outbox.claim, who, OWN, all_waiting).result() for all_waiting in (False, True)]
    assert [letter and letter.verb for letter in claimed] == ["pay", None]
    assert store.do(channels.recover, who, OWN).result() == 1
    assert store.do(outbox.claim, who, OWN, True).result() is not None
