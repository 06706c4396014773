"""What names the lines of an order: in what goes back of them, on the screen and in the shell."""

from __future__ import annotations

from collections.abc import Sequence

from pos.domain.order import Line


def keyed(lines: Sequence[Line]) -> dict[str, Line]:
    """Return each line by what names it: its id, or its place (``#1``) where it has none or shares it.

    No two are named alike. Letters name lines as this does (`sync.parts.keyed`).
    """
    found: dict[str, Line] = {}
    for place, line in enumerate(lines, start=1):
        key = f"#{place}" if not line.id or line.id in found else line.id
        while key in found:
            key = f"#{key}"
        found[key] = line
    return found
