"""What waits for a channel that is connected no more, on the page where people see what waits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos.actions import orders, outbox
from pos.store import backlog
from pos.words import LANGUAGES


@pytest.fixture
def stranded(till):
    """Return a shop whose channel was taken out while two letters waited for it, and one of another waits."""
    other = till.bring("imweb")
    for _ in range(2):
        till.do(orders.cancel, till.bring("fankahui").id, "sold out")
    shop = till.store.shop
    left = {name: facts for name, facts in shop.channels.items() if name != "fankahui"}
    till.store.serve(replace(shop, channels=left))
    till.do(outbox.strand, "fankahui")
    till.do(orders.accept, other.id)
    return till


def gone(till):
    """Return the line of the channel that is gone, if it is there."""
    rows = till.window.pages["channels"].health.rows.rows
    return next((line for line in rows if line.id == "g:fankahui"), None)


def about(till, channel):
    """Return the states of the letters to a channel."""
    return [row.state for row in till.store.ask(backlog.letters, (), None) if row.channel == channel]


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_waits_for_a_channel_that_will_not_be_back_is_given_up_at_once_with_a_reason(
    qtbot, opened, stranded, tap, press, language
):
    opened(language)
    page = stranded.window.pages["channels"]
    stranded.window.turn("channels")
    qtbot.waitUntil(lambda: gone(stranded) is not None)
    assert "2" in gone(stranded).sub
    others = about(stranded, "imweb")
    tap(page.health, "g:fankahui", "give_up_all")
    press(stranded.window, "not_needed")
    said = stranded.desk.words.say("sync.given_up", n=2)
    qtbot.waitUntil(lambda: stranded.window.toast.words.text() == said)
    assert about(stranded, "fankahui") == ["dropped", "dropped"]
    assert about(stranded, "imweb") == others
    qtbot.waitUntil(lambda: gone(stranded) is None)


def test_a_channel_that_is_gone_and_has_open_orders_alone_offers_nothing_to_give_up(qtbot, opened, till):
    till.bring("fankahui")
    shop = till.store.shop
    left = {name: facts for name, facts in shop.channels.items() if name != "fankahui"}
    till.store.serve(replace(shop, channels=left))
    opened()
    till.window.turn("channels")
    qtbot.waitUntil(lambda: gone(till) is not None)
    assert gone(till).actions == ()
