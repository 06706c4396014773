"""Here and there: what follows when a channel shows an order in a state, for every state it can have here."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from itertools import product
from typing import NamedTuple

from pos.domain.order import Status

#: A channel's states, folded to our words. `unknown`: it has a word that we have not.
THERE = ("placed", "accepted", "rejected", "executed", "canceled", "paid", "unknown")


class Consequence(StrEnum):
    """What follows beside the new state."""

    #: there is nothing to cook any more: CANCEL tickets, letters given up, loud on the screen
    CALL_OFF = "call_off"
    #: the guest checked in: fire it
    CHECK_IN = "check_in"
    #: the guest checked in before the counter accepted: loud on the card
    GUEST_IS_HERE = "guest_is_here"
    #: turned down here, gone on there: the service wins, and a person sees that and when
    REOPENED = "reopened"
    #: called off here, alive there: a person sees it
    ALIVE_THERE = "alive_there"
    #: money was taken here for what is off there: a task for a person, never an automatic refund
    PAID_HERE_OFF_THERE = "paid_here_off_there"
    #: a state we have no word for
    UNKNOWN_STATUS = "unknown_status"


class Verdict(NamedTuple):
    """The order's new state here (None: as it is), and what follows."""

    status: Status | None = None
    consequences: tuple[Consequence, ...] = ()


NOTHING = Verdict()
_OFF = Verdict(Status.CANCELED, (Consequence.CALL_OFF,))
_OFF_UNSEEN = Verdict(Status.REJECTED, (Consequence.CALL_OFF,))
_TASK = Verdict(None, (Consequence.PAID_HERE_OFF_THERE,))
_REOPEN = Verdict(Status.PLACED, (Consequence.REOPENED,))
_WORD = Verdict(None, (Consequence.UNKNOWN_STATUS,))

_P, _A, _E = Status.PLACED, Status.ACCEPTED, Status.EXECUTED
_R, _C, _PAID = Status.REJECTED, Status.CANCELED, Status.PAID

#: (here, there) -> verdict, whether a letter waits or not. The service decides that an order is no more.
_ALWAYS: Mapping[tuple[Status, str], Verdict] = {
    (_P, "canceled"): _OFF,
    (_A, "canceled"): _OFF,
    (_E, "canceled"): _OFF,
    (_PAID, "canceled"): _TASK,
    (_P, "rejected"): _OFF_UNSEEN,
    (_A, "rejected"): _OFF,
    (_E, "rejected"): _OFF,
    (_PAID, "rejected"): _TASK,
    (_P, "executed"): Verdict(None, (Consequence.GUEST_IS_HERE,)),
    (_A, "executed"): Verdict(None, (Consequence.CHECK_IN,)),
    **{(here, "unknown"): _WORD for here in Status},
}

#: (here, there) -> verdict, only while nothing waits to be told: else the letter's outcome decides.
_WHEN_TOLD: Mapping[tuple[Status, str], Verdict] = {
    (_R, "accepted"): _REOPEN,
    (_R, "executed"): Verdict(Status.PLACED, (Consequence.REOPENED, Consequence.GUEST_IS_HERE)),
    (_C, "accepted"): Verdict(None, (Consequence.ALIVE_THERE,)),
    (_C, "executed"): Verdict(None, (Consequence.ALIVE_THERE,)),
}

#: (here, there, whether a letter waits) -> verdict, for every triple there is.
TABLE: Mapping[tuple[Status, str, bool], Verdict] = {
    (here, there, waits): _ALWAYS.get((here, there))
    or (NOTHING if waits else _WHEN_TOLD.get((here, there), NOTHING))
    for here, there, waits in product(Status, THERE, (True, False))
}
