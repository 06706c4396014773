"""A channel that another counter of the shop works: this one says so, and where a new key must be entered."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit

from pos.store import queries
from pos.store.locks import file_lock
from pos.store.rows import CallRow
from pos.words import LANGUAGES
from sync.sandbox.control import Control

FANKAHUI = """
[[channel]]
name = "fankahui"
kind = "fankahui"
base_url = "{url}"
poll_seconds = 0.2
"""
SECRETS = {"FANKAHUI_USERNAME": "counter", "FANKAHUI_PASSWORD": "practice"}
HOLDER = "kim@bar (77)"


@pytest.fixture
def other(tmp_path):
    """Return the lock of another counter that works the channel."""
    return file_lock(tmp_path / "counter.db-locks", "channel:fankahui", HOLDER)


@pytest.fixture
def second(qtbot, connected, urls, other):
    """Return a way to open a counter beside that other one, once it has seen it."""

    def open_second(language="zh_CN", **secrets):
        shop = connected(FANKAHUI.format(url=urls["fankahui"]), language, **secrets)
        qtbot.waitUntil(lambda: shop.counter._worker.worked_by("fankahui") == HOLDER)
        return shop

    with other:
        yield open_second


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_who_works_the_channel_and_that_its_calls_are_there(qtbot, second, language):
    shop = second(language, **SECRETS)
    shop.page.open_channel("fankahui")
    page = shop.page.inner
    qtbot.waitUntil(page.elsewhere.isVisible)
    assert page.elsewhere.text() == shop.say("channels.elsewhere", holder=HOLDER)
    assert HOLDER in page.elsewhere.text()
    qtbot.waitUntil(lambda: page.row is not None)
    assert page.list.rows.rows[-1].title == shop.say("channels.calls_elsewhere")


def test_a_counter_that_takes_the_channel_over_says_so_no_more(qtbot, connected, urls, other):
    with other:
        shop = connected(FANKAHUI.format(url=urls["fankahui"]), **SECRETS)
        shop.page.open_channel("fankahui")
        page = shop.page.inner
        qtbot.waitUntil(page.elsewhere.isVisible)
    qtbot.waitUntil(lambda: not page.elsewhere.isVisible())
    qtbot.waitUntil(lambda: isinstance(page.list.rows.rows[-1].row, CallRow))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_key_that_is_saved_here_is_said_to_be_needed_at_the_other_too(qtbot, second, press, language):
    shop = second(language, FANKAHUI_USERNAME="counter")
    shop.page.open_form("fankahui")
    qtbot.waitUntil(lambda: shop.page.inner is not None)
    form = shop.page.inner
    form.findChild(QLineEdit, "PASSWORD").setText("another")
    press(form, "save")
    qtbot.waitUntil(lambda: shop.page.inner is not form)
    said = shop.say("channels.saved_elsewhere", name=shop.say("channel.fankahui"), holder=HOLDER)
    qtbot.waitUntil(lambda: shop.counter.window.toast.words.text() == said)
    assert HOLDER in said
    assert shop.ask(queries.tries) == {"fankahui": 1}
    assert shop.page.inner.elsewhere.isVisible()


def test_try_again_is_pressed_for_the_other_counter_too(qtbot, second, press, urls):
    shop = second(**SECRETS)
    shop.do(lambda tx: tx.states.put_channel("fankahui", state="needs_you", error="wrong_secrets"))
    shop.page.open_channel("fankahui")
    press(shop.page.inner, "try_now")
    qtbot.waitUntil(lambda: shop.ask(queries.tries) == {"fankahui": 1})
    resumed = shop.say("sync.resumed", name=shop.say("channel.fankahui"))
    qtbot.waitUntil(lambda: shop.counter.window.toast.words.text() == resumed)
    with Control(urls["fankahui"]) as guests:
        assert guests.state()["orders"] == []
