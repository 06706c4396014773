"""How much our store costs beside the bare database: one accept, a thousand new orders, the board."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from pos.actions import orders
from pos.store import queries
from pos.store.store import Store

from .measure import Figure, middle, seconds, shown
from .shop import WHO, add_past, documents, open_store, raw_connection, receive, replay, statements


def figures(folder: Path) -> list[Figure]:
    """Return what storing costs."""
    return [_accept(folder), _intake(folder), _board(folder)]


def _accept(folder: Path, count: int = 300) -> Figure:
    """Commit of one accept: reads, order, journal, letter, spool row, against the same statements bare."""
    file = folder / "accept.db"
    store = open_store(file)
    receive(store, [text.replace('"booking"', '"deliver"') for text in documents(count)])
    ids = [card.id for card in store.ask(queries.board)]
    store.close()
    with _opened(shutil.copy(file, folder / "accept-heard.db")) as store, statements(store) as heard:
        _accept_all(store, ids)
    pairs = []
    for run in range(5):
        with _opened(shutil.copy(file, folder / f"accept-{run}.db")) as store:
            ours = seconds(partial(_accept_all, store, ids))
        with closing(raw_connection(shutil.copy(file, folder / f"accept-bare-{run}.db"))) as bare:
            pairs.append((ours / count, seconds(partial(replay, bare, heard)) / count))
    ours, floor = middle(pairs)
    return Figure("commit of one accept (delivery, fired)", shown(ours), shown(floor), ours / floor, 6)


def _accept_all(store: Store, ids: list[UUID]) -> None:
    for key in ids:
        store.do(orders.accept, WHO, key, 20).result()


def _opened(file: Path) -> closing[Store]:
    return closing(open_store(file))


def _intake(folder: Path, count: int = 1000) -> Figure:
    """New orders, documents to committed, against json.loads and bare inserts of the same rows."""
    texts = documents(count)
    with _opened(folder / "intake-heard.db") as store, statements(store) as heard:
        receive(store, texts)
    groups = _inserts(heard)
    pairs = []
    for run in range(5):
        with _opened(folder / f"intake-{run}.db") as store:
            ours = seconds(partial(receive, store, texts))
        open_store(folder / f"intake-bare-{run}.db").close()
        with closing(raw_connection(folder / f"intake-bare-{run}.db")) as bare:
            pairs.append((ours, seconds(partial(_insert_bare, bare, texts, groups))))
    ours, floor = middle(pairs)
    return Figure(
        f"intake of {count} new orders", shown(ours), shown(floor), floor / ours, 0.2, at_least=True
    )


def _insert_bare(bare: Any, texts: list[str], groups: list[list[tuple[str, Any]]]) -> None:
    for text, group in zip(texts, groups, strict=True):
        json.loads(text)
        bare.execute("BEGIN IMMEDIATE")
        replay(bare, group)
        bare.execute("COMMIT")


def _inserts(heard: list[tuple[str, Any]]) -> list[list[tuple[str, Any]]]:
    """Return the inserts of each transaction."""
    groups: list[list[tuple[str, Any]]] = [[]]
    for sql, values in heard:
        if sql == "COMMIT":
            groups.append([])
        elif sql.startswith("INSERT"):
            groups[-1].append((sql, values))
    return groups[:-1]


def past_store(folder: Path, count: int, waiting: int = 40) -> Path:
    """Return a store with `count` past orders and some that wait."""
    file = folder / f"past-{count}.db"
    if not file.exists():
        store = open_store(file)
        receive(store, documents(waiting))
        store.close()
        add_past(file, count)
    return file


def _board(folder: Path) -> Figure:
    """The board's query with a long past, against the same with a short one."""
    small, large = past_store(folder, 10_000), past_store(folder, 1_000_000)
    with _opened(small) as short, _opened(large) as long:
        for store in (short, long):
            store.ask(queries.board)
        pairs = [
            (seconds(partial(long.ask, queries.board)), seconds(partial(short.ask, queries.board)))
            for _ in range(101)
        ]
    ours, floor = middle(pairs)
    return Figure("the board with 1,000,000 past orders", shown(ours), shown(floor), ours / floor, 1.2)
