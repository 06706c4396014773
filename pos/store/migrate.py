"""Bringing a store to today's schema: all steps or none."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from pos.store.database import schema_version
from pos.store.trouble import StoreTrouble, trouble
from pos.store.versions import VERSIONS


def bring_up(engine: Engine) -> None:
    """Bring the store to today's schema; raises StoreTrouble for a store of a newer version."""
    version = schema_version(engine)
    if version == VERSIONS[-1]:
        return
    if version is not None and version not in VERSIONS:
        raise StoreTrouble("newer_store", version=version, known=VERSIONS[-1])
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                # Of counters that start together the first makes the schema, and the others find it made.
                connection.execute(text("SELECT pg_advisory_xact_lock(736579)"))
            _upgrade(connection)
    except DBAPIError as error:
        raise trouble(error) or error from None


def _upgrade(connection: Connection) -> None:
    # Alembic takes a quarter of a second to import, and is needed only when a step is due.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
