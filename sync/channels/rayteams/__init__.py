"""The channel to RayTeams: settings, wire types, parser, client, sign-in and verbs; see NOTES.md.

`Client` is the API alone, `open_client` puts one together.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

#: What is loaded when it is first asked for: settings must not load the network.
_LATER = {"Client": "client", "Settings": "settings", "open_client": "opening"}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
