"""What RayTeams's envelopes hold: data, or one of two shapes of a refusal, which may come inside a 200."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sync.channels.rayteams.settings import Follows, Settings
from sync.documents import text
from sync.errors import (
    ChannelError,
    Missing,
    OutcomeUnknown,
    Paused,
    Refused,
    SignInAgain,
    Throttled,
    TryLater,
)
from sync.verdicts import Judge, Verdict

#: The one code that is named anywhere.
CODES: Mapping[str, Follows] = {"NO_ITEM": "missing"}

_FOLLOWS: Mapping[Follows, type[ChannelError]] = {
    "missing": Missing,
    "refused": Refused,
    "later": TryLater,
    "unknown": OutcomeUnknown,
    "sign_in": SignInAgain,
    "pause": Paused,
    "quiet": Throttled,
}

#: What the plain shape says where nobody is signed in.
_UNAUTHORIZED = "Unauthorized"
_LONGEST_CODE = 100


def judge(settings: Settings) -> Judge:
    """Return what reads a refusal in an answer; a code that is not known is a definite no."""
    codes = {**CODES, **settings.error_codes}

    def judged(data: Any) -> Verdict | None:
        if not isinstance(data, dict):
            return None
        if words := _printable(data.get("errorCode")):
            return Verdict(_FOLLOWS[codes.get(words, "refused")], words)
        words = _printable(data.get("message"))
        if words == _UNAUTHORIZED and "data" not in data:
            return Verdict(SignInAgain, words)
        return None

    return judged


def data_of(answer: Any, method: str) -> Any:
    """Return the ``data`` of a 200, None where it has none; raises Refused where it is a refusal."""
    if not isinstance(answer, dict):
        raise (TryLater if method == "GET" else OutcomeUnknown)("unreadable_answer")
    if answer.get("status", "success") == "success" and answer.keys() & {"status", "data"}:
        return answer.get("data")
    words = _printable(answer.get("message"))
    raise Refused(words or f"answered: {_printable(answer.get('status')) or 200}")


def rows_of(data: Any) -> list[Any]:
    """Return the rows of a list; one that is not there is an empty one."""
    if data and not isinstance(data, list):
        raise TryLater("unreadable_answer")
    return data or []


def _printable(said: object) -> str:
    return "".join(c if c.isprintable() else " " for c in text(said))[:_LONGEST_CODE]
