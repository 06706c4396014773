"""Cards of the board from rows, whichever way they were read; free of SQL, and quick to load."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pos.domain.shop import COUNTER
from pos.store.rows import Card, Knows, LetterRow, Question

#: Which state of a letter says the worst of what a channel knows, worst first.
_WORST: tuple[tuple[frozenset[str], Knows], ...] = (
    (frozenset({"failed"}), "failed"),
    (frozenset({"waiting", "sending"}), "waiting"),
    (frozenset({"dropped"}), "no"),
)


#: What a letter says anew: once a later one about the same is told, one given up before matters no more.
_ABOUT: Mapping[str, str] = {
    **dict.fromkeys(("accept", "reject", "execute", "cancel", "complete"), "status"),
    **{verb: verb for verb in ("pay", "amend", "dispatch")},
}


def knows(channel: str, letters: Iterable[tuple[str, str]]) -> Knows | None:
    """Return what an order's channel knows now: the worst of its letters' states; None without a channel.

    `letters` are verbs and states of those to that channel, oldest first.
    """
    if channel == COUNTER:
        return None
    standing: list[tuple[str, str]] = []
    for verb, state in letters:
        about = _ABOUT.get(verb, "")
        if about and state == "told":
            standing = [one for one in standing if one != (about, "dropped")]
        standing.append((about, state))
    return _worst({state for _about, state in standing})


def _worst(states: set[str]) -> Knows:
    return next((word for worst, word in _WORST if worst & states), "yes")


def known_elsewhere(channel: str, letters: Iterable[LetterRow]) -> dict[str, Knows]:
    """Return what other channels than an order's own know of it, by name, from its letters, oldest first.

    Each letter there says how the order is now: one given up matters no more once a later one is told, and
    what was told is known until it is forgotten.
    """
    found: dict[str, set[str]] = {}
    for letter in letters:
        if letter.channel != channel:
            forgot = (letter.verb, letter.state) == ("forget", "told")
            undone = found.get(letter.channel, set()) - {"told", "dropped"}
            found[letter.channel] = undone | {"dropped" if forgot else letter.state}
    return {name: _worst(states) for name, states in found.items()}


def dishes(lines: Sequence[Mapping[str, Any]], back: bool = False) -> tuple[tuple[str, int], ...]:
    """Return name and quantity of each line that is made; `back`: of each that goes back."""
    return tuple((line["name"], line["quantity"]) for line in lines if line.get("goes_back", False) is back)


def total(row: Any) -> int | None:
    """Return what the order of a row costs (minor units): the channel's fee, else the sum of its lines."""
    if row.fee is not None:
        return int(row.fee)
    each = ((line["deal_price"], line["price"], line["quantity"]) for line in row.lines)
    amounts = [
        (price if deal is None else deal) * count
        for deal, price, count in each
        if (deal, price) != (None, None)
    ]
    return sum(amounts) if amounts else None


def card(row: Any, letters: Iterable[tuple[str, str]], unprinted: Sequence[Any]) -> Card:
    """Return the card of an order's row, with its letters (`knows`) and its tickets that are not on paper."""
    asked = next((ticket for ticket in unprinted if ticket.state == "unknown"), None)
    return Card(
        id=row.id,
        number=row.number,
        channel=row.channel,
        type=row.type,
        status=row.status,
        dishes=dishes(row.lines),
        guest=row.guest.get("name", ""),
        address=row.guest.get("address", ""),
        table=row.table_code,
        total=total(row),
        currency=row.currency,
        payment_status=row.payment_status,
        payment_type=row.payment_type,
        payment_online=row.payment_online,
        has_memo=any(note["message"] and not note.get("fact") for note in row.memo),
        guest_is_here=row.guest_is_here,
        settled=row.settled,
        placed_at=row.placed_at,
        due_at=row.due_at,
        deadline_at=row.deadline_at,
        executed_at=row.executed_at,
        knows=knows(row.channel, letters),
        question=Question(asked.id, asked.number) if asked else None,
        unprinted=len(unprinted),
        dispatched_at=row.dispatched_at,
        supplies=row.supplies,
        back=dishes(row.lines, back=True),
    )
