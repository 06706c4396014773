"""What impilo is asked for, as it writes it: orders and pages, checked before they are sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sync.channels.impilo.codes import CONTENTS, MOST_ROWS, RETURNS
from sync.errors import Refused

Counts = Mapping[str, int]


def number(written: str) -> int | str:
    """Return an id as the service writes it: a number, where it is one."""
    return int(written) if written.isascii() and written.isdigit() else written


def counted(name: str, counts: Counts | None) -> list[dict[str, Any]]:
    """Return so many of each: ``[{"count": 2, "item": {"id": 31}}]``."""
    return [{"count": many, name: {"id": number(thing)}} for thing, many in (counts or {}).items()]


def returned(key: str, counts: Counts | None) -> list[dict[str, Any]]:
    """Return what comes back: ``[{"count": 2, "id": 31}]``; packed kits say ``quantity``."""
    return [{key: many, "id": number(thing)} for thing, many in (counts or {}).items()]


def devices(ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return devices that come back: ``[{"id": 9}]``."""
    return [{"id": number(each)} for each in ids]


def notes(words: Sequence[str]) -> list[dict[str, str]]:
    """Return notes on an order: who writes them is known by the key."""
    return [{"note": each} for each in words if each]


def whose(patient: str, site: str) -> dict[str, Any]:
    """Return for whom an order is: of either no more than the id is looked at."""
    found = {"patient": patient, "site": site}
    return {name: {"id": number(each)} for name, each in found.items() if each}


def refuse_incomplete(order: Mapping[str, Any]) -> None:
    """Raise Refused for an order that the service would not take, by its guide and its own refusals."""
    whom = [name for name in ("patient", "site") if _has_id(order.get(name))]
    if len(whom) != 1:
        raise Refused("patient_or_site")
    if not any(order.get(name) for name in CONTENTS):
        raise Refused("nothing_ordered")
    for name in CONTENTS:
        for row in order.get(name) or ():
            _refuse_odd_row(name, row if isinstance(row, Mapping) else {})
    comes_back = any(order.get(name) for name in RETURNS)
    if comes_back and not order.get("emailLabel") and not order.get("shippingOption"):
        raise Refused("shipping_needed")


def _refuse_odd_row(name: str, row: Mapping[str, Any]) -> None:
    """Refuse a row that names nothing, as the guide's own examples do, or a number of pieces that is none."""
    if not _has_id(row.get(_HOLDS[name], row) if name in _HOLDS else row):
        raise Refused(f"incomplete: {name}")
    many = row.get("quantity", row.get("count", 1))
    if not isinstance(many, int) or isinstance(many, bool) or many < 1:
        raise Refused(f"not_allowed: {name}")


#: Where in a row of what goes out the thing itself stands.
_HOLDS: Mapping[str, str] = {"orderItems": "item", "orderKits": "kit"}


def _has_id(thing: object) -> bool:
    return isinstance(thing, Mapping) and thing.get("id") not in (None, "")


def page(names: str, page: int, size: int, *, newest_first: bool) -> dict[str, str]:
    """Return what a page is asked for with; `names` are those of its number and its size, the first is 1."""
    if page < 1 or not 1 <= size <= MOST_ROWS:
        raise Refused(f"not_allowed: {'page' if page < 1 else 'size'}")
    asked = dict(zip(names.split("/"), (str(page), str(size)), strict=True))
    return {**asked, "sortDescending": "true"} if newest_first else asked
