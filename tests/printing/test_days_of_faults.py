"""Days of faults, kills and people at random: nothing twice unmarked, nothing lost, nothing claimed in vain.

Time is virtual: the loop's clock jumps over every wait in which nothing comes, so all waits are real ones.
"""

from __future__ import annotations

import asyncio
import random
import selectors
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from printing.ports import PROOF, Evidence, Job
from printing.profiles import profile
from printing.simulator import Simulator
from printing.spool import Printer, Spool

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TICKETS = 12
OPEN = {"queued", "sending", "unknown"}
#: What can happen to a printer, and whether it ends by itself.
FAULTS = (
    "near_end",
    "paper_out",
    "paper_out 2",
    "paper_out 11",
    "cover_open",
    "cutter_error",
    "unrecoverable",
    "overheated",
    "off",
    "power_cycle 0",
    "power_cycle 20",
    "unplugged",
    "port_held",
    "port_waits",
    "slow 8",
    "drop_answer",
    "hang_up_after 5",
    "hang_up_after 300",
    "waits_for_button",
)
#: What a printer may not be able to do from the beginning.
TRAITS: tuple[tuple[str, ...], ...] = ((), ("no_process_id",), ("no_gs_r",))


class _Jumping(selectors.DefaultSelector):
    """Waits a moment for what is already on its way, and then lets the time pass at once."""

    ahead = 0.0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(timeout if timeout is None else min(timeout, 0.0002))
        if not ready and timeout:
            self.ahead += timeout
        return ready


class _Inline(ThreadPoolExecutor):
    """Runs at once what is for a thread: nothing happens while the clock could jump."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)
        self.set_default_executor(_Inline())

    def time(self) -> float:
        return super().time() + self._jumping.ahead


class Day:
    """One printer's day: tickets come, it fails, the counter is killed, and people do what they are asked."""

    def __init__(self, seed: int, host: Any, facts: dict[str, Any]) -> None:
        self.random = random.Random(seed)
        self.host, self.facts = host, facts
        self.simulator = Simulator(speed=self.random.choice((0, 40.0, 100.0)))
        self.profile = profile(confirm=self.random.choice(("auto", "status")))
        self.counter: asyncio.Task[None] | None = None
        self.false_claims: list[str] = []
        self._printed, host.printed = host.printed, self.printed

    async def live(self) -> None:
        """Go through the day to its end, when all is well and settled."""
        await self.simulator.start()
        for word in self.random.choice(TRAITS):
            await self.simulator.do(word)
        self.open_counter()
        people = [
            asyncio.create_task(each) for each in (self.order(), self.fail(), self.kill(), self.answer())
        ]
        await asyncio.gather(*people[:3])
        await self.simulator.do("well")
        while OPEN & set(self.host.all_states()):  # noqa: ASYNC110 - these seconds are virtual
            await asyncio.sleep(10)
        people[3].cancel()
        await self.close_counter()
        await self.simulator.close()

    def open_counter(self) -> None:
        loop = asyncio.get_running_loop()
        address = f"tcp://127.0.0.1:{self.simulator.port}"
        self.spool = Spool(
            self.host,
            [Printer("kitchen", address, self.profile)],
            now=lambda: NOON + timedelta(seconds=loop.time()),
            uniform=self.random.uniform,
        )
        self.counter = asyncio.create_task(self.spool.run(asyncio.Event()))

    async def close_counter(self) -> None:
        assert self.counter is not None
        self.counter.cancel()
        await asyncio.gather(self.counter, return_exceptions=True)

    async def order(self) -> None:
        """Let tickets come, one by one or many at once."""
        for number in range(TICKETS):
            await asyncio.sleep(self.random.choice((0, 0, 0.3, 2, 8)))
            self.host.add({**self.facts, "number": f"K-{number:04d}"})
            self.spool.wake()

    async def fail(self) -> None:
        """Let something happen, soon after a ticket or long after, and undo it later."""
        for _ in range(16):
            await asyncio.sleep(self.random.choice((0, 0.3, 0.9, 2, 5)))
            await self.simulator.do(self.random.choice(FAULTS))
            await asyncio.sleep(self.random.choice((0, 0.02, 3, 30)))
            await self.help()

    async def help(self) -> None:
        """Do what a person does who sees what is wrong, or that the printer is not well."""
        for word in (
            "port_free",
            "plugged",
            "on",
            "talking",
            "refill",
            "cover_open",
            "cover_closed",
            "recovered",
        ):
            await self.simulator.do(word)
        if self.random.random() < 0.7:
            await self.simulator.do("feed_button")

    async def kill(self) -> None:
        """Kill the counter now and then, wherever it is, and start it again."""
        for _ in range(3):
            await asyncio.sleep(self.random.choice((0, 0.5, 2, 9, 40)))
            await self.close_counter()
            await asyncio.sleep(self.random.choice((0, 0, 20)))
            self.open_counter()

    async def answer(self) -> None:
        """Say of every ticket in doubt whether it came out; another copy is made where it did not."""
        while True:
            await asyncio.sleep(self.random.choice((0.1, 5, 600)))
            for key in [key for key, state in self.host.states.items() if state == "unknown"]:
                job = self.host.jobs[key]
                self.host.states[key] = "printed" if self.came_out(job) else "dropped"
                if self.host.states[key] == "dropped":
                    self.host.add(job.facts, copy=job.copy + 1, mark="duplicate")
                    self.spool.wake()

    def came_out(self, job: Job) -> bool:
        """Whether a whole paper of this copy lies there."""
        return any(
            paper.whole and job.number in paper.text and is_marked(paper.text) is (job.mark is not None)
            for paper in self.simulator.papers
        )

    def is_only_sent(self, number: str) -> bool:
        """Whether nobody claims that a ticket came out: as far as we knew, the printer could not say."""
        states = {self.host.states[key] for key, job in self.host.jobs.items() if job.number == number}
        return "sent" in states and "printed" not in states and self.profile.confirm == "auto"

    async def printed(self, job: Job, evidence: Evidence, now: datetime) -> None:
        """Compare what is claimed with the paper, at this very moment."""
        if evidence in PROOF and not self.came_out(job):
            self.false_claims.append(f"{job.number} copy {job.copy} by {evidence}")
        await self._printed(job, evidence, now)


def is_marked(text: str) -> bool:
    return "MAY BE A DUPLICATE" in text


@pytest.mark.parametrize("seed", range(12))
def test_every_ticket_comes_out_once_or_marked_whatever_happens(
    seed: int, memory_host: Any, tickets: dict[str, dict[str, Any]]
) -> None:
    day = Day(seed, memory_host, tickets["kitchen-zh"])
    with asyncio.Runner(loop_factory=_Loop) as runner:
        runner.run(day.live())
    assert day.false_claims == []
    for number in {job.number for job in memory_host.jobs.values()}:
        own = [paper for paper in day.simulator.papers if number in paper.text]
        assert sum(not is_marked(paper.text) for paper in own) <= 1, f"{number} came out twice without a mark"
        assert any(paper.whole for paper in own) or day.is_only_sent(number), f"{number} never came out"
