"""Products whose states mean different things are mapped one by one; each order goes by its own product."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit

from pos.actions import orders
from pos.config import load
from pos.store import queries
from pos.ui.channels.mapping_facts import State
from pos.ui.channels.mapping_maps import ALL, Map, Maps
from sync.sandbox.control import Control
from sync.sandbox.rayteams_stock import PRODUCT
from sync.workflow import Node
from tests.ui.labs import LAB, SECRETS

USUAL, GUARD = PRODUCT["productname"], "Guard & co. 2.0"
REQUESTED, CONFIRMED, MADE = "node_1669006551500", "node_1669006551533", "node_1669006551590"

NODES = (
    Node("n1", "Requested", "NEW", "A"),
    Node("n2", "Done", "CLOSED", "A"),
    Node("n1", "Requested", "NEW", "B"),
    Node("n3", "Done", "CLOSED", "B"),
)


def ours(states):
    """Return what each state is, by id."""
    return {state.id: state.ours for state in states}


def test_one_product_needs_no_map_of_its_own():
    maps = Maps({"n1": "placed"}, {})
    maps.load(NODES[:2])
    assert (maps.products, maps.own) == ((), ())
    assert maps.written() == ({"n1": "placed"}, {})


def test_of_several_products_each_shows_its_own_states_by_the_map_of_all():
    maps = Maps({"Done": "paid", "of old": "canceled"}, {})
    maps.load(NODES)
    assert (maps.products, maps.own) == (("A", "B"), ())
    assert ours(maps.of(ALL).states) == {"n1": "", "n2": "paid", "n3": "paid", "of old": "canceled"}
    assert ours(maps.of("B").states) == {"n1": "", "n3": "paid"}


def test_what_is_said_of_one_product_is_written_for_it_alone():
    maps = Maps({"Done": "paid"}, {"kept": {"x": "placed"}})
    maps.load(NODES)
    states, told = maps.of("B")
    maps.change("B", Map([state._replace(ours="rejected") for state in states], told))
    assert maps.own == ("kept", "B")
    assert maps.written() == (
        {"n2": "paid", "n3": "paid"},
        {"kept": {"x": "placed"}, "B": {"n1": "rejected", "n3": "rejected"}},
    )
    maps.share("B")
    maps.share("kept")
    assert maps.written()[1] == {}
    assert ours(maps.of("B").states) == {"n1": "", "n3": "paid"}


def test_what_was_chosen_of_a_product_stays_when_states_are_loaded():
    maps = Maps({}, {"B": {"Done": "paid"}})
    maps.change("B", Map([State("by hand", ours="accepted")], {}))
    maps.load(NODES)
    assert ours(maps.of("B").states) == {"n1": "", "n3": "paid", "by hand": "accepted"}


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

    def say(shop, state, status):
        press(shop.page.inner, f"state_{state}")
        press(shop.counter.window, f"pick_{status}")

    return say


def about(page):
    """Return what the page says about whose states these are."""
    return page.whose.about.text()


def test_an_order_goes_by_what_was_said_of_its_own_product(qtbot, lab, urls, press, choose):
    with Control(urls["rayteams"]) as group:
        guard = {"currency": "원", "discount": "", "price": 90000, "productname": GUARD}
        placed = [group.place(), group.place(product=guard)]
        for order in placed:
            for state in (CONFIRMED, MADE, PRODUCT["workflow"][0]["status"]):
                group.move(order["id"], state)
        shop = lab(f'[channel.workflow]\n{CONFIRMED} = "accepted"')
        page = shop.page.inner
        assert not page.whose.isVisible()
        press(page, "load")
        qtbot.waitUntil(lambda: page.whose.isVisible())
        press(page.whose, f"choose_{GUARD}")
        assert about(page) == shop.say("mapping.whose_shared")
        page.own.setText(MADE)
        press(page, "add_state")
        choose(shop, MADE, "accepted")
        assert about(page) == shop.say("mapping.whose_own")
        press(page.whose, "choose_")
        assert about(page) == shop.say("mapping.whose_all")
        assert ours(page.states)[CONFIRMED] == "accepted"
        press(page, "save")
        qtbot.waitUntil(lambda: shop.page.inner is not page)
        [part] = load(shop.file).channel
        assert part.settings["workflow"] == {CONFIRMED: "accepted"}
        assert part.settings["workflows"] == {GUARD: {MADE: "accepted"}}
        qtbot.waitUntil(lambda: len(shop.ask(queries.board)) == len(placed))
        for card in shop.ask(queries.board):
            shop.do(orders.accept, card.id)
        qtbot.waitUntil(lambda: states_there(group) == {USUAL: CONFIRMED, GUARD: MADE})


def states_there(group):
    """Return the state of each product's order at the service."""
    return {row["product"]["productname"]: row["status"] for row in group.state()["orders"]}


OWN = f'[channel.workflow]\none = "accepted"\n\n[channel.workflows."{GUARD}"]\ntwo = "accepted"  # by hand'


def test_a_product_goes_by_the_states_of_all_again(qtbot, lab, press):
    shop = lab(OWN)
    page = shop.page.inner
    press(page.whose, f"choose_{GUARD}")
    assert list(page.rows) == ["two"]
    press(page, "share")
    assert about(page) == shop.say("mapping.whose_shared")
    press(page, "load")
    qtbot.waitUntil(page.save.isEnabled)
    assert page.why.text() == shop.say("mapping.loaded_none")
    press(page, "save")
    qtbot.waitUntil(lambda: shop.page.inner is not page)
    [part] = load(shop.file).channel
    assert (part.settings["workflow"], "workflows" in part.settings) == ({"one": "accepted"}, False)


def test_what_is_not_touched_stays_as_it_is_written(qtbot, lab, press, choose):
    shop = lab(OWN)
    page = shop.page.inner
    choose(shop, "one", "executed")
    press(page, "save")
    qtbot.waitUntil(lambda: shop.page.inner is not page)
    text = shop.file.read_text(encoding="utf-8")
    assert f'[channel.workflows."{GUARD}"]\ntwo = "accepted"  # by hand' in text
    assert 'one = "executed"' in text


def test_a_products_name_is_shown_as_it_is(lab):
    shop = lab(OWN)
    shown = [each.text().replace("&&", "&") for each in shop.page.inner.whose.findChildren(QAbstractButton)]
    assert shown == [shop.say("mapping.all_products"), GUARD, shop.say("mapping.share")]
    assert GUARD not in [each.text() for each in shop.page.inner.findChildren(QLabel)]


def test_whose_states_are_shown_is_chosen_with_a_finger(qtbot, lab, press):
    shop = lab(OWN, size=(1024, 768))
    page, finger = shop.page.inner, shop.counter.window.theme.mm(12)
    press(page.whose, f"choose_{GUARD}")

    def small():
        seen = [*page.findChildren(QAbstractButton), *page.findChildren(QLineEdit)]
        sizes = [(each.objectName(), each.size()) for each in seen if each.isVisible()]
        return [name for name, size in sizes if min(size.width(), size.height()) < finger]

    qtbot.waitUntil(lambda: small() == [])
