"""Guests who come by themselves while a person practises at the counter."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import httpx2

from pos.demo.menu import Chooser
from pos.demo.services import SERVICES, place, records
from pos.domain.order import OrderType
from sync.sandbox.control import Control

#: Seconds between two things that guests do, at least and at most.
SOONEST, LATEST = 4.0, 12.0

#: With so many unanswered orders at a service no further guest comes there.
ENOUGH = 6

TABLES = 24


class Habit(NamedTuple):
    """What guests of a service do with an order that stands so there, and how often, against the others."""

    service: str
    stands: str
    move: str
    often: int


#: How an order stands that the counter has not answered yet.
NEW: Mapping[str, tuple[str, ...]] = {
    "fankahui": ("placed",),
    "imweb": ("PAY_WAIT", "PAY_COMPLETE"),
    "rayteams": ("Requested",),
    "impilo": ("reconfirmAddress",),
}

#: How often guests come to each service, and what they do there later.
COMING: Mapping[str, int] = {"fankahui": 8, "imweb": 4, "rayteams": 1, "impilo": 1}
HABITS = (
    Habit("fankahui", "accepted", "check-in", 8),
    Habit("fankahui", "placed", "pay", 2),
    Habit("fankahui", "placed", "cancel", 1),
    Habit("imweb", "PAY_WAIT", "pay", 3),
    Habit("imweb", "PAY_WAIT", "cancel", 1),
    Habit("imweb", "COMPLETE", "return", 1),
    Habit("rayteams", "Requested", "cancel", 1),
)


class Guests:
    """A thread of guests: they order, come in, pay online, and change their minds, now and then."""

    def __init__(self, controls: Mapping[str, Control], chooser: Chooser, orders: int) -> None:
        """`orders` come at once; more follow."""
        self._controls = controls
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
        for service in [*SERVICES, *["fankahui"] * self._at_once][: self._at_once]:
            self._order(service)
        while not self._stop.wait(self._chooser.chance.uniform(SOONEST, LATEST)):
            self._something()

    def _something(self) -> None:
        """Let a guest come, or one who has ordered do something, where there is such a one."""
        weights = [*COMING.values(), *(habit.often for habit in HABITS)]
        acts: list[str | Habit] = [*COMING, *HABITS]
        act = self._chooser.chance.choices(acts, weights)[0]
        if isinstance(act, str):
            self._order(act)
        else:
            self._do(act)

    def _order(self, service: str) -> None:
        waiting = [status for status in self._there(service).values() if status in NEW[service]]
        if len(waiting) < ENOUGH:
            chance = self._chooser.chance
            kind = chance.choice((OrderType.BOOKING, OrderType.DELIVER))
            more = (
                str(chance.randint(1, TABLES)) if service == "fankahui" else chance.choice(("", "PAY_WAIT"))
            )
            place(self._controls[service], service, self._chooser, kind, more)

    def _do(self, habit: Habit) -> None:
        """Let one of those guests do it whose order stands so."""
        found = [order for order, status in self._there(habit.service).items() if status == habit.stands]
        if habit.move == "check-in":
            found = [order for order in found if self._comes(habit.service, order)]
        if found:
            # The counter may have been first since we looked: then the service refuses it.
            with suppress(httpx2.HTTPStatusError):
                self._controls[habit.service].move(self._chooser.chance.choice(found), habit.move)

    def _comes(self, service: str, order_id: str) -> bool:
        """Whether the guest comes to the shop: who has it delivered does not."""
        return any(o["id"] == order_id and o["type"] == "booking" for o in self._state(service)["orders"])

    def _there(self, service: str) -> dict[str, str]:
        return records(service, self._state(service))

    def _state(self, service: str) -> dict[str, Any]:
        return self._controls[service].state()
