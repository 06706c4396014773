"""What can go wrong with a service, named by what follows from it.

ChannelError
├── TryLater            nothing was applied there; the letter waits and is told again
│   └── Throttled       the service asks the whole channel to be quiet until a moment
├── OutcomeUnknown      it may have been applied there; where a repeat does harm, read before telling again
├── Refused             a definite no: shown to the cashier in the service's words
│   ├── Missing         the order does not exist there
│   └── Conflict        the service's order has moved on: read it, apply it, decide again
├── SignInAgain         the session is over; sign in once and repeat once
└── Paused              nothing more until a person acts (wrong secret, no permission, wrong host)
"""

from __future__ import annotations

from datetime import datetime


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


class OutcomeUnknown(ChannelError):
    """A timeout, a reset, a 5xx or an unreadable answer: whether it was applied there is not known.

    `besides` is what the service said when it was asked, where that is for the whole channel.
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


def not_given(error: Refused) -> Refused:
    """Return the refusal of a list of orders: it is no order's, so the service's words do not stand alone."""
    return error if str(error).partition(": ")[0] in FAULTS else Refused(f"not_given: {error}")


#: What is found wrong on this side of the line, as the screen's words are keyed; beside each its detail.
FAULTS = (
    # on the way there
    "no_connection",
    "bad_certificate",
    "no_tls",
    "no_answer_in_time",
    "connection_broke",
    "bad_address",
    "plain_http",
    # an answer that says no more than this
    "answered",  # the HTTP status
    "redirect",  # the HTTP status
    "forbidden",  # the service's own words
    "quiet",  # the service's own words
    "broken",  # the service's own words
    "not_given",  # the service's own words
    "too_large",  # bytes that would have been read
    "unreadable_answer",
    "web_page",
    "moving_rows",
    # signing in
    "no_secrets",
    "wrong_secrets",
    "no_sign_in",  # the path that was called
    "session_ends",
    "permission_ended",
    "not_signed_in",
    "no_browser",
    "port_taken",  # the port on this machine
    # the order there
    "no_order",  # its id or number
    "several_orders",  # the number
    "unreadable_order",  # what was not understood
    "never_registered",
    "moved_on",  # its status there
    OVERTAKEN,
    "deleted_there",  # the line of which it knew
    # a letter that the service would not understand
    "cannot_be_told",
    "map_states",
    "incomplete",  # what is missing
    "not_wanted",  # what should not be there
    "not_allowed",  # what is none of the service's words
    # an order of supplies that the service would not take
    "patient_or_site",
    "nothing_ordered",
    "shipping_needed",
    "insufficient_inventory",
    "item_not_orderable",
    "max_one_loaner_kit",
    "qty_over_one_loaner_kit",
    "no_returns_with_loaner_kit",
    "no_loaner_kit_to_site",
    # here
    "own_fault",  # the kind of fault and its place
)

#: Those whose detail is the service's own words, where it said any.
QUOTING = frozenset({"forbidden", "quiet", "broken", "not_given"})
