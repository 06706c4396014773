"""The JSON that scripts rely on: one function for each thing that a command lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pos.domain.order import Line, Note, Order
from pos.domain.shop import Shop
from pos.store.rows import AttentionRow, ChannelRow, DealRow, Happening, LetterRow, PrinterRow, TicketRow
from sync.reports import ChannelReport

if TYPE_CHECKING:
    from pos.reconciled import Reconciliation, Row
    from pos.words import Words

Json = dict[str, Any]


def moment(at: datetime | None) -> str | None:
    """Return a UTC moment as ISO 8601."""
    return None if at is None else at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def order(order: Order, shop: Shop, knows: str | None) -> Json:
    """Return an order; `knows` is what its channel knows. Money in minor units."""
    guest = order.guest
    return {
        "id": str(order.id),
        "number": order.number,
        "day": order.day.isoformat(),
        "channel": order.channel,
        "remote_id": order.remote_id,
        "sequence_number": order.sequence_number,
        "type": order.type.value,
        "status": order.status.value,
        "payment": {
            "type": order.payment.type,
            "status": order.payment.status.value,
            "online": order.payment.online,
        },
        "currency": order.currency if order.total is not None else None,
        "total": order.total,
        "adjustment": order.adjustment,
        "table": order.table,
        "customer": {
            "name": guest.name,
            "phone": guest.phone,
            "address": guest.address,
            "level": guest.level,
        },
        "items": [_line(line, shop) for line in order.lines],
        "memo": [_note(note) for note in order.memo],
        "placed_at": moment(order.placed_at),
        "updated_at": moment(order.updated_at),
        "due_at": moment(order.due_at),
        "deadline_at": moment(order.deadline_at),
        "guest_is_here": order.guest_is_here,
        "settled": order.settled,
        "supplies": order.supplies,
        "dispatched_at": moment(order.dispatched_at),
        "carrier": order.carrier,
        "tracking": order.tracking,
        "channel_knows": knows,
    }


def _note(note: Note) -> Json:
    fact = {"fact": note.fact} if note.fact else {}
    return {"name": note.name, "message": note.message, "at": moment(note.at), **fact}


def _line(line: Line, shop: Shop) -> Json:
    station = line.station or shop.stations.get(line.item_id) or shop.stations.get(line.name) or ""
    return {
        "id": line.id,
        "item_id": line.item_id,
        "name": line.name,
        "quantity": line.quantity,
        "price": line.price,
        "deal_price": line.deal_price,
        "station": station,
        "options": list(line.options),
        "note": line.note,
        **({"contents": list(line.contents)} if line.contents else {}),
        **({"goes_back": True} if line.goes_back else {}),
    }


def deal(row: DealRow | None) -> Json | None:
    """Return a deal with its refunds, or null."""
    return None if row is None else {**_deal(row), "refunds": [refund(made) for made in row.refunds]}


def refund(row: DealRow) -> Json:
    """Return a deal that took something back, and why. Its money is negative, that of its pieces is not.

    Of one that undoes what went back before, it is the other way round.
    """
    return {
        **_deal(row),
        "refund_of": str(row.refund_of),
        "reason": row.reason,
        "back": [
            {
                "order": str(part.order_id),
                "id": part.line_id,
                "name": part.name,
                "quantity": part.quantity,
                "amount": part.amount,
            }
            for part in row.back
        ],
    }


def _deal(row: DealRow) -> Json:
    return {
        "id": str(row.id),
        "number": row.number,
        "state": row.state,
        "currency": row.currency,
        "total": row.total,
        "change": row.change,
        "payments": [{"method": method, "amount": amount} for method, amount in row.payments],
        "orders": [
            {"id": str(part.order_id), "number": part.order_number, "total": part.total}
            for part in row.shares
        ],
        "closed_at": moment(row.closed_at),
    }


def happening(row: Happening) -> Json:
    """Return one line of an order's journal."""
    return {
        "at": moment(row.at),
        "actor": row.actor,
        "source": row.source,
        "act": row.act,
        "facts": dict(row.facts),
    }


def ticket(row: TicketRow) -> Json:
    """Return a ticket of the spool."""
    return {
        "id": str(row.id),
        "number": row.number,
        "kind": row.kind,
        "order_ids": [str(order_id) for order_id in row.order_ids],
        "order_numbers": list(row.order_numbers),
        "printer": row.printer,
        "taken_by": row.taken_by,
        "stands_in_for": row.stands_in_for,
        "copy": row.copy,
        "mark": row.mark,
        "state": row.state,
        "attempts": row.attempts,
        "error": row.error,
        "evidence": row.evidence,
        "at": moment(row.at),
        "next_try_at": moment(row.next_try_at),
    }


def letter(row: LetterRow) -> Json:
    """Return a letter of the outbox."""
    return {
        "id": str(row.id),
        "channel": row.channel,
        "order_id": str(row.order_id),
        "order_number": row.order_number,
        "verb": row.verb,
        "about": list(row.about),
        "state": row.state,
        "attempts": row.attempts,
        "next_try_at": moment(row.next_try_at),
        "error": row.error,
        "at": moment(row.at),
    }


def channel(report: ChannelReport) -> Json:
    """Return what one round with a channel did."""
    return {
        "name": report.name,
        "ok": report.ok,
        "fetched": report.fetched,
        "new": report.new,
        "changed": report.changed,
        "told": report.told,
        "waiting": report.waiting,
        "failed": report.failed,
        "error": report.error,
        "held_by": report.held_by,
        "paused_until": moment(report.paused_until),
    }


def printed(name: str, counts: Mapping[str, int], held_by: str) -> Json:
    """Return what one round over a printer's tickets did."""
    bad = ("unknown", "failed", "held")
    return {
        "name": name,
        "ok": not any(counts.get(state, 0) for state in bad),
        **{state: counts.get(state, 0) for state in ("printed", "sent", *bad, "recovered")},
        "held_by": held_by,
    }


def printer(row: PrinterRow, device: str) -> Json:
    """Return a printer, and what it says of itself."""
    return {
        "name": row.name,
        "device": device,
        "state": row.state,
        "cause": row.cause,
        "detail": row.detail,
        "since": moment(row.since),
        "aside": moment(row.aside),
        "aside_by": row.aside_by,
        "fallback": row.fallback,
        "stands_in": row.stands_in,
        "waiting": row.waiting,
        "unknown": row.unknown,
        "failed": row.failed,
    }


def notice(row: AttentionRow, words: Words) -> Json:
    """Return what a person is asked to look at: its kind and facts, and the same in words."""
    said = words.notice(row.kind, row.facts, row.order_number, row.channel)
    return {"id": str(row.id), "kind": row.kind, "facts": row.facts, "at": moment(row.at), "words": said}


def question(row: AttentionRow, words: Words) -> Json:
    """Return what a person is asked, with what can be answered; `order` is null where it is none here yet."""
    from pos.actions import attention

    about = {"channel": row.channel, "order": row.order_number or None}
    return {**notice(row, words), **about, "answers": [*attention.answers(row.kind)]}


def connected(row: ChannelRow) -> Json:
    """Return how a channel is; `paused_until` is null while it is worked."""
    return {
        "name": row.name,
        "kind": row.kind,
        "state": "paused" if row.paused_until else "needs_you" if row.needs_you else row.state,
        "error": row.error,
        "heard_at": moment(row.heard_at),
        "retry_at": moment(row.retry_at),
        "waiting": row.waiting,
        "failed": row.failed,
        "attention": row.attention,
        "paused_until": moment(row.paused_until),
    }


def reconciliation(found: Reconciliation) -> Json:
    """Return theirs and ours side by side; `apart` and totals are minor units, a side without it is null."""
    return {
        "channel": found.channel,
        "day": found.day.isoformat(),
        "at": moment(found.at),
        "unreadable": len(found.theirs.unreadable),
        "orders": [_pair(row) for row in found.rows],
        "sums": [each._asdict() for each in found.sums],
    }


def _pair(row: Row) -> Json:
    pair = row.pair
    return {
        "remote_id": pair.remote_id,
        "order_id": str(row.order_id) if row.order_id else None,
        "differences": list(pair.differences),
        "apart": pair.apart,
        "why": row.why,
        "ours": asdict(pair.ours) if pair.ours else None,
        "theirs": asdict(pair.theirs) if pair.theirs else None,
    }
