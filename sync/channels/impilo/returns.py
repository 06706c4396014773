"""What goes back with an impilo order: items, packed kits and devices, each a line that nobody packs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from sync.channels.impilo import wire
from sync.channels.impilo.facts import device_name, kit_name, name, readable
from sync.documents import Odd, Problem, as_it_came, pieces
from sync.messages import RemoteLine


class _Sort(NamedTuple):
    """One list of returns: its field, the mark of its lines, how many of a row, and what its numbers name."""

    field: str
    mark: str
    many: Callable[[Any], object]
    names: Callable[[wire.Order], Mapping[str, str]]


def returned(order: wire.Order, problem: Problem) -> Iterator[RemoteLine]:
    """Yield what goes back, by its name where the order has it: a return has no more than a number.

    Such a line has no `item_id`: nothing is ordered, sold or counted by it.
    """
    for sort in _SORTS:
        rows = getattr(order, sort.field)
        names = sort.names(order) if rows else {}
        for row in rows:
            yield _line(row, sort, names, problem)


def _line(row: Any, sort: _Sort, names: Mapping[str, str], problem: Problem) -> RemoteLine:
    if isinstance(row, Odd):
        problem("returns")
        return RemoteLine("", "?", 1, note=as_it_came(row), goes_back=True)
    called = names.get(row.id) or (f"#{row.id}" if row.id else "?")
    quantity, note = pieces(sort.many(row), lambda _: problem("returns"))
    return RemoteLine(f"{sort.mark}:{row.id}", called, quantity, note=note, goes_back=True)


def _items(order: wire.Order) -> dict[str, str]:
    kits = [each.kit for each in readable(order.orderKits)] + [p.kit for p in readable(order.packedKits)]
    rows: list[Any] = [*readable(order.orderItems), *readable(order.devices)]
    rows += [row for kit in kits for row in readable(kit.kitItems)]
    return {row.item.id: name(row.item) for row in rows if row.item.id}


def _kits(order: wire.Order) -> dict[str, str]:
    return {kit.id: kit_name(kit) for kit in readable(order.packedKits) if kit.id}


def _devices(order: wire.Order) -> dict[str, str]:
    packed = [device for kit in readable(order.packedKits) for device in readable(kit.devices)]
    return {device.id: device_name(device) for device in (*packed, *readable(order.devices)) if device.id}


_SORTS = (
    _Sort("returnItems", "return_item", lambda row: row.count, _items),
    _Sort("returnPackedKits", "return_kit", lambda row: row.quantity, _kits),
    _Sort("returnDevices", "return_device", lambda _: 1, _devices),
)
