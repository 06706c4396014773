"""Where secrets come from, and that none lies open."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordSetError

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


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Ring:
    """The system's keyring, for this test alone, and no file of another test."""
    ring = Ring()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    monkeypatch.setattr(keyring, "get_password", ring.get_password)
    monkeypatch.setattr(keyring, "set_password", ring.set_password)
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
