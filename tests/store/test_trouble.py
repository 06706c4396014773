"""What a disk, a network or another program can do to the store: a clear word, and nothing lost."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from pos.domain.shop import Shop
from pos.store import database, queries
from pos.store.journal import broken
from pos.store.store import Store
from pos.store.trouble import StoreTrouble
from pos.store.tx import Tx, Who

Make = Callable[..., UUID]


def code(work: Callable[[], Any]) -> str:
    with pytest.raises(StoreTrouble) as trouble:
        work()
    return trouble.value.code


def test_a_full_disk_says_so_writes_nothing_and_goes_on_once_there_is_room(
    sqlite_url: str, open_store: Callable[[str], Store], make_order: Make, who: Who, key: bytes
) -> None:
    store = open_store(sqlite_url)

    def room(tx: Tx, pages: int) -> int:
        used = tx.connection.execute(text("PRAGMA page_count")).scalar_one()
        return int(tx.connection.execute(text(f"PRAGMA max_page_count = {used + pages}")).scalar_one())

    def fill(tx: Tx) -> None:
        for _ in range(50):
            make_order(tx)

    store.do(make_order, who).result()
    store.do(room, who, 2).result()
    assert code(store.do(fill, who).result) == "disk_full"
    assert [order.number for order in store.ask(queries.orders)] == ["001"]
    store.do(room, who, 10_000).result()
    store.do(fill, who).result()
    assert len(store.ask(queries.orders)) == 51
    assert store.ask(lambda read: list(broken(read, key))) == []


def test_a_store_that_another_program_holds_is_locked_and_comes_back(
    sqlite_url: str,
    open_store: Callable[[str], Store],
    make_order: Make,
    who: Who,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pysqlite3 import dbapi2

    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    store = open_store(sqlite_url)
    other = dbapi2.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert code(store.do(make_order, who).result) == "locked"
    assert store.ask(queries.orders) == []
    other.execute("ROLLBACK")
    other.close()
    store.do(make_order, who).result()


def test_a_file_that_is_no_store_is_damaged_and_left_alone(
    tmp_path: Path, open_store: Callable[[str], Store]
) -> None:
    file = tmp_path / "counter.db"
    file.write_bytes(b"this is a shopping list, not a database. " * 100)
    assert code(lambda: open_store(f"sqlite:///{file}")) == "damaged"
    assert file.read_bytes().startswith(b"this is a shopping list")


def test_a_damaged_page_is_said_to_be_damaged(
    sqlite_url: str, open_store: Callable[[str], Store], make_order: Make, who: Who
) -> None:
    store = open_store(sqlite_url)
    for _ in range(50):
        store.do(make_order, who).result()
    store.close()
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    assert code(lambda: open_store(sqlite_url).ask(queries.orders)) == "damaged"


@contextmanager
def as_anybody() -> Iterator[None]:
    """Be a user for whom permissions hold, also where the tests run as root."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def read_only(sqlite_url: str) -> Iterator[str]:
    """A store in a folder that may be read and not written."""
    folder = Path(tempfile.mkdtemp(prefix="read-only-"))
    shutil.copy(sqlite_url.removeprefix("sqlite:///"), folder / "counter.db")
    (folder / "counter.db").chmod(0o444)
    folder.chmod(0o555)
    yield f"sqlite:///{folder}/counter.db"
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_folder_that_cannot_be_written_is_said_to_be_so(
    read_only: str, open_store: Callable[[str], Store], make_order: Make, who: Who
) -> None:
    def use() -> None:
        open_store(read_only).do(make_order, who).result()

    with as_anybody():
        assert code(use) in ("read_only", "cannot_open")


def test_a_folder_that_cannot_be_made_is_said_to_be_so(
    tmp_path: Path, open_store: Callable[[str], Store]
) -> None:
    (tmp_path / "file").write_text("")
    assert code(lambda: open_store(f"sqlite:///{tmp_path}/file/counter.db")) == "cannot_open"


@pytest.mark.parametrize(
    ("mounts", "refused"),
    [
        ("/dev/sda1 / ext4 rw 0 0", False),
        ("/dev/sda1 / ext4 rw 0 0\nserver:/shop {folder} nfs4 rw 0 0", True),
        ("/dev/sda1 / ext4 rw 0 0\n//nas/shop {parent} cifs rw 0 0", True),
        ("//nas/all / cifs rw 0 0\n/dev/sdb1 {folder} ext4 rw 0 0", False),
        ("/dev/sda1 / ext4 rw 0 0\nnas:/x {folder}-other nfs rw 0 0", False),
        ("server:/s {escaped} nfs rw 0 0\n/dev/sda1 / ext4 rw 0 0", True),
    ],
)
def test_a_network_share_is_refused(tmp_path: Path, mounts: str, refused: bool) -> None:
    folder = tmp_path / "our shop" if "{escaped}" in mounts else tmp_path / "shop"
    folder.mkdir()
    table = tmp_path / "mounts"
    escaped = str(folder).replace(" ", "\\040")
    table.write_text(mounts.format(folder=folder, parent=tmp_path, escaped=escaped))
    for file in (folder / "counter.db", folder / "not" / "yet" / "counter.db"):
        if refused:
            assert code(lambda file=file: database.refuse_network_share(file, table)) == "network_share"
        else:
            database.refuse_network_share(file, table)


def test_an_sqlite_that_can_damage_data_is_refused(
    sqlite_url: str, open_store: Callable[[str], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    from pysqlite3 import dbapi2

    monkeypatch.setattr(dbapi2, "sqlite_version_info", (3, 40, 1))
    assert code(lambda: open_store(sqlite_url)) == "old_sqlite"


@pytest.mark.parametrize(
    ("change", "named"),
    [({"database": "nobody_made_it"}, "nobody_made_it"), ({"query": {"host": "/nowhere"}}, "/nowhere")],
)
def test_a_server_that_is_not_there_is_said_to_be_so(
    postgres: str, shop: Shop, key: bytes, change: dict[str, Any], named: str
) -> None:
    from sqlalchemy import make_url

    address = make_url(postgres).set(**change).render_as_string(hide_password=False)
    with pytest.raises(StoreTrouble) as trouble:
        Store.open(address, shop, key)
    assert trouble.value.code == "unreachable"
    assert named in trouble.value.facts["detail"]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_line_that_breaks_in_the_middle_is_said_to_be_so_and_the_next_action_works(
    store: Store, make_order: Make, who: Who
) -> None:
    def cut(tx: Tx) -> None:
        make_order(tx)
        tx.connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    assert code(store.do(cut, who).result) == "unreachable"
    store.do(make_order, who).result()
    assert len(store.ask(queries.orders)) == 1
