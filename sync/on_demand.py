"""The parts of a channel's package that load the network: each is loaded when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

_PARTS = {"Client": "client", "Settings": "settings", "open_client": "opening"}


def loaded_on_demand(package: str) -> Callable[[str], Any]:
    """Return a channel package's `__getattr__`: to load its settings must not load its client."""

    def part(name: str) -> Any:
        if name not in _PARTS:
            raise AttributeError(name)
        return getattr(import_module(f"{package}.{_PARTS[name]}"), name)

    return part
