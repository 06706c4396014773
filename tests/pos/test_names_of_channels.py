"""A channel's name is never given to another service: an id of the one may be that of the other's order."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from pos.actions import intake
from pos.adapters import strand, sync_once
from pos.adapters.channels import opened
from pos.adapters.stranger import OTHER_SERVICE, Stranger
from pos.config import Config, load
from pos.config_edit import EditTrouble
from pos.connecting import account_of
from pos.secrets import Secrets
from pos.store.backlog import channels
from pos.store.queries import orders
from pos.store.store import Store
from pos.store.tx import Who
from pos.ui.setup import Setup
from sync.channel import Channel
from sync.errors import Paused
from sync.messages import Letter, RemoteLine, RemoteOrder

WHO = Who("小王", "screen")
HERE = ("impilo", "https://one.example")
ELSEWHERE = ("impilo", "https://two.example")
WEB_SHOP = ("imweb", "https://api.imweb.example")
OTHER_KIND = ("fankahui", "https://one.example")
ORDER = RemoteOrder("1", "placed", "booking", (RemoteLine("L1", "米饭", 1, 300),), "CNY", {"id": "1"})


class Shop:
    """A shop with one channel at most, called `one`, and a store that goes by its configuration."""

    def __init__(self, folder: Path) -> None:
        self.file, self.secrets = folder / "config.toml", Secrets(folder, {})
        self.store = Store.open(f"sqlite:///{folder}/s.db", self.written().facts, b"key")
        self.setup = Setup(self.store, WHO, self.file, self.apply, secrets=self.secrets)

    def written(self, *services: tuple[str, str]) -> Config:
        """Write the configuration by hand, and return it."""
        text = '[shop]\nname = "泛盈总店"\ncurrency = "CNY"\n'
        for kind, url in services:
            text += f'[[channel]]\nname = "one"\nkind = "{kind}"\nbase_url = "{url}"\n'
        self.file.write_text(text, encoding="utf-8")
        return load(self.file)

    def apply(self, config: Config) -> Future[None]:
        """Go by a configuration, as a counter does that is opened with it."""
        self.store.serve(config.facts)
        strand(self.store)
        done: Future[None] = Future()
        done.set_result(None)
        return done

    def begin(self, *services: tuple[str, str]) -> list[Channel]:
        """Go by a configuration that was written by hand, and return its channels, ready to be worked."""
        config = self.written(*services)
        self.apply(config)
        return [opened(part, self.store, self.secrets) for part in config.channel]

    def hear(self) -> None:
        """Take an order of the channel over."""
        self.store.do(intake.receive, Who("one", "channel"), "one", ORDER).result()

    def connect(self, service: tuple[str, str], *, was: str = "", same: bool = False, **secrets: str) -> None:
        """Add the channel as its form does, or change it."""
        kind, url = service
        values = {"name": "one", "kind": kind, "base_url": url}
        sure = ("another_account",) if same else ()
        self.setup.save_channel(self.setup.draft(), values, secrets, was, sure)

    def disconnect(self) -> None:
        """Remove the channel as its form does."""
        self.setup.remove_channel(self.setup.draft(), "one")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Return a shop that has no channel yet."""
    made = Shop(tmp_path)
    yield made
    made.store.close()


@pytest.mark.parametrize("service", [ELSEWHERE, OTHER_KIND])
def test_a_name_under_which_another_service_left_orders_is_refused(
    shop: Shop, service: tuple[str, str]
) -> None:
    shop.connect(HERE)
    shop.hear()
    shop.disconnect()
    before = shop.file.read_text(encoding="utf-8")
    with pytest.raises(EditTrouble) as trouble:
        shop.connect(service)
    assert (trouble.value.code, trouble.value.facts) == ("name_was_another", {"name": "one"})
    assert shop.file.read_text(encoding="utf-8") == before
    shop.connect((HERE[0], f"{HERE[1]}/"))
    assert shop.store.shop.channels["one"].kind == HERE[0]


def test_a_name_under_which_nothing_was_heard_is_free_for_any_service(shop: Shop) -> None:
    shop.connect(HERE)
    shop.disconnect()
    shop.connect(OTHER_KIND)
    assert not isinstance(shop.begin(OTHER_KIND)[0], Stranger)


async def test_another_service_that_was_given_an_old_name_by_hand_waits_and_says_so(shop: Shop) -> None:
    shop.begin(HERE)
    shop.hear()
    shop.begin()
    (stranger,) = shop.begin(ELSEWHERE)
    assert isinstance(stranger, Stranger)
    (report,) = await sync_once(shop.store, load(shop.file), shop.secrets)
    assert (report.ok, report.error, report.fetched) == (False, OTHER_SERVICE, 0)
    (row,) = shop.store.ask(channels, shop.store.shop)
    assert (row.state, row.error) == ("needs_you", OTHER_SERVICE)
    assert [order.remote_id for order in shop.store.ask(orders)] == ["1"]
    assert not isinstance(shop.begin(HERE)[0], Stranger)


def test_another_kind_in_a_channels_place_is_not_heard_even_if_nobody_saw_the_first_one_go(
    shop: Shop,
) -> None:
    shop.begin(HERE)
    shop.hear()
    assert isinstance(shop.begin(OTHER_KIND)[0], Stranger)


def test_a_service_that_has_moved_to_another_address_is_heard_there(shop: Shop) -> None:
    shop.begin(HERE)
    shop.hear()
    assert not isinstance(shop.begin(ELSEWHERE)[0], Stranger)
    shop.begin()
    assert isinstance(shop.begin(HERE)[0], Stranger)


def test_a_channel_that_another_counter_works_is_not_gone(shop: Shop) -> None:
    shop.begin(HERE)
    shop.hear()
    with shop.store.lock("channel:one"):
        shop.begin()
    assert not isinstance(shop.begin(ELSEWHERE)[0], Stranger)


def test_another_key_under_an_old_name_is_the_same_shops_only_where_a_person_says_so(shop: Shop) -> None:
    shop.connect(WEB_SHOP, KEY="of the one", SECRET="s")
    assert not isinstance(shop.begin(WEB_SHOP)[0], Stranger)
    shop.hear()
    shop.disconnect()
    with pytest.raises(EditTrouble) as trouble:
        shop.connect(WEB_SHOP, KEY="of another", SECRET="s")
    assert (trouble.value.code, trouble.value.facts) == ("another_account", {"name": "one"})
    assert shop.setup.draft().channels == []
    shop.connect(WEB_SHOP, KEY="of another", SECRET="s", same=True)
    assert not isinstance(shop.begin(WEB_SHOP)[0], Stranger)
    said = "select count(*) from journal where act = 'channel_same_shop'"
    assert shop.store.ask(lambda read: read.exec_driver_sql(said).scalar()) == 1


def test_a_persons_word_that_it_is_the_same_shop_is_kept_only_with_the_settings(shop: Shop) -> None:
    shop.connect(WEB_SHOP, KEY="of the one", SECRET="s")
    shop.begin(WEB_SHOP)
    shop.hear()
    shop.disconnect()
    draft = shop.setup.draft()
    shop.file.write_text(shop.file.read_text(encoding="utf-8") + "# changed by hand\n", encoding="utf-8")
    kind, url = WEB_SHOP
    values = {"name": "one", "kind": kind, "base_url": url}
    secrets = {"KEY": "of another", "SECRET": "s"}
    with pytest.raises(EditTrouble):
        shop.setup.save_channel(draft, values, secrets, sure=("another_account",))
    with pytest.raises(EditTrouble, match="another_account"):
        shop.connect(WEB_SHOP, KEY="of another", SECRET="s")


def test_the_same_key_under_an_old_name_asks_nothing(shop: Shop) -> None:
    shop.connect(WEB_SHOP, KEY="of the one", SECRET="s")
    shop.begin(WEB_SHOP)
    shop.hear()
    shop.disconnect()
    shop.connect(WEB_SHOP, KEY="of the one", SECRET="another secret")
    assert not isinstance(shop.begin(WEB_SHOP)[0], Stranger)


def test_another_key_that_came_by_hand_to_an_old_name_waits_for_a_persons_word(shop: Shop) -> None:
    shop.secrets.keep_channel("one", {"KEY": "of the one", "SECRET": "s"})
    shop.begin(WEB_SHOP)
    shop.hear()
    shop.begin()
    shop.secrets.keep_channel("one", {"KEY": "of another"})
    assert isinstance(shop.begin(WEB_SHOP)[0], Stranger)
    with pytest.raises(EditTrouble, match="another_account"):
        shop.connect(WEB_SHOP, was="one")
    shop.connect(WEB_SHOP, was="one", same=True)
    assert not isinstance(shop.begin(WEB_SHOP)[0], Stranger)


def test_a_key_that_is_changed_while_orders_are_here_is_the_same_shops_where_a_person_says_so(
    shop: Shop,
) -> None:
    shop.connect(WEB_SHOP, KEY="of the one", SECRET="s")
    shop.begin(WEB_SHOP)
    shop.hear()
    with pytest.raises(EditTrouble, match="another_account"):
        shop.connect(WEB_SHOP, was="one", KEY="made anew")
    assert shop.secrets.of_channel("one", ("KEY",)) == {"KEY": "of the one"}, "nothing was saved"
    shop.connect(WEB_SHOP, was="one", same=True, KEY="made anew")
    assert not isinstance(shop.begin(WEB_SHOP)[0], Stranger)
    shop.connect(WEB_SHOP, was="one", SECRET="its secret alone")
    shop.begin()
    assert not isinstance(shop.begin(WEB_SHOP)[0], Stranger)


def test_another_host_while_orders_are_here_is_the_same_shops_where_a_person_says_so(shop: Shop) -> None:
    shop.connect(HERE)
    shop.begin(HERE)
    shop.hear()
    before = shop.file.read_text(encoding="utf-8")
    with pytest.raises(EditTrouble, match="another_account"):
        shop.connect(ELSEWHERE, was="one")
    assert shop.file.read_text(encoding="utf-8") == before
    shop.connect(ELSEWHERE, was="one", same=True)
    assert not isinstance(shop.begin(ELSEWHERE)[0], Stranger)
    shop.connect(ELSEWHERE, was="one")


def test_another_path_at_the_same_host_and_a_channel_that_has_heard_nothing_ask_nothing(shop: Shop) -> None:
    shop.connect(HERE)
    shop.begin(HERE)
    shop.connect(ELSEWHERE, was="one")
    shop.begin(ELSEWHERE)
    shop.hear()
    kind, url = ELSEWHERE
    shop.connect((kind, f"{url.upper().replace('HTTPS', 'https')}/v2"), was="one")


def test_a_service_that_came_by_hand_to_an_old_name_is_heard_once_a_person_says_that_it_moved(
    shop: Shop,
) -> None:
    shop.begin(HERE)
    shop.hear()
    shop.begin()
    assert isinstance(shop.begin(ELSEWHERE)[0], Stranger)
    with pytest.raises(EditTrouble, match="another_account"):
        shop.connect(ELSEWHERE, was="one")
    shop.connect(ELSEWHERE, was="one", same=True)
    assert not isinstance(shop.begin(ELSEWHERE)[0], Stranger)


def test_what_is_kept_of_an_account_says_nothing_of_its_key() -> None:
    kept = {account_of(name, "imweb", {"KEY": "of the one"}) for name in ("one", "two")}
    assert len(kept) == 2
    assert not any("of the one" in each for each in kept)
    assert account_of("one", "imweb", {}) == account_of("one", "fankahui", {"USERNAME": "boss"}) == ""


async def test_a_service_under_anothers_name_is_asked_and_told_nothing(shop: Shop) -> None:
    shop.begin(HERE)
    shop.hear()
    (stranger,) = shop.begin(OTHER_KIND)
    letter = Letter(uuid4(), "one", uuid4(), "1", "accept", {}, datetime.now(UTC))
    lists = [stranger.changes("", finished_since=datetime.now(UTC)), stranger.unfinished()]
    asked: list[Any] = [stranger.read("1"), stranger.tell(letter), stranger.find(letter), *map(anext, lists)]
    for answer in asked:
        with pytest.raises(Paused, match=OTHER_SERVICE):
            await answer
    await stranger.close()
