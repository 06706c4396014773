"""What channels say becomes orders here: idempotent, and never taking back what this counter did."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from pos.actions import unbooked, unreadable, watching
from pos.actions.auto_accept import auto_accept
from pos.actions.cards import without_cards
from pos.actions.conflicts import TABLE
from pos.actions.consequences import CONSEQUENCES, notice, overrule
from pos.actions.kitchen import tell_note
from pos.actions.lines_there import as_before, fee_of, lines_of, shown, untold, without_dishes
from pos.actions.money_there import ask_what_becomes, payment_of, take_payment, with_sane_money
from pos.actions.ours_there import goes_on_there, own_claims, without_ours
from pos.actions.sales import tell_sale
from pos.actions.supplies import look_again
from pos.actions.vocabularies import CLAIMED, local_guest, local_line, local_note
from pos.domain.order import FINISHED, Guest, Line, Note, Order, OrderType, Status
from pos.store.orders import digest
from pos.store.outbox import Letter
from pos.store.tx import Tx
from pos.store.types import dump
from sync.messages import Applied, RemoteOrder, Unreadable

#: So far may a service's clock be ahead of ours: a change that it dates further ahead is a slip of its own.
_CLOCKS_DIFFER = timedelta(hours=1)

NEW = Applied(new=1)
CHANGED = Applied(changed=1)
SAME = Applied()


def receive(
    tx: Tx,
    channel: str,
    heard: RemoteOrder | Unreadable,
    first_fetch: bool = False,
    answer_to: UUID | None = None,
) -> Applied:
    """Take over one order as its channel shows it; harmless to repeat, in any order.

    `answer_to` is the letter that it answers, where it does: what that began there is no guest's doing.
    What a channel shows that only hears of sales is no order of ours: it is compared with what was told.
    """
    if isinstance(heard, Unreadable):
        unreadable.ask(tx, channel, heard)
        return SAME
    if watching.hears_sales(tx.shop, channel):
        watching.seen(tx, channel, heard)
        return SAME
    heard = without_cards(heard)
    order = tx.orders.by_remote(channel, heard.remote_id) or _registered_just_now(tx, channel, heard)
    if order is None:
        return _first_heard(tx, channel, heard, first_fetch=first_fetch)
    return _heard_again(tx, order, heard, answer_to)


def _registered_just_now(tx: Tx, channel: str, heard: RemoteOrder) -> Order | None:
    """Return the counter's own order that this is, where the answer to its registration was lost."""
    order = tx.orders.unregistered(channel, [*heard.own_ids, *(line.id for line in heard.lines)])
    return None if order is None else _name(tx, order, heard)


def _name(tx: Tx, order: Order, heard: RemoteOrder) -> Order:
    named = replace(order, remote_id=heard.remote_id, sequence_number=heard.sequence_number)
    named = tx.put(named)
    tx.write("registered", named, remote=heard.remote_id)
    return named


def _first_heard(tx: Tx, channel: str, heard: RemoteOrder, *, first_fetch: bool) -> Applied:
    """Take over what is new; whether an order was cooked that is done there already, a first fetch asks."""
    asked = _was_asked(tx, channel, heard)
    done = heard.status in ("executed", "paid") and not tx.shop.is_itself(channel, heard.guest.id)
    if done and (first_fetch or asked):
        _ask_whether_cooked(tx, channel, heard)
        return SAME
    if asked:
        tx.notices.settle("cooked_before", _key(channel, heard), "overtaken", tx.now)
        tx.touch("attention")
    order = take_over(tx, channel, heard)
    if order.status is Status.PLACED:
        auto_accept(tx, order, heard)
    return NEW


def _key(channel: str, heard: RemoteOrder) -> str:
    return f"{channel}:{heard.remote_id}"


def _was_asked(tx: Tx, channel: str, heard: RemoteOrder) -> bool:
    return tx.notices.knows("cooked_before", _key(channel, heard))


def _ask_whether_cooked(tx: Tx, channel: str, heard: RemoteOrder) -> None:
    tx.attend(
        "cooked_before",
        _key(channel, heard),
        channel=channel,
        raw=dump(heard.raw),
        record=heard.remote_id,
        sequence=heard.sequence_number,
        status=heard.status,
    )


def take_over(tx: Tx, channel: str, heard: RemoteOrder) -> Order:
    """Make a channel's order one of ours, which waits in New: a number, the board, and its document kept."""
    heard = with_sane_money(heard)
    order = _order(tx, channel, heard)
    tx.orders.add(order)
    tx.orders.add_document(order.id, heard.raw, heard.status, tx.now)
    tx.touch("orders")
    there, payment = heard.remote_status or heard.status, order.payment.status.value
    tx.write("received", order, remote=heard.remote_id, there=there, payment=payment)
    unreadable.reads_well(tx, channel, heard)
    _mind_problems(tx, order, heard)
    order = look_again(tx, order)
    ask_what_becomes(tx, order)
    return order


def _order(tx: Tx, channel: str, heard: RemoteOrder) -> Order:
    day = tx.shop.business_day(tx.now)
    facts = tx.shop.channels[channel]
    placed_at = min(heard.placed_at or tx.now, tx.now)
    status = _FIRST.get(heard.status, Status.PLACED)
    return Order(
        id=uuid4(),
        number=f"{tx.numbers.next(f'order:{day}'):03d}",
        day=day,
        channel=channel,
        type=OrderType(heard.type),
        status=status,
        lines=tuple(local_line(line) for line in heard.lines),
        currency=heard.currency,
        placed_at=placed_at,
        updated_at=tx.now,
        remote_id=heard.remote_id,
        sequence_number=heard.sequence_number,
        payment=payment_of(heard),
        fee=heard.total,
        table=heard.table,
        guest=local_guest(heard.guest),
        agent=heard.agent,
        memo=tuple(local_note(note) for note in heard.memo),
        due_at=heard.due_at,
        deadline_at=tx.now + timedelta(minutes=facts.deadline_minutes),
        closed_at=tx.now if status in FINISHED else None,
        remote_updated_at=heard.updated_at,
        remote_status=heard.remote_status or heard.status,
        claims=heard.claims,
        guest_is_here=heard.status == "executed" and heard.type == "booking",
    )


#: How an order first seen stands here: what others did with it is not what happened here.
_FIRST = {"rejected": Status.REJECTED, "canceled": Status.CANCELED}


def _mind_problems(tx: Tx, order: Order, heard: RemoteOrder, no_news: Collection[str] = frozenset()) -> None:
    """Ask for a person, once for each problem; a status that nobody knows is asked about as such.

    What is `no_news` is not asked about, nor is what was asked of it taken back. A guest's claim that is over
    there may come again, and is then another one.
    """
    for claim in CLAIMED.values():
        if claim not in heard.problems and tx.notices.withdraw("problem", f"{order.id}:{claim}"):
            tx.touch("attention")
    for problem in (*heard.problems, *without_dishes(order, heard)):
        if problem in no_news:
            continue
        if problem == "status" and heard.status == "unknown":
            notice("unknown_status")(tx, order, heard)
        else:
            tx.attend("problem", f"{order.id}:{problem}", order, channel=order.channel, problem=problem)


def _is_older(tx: Tx, order: Order, heard: RemoteOrder) -> bool:
    """Whether a document was overtaken by one that came before it; what is dated ahead overtakes nothing."""
    last = order.remote_updated_at
    return bool(last and heard.updated_at and heard.updated_at < last <= tx.now + _CLOCKS_DIFFER)


def _heard_again(tx: Tx, order: Order, heard: RemoteOrder, answer_to: UUID | None) -> Applied:
    if _is_older(tx, order, heard):
        return SAME
    over = order.status in FINISHED and tx.orders.has_read(order.id, heard.raw)
    if not tx.orders.keep_document(order.id, heard.raw, heard.status, tx.now):
        return SAME
    if heard.status != "unknown" and tx.notices.withdraw_of_order(order.id, ("unknown_status",)):
        tx.touch("attention")
    if over:  # only the shop's map of states is another: that brings back nothing that is done with here
        return SAME
    tx.outbox.look_again(order.id, order.channel, tx.now)
    heard = without_ours(tx, order, with_sane_money(heard))
    unreadable.reads_well(tx, order.channel, heard)
    _mind_problems(tx, order, heard, own_claims(tx, order, heard, answer_to))
    overrule(tx, order, heard)
    waits = tx.outbox.undone(order.id, order.channel)
    if waits:
        # What was not taken over because a letter waits is looked at again once it is told.
        tx.orders.forget_digest(order.id)
    followed = _follow(tx, order, heard, waits=waits)
    followed = take_payment(tx, look_again(tx, followed), heard)
    verdict = TABLE[(followed.status, heard.status, waits)]
    followed = _move(tx, followed, verdict.status, heard)
    for consequence in verdict.consequences:
        followed = CONSEQUENCES[consequence](tx, followed, heard)
    ask_what_becomes(tx, followed)
    unbooked.ask(tx, order, followed, heard)
    if followed.version == order.version:
        return SAME
    tell_sale(tx, followed)
    return CHANGED


def _follow(tx: Tx, order: Order, heard: RemoteOrder, *, waits: bool) -> Order:
    """Take over what belongs to the guest or is only known there; lines only before the kitchen had them."""
    memo = tuple(local_note(note) for note in heard.memo)
    amended = untold(tx, order)
    followed = replace(
        order,
        remote_updated_at=heard.updated_at or order.remote_updated_at,
        remote_status=heard.remote_status or heard.status,
        claims=heard.claims,
        sequence_number=heard.sequence_number or order.sequence_number,
        guest=_newer_guest(order.guest, local_guest(heard.guest)),
        table=heard.table or order.table,
        memo=_joined(order.memo, memo) if waits else memo or order.memo,
        fee=order.fee if order.settled or waits or amended else fee_of(order, heard),
    )
    lines = lines_of(order, heard)
    if amended:
        _mind_other_lines(tx, order, lines, amended)
    elif lines != order.lines and not waits:
        followed = _take_lines(tx, followed, lines)
    if followed != order:
        followed = tx.put(replace(followed, updated_at=tx.now))
        _announce_notes(tx, order, followed)
    return followed


def _newer_guest(known: Guest, heard: Guest) -> Guest:
    """Keep what was known where the channel now says nothing of it: answers are expanded or short."""
    said = {name: value for name in Guest.__slots__ if (value := getattr(heard, name)) not in ("", None)}
    return replace(known, **said)


def _joined(ours: tuple[Note, ...], theirs: tuple[Note, ...]) -> tuple[Note, ...]:
    said = {note.message for note in theirs}
    return (*theirs, *(note for note in ours if note.message not in said))


def _take_lines(tx: Tx, order: Order, lines: tuple[Line, ...]) -> Order:
    if order.status in (Status.PLACED, Status.ACCEPTED) and not order.settled:
        tx.write("lines_changed_there", order, lines=len(lines))
        return replace(order, lines=lines)
    _ask_about_lines(tx, order, lines)
    return order


def _mind_other_lines(tx: Tx, order: Order, lines: tuple[Line, ...], amended: Letter) -> None:
    """Ours stay where the channel knows nothing of them; what changes there after that is for a person."""
    if shown(lines) not in (shown(order.lines), as_before(tx, order, amended)):
        _ask_about_lines(tx, order, lines)


def _ask_about_lines(tx: Tx, order: Order, lines: tuple[Line, ...]) -> None:
    if order.open or goes_on_there(tx, order, lines):
        tx.attend("lines_changed", f"{order.id}:{digest(repr(lines)).hex()}", order, channel=order.channel)


def _announce_notes(tx: Tx, before: Order, after: Order) -> None:
    """A guest's word after the dishes were fired goes to the kitchen as a NOTE."""
    if after.status is not Status.EXECUTED:
        return
    # Our own words come back from the channel under another name and time.
    said = {"", *(note.message for note in before.memo)}
    for note in after.memo:
        if note.message not in said and note.name not in ("", tx.shop.name):
            tell_note(tx, after, note.message)


def _move(tx: Tx, order: Order, status: Status | None, heard: RemoteOrder) -> Order:
    if status is None or status is order.status:
        return order
    closed_at = tx.now if status in FINISHED else None
    before = order.status
    order = tx.put(replace(order, status=status, closed_at=closed_at, guest_is_here=False, updated_at=tx.now))
    tx.write("moved_there", order, before=before.value, after=status.value, there=heard.remote_status)
    return order
