"""Bill numbers: one for each deal that closes, counted anew each business day."""

from __future__ import annotations

from dataclasses import replace

from pos.domain.deal import Deal, DealState
from pos.store.tx import Tx


def closed(tx: Tx, deal: Deal) -> Deal:
    """Close a deal; only now it gets its bill number, so that one taken apart leaves no gap."""
    day = tx.shop.business_day(tx.now)
    number = f"B-{day:%y%m%d}-{tx.numbers.next(f'B:{day}'):03d}"
    return replace(deal, state=DealState.CLOSED, number=number, closed_at=tx.now)
