"""A host that keeps everything in memory, and channels over a sandbox on loopback."""

# The methods are those they stand in for, whatever they need of their arguments.
# ruff: noqa: ARG002
from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from sync.channel import Channel
from sync.channels import KINDS, build
from sync.channels.impilo.opening import open_client as open_impilo
from sync.errors import UNPAID_THERE
from sync.letters import part_body
from sync.means import Means
from sync.messages import Applied, Cursor, Health, Letter, RemoteOrder, Told, Unreadable, Verb
from sync.ports import Left, Outlook
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

SAMPLES = Path(__file__).parent / "samples"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
OPEN = frozenset({"placed", "accepted", "executed"})

#: What a kind must be told before it can do all that it can.
SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "impilo": {"site": "7"},
    "rayteams": {
        "workflow": {
            "Requested": "placed",
            "node_1669006551533": "accepted",
            "node_1669006551590": "executed",
            "ewb-4": "paid",
            "ewb-5": "rejected",
            "ewb-6": "canceled",
        }
    },
}


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)


@dataclass
class Row:
    """A letter as the host keeps it."""

    letter: Letter
    state: str = "waiting"
    next_try_at: datetime = START
    error: str = ""
    told_times: int = 0
    #: The letter that this is a refused part of, in whose place it stands.
    part_of: UUID | None = None

    def goes_before(self, earlier: Sequence[Row]) -> bool:
        """Whether it may be told though these are not: parts of one letter, or what an unpaid order needs."""
        if all(row.part_of and row.part_of == self.part_of for row in earlier):
            return True
        unpaid = any(row.error == UNPAID_THERE for row in earlier)
        needed = self.letter.verb in ("pay", "cancel")
        return unpaid and needed and all(row.letter.verb != "pay" for row in earlier)


@dataclass
class MemoryHost:
    """The reference host: what `sync.ports` promises, in memory, one method one transaction.

    `hook` is called with a method's name before and after its commit: a simulation crashes there.
    """

    hook: Callable[[str], None] = lambda _: None
    rows: list[Row] = field(default_factory=list)
    orders: dict[str, RemoteOrder] = field(default_factory=dict)
    unreadable: dict[str, Unreadable] = field(default_factory=dict)
    first: set[str] = field(default_factory=set)
    registered: dict[UUID, str] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    healths: list[Health] = field(default_factory=list)
    heard: Cursor = field(default_factory=Cursor)
    commits: Counter[str] = field(default_factory=Counter)
    holder: str | None = None
    paused: datetime | None = None

    def write(self, verb: Verb, order_id: UUID | None = None, remote_id: str = "", **body: Any) -> Letter:
        """Write a letter as the counter does."""
        letter = Letter(uuid4(), "c", order_id or uuid4(), remote_id, verb, body, START)
        self.rows.append(Row(letter))
        return letter

    def row(self, letter: Letter) -> Row:
        """Return the row of a letter."""
        return next(row for row in self.rows if row.letter.id == letter.id)

    def states(self) -> Counter[str]:
        """Return how many letters are in each state."""
        return Counter(row.state for row in self.rows)

    @asynccontextmanager
    async def lock(self, channel: str) -> AsyncIterator[str | None]:
        if self.holder is not None:
            yield self.holder
            return
        self.holder = "this worker"
        try:
            yield None
        finally:
            if self.holder == "this worker":
                self.holder = None

    async def holds(self, channel: str) -> bool:
        return self.holder == "this worker"

    async def left(self, channel: str) -> Left:
        return Left(lost=bool(self._last.error))

    async def outlook(self, channel: str) -> Outlook:
        until = self._last.detail.get("quiet_until")
        quiet_until = datetime.fromisoformat(until) if until else None
        return Outlook(self.paused, any(row.state == "waiting" for row in self.rows), quiet_until)

    @property
    def _last(self) -> Health:
        return self.healths[-1] if self.healths else Health("well")

    async def recover(self, channel: str) -> int:
        sending = [row for row in self.rows if row.state == "sending"]
        for row in sending:
            row.state, row.letter = "waiting", replace(row.letter, attempted=True)
        return len(sending)

    async def claim(self, channel: str, now: datetime, *, all_waiting: bool = False) -> Letter | None:
        self.hook("claim")
        held: dict[UUID, list[Row]] = {}
        for row in self.rows:
            due = all_waiting or row.next_try_at <= now
            free = row.letter.order_id not in held or row.goes_before(held[row.letter.order_id])
            if row.state == "waiting" and due and free:
                row.state = "sending"
                self._commit("claim")
                remote_id = row.letter.remote_id or self.registered.get(row.letter.order_id, "")
                return replace(row.letter, remote_id=remote_id, error=row.error)
            if row.state in ("waiting", "sending", "failed"):
                held.setdefault(row.letter.order_id, []).append(row)
        return None

    async def told(self, letter: Letter, answer: Told, now: datetime) -> None:
        self.hook("told")
        row = self.row(letter)
        row.state, row.told_times = "told", row.told_times + 1
        place = self.rows.index(row) + 1
        for part in reversed(answer.failed):
            again = replace(letter, id=uuid4(), body=part_body(letter, part))
            whole = row.part_of or letter.id
            self.rows.insert(place, Row(again, "failed", error=part.reason, part_of=whole))
        if answer.order:
            self.registered[letter.order_id] = answer.order.remote_id
            self._take(answer.order)
        self._commit("told")

    async def refused(self, letter: Letter, reason: str, now: datetime) -> None:
        self.hook("refused")
        self.row(letter).state, self.row(letter).error = "failed", reason
        self._commit("refused")

    async def postpone(
        self,
        letter: Letter,
        error: str,
        next_try_at: datetime,
        *,
        unknown: bool,
        counted: bool = True,
        overtaken: bool = False,
    ) -> None:
        self.hook("postpone")
        row = self.row(letter)
        row.state, row.error, row.next_try_at = "waiting", error, next_try_at
        row.letter = replace(
            row.letter,
            attempts=row.letter.attempts + counted,
            attempted=row.letter.attempted or unknown,
            overtaken=row.letter.overtaken or overtaken,
        )
        self._commit("postpone")

    async def cursor(self, channel: str) -> Cursor:
        return self.heard

    async def receive(
        self, channel: str, orders: Sequence[RemoteOrder | Unreadable], now: datetime, *, first_fetch: bool
    ) -> Applied:
        self.hook("receive")
        applied = Applied()
        for order in orders:
            if isinstance(order, Unreadable):
                self.unreadable[order.key] = order
                continue
            if first_fetch:
                self.first.add(order.remote_id)
            applied += self._take(order)
        self._commit("receive")
        return applied

    async def save_cursor(self, channel: str, cursor: Cursor) -> None:
        self.hook("save_cursor")
        self.heard = cursor
        self._commit("save_cursor")

    async def known(self, channel: str, remote_ids: Sequence[str]) -> Collection[str]:
        return self.orders.keys() & set(remote_ids)

    async def open_orders(self, channel: str) -> Mapping[str, UUID]:
        return {i: uuid4() for i, order in self.orders.items() if order.status in OPEN}

    async def missing(self, channel: str, remote_id: str, now: datetime) -> None:
        self.missed.append(remote_id)
        self._commit("missing")

    async def health(self, channel: str, health: Health, now: datetime) -> None:
        self.healths.append(health)
        self._commit("health")

    def _take(self, order: RemoteOrder) -> Applied:
        known = self.orders.get(order.remote_id)
        if known and known.updated_at and order.updated_at and order.updated_at < known.updated_at:
            return Applied()
        self.orders[order.remote_id] = order
        return Applied(new=int(known is None), changed=int(known is not None and known != order))

    def _commit(self, name: str) -> None:
        self.commits[name] += 1
        self.hook(f"{name} done")


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands still."""
    return Clock()


@pytest.fixture
def new_host() -> type[MemoryHost]:
    """Return the reference host's class."""
    return MemoryHost


@pytest.fixture
def host() -> MemoryHost:
    """Return an empty host."""
    return MemoryHost()


@pytest.fixture
def sample() -> Callable[[str], Any]:
    """Return a reader of the services' own examples."""
    return lambda name: json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def served() -> Iterator[Sandbox]:
    """Serve every service on loopback."""
    with Sandbox(patient=True) as serving:
        yield serving


@pytest.fixture
def sandbox(served: Sandbox) -> Sandbox:
    """Return the services, each as new."""
    for url in served.urls.values():
        with Control(url) as control:
            control.reset()
    return served


@pytest.fixture(params=sorted(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    """Return each kind of channel in turn."""
    return str(request.param)


@pytest.fixture
def guests(sandbox: Sandbox) -> Iterator[Control]:
    """Return the guests' side of fankahui."""
    with Control(sandbox.urls["fankahui"]) as control:
        yield control


@pytest.fixture
def guests_of(sandbox: Sandbox, kind: str) -> Iterator[Control]:
    """Return the guests' side of the kind at hand."""
    with Control(sandbox.urls[kind]) as control:
        yield control


@pytest.fixture
async def connect(sandbox: Sandbox, clock: Clock) -> AsyncIterator[Callable[..., Channel]]:
    """Return what opens a channel to the sandbox: `connect(kind, secrets=…, **settings)`."""
    opened: list[Channel] = []

    async def sleep(seconds: float) -> None:
        clock.pass_(seconds=seconds)

    def open_channel(
        kind: str = "fankahui", secrets: Mapping[str, str] | None = None, **settings: Any
    ) -> Channel:
        if secrets is None:
            secrets = dict.fromkeys(KINDS[kind].secret_fields(), "a secret")
        settings = {"base_url": sandbox.urls[kind], **SETTINGS.get(kind, {}), **settings}
        opened.append(build(kind, "c", settings, secrets, clock, sleep))
        return opened[-1]

    yield open_channel
    for channel in opened:
        await channel.close()


@pytest.fixture
def account(sandbox: Sandbox) -> Iterator[Control]:
    """Return what others do at impilo."""
    with Control(sandbox.urls["impilo"]) as control:
        yield control


@pytest.fixture
async def impilo(sandbox: Sandbox, clock: Clock) -> AsyncIterator[Callable[..., Any]]:
    """Return what makes a client of impilo's sandbox: `impilo(key, **settings)`."""
    opened: list[Any] = []

    async def sleep(_: float) -> None:
        raise AssertionError("this service is not waited for")

    def make(key: str = "a secret key", **settings: Any) -> Any:
        model = KINDS["impilo"].settings_model()(base_url=sandbox.urls["impilo"], **settings)
        opened.append(open_impilo(model, {"API_KEY": key}, Means(clock, sleep)))
        return opened[-1]

    yield make
    for one in opened:
        await one.close()
