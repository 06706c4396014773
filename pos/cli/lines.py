"""Lines of an order and reasons of its service, as they are given on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pos.domain.order import Order

Lines = Annotated[
    list[str] | None,
    typer.Option(
        "--line",
        metavar="ITEM",
        help="one line: its id, its name, or its place; may be repeated (default: all)",
    ),
]
Code = Annotated[str, typer.Option(metavar="CODE", help="the service's code of the reason")]


def lines_of(order: Order, items: Sequence[str] | None) -> tuple[str, ...]:
    """Return what names the lines that are asked for; raises Refused."""
    return tuple(map(partial(line_of, order), items or ()))


def line_of(order: Order, item: str) -> str:
    """Return what names a line in letters: by its id, its name, or its place; raises Refused."""
    from pos.actions.vocabularies import line_keys
    from pos.domain.refusals import Refused

    keys = line_keys(order)
    if item in keys:
        return item
    fitting = [key for key, line in keys.items() if line.name == item]
    if item.isdecimal() and not fitting:
        fitting = list(keys)[int(item) - 1 : int(item)] if int(item) else []
    if len(fitting) > 1:
        raise Refused("several_lines", line=item[:60], candidates=", ".join(fitting))
    if not fitting:
        raise Refused("no_such_line", order=order.number, line=item[:60])
    return fitting[0]
