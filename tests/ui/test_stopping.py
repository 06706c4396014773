"""A host for sign-ins accepts and does not answer: who stops waiting is free at once, and nothing is lost."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import Request, urlopen

import pytest
from PySide6.QtWidgets import QLineEdit

from pos.adapters import Net
from pos.config import Config, load
from pos.secrets import Secrets
from pos.store import backlog
from pos.store.store import Store

OWN = {"CLIENT_ID": "shop", "CLIENT_SECRET": "practice"}


class Door(ThreadingHTTPServer):
    """The sign-in's host of a service: it passes on what it is asked, once it is `open`."""

    daemon_threads = True

    def __init__(self, behind):
        super().__init__(("127.0.0.1", 0), Passing)
        self.behind, self.asked = behind, []
        self.came, self.open = threading.Event(), threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}"


class Passing(BaseHTTPRequestHandler):
    """One request, kept waiting at the door."""

    def do_POST(self):
        """Pass it on once the door is open."""
        form = self.rfile.read(int(self.headers["content-length"]))
        self.server.asked.append(form)
        self.server.came.set()
        self.server.open.wait()
        kept = {name: self.headers[name] for name in ("authorization", "content-type") if self.headers[name]}
        with urlopen(Request(self.server.behind + self.path, form, kept)) as answer:
            said = answer.read()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def door(urls):
    """Serve the sign-in of RayTeams, behind a door that is closed."""
    with Door(urls["rayteams"]) as served:
        threading.Thread(target=served.serve_forever).start()
        yield served
        served.open.set()
        served.shutdown()


@pytest.fixture
def form(qtbot, connected, urls, door, press):
    """Return the counter, and the form of a RayTeams that was signed in to and is not saved yet."""
    shop = connected()
    press(shop.page, "connect_service")
    press(shop.counter.window, "kind_rayteams")
    qtbot.waitUntil(lambda: shop.page.inner is not None)
    made = shop.page.inner
    made.entries.unfold()
    entered = {"base_url": urls["rayteams"], "oauth_url": door.url, **OWN}
    for name, text in entered.items():
        made.findChild(QLineEdit, name).setText(text)
    made.entries.got.update(REFRESH_TOKEN="practice")
    return shop, made


def stopped(qtbot, shop, form, press):
    """Test, and stop while the door is closed."""
    errands = shop.counter.window.desk.setup.errands
    press(form, "test")
    qtbot.waitUntil(lambda: bool(errands._under_way))
    press(form, "stop")
    qtbot.waitUntil(lambda: form.side.result.text() == shop.say("fault.given_up"))


def test_a_test_whose_sign_in_hangs_is_stopped_at_once_and_saved_with_what_it_brings(
    qtbot, form, door, press
):
    shop, page = form
    press(page, "test")
    qtbot.waitUntil(lambda: len(door.asked) == 1)
    press(page, "stop")
    qtbot.waitUntil(lambda: page.side.result.text() == shop.say("fault.given_up"))
    assert page.test.isEnabled()
    stopped(qtbot, shop, page, press)  # tested again beside what still ends
    press(page, "save")
    assert page.why.text() == shop.say("channels.ending")
    assert load(shop.file).channel == ()
    door.open.set()
    qtbot.waitUntil(lambda: shop.page.inner is not page)
    [part] = load(shop.file).channel
    kept = Secrets(shop.folder, {}).of_channel(part.name, ("REFRESH_TOKEN",))
    assert kept["REFRESH_TOKEN"] not in ("", "practice")
    press(shop.page.inner, "go_on")  # its states are not mapped: till then nothing is fetched
    qtbot.waitUntil(lambda: [row.state for row in channels(shop)] == ["well"])
    assert len(door.asked) == 1


def channels(shop):
    """Return how the channels are."""
    return shop.ask(backlog.channels, shop.counter.works.store.shop)


def test_a_stopped_test_that_is_granted_after_all_is_what_the_form_goes_on_with(qtbot, form, door, press):
    shop, page = form
    press(page, "test")
    qtbot.waitUntil(lambda: len(door.asked) == 1)
    press(page, "stop")
    qtbot.waitUntil(lambda: page.side.result.text() == shop.say("fault.given_up"))
    door.open.set()
    qtbot.waitUntil(lambda: page.entries.got["REFRESH_TOKEN"] != "practice")
    press(page, "test")
    qtbot.waitUntil(lambda: page.side.trial.ok)


class Opened:
    """What a process works a RayTeams with. `looked` once it holds the channel, or another is known to."""

    def __init__(self, folder, config):
        self.store = Store.open(f"sqlite:///{folder}/s.db", config.facts, b"key")
        self.looked, self.rung, self._lock = threading.Event(), threading.Event(), self.store.lock
        self.store.lock = self._seen
        self.store.subscribe(lambda _topics: self.rung.set())
        self.net = Net(self.store, config, Secrets(folder, {}), folder / "tickets")
        self.net.start()

    @contextmanager
    def _seen(self, name):
        with self._lock(name) as holder:
            if holder is None:
                self.looked.set()
            yield holder
        self.looked.set()

    def until(self, state):
        """Wait until the channel is in a state."""
        while [row.state for row in self.store.ask(backlog.channels, self.store.shop)] != [state]:
            self.rung.wait()
            self.rung.clear()

    def close(self):
        """End."""
        self.net.stop()
        self.store.close()


def test_a_counter_opened_while_another_still_ends_a_sign_in_says_so_and_goes_on_with_what_that_brought(
    tmp_path, urls, door
):
    lab = {"name": "lab", "kind": "rayteams", "base_url": urls["rayteams"], "oauth_url": door.url}
    shop = {"name": "s", "currency": "CNY"}
    config = Config.model_validate({"shop": shop, "channel": [{**lab, "poll_seconds": 0.2}]})
    secrets = Secrets(tmp_path, {})
    secrets.keep_channel("lab", {**OWN, "REFRESH_TOKEN": "practice"})
    first = Opened(tmp_path, config)
    door.came.wait()
    closing = threading.Thread(target=first.close)
    closing.start()
    second = Opened(tmp_path, config)
    second.looked.wait()
    assert second.net.calls("lab") is None  # the page says that it is worked elsewhere
    door.open.set()
    closing.join()
    second.until("well")
    assert second.net.calls("lab")
    assert len(door.asked) == 1
    assert secrets.of_channel("lab", ("REFRESH_TOKEN",))["REFRESH_TOKEN"] != "practice"
    second.close()
