"""How much our store costs beside the bare database: one accept, a thousand new orders, the board."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from time import perf_counter

from pos.actions import intake, orders
from pos.store import queries
from pos.store.store import Store
from sync.channels.fankahui.parse import parse

from .measure import Figure, median, seconds, shown
from .shop import CHANNEL, WHO, add_past, documents, open_store, raw_connection, replay, statements


def figures(folder: Path) -> list[Figure]:
    """Return what storing costs."""
    return [_accept(folder), _intake(folder), _board(folder)]


def _receive(store: Store, texts: list[str]) -> None:
    waits = [store.do(intake.receive, WHO, CHANNEL, parse(json.loads(text))) for text in texts]
    for wait in waits:
        wait.result()


def _accept(folder: Path, count: int = 300) -> Figure:
    """Commit of one accept: reads, order, journal, letter, spool row, against the same statements bare."""
    file = folder / "accept.db"
    store = open_store(file)
    _receive(store, [text.replace('"booking"', '"deliver"') for text in documents(count)])
    ids = [card.id for card in store.ask(queries.board)]
    store.close()
    ratios: list[tuple[float, float]] = []
    for run in range(5):
        ours_file, bare_file = folder / f"accept-{run}.db", folder / f"accept-bare-{run}.db"
        shutil.copy(file, ours_file)
        shutil.copy(file, bare_file)
        store = open_store(ours_file)
        with statements(store) as heard:
            ours = seconds(lambda: [store.do(orders.accept, WHO, key, 20).result() for key in ids])  # noqa: B023
        store.close()
        bare = raw_connection(bare_file)
        floor = seconds(lambda: replay(bare, heard))  # noqa: B023
        bare.close()
        ratios.append((ours / count, floor / count))
    ours, floor = sorted(ratios, key=lambda pair: pair[0] / pair[1])[2]
    return Figure("commit of one accept (delivery, fired)", shown(ours), shown(floor), ours / floor, 6)


def _intake(folder: Path, count: int = 1000) -> Figure:
    """New orders, documents to committed, against json.loads and bare inserts of the same rows."""
    texts = documents(count)
    pairs: list[tuple[float, float]] = []
    for run in range(5):
        store = open_store(folder / f"intake-{run}.db")
        empty = folder / f"intake-bare-{run}.db"
        open_store(empty).close()
        with statements(store) as heard:
            ours = seconds(lambda: _receive(store, texts))  # noqa: B023
        store.close()
        groups = _inserts(heard)
        bare = raw_connection(empty)
        start = perf_counter()
        for text, group in zip(texts, groups, strict=True):
            json.loads(text)
            bare.execute("BEGIN IMMEDIATE")
            replay(bare, group)
            bare.execute("COMMIT")
        floor = perf_counter() - start
        bare.close()
        pairs.append((ours, floor))
    ours, floor = sorted(pairs, key=lambda pair: pair[0] / pair[1])[2]
    return Figure(f"intake of {count} new orders", shown(ours), shown(floor), floor / ours, 0.2, at_least=True)


def _inserts(heard: list[tuple[str, object]]) -> list[list[tuple[str, object]]]:
    """Return the inserts of each transaction."""
    groups: list[list[tuple[str, object]]] = [[]]
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
        _receive(store, documents(waiting))
        store.close()
        add_past(file, count)
    return file


def _board(folder: Path) -> Figure:
    """The board's query with a long past, against the same with a short one."""
    small, large = (open_store(past_store(folder, count)) for count in (10_000, 1_000_000))
    try:
        for store in (small, large):
            store.ask(queries.board)
        floor = median(lambda: seconds(lambda: small.ask(queries.board)), runs=41)
        ours = median(lambda: seconds(lambda: large.ask(queries.board)), runs=41)
    finally:
        small.close()
        large.close()
    return Figure("the board with 1,000,000 past orders", shown(ours), shown(floor), ours / floor, 1.2)
