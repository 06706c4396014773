"""What a person or a script hands in as JSON: checked at the edge, refused in words that name the key."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from uuid import uuid4

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, ValidationError

from pos.actions.new import Draft
from pos.domain.order import Guest, Line, Order, OrderType
from pos.domain.refusals import Refused
from pos.domain.shop import COUNTER
from pos.words import Words

M = TypeVar("M", bound=BaseModel)


class Unreadable(Exception):
    """What was handed in cannot be used; `str()` says where and why, in words for people."""


class _Given(BaseModel):
    """JSON as `pos orders --json` writes it: keys that we do not know are not looked at."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


class Item(_Given):
    """One line. Prices are minor units for one."""

    id: str = ""
    item_id: str | None = None
    name: str | None = None
    quantity: int | None = None
    price: int | None = None
    deal_price: int | None = None
    station: str | None = None
    options: tuple[str, ...] | None = None
    note: str | None = None
    contents: tuple[str, ...] | None = None


class NewItem(Item):
    """One line of an order that is not there yet: it needs a name."""

    name: str = Field(min_length=1)
    goes_back: bool = False


class Customer(_Given):
    """The guest."""

    name: str = ""
    phone: str = ""
    address: str = ""


class Payment(_Given):
    """How the guest means to pay."""

    type: str = ""


class Note(_Given):
    """One entry of the memo."""

    message: str = ""


class NewOrder(_Given):
    """An order to be made at the counter: `type` and `items` are needed, all else may be missing or null."""

    type: OrderType
    items: tuple[NewItem, ...]
    channel: str | None = None
    currency: str | None = Field(default=None, pattern=r"^([A-Z]{3})?$")
    table: str | None = None
    customer: Customer | None = None
    payment: Payment | None = None
    memo: tuple[Note, ...] | None = None
    due_at: datetime | None = None

    def draft(self) -> Draft:
        """Return the order as the counter makes it."""
        guest = self.customer or Customer()
        return Draft(
            type=self.type,
            lines=tuple(_line(item, Line("", "", 1, goes_back=item.goes_back)) for item in self.items),
            channel=self.channel or COUNTER,
            currency=self.currency or "",
            table=self.table or "",
            guest=Guest(name=guest.name, phone=guest.phone, address=guest.address),
            memo=tuple(note.message for note in self.memo or ()),
            due_at=_utc(self.due_at),
            payment_type=self.payment.type if self.payment else "",
        )


class Amendment(_Given):
    """What an order is to become: its whole `items`, or words to be added to its `memo`, or both."""

    items: tuple[Item, ...] | None = None
    memo: str | tuple[Note, ...] | None = None

    def lines(self, order: Order) -> tuple[Line, ...] | None:
        """Return the lines that the order is to have; those it has already keep what is not said."""
        return None if self.items is None else _amended(self.items, order.lines)

    def words(self, order: Order) -> str | None:
        """Return what is to be added to the memo: entries that the order has already are not new."""
        if self.memo is None or isinstance(self.memo, str):
            return self.memo
        known = {note.message for note in order.memo}
        fresh = [note.message for note in self.memo if note.message and note.message not in known]
        return "\n".join(fresh) or None


class Supply(_Given):
    """So many of one item or kit, by its number there."""

    id: Annotated[str, BeforeValidator(lambda said: str(said) if type(said) is int else said)]
    name: str = ""
    count: int = 1
    kind: Literal["item", "kit"] = "item"


class Supplies(RootModel[tuple[Supply, ...]]):
    """What is to be ordered for the shop itself."""

    def lines(self) -> tuple[Line, ...]:
        """Return it as an order's lines; what has no name is called by its number."""
        return tuple(
            Line("", each.name or f"#{each.id}", each.count, item_id=f"{each.kind}:{each.id}")
            for each in self.root
        )


def read(model: type[M], file: str, words: Words) -> M:
    """Return what stands in `file` (`-`: standard input) as JSON; raises Unreadable."""
    try:
        text = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise Unreadable(words.say("shell.no_file", file=file, problem=error.strerror or "")) from None
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        parts = error.errors(include_url=False)
        raise Unreadable("\n".join(_problem(file, part, words) for part in parts[:20])) from None


#: pydantic's words for what is wrong, by our key; `expected` is told where pydantic knows it.
_PROBLEMS = {
    "missing": "missing",
    "int_type": "whole_number",
    "int_from_float": "whole_number",
    "string_type": "text",
    "string_too_short": "not_empty",
    "tuple_type": "list",
    "list_type": "list",
    "model_type": "object",
    "enum": "one_of",
    "literal_error": "one_of",
}


def _problem(file: str, part: Mapping[str, Any], words: Words) -> str:
    if part["type"] == "json_invalid":
        return words.say("shell.no_json", file=file, problem=part["ctx"]["error"])
    key = _key([step for step in part["loc"] if step not in ("str", "tuple[Note, ...]")])
    problem = _PROBLEMS.get(part["type"])
    expected = part.get("ctx", {}).get("expected", "")
    said = words.say(f"value.{problem}", expected=expected) if problem else part["msg"]
    return words.say("shell.bad_value", file=file, place=key or "JSON", problem=said)


def _key(path: Sequence[str | int]) -> str:
    steps = [f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(steps).lstrip(".")


def _amended(items: Sequence[Item], lines: Sequence[Line]) -> tuple[Line, ...]:
    left = list(lines)
    amended = []
    for item in items:
        line = _same(item, left)
        if line is None:
            amended.append(_line(item, Line(str(uuid4()).upper(), "", 1)))
        else:
            left.remove(line)
            amended.append(_line(item, line))
    if not all(line.name for line in amended):
        raise Refused("no_name")
    return tuple(amended)


def _same(item: Item, lines: Sequence[Line]) -> Line | None:
    """Return the line that an item means: by its id, else the first that is the same dish."""
    if item.id:
        return next((line for line in lines if line.id == item.id), None)
    options = item.options
    fits = [line for line in lines if line.name == item.name and options in (None, line.options)]
    return next(iter(fits), None)


def _line(item: Item, base: Line) -> Line:
    return Line(
        id=base.id,
        name=base.name if item.name is None else item.name,
        quantity=base.quantity if item.quantity is None else item.quantity,
        price=base.price if item.price is None else item.price,
        deal_price=base.deal_price if item.deal_price is None else item.deal_price,
        item_id=base.item_id if item.item_id is None else item.item_id,
        station=base.station if item.station is None else item.station,
        options=base.options if item.options is None else item.options,
        note=base.note if item.note is None else item.note,
        contents=base.contents if item.contents is None else item.contents,
        goes_back=base.goes_back,
    )


def _utc(at: datetime | None) -> datetime | None:
    if at is None:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
