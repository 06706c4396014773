"""Where secrets come from, and that none lies open."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError, PasswordSetError

from pos import secrets
from pos.secrets import Secrets, SecretsTrouble


class Ring(KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Ring:
    """The system's keyring, for this test alone, and no file of another test."""
    ring = Ring()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    monkeypatch.setattr(keyring, "get_password", ring.get_password)
    monkeypatch.setattr(keyring, "set_password", ring.set_password)
    monkeypatch.setattr(keyring, "delete_password", ring.delete_password)
    monkeypatch.setattr(secrets, "_ring", [])
    return ring


def kept(folder: Path, **values: str) -> Path:
    (folder / "secrets.json").write_text(json.dumps({f"fankahui/{k}": v for k, v in values.items()}))
    return folder


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    folder = kept(tmp_path, USERNAME="file", PASSWORD="file")
    known = Secrets(folder, {"POS_SECRET_FANKAHUI_PASSWORD": "environment"})
    assert known.of_channel("fankahui", ("USERNAME", "PASSWORD", "KEY")) == {
        "USERNAME": "file",
        "PASSWORD": "environment",
    }
    sources = [known.source("fankahui", field) for field in ("USERNAME", "PASSWORD", "KEY")]
    assert sources == ["file", "environment", ""]


def test_a_channels_name_becomes_a_word_of_the_environment(tmp_path: Path) -> None:
    known = Secrets(tmp_path, {"POS_SECRET_MY_SHOP_2_KEY": "x"})
    assert known.of_channel("my-shop 2", ("KEY",)) == {"KEY": "x"}


def test_the_journals_key_is_made_once_and_stays(tmp_path: Path) -> None:
    first = Secrets(tmp_path / "new", {}).journal_key()
    assert len(first) == 64
    assert Secrets(tmp_path / "new", {}).journal_key() == first
    assert Secrets(tmp_path / "other", {}).journal_key() != first


def test_the_journals_key_may_come_from_the_environment_and_is_then_not_kept(tmp_path: Path) -> None:
    known = Secrets(tmp_path, {"POS_SECRET_SHOP_JOURNAL": "given"})
    assert (known.journal_key(), known.file.exists()) == (b"given", False)


def test_only_its_owner_reads_the_file_and_other_secrets_stay_in_it(tmp_path: Path) -> None:
    known = Secrets(kept(tmp_path, PASSWORD="x"), {})
    known.journal_key()
    assert stat.S_IMODE(known.file.stat().st_mode) == 0o600
    assert known.of_channel("fankahui", ("PASSWORD",)) == {"PASSWORD": "x"}
    assert [file.name for file in tmp_path.iterdir()] == ["secrets.json"]


def test_without_a_folder_of_its_own_the_keyring_keeps_the_key(ring: Ring) -> None:
    first = Secrets(environment={}).journal_key()
    assert ring.kept == {("pos", "shop/JOURNAL"): first.decode()}
    assert Secrets(environment={}).journal_key() == first
    assert Secrets(environment={}).source("shop", "JOURNAL") == "keyring"


def test_a_locked_keyring_makes_no_second_key_of_the_journal(ring: Ring) -> None:
    known = Secrets(environment={}).journal_key()
    ring.locked = True
    with pytest.raises(SecretsTrouble) as trouble:
        Secrets(environment={}).journal_key()
    assert (trouble.value.code, trouble.value.facts) == ("keyring", {"detail": "KeyringLocked"})
    ring.locked = False
    assert Secrets(environment={}).journal_key() == known


@pytest.mark.usefixtures("ring")
def test_a_keyring_that_keeps_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: str) -> None:
        raise PasswordSetError("no space")

    monkeypatch.setattr(keyring, "set_password", refuse)
    with pytest.raises(SecretsTrouble) as trouble:
        Secrets(environment={}).journal_key()
    assert (trouble.value.code, trouble.value.facts) == ("keyring", {"detail": "no space"})


def test_what_a_keyring_takes_and_forgets_is_kept_in_the_file(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "set_password", lambda *_: None)
    key = Secrets(environment={}).journal_key()
    Secrets(environment={}).keep_channel("lab", {"REFRESH_TOKEN": "second"})
    assert (Secrets(environment={}).journal_key(), ring.kept) == (key, {})
    assert Secrets(environment={}).of_channel("lab", ("REFRESH_TOKEN",)) == {"REFRESH_TOKEN": "second"}


def test_a_broken_file_of_secrets_makes_no_second_key_of_the_journal(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{")
    with pytest.raises(SecretsTrouble) as trouble:
        Secrets(tmp_path, {}).journal_key()
    assert trouble.value.code == "secrets_file"
    assert (tmp_path / "secrets.json").read_text() == "{"


def test_a_locked_keyring_does_not_keep_other_secrets_from_being_known(ring: Ring) -> None:
    ring.locked = True
    assert Secrets(environment={"POS_SECRET_A_KEY": "x"}).of_channel("a", ("KEY",)) == {"KEY": "x"}
    assert Secrets(environment={}).of_channel("fankahui", ("PASSWORD",)) == {}


TOKEN = "REFRESH_TOKEN"
GIVEN = {"POS_SECRET_LAB_REFRESH_TOKEN": "first"}


def token(folder: Path | None, environment: dict[str, str]) -> tuple[str | None, str]:
    """Return a channel's token as a new process knows it, and where it has it from."""
    known = Secrets(folder, environment)
    return known.of_channel("lab", (TOKEN,)).get(TOKEN), known.source("lab", TOKEN)


def test_a_token_that_was_given_anew_takes_the_place_of_the_one_in_the_environment(tmp_path: Path) -> None:
    Secrets(tmp_path, GIVEN).keep_channel("lab", {TOKEN: "second"})
    assert token(tmp_path, GIVEN) == ("second", "file_newer")
    assert token(tmp_path, {}) == ("second", "file_newer")
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_a_newer_value_in_the_environment_wins_again_and_the_old_one_does_not_come_back(
    tmp_path: Path,
) -> None:
    Secrets(tmp_path, GIVEN).keep_channel("lab", {TOKEN: "second"})
    newer = {"POS_SECRET_LAB_REFRESH_TOKEN": "from a person"}
    assert token(tmp_path, newer) == ("from a person", "environment")
    Secrets(tmp_path, newer).keep_channel("lab", {TOKEN: "fourth"})
    assert token(tmp_path, newer) == ("fourth", "file_newer")


def test_a_token_of_tokens_keeps_its_place(tmp_path: Path) -> None:
    for new in ("second", "third", "fourth"):
        Secrets(tmp_path, GIVEN).keep_channel("lab", {TOKEN: new})
    assert token(tmp_path, GIVEN) == ("fourth", "file_newer")


def test_what_was_got_with_an_old_token_does_not_win_over_what_a_person_gave_meanwhile(
    tmp_path: Path,
) -> None:
    known = Secrets(tmp_path, {})
    known.keep_channel("lab", {TOKEN: "first"})
    renew = known.renewal("lab", (TOKEN,))
    renew({TOKEN: "second"})
    assert token(tmp_path, {}) == ("second", "file_newer")
    known.keep_channel("lab", {TOKEN: "of a page"})
    renew({TOKEN: "third"})
    assert token(tmp_path, {}) == ("of a page", "file_newer")
    (tmp_path / "secrets.json").write_text(json.dumps({"lab/REFRESH_TOKEN": "of a person"}))
    renew({TOKEN: "fourth"})
    assert token(tmp_path, {}) == ("of a person", "file")


def test_tokens_that_came_together_give_their_place_back_together(tmp_path: Path) -> None:
    fields = ("CLIENT_ID", "ACCESS_TOKEN", TOKEN)
    known = Secrets(tmp_path, GIVEN)
    known.keep_channel("lab", {"CLIENT_ID": "shop", "ACCESS_TOKEN": "a", TOKEN: "second"}, fields[1:])
    assert known.of_channel("lab", fields) == {"CLIENT_ID": "shop", "ACCESS_TOKEN": "a", TOKEN: "second"}
    newer = {"POS_SECRET_LAB_REFRESH_TOKEN": "from a person"}
    assert Secrets(tmp_path, newer).of_channel("lab", fields) == {"CLIENT_ID": "shop", TOKEN: "from a person"}
    Secrets(tmp_path, newer).renewal("lab", fields[1:])({"ACCESS_TOKEN": "b", TOKEN: "third"})
    assert Secrets(tmp_path, newer).of_channel("lab", fields)["ACCESS_TOKEN"] == "b"


def test_several_secrets_are_kept_in_one_go_and_others_of_the_channel_stay(tmp_path: Path) -> None:
    known = Secrets(tmp_path, {})
    known.keep_channel("lab", {"CLIENT_ID": "shop"})
    known.keep_channel("lab", {"ACCESS_TOKEN": "a", TOKEN: "r"})
    known.keep_channel("lab", {"ACCESS_TOKEN": ""})
    fields = ("CLIENT_ID", "ACCESS_TOKEN", TOKEN)
    assert Secrets(tmp_path, {}).of_channel("lab", fields) == {"CLIENT_ID": "shop", TOKEN: "r"}


def test_a_power_cut_while_a_token_is_kept_leaves_the_old_ones_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Secrets(tmp_path, GIVEN)
    known.keep_channel("lab", {TOKEN: "second", "ACCESS_TOKEN": "a"})

    def cut(*_: object) -> None:
        raise OSError("no power")

    for step in ("fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(secrets.os if step == "fsync" else Path, step, cut)
            with pytest.raises(SecretsTrouble):
                known.keep_channel("lab", {TOKEN: "third", "ACCESS_TOKEN": "b"})
        assert known.of_channel("lab", (TOKEN, "ACCESS_TOKEN")) == {TOKEN: "second", "ACCESS_TOKEN": "a"}
    known.keep_channel("lab", {TOKEN: "third"})
    assert token(tmp_path, GIVEN) == ("third", "file_newer")


def test_channels_that_keep_at_once_lose_nothing_of_each_other(tmp_path: Path) -> None:
    def keep(nth: int) -> None:
        Secrets(tmp_path, {}).keep_channel(f"lab{nth}", {TOKEN: str(nth)})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(keep, range(24)))
    found = [Secrets(tmp_path, {}).of_channel(f"lab{nth}", (TOKEN,)) for nth in range(24)]
    assert found == [{TOKEN: str(nth)} for nth in range(24)]


def test_the_keyring_keeps_a_new_token_and_the_file_what_it_does_not_take(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Secrets(environment=GIVEN)
    known.keep_channel("lab", {TOKEN: "second", "CLIENT_ID": "shop"})
    assert token(None, GIVEN) == ("second", "keyring_newer")
    assert not known.file.exists()

    def refuse(*_: str) -> None:
        raise RuntimeError("1783, CredWrite, The stub received bad data")

    with monkeypatch.context() as patch:
        patch.setattr(keyring, "set_password", refuse)
        known.keep_channel("lab", {TOKEN: "third"})
    assert token(None, GIVEN) == ("third", "file_newer")
    assert known.of_channel("lab", ("CLIENT_ID",)) == {"CLIENT_ID": "shop"}
    ring.locked = True
    assert token(None, GIVEN) == ("third", "file_newer")
    ring.locked = False
    known.keep_channel("lab", {TOKEN: "fourth"})
    assert token(None, GIVEN) == ("fourth", "keyring_newer")
    assert json.loads(known.file.read_text()) == {}
    assert ring.get_password("pos", "lab/newer") is not None


def test_nothing_is_left_of_a_channel_that_is_gone(ring: Ring, tmp_path: Path) -> None:
    for known in (Secrets(environment={}), Secrets(kept(tmp_path, PASSWORD="x"), {})):
        known.keep_channel("fankahui", {"PASSWORD": "y"})
        known.forget_channel("fankahui", ("USERNAME", "PASSWORD"))
        known.forget_channel("fankahui", ("USERNAME", "PASSWORD"))
        assert known.of_channel("fankahui", ("PASSWORD",)) == {}
    assert ring.kept == {}


def test_what_somebody_else_wrote_in_its_place_is_no_newer_secret(tmp_path: Path) -> None:
    for said in ("{", "[]", '{"REFRESH_TOKEN": "x"}', "7"):
        (tmp_path / "secrets.json").write_text(json.dumps({"lab/newer": said}))
        assert token(tmp_path, GIVEN) == ("first", "environment")
