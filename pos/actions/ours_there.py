"""What a channel shows of what this counter took off or claims there itself: it is no guest's word."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from pos.actions.lines_there import lines_of, untold
from pos.actions.vocabularies import CLAIMED, line_keys
from pos.domain.claims import part_of
from pos.domain.order import Line, Order, Status
from pos.store.outbox import Letter
from pos.store.tx import Tx
from sync.messages import RemoteOrder

#: What is told of all that is there, whatever of it is off here.
_OF_ALL = ("cancel", "reject", "claim")

#: Of these letters the channel has heard nothing.
_UNHEARD = ("failed", "dropped")

_OFF = (Status.CANCELED, Status.REJECTED)


def without_ours(tx: Tx, order: Order, heard: RemoteOrder) -> RemoteOrder:
    """Return an order as its channel shows it, without what was called off here and told.

    A line is off from then on, though its service may show it, and ask for its money, until that is done
    there. What went back for it was never due here; what the order costs is known where nothing else differs
    and no discount may shrink with it.
    """
    if not (heard.claims or heard.off):
        return heard
    if order.status in _OFF:
        return _all_off(tx, order, heard)
    off = _lines_off(tx, order)
    on_its_way = _claimed(heard.claims, "cancel") & off
    if not (on_its_way or off.intersection(heard.off)):
        return heard
    rest = replace(heard, lines=tuple(line for line in heard.lines if part_of(line.id) not in on_its_way))
    return rest if set(heard.off) - off else _as_it_costs_here(tx, order, rest)


def goes_on_there(tx: Tx, order: Order, lines: Sequence[Line]) -> bool:
    """Whether a settled order still has lines there (`without_ours`) that were called off here."""
    shown = {part_of(line.id) for line in lines}
    return order.settled and not shown.isdisjoint(_lines_off(tx, order))


def about_what_is_left(tx: Tx, order: Order, verb: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a letter about all of an order says: where lines were called off, it names those left.

    What its service has not called off yet would be accepted, sent or closed with the rest.
    """
    if verb in _OF_ALL or body.get("parts") or not _lines_off(tx, order):
        return body
    return {**body, "parts": list(line_keys(order))}


def _as_it_costs_here(tx: Tx, order: Order, heard: RemoteOrder) -> RemoteOrder:
    same = lines_of(order, heard) == order.lines or untold(tx, order) is not None
    problems = [problem for problem in heard.problems if problem != "total"]
    if not same or order.adjustment < 0:
        problems.append("total")
    return replace(
        heard,
        total=order.fee if same else None,
        payment="paid" if heard.payment == "part_refunded" else heard.payment,
        problems=tuple(problems),
    )


def _all_off(tx: Tx, order: Order, heard: RemoteOrder) -> RemoteOrder:
    """An order that was called off here is so there where that is claimed of all that goes on."""
    parts = {part_of(line.id) for line in heard.lines}
    claimed = _claimed(heard.claims, "cancel")
    ours = parts and parts <= claimed and claimed <= _begun(tx, order, "cancel", claimed)
    return replace(heard, status="canceled") if ours else heard


def own_claims(tx: Tx, order: Order, heard: RemoteOrder, answer_to: UUID | None = None) -> frozenset[str]:
    """Return the problems of an order that are claims of which no guest is newly heard.

    They were known (`order` is as it was before), or letters of ours open them; `answer_to` is one that this
    answers. A claim that comes again later is another one, and a guest's.
    """
    found = set()
    for claim, problem in CLAIMED.items():
        new = _claimed(heard.claims, claim) - _claimed(order.claims, claim)
        is_known = bool(_claimed(heard.claims, claim))
        if is_known and new <= _begun(tx, order, claim, new, answer_to):
            found.add(problem)
    return frozenset(found)


def _claimed(claims: Collection[tuple[str, str]], claim: str) -> frozenset[str]:
    return frozenset(part for part, kind in claims if kind == claim)


def _begun(
    tx: Tx, order: Order, claim: str, parts: Collection[str], answer_to: UUID | None = None
) -> frozenset[str]:
    """Return of which of these parts a claim was begun from here."""
    letters = tx.outbox.of_order(order.id, order.channel)
    if claim == "cancel" and order.status not in _OFF:
        return _lines_off(tx, order)
    if claim == "cancel":
        begun = [each for each in letters if each.verb in ("cancel", "reject") and each.state not in _UNHEARD]
    else:
        begun = [each for each in letters if each.verb == claim and _is_heard_now(each, answer_to)]
    return frozenset(part for part in parts if any(_names(letter, part) for letter in begun))


def _is_heard_now(letter: Letter, answer_to: UUID | None) -> bool:
    """Whether a letter may just have reached its channel: being told, of unknown outcome, or answered now."""
    return (
        letter.id == answer_to
        or letter.state == "sending"
        or (letter.attempted and letter.state == "waiting")
    )


def _names(letter: Letter, part: str) -> bool:
    named = letter.body.get("parts")
    return not named or part in map(part_of, named)


def _lines_off(tx: Tx, order: Order) -> frozenset[str]:
    """Return the parts of an order that were called off alone and told: it has their lines no more."""
    told = [
        letter
        for letter in tx.outbox.of_order(order.id, order.channel)
        if letter.verb == "cancel" and letter.state not in _UNHEARD
    ]
    named = {part_of(key) for letter in told for key in letter.body.get("parts", ())}
    return frozenset(named - set(map(part_of, line_keys(order))))
