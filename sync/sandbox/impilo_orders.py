"""impilo's orders in the sandbox: what is taken, what is refused in which words, what becomes of an order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sync.sandbox.impilo_stock import IN_STOCK, ITEMS, KITS, LOANER_KITS, PATIENTS, SITES, Document, known
from sync.sandbox.service import Refusal

#: What comes back with an order, or is one alone.
RETURNS = ("returnItems", "returnDevices", "returnPackedKits")
_CONTENTS = ("orderItems", "orderKits", *RETURNS)
_LISTS = ("devices", "externalOrderIds", "orderNotes", "packedKits", "trackingNumbers")

#: The words of a refusal.
NO_CONTENT = f"Order must contain at least one of: {', '.join(_CONTENTS[:-1])}, or {_CONTENTS[-1]}"
NO_SHIPPING = "shippingOption is required when emailLabel is false and return items are included"
NOBODY = "patient or site required"
NOT_ORDERABLE = "Order contains Items that are marked as non-orderable. Order cannot be placed."


class Orders:
    """The orders of an account, by number. `clock` gives seconds since 1970."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Begin without any."""
        self._clock = clock
        self.rows: dict[int, Document] = {}

    def now(self) -> str:
        """Return this moment as the service writes it."""
        return f"{datetime.fromtimestamp(self._clock(), UTC):%Y-%m-%dT%H:%M:%SZ}"

    def create(self, said: object, patients: Collection[int], sites: Collection[int]) -> Document:
        """Make an order as a client asks for it, for one of these patients or sites.

        Raises Refusal with a documented cause; whoever or whatever is not known has none of its own.
        """
        if not isinstance(said, dict):
            raise Refusal(400, NO_CONTENT)
        if not _is_known(said.get("patient"), patients) and not _is_known(said.get("site"), sites):
            raise Refusal(400, NOBODY)
        for refuses, words in _CAUSES:
            if refuses(said):
                raise Refusal(400, words)
        return self.make({name: value for name, value in said.items() if name in _TAKEN})

    def make(self, said: Mapping[str, Any]) -> Document:
        """Make an order as the service answers it: what was not said is empty, what is known is shown."""
        number = max(self.rows, default=1000) + 1
        order = {
            "currentStatus": "reconfirmAddress",
            "emailLabel": False,
            **{name: [] for name in (*_CONTENTS, *_LISTS)},
            "id": number,
            "orderEvents": [self._event("created")],
            "patient": None,
            "shippingOption": None,
            "site": None,
            **said,
        }
        self.rows[number] = order | _shown(order) | {"orderNotes": self._notes(order["orderNotes"])}
        return self.rows[number]

    def order(self, number: str) -> Document:
        """Return an order; raises Refusal where there is none."""
        found = self.rows.get(int(number)) if number.isdecimal() else None
        if found is None:
            raise Refusal(404, "Order not found")
        return found

    def page(self, number: int, size: int, ids: Iterable[int], *, newest_first: bool) -> Document:
        """Return a page of orders, of these numbers only where any are named."""
        wanted = set(ids)
        found = [row for row in self.rows.values() if not wanted or row["id"] in wanted]
        return page(sorted(found, key=lambda row: row["id"], reverse=newest_first), number, size)

    def move(self, order: Document, move: str, said: Mapping[str, Any]) -> None:
        """Let others act: send a parcel, write a note, let something happen, change fields; else a status."""
        match move:
            case "track":
                order["trackingNumbers"].append({"carrier": "usps", "value": "9400", **said})
            case "note":
                order["orderNotes"] += self._notes([{"note": "Please call", **said}])
            case "event":
                order["orderEvents"].append(self._event(str(said.get("name", "packed"))))
            case "change":
                order.update(said)
            case status:
                order["currentStatus"] = status
                order["orderEvents"].append(self._event(status))

    def _event(self, name: str) -> Document:
        return {"eventTimestamp": self.now(), "name": name}

    def _notes(self, said: object) -> list[Document]:
        author = {"email": "clinic@example.com", "firstName": "Ann", "id": 2, "lastName": "Lee"}
        rows = said if isinstance(said, list) else []
        return [{"createdAt": self.now(), "createdBy": author, **row} for row in rows]


def page(found: list[Any], number: int, size: int) -> Document:
    """Return a page in the service's envelope; `number` counts from 1."""
    return {
        "content": found[(number - 1) * size : number * size],
        "first": number == 1,
        "last": number * size >= len(found),
        "page": number,
        "size": size,
        "total": len(found),
    }


def _shown(order: Mapping[str, Any]) -> Document:
    """Return the parts of an order that name what the account has, whole."""
    return {
        "orderItems": [{**row, "item": known(row.get("item"), ITEMS)} for row in order["orderItems"]],
        "orderKits": [{**row, "kit": known(row.get("kit"), KITS)} for row in order["orderKits"]],
        "patient": known(order["patient"], PATIENTS),
        "site": known(order["site"], SITES),
    }


#: What a client can say of an order; all else is the service's.
_TAKEN = frozenset(
    (*_CONTENTS, "emailLabel", "externalOrderIds", "orderNotes", "patient", "shippingOption", "site")
)


def _ids(order: Mapping[str, Any], field: str, name: str) -> list[Any]:
    return [(row.get(name) or {}).get("id") for row in order.get(field) or ()]


def _is_known(thing: object, known: Collection[int]) -> bool:
    number = thing.get("id") if isinstance(thing, Mapping) else None
    return isinstance(number, int) and number in known


def _whom(order: Mapping[str, Any]) -> list[str]:
    return [name for name in ("patient", "site") if (order.get(name) or {}).get("id")]


def _comes_back(order: Mapping[str, Any]) -> bool:
    return any(order.get(name) for name in RETURNS)


def _unknown(order: Mapping[str, Any]) -> bool:
    """Whether something is ordered that the account has not, or that is not named at all."""
    items, kits = _ids(order, "orderItems", "item"), _ids(order, "orderKits", "kit")
    return any(item not in ITEMS for item in items) or any(kit not in KITS for kit in kits)


def _loaners(order: Mapping[str, Any]) -> list[Any]:
    return [kit for kit in _ids(order, "orderKits", "kit") if kit in LOANER_KITS]


def _too_few(order: Mapping[str, Any]) -> bool:
    rows = zip(_ids(order, "orderItems", "item"), order.get("orderItems") or (), strict=True)
    return any(row.get("count", 1) > IN_STOCK[item] for item, row in rows if item in IN_STOCK)


def _odd_kit(order: Mapping[str, Any]) -> bool:
    kits = (KITS[kit] for kit in _ids(order, "orderKits", "kit") if kit in KITS)
    return any(not row["item"]["orderable"] for kit in kits for row in kit["kitItems"])


def _many_of_a_loaner(order: Mapping[str, Any]) -> bool:
    rows = order.get("orderKits") or ()
    return any(row.get("count", 1) > 1 for row in rows if (row.get("kit") or {}).get("id") in LOANER_KITS)


#: What is refused, and in which words; all are documented, when each comes is our reading of it.
_CAUSES: tuple[tuple[Callable[[Mapping[str, Any]], bool], str], ...] = (
    (lambda o: len(_whom(o)) != 1, NOBODY),
    (lambda o: not any(o.get(name) for name in _CONTENTS), NO_CONTENT),
    (lambda o: _comes_back(o) and not (o.get("emailLabel") or o.get("shippingOption")), NO_SHIPPING),
    (lambda o: any(not ITEMS[i]["orderable"] for i in _ids(o, "orderItems", "item") if i in ITEMS),
     NOT_ORDERABLE),
    (_unknown, "item_not_orderable"),
    (_odd_kit, "item_not_orderable"),
    (_too_few, "insufficient_inventory"),
    (lambda o: len(_loaners(o)) > 1, "max_one_loaner_kit"),
    (_many_of_a_loaner, "qty_over_one_loaner_kit"),
    (lambda o: bool(_loaners(o)) and _comes_back(o), "no_returns_with_loaner_kit"),
    (lambda o: bool(_loaners(o)) and _whom(o) == ["site"], "no_loaner_kit_to_site"),
)  # fmt: skip
