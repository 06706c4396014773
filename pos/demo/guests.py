"""Guests who come by themselves while a person practises at the counter."""

from __future__ import annotations

import threading
from typing import Any

from pos.demo.menu import Chooser
from sync.sandbox.control import Control

#: Seconds between two things that guests do, at least and at most.
SOONEST, LATEST = 4.0, 12.0

#: With so many unanswered orders at the counter no further guest comes.
ENOUGH = 6

TABLES = 24


class Guests:
    """A thread of guests: they order, come in, pay online, and change their minds, now and then."""

    def __init__(self, control: Control, chooser: Chooser, orders: int) -> None:
        """`orders` come at once; more follow."""
        self._control = control
        self._chooser = chooser
        self._at_once = min(orders, ENOUGH) // 2
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._live, name="guests", daemon=True)

    def __enter__(self) -> Guests:
        """Let the first guests come."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Let no more guests come."""
        self._stop.set()
        self._thread.join()

    def _live(self) -> None:
        for _ in range(self._at_once):
            self._order([])
        while not self._stop.wait(self._chooser.chance.uniform(SOONEST, LATEST)):
            there = self._control.state()["orders"]
            act = self._chooser.chance.choices(
                (self._order, self._come_in, self._pay, self._cancel), (10, 8, 2, 1)
            )[0]
            act(there)

    def _order(self, there: list[dict[str, Any]]) -> None:
        if sum(order["status"] == "placed" for order in there) < ENOUGH:
            table = str(self._chooser.chance.randint(1, TABLES))
            self._control.place(
                **self._chooser.order(self._chooser.chance.choice(("booking", "deliver")), table)
            )

    def _come_in(self, there: list[dict[str, Any]]) -> None:
        self._one(
            [o for o in there if o["type"] == "booking" and o["status"] == "accepted"], self._control.check_in
        )

    def _pay(self, there: list[dict[str, Any]]) -> None:
        unpaid = [o for o in there if o["status"] == "placed" and o["payment"]["status"] == "unpaid"]
        self._one(unpaid, self._control.pay)

    def _cancel(self, there: list[dict[str, Any]]) -> None:
        self._one([o for o in there if o["status"] == "placed"], self._control.cancel)

    def _one(self, orders: list[dict[str, Any]], act: Any) -> None:
        if orders:
            act(self._chooser.chance.choice(orders)["id"])
