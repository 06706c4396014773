"""What lets in is renewed on one computer: another one, left with what is used up, never sends it."""

from __future__ import annotations

import platform
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from pos.actions import channels
from pos.adapters import Net, sync_once
from pos.config import Config
from pos.domain.refusals import Refused
from pos.renewing import ELSEWHERE, renewal, renewed_elsewhere
from pos.secrets import Secrets, SecretsTrouble
from pos.store import backlog
from pos.store.database import utcnow
from pos.store.notices import States
from pos.store.rows import ChannelRow
from pos.store.store import Store
from pos.store.trouble import StoreTrouble
from pos.store.tx import Who
from pos.ui.setup import Setup
from pos.words import Words
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

WHO = Who("lab", "channel")
HERE = platform.node()
GIVEN = {"CLIENT_ID": "shop", "CLIENT_SECRET": "practice", "REFRESH_TOKEN": "practice"}


def shop_of(url: str) -> Config:
    """Return a shop's configuration with one channel, called `lab`."""
    lab = {"name": "lab", "kind": "rayteams", "base_url": url, "poll_seconds": 0.2}
    return Config.model_validate({"shop": {"name": "泛盈总店", "currency": "CNY"}, "channel": [lab]})


class Computer:
    """One of a shop's computers: the store is all of theirs, what lets in is its own."""

    def __init__(self, store: str, config: Config, folder: Path) -> None:
        self.environment = {f"POS_SECRET_LAB_{field}": value for field, value in GIVEN.items()}
        self.store, self.config = Store.open(store, config.facts, b"key"), config
        self.secrets = Secrets(folder, self.environment)
        self.net: Net | None = None
        self._rung = threading.Event()
        self.store.subscribe(lambda _topics: self._rung.set())

    def renew(self, *tokens: str) -> None:
        """Renew what lets in, as a worker that is opened now does, once for each of these refresh tokens."""
        keep = renewal(self.store, WHO, self.secrets, "lab", "rayteams")
        for token in tokens:
            keep({"ACCESS_TOKEN": f"with {token}", "REFRESH_TOKEN": token})

    def used_up(self) -> str:
        """Return the computer that used up what lets in here."""
        return renewed_elsewhere(self.store, self.secrets, "lab")

    def marks(self) -> int:
        """Return of how many the store knows that they are used up."""
        return len(self.store.ask(lambda read: States(read).channel("lab")["renewed"]))

    def work(self) -> Net:
        """Open the counter."""
        self.net = Net(self.store, self.config, self.secrets, printing=False)
        self.net.start()
        return self.net

    def until(self, state: str, error: str = "") -> ChannelRow:
        """Return how the channel is, once it is so."""
        while True:
            self._rung.clear()
            (row,) = self.store.ask(backlog.channels, self.store.shop)
            if (row.state, row.error) == (state, error):
                return row
            self._rung.wait()

    def leave(self) -> None:
        """Close the counter."""
        if self.net is not None:
            self.net.stop()
        self.store.close()


@pytest.fixture
def computer(tmp_path: Path, new_store: Callable[[Path], str]) -> Iterator[Callable[..., Computer]]:
    """Return what sets up a computer of one shop, by its name; all are closed at the end."""
    store, made = new_store(tmp_path / "s.db"), []

    def set_up(name: str, url: str = "https://lab.example") -> Computer:
        made.append(Computer(store, shop_of(url), tmp_path / name))
        return made[-1]

    yield set_up
    for one in made:
        one.leave()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Serve the services."""
    with Sandbox(patient=True) as served:
        yield served


def test_what_one_computer_renewed_is_used_up_on_the_other_and_not_on_itself(
    computer: Callable[..., Computer],
) -> None:
    one, other = computer("one"), computer("other")
    assert other.used_up() == ""
    one.renew("second", "third")
    one.renew("fourth")
    assert (one.used_up(), other.used_up()) == ("", HERE)


def test_however_often_a_sign_in_is_renewed_one_mark_is_kept_of_it_that_says_nothing_of_it(
    computer: Callable[..., Computer],
) -> None:
    one = computer("one")
    one.renew(*(f"token {number}" for number in range(20)))
    kept = str(one.store.ask(lambda read: States(read).channel("lab")["renewed"]))
    assert (one.marks(), "token" in kept, "practice" in kept) == (1, False, False)


def test_a_renewal_that_gives_no_other_refresh_token_uses_none_up(computer: Callable[..., Computer]) -> None:
    one, other = computer("one"), computer("other")
    keep = renewal(one.store, WHO, one.secrets, "lab", "rayteams")
    keep({"ACCESS_TOKEN": "fresh"})
    assert (one.marks(), other.used_up()) == (0, "")


def test_a_power_cut_between_keeping_and_marking_keeps_nobody_out(computer: Callable[..., Computer]) -> None:
    one = computer("one")
    one.renew("second")
    one.secrets.renewal("lab", ("ACCESS_TOKEN", "REFRESH_TOKEN"))({"REFRESH_TOKEN": "third"})
    assert one.used_up() == ""
    one.renew("fourth")
    assert one.used_up() == ""


def test_what_a_person_gives_begins_anew(computer: Callable[..., Computer]) -> None:
    one, other = computer("one"), computer("other")
    one.renew("second")
    other.environment["POS_SECRET_LAB_REFRESH_TOKEN"] = "another"
    assert other.used_up() == ""
    other.environment["POS_SECRET_LAB_REFRESH_TOKEN"] = "practice"
    assert other.used_up() == HERE
    other.secrets.keep_channel("lab", {"REFRESH_TOKEN": "signed in"})
    assert (one.used_up(), other.used_up()) == ("", "")
    other.renew("renewed there")
    assert (one.used_up(), other.used_up()) == ("", "")


def test_what_a_service_gives_again_is_not_used_up(computer: Callable[..., Computer]) -> None:
    one, other = computer("one"), computer("other")
    one.renew("second", "practice")
    assert (one.used_up(), other.used_up()) == ("", "")


def test_what_could_not_be_kept_uses_nothing_up(
    computer: Callable[..., Computer], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = computer("one")

    def full(*_args: object) -> None:
        raise SecretsTrouble("secrets_file", path="secrets.json", detail="OSError")

    monkeypatch.setattr(Secrets, "_write", full)
    with pytest.raises(SecretsTrouble):
        one.renew("second")
    assert (one.marks(), one.used_up()) == (0, "")


def test_what_the_store_did_not_take_is_marked_with_the_next_renewal(
    computer: Callable[..., Computer], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = computer("one"), computer("other")
    keep = renewal(one.store, WHO, one.secrets, "lab", "rayteams")

    def away(*_args: object) -> Future[None]:
        lost: Future[None] = Future()
        lost.set_exception(StoreTrouble("unreachable"))
        return lost

    with monkeypatch.context() as patched:
        patched.setattr(Store, "do", away)
        keep({"REFRESH_TOKEN": "second"})
    assert one.secrets.of_channel("lab", ("REFRESH_TOKEN",)) == {"REFRESH_TOKEN": "second"}
    assert other.used_up() == ""
    keep({"REFRESH_TOKEN": "third"})
    assert (one.used_up(), other.used_up()) == ("", HERE)


def test_a_channel_that_is_removed_forgets_what_was_used_up(computer: Callable[..., Computer]) -> None:
    one, other = computer("one"), computer("other")
    one.renew("second")
    one.store.do(channels.forget, WHO, "lab", "rayteams", "https://lab.example").result()
    assert other.used_up() == ""


def test_a_counter_that_takes_over_with_what_is_used_up_asks_nothing_until_somebody_signs_in_there(
    computer: Callable[..., Computer], sandbox: Sandbox
) -> None:
    url = sandbox.urls["rayteams"]
    with Control(url) as lab:
        lab.reset()
    one = computer("one", url)
    one.work()
    one.until("well")
    other = computer("other", url)
    there = other.work()
    one.leave()
    said = other.until("needs_you", f"{ELSEWHERE}: {HERE}").error
    assert HERE in Words("en_US").fault(said)
    assert (there.calls("lab"), there.worked_by("lab")) == ([], ""), "what is used up is not sent"
    tokens = ("ACCESS_TOKEN", "REFRESH_TOKEN")
    other.secrets.keep_channel("lab", dict.fromkeys(tokens, "of a sign-in"), tokens)
    other.store.do(channels.try_again, WHO, "lab").result()
    other.until("well")


def test_a_counter_that_comes_back_to_what_it_renewed_goes_on_by_itself(
    computer: Callable[..., Computer], sandbox: Sandbox
) -> None:
    url = sandbox.urls["rayteams"]
    with Control(url) as lab:
        lab.reset()
    one, other = computer("one", url), computer("other", url)
    one.work()
    one.until("well")
    other.work()
    assert one.net is not None
    one.net.stop()
    other.until("needs_you", f"{ELSEWHERE}: {HERE}")
    one.work()
    one.until("well")


async def test_a_shell_beside_neither_works_the_channel_nor_asks_for_its_books(
    computer: Callable[..., Computer], sandbox: Sandbox
) -> None:
    url = sandbox.urls["rayteams"]
    one, other = computer("one", url), computer("other", url)
    one.renew("second")
    (report,) = await sync_once(other.store, other.config, other.secrets)
    assert report.held_by == HERE
    net = other.work()
    with pytest.raises(Refused, match="one_sign_in"):
        net.reconcile("lab", other.store.shop.business_day(utcnow())).result()


def test_a_form_does_not_try_what_is_used_up(
    computer: Callable[..., Computer], sandbox: Sandbox, tmp_path: Path
) -> None:
    url = sandbox.urls["rayteams"]
    one, other = computer("one", url), computer("other", url)
    nowhere: Any = None
    form = Setup(other.store, WHO, tmp_path / "config.toml", nowhere, secrets=other.secrets)
    one.renew("second")
    tried = form.try_channel("rayteams", {"base_url": url}, {}, "lab")
    assert (tried.ok, tried.fault) == (False, f"{ELSEWHERE}: {HERE}")
    assert form.try_channel("rayteams", {"base_url": url}, {"REFRESH_TOKEN": "of a sign-in"}, "lab").ok
