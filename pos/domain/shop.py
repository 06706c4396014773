"""The shop as its configuration describes it: what actions need to know, and its business day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

#: Orders made here without any service belong to this channel.
COUNTER = "counter"

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ask:
    """One field that a service wants to know with a verb.

    `kind` is `code` (one of ``ChannelFacts.choices[codes]``), `text`, `number`, `flag`, or `amounts` by part.
    With `when` it is asked for only where that other field says one of `among`: an empty word is nothing.
    Otherwise it is not wanted.
    """

    field: str
    kind: str = "text"
    needed: bool = False
    codes: str = ""
    when: str = ""
    among: frozenset[str] = frozenset()

    def wanted(self, said: Mapping[str, Any]) -> bool:
        """Whether it is asked for beside what is said in the other fields."""
        return not self.when or str(said.get(self.when) or "") in self.among


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """What the counter knows of a channel: its kind, its manners, and what its service can be told.

    `says` has for each verb of `tells` the service's own word, `partly` those that may be told for some lines
    alone. `choices` are its codes for a field, each with its name there; `asks` what a verb is told with, or
    ``claim.<claim>.<answer>``. `stored_value`: it can take a guest's balance. `tell_about` are the channels
    whose sales it hears of (empty: all); those of the last `watch_days` are looked for there now and then.
    `own_guest` is the shop itself as a guest there: what is ordered for it are supplies. Empty: it is none.
    `usual_reason` is the code that is told for a reason that is none of the service's own. `guests_set` are
    the states after accepted that its guests bring about there: what is first heard so is still to be made.
    `mappable` are the verbs that it could be told, had the shop said to which of its states they lead.
    """

    name: str
    kind: str
    auto_accept: bool = False
    auto_accept_limit: int = 8
    deadline_minutes: int = 10
    tells: frozenset[str] = frozenset()
    says: Mapping[str, str] = field(default_factory=dict)
    partly: frozenset[str] = frozenset()
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    asks: Mapping[str, tuple[Ask, ...]] = field(default_factory=dict)
    stored_value: bool = False
    tell_about: tuple[str, ...] = ()
    watch_days: int = 0
    own_guest: str = ""
    usual_reason: str = ""
    guests_set: frozenset[str] = frozenset()
    mappable: frozenset[str] = frozenset()

    @property
    def is_unmapped(self) -> bool:
        """Whether nothing is told for the only reason that no state of the service's is mapped."""
        return bool(self.mappable) and not self.tells


@dataclass(frozen=True, slots=True)
class PrinterFacts:
    """What the counter knows of a printer: which kinds and stations it prints, and who stands in for it.

    Its fallback takes its tickets `fallback_after` seconds after it has fallen ill. A kitchen ticket of which
    nobody has said for `reprint_unknown_after` seconds whether it came out is printed again; 0 is never.
    `paper` are those of its settings that shape its tickets, as they are kept with each that is sent.
    """

    name: str
    prints: tuple[str, ...]
    stations: tuple[str, ...] = ("*",)
    fallback: str = ""
    fallback_after: float = 20
    reprint_unknown_after: float = 0
    paper: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop's own facts. `day_starts` is local time: a sale at 01:30 belongs to the evening before."""

    name: str
    currency: str
    language: str
    timezone: str
    day_starts: time = time(5)
    address: str = ""
    phone: str = ""
    footer: str = ""
    channels: Mapping[str, ChannelFacts] = field(default_factory=dict)
    printers: tuple[PrinterFacts, ...] = ()
    stations: Mapping[str, str] = field(default_factory=dict)
    methods: tuple[str, ...] = ()

    def is_itself(self, channel: str, guest: str) -> bool:
        """Whether a guest of a channel, as it is set up now, is the shop: what comes from there is supplies.

        Of an order that is known, `Order.supplies` says it: its channel may be another by now, or none.
        """
        facts = self.channels.get(channel)
        return bool(guest) and facts is not None and facts.own_guest == guest

    def local(self, at: datetime) -> datetime:
        """Return a UTC moment on the shop's own clock."""
        return at.astimezone(ZoneInfo(self.timezone))

    def business_day(self, at: datetime) -> date:
        """Return the business day that a UTC moment belongs to."""
        start = timedelta(hours=self.day_starts.hour, minutes=self.day_starts.minute)
        return (self.local(at).replace(tzinfo=None) - start).date()

    def bounds(self, day: date) -> tuple[datetime, datetime]:
        """Return the UTC moments at which a business day begins and ends."""
        zone = ZoneInfo(self.timezone)
        begins = (
            datetime.combine(day, self.day_starts, zone),
            datetime.combine(day + _DAY, self.day_starts, zone),
        )
        return begins[0].astimezone(UTC), begins[1].astimezone(UTC)

    def printers_for(self, kind: str, station: str = "") -> tuple[PrinterFacts, ...]:
        """Return the printers that print a ticket kind, for a station where one is named."""
        return tuple(
            printer
            for printer in self.printers
            if kind in printer.prints and (not station or {"*", station} & set(printer.stations))
        )
