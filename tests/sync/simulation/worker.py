"""A worker of one channel: the real engine and the real channel, killed now and then, and started again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from importlib import import_module
from typing import Any

from sync.channel import Channel
from sync.channels import KINDS
from sync.engine import Engine, Pace
from sync.means import Means
from tests.sync.simulation.counter import Crash, Host, Life, Store
from tests.sync.simulation.network import Line, Service
from tests.sync.simulation.world import World

PACE = Pace(poll=timedelta(seconds=12), sweep=timedelta(seconds=40))
_CHANNELS = {
    "fankahui": "FankahuiChannel",
    "imweb": "ImwebChannel",
    "crema": "CremaChannel",
    "rayteams": "RayteamsChannel",
    "impilo": "ImpiloChannel",
}

Opened = Callable[[Channel], Channel]


class Worker:
    """What works a channel from its start on, life after life; secrets that a life was given outlive it."""

    def __init__(
        self, world: World, store: Store, service: Service, kind: str, settings: Mapping[str, Any]
    ) -> None:
        """Prepare the first life."""
        self._world, self._store, self._service = world, store, service
        self._kind = kind
        self._settings = KINDS[kind].settings_model()(base_url="http://127.0.0.1", **settings)
        self._secrets = dict.fromkeys(KINDS[kind].secret_fields(), "a secret")
        self.engine: Engine | None = None
        self.life: Life | None = None

    def sign_in(self) -> None:
        """Somebody gives new secrets, with which the worker begins anew."""
        self._secrets.update(dict.fromkeys(self._secrets, "a secret"))
        if self.life:
            self.life.dead = True

    async def work(self) -> None:
        """Live, die and live again until cancelled."""
        while True:
            life = self.life = Life(self._world, self._world.crashes)
            try:
                await self._live(life)
            except asyncio.CancelledError:
                life.dead = True
                raise
            except Crash:
                pass
            except BaseExceptionGroup as group:
                if group.subgroup(Crash) is None:
                    raise
            if self._store.holder is life:
                self._store.holder = None
            await asyncio.sleep(self._world.random.uniform(1, 10))

    async def _live(self, life: Life) -> None:
        self.engine = Engine(
            self._opened(life),
            Host(self._store, life),
            clock=self._world.clock,
            uniform=self._world.random.uniform,
            pace=PACE,
        )
        await self.engine.run()

    def _opened(self, life: Life) -> Channel:
        """Return the channel as `sync.channels.build` puts it together, but for the line."""
        opening = import_module(KINDS[self._kind].opener)
        line = Line(self._service, life)
        keep = KINDS[self._kind].keeping(self._keep(life))
        client = opening.open_client(
            self._settings, self._secrets, Means(self._world.clock, asyncio.sleep, line), **keep
        )
        channel: Channel = getattr(
            import_module(f"sync.channels.{self._kind}.channel"), _CHANNELS[self._kind]
        )(self._store.channel, client, self._settings)
        return channel

    def _keep(self, life: Life) -> Callable[[Mapping[str, str]], Awaitable[None]]:
        async def keep(new: Mapping[str, str]) -> None:
            life.step()
            self._secrets.update(new)

        return keep
