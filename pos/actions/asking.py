"""What a service asks for with a move, held against what is said: before a letter is written, not after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pos.actions.cards import refuse_card_number
from pos.actions.vocabularies import line_keys
from pos.domain import money
from pos.domain.order import Order
from pos.domain.refusals import Refused
from pos.domain.shop import Ask, ChannelFacts
from pos.store.tx import Tx

#: What a letter says that its channel is not told: it has no word for that, the shop has not said which of
#: its states that is, or it is not told without a waybill.
CANNOT, UNMAPPED, NO_WAYBILL = "cannot_be_told", "unmapped", "no_waybill"

#: All of them.
UNTOLD = frozenset({CANNOT, UNMAPPED, NO_WAYBILL})

#: What is said of what leaves: with whom, and the number on the parcel.
WAYBILL = ("carrier", "tracking")

#: The longest word that a service is told with a move (characters).
LONGEST = 200


def able(tx: Tx, order: Order, verb: str) -> ChannelFacts:
    """Return the order's channel; raises Refused where it has no such thing."""
    facts = tx.shop.channels.get(order.channel)
    if facts is None or verb not in facts.tells:
        raise Refused("no_such_thing_there", order=order.number, verb=verb)
    return facts


def is_brought(facts: ChannelFacts | None, said: Mapping[str, Any]) -> bool:
    """Whether the shop brings it itself, where its service asks for carrier and number of what leaves."""
    if facts is None or any(said.get(field) for field in WAYBILL):
        return False
    return any(ask.needed for ask in facts.asks.get("dispatch", ()))


def why_untold(facts: ChannelFacts | None, verb: str, said: Mapping[str, Any]) -> str:
    """Return why a channel as it is set up now is not told a verb; empty where it is."""
    if facts is not None and verb not in facts.tells:
        return UNMAPPED if verb in facts.mappable else CANNOT
    return NO_WAYBILL if verb == "dispatch" and is_brought(facts, said) else ""


def named_lines(tx: Tx, order: Order, verb: str, lines: Iterable[str]) -> tuple[str, ...]:
    """Return the lines that are named, in the order's own order; empty for all of them.

    Raises Refused for a line that it has not, and where its service is told of whole orders only.
    """
    named = set(lines)
    if not named:
        return ()
    keys = line_keys(order)
    if strange := sorted(named - keys.keys()):
        raise Refused("no_such_line", order=order.number, line=strange[0][:60])
    facts = tx.shop.channels.get(order.channel)
    if facts is None or verb not in facts.partly:
        raise Refused("not_partly", order=order.number, verb=verb)
    return tuple(key for key in keys if key in named) if len(named) < len(keys) else ()


def checked(tx: Tx, order: Order, key: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said as the service spells it; `key` is a verb, or ``claim.<claim>.<answer>``.

    Raises Refused for what the service misses, for what it does not want, and for codes that it has not.
    Where nobody is told, or a service does not say what it asks for, everything may be said.
    """
    said = {field: _short(value) for field, value in said.items()}
    facts = tx.shop.channels.get(order.channel)
    verb, dot, _ = key.partition(".")
    if facts is None or verb not in facts.tells or not (dot or key in facts.asks):
        return said
    every = facts.asks.get(key, ())
    said = {**said, **_codes(facts, every, said)}
    asks = {ask.field: ask for ask in every if ask.wanted(said)}
    if missing := [field for field, ask in asks.items() if ask.needed and not said.get(field)]:
        raise Refused("service_asks", order=order.number, fields=" ".join(missing))
    if strange := [field for field, value in said.items() if value and field not in asks]:
        raise Refused("not_asked", order=order.number, fields=" ".join(strange))
    return {
        field: _READ[asks[field].kind](order, asks[field], value) if value else value
        for field, value in said.items()
    }


def _codes(facts: ChannelFacts, asks: Iterable[Ask], said: Mapping[str, Any]) -> dict[str, str]:
    """Return the codes among what is said as the service writes them: what else it asks for hangs on them."""
    return {
        ask.field: one_of(facts, ask.field, ask.codes, str(said[ask.field]))
        for ask in asks
        if ask.kind == "code" and said.get(ask.field)
    }


def _short(value: Any) -> Any:
    return value.strip()[:LONGEST] if isinstance(value, str) else value


def _as_it_is(_order: Order, _ask: Ask, value: Any) -> Any:
    # A parcel's number is no free text: one in ten of them would pass for a card's.
    return value


def _text(_order: Order, _ask: Ask, value: Any) -> str:
    refuse_card_number(str(value))
    return str(value)


def _amounts(order: Order, ask: Ask, value: Any) -> dict[str, int | str]:
    """Return major units by part; raises Refused for what is no amount of the order's currency."""
    if not isinstance(value, Mapping):
        raise Refused("service_asks", order=order.number, fields=ask.field)
    currency = order.currency or ""
    parts = {name for key in line_keys(order) for name in (key, key.partition("/")[0])}
    if strange := sorted(set(map(str, value)) - parts):
        raise Refused("no_such_line", order=order.number, line=strange[0][:60])
    amounts = {str(part): money.parse(str(amount), currency) for part, amount in value.items()}
    return {part.partition("/")[0]: _major(amount, currency) for part, amount in amounts.items()}


def _major(amount: int, currency: str) -> int | str:
    written = money.plain(amount, currency)
    return written if "." in written else int(written)


_READ: Mapping[str, Callable[[Order, Ask, Any], Any]] = {
    "code": _as_it_is,
    "text": _text,
    "number": _as_it_is,
    "flag": _as_it_is,
    "amounts": _amounts,
}


def one_of(facts: ChannelFacts, field: str, choices: str, value: str) -> str:
    """Return one of a channel's codes as its service writes it; raises Refused for one that is none."""
    codes = facts.choices.get(choices, {})
    if not (found := spelled(codes, value)):
        raise Refused("unknown_code", fields=field, value=value[:60], codes=", ".join(codes))
    return found


def spelled(codes: Iterable[str], value: str) -> str:
    """Return a code as its service writes it, upper and lower case; empty for one that is none."""
    return next((code for code in codes if code.casefold() == value.strip().casefold()), "")
