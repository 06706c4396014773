"""The versions that a store's schema has had."""

from __future__ import annotations

#: The steps, oldest first; the last is today's schema.
VERSIONS = ("0001", "0002", "0003")
