"""How a table is called: one rule for paper, screen and shell."""

from __future__ import annotations

import re

_NUMBERED = re.compile(r"[A-Za-z]{0,2}-?[0-9]+[A-Za-z]?")


def is_numbered(code: str) -> bool:
    """Whether a table is known by a number (7, A3, T16, 12b): a name of its own says already what it is."""
    return _NUMBERED.fullmatch(code) is not None
