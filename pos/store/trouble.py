"""What a store can suffer from, as a word and its facts; nothing of the action was written."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError


class StoreTrouble(Exception):
    """The store could not be used. `code` keys the words for people; `facts` fill them."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(f"{code} {facts}" if facts else code)
        self.code = code
        self.facts = facts


#: SQLite's primary result codes by what a person can do about them (sqlite.org/rescode.html).
_SQLITE = {
    5: "locked",
    6: "locked",
    8: "read_only",
    10: "disk_error",
    11: "damaged",
    13: "disk_full",
    14: "cannot_open",
    26: "damaged",
}

#: SQLSTATE classes by what a person can do about them (PostgreSQL, appendix A).
_POSTGRES = {
    "08": "unreachable",
    "28": "not_allowed",
    "3D": "no_database",
    "53": "disk_full",
    "57": "unreachable",
}


#: PostgreSQL undid all since another was first: a clash, a deadlock, a row that is there already.
_ANOTHER_WAS_FIRST = frozenset({"40001", "40P01", "23505"})


def another_was_first(error: DBAPIError) -> bool:
    """Whether the action is to be made again, since another counter was first and all of it was undone."""
    return getattr(error.orig, "sqlstate", None) in _ANOTHER_WAS_FIRST


def trouble(error: DBAPIError) -> StoreTrouble | None:
    """Return what a database's error means for people; None for an error that is a bug of ours."""
    origin = error.orig
    code = getattr(origin, "sqlite_errorcode", None)
    if code is not None and (word := _SQLITE.get(code & 0xFF)):
        return StoreTrouble(word, detail=str(origin))
    state = getattr(origin, "sqlstate", None) or ""
    if word := _POSTGRES.get(state[:2]):
        return StoreTrouble(word, detail=str(origin).splitlines()[0])
    if error.connection_invalidated or (code is None and type(origin).__name__ == "OperationalError"):
        return StoreTrouble("unreachable", detail=str(origin).split("\n")[0])
    return None
