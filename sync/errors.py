"""What can go wrong with a service, named by what follows from it.

ChannelError
├── TryLater            nothing was applied there; the letter waits and is told again
│   └── Throttled       the service asks the whole channel to be quiet until a moment
├── NotYet              nothing is wrong: the order there has to be paid first, and the letter waits for that
├── OutcomeUnknown      it may have been applied there; where a repeat does harm, read before telling again
├── Refused             a definite no: shown to the cashier in the service's words
│   ├── Missing         the order does not exist there
│   └── Conflict        the service's order has moved on: read it, apply it, decide again
├── SignInAgain         the session is over; sign in once and repeat once
└── Paused              nothing more until a person acts (wrong secret, no permission, wrong host)
"""

from __future__ import annotations

from datetime import datetime

from sync.faults import FAULTS

#: Why a letter waits that can be told once the order is paid there.
UNPAID_THERE = "unpaid_there"


class ChannelError(Exception):
    """Something a service did or failed to do; `str()` holds no guest's data and no secret.

    It is the service's own words as they came, or one of FAULTS with its detail: ``redirect: 302``.
    """


class TryLater(ChannelError):
    """Nothing was applied there (no connection, or a refusal that says so); trying again is harmless."""


class Throttled(TryLater):
    """The service asks for quiet until `until` (UTC). Not counted as an attempt."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


class NotYet(ChannelError):
    """The order there must be paid before it can be told this; no attempt, and no sign of an outage.

    Its letter waits, and holds back neither the money nor a cancellation (`sync.ports.Host.claim`).
    """

    def __init__(self) -> None:
        super().__init__(UNPAID_THERE)


class OutcomeUnknown(ChannelError):
    """A timeout, a reset, a 5xx or an unreadable answer: whether it was applied there is not known.

    `besides` is what the service said with it, or when it was asked, where that is for the whole channel.
    """

    def __init__(self, message: str, besides: ChannelError | None = None) -> None:
        super().__init__(message)
        self.besides = besides


class Refused(ChannelError):
    """The service says no, in `reason` (its own words); telling the same again would not help."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Missing(Refused):
    """The service does not have the order."""


class Conflict(Refused):
    """The service's order has moved on since it was last read."""


class SignInAgain(ChannelError):
    """The session is not or no longer known there."""


class Paused(ChannelError):
    """The channel cannot go on until a person acts; `str()` says what is wrong."""


#: Why a letter waits whose order had taken another way there: it was read, and the letter is decided again.
OVERTAKEN = "overtaken"

#: What is tried again by itself, and a person is asked to look at all the same.
WORTH_A_LOOK = frozenset({"bad_certificate", "no_tls", "web_page"})


def not_given(error: Refused) -> Refused:
    """Return the refusal of a list of orders: it is no order's, so the service's words do not stand alone."""
    return error if str(error).partition(": ")[0] in FAULTS else Refused(f"not_given: {error}")
