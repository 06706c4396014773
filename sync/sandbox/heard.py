"""What the shop told a sandbox service: every call that could change something there, the newest last."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from starlette.responses import Response

#: So many calls are remembered.
_MOST = 2000

#: What is said at these doors is secret.
_DOORS = ("/login", "/logout", "/auth", "/token")
_SECRET = "access_token"


class Call(NamedTuple):
    """One call. `at` is seconds since 1970; `answered` is false where the shop never heard the answer."""

    at: float
    method: str
    path: str
    said: Mapping[str, Any]
    status: int
    answered: bool

    def names(self, name: str) -> bool:
        """Whether the call is about what has this id or code, by its path or by what it says."""
        answer = self.said.get("order_code"), self.said.get("code")
        return name in self.path.split("/") or name in map(str, answer)


class Heard:
    """The calls that a service heard. `clock` gives seconds since 1970."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Nothing was heard yet."""
        self._clock = clock
        self._calls: deque[Call] = deque(maxlen=_MOST)

    def add(self, method: str, path: str, content: bytes, answer: Response, *, answered: bool) -> None:
        """Keep a call that reached the service, unless it only asked or signed in."""
        if method == "GET" or path.endswith(_DOORS):
            return
        said = {key: value for key, value in _fields(content).items() if key != _SECRET}
        self._calls.append(Call(self._clock(), method, path, said, answer.status_code, answered))

    def of(self, names: set[str]) -> Iterator[Call]:
        """Yield the calls about an order that has these ids and codes."""
        return (call for call in self._calls if any(map(call.names, names)))

    def clear(self) -> None:
        """Forget them."""
        self._calls.clear()


def _fields(content: bytes) -> dict[str, Any]:
    """Return what a body says, written as JSON or as a form; nothing where it is neither."""
    written = content.decode("utf-8", "replace")
    if not written.startswith("{"):
        return dict(parse_qsl(written, keep_blank_values=True))
    try:
        said = json.loads(written)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
