"""What was told of sales still stands there, or a person learns that it was deleted."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from pos.actions.sales import SALE, there
from pos.actions.vocabularies import line_keys
from pos.domain.order import Order
from pos.domain.refusals import Refused
from pos.domain.shop import Shop
from pos.store.tx import Tx
from sync.messages import RemoteOrder

#: So many orders are asked for at one sweep: each costs a call, and one for each of its lines.
AT_ONCE = 10

_MISSED = "missed_there"


def hears_sales(shop: Shop, channel: str) -> bool:
    """Whether a channel is told of other channels' orders; it has none of its own."""
    facts = shop.channels.get(channel)
    return facts is not None and SALE in facts.tells


def watched(tx: Tx, channel: str, after: UUID | None) -> Mapping[str, UUID]:
    """Return the orders to look for next, by their codes there: those after one, then the first again."""
    since = tx.now - timedelta(days=tx.shop.channels[channel].watch_days)
    last = tx.orders.get(after) if after else None
    found = tx.outbox.told_of(channel, since, last, AT_ONCE)
    if last and len(found) < AT_ONCE:
        found += tx.outbox.told_of(channel, since, None, AT_ONCE - len(found))
    return {str(order_id): order_id for order_id in found}


def seen(tx: Tx, channel: str, heard: RemoteOrder) -> None:
    """Compare what stands there with what was told: a line that is missing twice running was deleted."""
    order = _order(tx, heard.remote_id)
    if order is None or tx.outbox.undone(order.id, channel):
        return
    known = there(tx.outbox.of_order(order.id, channel)).known
    missing = sorted(known.keys() - {line.id for line in heard.lines})
    # Its last word is of every channel: another one's sweep between two of this one's hides nothing.
    said = tx.journal.last(order.id, _MISSED).get("lines", {})
    before = said.get(channel, [])
    if missing != before:
        tx.write(_MISSED, order, channel=channel, lines={**said, channel: missing})
    lines = line_keys(order)
    for key in set(before).intersection(missing):
        line = lines[key].name if key in lines else key
        tx.attend("line_deleted_there", f"{channel}:{order.id}:{key}", order, channel=channel, line=line)


def gone(tx: Tx, channel: str, code: str) -> None:
    """An order that was told is not there any more, as two sweeps running found."""
    order = _order(tx, code)
    if order is not None and there(tx.outbox.of_order(order.id, channel)).known:
        tx.attend("sale_deleted_there", f"{channel}:{order.id}", order, channel=channel)


def _order(tx: Tx, code: str) -> Order | None:
    """Return the order that a code there names; None for one that is not ours."""
    with suppress(ValueError, Refused):
        return tx.orders.get(UUID(code))
    return None
