"""What impilo keeps of an order beside what is ordered: parcels, devices, kits as packed, returns, events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sync.channels.impilo import wire
from sync.documents import Odd, Problem, as_it_came
from sync.messages import RemoteNote

T = TypeVar("T")

#: The lists of such facts, and what is said to be wrong where one of their rows cannot be read.
_LISTS: Mapping[str, str] = {
    "trackingNumbers": "details",
    "packedKits": "details",
    "devices": "details",
    "orderEvents": "details",
    "returnItems": "returns",
    "returnPackedKits": "returns",
    "returnDevices": "returns",
}


def readable(rows: Iterable[T | Odd]) -> Iterator[T]:
    """Yield the rows that could be read."""
    return (row for row in rows if not isinstance(row, Odd))


def facts(order: wire.Order, problem: Problem) -> Iterator[RemoteNote]:
    """Yield what is known of an order and said by nobody; what of it cannot be read is a problem."""
    for name, wrong in _LISTS.items():
        if any(isinstance(row, Odd) for row in getattr(order, name)):
            problem(wrong)
    yield from _parcels(order)
    yield from _packed(order)
    yield from _returns(order, problem)
    yield from _events(order)


def name(thing: wire.Thing) -> str:
    """Return what a thing is called, by its number where it has no name."""
    others = (getattr(thing, field, "") for field in ("model", "sku"))
    return next(filter(None, (thing.name, *others)), f"#{thing.id}" if thing.id else "?")


def count(number: object) -> str:
    """Return how many, for a person; what cannot be read as it came."""
    return str(number) if isinstance(number, int) else "?" if number is None else as_it_came(number)


def _parcels(order: wire.Order) -> Iterator[RemoteNote]:
    for parcel in readable(order.trackingNumbers):
        if parcel.value:
            yield _fact("tracking", parcel.carrier, parcel.value)
    if order.shippingOption:
        yield _fact("shipping", order.shippingOption)
    if order.emailLabel is True:
        yield _fact("return_label", "e-mail")


def _packed(order: wire.Order) -> Iterator[RemoteNote]:
    for kit in readable(order.packedKits):
        inside = ", ".join(map(_device, readable(kit.devices)))
        yield _fact("packed_kit", name(kit.kit), _number(kit), f"({inside})" if inside else "")
    for device in readable(order.devices):
        yield _fact("device", _device(device), device.currentStatus)


def _returns(order: wire.Order, problem: Problem) -> Iterator[RemoteNote]:
    if not (order.returnItems or order.returnPackedKits or order.returnDevices):
        return
    items, devices, kits = _items(order), _devices(order), _kits(order)
    for item in readable(order.returnItems):
        yield _fact("return_item", items.get(item.id, f"#{item.id}"), f"×{_whole(item.count, problem)}")
    for kit in readable(order.returnPackedKits):
        yield _fact("return_kit", kits.get(kit.id, f"#{kit.id}"), f"×{_whole(kit.quantity, problem)}")
    for device in readable(order.returnDevices):
        yield _fact("return_device", devices.get(device.id, f"#{device.id}"))


def _events(order: wire.Order) -> Iterator[RemoteNote]:
    """Yield what happened; how times are written is documented nowhere, so one may stand as it came."""
    for event in readable(order.orderEvents):
        at = event.eventTimestamp
        if event.name:
            said = f"{event.name} ({as_it_came(at)})" if isinstance(at, Odd) else event.name
            yield RemoteNote("", said, at if isinstance(at, datetime) else None, "event")


def _items(order: wire.Order) -> dict[str, str]:
    """Return the names of all items in an order, by their numbers: a return has no more than a number."""
    kits = [each.kit for each in readable(order.orderKits)] + [p.kit for p in readable(order.packedKits)]
    rows: list[Any] = [*readable(order.orderItems), *readable(order.devices)]
    rows += [row for kit in kits for row in readable(kit.kitItems)]
    return {row.item.id: name(row.item) for row in rows if row.item.id}


def _devices(order: wire.Order) -> dict[str, str]:
    packed = [device for kit in readable(order.packedKits) for device in readable(kit.devices)]
    return {device.id: _device(device) for device in (*packed, *readable(order.devices)) if device.id}


def _kits(order: wire.Order) -> dict[str, str]:
    return {kit.id: f"{name(kit.kit)} {_number(kit)}" for kit in readable(order.packedKits) if kit.id}


def _device(device: wire.Device) -> str:
    return f"{name(device.item)} {_number(device)}".strip()


def _number(thing: wire.Device | wire.PackedKit) -> str:
    return thing.externalIdentifier or (f"#{thing.id}" if thing.id else "")


def _whole(number: object, problem: Problem) -> str:
    if isinstance(number, Odd):
        problem("returns")
    return count(number)


def _fact(kind: str, *words: str) -> RemoteNote:
    return RemoteNote("", " ".join(filter(None, words)), None, kind)
