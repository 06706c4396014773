"""A reconciliation as lines of a list: orders in, words out, no widgets."""

from __future__ import annotations

from itertools import groupby

from pos import reconciled
from pos.reconciled import Reconciliation, Row
from pos.ui.parts.faces import Action, sentence
from pos.ui.parts.lines import Heading, Line
from pos.ui.reconciling.look import PairLine, SideFace
from pos.words import Words
from sync.reconcile import Side

#: Which part of a side is not alike, by what differs.
_ODD = {"payment": "payment", "amount": "total", "status": "status"}

#: The longest id that a person may read.
SHORT = 24

#: Usual reasons why an order differs.
REASONS = ("by_hand", "by_phone", "trial", "other_day")


def lines(words: Words, found: Reconciliation) -> list[Heading | PairLine | Line]:
    """Return all orders under headings: what differs, what a person has explained, what is alike."""
    made: list[Heading | PairLine | Line] = []
    for group, rows in groupby(found.rows, _group):
        these = [pair_line(words, found, row) for row in rows]
        made += [Heading(group, words.say(f"reconcile.head_{group}"), len(these)), *these]
    if not any(row.differs for row in found.rows):
        key = "reconcile.alike" if found.rows else "reconcile.none"
        tone = ("check", "done") if found.rows else ("empty", "quiet")
        made.insert(0, Line("calm", None, *tone, words.say(key), sub=words.say(f"{key}_hint")))
    return made


def _group(row: Row) -> str:
    if row.differs:
        return "differ"
    return "explained" if row.why else "alike"


def pair_line(words: Words, found: Reconciliation, row: Row) -> PairLine:
    """Return one order on both sides."""
    pair = row.pair
    currency = next((side.currency for side in (pair.ours, pair.theirs) if side and side.currency), None)
    return PairLine(
        id=pair.remote_id,
        row=row,
        number=pair.ours.number if pair.ours else "",
        number_there=pair.theirs.number if pair.theirs else _id_there(row),
        ours=_face(words, pair.ours, "not_here"),
        theirs=_face(words, pair.theirs, "not_there"),
        odd=frozenset(_ODD[each] for each in pair.differences if each in _ODD),
        apart=f"{'+' if pair.apart > 0 else ''}{words.money(pair.apart, currency)}" if pair.apart else "",
        differs="\n".join(sentence(words.say(f"reconcile.{each}")) for each in pair.differences),
        why=row.why,
        actions=_acts(words, found, row) if row.differs else (),
        loud=row.differs,
        opens=row.order_id is not None,
    )


def _id_there(row: Row) -> str:
    """Return the id of an order that is not there any more; ids made for machines say nothing to people."""
    known = row.pair.remote_id if row.known_there else ""
    return known if len(known) <= SHORT else ""


def _face(words: Words, side: Side | None, none: str) -> SideFace:
    if side is None:
        return SideFace(status=sentence(words.say(f"reconcile.{none}")))
    total = words.money(side.total, side.currency)
    status, payment = reconciled.status(words, side.status), reconciled.payment(words, side.payment)
    return SideFace(sentence(status), sentence(payment), total)


def _acts(words: Words, found: Reconciliation, row: Row) -> tuple[Action, ...]:
    """Return what can be done about a difference, its first way out filled."""
    names = ["explain"]
    if row.order_id is None and row.pair.remote_id in found.theirs.orders:
        names.insert(0, "take_over")
    elif row.pair.ours is not None and row.pair.ours.waits:
        names.insert(0, "tell_again")
    return tuple(
        Action(name, words.say(f"do.{name}"), "ink" if name == "explain" else "new", name != "explain")
        for name in names
    )
