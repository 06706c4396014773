"""From nothing to today's schema, and a clear no to what is newer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from pos.domain.shop import Shop
from pos.store.migrate import VERSIONS
from pos.store.store import Store
from pos.store.tables import metadata
from pos.store.trouble import StoreTrouble
from pos.store.tx import Tx, Who


def test_the_steps_lead_to_the_very_tables_that_the_code_uses(
    empty_url: str, open_store: Callable[[str], Store], who: Who
) -> None:
    def differences(tx: Tx) -> list[object]:
        context = MigrationContext.configure(tx.connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    store = open_store(empty_url)
    assert store.do(differences, who).result() == []
    version = store.ask(lambda read: read.execute(text("SELECT version_num FROM alembic_version")).scalar())
    assert version == VERSIONS[-1]


def test_every_step_is_a_file_and_every_file_a_step() -> None:
    import pos.store.migrations.versions as versions

    files = sorted(Path(str(versions.__file__)).parent.glob("v*.py"))
    assert tuple(file.stem[1:].partition("_")[0] for file in files) == VERSIONS


def test_opening_again_changes_nothing(url: str, open_store: Callable[[str], Store]) -> None:
    for _ in range(2):
        open_store(url).close()


def test_a_store_of_a_newer_version_is_refused_and_stays_as_it_is(
    url: str, open_store: Callable[[str], Store], who: Who
) -> None:
    store = open_store(url)
    newer = "UPDATE alembic_version SET version_num = '9999'"
    store.do(lambda tx: tx.connection.execute(text(newer)).rowcount, who).result()
    store.close()
    with pytest.raises(StoreTrouble) as trouble:
        open_store(url)
    assert (trouble.value.code, trouble.value.facts) == (
        "newer_store", {"version": "9999", "known": VERSIONS[-1]},
    )  # fmt: skip
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    engine.dispose()


def test_a_step_that_fails_leaves_no_half_schema(
    empty_url: str, shop: Shop, key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import op

    def fail(_statement: str) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(op, "execute", fail)
        with pytest.raises(ZeroDivisionError):
            Store.open(empty_url, shop, key)
    store = Store.open(empty_url, shop, key)
    assert store.ask(lambda read: read.execute(text("SELECT count(*) FROM orders")).scalar()) == 0
    store.close()
