"""Two counters over one store: what a person presses at either is heeded by who works the channel."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from pos.actions.channels import forget, go_on, pause, try_again
from pos.adapters import Net
from pos.adapters.hosting import Handover
from pos.config import Config
from pos.domain.refusals import Refused
from pos.secrets import Secrets
from pos.store import backlog, queries
from pos.store.store import Store
from pos.store.tx import Who
from sync.sandbox.control import Control
from sync.sandbox.fankahui import WRONG_PASSWORD
from sync.sandbox.server import Sandbox

WORKER = "channel:fankahui"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Serve the services."""
    with Sandbox(patient=True) as served:
        yield served


@pytest.fixture
def guests(sandbox: Sandbox) -> Iterator[Control]:
    """Return the guests' side of fankahui, as new."""
    with Control(sandbox.urls["fankahui"]) as control:
        control.reset()
        yield control


class Counter:
    """One counter: its own connection to the shop's store, its own net, and the secrets of its machine."""

    def __init__(self, store: Store, config: Config, machine: Path) -> None:
        self.store, self.secrets = store, Secrets(machine, {})
        self._rung, self._stop = threading.Event(), threading.Event()
        store.subscribe(lambda _topics: self._rung.set())
        self._bell = threading.Thread(target=store.watch, args=(self._stop,))
        self._bell.start()
        self.net = Net(store, config, self.secrets, printing=False)
        self.net.start()

    def press(self, action: Callable[..., Any]) -> Any:
        """Let a person do something about the channel."""
        return self.store.do(action, Who("小王", "screen"), "fankahui").result()

    def until(self, wanted: Callable[[], Any]) -> Any:
        """Return what is wanted once there is some; of calls and locks no bell rings: it is looked again."""
        while not (found := wanted()):
            self._rung.wait(0.02)
            self._rung.clear()
        return found

    def is_seen(self, state: str) -> None:
        """Wait until the channel is shown in this state."""
        self.until(
            lambda: [row.state for row in self.store.ask(backlog.channels, self.store.shop)] == [state]
        )

    def sees_another(self) -> str:
        """Wait until another counter is seen to work the channel, and return which."""
        return str(self.until(lambda: self.net.worked_by("fankahui")))

    def sign_ins(self) -> int:
        """Return how often this counter signed in at the service; none where another works the channel."""
        calls = self.net.calls("fankahui") or []
        return sum(call.times for call in calls if call.path.startswith("/users/login"))

    def close(self) -> None:
        """Stop the net, and hear no more bells."""
        self.net.stop()
        self._stop.set()
        self._bell.join()


Open = Callable[..., Counter]


@pytest.fixture
def opened(sandbox: Sandbox, url: str, open_store: Callable[[str], Store], tmp_path: Path) -> Iterator[Open]:
    """Open counters of one store, each on a machine where this password is known; the first works."""
    made: list[Counter] = []
    base = sandbox.urls["fankahui"]
    channel = {"name": "fankahui", "kind": "fankahui", "base_url": base, "poll_seconds": 0.2}
    config = Config.model_validate({"shop": {"name": "泛盈总店", "currency": "CNY"}, "channel": [channel]})

    def open_counter(machine: str, password: str = "practice") -> Counter:
        folder = tmp_path / machine
        folder.mkdir(exist_ok=True)
        Secrets(folder, {}).keep_channel("fankahui", {"USERNAME": "counter", "PASSWORD": password})
        made.append(Counter(open_store(url), config, folder))
        return made[-1]

    yield open_counter
    for each in made:
        each.close()


def test_try_again_at_the_other_counter_is_heeded_by_the_one_that_works_the_channel(
    opened: Open, guests: Control
) -> None:
    first = opened("first")
    first.is_seen("well")
    other = opened("other")
    other.sees_another()
    guests.fault("fail", status=401, times=None)
    other.is_seen("needs_you")
    guests.calm()
    other.press(try_again)
    other.is_seen("well")
    assert first.net.worked_by("fankahui") == ""
    assert other.net.calls("fankahui") is None


def test_a_new_key_of_another_machine_is_not_the_one_that_is_worked_with(
    opened: Open, guests: Control
) -> None:
    first = opened("first", WRONG_PASSWORD)
    first.is_seen("needs_you")
    other = opened("other")
    before = first.sign_ins()
    assert other.sees_another().endswith(f"({os.getpid()})")
    other.press(try_again)
    first.until(lambda: first.sign_ins() > before)
    first.is_seen("needs_you")
    assert (first.net.worked_by("fankahui"), other.net.calls("fankahui")) == ("", None)
    first.close()
    other.is_seen("well")
    assert guests.state()["orders"] == []


def test_who_shares_the_machine_takes_the_new_key_that_was_entered_at_the_other(
    opened: Open, guests: Control
) -> None:
    first = opened("one for both", WRONG_PASSWORD)
    first.is_seen("needs_you")
    other = opened("one for both", "practice")
    other.sees_another()
    other.press(try_again)
    other.is_seen("well")
    guests.place()
    assert first.net.calls("fankahui")
    assert other.net.calls("fankahui") is None


def test_what_was_pressed_before_a_counter_was_opened_is_heeded_once_and_no_more(
    opened: Open, guests: Control
) -> None:
    first = opened("first")
    first.is_seen("well")
    for _ in range(3):
        first.press(try_again)
    first.close()
    second = opened("first")
    second.is_seen("well")
    guests.place()
    second.until(lambda: second.store.ask(queries.orders))
    assert second.sign_ins() == 1


async def test_a_worker_that_begins_anew_leaves_its_lock_to_no_other_counter(
    url: str, open_store: Callable[[str], Store]
) -> None:
    first, second = Handover(open_store(url)), open_store(url)
    with first.followed(WORKER):
        async with first.locked(WORKER) as holder:
            assert holder is None
        with second.lock(WORKER) as other:
            assert other
    async with first.locked(WORKER) as holder:
        assert holder is None
        async with first.locked(WORKER) as again:
            assert again
    with second.lock(WORKER) as free:
        assert free is None


async def test_a_lock_that_was_left_to_a_worker_which_never_came_is_given_back(
    url: str, open_store: Callable[[str], Store]
) -> None:
    first, second = Handover(open_store(url)), open_store(url)
    with first.followed(WORKER):
        async with first.locked(WORKER):
            pass
        first.give_back(WORKER)
        with second.lock(WORKER) as kept:
            assert kept
    first.give_back(WORKER)
    with second.lock(WORKER) as free:
        assert free is None


async def test_a_worker_that_cannot_begin_anew_keeps_the_channel_from_nobody(
    url: str, open_store: Callable[[str], Store]
) -> None:
    first, second = Handover(open_store(url)), open_store(url)
    with suppress(OSError), first.followed(WORKER):
        async with first.locked(WORKER):
            pass
        raise OSError
    with second.lock(WORKER) as free:
        assert free is None


def test_only_what_is_not_well_goes_on_and_a_pause_ends_first(store: Store, who: Who) -> None:
    assert store.do(go_on, who, "fankahui").result() is False
    store.do(pause, who, "fankahui").result()
    assert store.do(go_on, who, "fankahui").result() is True
    assert store.ask(queries.tries) == {"fankahui": 0}
    store.do(lambda tx: tx.states.put_channel("fankahui", error="wrong_secrets"), who).result()
    assert store.do(go_on, who, "fankahui").result() is True
    assert store.ask(queries.tries) == {"fankahui": 1}


def test_who_tries_again_is_in_the_journal_and_no_channel_is_made_up(store: Store, who: Who) -> None:
    store.do(try_again, who, "fankahui").result()
    with pytest.raises(Refused, match="no_channel"):
        store.do(try_again, who, "nowhere").result()
    assert store.ask(queries.tries) == {"fankahui": 1}
    acts = store.do(lambda tx: tx.connection.scalars(text("SELECT act FROM journal")).all(), who).result()
    assert acts == ["channel_tried_again"]
    store.do(forget, who, "fankahui", "fankahui", "http://127.0.0.1").result()
    assert store.ask(queries.tries) == {}
