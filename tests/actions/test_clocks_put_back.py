"""However a computer's clock is put, orders are heard, letters told and tickets printed as soon as before."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import pos.actions
import pos.store
from pos.actions import channels, orders, outbox, spool, tickets
from pos.adapters.channels import ChannelHost
from pos.domain.order import Order
from pos.store.tx import Tx
from sync.channel import Capabilities
from sync.engine import Engine
from sync.errors import UNPAID_THERE, ChannelError, NotYet, Throttled, TryLater
from sync.messages import Letter, Page, Told

BACK = [timedelta(seconds=-10), timedelta(minutes=-10), timedelta(hours=-1)]
STEPS = [*BACK, timedelta(days=1)]
#: A letter waits so long at most, be it for money or for a service that asked for quiet.
LONGEST = timedelta(minutes=15)

each_step = pytest.mark.parametrize("step", STEPS, ids=str)
each_step_back = pytest.mark.parametrize("step", BACK, ids=str)


class Service:
    """A service without orders, and how often it was asked for them; `error` is what it answers to all."""

    name, kind = "fankahui", "fankahui"
    capabilities = Capabilities({"accept": "accept"}, frozenset({"accept"}), lists=False, reads=False)

    def __init__(self) -> None:
        self.error: ChannelError | None = None
        self.asked = 0
        self.told: list[str] = []

    async def changes(self, position: str, *, finished_since: datetime) -> AsyncIterator[Page]:
        self.asked += 1
        self._answer()
        yield Page((), position or f"{finished_since}")

    async def tell(self, letter: Letter) -> Told:
        self._answer()
        self.told.append(letter.verb)
        return Told()

    def _answer(self) -> None:
        if self.error is not None:
            raise self.error


@pytest.fixture
def service() -> Service:
    """Return a service that is well."""
    return Service()


@pytest.fixture
async def engine_of(counter: Any, service: Service) -> AsyncIterator[Callable[[], Engine]]:
    """Begin workers of the service over the counter's store and clock; they wait as long as they may."""
    host = ChannelHost(counter.store)

    def begin() -> Engine:
        return Engine(service, host, clock=counter.clock, uniform=lambda _, most: most)  # type: ignore[arg-type]  # it is asked for no more

    async with host.lock(service.name):
        yield begin


@pytest.fixture
def accepted(counter: Any, heard: Callable[..., Any]) -> Order:
    """Return an order of which the service has still to be told that it was accepted."""
    counter.hear(heard())
    counter.do(orders.accept, counter.order().id)
    order: Order = counter.order()
    return order


async def outage(service: Service, engine: Engine, clock: Any) -> None:
    """Let a service be away until it is tried every five minutes only, for the last time just now."""
    service.error = TryLater("no route")
    for _ in range(10):
        clock.pass_by(minutes=6)
        await engine.round()
    service.error = None


@each_step
async def test_orders_are_asked_for_at_the_next_poll(
    counter: Any, service: Service, engine_of: Callable[[], Engine], step: timedelta
) -> None:
    engine = engine_of()
    await engine.round()
    counter.clock.now += step
    counter.clock.pass_by(seconds=5)
    await engine.round()
    assert service.asked == 2


@each_step
@pytest.mark.usefixtures("accepted")
async def test_what_waited_for_the_end_of_an_outage_waits_no_longer(
    counter: Any, service: Service, engine_of: Callable[[], Engine], step: timedelta
) -> None:
    engine = engine_of()
    await outage(service, engine, counter.clock)
    asked = service.asked
    counter.clock.now += step
    await engine.round()
    assert (service.told, service.asked) == (["accept"], asked + 1)


@each_step_back
@pytest.mark.parametrize("anew", [False, True])
@pytest.mark.usefixtures("accepted")
async def test_a_service_that_asked_for_quiet_has_it_for_as_long_as_it_said_and_no_longer(
    counter: Any, service: Service, engine_of: Callable[[], Engine], step: timedelta, anew: bool
) -> None:
    engine = engine_of()
    service.error = Throttled("quiet", counter.clock.now + timedelta(minutes=1))
    await engine.round()
    service.error = None
    counter.clock.now += step
    engine = engine_of() if anew else engine
    for seconds in (0, 59):
        counter.clock.pass_by(seconds=seconds)
        assert (await engine.round()).error == "quiet"
    counter.clock.pass_by(seconds=1)
    assert ((await engine.round()).ok, service.asked) == (True, 1)
    counter.clock.pass_by(seconds=10)
    await engine.round()
    assert service.told == ["accept"]


@each_step_back
def test_a_quiet_that_another_process_was_told_of_is_as_long_as_it_was_meant(
    counter: Any, step: timedelta
) -> None:
    counter.do(channels.be_quiet, "fankahui", counter.clock.now + timedelta(minutes=1))
    counter.clock.now += step
    until = counter.clock.now + timedelta(minutes=1)
    assert counter.do(channels.quiet_until, "fankahui") == until
    counter.clock.pass_by(seconds=59)
    assert counter.do(channels.quiet_until, "fankahui") == until
    counter.clock.pass_by(seconds=1)
    assert counter.do(channels.quiet_until, "fankahui") is None


@each_step
@pytest.mark.usefixtures("accepted")
async def test_a_letter_that_waits_for_money_waits_no_longer_than_it_was_to(
    counter: Any, service: Service, engine_of: Callable[[], Engine], step: timedelta
) -> None:
    service.error = NotYet()
    engine = engine_of()
    await engine.round()
    service.error = None
    counter.clock.pass_by(minutes=8)
    counter.clock.now += step
    await engine.round()
    counter.clock.now += LONGEST
    await engine.round()
    assert service.told == ["accept"]


@each_step
def test_a_letter_is_told_when_undo_is_over(counter: Any, heard: Callable[..., Any], step: timedelta) -> None:
    counter.hear(heard())
    counter.do(orders.accept, counter.order().id, None, True)
    counter.clock.now += step
    counter.clock.pass_by(seconds=5)
    assert counter.tell_all() == ["accept"]


def retried(tx: Tx, order: Order) -> None:
    """A person has the letter told again at once."""
    (letter,) = tx.outbox.of_order(order.id, "fankahui")
    assert outbox.retry(tx, letter.id)


def recovered(tx: Tx, _order: Order) -> None:
    """A worker has begun to tell it, and died."""
    assert outbox.claim(tx, "fankahui", all_waiting=True)
    assert channels.recover(tx, "fankahui")


def paid(tx: Tx, order: Order) -> None:
    """The order for whose money it waited is paid."""
    tx.outbox.look_again(order.id, "fankahui", tx.now)


def connected_again(tx: Tx, _order: Order) -> None:
    """Its channel was taken out, and is back."""
    outbox.strand(tx, "fankahui")
    assert tx.outbox.wait_again("fankahui", tx.now)


@each_step
@pytest.mark.parametrize("done", [retried, recovered, paid, connected_again])
def test_a_letter_that_is_to_go_at_once_goes_at_once(
    counter: Any, accepted: Order, step: timedelta, done: Callable[[Tx, Order], None]
) -> None:
    letter = counter.claim_letter()
    until = counter.clock.now + LONGEST
    counter.do(outbox.postpone, letter, UNPAID_THERE, until, unknown=False, counted=False)
    counter.clock.pass_by(minutes=14)
    assert counter.claim_letter() is None
    counter.do(done, accepted)
    counter.clock.now += step
    assert counter.claim_letter() is not None


@each_step
def test_a_ticket_is_printed_at_once(counter: Any, accepted: Order, step: timedelta) -> None:
    counter.do(orders.execute, accepted.id)
    counter.clock.now += step
    assert len(counter.print_all("kitchen")) == 1


@each_step
def test_a_ticket_that_was_held_waits_no_longer_than_it_was_to(
    counter: Any, accepted: Order, step: timedelta
) -> None:
    counter.do(orders.execute, accepted.id)
    job = counter.do(spool.claim, "kitchen", False)
    counter.do(spool.held, job, "offline", counter.clock.now + timedelta(seconds=30))
    assert counter.do(spool.claim, "kitchen", False) is None
    counter.clock.now += step
    printed = counter.print_all("kitchen")
    counter.clock.pass_by(seconds=30)
    assert len([*printed, *counter.print_all("kitchen")]) == 1


def sent_again(tx: Tx) -> bool:
    """A person has the ticket printed again at once."""
    (ticket,) = tx.spool.left_at("kitchen")
    return tickets.retry(tx, ticket.id)


def moved(tx: Tx) -> bool:
    """The ticket's printer goes by its own name again."""
    return tickets.hand_over(tx, "kitchen", "kitchen") > 0


@each_step
@pytest.mark.parametrize("done", [sent_again, moved])
def test_a_ticket_that_is_to_go_at_once_goes_at_once(
    counter: Any, accepted: Order, step: timedelta, done: Callable[[Tx], bool]
) -> None:
    counter.do(orders.execute, accepted.id)
    job = counter.do(spool.claim, "kitchen", False)
    counter.do(spool.held, job, "offline", counter.clock.now + LONGEST)
    counter.clock.pass_by(minutes=14)
    assert counter.do(done)
    counter.clock.now += step
    assert len(counter.print_all("kitchen")) == 1


@pytest.mark.parametrize("package", [pos.actions, pos.store])
def test_when_a_row_is_tried_again_is_said_together_with_when_that_was_said(package: Any) -> None:
    said = re.compile(r"\bnext_try_at(\"\]?: |\"\] = |=)")
    sources = {path.name: path.read_text() for path in Path(package.__file__).parent.glob("*.py")}
    assert {name for name, source in sources.items() if said.search(source)} <= {"moments.py"}
