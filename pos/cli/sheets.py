"""One order as a person reads it in a terminal: its facts, then a table for each thing that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pos.cli.table import pairs, plain, table
from pos.domain.order import Line, Order
from pos.store.cards import known_elsewhere
from pos.store.rows import AttentionRow, DealRow, Happening, LetterRow, TicketRow
from pos.words import Words


def order(words: Words, order: Order, known: str | None, facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield the parts of an order's sheet, each ending its last line; empty for what there is none of."""
    yield pairs([*_facts(words, order, known), *_elsewhere(words, order, facts["letters"])])
    yield "".join(f"! {plain(notice(words, row))}\n" for row in facts["attention"])
    yield _items(words, order)
    yield pairs([(words.fact(note.fact) or note.name or "-", note.message) for note in order.memo])
    yield _deal(words, facts["deal"])
    yield _timeline(words, facts["journal"])
    yield tickets(words, facts["tickets"]) if facts["tickets"] else ""
    yield letters(words, facts["letters"]) if facts["letters"] else ""


def notice(words: Words, row: AttentionRow) -> str:
    """Return what a person is asked to look at, in words."""
    return words.notice(row.kind, row.facts, row.order_number, row.channel)


def _facts(words: Words, order: Order, known: str | None) -> list[tuple[str, object]]:
    say, guest = words.say, order.guest
    return [
        (say("column.number"), order.number),
        (say("column.status"), say(f"status.{order.status.value}")),
        (say("column.type"), say(f"type.{order.type.value}")),
        (say("column.channel"), say("shell.counter") if order.own else f"{order.channel} {order.remote_id}"),
        (say("column.knows"), say(f"knows.{known}") if known else ""),
        (say("column.sequence"), order.sequence_number),
        (say("column.placed"), words.moment(order.placed_at)),
        (say("column.due"), words.moment(order.due_at) if order.due_at else ""),
        (say("column.table"), order.table),
        (say("column.guest"), " ".join(part for part in (guest.name, guest.phone, guest.level) if part)),
        (say("column.address"), guest.address),
        (say("act.dispatch"), _left(words, order)),
        (say("column.payment"), _payment(words, order)),
        (say("column.total"), words.money(order.total, order.currency)),
    ]


def _elsewhere(words: Words, order: Order, rows: Sequence[LetterRow]) -> list[tuple[str, object]]:
    known = known_elsewhere(order.channel, rows)
    return [(words.channel(name), words.say(f"knows.{word}")) for name, word in known.items()]


def _left(words: Words, order: Order) -> str:
    """Return when the order left, with whom and under which number; empty while it is here."""
    when = words.moment(order.dispatched_at) if order.dispatched_at else ""
    return " ".join(part for part in (when, order.carrier, order.tracking) if part)


def _payment(words: Words, order: Order) -> str:
    method = words.method(order.payment.type) if order.payment.type else ""
    return f"{words.say(f'payment.{order.payment.status.value}')} {method}".strip()


def _items(words: Words, order: Order) -> str:
    heads = [words.say(f"column.{name}") for name in ("dish", "quantity", "price", "amount")]
    rows = [_item(words, line, order.currency) for line in order.lines]
    if order.adjustment:
        rows.append((words.say("shell.adjustment"), "", "", words.money(order.adjustment, order.currency)))
    return table(heads, rows, right=(1, 2, 3))


def _item(words: Words, line: Line, currency: str | None) -> tuple[str, ...]:
    each = line.price if line.deal_price is None else line.deal_price
    called = words.say("board.going_back", lines=line.name) if line.goes_back else line.name
    name = " · ".join(part for part in (called, *line.contents, *line.options, line.note) if part)
    return name, str(line.quantity), words.money(each, currency), words.money(line.amount, currency)


def _deal(words: Words, deal: DealRow | None) -> str:
    if deal is None:
        return ""
    paid = [(words.method(method), words.money(amount, deal.currency)) for method, amount in deal.payments]
    back = [(words.say("shell.change"), words.money(deal.change, deal.currency))] if deal.change else []
    bill = [(words.say("shell.bill"), deal.number)] if deal.closed_at else []  # open: it has none yet
    return pairs([*bill, *paid, *back, *(_refund(words, made) for made in deal.refunds)])


def _refund(words: Words, made: DealRow) -> tuple[str, str]:
    facts = (made.number, words.money(made.total, made.currency), made.reason)
    done = words.say("refund.refunded" if made.total <= 0 else "refund.undone")
    return done, words.say("board.dot").join(facts)


def _timeline(words: Words, journal: Sequence[Happening]) -> str:
    heads = [words.say(f"column.{name}") for name in ("at", "act", "by")]
    rows = [
        (words.moment(row.at), words.say(f"act.{row.act}"), f"{row.actor} ({row.source})") for row in journal
    ]
    return table(heads, rows)


def tickets(words: Words, rows: Sequence[TicketRow]) -> str:
    """Return tickets as a table."""
    say = words.say
    heads = [
        say(f"column.{name}")
        for name in ("ticket", "at", "kind", "orders", "printer", "state", "evidence", "tries", "error")
    ]
    return table(heads, [_ticket(words, row) for row in rows], right=(7,))


def _ticket(words: Words, row: TicketRow) -> tuple[str, ...]:
    return (
        row.number if row.copy == 1 else f"{row.number}-{row.copy}",
        words.moment(row.at),
        words.say(f"ticket.{row.kind}"),
        ", ".join(row.order_numbers),
        f"{row.taken_by} ({row.printer})" if row.stands_in_for else row.printer,
        words.say(f"print.{row.state}"),
        words.say(f"evidence.{row.evidence}") if row.evidence else "",
        str(row.attempts),
        words.cause(row.error),
    )


def letters(words: Words, rows: Sequence[LetterRow]) -> str:
    """Return letters as a table; a letter is called by the first eight characters of its id."""
    names = ("letter", "at", "channel", "order", "verb", "state", "tries", "next", "error")
    heads = [words.say(f"column.{name}") for name in names]
    return table(heads, [_letter(words, row) for row in rows], right=(6,))


def _letter(words: Words, row: LetterRow) -> tuple[str, ...]:
    return (
        str(row.id)[:8],
        words.moment(row.at),
        row.channel,
        row.order_number,
        words.say(f"verb.{row.verb}"),
        words.say(f"letter.{row.state}"),
        str(row.attempts),
        words.moment(row.next_try_at) if row.state == "waiting" else "",
        words.fault(row.error),
    )
