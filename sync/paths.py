"""What stands in the path of a call: each id as one segment of it, whatever is in it."""

from __future__ import annotations

from urllib.parse import quote

from sync.errors import Refused

#: Segments that no path keeps: without them it would be that of something else.
_NONE = frozenset({"", ".", ".."})


def segment(word: str, name: str) -> str:
    """Return an id as it stands in a path; raises Refused, before anything is sent, where it is none.

    `name` is the argument that it is.
    """
    if word.strip() in _NONE:
        raise Refused(f"incomplete: {name}")
    return quote(word, safe="")
