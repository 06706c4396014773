"""From letters to nodes of a workflow: pure, and decided against the order as it is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sync.channels.rayteams.client import Node
from sync.channels.rayteams.parse import named
from sync.channels.rayteams.settings import BY_TYPE, SETS, SEVERAL_DIFFER, Settings
from sync.documents import text
from sync.errors import Refused
from sync.messages import RemoteOrder, Verb
from sync.standing import Standing, by_status

_CLOSED = "CLOSED"


def standing(verb: Verb, there: RemoteOrder, settings: Settings) -> Standing:
    """Return whether a verb is still to be done, already done, or overtaken, given the order there.

    A state that the shop's workflow does not name says only whether the order is still under way.
    """
    is_named = named(there.raw, settings.workflow) is not None
    if settings.told(verb) and not is_named and there.raw.get("statusType") != _CLOSED:
        return "to_do"
    return by_status(verb, there)


def node_for(
    verb: Verb, settings: Settings, workflow: Sequence[Node] | None, seen: Mapping[str, Node]
) -> Node:
    """Return the node that a verb moves an order to: the first of the shop's that it can, else by its type.

    `workflow` are the nodes of the order's product, None where they are not known; `seen` those in which
    orders were, by id. Raises Refused where the product has no such node, or nothing says which it is: of
    several closed ones, one is *Declined*.
    """
    if told := settings.told(verb):
        states = (told,) if workflow is None else settings.states(verb)
        nodes = tuple(seen.values()) if workflow is None else workflow
        its = (node for state in states if (node := _named(state, nodes)))
        return next(its, None) or _by_id(told, known=workflow is not None)
    free = [node for node in workflow or () if named(_state(node), settings.workflow) is None]
    by_type = [node for node in free if BY_TYPE.get(node.type) == SETS[verb]]
    guessed = len(by_type) > 1 and by_type[0].type in SEVERAL_DIFFER
    if not by_type or guessed:
        raise Refused("map_states")
    return by_type[0]


def shows(node: Node, order: RemoteOrder) -> bool:
    """Say whether an order is in a node."""
    return text(order.raw.get("status")) == node.status


def _named(told: str, nodes: Sequence[Node]) -> Node | None:
    by_id = [node for node in nodes if node.status == told]
    return next(iter(by_id or [node for node in nodes if node.name == told]), None)


def _by_id(told: str, *, known: bool) -> Node:
    """Return the node of a word that no node is known by; ids have a digit, a name alone cannot be told."""
    if known:
        raise Refused(f"not_allowed: {told}")
    if not any(char.isdigit() for char in told):
        raise Refused(f"incomplete: status of {told}")
    return Node(told)


def _state(node: Node) -> dict[str, str]:
    return {"status": node.status, "statusName": node.name}
