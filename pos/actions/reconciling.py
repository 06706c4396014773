"""What a person does about a difference between a service's books and ours."""

from __future__ import annotations

from uuid import UUID

from pos.actions import intake, outbox, watching
from pos.actions.cards import refuse_card_number
from pos.domain.refusals import Refused
from pos.store.journal import EXPLAINED, Explained
from pos.store.tx import Tx
from sync.messages import RemoteOrder


def tell_again(tx: Tx, order_id: UUID, channel: str) -> int:
    """Let all that a channel has still to be told of an order go at once; return how many letters."""
    stuck = [
        letter for letter in tx.outbox.of_order(order_id, channel) if letter.state in ("failed", "waiting")
    ]
    return sum(outbox.retry(tx, letter.id) for letter in stuck)


def take_over(tx: Tx, channel: str, heard: RemoteOrder) -> bool:
    """Make an order that only a service had one of ours; False where it is here by now.

    A person wants it here: that also answers the question whether it was cooked before.
    """
    if watching.hears_sales(tx.shop, channel):
        raise Refused("sold_elsewhere", channel=channel)
    if tx.orders.by_remote(channel, heard.remote_id) is not None:
        # What was heard may be older than what is known by now.
        return False
    intake.receive(tx, channel, heard)
    if tx.orders.by_remote(channel, heard.remote_id) is None:
        intake.take_over(tx, channel, heard)
    tx.notices.settle("cooked_before", f"{channel}:{heard.remote_id}", "take", tx.now)
    tx.touch("attention")
    return True


def explain(tx: Tx, channel: str, remote_id: str, said: Explained, order_id: UUID | None = None) -> bool:
    """Note why an order differs from what a channel has of it; False where just that was said before.

    It holds for these differences and this amount: whatever differs later is asked about anew. Without
    `order_id` the order is only there.
    """
    why = said.why.strip()[:200]
    if not why:
        raise Refused("reason_needed")
    refuse_card_number(why)
    if tx.journal.explained(channel, remote_id) == said._replace(why=why):
        return False
    order = None if order_id is None else tx.orders.get(order_id)
    tx.write(
        EXPLAINED,
        order,
        channel=channel,
        remote=remote_id,
        why=why,
        differences=list(said.differences),
        apart=said.apart,
    )
    tx.touch("orders")
    return True
