"""Lives through one seed: services and guests, the counter and its workers, a bad time and a calm one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sync.errors import UNPAID_THERE
from tests.sync.simulation.counter import Row, Store
from tests.sync.simulation.judge import at_odds, wrongs
from tests.sync.simulation.loop import live
from tests.sync.simulation.network import Service
from tests.sync.simulation.of_crema import PlayedCrema
from tests.sync.simulation.of_fankahui import PlayedFankahui
from tests.sync.simulation.of_impilo import PlayedImpilo
from tests.sync.simulation.of_imweb import PlayedImweb
from tests.sync.simulation.of_rayteams import PlayedRayteams
from tests.sync.simulation.played import Played, Story
from tests.sync.simulation.worker import Worker
from tests.sync.simulation.world import World

PLAYED: Mapping[str, type[Played]] = {
    played.kind: played for played in (PlayedFankahui, PlayedImweb, PlayedCrema, PlayedRayteams, PlayedImpilo)
}

#: How long things go wrong, and how long they may take to come right after it (seconds).
_BAD, _CALM, _LOOK = 50, 2400, 20

#: What guests do so often is known so soon (seconds), also when the clock was put back by more than that.
_ACTS, _SOON = 3, 300

#: Every so many seeds all five services are worked side by side, of which only one has a bad time.
_TOGETHER = 50

#: What is older than this was heard from a service that has no bad time.
_HEARD_AFTER = timedelta(seconds=40)


class Shop:
    """One channel of a seed: its service, what the counter keeps of it, and its workers."""

    def __init__(self, world: World, kind: str, parts: Any) -> None:
        """Open the service and prepare its workers; `parts` makes what may be other than it should be."""
        self.world, self.kind = world, kind
        self.played = PLAYED[kind](world, kind)
        self.store: Store = parts.get("store", Store)(world, kind, self.played.knows)
        self.store.says_missing = self.played.says_missing
        self.service = Service(world, kind, self.played.there)
        self.service.weather = {k: n for k, n in self.service.weather.items() if k not in self.played.spared}
        self.service.between = self._meanwhile
        self.played.hands_on = lambda: {*self.store.ours, *(row.letter.remote_id for row in self.store.rows)}
        many = 2 if world.two_workers else 1
        worker = parts.get("worker", Worker)
        self.workers = [
            worker(world, self.store, self.service, kind, self.played.settings) for _ in range(many)
        ]
        self.store.wake = self._wake

    def actors(self) -> Iterator[Any]:
        """Yield everybody who acts while things go wrong."""
        yield self._guests()
        yield self._counter()

    def _wake(self) -> None:
        for worker in self.workers:
            if worker.engine:
                worker.engine.wake()

    def _meanwhile(self) -> None:
        """Between two requests of a worker guests may act: rows move while pages are read."""
        if self.world.chance(0.06):
            self.played.guests_act()

    async def _guests(self) -> None:
        while True:
            self.played.guests_act()
            await asyncio.sleep(self.world.random.uniform(0, 12))

    async def _counter(self) -> None:
        while True:
            await asyncio.sleep(self.world.random.uniform(0, 15))
            story = self._story()
            for n, (verb, body) in enumerate(story[2] if story else ()):
                if n and self.world.random.random() < 0.5:
                    await asyncio.sleep(self.world.random.uniform(0, 12))
                self.store.write(verb, story[0], story[1], body)  # type: ignore[index]  # there is one

    def _story(self) -> tuple[Any, str, Story] | None:
        """Begin with an order that was heard of and not yet handled, or with one of the counter's own."""
        handled = {row.letter.order_id for row in self.store.rows}
        new = [
            order
            for i, order in self.store.orders.items()
            if order.status == "placed" and self.store.order_id(i) not in handled
        ]
        own = self.played.own_stories()
        if own and (not new or self.world.random.random() < 0.3):
            return self.world.uuid(), "", self.world.random.choice(own)
        for order in new:
            if stories := self.played.stories(order):
                chosen = self.world.random.choice(stories)
                return self.store.order_id(order.remote_id), order.remote_id, chosen
        return None

    async def person(self) -> None:
        """Somebody acts where the counter asks for it: gives up what failed, lets a channel go on."""
        while True:
            await asyncio.sleep(8)
            for row in self.store.rows:
                if row.state == "failed" or self._is_never_paid(row):
                    self._look_at(row)
            for worker in self.workers:
                if worker.engine and worker.engine._paused and worker.life is self.store.holder:
                    self._is_asked()
                    if self.store.health and self.store.health.error == "permission_ended":
                        worker.sign_in()
                    for row in self.store.rows:
                        row.wait = None
                    worker.engine.resume()

    def _is_never_paid(self, row: Row) -> bool:
        """Whether a letter waits for money that nobody has to tell of any more, when guests are gone."""
        order_id = row.letter.order_id
        rest = (
            r for r in self.store.rows if r.letter.order_id == order_id and r.state in ("waiting", "sending")
        )
        waits = row.state == "waiting" and row.error == UNPAID_THERE
        return self.world.calm and waits and all(r.letter.verb not in ("pay", "cancel") for r in rest)

    def _look_at(self, row: Row) -> None:
        """Have a refused part told again alone, once; give up what is refused as a whole."""
        again = row.part_of is not None and not row.letter.attempts
        row.state = "waiting" if again else "dropped"
        row.letter = replace(row.letter, attempts=row.letter.attempts + again)

    def _is_asked(self) -> None:
        if self.store.health is None or self.store.health.state != "needs_you":
            self.world.wrongs.append(f"{self.kind}: needs somebody and does not say so")


class Stage:
    """One seed."""

    def __init__(self, seed: int, parts: Any = None, kind: str = "") -> None:
        """Decide what is played: one kind, the next with each seed, or now and then all."""
        self.world = World(seed)
        parts = parts or {}
        together = not kind and seed % _TOGETHER == 0
        kinds = sorted(PLAYED) if together else [kind or sorted(PLAYED)[seed % len(PLAYED)]]
        self.shops = [Shop(self.world, each, parts) for each in kinds]
        self.fine: list[Shop] = []
        if together:
            self.world.crashes, self.world.jumps = 0.0, False
            self.fine = self.world.random.sample(self.shops, len(self.shops) - 1)
            for shop in self.fine:
                shop.service.weather = {}

    async def live(self) -> list[str]:
        """Live through it and return what is wrong in the end."""
        work = [asyncio.ensure_future(w.work()) for shop in self.shops for w in shop.workers]
        people = [asyncio.ensure_future(shop.person()) for shop in self.shops]
        actors = [asyncio.ensure_future(act) for shop in self.shops for act in shop.actors()]
        try:
            await self._bad_time()
            self._end(actors)
            self.world.calm = True
            found = await self._all_is_well(_CALM) or await self._clock_is_set_right()
        finally:
            await self._end_all([*work, *people, *actors])
        broken = [task for task in work if not task.cancelled() and task.exception()]
        return [*found, *(f"broken: {task.exception()!r}" for task in broken)]

    async def _bad_time(self) -> None:
        if self.world.jumps:
            await asyncio.sleep(self.world.random.uniform(10, _BAD / 2))
            self.world.put_clock()
        await asyncio.sleep(max(_BAD - self.world.seconds(), 1))
        for shop in self.fine:
            self.world.wrongs += [f"{shop.kind}: {i} starved" for i in self._unheard(shop)]

    def _unheard(self, shop: Shop) -> list[str]:
        """Return the orders that nobody has heard of for too long."""
        now, shown = datetime.fromtimestamp(self.world.theirs(), UTC), shop.played.shown()
        late = [i for i in at_odds(shop.played, shop.store) if i not in shop.store.orders]
        return [i for i in late if (at := shown[i].placed_at) and now - at > _HEARD_AFTER]

    async def _clock_is_set_right(self) -> list[str]:
        """Put our clock back while all is well: nobody is heard later for that."""
        self.world.set_right()
        for shop in self.shops:
            for _ in range(_ACTS):
                shop.played.guests_act()
        return await self._all_is_well(_SOON)

    async def _all_is_well(self, within: float) -> list[str]:
        """Wait until all is as it should be, or for so many seconds; return what is not."""
        end = self.world.seconds() + within
        while True:
            await asyncio.sleep(_LOOK)
            found = [wrong for shop in self.shops for wrong in wrongs(shop)]
            if not found or self.world.wrongs or self.world.seconds() > end:
                return [*self.world.wrongs, *found]

    def _end(self, tasks: list[Any]) -> None:
        for task in tasks:
            task.cancel()

    async def _end_all(self, tasks: list[Any]) -> None:
        self._end(tasks)
        await asyncio.gather(*tasks, return_exceptions=True)


def lived(seed: int, parts: Any = None, kind: str = "") -> list[str]:
    """Return what is wrong at the end of a seed: nothing, if all is as it should be."""
    found: list[str] = live(Stage(seed, parts, kind).live())
    return found
