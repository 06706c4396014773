"""What a person says of a thing that needed attention."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from uuid import UUID

from pos.actions import deals, intake, orders, paid_again, unbooked
from pos.actions.tickets import words
from pos.domain.refusals import Refused
from pos.store.notices import Notice
from pos.store.tx import Tx
from sync.messages import RemoteOrder, Unreadable

#: Reads a channel's own document again: (channel, document) -> what it says.
Reader = Callable[[str, object], RemoteOrder | Unreadable]

#: What can be answered to each kind; `seen` fits all. The first is what a screen offers largest.
ANSWERS = {
    "cooked_before": ("take", "cooked"),
    "given_back": ("call_off", "go_on"),
    "given_back_cooked": ("close", "call_off"),
    paid_again.WHOLE: ("book_paid", "seen"),
}
SEEN = ("seen",)

#: What a screen opens for a kind: done there, it answers itself.
OPENS = dict.fromkeys(unbooked.KINDS, ("book",))


def answers(kind: str) -> tuple[str, ...]:
    """Return what a person can answer to a notice of this kind."""
    return ANSWERS.get(kind, SEEN)


def offers(kind: str) -> tuple[str, ...]:
    """Return what a screen offers for a notice of this kind, the largest first: to open, and to answer."""
    return (*OPENS.get(kind, ()), *answers(kind))


def unsound(tx: Tx, found: Mapping[str, str]) -> None:
    """Ask about what is wrong with the store, by its word: once a business day, as long as it is so."""
    for word, detail in found.items():
        tx.attend(word, f"{tx.shop.business_day(tx.now)}:{detail[:100]}", detail=detail[:300])


def answer(tx: Tx, notice_id: UUID, said: str, read: Reader | None = None) -> bool:
    """Note a person's answer and do what it says (`_ACTS`). False where it was already answered."""
    notice = tx.notices.get(notice_id)
    if said not in answers(notice.kind):
        raise Refused("bad_answer", answer=said, answers=", ".join(answers(notice.kind)))
    if not tx.notices.answer(notice_id, said, tx.now):
        return False
    tx.touch("attention")
    tx.write("attention_answered", about=notice.kind, key=notice.key, answer=said)
    if act := _ACTS.get(said):
        act(tx, notice, read)
    return True


def _close(tx: Tx, notice: Notice, _read: Reader | None) -> None:
    """Close an order whose guest has the money back: nothing is taken."""
    if notice.order_id is not None:
        deals.settle(tx, [notice.order_id])


def _call_off(tx: Tx, notice: Notice, _read: Reader | None) -> None:
    if notice.order_id is not None:
        orders.cancel(tx, notice.order_id, words(tx).say("refund.went_back_there"))


def _book_paid(tx: Tx, notice: Notice, _read: Reader | None) -> None:
    """Book that the channel has the guest's money again."""
    if notice.order_id is not None:
        paid_again.book(tx, notice.order_id)


def _take(tx: Tx, notice: Notice, read: Reader | None) -> None:
    heard = None if read is None else read(notice.channel, _document(notice))
    if not isinstance(heard, RemoteOrder):
        raise Refused("cannot_take", record=notice.key)
    if tx.orders.by_remote(notice.channel, heard.remote_id) is None:
        intake.take_over(tx, notice.channel, heard)


#: What is done beside noting an answer.
_ACTS: Mapping[str, Callable[[Tx, Notice, Reader | None], None]] = {
    "take": _take,
    "close": _close,
    "call_off": _call_off,
    "book_paid": _book_paid,
}


def _document(notice: Notice) -> object:
    """Return the document that came with a notice; None where it was too long to be kept whole."""
    try:
        return json.loads(notice.raw)
    except ValueError:
        return None
