"""What a channel's worker keeps between its rounds: how far it was heard, and how it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from pos.store.tx import Tx
from sync.messages import Cursor, Health


def recover(tx: Tx, channel: str) -> int:
    """Let letters left in `sending` by a worker that died wait again; return how many."""
    count = tx.outbox.recover(channel, tx.now)
    if count:
        tx.touch("letters", "orders")
    return count


def cursor(tx: Tx, channel: str) -> Cursor:
    """Return how far the channel was heard."""
    row = tx.states.channel(channel)
    return Cursor(row["position"], row["swept_at"], row["first_fetch_done"])


def save_cursor(tx: Tx, channel: str, heard: Cursor) -> None:
    """Keep how far the channel was heard."""
    tx.states.put_channel(
        channel, position=heard.position, swept_at=heard.swept_at, first_fetch_done=heard.first_fetch_done
    )


def open_orders(tx: Tx, channel: str) -> Mapping[str, UUID]:
    """Return remote id and id of all orders of the channel that are not finished here."""
    return tx.outbox.open_order_ids(channel)


def missing(tx: Tx, channel: str, remote_id: str) -> None:
    """An open order was not there in two sweeps running: nothing is deleted, a person looks."""
    order = tx.orders.by_remote(channel, remote_id)
    if order is not None:
        tx.attend("missing_there", f"{channel}:{remote_id}", order, channel=channel)


def health(tx: Tx, channel: str, how: Health) -> None:
    """Keep how the channel is; a moment of hearing it alone wakes nobody."""
    heard_at = how.heard_at or tx.states.channel(channel)["heard_at"]
    how = replace(how, heard_at=heard_at)
    tx.states.put_channel(
        channel,
        state=how.state,
        error=how.error[:500],
        detail=dict(how.detail),
        heard_at=how.heard_at,
        retry_at=how.retry_at,
    )
    tx.touch("channels")


def quiet_until(tx: Tx, channel: str) -> datetime | None:
    """Return until when the service asked to be left alone (UTC), as an earlier process was told."""
    until = tx.states.channel(channel)["detail"].get("quiet_until")
    return datetime.fromisoformat(until) if until else None
