"""The channel to RayTeams: settings, wire types, parser, client, sign-in and verbs; see NOTES.md.

`Client` is the API alone, `open_client` puts one together.
"""

from __future__ import annotations

from sync.later import parts_of

__getattr__ = parts_of(__name__)
