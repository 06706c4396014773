"""What waits for a channel that is connected no more, on the page where people see what waits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from pos.actions import orders, outbox
from pos.store import backlog
from pos.store.rows import LetterRow
from pos.ui.channels.lines import UNMAPPED, letter_line
from pos.ui.parts.lines import Line
from pos.words import LANGUAGES, Words


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


def letter_lines(till):
    """Return the lines of the letters that are listed, by the channel that they are to."""
    rows = [line for line in till.window.pages["channels"].tasks.rows.rows if isinstance(line, Line)]
    return {line.row.channel: line for line in rows if isinstance(line.row, LetterRow)}


def test_a_letter_to_a_channel_that_is_gone_can_only_be_given_up(qtbot, opened, stranded, tap, press):
    opened()
    page, say = stranded.window.pages["channels"], stranded.desk.words.say
    stranded.window.turn("channels")
    qtbot.waitUntil(lambda: letter_lines(stranded).keys() == {"fankahui", "imweb"})
    line, other = letter_lines(stranded)["fankahui"], letter_lines(stranded)["imweb"]
    assert (line.badge, [action.name for action in line.actions]) == (say("letter.gone"), ["give_up"])
    assert (other.badge, [action.name for action in other.actions]) == (
        say("letter.waiting"), ["give_up", "retry"],
    )  # fmt: skip
    assert page.retry_all.isEnabled()
    for row in stranded.store.ask(backlog.letters, ("waiting",)):
        stranded.do(outbox.drop, row.id, "not needed")
    qtbot.waitUntil(lambda: not page.retry_all.isEnabled())
    tap(page.tasks, line.id, "give_up")
    press(stranded.window, "not_needed")
    qtbot.waitUntil(lambda: about(stranded, "fankahui").count("dropped") == 1)


def test_a_letter_refused_before_its_channel_went_is_not_offered_to_be_told_again_either(stranded):
    rows = stranded.store.ask(backlog.letters, ("failed",))
    refused = next(row for row in rows if row.channel == "fankahui")._replace(error=UNMAPPED)
    line = letter_line(Words("en_US"), refused, stranded.store.shop.channels)
    assert [action.name for action in line.actions] == ["give_up"]


def test_an_orders_detail_offers_to_give_up_what_waits_for_a_channel_that_is_gone(qtbot, opened, till, press):
    order = till.bring("fankahui")
    till.do(orders.accept, order.id)
    shop = till.store.shop
    left = {name: facts for name, facts in shop.channels.items() if name != "fankahui"}
    till.store.serve(replace(shop, channels=left))
    till.do(outbox.strand, "fankahui")
    opened()
    till.window.alarm.acted()
    board = till.window.pages["orders"]
    board.choose(order.id)
    qtbot.waitUntil(lambda: board.detail.findChild(QPushButton, "give_up") is not None)
    assert board.detail.findChild(QPushButton, "retry") is None
    said = [each.text() for each in board.detail.findChildren(QLabel)]
    assert till.desk.words.say("letter.gone") in said
    press(board.detail, "give_up")
    press(till.window, "not_needed")
    qtbot.waitUntil(lambda: sorted(about(till, "fankahui")) == ["dropped", "failed"])
