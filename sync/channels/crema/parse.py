"""From CREMA's documents to what was told of an order: pure, and never stopped by a strange one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sync.channels.crema import wire
from sync.channels.crema.sales import line_id
from sync.documents import Odd, Problem, many, pieces, read, text
from sync.messages import RemoteLine, RemoteOrder, RemoteStatus, Unreadable

#: What their statuses mean here. The set is open: what is not here is `unknown`.
STATUSES: Mapping[str, RemoteStatus] = {
    "not_paid": "placed",
    "paid": "placed",
    "delivery_preparing": "accepted",
    "delivery_started": "executed",
    "delivery_finished": "paid",
    "exchange_requested": "executed",
    "exchange_accepted": "executed",
    "exchange_received": "executed",
    "refund_requested": "executed",
    "refund_deferred": "executed",
    "returned": "canceled",
    "cancelled": "canceled",
    "not_paid_cancelled_by_buyer": "canceled",
}

#: An order stands where its least advanced line does; lines that are off count where all are.
_WAY: tuple[RemoteStatus, ...] = ("unknown", "placed", "accepted", "executed", "paid", "canceled")


def parse(document: object) -> RemoteOrder | Unreadable:
    """Return what is there of an order, from its code and its lines: ``{"order_code", "sub_orders"}``.

    A document of one line, as the service itself writes it, is an order of that line.
    """
    return read(document, _order, _code_of)


def _code_of(document: object) -> str:
    found = document if isinstance(document, dict) else {}
    return text(found.get("order_code")) or text(found.get("code"))


def _order(raw: dict[str, Any]) -> RemoteOrder:
    problems: list[str] = []
    rows = many(raw.get("sub_orders", raw))
    lines = [_sub_order(row, problems.append) for row in rows]
    there = [line for line in lines if line is not None]
    statuses = [STATUSES.get(line.status, "unknown") for line in there]
    if "unknown" in statuses:
        problems.append("status")
    return RemoteOrder(
        remote_id=_code_of(raw),
        status=min(statuses, key=_WAY.index, default="unknown"),
        remote_status=", ".join(dict.fromkeys(line.status for line in there if line.status)),
        type="deliver",
        lines=tuple(_lines(there, problems.append)),
        currency=_currency(there),
        raw=raw,
        payment="unpaid" if "not_paid" in {line.status for line in there} else "paid",
        updated_at=_latest(there),
        problems=tuple(dict.fromkeys(problems)),
    )


def _sub_order(row: object, problem: Problem) -> wire.SubOrder | None:
    if isinstance(row, Odd):
        problem("items")
        return None
    return wire.SubOrder.model_validate(row)


def _lines(found: Iterable[wire.SubOrder], problem: Problem) -> Iterator[RemoteLine]:
    for line in found:
        count = line.product_count
        # Rows of a list say no count; one that is said and is none is worth a look.
        quantity, note = (1, "") if count is None else pieces(count, problem)
        yield RemoteLine(
            id=line_id(line.code or line.id),
            name=line.product_code or line.product_id or "?",
            quantity=quantity,
            price=_for_one(line, quantity, problem),
            item_id=line.product_code,
            options=tuple(f"{key}: {value}" for key, value in line.product_options),
            note=note,
        )


def _for_one(line: wire.SubOrder, pieces: int, problem: Problem) -> int | None:
    """Return the price of one piece, in minor units; the service has that of all."""
    cents = line.price.cents
    if isinstance(cents, Odd):
        problem("price")
        return None
    return None if cents is None else cents // pieces


def _currency(lines: Iterable[wire.SubOrder]) -> str | None:
    return next((line.price.currency_iso for line in lines if line.price.currency_iso), None)


def _latest(lines: Iterable[wire.SubOrder]) -> Any:
    times = [line.updated_at for line in lines if not isinstance(line.updated_at, Odd | None)]
    return max(times, default=None)
