"""Why something is called off or comes back: in a person's words, and as its service's code of that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pos.actions.asking import LONGEST, checked, spelled
from pos.actions.cards import refuse_card_number
from pos.domain.order import Order
from pos.domain.refusals import Refused
from pos.domain.shop import ChannelFacts
from pos.store.tx import Tx
from pos.words import LANGUAGES, Words

#: The counter's own usual reasons, each with the code of a service that says just that.
_USUAL: Mapping[str, str] = {"sold_out": "SOLD_OUT", "guest_asked": "INTENT_CHANGED"}


def with_reason(tx: Tx, order: Order, verb: str, reason: str, code: str) -> dict[str, Any]:
    """Return a reason as letters carry it: in words, and by its service's code where that wants one.

    Raises Refused for no reason at all, for a code that the service has not, and where it knows no codes.
    """
    facts = tx.shop.channels.get(order.channel)
    if code and (facts is None or verb not in facts.asks):
        raise Refused("not_asked", order=order.number, fields="reason_code")
    code = str(checked(tx, order, verb, {"reason_code": code or code_of(facts, reason)})["reason_code"])
    reason = reason.strip()[:LONGEST] or _codes(facts).get(code, "")
    if not reason:
        raise Refused("reason_needed")
    refuse_card_number(reason)
    code = told_as(facts, verb, reason, code)
    return {"reason": reason, **({"reason_code": code} if code else {})}


def told_as(facts: ChannelFacts | None, verb: str, reason: str, code: str = "") -> str:
    """Return the code that a service is told for a reason; empty where it wants none.

    It is the one that is named, else the one that the words are, else the one that the shop has set.
    """
    if facts is None or all(ask.field != "reason_code" for ask in facts.asks.get(verb, ())):
        return ""
    return spelled(_codes(facts), code) or code_of(facts, reason) or facts.usual_reason


def code_of(facts: ChannelFacts | None, reason: str) -> str:
    """Return the code that a reason is; empty for none.

    As the code itself, in the service's words, or in those of the counter's sheets in any of its languages.
    """
    codes = _codes(facts)
    return spelled(codes, reason) or _named(tuple(codes.items())).get(_plain(reason), "")


def _codes(facts: ChannelFacts | None) -> Mapping[str, str]:
    return facts.choices.get("reason_code", {}) if facts else {}


@cache
def _named(codes: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """Return codes by all that they are called."""
    named = {_plain(name): code for code, name in codes}
    for words in map(Words, LANGUAGES):
        named |= {_plain(words.choice("reason_code", code, name)): code for code, name in codes}
        named |= _usual(words, [code for code, _ in codes])
    return named


def _usual(words: Words, codes: Iterable[str]) -> dict[str, str]:
    return {_plain(words.say(f"reasons.{key}")): code for key, code in _USUAL.items() if code in codes}


def _plain(words: str) -> str:
    return words.strip().rstrip(".。!！").casefold()
