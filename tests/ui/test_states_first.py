"""A new service whose states are its own fetches nothing before a person has said what they mean."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from pos.actions import channels, orders
from pos.store import backlog, queries
from pos.ui.channels.mapping import Mapping
from pos.words import LANGUAGES
from sync.sandbox.control import Control
from tests.ui.labs import LAB, SECRETS


def row_of(shop, name):
    """Return how a channel is; None where it is not set up."""
    assert shop.counter.works is not None
    rows = shop.ask(backlog.channels, shop.counter.works.store.shop)
    return next((row for row in rows if row.name == name), None)


def texts(inside):
    """Return what is seen of the labels."""
    return [each.text() for each in inside.findChildren(QLabel) if each.isVisible()]


@pytest.fixture
def clinic(qtbot, connected, urls, press):
    """Return a shop that has just connected impilo by the form, where two orders were long before."""
    with Control(urls["impilo"]) as there:
        there.place()
        there.move(str(there.place()["id"]), "delivered")
    shop = connected()
    press(shop.page, "connect_service")
    press(shop.counter.window, "kind_impilo")
    qtbot.waitUntil(lambda: shop.page.inner is not None)
    form = shop.page.inner
    for name, text in (("base_url", urls["impilo"]), ("API_KEY", "practice")):
        form.findChild(QLineEdit, name).setText(text)
    press(form, "save")
    qtbot.waitUntil(lambda: isinstance(shop.page.inner, Mapping) and shop.page.inner.held.isVisible())
    return shop


def test_a_new_service_fetches_only_once_its_states_are_saved_and_goes_by_them(qtbot, clinic, press):
    page = clinic.page.inner
    assert clinic.say("mapping.held_hint", name="impilo") in texts(page)
    assert page.save.text() == clinic.say("mapping.save_and_begin")
    assert row_of(clinic, "impilo").paused_until == channels.FOREVER
    press(page, "load")
    qtbot.waitUntil(lambda: set(page.rows) == {"reconfirmAddress", "delivered"})
    assert clinic.ask(queries.board) == []
    for state, ours in (("reconfirmAddress", "placed"), ("delivered", "paid")):
        press(page, f"state_{state}")
        press(clinic.counter.window, f"pick_{ours}")
    press(page, "save")
    qtbot.waitUntil(lambda: len(clinic.ask(queries.board)) == 1)
    assert [order.remote_status for order in clinic.ask(queries.orders)] == ["reconfirmAddress"]
    assert {row.kind for row in clinic.ask(backlog.attention)} <= {"cooked_before"}
    assert row_of(clinic, "impilo").paused_until is None


def test_who_goes_back_leaves_it_paused_and_is_led_to_the_states_or_on(qtbot, clinic):
    qtbot.keyClick(clinic.page.inner, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not isinstance(clinic.page.inner, Mapping))
    page = clinic.page.inner
    qtbot.waitUntil(lambda: clinic.say("mapping.held") in texts(page))
    clinic.page.close_inner()
    health = clinic.page.health

    def line():
        return next((each for each in health.rows.rows if getattr(each, "id", "") == "c:impilo"), None)

    qtbot.waitUntil(lambda: line() is not None)
    assert [action.name for action in line().actions] == ["go_on", "map_states"]
    health.tapped.emit(line(), "map_states")
    qtbot.waitUntil(lambda: isinstance(clinic.page.inner, Mapping))
    assert clinic.ask(queries.board) == []


def test_a_person_may_begin_without_the_states(qtbot, clinic, press):
    press(clinic.page.inner, "go_on")
    qtbot.waitUntil(lambda: len(clinic.ask(queries.board)) == 2)
    assert not isinstance(clinic.page.inner, Mapping)


def test_a_form_that_cannot_be_saved_holds_nothing_back(qtbot, connected, urls, press):
    shop = connected()
    press(shop.page, "connect_service")
    press(shop.counter.window, "kind_impilo")
    qtbot.waitUntil(lambda: shop.page.inner is not None)
    form = shop.page.inner
    for name, text in (("base_url", urls["impilo"]), ("API_KEY", "practice")):
        form.findChild(QLineEdit, name).setText(text)
    shop.file.write_text(shop.file.read_text(encoding="utf-8") + "\n# by hand\n", encoding="utf-8")
    press(form, "save")
    qtbot.waitUntil(lambda: form.reload.isVisible())
    assert not shop.do(lambda tx: channels.is_held_back(tx.states.channel("impilo")["paused_until"], None))


def test_a_channel_that_is_set_up_by_hand_without_states_fetches_as_ever(qtbot, connected, urls):
    with Control(urls["impilo"]) as there:
        there.place()
    table = LAB.replace("rayteams", "impilo").format(url=urls["impilo"], more="")
    shop = connected(table, LAB_API_KEY="practice")
    qtbot.waitUntil(lambda: len(shop.ask(queries.board)) == 1)


def test_another_map_of_a_working_channel_is_taken_over_at_once(qtbot, connected, urls, press):
    with Control(urls["impilo"]) as there:
        there.move(str(there.place()["id"]), "gone back")
    table = LAB.replace("rayteams", "impilo").format(url=urls["impilo"], more="")
    shop = connected(table, LAB_API_KEY="practice")
    qtbot.waitUntil(lambda: [row.kind for row in shop.ask(backlog.attention)] == ["unknown_status"])
    shop.page.open_mapping("lab")
    qtbot.waitUntil(lambda: isinstance(shop.page.inner, Mapping))
    page = shop.page.inner
    assert not page.held.isVisible()
    press(page, "load")
    qtbot.waitUntil(lambda: "gone back" in page.rows)
    press(page, "state_gone back")
    press(shop.counter.window, "pick_canceled")
    press(page, "save")
    qtbot.waitUntil(lambda: [order.status.value for order in shop.ask(queries.orders)] == ["canceled"])
    assert "unknown_status" not in [row.kind for row in shop.ask(backlog.attention)]


# --- a channel that is told nothing for want of a map ------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_channel_without_a_map_says_that_it_is_told_nothing_and_leads_to_its_states(
    qtbot, connected, urls, language
):
    shop = connected(LAB.format(url=urls["rayteams"], more=""), language=language, **SECRETS)
    health = shop.page.health

    def line():
        return next((each for each in health.rows.rows if getattr(each, "id", "") == "c:lab"), None)

    qtbot.waitUntil(lambda: line() is not None)
    assert shop.say("mapping.untold") in line().sub
    assert "map_states" in [action.name for action in line().actions]
    shop.page.open_channel("lab")
    page = shop.page.inner

    def unmapped():
        return next((each for each in page.list.rows.rows if getattr(each, "id", "") == "unmapped"), None)

    qtbot.waitUntil(lambda: unmapped() is not None)
    assert unmapped().title == shop.say("mapping.untold")
    assert "told" not in [getattr(each, "id", "") for each in page.list.rows.rows]
    page.list.tapped.emit(unmapped(), "map_states")
    qtbot.waitUntil(lambda: isinstance(shop.page.inner, Mapping))


def test_a_channel_with_a_map_is_well_and_has_been_told_everything(qtbot, connected, urls):
    more = '[channel.workflow]\n"ewb-5" = "rejected"'
    shop = connected(LAB.format(url=urls["rayteams"], more=more), **SECRETS)
    shop.page.open_channel("lab")
    page = shop.page.inner
    qtbot.waitUntil(lambda: "told" in [getattr(each, "id", "") for each in page.list.rows.rows])
    assert not row_of(shop, "lab").unmapped


def test_the_order_says_that_the_map_is_what_its_letter_lacks(qtbot, connected, urls):
    with Control(urls["rayteams"]) as there:
        there.place()
    shop = connected(LAB.format(url=urls["rayteams"], more=""), **SECRETS)
    qtbot.waitUntil(lambda: len(shop.ask(queries.board)) == 1)
    order = shop.ask(queries.board)[0]
    shop.do(orders.accept, order.id)
    window = shop.counter.window
    window.find_order(order.id)
    wanted = shop.say("fault.unmapped")
    qtbot.waitUntil(lambda: wanted in [said.replace("\u200b", "") for said in texts(window)])
