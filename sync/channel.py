"""What a channel is and can: the one seam between the engine and a service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from sync.messages import Letter, Page, RemoteOrder, RemoteStatus, Told, Verb


@dataclass(frozen=True, slots=True)
class Ask:
    """One field that a service wants to know with a verb.

    `kind`: one of its codes (those in ``choices[codes]``), text, a parcel's number, yes or no, or an amount
    for each part in major units. It is `needed`, or may be left out. With `when` it is asked for only where
    that other field says one of `among` (an empty word: nothing), and not wanted otherwise.
    """

    field: str
    kind: Literal["code", "text", "number", "flag", "amounts"] = "text"
    needed: bool = False
    codes: str = ""
    when: str = ""
    among: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel's service can be told and asked; the counter shows only this, and says what it tells.

    `tells` has for each verb what the service is told, in its own word for it. `harmless` are the verbs whose
    repetition changes nothing there: they need no reading before a retry. `partly` are those that may be told
    for some of an order's lines alone. `choices` are the service's codes for a field of a letter, each with
    its own name for it; ``claim.<claim>`` are the answers to one. `asks` has what a verb, or
    ``claim.<claim>.<answer>``, is told with. `stored_value`: whether `pay` can take a guest's balance there.
    `guests_set` are the states after accepted that its guests bring about there: an order that is first heard
    in one of them is still to be made, in any other somebody may have done it there.
    """

    tells: Mapping[Verb, str]
    harmless: frozenset[Verb]
    partly: frozenset[Verb] = frozenset()
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    asks: Mapping[str, tuple[Ask, ...]] = field(default_factory=dict)
    lists: bool = True
    reads: bool = True
    stored_value: bool = False
    guests_set: frozenset[RemoteStatus] = frozenset()


class Channel(Protocol):
    """One connected service. Raises only the errors of `sync.errors`; knows neither store nor clock."""

    name: str
    kind: str
    capabilities: Capabilities

    def changes(self, position: str, *, finished_since: datetime) -> AsyncIterator[Page]:
        """Yield what changed since `position`, with an overlap, oldest first.

        An empty `position` is the first fetch: unfinished orders of any age and finished ones that changed
        after `finished_since` (UTC).
        """
        ...

    def unfinished(self) -> AsyncIterator[Page]:
        """Yield every order that is not finished there, for a sweep.

        Where the service can only list all, those that are finished stand beside them (`Page.over`).
        """
        ...

    async def read(self, remote_id: str) -> RemoteOrder:
        """Return one order as it is there now; raises Missing."""
        ...

    async def tell(self, letter: Letter) -> Told:
        """Make the service know what the letter says."""
        ...

    async def find(self, letter: Letter) -> RemoteOrder | None:
        """Return the order there in which this letter is already done; None when it is not.

        Asked before a letter is told again whose earlier outcome is unknown and whose repetition does harm.
        """
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...


#: Rows move between pages and clocks differ a little: everything is asked for again by this much.
OVERLAP = timedelta(minutes=3)
