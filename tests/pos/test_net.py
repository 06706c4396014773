"""A running counter goes by a changed configuration at once, and by the clock where nothing is written."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest

from pos.actions import orders as moves
from pos.actions import spool
from pos.actions.channels import pause, resume, try_again
from pos.adapters import Net
from pos.config import Config
from pos.connecting import try_out
from pos.secrets import Secrets, SecretsTrouble
from pos.store.backlog import attention, channels, letters, printers, tickets
from pos.store.queries import heard, orders
from pos.store.rows import ChannelRow, TicketRow
from pos.store.spool import Draft
from pos.store.store import Store
from pos.store.tx import Tx, Who
from pos.words import Words
from printing.status import health_of
from printing.tickets import KitchenTicket, to_json
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

WHO = Who("小王", "screen")
AWAY = "tcp://127.0.0.1:9"


SHOP = {"name": "泛盈总店", "currency": "CNY"}


def config(**printers: dict[str, Any]) -> Config:
    """Return a shop's configuration with these printers."""
    tables = [{"name": name, "prints": ["kitchen"], **keys} for name, keys in printers.items()]
    return Config.model_validate({"shop": SHOP, "printer": tables})


def connected(**channels: dict[str, Any]) -> Config:
    """Return a shop's configuration with these channels; they are asked often."""
    tables = [{"name": name, "poll_seconds": 0.2, **keys} for name, keys in channels.items()]
    return Config.model_validate({"shop": SHOP, "channel": tables})


class Running:
    """A store and its net; `until` waits for what a commit brings."""

    def __init__(self, folder: Path, first: Config) -> None:
        self.store = Store.open(f"sqlite:///{folder}/s.db", first.facts, b"key")
        self.secrets = Secrets(folder, {})
        self.net = Net(self.store, first, self.secrets, folder / "tickets")
        self._rung = threading.Event()
        self.store.subscribe(lambda _topics: self._rung.set())

    def queue(self, number: str, printer: str) -> None:
        """Queue a kitchen ticket."""
        facts = to_json(KitchenTicket(number=number, order_number="001", order_type="eat_in"))

        def write(tx: Tx) -> None:
            tx.spool.add(Draft(number, "kitchen", printer, facts, ()), tx.now)
            tx.touch("tickets")

        self.store.do(write, WHO).result()

    def until(self, wanted: Callable[[TicketRow], bool]) -> TicketRow:
        """Return the first ticket that is as wanted, once there is one."""
        return self.first(tickets, wanted)

    def first(self, query: Callable[..., Any], wanted: Callable[[Any], bool]) -> Any:
        """Return the first row of a query that is as wanted, once there is one."""
        while True:
            self._rung.clear()
            if found := next(filter(wanted, self.store.ask(query)), None):
                return found
            self._rung.wait()

    def channel(self, name: str, state: str) -> ChannelRow:
        """Return a channel, once it is in this state."""
        return cast(
            ChannelRow,
            self.first(
                lambda read: channels(read, self.store.shop),
                lambda row: (row.name, row.state) == (name, state),
            ),
        )


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Callable[[Config], Running]]:
    """Start counters; all are stopped at the end."""
    started: list[Running] = []

    def start(first: Config) -> Running:
        started.append(Running(tmp_path, first))
        started[-1].net.start()
        return started[-1]

    yield start
    for one in started:
        one.net.stop()
        one.store.close()


def swept_at(counter: Running, channel: str) -> datetime:
    """Return when all that is open at a channel's service was last asked for."""
    _, at, *_ = counter.store.ask(heard, channel)
    assert at is not None
    return at


def test_a_printer_that_is_added_prints_at_once(running: Callable[[Config], Running]) -> None:
    counter = running(config(kitchen={"device": "virtual:"}))
    counter.net.change(config(kitchen={"device": "virtual:"}, bar={"device": "virtual:"})).result()
    counter.queue("K-1", "bar")
    assert counter.until(lambda row: row.state == "printed").printer == "bar"


def test_a_printer_with_another_address_is_asked_there(running: Callable[[Config], Running]) -> None:
    counter = running(config(kitchen={"device": AWAY}))
    counter.queue("K-1", "kitchen")
    assert counter.until(lambda row: row.error != "").state == "queued"
    counter.net.change(config(kitchen={"device": "virtual:"})).result()
    counter.store.do(spool.set_aside, WHO, "kitchen").result()
    counter.queue("K-2", "kitchen")
    counter.store.do(spool.take_back, WHO, "kitchen").result()
    assert counter.until(lambda row: row.number == "K-2" and row.state == "printed").taken_by == "kitchen"


def test_what_waits_for_a_printer_that_is_gone_has_failed(running: Callable[[Config], Running]) -> None:
    counter = running(config(kitchen={"device": AWAY}))
    counter.queue("K-1", "kitchen")
    counter.net.change(config(bar={"device": "virtual:"})).result()
    assert counter.until(lambda row: row.state == "failed").error == "no_printer"
    assert [row.name for row in counter.store.ask(printers, counter.store.shop)] == ["bar"]


def test_the_fallback_is_woken_when_its_time_has_come(running: Callable[[Config], Running]) -> None:
    kitchen = {"device": AWAY, "fallback": "bar", "fallback_after": 0.1}
    counter = running(config(kitchen=kitchen, bar={"device": "virtual:"}))
    counter.store.do(spool.health, WHO, "kitchen", health_of("paper_out")).result()
    counter.queue("K-1", "kitchen")
    found = counter.until(lambda row: row.state == "printed")
    assert (found.printer, found.taken_by, found.stands_in_for) == ("kitchen", "bar", "kitchen")


def test_a_net_that_was_stopped_takes_no_change(tmp_path: Path) -> None:
    counter = Running(tmp_path, config(kitchen={"device": "virtual:"}))
    with pytest.raises(RuntimeError, match="not started"):
        counter.net.change(config())
    counter.store.close()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Serve the services."""
    with Sandbox() as served:
        yield served


@pytest.fixture
def fankahui(sandbox: Sandbox) -> Iterator[Control]:
    """Return the guests' side of fankahui, as new."""
    with Control(sandbox.urls["fankahui"]) as control:
        control.reset()
        yield control
        control.reset()


def of(sandbox: Sandbox, kind: str, **keys: Any) -> dict[str, Any]:
    """Return the table of a channel of the sandbox."""
    return {"kind": kind, "base_url": sandbox.urls[kind], **keys}


def let_in(counter: Running, *names: str) -> None:
    """Give the channels of these names secrets that let in at the sandbox."""
    fields = ("USERNAME", "PASSWORD", "CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN", "API_KEY")
    for name in names:
        counter.secrets.keep_channel(name, dict.fromkeys(fields, "practice"))


def sign_ins(counter: Running, name: str) -> int:
    """Return how often a channel signed in."""
    return sum(call.times for call in counter.net.calls(name) if call.path.startswith("/users/login"))


def test_a_channel_that_is_added_is_worked_at_once_and_others_go_on_undisturbed(
    running: Callable[[Config], Running], sandbox: Sandbox, fankahui: Control
) -> None:
    one = of(sandbox, "fankahui")
    counter = running(connected(one=one))
    let_in(counter, "one", "two")
    counter.store.do(try_again, WHO, "one").result()
    counter.channel("one", "well")
    before = sign_ins(counter, "one")
    counter.net.change(connected(one=one, two=of(sandbox, "impilo"))).result()
    assert counter.store.shop.channels["two"].kind == "impilo"
    counter.channel("two", "well")
    fankahui.place()
    assert counter.first(orders, lambda order: order.channel == "one").status.value == "placed"
    assert sign_ins(counter, "one") == before == 1


def test_a_channel_with_another_address_is_asked_there(
    running: Callable[[Config], Running], sandbox: Sandbox
) -> None:
    counter = running(connected(one={"kind": "fankahui", "base_url": "http://127.0.0.1:9"}))
    let_in(counter, "one")
    assert counter.first(
        lambda read: channels(read, counter.store.shop), lambda row: row.error != ""
    ).error in ("no_connection", "no_secrets")
    counter.net.change(connected(one=of(sandbox, "fankahui"))).result()
    assert counter.channel("one", "well").error == ""


def test_a_channel_that_is_resumed_is_asked_at_once_however_seldom_it_is_else(
    running: Callable[[Config], Running], sandbox: Sandbox, fankahui: Control
) -> None:
    counter = running(connected())
    let_in(counter, "one")
    counter.net.change(connected(one=of(sandbox, "fankahui"))).result()
    counter.channel("one", "well")
    counter.store.do(pause, WHO, "one").result()
    fankahui.place()
    counter.net.change(connected(one=of(sandbox, "fankahui", poll_seconds=3600.0))).result()
    assert counter.store.ask(orders) == []
    counter.store.do(resume, WHO, "one").result()
    assert counter.first(orders, lambda order: order.channel == "one").status.value == "placed"


def test_after_an_outage_that_a_person_ended_all_that_is_open_there_is_asked_for(
    running: Callable[[Config], Running], sandbox: Sandbox, fankahui: Control
) -> None:
    counter = running(connected())
    let_in(counter, "one")
    counter.net.change(connected(one=of(sandbox, "fankahui"))).result()
    counter.channel("one", "well")
    before = swept_at(counter, "one")
    fankahui.fault("down", times=None)
    counter.channel("one", "waiting")
    fankahui.calm()
    counter.store.do(try_again, WHO, "one").result()
    assert counter.first(lambda _: [swept_at(counter, "one")], lambda at: at > before)


def test_a_change_that_cannot_be_made_leaves_the_channel_as_it_was(
    running: Callable[[Config], Running], sandbox: Sandbox, fankahui: Control, tmp_path: Path
) -> None:
    counter = running(connected())
    let_in(counter, "one")
    counter.net.change(connected(one=of(sandbox, "fankahui"))).result()
    counter.channel("one", "well")
    kept = (tmp_path / "secrets.json").read_text()
    (tmp_path / "secrets.json").write_text("{")
    with pytest.raises(SecretsTrouble):
        counter.net.change(connected(one=of(sandbox, "fankahui", shop_id="7"))).result()
    fankahui.place()
    assert counter.first(orders, lambda order: order.channel == "one").status.value == "placed"
    (tmp_path / "secrets.json").write_text(kept)
    before = sign_ins(counter, "one")
    counter.net.change(connected(one=of(sandbox, "fankahui", shop_id="7"))).result()
    assert counter.first(lambda _: [sign_ins(counter, "one")], lambda many: many > before) == before + 1


def test_what_waits_for_a_channel_that_is_removed_has_failed_for_a_person_to_see(
    running: Callable[[Config], Running], sandbox: Sandbox, fankahui: Control
) -> None:
    counter = running(connected(one=of(sandbox, "fankahui"), two=of(sandbox, "impilo")))
    let_in(counter, "one", "two")
    counter.store.do(try_again, WHO, "one").result()
    fankahui.place(type="booking")
    order = counter.first(orders, lambda order: order.channel == "one")
    fankahui.fault("down", times=None)
    counter.store.do(moves.accept, WHO, order.id).result()
    counter.first(letters, lambda letter: letter.verb == "accept" and letter.attempts > 0)
    counter.net.change(connected(two=of(sandbox, "impilo"))).result()
    letter = counter.first(letters, lambda letter: letter.verb == "accept" and letter.state == "failed")
    assert letter.error == "channel_gone"
    assert "one" not in counter.store.shop.channels
    assert counter.net.calls("one") == []
    fankahui.calm()
    counter.net.change(connected(one=of(sandbox, "fankahui"), two=of(sandbox, "impilo"))).result()
    counter.channel("one", "well")


def test_new_tokens_are_kept_before_they_are_used_and_the_channel_goes_on_after_a_restart(
    running: Callable[[Config], Running], sandbox: Sandbox
) -> None:
    shop = connected(lab=of(sandbox, "rayteams"))
    with Control(sandbox.urls["rayteams"]) as lab:
        lab.reset()
    counter = running(shop)
    let_in(counter, "lab")
    counter.store.do(try_again, WHO, "lab").result()
    counter.channel("lab", "well")
    first = counter.secrets.of_channel("lab", ("REFRESH_TOKEN", "ACCESS_TOKEN"))
    assert first["REFRESH_TOKEN"] != "practice"
    with Control(sandbox.urls["rayteams"]) as lab:
        lab.expire_sessions()
    counter.net.stop()
    again = Net(counter.store, shop, counter.secrets)
    again.start()
    while counter.secrets.of_channel("lab", ("REFRESH_TOKEN",))["REFRESH_TOKEN"] == first["REFRESH_TOKEN"]:
        counter.channel("lab", "well")
    again.stop()
    assert [call.error for call in again.calls("lab") if call.path == "/oauth2/token"] == [""]


async def test_a_power_cut_between_getting_a_token_and_keeping_it_loses_nothing_but_the_sign_in(
    running: Callable[[Config], Running], sandbox: Sandbox
) -> None:
    shop, own = connected(lab=of(sandbox, "rayteams")), {"CLIENT_ID": "shop", "CLIENT_SECRET": "practice"}
    with Control(sandbox.urls["rayteams"]) as lab:
        lab.reset()
    settings = {"base_url": sandbox.urls["rayteams"]}
    first = await try_out("rayteams", settings, {**own, "REFRESH_TOKEN": "practice"})
    known = {**own, "REFRESH_TOKEN": first.secrets["REFRESH_TOKEN"]}
    lost = await try_out("rayteams", settings, known)  # nobody keeps what came of this
    counter = running(connected())
    counter.secrets.keep_channel("lab", known)
    counter.net.change(shop).result()
    row = counter.channel("lab", "needs_you")
    assert row.error == "permission_ended"
    assert "sign in again" in Words("en_US").fault(row.error)
    counter.secrets.keep_channel("lab", lost.secrets)  # as a person who signs in again does
    counter.store.do(try_again, WHO, "lab").result()
    assert counter.channel("lab", "well").error == ""


def test_a_token_that_cannot_be_kept_is_said_and_the_channel_goes_on_with_it(
    running: Callable[[Config], Running], sandbox: Sandbox, tmp_path: Path
) -> None:
    with Control(sandbox.urls["rayteams"]) as lab:
        lab.reset()
    counter = running(connected())
    let_in(counter, "lab")
    (tmp_path / f"secrets.json.{os.getpid()}").mkdir()  # in the way of whoever writes that file
    counter.net.change(connected(lab=of(sandbox, "rayteams"))).result()
    notice = counter.first(attention, lambda row: row.kind == "secret_not_kept")
    assert notice.channel == "lab"
    assert "IsADirectoryError" in notice.facts["detail"]
    counter.channel("lab", "well")
    assert counter.secrets.of_channel("lab", ("REFRESH_TOKEN",)) == {"REFRESH_TOKEN": "practice"}


def test_the_calls_of_a_channel_are_seen_the_newest_first_and_several_alike_as_one(
    running: Callable[[Config], Running], sandbox: Sandbox
) -> None:
    counter = running(connected(two=of(sandbox, "impilo")))
    let_in(counter, "two")
    counter.store.do(try_again, WHO, "two").result()
    counter.channel("two", "well")
    calls = counter.net.calls("two")
    assert {(call.method, call.path.partition("?")[0]) for call in calls} == {("GET", "/api/v3/order")}
    assert calls[0].at >= calls[-1].at
    assert "page&size" in calls[0].path
    assert counter.net.calls("nobody") == []
