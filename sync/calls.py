"""What was asked of a service and how it went, as a person may see it: no secret, no guest's word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sync.faults import FAULTS

#: What a service's own words are said as: they may name a guest. Behind it stands the HTTP status.
SAID_NO = "said_no"
#: What a call is said to have come to that was broken off here.
GIVEN_UP = "given_up"

#: The name of a query's value, as services give them; anything else there may be data.
_NAME = re.compile(r"[$\w.\[\]-]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Call:
    """One call: begun `at` (UTC), ended `seconds` later, with bodies of `sent` and `got` bytes.

    `path` is without a query's values. `status` is HTTP's, 0 where no answer came; `error` is one of FAULTS
    with its detail, SAID_NO or GIVEN_UP, and empty where the service did what it was asked.
    """

    at: datetime
    method: str
    path: str
    status: int = 0
    seconds: float = 0.0
    error: str = ""
    sent: int = 0
    got: int = 0


@dataclass(slots=True)
class Trace:
    """A call while it is under way: what becomes of it is noted here, and told when it has ended."""

    call: Call
    #: whether the words of its error are the service's own
    quoted: bool = False

    def answered(self, status: int, sent: int, got: int) -> None:
        """An answer came, with bodies of so many bytes."""
        self.call = replace(self.call, status=status, sent=sent, got=got)

    def failed(self, error: str) -> None:
        """It came to an error; of the service's own words only the status is kept."""
        ours = not self.quoted and error.partition(": ")[0] in (*FAULTS, GIVEN_UP)
        self.call = replace(self.call, error=error if ours else f"{SAID_NO}: {self.call.status}")

    def ended(self, at: datetime) -> Call:
        """Return the call as it was when it ended (UTC)."""
        return replace(self.call, seconds=max(0.0, (at - self.call.at).total_seconds()))


#: Is told of every call, when it has ended.
Observe = Callable[[Call], object]


def unseen(_call: Call) -> None:
    """Nobody looks."""


def shown(path: str, params: Mapping[str, Any] | None) -> str:
    """Return a path with the names of what was asked for, and none of their values."""
    plain, _, query = path.partition("?")
    names = [*(part.partition("=")[0] for part in query.split("&") if part), *(params or ())]
    return plain + (f"?{'&'.join(_names(names))}" if names else "")


def _names(found: Iterable[object]) -> list[str]:
    return list(dict.fromkeys(str(name) if _NAME.fullmatch(str(name)) else "…" for name in found))
