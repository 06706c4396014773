"""Commands that are obeyed the moment they come, wherever they stand: between others, or inside a picture."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: DLE DC4 8 clears the printer's buffers only with all of its seven known bytes.
CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
POWER_OFF = b"\x10\x14\x02\x01\x08"
SEND_STATUS = b"\x10\x14\x07\x01"

_WHOLE = re.compile(
    rb"\x10(?:\x04[\x01-\x04]|\x05[\x00-\x02]|\x14(?:\x01[\x00\x01][\x01-\x08]|\x02\x01\x08|\x07\x01"
    rb"|\x08\x01\x03\x14\x01\x06\x02\x08))"
)
#: How a whole one may begin, at the end of what has come so far.
_BEGUN = re.compile(
    rb"\x10(?:[\x04\x05]|\x14(?:\x01[\x00\x01]?|\x02\x01?|\x07"
    rb"|\x08(?:\x01(?:\x03(?:\x14(?:\x01(?:\x06\x02?)?)?)?)?)?)?)?\Z"
)


def find(data: bytes) -> list[bytes]:
    """Return the real-time commands that a printer would obey in `data`, in their order."""
    return _WHOLE.findall(data)


class Watch:
    """Sees real-time commands pass by, also those that come in pieces."""

    def __init__(self) -> None:
        self._begun = b""

    def pieces(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield what came, cut after each real-time command, with that command; at the end with none."""
        old = len(self._begun)
        data = self._begun + data
        at = old
        for found in _WHOLE.finditer(data):
            yield data[at : found.end()], found.group()
            at = found.end()
        begun = _BEGUN.search(data, max(0, at - old))
        self._begun = begun.group() if begun else b""
        yield data[at:], b""

    def forget(self) -> None:
        """Begin anew."""
        self._begun = b""
