"""Which of a service's states is which of ours, as data: what is told, what is not, and what is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, get_args

from sync.channels import KINDS
from sync.messages import RemoteStatus, Verb

#: What a state of theirs may be here; `unknown` is what none of these is, and is never chosen.
STATUSES: tuple[str, ...] = tuple(status for status in get_args(RemoteStatus) if status != "unknown")

#: The status of ours that a move leads to, by what a service is told of it.
LEADS: Mapping[Verb, str] = {
    "accept": "accepted",
    "reject": "rejected",
    "execute": "executed",
    "cancel": "canceled",
    "pay": "paid",
}


class State(NamedTuple):
    """One state of theirs: its id, as people there call it, its type, and which of ours it is ("": none)."""

    id: str
    name: str = ""
    type: str = ""
    ours: str = ""

    @property
    def title(self) -> str:
        """What people call it."""
        return self.name or self.id


class Telling(NamedTuple):
    """What a move of ours is told as: the states that mean it, of which the first is told.

    Without such a state it may be told as one of a type, whichever a product has.
    """

    verb: Verb
    states: tuple[State, ...]
    by_type: str = ""

    @property
    def told(self) -> State | None:
        """The state that the service is told; None where none is known."""
        return self.states[0] if self.states else None


def joined(nodes: Sequence[State], workflow: Mapping[str, str], before: Sequence[State] = ()) -> list[State]:
    """Return every state that is known: the service's in its order, then those that only the shop has named.

    What `before` says of a state stays; else it is what the configuration's `workflow` says by id or name.
    """
    chosen = {state.id: state.ours for state in before}
    known = {state.id: state for state in (*nodes, *before)} | {node.id: node for node in nodes}
    names = {node.name for node in known.values()}
    for key in workflow:
        if key not in known and key not in names:
            known[key] = State(key)
    ours = {state.id: workflow.get(state.id, workflow.get(state.name, "")) for state in known.values()}
    return [state._replace(ours=chosen.get(state.id, ours[state.id])) for state in known.values()]


def first_told(states: Sequence[State], workflow: Mapping[str, str]) -> dict[str, str]:
    """Return for each status of ours the id of the state that is told, by the configuration's order."""
    told: dict[str, str] = {}
    for key, ours in workflow.items():
        state = next((each for each in states if key in (each.id, each.name)), None)
        if state is not None:
            told.setdefault(ours, state.id)
    return told


def tellings(kind: str, states: Sequence[State], told: Mapping[str, str], typed: bool) -> list[Telling]:
    """Return what each move of ours is told as.

    Where the service's products are known (`typed`), a move that no state is mapped to is told as a state of
    its type: the first that is mapped to nothing, and none where several may mean different things.
    """
    place = KINDS[kind]
    differ = place.several_differ
    return [
        _telling(verb, ours, states, told, place.by_type if typed else {}, differ)
        for verb, ours in LEADS.items()
        if verb in place.tells
    ]


def _telling(
    verb: Verb,
    ours: str,
    states: Sequence[State],
    told: Mapping[str, str],
    types: Mapping[str, str],
    differ: Collection[str],
) -> Telling:
    mine = [state for state in states if state.ours == ours]
    if mine:
        return Telling(verb, tuple(sorted(mine, key=lambda state: state.id != told.get(ours))))
    type_ = next((name for name, status in types.items() if status == ours), "")
    free = [state for state in states if type_ and not state.ours and state.type == type_]
    if len(free) > 1 and type_ in differ:
        return Telling(verb, ())
    return Telling(verb, tuple(free[:1]), type_ if free or not any(state.type for state in states) else "")


def written(states: Sequence[State], told: Mapping[str, str]) -> dict[str, str]:
    """Return the workflow as it is saved: of those that are the same to us, what is told comes first."""
    mapped = [state for state in states if state.ours]
    mapped.sort(key=lambda state: told.get(state.ours) != state.id)
    return {state.id: state.ours for state in mapped}
