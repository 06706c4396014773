"""The channel to CREMA (크리마): settings, wire types, parser, client and verbs; see NOTES.md.

`Client` is the API alone, `open_client` puts one together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.on_demand import loaded_on_demand

if TYPE_CHECKING:
    from sync.channels.crema.client import Client
    from sync.channels.crema.opening import open_client
    from sync.channels.crema.settings import Settings

__all__ = ["Client", "Settings", "open_client"]
__getattr__ = loaded_on_demand(__name__)
