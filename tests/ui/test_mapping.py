"""A service's own states are mapped to ours on a page that shows them, and go by that at once."""

from __future__ import annotations

import webbrowser
from datetime import UTC, datetime
from urllib.request import urlopen
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit

from pos.actions import orders
from pos.config import load
from pos.store import queries
from pos.store.rows import LetterRow
from pos.ui.channels import mapping_facts
from pos.ui.channels.lines import letter_line
from pos.ui.channels.mapping import Mapping
from pos.ui.channels.mapping_facts import State
from pos.words import LANGUAGES
from sync.sandbox.control import Control
from sync.sandbox.rayteams_stock import NODES, PRODUCT
from tests.ui.labs import LAB, SECRETS

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

NEW, WAIT, MADE, DONE = (
    State("n1", "Requested", "NEW"),
    State("n2", "Wait Response", "INPROGRESS"),
    State("n3", "In production", "INPROGRESS"),
    State("n4", "Done", "CLOSED"),
)


def told(kind, states, first=None, typed=False):
    """Return which state each verb is told as, by id or as a type; empty for none."""
    tellings = mapping_facts.tellings(kind, states, first or {}, typed)
    return {each.verb: each.told.id if each.told else each.by_type for each in tellings}


def test_a_move_that_no_state_is_mapped_to_is_told_to_nobody():
    states = [NEW, WAIT._replace(ours="accepted")]
    assert told("rayteams", states) == {
        "accept": "n2", "reject": "", "execute": "", "cancel": "", "pay": "",
    }  # fmt: skip


def test_with_its_products_a_move_is_told_as_the_first_free_state_of_its_type():
    assert told("rayteams", [NEW, WAIT, MADE, DONE], typed=True)["accept"] == "n2"
    mapped = [NEW, WAIT._replace(ours="executed"), MADE, DONE]
    assert told("rayteams", mapped, typed=True)["accept"] == "n3"
    assert told("rayteams", [], typed=True)["pay"] == "CLOSED"
    assert told("rayteams", [NEW, WAIT], typed=True)["pay"] == ""


def test_no_closed_state_is_told_while_another_may_be_meant():
    declined = State("n5", "Declined", "CLOSED")
    assert told("rayteams", [NEW, DONE, declined], typed=True)["pay"] == ""
    assert told("rayteams", [NEW, DONE, declined._replace(ours="rejected")], typed=True)["pay"] == "n4"


def test_of_several_states_the_chosen_one_is_told_and_written_first():
    states = [WAIT._replace(ours="accepted"), MADE._replace(ours="accepted"), DONE._replace(ours="paid")]
    assert told("rayteams", states)["accept"] == "n2"
    assert told("rayteams", states, {"accepted": "n3"})["accept"] == "n3"
    written = mapping_facts.written(states, {"accepted": "n3"})
    assert list(written.items()) == [("n3", "accepted"), ("n2", "accepted"), ("n4", "paid")]


def test_what_the_configuration_says_by_name_is_found_again_by_id():
    workflow = {"Done": "paid", "n3": "executed", "of old": "canceled"}
    states = mapping_facts.joined([NEW, WAIT, MADE, DONE], workflow)
    assert {state.id: state.ours for state in states} == {
        "n1": "", "n2": "", "n3": "executed", "n4": "paid", "of old": "canceled",
    }  # fmt: skip
    assert mapping_facts.first_told(states, workflow) == {
        "paid": "n4", "executed": "n3", "canceled": "of old",
    }  # fmt: skip


def test_what_was_chosen_on_the_page_stays_when_the_workflow_is_loaded():
    before = [State("n2", ours="executed"), State("by hand", ours="paid")]
    states = mapping_facts.joined([NEW, WAIT], {"n2": "accepted"}, before)
    assert [(state.id, state.name, state.ours) for state in states] == [
        ("n1", "Requested", ""), ("n2", "Wait Response", "executed"), ("by hand", "", "paid"),
    ]  # fmt: skip


def test_impilo_is_told_no_states():
    assert told("impilo", [State("shipped", ours="executed")]) == {}


@pytest.fixture
def lab(qtbot, connected, urls):
    """Return a way to open the page of a RayTeams channel's states."""

    def open_page(more="", **facts):
        shop = connected(LAB.format(url=urls["rayteams"], more=more), **SECRETS, **facts)
        shop.page.open_mapping("lab")
        qtbot.waitUntil(lambda: shop.page.inner is not None)
        return shop

    return open_page


@pytest.fixture
def choose(press):
    """Return a hand that says which of ours a state of theirs is."""

    def say(shop, state, ours):
        press(shop.page.inner, f"state_{state}")
        press(shop.counter.window, f"pick_{ours}")

    return say


def told_as(shop, verb):
    """Return what the page says that a move is told as."""
    return shop.page.inner.side.findChildren(QLabel, f"told_{verb}")[-1].text()  # the one before goes later


def test_the_workflow_of_a_product_is_loaded_mapped_saved_and_told(qtbot, lab, urls, press, choose):
    shop = lab(f'products = ["{PRODUCT["_id"]}"]')
    page = shop.page.inner
    press(page, "load")
    qtbot.waitUntil(lambda: list(page.rows) == list(NODES))
    assert told_as(shop, "accept") == shop.say("mapping.told_guessed", state="Wait Response")
    assert told_as(shop, "reject") == shop.say("mapping.told_not")
    choose(shop, "node_1669006551533", "accepted")
    choose(shop, "ewb-5", "rejected")
    assert told_as(shop, "accept") == shop.say("mapping.told_as", state="Confirmed")
    press(page, "save")
    qtbot.waitUntil(lambda: shop.page.inner is not page)
    [part] = load(shop.file).channel
    assert part.settings["workflow"] == {"node_1669006551533": "accepted", "ewb-5": "rejected"}
    assert "[channel.workflow]" in shop.file.read_text(encoding="utf-8")
    with Control(urls["rayteams"]) as group:
        group.place()
        qtbot.waitUntil(lambda: len(shop.ask(queries.board)) == 1)
        shop.do(orders.accept, shop.ask(queries.board)[0].id)
        moved = lambda: group.state()["orders"][0]["status"]  # noqa: E731
        qtbot.waitUntil(lambda: moved() == "node_1669006551533")


def test_of_two_states_that_mean_the_same_the_one_that_is_told_is_chosen(qtbot, lab, press, choose):
    shop = lab('[channel.workflow]\none = "accepted"\ntwo = "accepted"')
    page = shop.page.inner
    assert told_as(shop, "accept") == shop.say("mapping.told_several", n=2, state="one")
    assert (page.rows["one"].badge.isVisible(), page.rows["two"].tell.isVisible()) == (True, True)
    press(page, "tell_two")
    assert told_as(shop, "accept") == shop.say("mapping.told_several", n=2, state="two")
    choose(shop, "one", "executed")
    assert told_as(shop, "accept") == shop.say("mapping.told_as", state="two")
    press(page, "save")
    qtbot.waitUntil(lambda: shop.page.inner is not page)
    assert load(shop.file).channel[0].settings["workflow"] == {"one": "executed", "two": "accepted"}


def test_the_order_in_which_states_are_told_is_the_order_in_which_they_are_written(qtbot, lab, press):
    shop = lab('[channel.workflow]\none = "accepted"\ntwo = "accepted"\nthree = "paid"')
    page = shop.page.inner
    press(page, "tell_two")
    press(page, "save")
    qtbot.waitUntil(lambda: shop.page.inner is not page)
    workflow = load(shop.file).channel[0].settings["workflow"]
    assert list(workflow).index("two") < list(workflow).index("one")
    assert workflow == {"one": "accepted", "two": "accepted", "three": "paid"}


def test_states_are_typed_by_hand_and_taken_out_of_the_mapping(qtbot, lab, press, choose):
    shop = lab('[channel.workflow]\ngone = "paid"')
    page = shop.page.inner
    page.own.setText("Bei uns")
    press(page, "add_state")
    choose(shop, "Bei uns", "executed")
    choose(shop, "gone", "")
    press(page, "save")
    qtbot.waitUntil(lambda: shop.page.inner is not page)
    assert load(shop.file).channel[0].settings["workflow"] == {"Bei uns": "executed"}


def test_what_was_chosen_stays_when_the_configuration_was_changed_meanwhile(qtbot, lab, press, choose):
    shop = lab('[channel.workflow]\none = "accepted"')
    page = shop.page.inner
    choose(shop, "one", "executed")
    text = shop.file.read_text(encoding="utf-8")
    shop.file.write_text(text.replace("poll_seconds = 0.2", "poll_seconds = 0.3"), encoding="utf-8")
    press(page, "save")
    press(page, "reload")
    qtbot.waitUntil(lambda: page.why.text() == shop.say("settings.reloaded"))
    press(page, "save")
    qtbot.waitUntil(lambda: shop.page.inner is not page)
    [part] = load(shop.file).channel
    assert (part.poll_seconds, part.settings["workflow"]) == (0.3, {"one": "executed"})


def test_without_states_the_page_says_what_to_do(lab):
    shop = lab()
    assert shop.page.inner.empty.isVisible()
    assert told_as(shop, "execute") == shop.say("mapping.told_not")


def test_a_service_that_cannot_be_asked_says_why_and_nothing_is_lost(qtbot, connected, press):
    table = LAB.format(url="http://127.0.0.1:9", more='[channel.workflow]\nours = "executed"')
    shop = connected(table, **SECRETS)
    shop.page.open_mapping("lab")
    qtbot.waitUntil(lambda: shop.page.inner is not None)
    page = shop.page.inner
    press(page, "load")
    qtbot.waitUntil(lambda: page.why.text() == shop.say("tried.no_connection"))
    assert list(page.rows) == ["ours"]
    assert page.save.isEnabled()


def test_a_new_service_with_a_workflow_goes_on_to_its_states(qtbot, connected, urls, press):
    shop = connected()
    press(shop.page, "connect_service")
    press(shop.counter.window, "kind_impilo")
    qtbot.waitUntil(lambda: shop.page.inner is not None)
    form = shop.page.inner
    for name, text in (("base_url", urls["impilo"]), ("API_KEY", "practice")):
        form.findChild(QLineEdit, name).setText(text)
    press(form, "save")
    qtbot.waitUntil(lambda: getattr(shop.page.inner, "side", form.side) is not form.side)
    page = shop.page.inner
    assert page.name == "impilo"
    assert page.products is None
    assert shop.say("mapping.only_read") in [each.text() for each in page.findChildren(QLabel)]
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert shop.page.inner.name == "impilo"


def test_a_person_signs_in_in_the_browser_before_anything_is_saved(
    qtbot, connected, urls, press, monkeypatch
):
    class Browser(webbrowser.BaseBrowser):
        """Somebody who says yes."""

        def open(self, url, _new=0, _autoraise=True):
            with urlopen(url) as page:
                return page.status == 200

    monkeypatch.setattr(webbrowser, "_tryorder", ["ours"])
    monkeypatch.setitem(webbrowser._browsers, "ours", [None, Browser()])
    shop = connected()
    press(shop.page, "connect_service")
    press(shop.counter.window, "kind_rayteams")
    qtbot.waitUntil(lambda: shop.page.inner is not None)
    form = shop.page.inner
    given = {"base_url": urls["rayteams"], "CLIENT_ID": "ours", "CLIENT_SECRET": "secret"}
    for name, text in given.items():
        form.findChild(QLineEdit, name).setText(text)
    assert form.entries.signed_in.text() == shop.say("channels.sign_in_missing")
    press(form, "sign_in")
    qtbot.waitUntil(lambda: form.entries.signed_in.text() == shop.say("channels.signed_in"))
    press(form, "test")
    qtbot.waitUntil(lambda: form.side.trial.ok)
    press(form, "save")
    qtbot.waitUntil(lambda: shop.page.inner is not form)
    assert "REFRESH_TOKEN" in (shop.folder / "secrets.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_target_of_the_states_is_as_large_as_a_finger(qtbot, lab, language):
    shop = lab('[channel.workflow]\none = "accepted"\ntwo = "accepted"', language=language, size=(1024, 768))
    page, finger = shop.page.inner, shop.counter.window.theme.mm(12)

    def small():
        seen = [*page.findChildren(QAbstractButton), *page.findChildren(QLineEdit)]
        sizes = [(each.objectName(), each.size()) for each in seen if each.isVisible()]
        return [name for name, size in sizes if min(size.width(), size.height()) < finger]

    qtbot.waitUntil(lambda: small() == [])
    assert shop.counter.window.width() == 1024


@pytest.mark.parametrize("inside", [False, True], ids=["on the overview", "on the channel's own page"])
def test_a_letter_that_no_state_can_be_guessed_for_leads_to_the_page_of_states(qtbot, lab, inside):
    shop = lab()
    shop.page.close_inner()
    failed = LetterRow(uuid4(), "lab", uuid4(), "001", "pay", "failed", 1, NOW, "map_states", NOW)
    line = letter_line(shop.page._words, failed, {failed.channel})
    assert line.error == shop.say("fault.map_states")
    assert [action.name for action in line.actions] == ["give_up", "retry", "map_states"]
    assert "map_states" not in [
        a.name for a in letter_line(shop.page._words, failed._replace(error="x"), {failed.channel}).actions
    ]
    if inside:
        shop.page.open_channel("lab")
        qtbot.waitUntil(lambda: shop.page.inner is not None)
    shown = shop.page.inner.list if inside else shop.page.tasks
    shown.tapped.emit(line, "map_states")
    qtbot.waitUntil(lambda: isinstance(shop.page.inner, Mapping))
