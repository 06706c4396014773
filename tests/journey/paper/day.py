"""A counter's evening of paper: orders are fired and settled, whatever becomes of their tickets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from pos.actions import deals, new
from pos.adapters import Net
from pos.config import Config
from pos.domain.order import Line, OrderType
from pos.domain.payment import Amount
from pos.secrets import Secrets
from pos.store import queries
from pos.store.store import Store
from pos.store.tx import Who
from tests.journey.paper.beside import Beside
from tests.journey.paper.roll import ask, opened

KEY = b"a key for the journal of one test"
CASHIER = Who("cashier", "shell")

#: So many tickets may wait before the cashier takes the next order: a rush, but not all at once.
_RUSH = 12
#: How long the cashier does something else before looking again at what no bell announces (seconds).
_GLANCE = 0.05

Say = Callable[[Mapping[str, Any]], None]


def live(task: Mapping[str, Any], say: Say) -> None:
    """Take orders from wherever the store is until there are enough and none has a ticket left to print."""
    config = Config.model_validate(task["config"])
    store = Store.open(task["store"], config.facts, KEY)
    net = Net(store, config, Secrets(Path(task["folder"])), sync=False)
    net.start()
    with opened(task["door"]) as door:
        _Evening(store, task, door, say).work()
    net.stop()
    store.close()


class _Evening:
    def __init__(self, store: Store, task: Mapping[str, Any], door: TextIO, say: Say) -> None:
        self.store, self.door, self.say = store, door, say
        self.served = len(store.ask(queries.orders))
        self.beside = Beside(store, task, self.do)
        self.bell = threading.Event()
        store.subscribe(lambda _topics: self.bell.set())

    def work(self) -> None:
        """Order, settle and answer until the evening is over."""
        while True:
            self.bell.clear()
            goes_on = ask(self.door, str(self.served))["goes_on"]
            waiting = self.beside.waiting()
            acted = self.beside.see_to(waiting)
            if len(waiting) < _RUSH:
                acted = self.settle() or (goes_on and self.serve()) or acted
            if not (waiting or acted or goes_on):
                return
            if not acted:
                self.bell.wait(_GLANCE)

    def settle(self) -> bool:
        """Settle who has eaten; False where nobody has."""
        eaten = self.store.ask(queries.orders, ("executed",))
        if eaten:
            self.do(deals.settle, [eaten[0].id], (Amount("cash", 2000),))
        return bool(eaten)

    def serve(self) -> bool:
        """Take the next order."""
        line = Line("", f"饭{self.served + 1:04d}", 1, 1500, 1500)
        self.do(new.place, new.Draft(OrderType.EAT_IN, (line,), table=str(self.served % 30 + 1)))
        self.served += 1
        self.say({"served": self.served})
        return True

    def do(self, action: Callable[..., Any], *args: Any) -> Any:
        """Do one thing and wait for it: what returns is done for good."""
        return self.store.do(action, CASHIER, *args).result()
