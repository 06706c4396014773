"""A service is tried, signed in to and saved from a page; the running counter works it at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from pos.config import load
from pos.config_edit import EditTrouble
from pos.connecting import Errands, Tried
from pos.secrets import Secrets, SecretsTrouble
from pos.store import queries
from pos.store.store import Store
from pos.store.tx import Who
from pos.ui.setup import Setup
from sync.channels import KINDS
from sync.sandbox.control import Control
from sync.sandbox.rayteams_stock import PRODUCT
from sync.sandbox.server import Sandbox

pytestmark = pytest.mark.usefixtures("hurry")

WHO = Who("小王", "screen")

#: What lets in at the sandbox, by kind; any word but `wrong` does.
SECRETS: Mapping[str, Mapping[str, str]] = {
    kind: {field: "practice" for field in place.secret_fields() if field != "ACCESS_TOKEN"}
    for kind, place in KINDS.items()
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Serve the services."""
    with Sandbox(patient=True) as served:
        yield served


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return the configuration of a shop without any service."""
    made = tmp_path / "config.toml"
    made.write_text('[shop]\nname = "泛盈总店"\ncurrency = "CNY"\n# the end\n', encoding="utf-8")
    return made


class Desk:
    """What applies a change, and remembers what it was asked."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def apply(self, config: Any) -> Future[None]:
        """Go by a configuration."""
        self.store.serve(config.facts)
        return self.done()

    @property
    def again(self) -> list[str]:
        """The channels that are to be worked anew, as often as somebody said so."""
        tries = self.store.ask(queries.tries)
        return [name for name, many in tries.items() for _ in range(many)]

    def done(self) -> Future[None]:
        """Return what is done."""
        made: Future[None] = Future()
        made.set_result(None)
        return made


@pytest.fixture
def desk(file: Path, tmp_path: Path, new_store: Callable[[Path], str]) -> Iterator[Desk]:
    """Return a store that goes by the configuration."""
    store = Store.open(new_store(tmp_path / "s.db"), load(file).facts, b"key")
    yield Desk(store)
    store.close()


@pytest.fixture
def setup(file: Path, tmp_path: Path, desk: Desk) -> Setup:
    """Return what a page asks."""
    return Setup(
        desk.store, WHO, file, desk.apply, secrets=Secrets(tmp_path, {})
    )  # fmt: skip


def signs_in(url: str) -> str:
    """Say yes, as somebody at the browser would."""
    with urlopen(url) as page:
        return str(page.status)


@pytest.mark.parametrize("kind", KINDS)
def test_a_service_that_lets_us_in_is_well(setup: Setup, sandbox: Sandbox, kind: str) -> None:
    tried = setup.try_channel(kind, {"base_url": sandbox.urls[kind]}, SECRETS[kind])
    assert (tried.ok, tried.fault) == (True, "")
    assert tried.seconds > 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_setting_is_said_before_anything_is_asked(setup: Setup, sandbox: Sandbox, kind: str) -> None:
    with pytest.raises(EditTrouble) as trouble:
        setup.try_channel(kind, {"base_url": sandbox.urls[kind], "wach": 1}, SECRETS[kind])
    assert "wach" in trouble.value.facts["detail"]


def test_rayteams_that_has_nothing_to_follow_is_asked_all_the_same(setup: Setup, sandbox: Sandbox) -> None:
    settings = {"base_url": sandbox.urls["rayteams"], "discover": False}
    assert setup.try_channel("rayteams", settings, SECRETS["rayteams"]).ok
    assert not setup.try_channel("rayteams", settings, {**SECRETS["rayteams"], "REFRESH_TOKEN": "wrong"}).ok


def test_what_a_trial_used_up_is_replaced_by_what_it_brings(setup: Setup, sandbox: Sandbox) -> None:
    settings = {"base_url": sandbox.urls["rayteams"]}
    first = setup.try_channel("rayteams", settings, SECRETS["rayteams"])
    own = {**SECRETS["rayteams"], "REFRESH_TOKEN": first.secrets["REFRESH_TOKEN"]}
    second = setup.try_channel("rayteams", settings, own)
    assert second.ok
    assert setup.try_channel("rayteams", settings, own).fault == "permission_ended"
    assert setup.try_channel("rayteams", settings, {**own, **second.secrets}).ok


def test_somebody_signs_in_in_the_browser(setup: Setup, sandbox: Sandbox) -> None:
    settings = {"base_url": sandbox.urls["rayteams"], "redirect_uri": "http://127.0.0.1:0/rayteams"}
    own = {"CLIENT_ID": "shop", "CLIENT_SECRET": "practice"}
    assert setup.try_channel("rayteams", settings, own).fault == "not_signed_in"
    got = setup.sign_in("rayteams", settings, own, browser=signs_in)
    assert got.ok
    assert got.secrets.keys() == {"ACCESS_TOKEN", "REFRESH_TOKEN"}
    assert setup.try_channel("rayteams", settings, {**own, **got.secrets}).ok


def test_a_sign_in_is_broken_off_when_nobody_waits_for_it_any_more(setup: Setup, sandbox: Sandbox) -> None:
    settings = {"base_url": sandbox.urls["rayteams"], "redirect_uri": "http://127.0.0.1:0/rayteams"}
    opened, found = threading.Event(), list[Tried]()

    def wait() -> None:
        found.append(setup.sign_in("rayteams", settings, SECRETS["rayteams"], browser=lambda _: opened.set()))

    waiting = threading.Thread(target=wait)
    waiting.start()
    opened.wait()
    setup.break_off()
    waiting.join()
    assert [(tried.ok, tried.fault) for tried in found] == [(False, "given_up")]
    setup.break_off()


def test_what_was_broken_off_before_it_began_is_not_asked_and_the_next_is(
    setup: Setup, sandbox: Sandbox
) -> None:
    began = list[str]()

    async def ask() -> Tried:
        began.append("asked")
        return Tried(True)

    settings, turn = {"base_url": sandbox.urls["rayteams"]}, setup.turn
    setup.break_off()
    handed_in = [
        setup.try_channel("rayteams", settings, SECRETS["rayteams"], turn=turn),
        setup.nodes("rayteams", settings, SECRETS["rayteams"], turn=turn),
        setup.sign_in("rayteams", settings, SECRETS["rayteams"], browser=began.append, turn=turn),
        setup.errands.run(ask, turn),
    ]
    assert [tried.fault for tried in handed_in] == ["given_up"] * 4
    assert began == []
    assert setup.errands.run(ask, setup.turn).ok
    assert setup.try_channel("rayteams", settings, SECRETS["rayteams"], turn=setup.turn).ok


def test_who_breaks_off_is_answered_at_once_and_what_was_under_way_ends_in_order() -> None:
    errands, asked, answered = Errands(), threading.Event(), threading.Event()

    async def ask() -> Tried:
        try:
            asked.set()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.to_thread(answered.wait)
        return Tried(False, "given_up", secrets={"REFRESH_TOKEN": "next"})

    found = list[Tried]()
    waiting = threading.Thread(target=lambda: found.append(errands.run(ask)))
    waiting.start()
    asked.wait()
    errands.break_off()
    errands.break_off()
    waiting.join()
    [tried] = found
    assert (tried.fault, tried.secrets) == ("given_up", {})
    assert tried.ending is not None
    assert not tried.ending.done()
    answered.set()
    assert tried.ending.result().secrets == {"REFRESH_TOKEN": "next"}


def test_without_a_browser_nobody_is_waited_for(setup: Setup, sandbox: Sandbox) -> None:
    settings = {"base_url": sandbox.urls["rayteams"], "redirect_uri": "http://127.0.0.1:0/rayteams"}
    tried = setup.sign_in("rayteams", settings, SECRETS["rayteams"], browser=lambda _: False)
    assert (tried.ok, tried.fault) == (False, "no_browser")


def test_the_states_of_a_workflow_are_those_that_orders_are_in(setup: Setup, sandbox: Sandbox) -> None:
    for kind in ("rayteams", "impilo"):
        with Control(sandbox.urls[kind]) as control:
            control.reset()
            control.place()
            [order] = control.state()["orders"]
        found = setup.nodes(kind, {"base_url": sandbox.urls[kind]}, SECRETS[kind])
        assert found.ok
        assert found.nodes
        assert found.nodes[0].id in (order.get("status"), order.get("currentStatus"))


def test_the_states_of_a_product_come_in_their_order(setup: Setup, sandbox: Sandbox) -> None:
    settings = {"base_url": sandbox.urls["rayteams"], "products": [PRODUCT["_id"]]}
    found = setup.nodes("rayteams", settings, SECRETS["rayteams"])
    assert [node.id for node in found.nodes] == [node["status"] for node in PRODUCT["workflow"]]
    assert found.nodes[0].type == "NEW"


def saved(setup: Setup, sandbox: Sandbox, kind: str = "fankahui", **values: Any) -> None:
    """Save a channel of a kind."""
    table = {"name": kind, "kind": kind, "base_url": sandbox.urls[kind], **values}
    setup.save_channel(setup.draft(), table, SECRETS[kind])


def test_a_saved_channel_is_in_the_file_and_its_secrets_are_not(
    setup: Setup, sandbox: Sandbox, desk: Desk, file: Path
) -> None:
    saved(setup, sandbox, login="employes")
    assert "practice" not in file.read_text(encoding="utf-8")
    assert file.read_text(encoding="utf-8").count("# the end") == 1
    assert desk.store.shop.channels["fankahui"].kind == "fankahui"
    assert setup.sources("fankahui", "fankahui") == {"USERNAME": "file_newer", "PASSWORD": "file_newer"}
    settings = {"base_url": sandbox.urls["fankahui"]}
    assert setup.try_channel("fankahui", settings, {}, "fankahui").ok
    assert setup.try_channel("fankahui", settings, {"PASSWORD": "wrong"}, "fankahui").fault == "wrong_secrets"


def test_new_secrets_alone_let_a_channel_be_worked_anew(setup: Setup, sandbox: Sandbox, desk: Desk) -> None:
    saved(setup, sandbox)
    assert desk.again == []
    same = setup.draft().channels[0]
    setup.save_channel(setup.draft(), same, {"PASSWORD": "another"}, "fankahui")
    assert desk.again == ["fankahui"]


def test_what_a_trial_of_a_saved_channel_used_up_is_kept_and_its_worker_told(
    setup: Setup, sandbox: Sandbox, desk: Desk, tmp_path: Path
) -> None:
    saved(setup, sandbox, "rayteams")
    before = setup.secrets.of_channel("rayteams", ("REFRESH_TOKEN",))
    tried = setup.try_channel("rayteams", {"base_url": sandbox.urls["rayteams"]}, {}, "rayteams")
    assert tried.ok
    after = Secrets(tmp_path, {}).of_channel("rayteams", ("REFRESH_TOKEN",))
    assert after != before
    assert after["REFRESH_TOKEN"] == tried.secrets["REFRESH_TOKEN"]
    assert desk.again == ["rayteams"]


def test_a_new_channel_begins_with_nothing_of_another_one_of_its_name(setup: Setup, sandbox: Sandbox) -> None:
    fields = KINDS["rayteams"].secret_fields()
    setup.secrets.keep_channel("rayteams", dict.fromkeys(fields, "of a former one"))
    saved(setup, sandbox, "rayteams")
    assert setup.secrets.of_channel("rayteams", fields) == SECRETS["rayteams"]


def test_secrets_that_cannot_be_read_are_said_by_a_change_too(
    setup: Setup, sandbox: Sandbox, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken: Future[None] = Future()
    broken.set_exception(SecretsTrouble("secrets_file", path="there"))
    monkeypatch.setattr(desk, "done", lambda: broken)
    with pytest.raises(EditTrouble) as trouble:
        saved(setup, sandbox)
    assert (trouble.value.code, trouble.value.facts) == ("secrets_not_kept", {"detail": "there"})


def test_a_removed_channel_takes_its_secrets_along(
    setup: Setup, sandbox: Sandbox, desk: Desk, file: Path, tmp_path: Path
) -> None:
    saved(setup, sandbox)
    setup.remove_channel(setup.draft(), "fankahui")
    assert desk.store.shop.channels == {}
    assert load(file).channel == ()
    assert Secrets(tmp_path, {}).of_channel("fankahui", ("USERNAME", "PASSWORD")) == {}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"was": "fankahui", "name": "other"}, "name_stays"),
        ({"was": "fankahui", "kind": "impilo"}, "name_stays"),
        ({"name": "fankahui"}, "name_taken"),
        ({"name": "FanKaHui"}, "name_taken"),
        ({"name": "new", "base_url": "ftp://x"}, "refused"),
    ],
)
def test_what_would_lose_orders_or_be_refused_is_not_saved(
    setup: Setup, sandbox: Sandbox, file: Path, change: dict[str, str], code: str
) -> None:
    saved(setup, sandbox)
    before = file.read_text(encoding="utf-8")
    was = change.pop("was", "")
    table = {"name": "fankahui", "kind": "fankahui", "base_url": sandbox.urls["fankahui"], **change}
    with pytest.raises(EditTrouble) as trouble:
        setup.save_channel(setup.draft(), table, {}, was)
    assert trouble.value.code == code
    assert file.read_text(encoding="utf-8") == before
    with pytest.raises(EditTrouble, match="no_such_channel"):
        setup.remove_channel(setup.draft(), "nobody")


def test_secrets_that_cannot_be_kept_leave_all_as_it_was(
    setup: Setup, sandbox: Sandbox, file: Path, tmp_path: Path
) -> None:
    before = file.read_text(encoding="utf-8")
    (tmp_path / "secrets.json").write_text("{")
    with pytest.raises(EditTrouble) as trouble:
        saved(setup, sandbox)
    assert trouble.value.code == "secrets_not_kept"
    assert file.read_text(encoding="utf-8") == before
