"""From impilo's documents to orders: pure, and never stopped by a strange one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sync.channels.impilo import wire
from sync.documents import Odd, as_it_came, read, text
from sync.messages import RemoteGuest, RemoteLine, RemoteNote, RemoteOrder, RemoteStatus, Unreadable

#: The only status that a document names. What the others are called and mean is the shop's to say.
WORKFLOW: Mapping[str, RemoteStatus] = {"reconfirmAddress": "placed"}

#: What stands before the number of an item or a kit in a line's id: both are numbered from one.
ITEM, KIT = "item:", "kit:"

_MOST_PIECES = 10_000

Problem = Callable[[str], None]
T = TypeVar("T")


def parse(document: object, workflow: Mapping[str, RemoteStatus] = WORKFLOW) -> RemoteOrder | Unreadable:
    """Return the order in a document, or why it is none; `workflow` says what its statuses are here."""
    known = {**WORKFLOW, **workflow}
    return read(document, lambda cleaned: _order(cleaned, known), _id_of)


def _own_ids(said: object) -> tuple[str, ...]:
    found = map(text, said if isinstance(said, list) else [said])
    return tuple(number for number in found if number)


def _id_of(document: object) -> str:
    return text(document.get("id")) if isinstance(document, dict) else ""


def _order(raw: dict[str, Any], workflow: Mapping[str, RemoteStatus]) -> RemoteOrder:
    order = wire.Order.model_validate(raw)
    problems: list[str] = []
    status = workflow.get(order.currentStatus, "unknown")
    if status == "unknown":
        problems.append("status")
    return RemoteOrder(
        remote_id=order.id,
        status=status,
        remote_status=order.currentStatus,
        type="deliver",
        lines=(*_items(order, problems.append), *_kits(order, problems.append)),
        currency=None,
        raw=raw,
        sequence_number=order.id,
        guest=_guest(order),
        memo=(*_notes(order), *_facts(order)),
        placed_at=min(_times(order), default=None),
        own_ids=_own_ids(order.externalOrderIds),
        problems=tuple(dict.fromkeys(problems)),
    )


def _readable(found: Iterable[T | Odd]) -> Iterator[T]:
    return (each for each in found if not isinstance(each, Odd))


def _times(order: wire.Order) -> Iterator[datetime]:
    events = _readable(order.orderEvents)
    return (e.eventTimestamp for e in events if isinstance(e.eventTimestamp, datetime))


def _items(order: wire.Order, problem: Problem) -> Iterator[RemoteLine]:
    for each in order.orderItems:
        if isinstance(each, Odd):
            yield _strange(each, problem)
        else:
            yield _line(ITEM, each.item, each.count, (), problem)


def _kits(order: wire.Order, problem: Problem) -> Iterator[RemoteLine]:
    for each in order.orderKits:
        if isinstance(each, Odd):
            yield _strange(each, problem)
            continue
        contents = tuple(f"{_count(i.count)} × {_name(i.item)}" for i in _readable(each.kit.kitItems))
        yield _line(KIT, each.kit, each.count, contents, problem)


def _strange(value: Odd, problem: Problem) -> RemoteLine:
    problem("items")
    return RemoteLine("", "?", 1, note=as_it_came(value))


def _line(
    sort: str, thing: wire.Thing, count: object, contents: tuple[str, ...], problem: Problem
) -> RemoteLine:
    fits = isinstance(count, int) and 1 <= count <= _MOST_PIECES
    if not fits:
        problem("quantity")
    return RemoteLine(
        id=sort + thing.id,
        name=_name(thing),
        quantity=count if isinstance(count, int) and fits else 1,
        item_id=sort + thing.id,
        options=contents,
        note="" if fits else f"quantity: {as_it_came(count)}",
    )


def _count(count: object) -> str:
    return str(count) if isinstance(count, int) else "?"


def _name(thing: wire.Thing) -> str:
    return thing.name or thing.model or thing.sku or (f"#{thing.id}" if thing.id else "?")


def _guest(order: wire.Order) -> RemoteGuest:
    patient, site = order.patient, order.site
    if patient.id or patient.lastName:
        name = " ".join(filter(None, (patient.firstName, patient.lastName)))
        return RemoteGuest(patient.id, name, patient.phoneNumber, _address(patient.address))
    return RemoteGuest(site.id, site.name, site.phoneNumber, _address(site.address))


def _address(to: wire.Address) -> str:
    lines = (to.lineOne, to.lineTwo, to.lineThree, to.city, f"{to.state} {to.zipCode}".strip(), to.country)
    return ", ".join(filter(None, (*lines, to.note)))


def _notes(order: wire.Order) -> Iterator[RemoteNote]:
    for note in _readable(order.orderNotes):
        by = " ".join(filter(None, (note.createdBy.firstName, note.createdBy.lastName)))
        at = note.createdAt if isinstance(note.createdAt, datetime) else None
        if note.note:
            yield RemoteNote(by or note.createdBy.email, note.note, at)


def _facts(order: wire.Order) -> Iterator[RemoteNote]:
    """Say what else is known of an order; nobody says it, so it is not for the kitchen."""
    said = [
        *(f"tracking: {t.carrier} {t.value}" for t in _readable(order.trackingNumbers) if t.value),
        *(f"return: {_count(r.count)} × item {r.id}" for r in _readable(order.returnItems)),
        *(f"return: device {r.id}" for r in _readable(order.returnDevices)),
        *(f"return: {_count(r.quantity)} × packed kit {r.id}" for r in _readable(order.returnPackedKits)),
        *(f"packed kit: {k.externalIdentifier or k.id} {k.kit.name}" for k in _readable(order.packedKits)),
        *(f"device: {d.externalIdentifier or d.id} {_name(d.item)}" for d in _readable(order.devices)),
    ]
    yield from (RemoteNote("", words.strip()) for words in said)
    for event in _readable(order.orderEvents):
        at = event.eventTimestamp if isinstance(event.eventTimestamp, datetime) else None
        if event.name:
            yield RemoteNote("", f"event: {event.name}", at)
