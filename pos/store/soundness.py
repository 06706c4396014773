"""Whether a store is sound: its file as SQLite sees it, and the journal's end as it was written."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select, text

from pos.store.bookkeeping import journal
from pos.store.journal import broken

#: How many lines of the journal are looked at: a busy week's.
TAIL = 2000

#: How many broken lines are named.
_NAMED = 5


def unsound(read: Connection, key: bytes) -> Mapping[str, str]:
    """Return what is wrong by its word (`damaged_store`, `broken_journal`), with what shows it.

    PostgreSQL looks after its files itself.
    """
    found = {"damaged_store": _damage(read), "broken_journal": _breaks(read, key)}
    return {word: detail for word, detail in found.items() if detail}


def _damage(read: Connection) -> str:
    if read.dialect.name != "sqlite":
        return ""
    said = str(read.execute(text("PRAGMA quick_check(1)")).scalar_one())
    return "" if said == "ok" else said.splitlines()[-1]


def _breaks(read: Connection, key: bytes) -> str:
    before = select(journal.c.seq).order_by(journal.c.seq.desc()).offset(TAIL).limit(1)
    lines = broken(read, key, after=read.execute(before).scalar() or 0)
    more = ", …" if len(lines) > _NAMED else ""
    return ", ".join(map(str, lines[:_NAMED])) + more
