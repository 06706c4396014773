"""Guests' names, phones and addresses are in the store: nobody but its owner reads its file."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pos.store import queries
from pos.store.store import Store
from pos.store.trouble import StoreTrouble

pytestmark = pytest.mark.skipif(os.name == "nt", reason="who may read is said by the folder there")

#: All that SQLite has of an open store.
PARTS = ("", "-wal", "-shm")

Open = Callable[[str], Store]


@pytest.fixture(autouse=True)
def _a_machine_that_shares_what_is_new() -> Iterator[None]:
    former = os.umask(0o022)
    yield
    os.umask(former)


def modes(file: Path) -> dict[str, int]:
    """Return who may do what with each part of a store."""
    return {part: stat.S_IMODE(file.with_name(f"{file.name}{part}").stat().st_mode) for part in PARTS}


def test_a_new_store_is_made_for_its_owner_alone(tmp_path: Path, open_store: Open) -> None:
    open_store(f"sqlite:///{tmp_path}/new.db")
    assert modes(tmp_path / "new.db") == dict.fromkeys(PARTS, 0o600)


def test_a_store_that_all_could_read_is_its_owners_once_it_is_opened(
    sqlite_url: str, open_store: Open
) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    open_store(sqlite_url)
    for part in PARTS:
        file.with_name(f"{file.name}{part}").chmod(0o644)
    assert open_store(sqlite_url).ask(queries.orders) == []
    assert modes(file) == dict.fromkeys(PARTS, 0o600)


def test_a_store_that_its_owner_may_only_read_stays_so(sqlite_url: str, open_store: Open) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    open_store(sqlite_url)
    file.chmod(0o444)
    open_store(sqlite_url)
    assert modes(file)[""] == 0o400


def test_a_store_behind_a_link_is_made_for_its_owner_alone(tmp_path: Path, open_store: Open) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "elsewhere.db")
    open_store(f"sqlite:///{link}")
    assert stat.S_IMODE((tmp_path / "elsewhere.db").stat().st_mode) == 0o600


def test_a_place_where_no_file_can_be_made_says_so(tmp_path: Path, open_store: Open) -> None:
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(StoreTrouble, match="cannot_open"):
        open_store(f"sqlite:///{tmp_path}/folder.db")
    assert (tmp_path / "folder.db").stat().st_mode & 0o055, "a folder is not the store's"
