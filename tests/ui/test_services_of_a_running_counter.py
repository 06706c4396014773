"""A service that is connected, changed or removed while the counter runs is worked so at once."""

from __future__ import annotations

import pytest

from pos.config import load
from pos.counter import Counter
from pos.secrets import Secrets
from pos.store import backlog, queries
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

CONFIG = """[shop]
name = "泛盈总店"
currency = "CNY"
language = "zh_CN"
timezone = "Asia/Shanghai"

# our kitchen
[[printer]]
name = "kitchen"
device = "virtual:"
prints = ["kitchen"]
"""

SECRETS = {"USERNAME": "counter", "PASSWORD": "practice"}


@pytest.fixture
def service():
    """Serve fankahui, and return its address with its guests' side."""
    with Sandbox() as served, Control(served.urls["fankahui"]) as guests:
        yield served.urls["fankahui"], guests


@pytest.fixture
def counter(qtbot, tmp_path):
    """Return a counter that is open, and works what its configuration names."""
    file = tmp_path / "config.toml"
    file.write_text(CONFIG, encoding="utf-8")
    made = Counter(file, secrets=Secrets(tmp_path, {"POS_SECRET_SHOP_JOURNAL": "key"}))
    qtbot.addWidget(made.window)
    with qtbot.waitSignal(made.opened):
        made.window.showMaximized()
    qtbot.waitUntil(lambda: made._worker is not None)
    yield made
    made.stop()


def done(qtbot, counter, work, *args):
    """Hand errands to the desk as a page does, and return what came of one."""
    found = []
    counter._desk.run(work, *args, then=found.append, failed=found.append)
    qtbot.waitUntil(lambda: bool(found))
    return found[0]


def table(url, **keys):
    """Return a channel as a form has it."""
    return {"name": "fankahui", "kind": "fankahui", "base_url": url, "poll_seconds": 0.2, **keys}


def test_a_service_is_tried_connected_heard_and_removed_without_a_restart(qtbot, counter, service):
    url, guests = service
    setup, store = counter._desk.setup, counter.works.store
    guests.place()
    tried = done(qtbot, counter, setup.try_channel, "fankahui", {"base_url": url}, SECRETS)
    assert tried.ok
    draft = done(qtbot, counter, setup.draft)
    done(qtbot, counter, setup.save_channel, draft, table(url), SECRETS)
    qtbot.waitUntil(lambda: len(store.ask(queries.orders)) == 1)
    qtbot.waitUntil(lambda: bool(counter._desk.calls("fankahui")))
    assert counter._desk.reader("fankahui", guests.state()["orders"][0]).remote_id
    text = counter._file.read_text(encoding="utf-8")
    assert text.startswith(CONFIG)
    assert "practice" not in text

    draft = done(qtbot, counter, setup.draft)
    done(qtbot, counter, setup.remove_channel, draft, "fankahui")
    assert counter._desk.shop.channels == {}
    assert load(counter._file).channel == ()
    assert store.ask(backlog.channels, store.shop) == []
    assert len(store.ask(queries.orders)) == 1


def test_new_secrets_end_a_pause_that_wrong_ones_brought(qtbot, counter, service):
    url, guests = service
    setup, store = counter._desk.setup, counter.works.store
    draft = done(qtbot, counter, setup.draft)
    done(qtbot, counter, setup.save_channel, draft, table(url), {**SECRETS, "PASSWORD": "wrong"})
    qtbot.waitUntil(lambda: store.ask(backlog.channels, store.shop)[0].error == "wrong_secrets")
    guests.place()
    draft = done(qtbot, counter, setup.draft)
    done(qtbot, counter, setup.save_channel, draft, table(url), SECRETS, "fankahui")
    qtbot.waitUntil(lambda: len(store.ask(queries.orders)) == 1)
    qtbot.waitUntil(lambda: store.ask(backlog.channels, store.shop)[0].state == "well")


def test_an_order_that_a_changed_channel_accepts_by_itself_chimes_once_and_does_not_ring(
    qtbot, counter, service, monkeypatch
):
    url, guests = service
    setup, store = counter._desk.setup, counter.works.store
    chimed = []
    monkeypatch.setattr(counter.window.alarm._voice, "chime", lambda: chimed.append("once"))
    done(qtbot, counter, setup.save_channel, setup.draft(), table(url), SECRETS)
    guests.place()
    qtbot.waitUntil(lambda: counter.window.alarm.isVisible())
    counter.window.alarm.acted()
    done(qtbot, counter, setup.save_channel, setup.draft(), table(url, auto_accept=True), {}, "fankahui")
    assert store.shop.channels["fankahui"].auto_accept
    guests.place()
    qtbot.waitUntil(lambda: chimed == ["once"])
    assert not counter.window.alarm.isVisible()
