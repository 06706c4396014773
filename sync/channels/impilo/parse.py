"""From impilo's documents to orders: pure, and never stopped by a strange one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sync.channels.impilo import wire
from sync.channels.impilo.codes import ITEM, KIT, PATIENT, SITE, WORKFLOW
from sync.channels.impilo.facts import count, facts, name, readable
from sync.channels.impilo.returns import returned
from sync.documents import Odd, Problem, as_it_came, clean, pieces, read, text
from sync.messages import RemoteGuest, RemoteLine, RemoteNote, RemoteOrder, RemoteStatus, Unreadable


def parse(document: object, workflow: Mapping[str, RemoteStatus] = WORKFLOW) -> RemoteOrder | Unreadable:
    """Return the order in a document, or why it is none; `workflow` says what its statuses are here."""
    known = {**WORKFLOW, **workflow}
    return read(document, lambda cleaned: _order(cleaned, known), _id_of)


def own_ids(document: object) -> tuple[str, ...]:
    """Return the numbers by which those who made an order know it, also where it cannot be read as one."""
    said = document.get("externalOrderIds") if isinstance(document, dict) else None
    found = map(text, clean(said) if isinstance(said, list) else [clean(said)])
    return tuple(number for number in found if number)


def _id_of(document: object) -> str:
    return text(document.get("id")) if isinstance(document, dict) else ""


def _order(raw: dict[str, Any], workflow: Mapping[str, RemoteStatus]) -> RemoteOrder:
    order = wire.Order.model_validate(raw)
    problems: list[str] = []
    status = workflow.get(order.currentStatus, "unknown")
    if status == "unknown":
        problems.append("status")
    times = tuple(_times(order))
    lines = (
        *_items(order, problems.append),
        *_kits(order, problems.append),
        *returned(order, problems.append),
    )
    return RemoteOrder(
        remote_id=order.id,
        status=status,
        remote_status=order.currentStatus,
        type="deliver",
        lines=tuple(_told_apart(lines)),
        currency=None,
        raw=raw,
        sequence_number=order.id,
        guest=_guest(order, problems.append),
        memo=(*_notes(order, problems.append), *facts(order, problems.append)),
        placed_at=min(times, default=None),
        updated_at=max(times, default=None),
        own_ids=own_ids(raw),
        problems=tuple(dict.fromkeys(problems)),
    )


def _times(order: wire.Order) -> Iterator[datetime]:
    events = readable(order.orderEvents)
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
        else:
            contents = tuple(_part(part, problem) for part in each.kit.kitItems)
            yield _line(KIT, each.kit, each.count, contents, problem)


def _part(part: wire.KitItem | Odd, problem: Problem) -> str:
    """Return a part of a kit as its packer reads it."""
    if isinstance(part, Odd):
        problem("items")
        return as_it_came(part)
    if isinstance(part.count, Odd):
        problem("quantity")
    return f"{name(part.item)} ×{count(part.count)}"


def _strange(value: Odd, problem: Problem) -> RemoteLine:
    problem("items")
    return RemoteLine("", "?", 1, note=as_it_came(value))


def _line(
    sort: str, thing: wire.Thing, many: object, contents: tuple[str, ...], problem: Problem
) -> RemoteLine:
    quantity, note = pieces(many, problem)
    return RemoteLine(
        id=sort + thing.id,
        name=name(thing),
        quantity=quantity,
        item_id=_marked(sort, thing.id),
        contents=contents,
        note=note,
    )


def _told_apart(lines: Iterable[RemoteLine]) -> Iterator[RemoteLine]:
    """Give a line that has another's id one of its own: an order may name an item twice."""
    seen: Counter[str] = Counter()
    for line in lines:
        seen[line.id] += 1
        yield line if seen[line.id] == 1 and line.id else replace(line, id=f"{line.id}#{seen[line.id]}")


def _guest(order: wire.Order, problem: Problem) -> RemoteGuest:
    """Return for whom it is: its patient, else its site. A patient without an address is at their site."""
    patient, site = order.patient, order.site
    if patient.id or patient.lastName:
        called = " ".join(filter(None, (patient.firstName, patient.lastName)))
        where = _address(patient.address) or _address(patient.site.address)
        return RemoteGuest(_marked(PATIENT, patient.id), called, patient.phoneNumber, where)
    if not (site.id or site.name):
        problem("guest")
        return RemoteGuest()
    return RemoteGuest(_marked(SITE, site.id), site.name, site.phoneNumber, _address(site.address))


def _marked(mark: str, number: str) -> str:
    return mark + number if number else ""


def _address(to: wire.Address) -> str:
    lines = (to.lineOne, to.lineTwo, to.lineThree, to.city, f"{to.state} {to.zipCode}".strip(), to.country)
    return ", ".join(filter(None, (*lines, to.note)))


def _notes(order: wire.Order, problem: Problem) -> Iterator[RemoteNote]:
    """Yield what people wrote, each under a name: a note of nobody's would be nobody's word."""
    for note in order.orderNotes:
        if isinstance(note, Odd):
            problem("memo")
            yield RemoteNote("?", as_it_came(note))
        elif note.note:
            by = " ".join(filter(None, (note.createdBy.firstName, note.createdBy.lastName)))
            at = note.createdAt if isinstance(note.createdAt, datetime) else None
            yield RemoteNote(by or note.createdBy.email or "impilo", note.note, at)
