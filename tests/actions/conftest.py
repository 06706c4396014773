"""One counter on a fresh store, with a clock that moves only when told, and orders as channels show them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest

from pos.actions import deals, intake, orders, outbox, spool
from pos.domain.order import Order
from pos.domain.payment import Amount
from pos.domain.shop import ChannelFacts, PrinterFacts, Shop
from pos.store import backlog, queries
from pos.store.rows import AttentionRow, LetterRow, TicketRow
from pos.store.store import Store
from pos.store.tx import Who
from printing.ports import Job
from sync.messages import Applied, FailedPart, Letter, RemoteGuest, RemoteLine, RemoteOrder, Told

T = TypeVar("T")

KEY = b"key of the journal in tests"
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
EVERY_VERB = frozenset(("register", "accept", "reject", "execute", "cancel", "pay", "note", "amend"))
#: What a guest of fankahui brings about there beside placing and calling off.
GUESTS_SET = frozenset(("executed", "paid"))
RICE = RemoteLine("L1", "米饭", 2, 300)
FISH = RemoteLine("L2", "水煮鱼", 1, 5800, options=("微辣",))
#: The commands that lead an order from placed to a state.
WAYS: dict[str, tuple[tuple[Any, ...], ...]] = {
    "placed": (),
    "accepted": ((orders.accept,),),
    "executed": ((orders.accept,), (orders.execute,)),
    "rejected": ((orders.reject, "sold out"),),
    "canceled": ((orders.cancel, "guest left"),),
}


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)


class Counter:
    """A store with one cashier, and what channels and printers do to it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.who = Who("小王", "screen")

    def do(self, action: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run an action to its end."""
        return self.store.do(action, self.who, *args, **kwargs).result()

    def ask(self, query: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Return what a query finds."""
        return self.store.ask(query, *args, **kwargs)

    def hear(self, *heard: Any, first_fetch: bool = False) -> Applied:
        """Let the channel show these records."""
        done = (self.do(intake.receive, "fankahui", record, first_fetch) for record in heard)
        return sum(done, Applied())

    def order(self, known: str | UUID = "R1") -> Order:
        """Return an order by its id, here or at the channel."""
        if isinstance(known, UUID):
            return self.ask(queries.order, known)
        return self.orders(known)[0]

    def reach(self, status: str, name: str = "R1") -> Order:
        """Lead an order to a state by the counter's own commands, all of it told."""
        for action, *arguments in WAYS[status]:
            self.do(action, self.order(name).id, *arguments)
        self.tell_all()
        return self.order(name)

    def orders(self, remote_id: str) -> list[Order]:
        """Return all orders that the channel's id names."""
        return [order for order in self.ask(queries.orders) if order.remote_id == remote_id]

    def tickets(self, order: Order, *states: str) -> list[TicketRow]:
        """Return an order's tickets."""
        return [t for t in self.ask(backlog.order_tickets, order.id) if not states or t.state in states]

    def paper(self, ticket: TicketRow) -> dict[str, Any]:
        """Return what a ticket says."""
        return dict(self.ask(backlog.ticket_content, ticket.id)["facts"])

    def said(self, ticket: TicketRow) -> list[tuple[str, int, str | None]]:
        """The dishes on a ticket: name, quantity, and what changed."""
        return [(line["name"], line["quantity"], line["change"]) for line in self.paper(ticket)["lines"]]

    def letters(self, order: Order) -> list[LetterRow]:
        """Return an order's letters."""
        return self.ask(backlog.order_letters, order.id)

    def attention(self, *kinds: str) -> list[AttentionRow]:
        """Return what a person must look at."""
        return [row for row in self.ask(backlog.attention) if not kinds or row.kind in kinds]

    def acts(self, order: Order) -> list[str]:
        """Return what the journal says was done to an order."""
        return [line.act for line in self.ask(queries.timeline, order.id)]

    def claim_letter(self) -> Letter | None:
        """Take the channel's next letter, as its worker does."""
        return self.do(outbox.claim, "fankahui", False)

    def tell_all(self, answer: RemoteOrder | None = None) -> list[str]:
        """Let the channel take every letter that is due; return their verbs."""
        verbs: list[str] = []
        while letter := self.claim_letter():
            self.do(outbox.told, letter, Told(answer))
            verbs.append(letter.verb)
        return verbs

    def print_all(self, *printers: str) -> list[Job]:
        """Let the printers print every ticket that is due; return them."""
        done = []
        for printer in printers or ("kitchen", "front"):
            while job := self.do(spool.claim, printer, False):
                self.do(spool.printed, job, "process-id")
                done.append(job)
        return done


class Hearer:
    """The channel ``reviews``, which hears what was sold, and the letters that a counter has for it."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter

    def cooked(self, heard: Callable[..., RemoteOrder], name: str = "R1", **shown: Any) -> Order:
        """Return an order that is in the kitchen; its own channel knows."""
        guest = RemoteGuest("G1", "张三", "13800000000", "路 1")
        self.counter.hear(heard(name, **{"type": "deliver", "guest": guest, **shown}))
        self.counter.do(orders.accept, self.counter.order(name).id)
        self.counter.tell_all()
        return self.counter.order(name)

    def letters(self, order: Order, channel: str = "reviews") -> Any:
        """Return an order's letters to a channel, with what they say."""
        return self.counter.do(lambda tx: tx.outbox.of_order(order.id, channel))

    def sold(self, order: Order) -> list[Any]:
        """Return the letters about a sale, as they stand."""
        return [letter for letter in self.letters(order) if letter.verb == "sale"]

    def claim(self) -> Any:
        """Take the next letter, as the channel's worker does."""
        return self.counter.do(outbox.claim, "reviews", False)

    def tell(self, *failed: FailedPart) -> Letter:
        """Let it hear the next letter; these parts of it are refused."""
        letter: Letter = self.claim()
        self.counter.do(outbox.told, letter, Told(failed=failed))
        return letter

    def settle(self, order: Order) -> Any:
        """Take cash for an order."""
        return self.counter.do(deals.settle, [order.id], [Amount("cash", order.total or 0)])


@pytest.fixture
def hears(counter: Counter) -> Hearer:
    """Who hears of the counter's sales, where its shop has such a channel."""
    return Hearer(counter)


@pytest.fixture
def telling() -> Callable[..., Shop]:
    """Let a shop have a channel that hears of its sales."""

    def tell(shop: Shop, **facts: Any) -> Shop:
        tells = frozenset({"sale", "forget"})
        reviews = ChannelFacts("reviews", "crema", tells=tells, watch_days=30, **facts)
        fankahui = shop.channels["fankahui"]
        fankahui = replace(fankahui, tells=fankahui.tells | {"dispatch", "return", "exchange"})
        return replace(shop, channels={"fankahui": fankahui, "reviews": reviews})

    return tell


@pytest.fixture
def journal_key() -> bytes:
    """The key of the stores' journals."""
    return KEY


@pytest.fixture
def shop() -> Shop:
    """A shop with one channel, a kitchen printer and one at the front."""
    return Shop(
        name="泛盈总店",
        currency="CNY",
        language="zh_CN",
        timezone="Asia/Shanghai",
        channels={
            "fankahui": ChannelFacts(
                "fankahui", "fankahui", tells=EVERY_VERB, stored_value=True, guests_set=GUESTS_SET
            )
        },
        printers=(PrinterFacts("kitchen", ("kitchen",)), PrinterFacts("front", ("settlement",))),
    )


@pytest.fixture
def open_counter(tmp_path: Path, new_store: Callable[[Path], str]) -> Iterator[Callable[..., Counter]]:
    """Open counters, each on a store of its own."""
    counters: list[Counter] = []

    def open_one(shop: Shop, folder: Path = tmp_path) -> Counter:
        clock = Clock()
        store = Store.open(new_store(folder / f"{len(counters)}.db"), shop, KEY, clock)
        counters.append(Counter(store, clock))
        return counters[-1]

    yield open_one
    for counter in counters:
        counter.store.close()


@pytest.fixture
def counter(open_counter: Callable[[Shop], Counter], shop: Shop) -> Counter:
    """One counter of the shop."""
    return open_counter(shop)


@pytest.fixture
def heard() -> Callable[..., RemoteOrder]:
    """Make an order as the channel shows it; its document changes with whatever it shows."""

    def show(
        remote_id: str = "R1", *, lines: Sequence[RemoteLine] = (RICE, FISH), **shown: Any
    ) -> RemoteOrder:
        plain = RemoteOrder(remote_id, "placed", "booking", tuple(lines), "CNY", {})
        order = replace(plain, **shown)
        return replace(order, raw={"shown": repr(order)})

    return show


@pytest.fixture
def fired(counter: Counter, heard: Callable[..., RemoteOrder]) -> Order:
    """An order in the kitchen, its ticket still queued."""
    counter.hear(heard())
    counter.do(orders.accept, counter.order().id)
    counter.do(orders.execute, counter.order().id)
    return counter.order()
