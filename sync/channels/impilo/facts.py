"""What impilo keeps of an order beside what is ordered: parcels, devices, kits as packed, events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeVar

from sync.channels.impilo import wire
from sync.documents import Odd, Problem, as_it_came
from sync.messages import RemoteNote

T = TypeVar("T")

#: The lists of such facts.
_LISTS = ("trackingNumbers", "packedKits", "devices", "orderEvents")


def readable(rows: Iterable[T | Odd]) -> Iterator[T]:
    """Yield the rows that could be read."""
    return (row for row in rows if not isinstance(row, Odd))


def facts(order: wire.Order, problem: Problem) -> Iterator[RemoteNote]:
    """Yield what is known of an order and said by nobody; what of it cannot be read is a problem."""
    if any(isinstance(row, Odd) for name in _LISTS for row in getattr(order, name)):
        problem("details")
    yield from _parcels(order)
    yield from _packed(order)
    yield from _events(order)


def name(thing: wire.Thing) -> str:
    """Return what a thing is called, by its number where it has no name."""
    others = (getattr(thing, field, "") for field in ("model", "sku"))
    return next(filter(None, (thing.name, *others)), f"#{thing.id}" if thing.id else "?")


def count(number: object) -> str:
    """Return how many, for a person; what cannot be read as it came."""
    return str(number) if isinstance(number, int) else "?" if number is None else as_it_came(number)


def device_name(device: wire.Device) -> str:
    """Return what a device is, and which one of its kind."""
    return f"{name(device.item)} {_number(device)}".strip()


def kit_name(kit: wire.PackedKit) -> str:
    """Return what a packed kit is, and which one of its kind."""
    return f"{name(kit.kit)} {_number(kit)}".strip()


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
        inside = ", ".join(map(device_name, readable(kit.devices)))
        yield _fact("packed_kit", kit_name(kit), f"({inside})" if inside else "")
    for device in readable(order.devices):
        yield _fact("device", device_name(device), device.currentStatus)


def _events(order: wire.Order) -> Iterator[RemoteNote]:
    """Yield what happened; how times are written is documented nowhere, so one may stand as it came."""
    for event in readable(order.orderEvents):
        at = event.eventTimestamp
        if event.name:
            said = f"{event.name} ({as_it_came(at)})" if isinstance(at, Odd) else event.name
            yield RemoteNote("", said, at if isinstance(at, datetime) else None, "event")


def _number(thing: wire.Device | wire.PackedKit) -> str:
    return thing.externalIdentifier or (f"#{thing.id}" if thing.id else "")


def _fact(kind: str, *words: str) -> RemoteNote:
    return RemoteNote("", " ".join(filter(None, words)), None, kind)
