"""A counter's life with five services: its net, its printer, its cashier, and how the day ends."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pos.adapters import Net
from pos.config import Config
from pos.secrets import Secrets
from pos.store import backlog, queries
from pos.store.database import utcnow
from pos.store.store import Store
from sync.errors import ChannelError
from tests.journey.five.cashier import Cashier, Say

KEY = b"a key for the journal of one test"

#: Seconds between two looks at the board.
LOOK = 0.1

#: So many looks at a board on which nothing has moved, and nothing will.
LOOKS = 400

#: Every service is asked so often for all that it has, after everything was done.
SWEEPS = 2


def live(task: Mapping[str, Any], say: Say) -> None:
    """Work for so many seconds (None: till death), or until all is over where it is calm."""
    config = Config.model_validate(task["config"])
    store = Store.open(task["store"], config.facts, KEY)
    net = Net(store, config, Secrets(Path(task["folder"])))
    net.start()
    _Day(store, net, task, say).work()
    net.stop()
    store.close()


class _Day:
    def __init__(self, store: Store, net: Net, task: Mapping[str, Any], say: Say) -> None:
        self.store, self.net, self.task, self.say = store, net, task, say
        self.began = utcnow()
        self.cashier = Cashier(store, net, task, say)
        self.heard = False
        self.done_at: datetime | None = None
        self.sweeps = 0
        self.stood: tuple[Any, ...] = ()
        self.unmoved = 0
        self._stop = threading.Event()

    def work(self) -> None:
        """Act until the time is over, or the day; or until it is clear that it never will be."""
        end = time.monotonic() + (self.task["seconds"] or math.inf)
        while time.monotonic() < end and not self.is_stuck():
            if not self.heard and self.is_well():
                self.heard = True
                self.say({"heard": True})
            self.cashier.look()
            if self.task["calm"] and self.is_over():
                self.say({"over": True, "differ": self.reconciled()})
                return
            self._stop.wait(LOOK)

    def is_well(self) -> bool:
        """Whether every channel has been heard well."""
        return all(row.state == "well" and row.heard_at for row in self.cashier.channels())

    def is_stuck(self) -> bool:
        """Whether nothing has moved in the evening for so many looks that nothing will."""
        orders = Counter(order.status for order in self.store.ask(queries.orders))
        letters = Counter(letter.state for letter in self.store.ask(backlog.letters, (), None))
        asked, waiting = len(self.store.ask(backlog.attention)), len(self.cashier.beside.waiting())
        stands = orders, letters["told"], letters["dropped"], asked, waiting, self.sweeps
        self.unmoved = self.unmoved + 1 if stands == self.stood else 0
        self.stood = stands
        return bool(self.task["calm"]) and self.unmoved > LOOKS

    def is_over(self) -> bool:
        """Whether all is done, and still is after every service was asked for all that it has."""
        if not self.cashier.is_done():
            self.done_at, self.sweeps = None, 0
        elif self.done_at is None:
            # Whoever hears this has every service be away for a moment: after that, all of it is asked for.
            self.done_at = utcnow()
            self.say({"done": True})
        elif self.swept_since(self.done_at) and self.is_well():
            self.done_at, self.sweeps = None, self.sweeps + 1
        return self.sweeps == SWEEPS

    def swept_since(self, moment: datetime) -> bool:
        """Whether all that every service has was asked for since a moment."""
        swept = [self.store.ask(queries.heard, name)[1] for name in self.store.shop.channels]
        return all(at is not None and at > moment for at in swept)

    def reconciled(self) -> Mapping[str, Mapping[str, list[str]]]:
        """Return what differs between here and there at each channel: by the order's id, and in which way."""
        return {name: self.differences(name) for name in self.store.shop.channels}

    def differences(self, channel: str) -> dict[str, list[str]]:
        """Return what differs at a channel on the days of this test: it may go on past the hour."""
        now = utcnow()
        days = {self.store.shop.business_day(at) for at in (now - timedelta(hours=1), now)}
        while True:
            try:
                asked = [self.net.reconcile(channel, day).result() for day in sorted(days)]
            except ChannelError:
                self._stop.wait(LOOK)
                continue
            return {
                r.pair.remote_id: list(r.pair.differences) for one in asked for r in one.rows if r.differs
            }
