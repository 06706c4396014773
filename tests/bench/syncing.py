"""What working the channels costs: hearing many orders, telling many letters, one that hangs, all at rest."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, process_time, sleep
from uuid import UUID

import httpx2
from sqlalchemy import func, select

from pos.actions import orders
from pos.adapters.channels import ChannelHost, engine
from pos.adapters.net import Net
from pos.config import Config, load
from pos.config_tables import ChannelPart
from pos.secrets import Secrets
from pos.store import queries
from pos.store.store import Store
from pos.store.tables import letters
from sync.engine import Pace

from .measure import Figure, middle, seconds, shown
from .service import ASKED, serving
from .shop import CHANNEL, KEY, WHO, documents, open_store, receive

_SECRETS = Secrets(environment={"POS_SECRET_FANKAHUI_USERNAME": "bench", "POS_SECRET_FANKAHUI_PASSWORD": "b"})
_RUNS = 3
#: Orders that are fetched, and letters that are told, in one go; seconds that a service takes for an answer.
_ORDERS, _LETTERS, _ANSWER = 10_000, 1_000, 0.05
#: Accepted orders of which each is told before the next, with a hanging channel beside and without.
_TOLD = 30
#: Seconds between two looks at what waits.
_LOOK = 0.02
#: Channels at rest, seconds until all have begun, and seconds at rest.
_CHANNELS, _SETTLED, _REST = 5, 4.0, 20.0
#: Orders that each of them is asked for again and again: what changed last.
_FEW = 3
#: Thousandths of a core above the bare calls.
_MEASURABLE = 5.0


def figures(folder: Path) -> Iterator[Figure]:
    """Measure the channels' work."""
    yield _fetch(folder)
    yield _tell(folder)
    yield _beside_one_that_hangs(folder)
    yield from _rest(folder)


def _fetch(folder: Path) -> Figure:
    """The first fetch, applied, beside the same pages only downloaded and the same orders only taken in."""
    texts, pairs = documents(_ORDERS), []
    with serving(_ORDERS) as url:
        for run in range(_RUNS):
            with closing(open_store(folder / f"fetch-{run}.db")) as store:
                ours = seconds(partial(_one_round, store, url))
            asked = [line.partition(" ")[2] for line in _asked(url) if line.startswith("GET")]
            bare = seconds(partial(_download, url, asked))
            with closing(open_store(folder / f"fetch-bare-{run}.db")) as store:
                pairs.append((ours, bare + seconds(partial(receive, store, texts))))
    ours, floor = middle(pairs)
    return Figure(f"{_ORDERS} orders fetched and applied", shown(ours), shown(floor), ours / floor, 2)


def _one_round(store: Store, url: str) -> None:
    async def once() -> None:
        part = ChannelPart(name=CHANNEL, kind="fankahui", base_url=url)
        working = engine(part, ChannelHost(store), store, _SECRETS)
        with store.lock(f"channel:{CHANNEL}"):
            report = await working.round()
        await working.close()
        assert report.ok, report.error

    asyncio.run(once())


def _asked(url: str) -> list[str]:
    said: list[str] = httpx2.get(url + ASKED, trust_env=False).json()
    return said


def _download(url: str, asked: Sequence[str]) -> None:
    with httpx2.Client(base_url=url, trust_env=False) as client:
        for path in asked:
            client.get(path).raise_for_status()


def _tell(folder: Path) -> Figure:
    """Letters to a service that takes its time, beside that time alone, so many calls at once as we make."""
    pairs = []
    for run in range(_RUNS):
        with serving(_LETTERS, _ANSWER) as url:
            with _counter(folder / f"tell-{run}", [url], _accept_all) as store:
                ours = seconds(partial(_until_told, store))
            calls = sum("/orders/" in line for line in _asked(url))
        pairs.append((ours, calls * _ANSWER / Pace().abreast))
    ours, floor = middle(pairs)
    name = f"{_LETTERS} letters, {_ANSWER * 1000:.0f} ms each call"
    return Figure(name, shown(ours), shown(floor), ours / floor, 1.2)


def _accept_all(store: Store) -> None:
    receive(store, documents(_LETTERS))
    for card in store.ask(queries.board):
        store.do(orders.accept, WHO, card.id, 20).result()


def _until_told(store: Store) -> None:
    while _waiting(store):
        sleep(_LOOK)


def _waiting(store: Store) -> int:
    query = select(func.count()).where(letters.c.state != "told")
    return int(store.ask(lambda read: read.execute(query).scalar_one()))


def _beside_one_that_hangs(folder: Path) -> Figure:
    """From a tap to what the service knows, with a channel beside that answers nothing, and without."""
    pairs = []
    with serving(2 * _RUNS * _TOLD) as url, _hanging() as nowhere:
        for run in range(_RUNS):
            alone, beside = (
                _from_tap_to_told(folder / f"hang-{run}-{len(urls)}", urls, run)
                for urls in ((url,), (url, nowhere))
            )
            pairs.append((beside, alone))
    ours, floor = middle(pairs)
    return Figure("tap to told beside a channel that hangs", shown(ours), shown(floor), ours / floor, 1.2)


def _from_tap_to_told(folder: Path, urls: Sequence[str], run: int) -> float:
    """Return the median of many, in seconds."""
    with _counter(folder, urls) as store:
        receive(store, documents(_TOLD, 1 + run * 2 * _TOLD + len(urls) * _TOLD - _TOLD))
        return median(seconds(partial(_accept_and_wait, store, card.id)) for card in store.ask(queries.board))


def _accept_and_wait(store: Store, order_id: UUID) -> None:
    told = threading.Event()

    def look(_topics: object) -> None:
        if _waiting(store) == 0:
            told.set()

    off = store.subscribe(look)
    store.do(orders.accept, WHO, order_id, 20).result()
    told.wait()
    off()


@contextmanager
def _counter(folder: Path, urls: Sequence[str], before: Callable[[Store], object] = bool) -> Iterator[Store]:
    """Work a channel at each address, the first under the name that orders have; yields the store."""
    config = _config(folder, urls)
    with ExitStack() as stack:
        store = stack.enter_context(closing(Store.open(config.store_url, config.facts, KEY)))
        before(store)
        net = Net(store, config, _SECRETS, printing=False)
        net.start()
        stack.callback(net.stop)
        yield store


def _config(folder: Path, urls: Sequence[str]) -> Config:
    folder.mkdir()
    file = folder / "pos.toml"
    names = [CHANNEL, *(f"{CHANNEL} {at}" for at in range(2, len(urls) + 1))]
    tables = [
        f'[[channel]]\nname = "{name}"\nkind = "fankahui"\nbase_url = "{url}"\npoll_seconds = 5\n'
        for name, url in zip(names, urls, strict=True)
    ]
    file.write_text('[shop]\nname = "泛盈总店"\ncurrency = "CNY"\n' + "".join(tables), encoding="utf-8")
    return load(file)


@contextmanager
def _hanging() -> Iterator[str]:
    """Listen and answer nothing, for good."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as silent:
        yield f"http://127.0.0.1:{silent.getsockname()[1]}"


def _rest(folder: Path) -> Iterator[Figure]:
    """Channels of which nothing is new, beside the same calls made bare; and how many calls these are."""
    with serving(_FEW) as url:
        with _counter(folder / "rest", [url] * _CHANNELS):
            sleep(_SETTLED)
            _asked(url)
            ours = _share(lambda: sleep(_REST))
            asked = _asked(url)
        floor = _share(partial(_poll, url, [line.partition(" ")[2] for line in asked]))
    polls = _CHANNELS * _REST / 5
    # A poll may fall on either side of both ends.
    calls = Figure("calls at rest, polls", str(len(asked)), f"{polls:.0f}", len(asked) / polls, 1.25)
    yield calls
    spent = (ours - floor) * 1000
    yield Figure(
        f"{_CHANNELS} channels at rest (‰ of a core)", f"{ours:.3%}", f"{floor:.3%}", spent, _MEASURABLE
    )


def _poll(url: str, paths: Sequence[str]) -> None:
    with httpx2.Client(base_url=url, trust_env=False) as client:
        for path in paths:
            client.get(path).raise_for_status()
            sleep(_REST / max(len(paths), 1))


def _share(work: Callable[[], object]) -> float:
    """Return which share of one core this process takes while `work` goes on."""
    start, spent = perf_counter(), process_time()
    work()
    return (process_time() - spent) / (perf_counter() - start)
