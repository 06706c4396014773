"""Words, money, times and dates for people, in the shop's language; the one place where they are written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import assets
from pos.domain import money
from pos.domain.refusals import Refused
from printing.places import is_numbered
from sync.faults import QUOTING

if TYPE_CHECKING:
    from babel.core import Locale

LANGUAGES = {"zh_CN": "简体中文", "ko_KR": "한국어", "en_US": "English"}

#: Facts of a notice that are words of ours, by the section of the catalogue that says them.
_NOTICED = {"status": "status", "there": "status", "problem": "problem", "why": "why"}


#: Where a section begins, in a file of words.
_HEADING = re.compile(r'^\["?([\w.]+)"?\]$', re.MULTILINE)

#: What ISO 4217 calls an amount of no currency.
_NO_CURRENCY = "XXX"


@cache
def _sections(language: str) -> Mapping[str, str]:
    """Return the lines of each section, out of all files, as they are written there."""
    lines: dict[str, str] = {}
    for part in sorted(assets.path("words", language).glob("*.toml")):
        _before, *found = _HEADING.split(part.read_text(encoding="utf-8"))
        for section, text in zip(found[::2], found[1::2], strict=True):
            lines[section] = lines.get(section, "") + text
    return lines


@cache
def _section(language: str, section: str) -> Mapping[str, str]:
    """Return the words of a section by their keys; read when it is first needed, as the start needs few."""
    return tomllib.loads(_sections(language).get(section, ""))


@cache
def _locale(language: str) -> Locale:
    # By its name it would be looked for among all locales each time that an amount is painted.
    from babel.core import Locale

    return Locale.parse(language)


@dataclass(frozen=True, slots=True)
class Words:
    """One language on one clock: `say("board.new")`, `money(3620, "CNY")`, `clock(at)`."""

    language: str
    timezone: str = "UTC"

    def say(self, key: str, **facts: object) -> str:
        """Return the words of `section.key` with `{facts}` filled in; a missing key shows as itself."""
        section, _, name = key.rpartition(".")
        return _section(self.language, section).get(name, key).format(**facts)

    def has(self, key: str) -> bool:
        """Whether there are words for a key."""
        section, _, name = key.rpartition(".")
        return name in _section(self.language, section)

    def money(self, amount: int | None, currency: str | None) -> str:
        """Return minor units as the language writes that currency; empty where there is no price."""
        if amount is None or currency is None:
            return ""
        from babel.numbers import format_currency

        return str(format_currency(money.plain(amount, currency), currency, locale=_locale(self.language)))

    def figure(self, amount: int, currency: str | None) -> str:
        """Return minor units in major units without the currency's sign, for columns of figures."""
        return f"{Decimal(money.plain(amount, currency or _NO_CURRENCY)):,f}"

    def local(self, at: datetime) -> datetime:
        """Return a UTC moment on the shop's clock."""
        return at.astimezone(ZoneInfo(self.timezone))

    def clock(self, at: datetime) -> str:
        """Return hours and minutes on the shop's clock (18:42)."""
        return f"{self.local(at):%H:%M}"

    def moment(self, at: datetime) -> str:
        """Return day and time on the shop's clock, short (11-20 18:42)."""
        return f"{self.local(at):%m-%d %H:%M}"

    def day(self, at: datetime) -> str:
        """Return the date and weekday as the language writes them."""
        from babel.dates import format_skeleton

        return str(format_skeleton("MMMdE", self.local(at), locale=_locale(self.language)))

    def dated(self, day: date) -> str:
        """Return a day of the calendar, short (11-20)."""
        return f"{day:%m-%d}"

    def month(self, day: date) -> str:
        """Return a day's month and year as the language writes them."""
        from babel.dates import format_skeleton

        return str(format_skeleton("yMMMM", day, locale=_locale(self.language)))

    def weekday(self, day: date) -> str:
        """Return a day of the week, as short as a calendar has it."""
        from babel.dates import format_date

        return str(format_date(day, "EEEEEE", locale=_locale(self.language)))

    def table(self, code: str) -> str:
        """Return a table as people call it (7桌, 牡丹厅); empty where there is none."""
        return self.say("board.table", table=code) if is_numbered(code) else code

    def channel(self, name: str) -> str:
        """Return a channel's name as people say it; a name of the shop's own is its name."""
        key = f"channel.{name}"
        return self.say(key) if self.has(key) else name

    def person(self, name: str) -> str:
        """Return who did something as people say it: a name, a channel, or whoever stands at the counter."""
        key = f"person.{name}"
        return self.say(key) if self.has(key) else self.channel(name)

    def method(self, method: str) -> str:
        """Return the name of a payment method; a shop's own is its name, a service's code is read as one."""
        key = f"method.{method}"
        if self.has(key):
            return self.say(key)
        is_code = method.islower() and "_" in method
        return self.say("method.other", name=method.replace("_", " ")) if is_code else method

    def choice(self, choices: str, code: str, name: str) -> str:
        """Return what a service's code of a list means; where we have no words for it, its own `name`."""
        key = f"choice.{choices}.{code}"
        return self.say(key) if self.has(key) else name

    def fact(self, fact: str) -> str:
        """Return what a fact is called that a service keeps of an order; nothing for what is none."""
        key = f"fact.{fact}"
        return self.say(key) if self.has(key) else fact

    def refusal(self, refused: Refused) -> str:
        """Return what was refused, why, and what is possible, for a person."""
        facts = {name: self._fact(name, value) for name, value in refused.facts.items()}
        return self.say(f"refused.{refused.code}", **facts)

    def fault(self, error: str, section: str = "fault") -> str:
        """Return what hinders a channel, or why it is not told; a service's own words as they are.

        Ours come first where both are known. `section` may have other words for some.
        """
        word, _, detail = error.partition(": ")
        key = next((key for key in (f"{section}.{word}", f"fault.{word}") if self.has(key)), "")
        if not key:
            return error
        known = self.say(f"status.{detail}") if self.has(f"status.{detail}") else detail
        said = self.say(key, detail=known)
        return self.say("service.says", ours=said, theirs=detail) if detail and word in QUOTING else said

    def cause(self, error: str) -> str:
        """Return what hinders paper, without its detail; a person's own words as they are."""
        word = error.partition(": ")[0]
        return self.say(f"cause.{word}") if self.has(f"cause.{word}") else error

    def notice(self, kind: str, facts: Mapping[str, object], order: str, channel: str) -> str:
        """Return what a person is asked to look at; the facts that are words of ours are said as such.

        A problem that asks for more than a look has words of its own (`problem_cancel_requested`).
        """
        keys = (f"attention.{kind}_{facts.get(kind, '')}", f"attention.{kind}")
        key = next((each for each in keys if self.has(each)), "")
        if not key:
            return kind
        said = {name: self._noticed(name, str(value)) for name, value in facts.items()}
        return self.say(key, **{"order": order, "channel": self.channel(channel), **said})

    def _noticed(self, name: str, value: str) -> str:
        if name == "channel":
            return self.channel(value)
        key = f"{_NOTICED.get(name, name)}.{value}"
        return self.say(key) if self.has(key) else self.fault(value)

    def _fact(self, name: str, value: str | int) -> str:
        if name in ("status", "move", "verb"):
            return self.say(f"{name}.{value}")
        if name == "claims":
            return self.say("board.and").join(
                self.say(f"choice.claim.{claim}") for claim in str(value).split()
            )
        if name == "fields":
            return self.say("board.and").join(self.say(f"field.{field}") for field in str(value).split())
        if name == "printing":
            return self.say(f"print.{value}")
        if name == "possible":
            moves = [self.say(f"move.{move}") for move in str(value).split()]
            return " · ".join(moves) or self.say("move.none")
        return str(value)
