"""A host for sign-ins accepts and does not answer: who stops waiting is free at once, and nothing is lost."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import Request, urlopen

import pytest
from PySide6.QtWidgets import QLineEdit

from pos.config import load
from pos.secrets import Secrets
from pos.store import backlog

OWN = {"CLIENT_ID": "shop", "CLIENT_SECRET": "practice"}


class Door(ThreadingHTTPServer):
    """The sign-in's host of a service: it passes on what it is asked, once it is `open`."""

    daemon_threads = True

    def __init__(self, behind):
        super().__init__(("127.0.0.1", 0), Passing)
        self.behind, self.asked, self.open = behind, [], threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}"


class Passing(BaseHTTPRequestHandler):
    """One request, kept waiting at the door."""

    def do_POST(self):
        """Pass it on once the door is open."""
        form = self.rfile.read(int(self.headers["content-length"]))
        self.server.asked.append(form)
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
