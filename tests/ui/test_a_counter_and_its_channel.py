"""A whole counter with its channel on loopback: what a person does when the channel needs one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pos.actions import intake, orders, outbox
from pos.config import load
from pos.counter import Counter
from pos.secrets import Secrets
from pos.store import backlog, queries
from pos.store.store import Store
from pos.store.tx import Who
from pos.ui.till.settle import Settle
from sync.sandbox.control import Control
from sync.sandbox.fankahui import WRONG_PASSWORD
from sync.sandbox.server import Sandbox

CONFIG = """
[shop]
name = "泛盈总店"
currency = "CNY"
language = "zh_CN"
timezone = "Asia/Shanghai"

[[channel]]
name = "fankahui"
kind = "fankahui"
base_url = "{url}"

[[printer]]
name = "kitchen"
device = "virtual:"
prints = ["kitchen", "settlement"]
"""


@pytest.fixture
def url():
    """Serve fankahui on loopback and return its address."""
    with Sandbox() as served:
        yield served.urls["fankahui"]


@pytest.fixture
def service(url):
    """Return the guests' side of fankahui."""
    with Control(url) as control:
        yield control


@pytest.fixture
def environment():
    """Return where the counter's secrets stand; a person may change them."""
    return {
        "POS_SECRET_SHOP_JOURNAL": "key",
        "POS_SECRET_FANKAHUI_USERNAME": "counter",
        "POS_SECRET_FANKAHUI_PASSWORD": "practice",
    }


@pytest.fixture
def config(tmp_path, url):
    """Return the shop's configuration file."""
    file = tmp_path / "config.toml"
    file.write_text(CONFIG.format(url=url), encoding="utf-8")
    return file


@pytest.fixture
def opened(qtbot, tmp_path, config, environment):
    """Return a way to open the counter at its channels page."""
    made = []

    def open_counter(**facts):
        made.append(Counter(config, secrets=Secrets(tmp_path, environment), **facts))
        qtbot.addWidget(made[0].window)
        with qtbot.waitSignal(made[0].opened):
            made[0].window.showMaximized()
        made[0].window.turn("channels")
        return made[0], made[0].window.pages["channels"]

    yield open_counter
    for each in made:
        each.stop()


def offers(listed):
    """Return all that can be tapped in a list: (row, name) by name."""
    lines = [line for line in listed.rows.rows if hasattr(line, "actions")]
    return {action.name: line for line in lines for action in line.actions}


def test_what_was_not_cooked_before_becomes_one_of_our_orders(qtbot, opened, service, tap):
    remote = service.place()
    service.check_in(remote["id"])
    counter, page = opened()
    qtbot.waitUntil(lambda: "take" in offers(page.tasks))
    assert counter.works.store.ask(queries.orders) == []
    tap(page.tasks, offers(page.tasks)["take"].id, "take")
    qtbot.waitUntil(lambda: "take" not in offers(page.tasks))
    assert [order.remote_id for order in counter.works.store.ask(queries.orders)] == [remote["id"]]


def test_a_channel_that_paused_is_resumed_by_a_person(qtbot, opened, environment, tap):
    environment["POS_SECRET_FANKAHUI_PASSWORD"] = WRONG_PASSWORD
    _, page = opened()
    qtbot.waitUntil(lambda: "resume" in offers(page.health))
    assert offers(page.health)["resume"].row.error == "wrong_secrets"
    environment["POS_SECRET_FANKAHUI_PASSWORD"] = "practice"
    tap(page.health, "c:fankahui", "resume")
    qtbot.waitUntil(lambda: page.health.rows.rows[1].row.state == "well")
    assert offers(page.health) == {}


def test_where_no_channel_is_worked_none_can_be_resumed(qtbot, opened):
    _, page = opened(net=False)
    qtbot.waitUntil(lambda: len(page.health.rows.rows) == 4)
    assert page.health.rows.rows[1].row.state != "well"
    assert offers(page.health) == {}


@pytest.fixture
def before(config):
    """Return a way to do something to the store before the counter is opened."""

    def act(*actions, key=b"key"):
        shop = load(config)
        store = Store.open(shop.store_url, shop.facts, key)
        done = [store.do(action, Who("fankahui", "channel"), *args).result() for action, *args in actions]
        store.close()
        return done

    return act


def test_what_was_interrupted_is_said_and_told_again(qtbot, opened, before, service, config):
    remote = service.place()
    heard = load(config).read("fankahui", remote)
    before((intake.receive, "fankahui", heard))
    ((order,),) = before((lambda tx: queries.orders(tx.connection),))
    before((orders.accept, order.id), (outbox.claim, "fankahui", True))
    counter, _ = opened()
    qtbot.waitUntil(lambda: "1 条消息重新告诉泛盈" in counter.window.toast.words.text())
    told = lambda: [letter.state for letter in counter.works.store.ask(backlog.letters)]  # noqa: E731
    qtbot.waitUntil(lambda: told() == ["told"])
    assert service.state()["orders"][0]["status"] == "accepted"


def test_a_journal_of_another_hand_is_asked_about_when_the_counter_opens(
    qtbot, opened, before, service, config
):
    heard = load(config).read("fankahui", service.place())
    before((intake.receive, "fankahui", heard), key=b"another hand")
    _, page = opened(net=False)
    qtbot.waitUntil(lambda: "seen" in offers(page.tasks))
    assert "第 1 行不连贯" in offers(page.tasks)["seen"].title


SEED = Path(__file__).parents[1] / "sync" / "samples" / "fankahui_orders_post_request.json"


def test_the_services_own_example_goes_through_the_screen(qtbot, opened, service, tap, press):
    remote = service.place(**json.loads(SEED.read_text(encoding="utf-8")))
    counter, _ = opened()
    counter.window.turn("orders")
    new, waiting, kitchen = (lane.cards for lane in counter.window.pages["orders"].lanes)
    for lane, act in ((new, "accept"), (waiting, "check_in"), (kitchen, "settle")):
        qtbot.waitUntil(lambda lane=lane: len(lane.rows.rows) == 1)
        counter.window.alarm.acted()
        tap(lane, lane.rows.rows[0].id, act)
    qtbot.waitUntil(lambda: bool(counter.window.findChildren(Settle)))
    page = counter.window.findChildren(Settle)[-1]
    qtbot.waitUntil(lambda: len(page._orders) == 1)
    press(page, "method_cash")
    press(page, "key_5")
    press(page, "key_0")
    assert page.purse.change.text() == "¥13.80"
    press(page, "finish")
    store = counter.works.store
    qtbot.waitUntil(lambda: [row.state for row in store.ask(backlog.tickets)] == ["printed"] * 2)

    def there():
        return next(each for each in service.state()["orders"] if each["id"] == remote["id"])

    qtbot.waitUntil(lambda: there()["status"] == "paid")
    assert there()["payment"] == {"type": "cash", "status": "paid"}
    assert there()["deal"]["bill"]["id"]
    assert [row.kind for row in store.ask(backlog.tickets)] == ["kitchen", "settlement"]
