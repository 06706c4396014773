"""A web shop of imweb beside the usual channel, worked from the shell, with its guests' side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

CONFIG = """
[[channel]]
name = "web"
kind = "imweb"
base_url = "{url}"
lists_per_second = 100
calls_per_second = 100
"""


#: Two product-orders of one dish each.
DISHES = [
    {"items": [{"prod_name": name, "payment": {"count": 1, "price": 9000}}]} for name in ("김치", "만두")
]


@dataclass(frozen=True, slots=True)
class Web:
    """A shop with a web shop; its orders there, and how the first one is here."""

    pos: Callable[..., Any]
    shoppers: Control

    def round(self) -> dict[str, Any]:
        """Tell and fetch once; return what the round says of the web shop."""
        [report] = [each for each in self.pos("sync", "--json").json["channels"] if each["name"] == "web"]
        return dict(report)

    def ordered(self, **part: Any) -> dict[str, Any]:
        """Let a guest order two dishes, and hear of it; return the order there. `part` is said of both."""
        placed: dict[str, Any] = self.shoppers.place(prod_orders=[{**dish, **part} for dish in DISHES])
        self.round()
        return placed

    def accepted(self, **part: Any) -> dict[str, Any]:
        """Let a guest order two dishes, and accept that; return the order there."""
        placed = self.ordered(**part)
        assert self.pos("accept", "1").status == 0
        return placed

    def there(self, field: str = "status") -> list[Any]:
        """Return a field of every product-order there."""
        orders = self.shoppers.state()["orders"]
        return [part[field] for order in orders for part in order["prod_orders"].values()]

    def shown(self) -> dict[str, Any]:
        """Return the order as it is here."""
        return dict(self.pos("show", "1", "--json").json)

    def letters(self) -> list[tuple[str, str]]:
        """Return verb and state of each letter, in the order in which they are told."""
        return [(letter["verb"], letter["state"]) for letter in self.shown()["letters"]]

    def letter(self, verb: str, state: str) -> dict[str, Any]:
        """Return the one letter of a verb in a state."""
        letters = self.shown()["letters"]
        [found] = [each for each in letters if (each["verb"], each["state"]) == (verb, state)]
        return dict(found)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve the services, without their limits: each command here is a process of its own to them."""
    with Sandbox(patient=True) as served:
        yield served


@pytest.fixture
def shoppers(sandbox: Sandbox) -> Iterator[Control]:
    """Return the guests' side of imweb."""
    with Control(sandbox.urls["imweb"]) as control:
        yield control


@pytest.fixture
def web(
    make_shop: Callable[[str], Any],
    usual_config: str,
    sandbox: Sandbox,
    shoppers: Control,
    monkeypatch: pytest.MonkeyPatch,
    hurry: pytest.MonkeyPatch,  # noqa: ARG001 - each command would be called a second late
) -> Web:
    """Return a shop with a web shop beside its usual channel."""
    for field in ("KEY", "SECRET"):
        monkeypatch.setenv(f"POS_SECRET_WEB_{field}", "practice")
    shop = make_shop(usual_config + CONFIG.format(url=sandbox.urls["imweb"]))
    return Web(shop.pos, shoppers)
