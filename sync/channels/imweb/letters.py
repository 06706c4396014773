"""From letters to what imweb is asked to do: pure, and decided for each product-order as it is there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sync.channels.imweb.codes import REASONS, Action
from sync.channels.imweb.parse import OF_ITEM
from sync.channels.imweb.wire import ProdOrder
from sync.errors import Refused
from sync.messages import Letter, Verb
from sync.standing import Standing

#: What a verb does there. `claim` is another path; a changed waybill is entered, not sent.
ACTIONS: Mapping[Verb, Action] = {
    "accept": "place",
    "execute": "place",
    "dispatch": "send",
    "pay": "deposit",
    "complete": "complete",
    "reject": "cancel",
    "cancel": "cancel",
    "return": "return",
    "exchange": "exchange",
}

_WAITING = frozenset({"PAY_WAIT", "PAY_COMPLETE"})
_ARRIVED = frozenset({"COMPLETE", "PURCHASE_CONFIRMATION", "EXCHANGE"})
_OFF = frozenset({"CANCEL", "RETURN"})

#: The states of a product-order in which a verb has nothing left to do …
_DONE: Mapping[Verb, Collection[str]] = {
    "accept": {"STANDBY", "DELIVERING", *_ARRIVED},
    "execute": {"STANDBY", "DELIVERING", *_ARRIVED},
    "dispatch": {"DELIVERING", *_ARRIVED},
    "pay": {"PAY_COMPLETE", "STANDBY", "DELIVERING", *_ARRIVED},
    "complete": _ARRIVED,
    "reject": {"CANCEL", "RETURN"},
    "cancel": {"CANCEL", "RETURN"},
    "return": {"RETURN"},
    "exchange": {"EXCHANGE"},
}

#: … and those in which it has gone another way.
_GONE: Mapping[Verb, Collection[str]] = {
    "accept": _OFF,
    "execute": _OFF,
    "dispatch": _OFF,
    "pay": _OFF,
    "complete": _OFF,
    "reject": {"STANDBY", "DELIVERING", *_ARRIVED},
    "cancel": _ARRIVED,
    "return": {"CANCEL", *_WAITING},
    "exchange": {*_OFF, *_WAITING},
}

#: What has left is not sent once more: a number that it has not there is entered.
_LEFT = frozenset({"DELIVERING", "COMPLETE"})

#: What can be told of a product-order only once it is paid, and the state in which it is not.
_ONCE_PAID: frozenset[Verb] = frozenset({"accept", "execute", "dispatch", "complete"})
_UNPAID = "PAY_WAIT"

#: The claims that a verb is about; an open one of the same kind means that it is under way.
_CLAIM: Mapping[Verb, str] = {"return": "RETURN", "exchange": "EXCHANGE"}

#: How a cancellation goes on where a claim stands there already.
_CANCELING: Mapping[str, str] = {"CANCEL_REQUEST": "accept", "CANCEL_FAILED": "retry"}

#: What shows that a claim was answered so: states of the claim, or of the product-order.
_ANSWERED: Mapping[tuple[str, str], Collection[str]] = {
    ("cancel", "accept"): {"CANCELING", "CANCEL"},
    ("cancel", "reject"): {"", "DELIVERING"},
    ("cancel", "retry"): {"CANCELING", "CANCEL"},
    ("cancel", "force_cancel"): {"CANCEL"},
    ("return", "reject"): {""},
    ("return", "accept"): {"RETURN_COLLECTING", "RETURN_COLLECT_DONE", "RETURN_REFUNDING", "RETURN"},
    ("return", "collect_done"): {"RETURN_COLLECT_DONE", "RETURN_REFUNDING", "RETURN"},
    ("return", "return_done"): {"RETURN_REFUNDING", "RETURN"},
    ("return", "return_force_done"): {"RETURN"},
    ("exchange", "reject"): {""},
    ("exchange", "accept"): {
        "EXCHANGE_COLLECTIN", "EXCHANGE_COLLECTING", "EXCHANGE_COLLECT_DONE", "REDELIVERING", "EXCHANGE",
    },
    ("exchange", "collect_done"): {"EXCHANGE_COLLECT_DONE", "REDELIVERING", "EXCHANGE"},
    ("exchange", "resend"): {"REDELIVERING", "EXCHANGE"},
    ("exchange", "exchange_done"): {"EXCHANGE"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One call: what is done with an order, or with one of its product-orders."""

    action: Action | Literal["claim", "invoice"]
    part: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def chosen(letter: Letter, parts: Sequence[ProdOrder]) -> tuple[ProdOrder, ...]:
    """Return the product-orders that a letter is about: those of the lines that it names, else all."""
    named = {str(part).partition(OF_ITEM)[0] for part in letter.body.get("parts") or ()}
    return tuple(part for part in parts if not named or part.order_no in named)


def standing(letter: Letter, part: ProdOrder) -> Standing:
    """Return whether a letter is to be done for a product-order, done, overtaken, or before its time."""
    verb, claim = letter.verb, part.claim_status
    if verb == "claim":
        return _answered(letter, part)
    if verb in _CLAIM and part.claim_type == _CLAIM[verb] and claim:
        return "done"
    if verb in ("reject", "cancel") and claim == "CANCELING":
        return "done"
    if verb == "dispatch" and part.status in _LEFT and _other_waybill(letter, part):
        return "to_do"
    if part.status in _DONE[verb]:
        return "done"
    if verb in _ONCE_PAID and part.status == _UNPAID:
        return "not_yet"
    return "gone" if part.status in _GONE[verb] else "to_do"


def _answered(letter: Letter, part: ProdOrder) -> Standing:
    claim, answer = str(letter.body.get("claim")), str(letter.body.get("answer"))
    if {part.claim_status, part.status} & set(_ANSWERED.get((claim, answer), ())):
        return "done"
    return "to_do" if part.claim_type == claim.upper() else "gone"


def _other_waybill(letter: Letter, part: ProdOrder) -> bool:
    tracking = letter.body.get("tracking")
    return bool(tracking) and tracking != part.invoice_no


def steps(letter: Letter, parts: Sequence[ProdOrder], to_do: Sequence[ProdOrder], reason: str) -> list[Step]:
    """Return the calls that do a letter for the product-orders `to_do`; one call where these are all `parts`.

    `reason` is told where the letter names none of the eleven.
    """
    each = [_step(letter, part, reason) for part in to_do]
    first = each[0]
    whole = len(to_do) == len(parts) and all((s.action, s.facts) == (first.action, first.facts) for s in each)
    return [Step(first.action, "", first.facts)] if whole else each


def _step(letter: Letter, part: ProdOrder, reason: str) -> Step:
    body = letter.body
    if letter.verb == "claim":
        facts = {key: body.get(key) for key in ("claim", "answer", "etc")}
        return Step("claim", part.order_no, facts)
    action = ACTIONS[letter.verb]
    if action == "cancel" and (answer := _CANCELING.get(part.claim_status)):
        return Step("claim", part.order_no, {"claim": "cancel", "answer": answer})
    if action == "send" and part.status in _LEFT:
        return Step("invoice", part.order_no, _waybill(body))
    return Step(action, part.order_no, _FACTS[action](body, reason) if action in _FACTS else {})


def _waybill(body: Mapping[str, Any], _reason: str = "") -> dict[str, Any]:
    return {"parcel_code": body.get("carrier") or "", "invoice_no": body.get("tracking") or ""}


def _why(body: Mapping[str, Any], reason: str) -> dict[str, Any]:
    return {"reason_code": reason_code(body, reason)}


def _goods(body: Mapping[str, Any], reason: str) -> dict[str, Any]:
    return {**_why(body, reason), **_waybill(body), "collect": bool(body.get("collect"))}


def _return(body: Mapping[str, Any], reason: str) -> dict[str, Any]:
    return {**_goods(body, reason), "deliv_fee_method": body.get("fee") or ""}


_FACTS: Mapping[str, Callable[[Mapping[str, Any], str], dict[str, Any]]] = {
    "send": _waybill,
    "cancel": _why,
    "exchange": _goods,
    "return": _return,
}


def reason_code(body: Mapping[str, Any], otherwise: str) -> str:
    """Return which of the eleven reasons a letter names, by its code or in the service's own words."""
    said = str(body.get("reason_code") or body.get("reason") or "").strip()
    by_name = {name: code for code, name in REASONS.items()}
    code = said.upper() if said.upper() in REASONS else by_name.get(said, otherwise)
    if body.get("reason_code") and code != body["reason_code"]:
        raise Refused("not_allowed: reason_code")
    return code
