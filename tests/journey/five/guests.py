"""The guests of five services, who order, pay, check in and cancel at any time; and what goes wrong."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple, get_args

import httpx2

from sync.sandbox.board import DISHES, wanted
from sync.sandbox.control import Control
from sync.sandbox.faults import Kind

#: How many orders come to each service on a day.
ORDERS: Mapping[str, int] = {"fankahui": 9, "imweb": 6, "rayteams": 5, "impilo": 4}

#: Each fault comes to so many calls of each service; `down` comes for a moment at a time.
PROBABILITY = 0.04
FAULTS: tuple[Kind, ...] = tuple(kind for kind in get_args(Kind) if kind != "down")

#: Seconds between two things that guests do, at most.
LATEST = 0.3


class Habit(NamedTuple):
    """What guests of a service do while an order stands so there, and how often, against the others."""

    service: str
    stands: str
    move: str
    often: int


HABITS = (
    Habit("fankahui", "placed", "check-in", 2),
    Habit("fankahui", "accepted", "check-in", 8),
    Habit("fankahui", "placed", "pay", 3),
    Habit("fankahui", "accepted", "pay", 3),
    Habit("fankahui", "placed", "cancel", 1),
    Habit("fankahui", "accepted", "cancel", 1),
    Habit("imweb", "PAY_WAIT", "pay", 12),
    Habit("imweb", "PAY_WAIT", "cancel", 1),
    Habit("imweb", "PAY_COMPLETE", "cancel", 1),
    Habit("imweb", "STANDBY", "cancel", 1),
    Habit("imweb", "COMPLETE", "return", 6),
    Habit("rayteams", "Requested", "cancel", 1),
    Habit("rayteams", "Requested", "Confirmed", 2),
    Habit("rayteams", "Requested", "Declined", 1),
    Habit("rayteams", "Confirmed", "cancel", 1),
    Habit("rayteams", "Confirmed", "In production", 2),
    Habit("rayteams", "In production", "cancel", 1),
    Habit("impilo", "reconfirmAddress", "shipped", 3),
    Habit("impilo", "reconfirmAddress", "canceled", 1),
)

#: What stands for how an order stands, in each service's own record of it; several words where it is torn.
STANDS: Mapping[str, Callable[[Mapping[str, Any]], set[str]]] = {
    "fankahui": lambda order: {order["status"]},
    "imweb": lambda order: {part["claim_status"] or part["status"] for part in order["prod_orders"].values()},
    "rayteams": lambda order: {order["statusName"]},
    "impilo": lambda order: {order["currentStatus"]},
}

#: Where a service's record has the id by which the counter knows an order.
NAMES: Mapping[str, str] = {"fankahui": "id", "imweb": "order_no", "rayteams": "id", "impilo": "id"}


class Guests:
    """A thread of guests and misfortunes, by seed."""

    def __init__(self, controls: Mapping[str, Control], seed: int) -> None:
        self._controls = controls
        self._chance = random.Random(seed)
        self._seed = seed
        self._coming = [service for service, many in ORDERS.items() for _ in range(many)]
        self._chance.shuffle(self._coming)
        self.here = False
        #: what was done, as (service, order, move)
        self.moved: list[tuple[str, str, str]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._live, name="guests")

    def come(self) -> None:
        """Open the doors, and let things go wrong from now on."""
        self.here = True
        for service, control in self._controls.items():
            for kind in FAULTS:
                control.fault(kind, times=None, probability=PROBABILITY, seconds=0.3, seed=self._seed)
            if service == "rayteams":
                # An answer with new tokens may be lost: else a person would be needed at a browser.
                control.move("any", "answers", forgives=True)
        self._thread.start()

    def go(self) -> None:
        """Let all have ordered who wanted to, nobody do anything more, and nothing go wrong any more."""
        self.leave()
        for control in self._controls.values():
            control.calm()
        while self._coming:
            self._order()
        self._delete()
        for order in self._controls["imweb"].state()["orders"]:
            self._controls["imweb"].move(order["order_no"], "hold", words="")

    def lose_all(self) -> None:
        """Let every service be away for a moment."""
        for control in self._controls.values():
            control.fault("down", times=1)

    def leave(self) -> None:
        """Let nobody do anything more."""
        self._stop.set()
        if self.here:
            self._thread.join()

    def _live(self) -> None:
        while not self._stop.wait(self._chance.uniform(0, LATEST)):
            act = self._chance.choices((self._order, self._do, self._lose, self._delete), (8, 12, 2, 1))[0]
            act()

    def _order(self) -> None:
        if not self._coming:
            return
        service, chance = self._coming.pop(), self._chance
        dishes = [chance.randint(0, 2) for _ in DISHES[service]]
        dishes[chance.randrange(len(dishes))] = 1
        sort = chance.choice(
            {"fankahui": ("booking", "deliver"), "imweb": ("paid", "unpaid")}.get(service, ("",))
        )
        said = {"dishes": dishes, "guest": f"guest {len(self._coming)}", "type": sort, "table": "7"}
        placed = self._controls[service].place(**wanted(service, said))
        if service == "imweb" and chance.random() < 0.4:
            part = chance.choice(placed["prod_orders"])
            self._controls[service].move(placed["id"], "hold", part=part, words="재고가 없습니다.")

    def _do(self) -> None:
        """Let one of the guests do it whose orders stand so."""
        habit = self._chance.choices(HABITS, [habit.often for habit in HABITS])[0]
        orders = [
            order
            for order in self._controls[habit.service].state()["orders"]
            if STANDS[habit.service](order) == {habit.stands} and _can(habit, order)
        ]
        if orders:
            name = str(self._chance.choice(orders)[NAMES[habit.service]])
            # The counter may have been first since we looked.
            with suppress(httpx2.HTTPStatusError):
                self._controls[habit.service].move(name, habit.move)
                self.moved.append((habit.service, name, habit.move))

    def _delete(self) -> None:
        """Let somebody delete what was sold, or a line of it, where guests are asked how it was.

        A line without a price is not missed before two sweeps of every order: such an order goes whole.
        """
        crema = self._controls["crema"]
        sold = [order for order in crema.state()["orders"] if order["sub_orders"]]
        if not sold:
            return
        order = self._chance.choice(sold)
        line = self._chance.choice(order["sub_orders"])
        whole = not line["price"]["cents"] or self._chance.random() < 0.5
        move, facts = ("delete", {}) if whole else ("delete-line", {"id": line["id"]})
        self.moved.append(("crema", str((order if whole else line)["code"]), move))
        crema.move(str(order["id"]), move, **facts)

    def _lose(self) -> None:
        """Let a service be away, or be there again."""
        control = self._chance.choice(list(self._controls.values()))
        control.calm("down")
        if self._chance.random() < 0.4:
            control.fault("down", times=self._chance.randint(1, 6))


def _can(habit: Habit, order: Mapping[str, Any]) -> bool:
    """Whether a guest can do it: who has it delivered does not come, who has paid does not pay again."""
    if habit.service != "fankahui":
        return True
    comes = habit.move != "check-in" or order["type"] == "booking"
    return comes and (habit.move != "pay" or order["payment"]["status"] == "unpaid")
