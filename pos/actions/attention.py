"""What a person says of a thing that needed attention."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from uuid import UUID

from pos.actions import intake
from pos.domain.refusals import Refused
from pos.store.notices import Notice
from pos.store.tx import Tx
from sync.messages import RemoteOrder, Unreadable

#: Reads a channel's own document again: (channel, document) -> what it says.
Reader = Callable[[str, object], RemoteOrder | Unreadable]

#: What can be answered to each kind; `seen` fits all. The first is what a screen offers largest.
ANSWERS = {"cooked_before": ("take", "cooked")}
SEEN = ("seen",)


def answers(kind: str) -> tuple[str, ...]:
    """Return what a person can answer to a notice of this kind."""
    return ANSWERS.get(kind, SEEN)


def unsound(tx: Tx, found: Mapping[str, str]) -> None:
    """Ask about what is wrong with the store, by its word: once a business day, as long as it is so."""
    for word, detail in found.items():
        tx.attend(word, f"{tx.shop.business_day(tx.now)}:{detail[:100]}", detail=detail[:300])


def answer(tx: Tx, notice_id: UUID, said: str, read: Reader | None = None) -> bool:
    """Note a person's answer; `take` makes the order one of ours. False where it was already answered."""
    notice = tx.notices.get(notice_id)
    if said not in answers(notice.kind):
        raise Refused("bad_answer", answer=said, answers=", ".join(answers(notice.kind)))
    if not tx.notices.answer(notice_id, said, tx.now):
        return False
    tx.touch("attention")
    tx.write("attention_answered", about=notice.kind, key=notice.key, answer=said)
    if said == "take":
        _take(tx, notice, read)
    return True


def _take(tx: Tx, notice: Notice, read: Reader | None) -> None:
    heard = None if read is None else read(notice.channel, _document(notice))
    if not isinstance(heard, RemoteOrder):
        raise Refused("cannot_take", record=notice.key)
    if tx.orders.by_remote(notice.channel, heard.remote_id) is None:
        intake.take_over(tx, notice.channel, heard)


def _document(notice: Notice) -> object:
    """Return the document that came with a notice; None where it was too long to be kept whole."""
    try:
        return json.loads(notice.raw)
    except ValueError:
        return None
