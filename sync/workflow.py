"""The states of a service's own workflow, as a person maps them to ours."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """One state there: its id, which the shop's ``workflow`` may name, its name for people, and its type.

    `name` and `type` (``NEW``, ``INPROGRESS``, ``CLOSED`` at RayTeams) are empty where the service has none.
    `product` is the name of the product whose orders go through it; empty where all orders may.
    """

    id: str
    name: str = ""
    type: str = ""
    product: str = ""
