"""The maps of a channel's states: that of all products, and those of products that have their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pos.ui.channels import mapping_facts
from pos.ui.channels.mapping_facts import State
from sync.workflow import Node

#: The product whose map is that of all that have none.
ALL = ""


class Map(NamedTuple):
    """States of theirs with what each is here, and for each status of ours the id of the one that is told."""

    states: list[State]
    told: dict[str, str]


class Maps:
    """What is written of each product, what the service says of it, and what a person changes."""

    def __init__(self, workflow: Mapping[str, str], workflows: Mapping[str, Mapping[str, str]]) -> None:
        """Begin with what the configuration has."""
        self._written = {ALL: workflow, **workflows}
        self._nodes: dict[str, list[State]] = {ALL: []}
        self._changed: dict[str, Map] = {}

    @property
    def products(self) -> tuple[str, ...]:
        """The names of the products that are known; one alone needs no map of its own."""
        known = dict.fromkeys([*self._nodes, *self._written])
        del known[ALL]
        return tuple(known) if len(known) > 1 or self.own else ()

    @property
    def own(self) -> tuple[str, ...]:
        """The products whose orders go by a map of their own."""
        return tuple(product for product in {**self._written, **self._changed} if product != ALL)

    def of(self, product: str) -> Map:
        """Return a product's map; where it has none, what that of all products says of its states."""
        if product in self._changed:
            return self._changed[product]
        nodes, workflow = self._nodes.get(product, []), self._written.get(product)
        if workflow is None:
            shared, names = self._flow(ALL), {name for node in nodes for name in (node.id, node.name)}
            workflow = {name: ours for name, ours in shared.items() if name in names}
        states = mapping_facts.joined(nodes, workflow)
        return Map(states, mapping_facts.first_told(states, workflow))

    def change(self, product: str, changed: Map) -> None:
        """Take what a person says of a product's states."""
        self._changed[product] = changed

    def share(self, product: str) -> None:
        """Let a product go by the map of all products again."""
        self._changed.pop(product, None)
        self._written.pop(product, None)

    def load(self, nodes: Sequence[Node]) -> None:
        """Take what the service says of its states; what a person has chosen stays."""
        self._nodes = {ALL: []}
        for node in nodes:
            state = State(node.id, node.name, node.type)
            for product in {ALL, node.product}:
                self._nodes.setdefault(product, []).append(state)
        for product, (states, told) in self._changed.items():
            known = self._nodes.get(product, [])
            joined = mapping_facts.joined(known, self._written.get(product, {}), states)
            self._changed[product] = Map(joined, told)

    def written(self) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        """Return the ``workflow`` and the ``workflows`` as they are saved."""
        return self._flow(ALL), {product: self._flow(product) for product in self.own}

    def _flow(self, product: str) -> dict[str, str]:
        return mapping_facts.written(*self.of(product))
