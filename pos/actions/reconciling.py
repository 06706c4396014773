"""What a person does about a difference between a service's books and ours."""

from __future__ import annotations

from uuid import UUID

from pos.actions import outbox
from pos.actions.cards import refuse_card_number
from pos.domain.refusals import Refused
from pos.store.sides import EXPLAINED
from pos.store.tx import Tx


def tell_again(tx: Tx, order_id: UUID, channel: str) -> int:
    """Let all that a channel has still to be told of an order go at once; return how many letters."""
    stuck = [
        letter for letter in tx.outbox.of_order(order_id, channel) if letter.state in ("failed", "waiting")
    ]
    return sum(outbox.retry(tx, letter.id) for letter in stuck)


def explain(tx: Tx, order_id: UUID, channel: str, why: str) -> bool:
    """Note why an order differs from what a channel has of it; False where just that was said before."""
    why = why.strip()[:200]
    if not why:
        raise Refused("reason_needed")
    refuse_card_number(why)
    order = tx.orders.get(order_id)
    if tx.journal.last(order_id, EXPLAINED) == {"channel": channel, "why": why}:
        return False
    tx.write(EXPLAINED, order, channel=channel, why=why)
    return True
