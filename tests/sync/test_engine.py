"""The engine over real HTTP: outages, lost answers, repeats; every letter told exactly once in the end."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from sync.channel import Channel
from sync.engine import TAKE_OVER, Engine, Pace
from sync.errors import ChannelError, Conflict, Missing, Refused, TryLater
from sync.messages import Health, Letter, Page, RemoteOrder, Told, Verb
from sync.sandbox.control import Control

Connect = Callable[..., Channel]
EVERY = {"uniform": lambda _, most: most}


@pytest.fixture
def engine(connect: Connect, host: Any, clock: Any) -> Engine:
    """Return an engine between the sandbox and a host in memory."""
    return Engine(connect(), host, clock=clock, **EVERY)


def tell(host: Any, order: dict[str, Any], *verbs: Verb) -> list[Letter]:
    """Write letters about one order."""
    order_id = uuid4()
    return [host.write(verb, order_id, order["id"], method="cash") for verb in verbs]


async def worked(channel: Channel, host: Any, clock: Any) -> None:
    """Let a worker that begins anew take the lock and work one round."""
    rests = asyncio.Event()

    async def sleep(_: float) -> None:
        rests.set()
        await asyncio.Event().wait()

    work = asyncio.create_task(Engine(channel, host, clock=clock, sleep=sleep, **EVERY).run())
    await rests.wait()
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)


async def test_one_round_tells_what_waits_and_then_fetches(
    engine: Engine, host: Any, guests: Control
) -> None:
    order = guests.place()
    tell(host, order, "accept", "execute", "pay")
    report = await engine.once()
    assert (report.ok, report.told, report.failed, report.waiting) == (True, 3, 0, 0)
    assert host.orders[order["id"]].status == "paid"
    assert len(guests.state()["deals"]) == 1


async def test_the_first_fetch_is_told_from_the_later_ones(
    engine: Engine, host: Any, guests: Control
) -> None:
    first = guests.place()
    report = await engine.once()
    assert (report.fetched, report.new) == (1, 1)
    later = guests.place()
    await engine.once()
    assert (first["id"] in host.first, later["id"] in host.first) == (True, False)


async def test_nothing_new_writes_nothing(engine: Engine, host: Any, guests: Control) -> None:
    guests.place()
    await engine.once()
    before = host.commits.copy()
    await engine.once()
    changed = set(host.commits - before)
    assert changed <= {"receive"}


async def test_nothing_is_claimed_where_no_letter_waits(engine: Engine, host: Any, guests: Control) -> None:
    tell(host, guests.place(), "accept")
    assert (await engine.once()).told == 1
    called: list[str] = []
    host.hook = called.append
    await engine.once()
    called.clear()
    await engine.round()
    assert "claim" not in called
    letter = host.write("accept", uuid4(), guests.place()["id"])
    await engine.round()
    assert "claim" in called
    assert host.row(letter).state == "told"


async def test_how_far_a_channel_was_heard_is_asked_once_for_each_time_that_its_lock_is_held(
    engine: Engine, host: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    cursor = host.cursor

    async def asking(channel: str) -> Any:
        asked.append(channel)
        return await cursor(channel)

    monkeypatch.setattr(host, "cursor", asking)
    for times in (1, 2):
        await engine.once()
        clock.pass_(minutes=10)
        assert (await engine.round()).ok
        assert len(asked) == times


async def test_a_cursor_that_could_not_be_kept_is_asked_for_anew(
    engine: Engine, host: Any, guests: Control, clock: Any
) -> None:
    guests.place()
    await engine.once()
    kept = host.heard

    def full(method: str) -> None:
        if method == "save_cursor":
            raise OSError("the disk is full")

    host.hook = full
    clock.pass_(minutes=10)
    guests.place()
    await engine.round()
    assert host.heard == kept
    host.hook = lambda _: None
    clock.pass_(minutes=10)
    assert (await engine.round()).fetched
    assert host.heard != kept


@pytest.mark.parametrize("fault", ["drop", "html"])
async def test_an_answer_that_was_lost_books_no_second_deal(
    engine: Engine, host: Any, guests: Control, clock: Any, fault: Any
) -> None:
    [letter] = tell(host, guests.place(), "pay")
    guests.fault(fault, method="PUT")
    await engine.once()
    assert host.row(letter).letter.attempted
    clock.pass_(minutes=10)
    await engine.round()
    assert (host.row(letter).state, host.row(letter).told_times) == ("told", 1)
    assert len(guests.state()["deals"]) == 1


async def test_a_registration_that_was_lost_makes_no_second_order(
    engine: Engine, host: Any, guests: Control
) -> None:
    order = {"type": "eat_in", "items": [{"name": "汤", "quantity": 1, "price": 500}]}
    order_id = uuid4()
    host.write("register", order_id, order=order)
    host.write("pay", order_id, method="cash")
    guests.fault("drop", method="POST", path="/orders")
    await engine.once()
    await engine.once()
    assert host.states() == {"told": 2}
    assert len(guests.state()["orders"]) == len(guests.state()["deals"]) == 1


async def test_a_refused_letter_holds_back_its_own_order_only(
    engine: Engine, host: Any, guests: Control
) -> None:
    good = guests.place()
    tell(host, {"id": "0000"}, "accept", "execute")
    tell(host, good, "accept")
    report = await engine.once()
    assert (report.ok, report.told, report.failed) == (False, 1, 1)
    assert [row.state for row in host.rows] == ["failed", "waiting", "told"]
    assert report.error == "not found"


async def test_a_letter_that_was_overtaken_is_decided_again_and_then_refused(
    engine: Engine, host: Any, guests: Control
) -> None:
    order = guests.place()
    [letter] = tell(host, order, "accept")
    guests.cancel(order["id"])
    await engine.once()
    assert host.orders[order["id"]].status == "canceled"
    assert (host.row(letter).state, host.row(letter).error) == ("waiting", "overtaken")
    await engine.once()
    assert (host.row(letter).state, host.row(letter).error) == ("failed", "moved_on: canceled")


async def test_a_letter_that_was_overtaken_is_known_as_such_by_the_next_process_too(
    connect: Connect, host: Any, clock: Any, guests: Control
) -> None:
    order = guests.place()
    [letter] = tell(host, order, "reject")
    guests.check_in(order["id"])
    for _ in range(2):
        worker = Engine(connect(), host, clock=clock, **EVERY)
        await worker.once()
        await worker.close()
    assert (host.row(letter).state, host.row(letter).error) == ("failed", "moved_on: executed")


async def test_an_outage_in_between_lets_no_overtaken_letter_be_decided_for_ever(
    engine: Engine, host: Any, guests: Control
) -> None:
    order = guests.place()
    [letter] = tell(host, order, "accept")
    guests.cancel(order["id"])
    await engine.once()
    guests.fault("down", times=None)
    await engine.once()
    guests.calm()
    assert (host.row(letter).state, host.row(letter).error) == ("waiting", "connection_broke")
    await engine.once()
    assert (host.row(letter).state, host.row(letter).error) == ("failed", "moved_on: canceled")


@dataclass
class Overtaken:
    """A channel of which every order has moved on, and none can be read any more."""

    channel: Channel
    unread: ChannelError
    tells: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.channel, name)

    async def tell(self, _: Letter) -> Told:
        self.tells += 1
        raise Conflict("moved_on: elsewhere")

    async def read(self, _: str) -> RemoteOrder:
        raise self.unread


@pytest.mark.parametrize("unread", [Missing("no_order"), Refused("not for you")])
async def test_an_overtaken_letter_whose_order_is_not_given_fails_for_a_person_to_see(
    connect: Connect, host: Any, guests: Control, clock: Any, unread: ChannelError
) -> None:
    channel = Overtaken(connect(), unread)
    [letter] = tell(host, guests.place(), "accept")
    for _ in range(3):
        await Engine(channel, host, clock=clock, **EVERY).once()
    assert (channel.tells, host.row(letter).state, host.row(letter).error) == (
        1, "failed", "moved_on: elsewhere",
    )  # fmt: skip


async def test_an_overtaken_letter_whose_order_cannot_be_read_yet_waits(
    connect: Connect, host: Any, guests: Control, clock: Any
) -> None:
    [letter] = tell(host, guests.place(), "accept")
    await Engine(Overtaken(connect(), TryLater("no_connection")), host, clock=clock, **EVERY).once()
    assert (host.row(letter).state, host.row(letter).letter.overtaken) == ("waiting", False)


async def test_once_tries_each_letter_once_backoff_or_not(engine: Engine, host: Any, guests: Control) -> None:
    letters = [tell(host, guests.place(), "accept")[0] for _ in range(2)]
    guests.fault("fail", times=2, method="PUT", status=500)
    report = await engine.once()
    assert (report.told, report.waiting) == (0, 2)
    assert [host.row(letter).letter.attempts for letter in letters] == [1, 1]
    assert (await engine.once()).told == 2


async def test_an_outage_gives_back_what_was_not_tried(engine: Engine, host: Any, guests: Control) -> None:
    for _ in range(20):
        tell(host, guests.place(), "accept")
    guests.fault("down", times=None)
    report = await engine.once()
    assert (report.ok, host.states()) == (False, {"waiting": 20})
    assert 3 <= sum(row.letter.attempts for row in host.rows) <= 6
    guests.calm()
    assert (await engine.once()).told == 20


@pytest.mark.parametrize("lost", [True, False])
async def test_a_worker_that_begins_in_an_outage_asks_for_all_that_is_open_after_it(
    host: Any, connect: Any, guests: Control, clock: Any, lost: bool
) -> None:
    order = guests.place()
    await Engine(connect(), host, clock=clock, **EVERY).once()
    swept_at = (await host.cursor("fankahui")).swept_at
    clock.pass_(seconds=20)
    engine = Engine(connect(), host, clock=clock, pace=Pace(sweep=timedelta(days=9)), **EVERY)
    if lost:
        host.healths.append(Health("waiting", "no_connection"))
    await engine.once()
    assert ((await host.cursor("fankahui")).swept_at != swept_at) is lost
    assert order["id"] in host.orders


@pytest.mark.parametrize("lost", [True, False])
async def test_what_waited_for_a_person_is_told_at_once_by_a_worker_that_begins_anew(
    host: Any, connect: Any, guests: Control, clock: Any, lost: bool
) -> None:
    [letter] = tell(host, guests.place(), "accept")
    guests.fault("expire", times=None, method="PUT")
    await Engine(connect(), host, clock=clock, **EVERY).once()
    assert (host.row(letter).state, host.healths[-1].state) == ("waiting", "needs_you")
    guests.calm()
    clock.pass_(seconds=20)
    if not lost:
        host.healths.append(Health("well"))
    await worked(connect(), host, clock)
    assert (host.row(letter).state == "told") is lost


async def test_an_outage_is_logged_once_and_its_end_once(
    engine: Engine, host: Any, guests: Control, clock: Any
) -> None:
    await engine.round()
    guests.fault("down", times=None)
    with capture_logs() as logs:
        for _ in range(5):
            clock.pass_(minutes=6)
            await engine.round()
        guests.calm()
        clock.pass_(minutes=6)
        await engine.round()
    assert [line["event"] for line in logs] == ["channel_lost", "channel_back"]
    assert [health.state for health in host.healths] == ["well", *["waiting"] * 5, "well"]


async def test_after_an_outage_all_open_orders_are_looked_at(
    connect: Connect, host: Any, guests: Control, clock: Any
) -> None:
    engine = Engine(connect(), host, clock=clock, pace=Pace(sweep=timedelta(days=9)), **EVERY)
    await engine.once()
    swept = host.heard.swept_at
    guests.fault("lost", path="/orders")
    clock.pass_(minutes=1)
    await engine.round()
    clock.pass_(minutes=1)
    await engine.round()
    assert host.heard.swept_at > swept


async def test_too_many_requests_quiet_the_whole_channel_and_count_no_attempt(
    engine: Engine, host: Any, guests: Control
) -> None:
    [letter, _] = tell(host, guests.place(), "accept")[0], tell(host, guests.place(), "accept")
    guests.fault("throttle", times=1, method="PUT", seconds=120)
    await engine.once()
    calls = guests.state()["sign_ins"]
    assert host.row(letter).letter.attempts == 0
    assert host.healths[-1].detail["quiet_until"]
    report = await engine.once()
    assert (report.ok, report.told, guests.state()["sign_ins"]) == (False, 0, calls)


async def test_a_quiet_that_an_earlier_process_was_told_is_kept(
    connect: Connect, host: Any, clock: Any, guests: Control
) -> None:
    tell(host, guests.place(), "accept")
    until = clock() + timedelta(seconds=30)
    host.healths.append(Health("waiting", "quiet", {"quiet_until": until.isoformat()}))
    engine = Engine(connect(), host, clock=clock, **EVERY)
    assert (await engine.once()).told == 0
    clock.pass_(seconds=31)
    assert (await engine.once()).told == 1


async def test_a_quiet_that_another_counter_was_told_since_this_one_was_made_is_kept(
    connect: Connect, host: Any, clock: Any, guests: Control
) -> None:
    one, other = (Engine(connect(), host, clock=clock, **EVERY) for _ in range(2))
    await other.once()
    guests.fault("throttle", times=1, seconds=120)
    clock.pass_(minutes=1)
    assert not (await one.once()).ok
    assert "quiet" in (await other.once()).error
    clock.pass_(minutes=3)
    assert (await other.once()).ok
    assert (await one.once()).ok


async def test_a_host_that_cannot_say_what_is_before_a_round_is_reported(
    engine: Engine, host: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: str) -> None:
        raise OSError("a disk")

    for asked in ("outlook", "left"):
        with monkeypatch.context() as patch:
            patch.setattr(host, asked, broken)
            report = await engine.once()
        assert (report.ok, report.error.partition(" in ")[0]) == (False, "own_fault: OSError")
    assert (await engine.once()).ok


async def test_a_wrong_password_pauses_until_a_person_acts(
    connect: Connect, host: Any, guests: Control, clock: Any
) -> None:
    secrets = {"USERNAME": "a", "PASSWORD": "wrong"}
    engine = Engine(connect(secrets=secrets), host, clock=clock, **EVERY)
    tell(host, guests.place(), "accept")
    report = await engine.once()
    assert (report.ok, host.healths[-1].state) == (False, "needs_you")
    assert report.error == "wrong_secrets"
    clock.pass_(hours=1)
    assert (await engine.round()).error == report.error
    assert host.states() == {"waiting": 1}


@pytest.mark.parametrize("one_process", [True, False])
async def test_an_order_missing_twice_is_shown_to_a_person_once(
    connect: Connect, host: Any, guests: Control, clock: Any, one_process: bool
) -> None:
    guests.place()
    made = [Engine(connect(), host, clock=clock, **EVERY) for _ in range(1 if one_process else 5)]
    await made[0].once()
    gone = replace(next(iter(host.orders.values())), remote_id="gone")
    host.orders["gone"] = gone
    seen = []
    for engine in made * 4 if one_process else made[1:]:
        clock.pass_(minutes=4)
        await engine.once()
        seen.append(list(host.missed))
    assert seen == [[], ["gone"], ["gone"], ["gone"]]
    assert "gone" in host.orders


async def test_an_order_that_is_closed_here_is_missed_no_more(
    engine: Engine, host: Any, guests: Control, clock: Any
) -> None:
    guests.place()
    await engine.once()
    gone = replace(next(iter(host.orders.values())), remote_id="gone")
    for status in ("placed", "paid", "placed"):
        host.orders["gone"] = replace(gone, status=status)
        clock.pass_(minutes=4)
        await engine.once()
        assert host.heard.missed == ({"gone": 1} if status == "placed" else {})
    assert host.missed == []


async def test_a_strange_record_stops_no_other(engine: Engine, host: Any, guests: Control) -> None:
    guests.place(memo={"message": ["?"]}, table=[7], agent="nobody", createdAt="soon")
    good = guests.place()
    report = await engine.once()
    assert good["id"] in host.orders
    assert report.new == 2


async def test_another_process_at_work_is_not_disturbed(engine: Engine, host: Any) -> None:
    host.holder = "counter 2"
    report = await engine.once()
    assert (report.ok, report.held_by, host.commits.total()) == (True, "counter 2", 0)


async def test_what_a_dead_worker_was_sending_is_told_under_its_key(
    engine: Engine, host: Any, guests: Control
) -> None:
    [letter] = tell(host, guests.place(), "pay")
    host.row(letter).state = "sending"
    await engine.once()
    assert (host.row(letter).state, host.row(letter).letter.attempts) == ("told", 0)


async def test_a_fault_of_ours_keeps_no_other_letter_back(
    connect: Connect, host: Any, guests: Control, clock: Any
) -> None:
    channel = connect()
    bad, good = tell(host, guests.place(), "accept")[0], tell(host, guests.place(), "accept")[0]
    tell_as_it_is = channel.tell

    async def broken(letter: Letter) -> Any:
        if letter.id == bad.id:
            raise KeyError("a guest's name")
        return await tell_as_it_is(letter)

    channel.tell = broken  # type: ignore[method-assign]
    with capture_logs() as logs:
        report = await Engine(channel, host, clock=clock, **EVERY).once()
    assert (report.told, report.waiting, host.row(good).state) == (1, 1, "told")
    assert "KeyError" in host.row(bad).error
    assert "guest" not in str(logs) + host.row(bad).error


async def test_a_store_that_fails_in_between_tells_nothing_twice(
    engine: Engine, host: Any, guests: Control, clock: Any
) -> None:
    letters = [tell(host, guests.place(), "pay")[0] for _ in range(3)]
    broken = iter([OSError("disk full")])

    def fail(name: str) -> None:
        if name == "told" and (error := next(broken, None)):
            raise error

    host.hook = fail
    report = await engine.round()
    assert (report.ok, "OSError" in report.error, "disk" in report.error) == (False, True, False)
    clock.pass_(minutes=10)
    await engine.round()
    assert [host.row(letter).state for letter in letters] == ["told"] * 3
    assert len(guests.state()["deals"]) == 3


async def test_a_letter_whose_answer_cannot_be_kept_stops_neither_others_nor_what_is_new(
    engine: Engine, host: Any, guests: Control
) -> None:
    [bad], [good] = tell(host, guests.place(), "accept"), tell(host, guests.place(), "accept")
    told = host.told

    async def failing(letter: Letter, *more: Any) -> None:
        if letter.id == bad.id:
            raise KeyError(letter.id)
        await told(letter, *more)

    host.told = failing
    report = await engine.round()
    assert (host.row(bad).state, host.row(good).state, report.new) == ("waiting", "told", 1)


@dataclass
class LongList:
    """A channel whose list goes on until somebody has been told something."""

    channel: Channel
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    ends: asyncio.Event = field(default_factory=asyncio.Event)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.channel, name)

    async def changes(self, *since: Any, **least: Any) -> AsyncIterator[Page]:
        self.asked.set()
        await self.ends.wait()
        async for page in self.channel.changes(*since, **least):
            yield page


async def test_what_was_put_off_and_told_in_the_same_round_waits_no_more(
    connect: Connect, host: Any, guests: Control, clock: Any
) -> None:
    channel = LongList(connect())
    engine = Engine(channel, host, clock=clock, uniform=lambda least, _: least)
    [letter] = tell(host, guests.place(), "accept")
    guests.fault("fail", times=1, method="PUT", status=500)
    told = host.told

    async def telling(*said: Any) -> None:
        await told(*said)
        channel.ends.set()

    host.told = telling
    working = asyncio.create_task(engine.once())
    await channel.asked.wait()
    assert host.row(letter).state == "waiting"
    engine.wake()  # as a commit beside the fetch does
    report = await working
    assert (report.ok, report.told, report.waiting, report.error) == (True, 1, 0, "")


async def test_a_running_worker_hears_the_bell_and_stops_when_told(
    connect: Connect, host: Any, guests: Control, clock: Any
) -> None:
    resting = asyncio.Event()

    async def sleep(_: float) -> None:
        resting.set()
        await asyncio.Event().wait()

    engine = Engine(connect(), host, clock=clock, sleep=sleep, **EVERY)
    running = asyncio.create_task(engine.run())
    await resting.wait()
    [letter] = tell(host, guests.place(), "accept")
    resting.clear()
    engine.wake()
    await resting.wait()
    assert host.row(letter).state == "told"
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert host.holder is None


async def test_a_worker_that_lost_its_lock_tells_nothing_until_it_has_it_again(
    connect: Connect, host: Any, guests: Control, clock: Any
) -> None:
    resting = asyncio.Event()

    async def sleep(_: float) -> None:
        resting.set()
        await asyncio.Event().wait()

    engine = Engine(connect(), host, clock=clock, sleep=sleep, **EVERY)
    running = asyncio.create_task(engine.run())
    await resting.wait()
    [letter] = tell(host, guests.place(), "accept")
    states = []
    for holder in ("counter 2", None):
        host.holder = holder
        resting.clear()
        engine.wake()
        await resting.wait()
        states.append(host.row(letter).state)
    assert states == ["waiting", "told"]
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_worker_that_is_stopped_keeps_its_lock_until_its_channel_has_ended(
    connect: Connect, host: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    resting, closing, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def sleep(_: float) -> None:
        resting.set()
        await asyncio.Event().wait()

    async def close() -> None:
        closing.set()
        await ended.wait()

    channel = connect()
    running = asyncio.create_task(Engine(channel, host, clock=clock, sleep=sleep, **EVERY).run())
    await resting.wait()
    await channel.close()
    monkeypatch.setattr(channel, "close", close)
    running.cancel()
    await closing.wait()
    assert host.holder == "this worker"
    ended.set()
    await asyncio.gather(running, return_exceptions=True)
    assert host.holder is None


async def test_a_channel_that_is_seldom_asked_is_taken_over_within_seconds(
    connect: Connect, host: Any, clock: Any
) -> None:
    rests: list[float] = []
    resting = asyncio.Event()

    async def sleep(seconds: float) -> None:
        rests.append(seconds)
        resting.set()
        await asyncio.Event().wait()

    host.holder = "counter 2"
    pace = Pace(poll=timedelta(hours=1))
    engine = Engine(connect(), host, clock=clock, sleep=sleep, pace=pace, **EVERY)
    running = asyncio.create_task(engine.run())
    await resting.wait()
    assert engine.lock.holder == "counter 2"
    host.holder = None
    engine.wake()
    await running  # to be opened anew
    assert host.commits == {}
    assert (rests, engine.lock.holder) == ([TAKE_OVER.total_seconds()], "")


async def test_a_store_that_cannot_lock_for_now_does_not_end_the_worker(
    connect: Connect, host: Any, guests: Control, clock: Any
) -> None:
    resting, lock, broken = asyncio.Event(), host.lock, [OSError("unreachable")]

    def failing(channel: str) -> Any:
        if broken:
            raise broken.pop()
        return lock(channel)

    async def sleep(_: float) -> None:
        resting.set()
        await asyncio.Event().wait()

    host.lock = failing
    engine = Engine(connect(), host, clock=clock, sleep=sleep, **EVERY)
    running = asyncio.create_task(engine.run())
    await resting.wait()
    [letter] = tell(host, guests.place(), "accept")
    resting.clear()
    engine.wake()
    await resting.wait()
    assert host.row(letter).state == "told"
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_clock_that_was_put_back_makes_no_channel_deaf(
    engine: Engine, host: Any, guests: Control, clock: Any
) -> None:
    clock.pass_(days=400)
    await engine.round()
    clock.pass_(days=-400)
    remote_id = guests.place()["id"]
    swept_at = host.heard.swept_at
    report = await engine.round()
    assert (report.ok, report.new, remote_id in host.orders) == (True, 1, True)
    assert host.heard.swept_at < swept_at


async def test_a_quiet_told_before_the_clock_was_put_back_ends(
    connect: Connect, host: Any, guests: Control, clock: Any
) -> None:
    guests.place()
    quiet_until = clock.now + timedelta(days=400)
    host.healths.append(Health("waiting", "quiet", {"quiet_until": quiet_until.isoformat()}))
    report = await Engine(connect(), host, clock=clock, **EVERY).once()
    assert (report.ok, report.new) == (True, 1)


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_the_network_does_every_letter_is_told_exactly_once(
    connect: Connect, host: Any, guests: Control, clock: Any, seed: int
) -> None:
    chance = random.Random(seed)
    engine = Engine(connect(page_size=4), host, clock=clock, uniform=chance.uniform)
    orders = [guests.place() for _ in range(12)]
    for order in orders:
        tell(host, order, "accept", "execute", "pay")
    guests.fault("expire", path="/orders", probability=0.08, seed=seed)
    for kind in ("drop", "lost", "fail", "html", "repeat", "shuffle"):
        guests.fault(kind, times=None, probability=0.08, path="/orders")
    for _ in range(12):
        clock.pass_(minutes=6)
        await engine.round()
    guests.calm()
    for _ in range(6):
        clock.pass_(minutes=6)
        await engine.round()
    assert host.states() == {"told": 36}
    assert {row.told_times for row in host.rows} == {1}
    assert len(guests.state()["deals"]) == len(orders)
    assert {order.status for order in host.orders.values()} == {"paid"}


async def test_no_log_holds_a_guest_or_a_secret(engine: Engine, host: Any, guests: Control) -> None:
    canary = {"name": "CANARY", "phone": "CANARY", "address": "CANARY"}
    order = guests.place(customer=canary, memo=[{"message": "CANARY"}])
    tell(host, order, "accept", "execute")
    guests.fault("fail", method="PUT")
    with capture_logs() as logs:
        await engine.once()
        await engine.once()
    assert logs
    assert "CANARY" not in str(logs)
    assert "a password" not in str(logs)
