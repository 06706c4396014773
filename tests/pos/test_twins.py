"""One shop that is connected twice would send every order to the kitchen twice: a person is asked first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from pos.config import Config, load
from pos.config_edit import EditTrouble
from pos.secrets import Secrets
from pos.store.store import Store
from pos.store.tx import Who
from pos.twins import Connected, twins
from pos.ui.setup import Setup
from sync.channels import KINDS

HERE, ELSEWHERE = "https://one.example", "https://two.example"
SECRETS = {
    "fankahui": {"USERNAME": "boss", "PASSWORD": "p"},
    "imweb": {"KEY": "k", "SECRET": "s"},
    "crema": {"CLIENT_ID": "c", "CLIENT_SECRET": "s"},
    "rayteams": {"CLIENT_ID": "c", "CLIENT_SECRET": "s"},
    "impilo": {"API_KEY": "k"},
}

#: Adds a channel as its form does, or changes it.
Connect = Callable[..., None]


@pytest.fixture
def setup(tmp_path: Path) -> Iterator[Setup]:
    """Return the setup of a shop that has no channel yet."""
    file = tmp_path / "config.toml"
    file.write_text('[shop]\nname = "泛盈总店"\ncurrency = "CNY"\n', encoding="utf-8")

    def apply(config: Config) -> Future[None]:
        store.serve(config.facts)
        done: Future[None] = Future()
        done.set_result(None)
        return done

    store = Store.open(f"sqlite:///{tmp_path}/s.db", load(file).facts, b"key")
    yield Setup(store, Who("小王", "screen"), file, apply, secrets=Secrets(tmp_path, {}))
    store.close()


@pytest.fixture
def connect(setup: Setup) -> Connect:
    """Return a way to save a channel as its form does."""

    def save(
        name: str,
        kind: str,
        secrets: Mapping[str, str],
        was: str = "",
        said: tuple[str, ...] = (),
        **keys: Any,
    ) -> None:
        values = {"name": name, "kind": kind, "base_url": HERE, **keys}
        setup.save_channel(setup.draft(), values, secrets, was, said)

    return save


def names(setup: Setup) -> list[str]:
    """Return the channels that are written."""
    return [table["name"] for table in setup.draft().channels]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_shop_is_connected_a_second_time_only_where_a_person_says_so(
    setup: Setup, connect: Connect, kind: str
) -> None:
    connect("one", kind, SECRETS[kind])
    with pytest.raises(EditTrouble) as trouble:
        connect("two", kind, SECRETS[kind], base_url=f"{HERE.upper()}/".replace("HTTPS", "https"))
    assert (trouble.value.code, trouble.value.facts) == ("connected_already", {"name": "one"})
    assert names(setup) == ["one"]
    assert setup.secrets.of_channel("two", KINDS[kind].secret_fields()) == {}, "nothing of it is kept"
    connect("two", kind, SECRETS[kind], said=("connected_already",))
    assert names(setup) == ["one", "two"]


@pytest.mark.parametrize("kind", KINDS)
def test_another_account_or_another_address_is_another_shop(
    setup: Setup, connect: Connect, kind: str
) -> None:
    connect("one", kind, SECRETS[kind])
    connect("two", kind, {field: f"another {value}" for field, value in SECRETS[kind].items()})
    connect("three", kind, SECRETS[kind], base_url=ELSEWHERE)
    assert names(setup) == ["one", "two", "three"]


def test_two_channels_whose_accounts_nobody_has_entered_yet_are_not_alike(
    setup: Setup, connect: Connect
) -> None:
    connect("one", "impilo", {})
    connect("two", "impilo", {})
    assert names(setup) == ["one", "two"]


def test_a_channel_that_is_given_the_account_of_another_asks_and_one_that_has_it_does_not(
    connect: Connect,
) -> None:
    connect("one", "imweb", {"KEY": "k", "SECRET": "s"})
    connect("two", "imweb", {"KEY": "another", "SECRET": "s"})
    with pytest.raises(EditTrouble, match="connected_already"):
        connect("two", "imweb", {"KEY": "k"}, was="two")
    connect("two", "imweb", {"KEY": "k"}, was="two", said=("connected_already",))
    connect("two", "imweb", {"SECRET": "a new one"}, was="two")
    connect("one", "imweb", {}, was="one", auto_accept=True)


def test_two_shops_of_one_account_are_told_apart_by_what_is_fetched_of_it() -> None:
    def shop(**keys: Any) -> Connected:
        return Connected("fankahui", {"base_url": HERE, **keys}, SECRETS["fankahui"])

    known = {"all": shop(), "a": shop(shop_id="a"), "b": shop(shop_id="b")}
    assert twins("a", known) == {"all"}
    assert twins("all", known) == {"a", "b"}
