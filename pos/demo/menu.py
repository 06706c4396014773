"""What the practice shop cooks, and who orders it: by seed, so that a day can be played again."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import assets
from pos.domain.order import Line

MOST_DISHES = 4


class Dish(NamedTuple):
    """One dish, priced in minor units of the shop's currency; a guest chooses one of each of `options`."""

    id: str
    name: str
    price: int
    station: str
    options: tuple[tuple[str, ...], ...] = ()
    contents: tuple[str, ...] = ()


@cache
def dishes() -> tuple[Dish, ...]:
    """Return the menu."""
    menu = tomllib.loads(assets.text("demo", "menu.toml"))["dish"]
    return tuple(
        Dish(
            **{name: one[name] for name in ("id", "name", "price", "station")},
            options=tuple(map(tuple, one.get("options", ()))),
            contents=tuple(one.get("contents", ())),
        )
        for one in menu
    )


@cache
def _people() -> dict[str, list[str]]:
    return tomllib.loads(assets.text("demo", "guests.toml"))


@dataclass
class Chooser:
    """Chooses guests, their dishes and their words."""

    chance: random.Random

    def order(self, kind: str, table: str) -> dict[str, Any]:
        """Return an order as a guest of fankahui places it: a booking for `table`, or a delivery."""
        name = self.chance.choice(_people()["names"])
        said = self.note()
        where = {"openRes": {"code": table}} if kind == "booking" else {"receipt": self._receipt(name)}
        return {
            "type": kind,
            "items": [self._item(dish, options, many) for dish, options, many in self.dishes()],
            "customer": {"name": name, "phone": self.phone()},
            "memo": [{"name": name, "message": said}] if said else [],
            **where,
        }

    def dishes(self) -> list[tuple[Dish, tuple[str, ...], int]]:
        """Return some dishes, each with its options and how many of it."""
        chosen = self.chance.sample(dishes(), self.chance.randint(1, MOST_DISHES))
        return [
            (dish, tuple(map(self.chance.choice, dish.options)), self.chance.choice((1, 1, 1, 2)))
            for dish in chosen
        ]

    def lines(self) -> tuple[Line, ...]:
        """Return some dishes as lines of an order made at the counter."""
        return tuple(line(*chosen) for chosen in self.dishes())

    def name(self) -> str:
        """Return a guest's name."""
        return self.chance.choice(_people()["names"])

    def address(self) -> str:
        """Return where a delivery goes."""
        return self.chance.choice(_people()["addresses"])

    def note(self) -> str:
        """Return what a guest has to say, which is often nothing."""
        return self.chance.choice(_people()["notes"]) if self.chance.random() < 0.6 else ""

    def phone(self) -> str:
        """Return a number that is nobody's."""
        return f"1990000{self.chance.randint(0, 9999):04}"

    def _item(self, dish: Dish, options: tuple[str, ...], many: int) -> dict[str, Any]:
        # The service has no field for options: its guests write them behind the dish.
        name = f"{dish.name}（{'，'.join(options)}）" if options else dish.name
        return {
            "item": {"id": dish.id, "name": name, "price": dish.price},
            "id": f"{self.chance.getrandbits(64):016X}",
            "dealPrice": dish.price,
            "quantity": many,
        }

    def _receipt(self, name: str) -> dict[str, str]:
        return {"name": name, "phone": self.phone(), "address": self.address()}


def line(dish: Dish, options: tuple[str, ...] = (), many: int = 1) -> Line:
    """Return a dish as a line of an order made at the counter."""
    return Line(
        id="",
        name=dish.name,
        quantity=many,
        price=dish.price,
        item_id=dish.id,
        station=dish.station,
        options=options,
        contents=dish.contents,
    )
