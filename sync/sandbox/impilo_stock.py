"""What the sandbox's impilo account has: items and kits, a site, a patient, a device; made up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]

#: The shop's own site, and the one patient that is known.
SITE, PATIENT = 7, 1234

#: Kits that are lent: one piece of one such kit, to a patient, and nothing back with it.
LOANER_KITS = frozenset({8, 9})

#: Items of which there are so many only; of all others there is enough.
IN_STOCK: Mapping[int, int] = {35: 1}

_MAKER = {"id": 3, "name": "Example Devices"}
_ADDRESS = {
    "city": "Springfield",
    "country": "US",
    "lineOne": "1 Main Street",
    "lineTwo": None,
    "lineThree": None,
    "state": "IL",
    "zipCode": "62701",
    "note": None,
}


def _item(number: int, name: str, sku: str, *, orderable: bool = True) -> Document:
    return {
        "id": number, "manufacturer": _MAKER, "model": sku, "name": name, "orderable": orderable, "sku": sku,
    }  # fmt: skip


ITEMS: Mapping[int, Document] = {
    item["id"]: item
    for item in (
        _item(31, "Blood pressure cuff", "BP-1"),
        _item(32, "Body scale", "SC-1"),
        _item(33, "Welcome kit", "WK-1"),
        _item(34, "Spare cable", "CB-1", orderable=False),
        _item(35, "Pulse oximeter", "PO-1"),
    )
}


def _kit(number: int, name: str, items: Mapping[int, int]) -> Document:
    rows = [
        {"count": many, "drivesExternalIdentifier": place == 0, "item": ITEMS[item]}
        for place, (item, many) in enumerate(items.items())
    ]
    return {"archived": False, "id": number, "kitItems": rows, "name": name}


#: The kits that the guide's own requests order.
_OF_THE_GUIDE = (1000, 1001, 1002, 1003)

KITS: Mapping[int, Document] = {
    kit["id"]: kit
    for kit in (
        _kit(7, "Heart kit", {31: 1, 33: 2}),
        _kit(8, "Loaner scale", {32: 1}),
        _kit(9, "Loaner cuff", {31: 1}),
        _kit(10, "Travel kit", {31: 1, 34: 1}),
        *(_kit(number, f"Kit {number}", {31: 1, 32: 1}) for number in _OF_THE_GUIDE),
    )
}

SITES: Mapping[int, Document] = {
    number: {"active": True, "address": _ADDRESS, "id": number, "name": name, "phoneNumber": None}
    for number, name in ((SITE, "Example Clinic"), (9, "Example Annex"))
}

PATIENTS: Mapping[int, Document] = {
    PATIENT: {
        "firstName": "John",
        "lastName": "Doe",
        "address": {**_ADDRESS, "lineOne": "2 Elm Street"},
        "archived": False,
        "dateOfBirth": "1980-01-01",
        "email": "john.doe@example.com",
        "enrolled": True,
        "externalIdentifier": "1234abcd",
        "id": PATIENT,
        "phoneNumber": "+1234567890",
        "sex": "unknown",
        "site": SITES[SITE],
    },
}

DEVICES: Mapping[int, Document] = {
    5: {
        "currentPatient": None,
        "currentStatus": "available",
        "deviceEvents": [],
        "deviceIdentifiers": [{"type": "serial", "value": "S-0005"}],
        "disabledReadings": False,
        "externalIdentifier": "1d23-4567-89ab-cdef",
        "id": 5,
        "item": ITEMS[32],
        "lastHealthCheck": None,
        "site": SITES[SITE],
        "used": False,
    },
}


def known(thing: object, stock: Mapping[int, Document]) -> Document | None:
    """Return a thing as the account has it; one that it has not, as it is said to be. None for none."""
    if not isinstance(thing, dict):
        return None
    number = thing.get("id")
    have = stock.get(number) if isinstance(number, int) else None
    return {**dict.fromkeys(next(iter(stock.values()))), **thing, **(have or {})}
