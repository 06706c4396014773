"""Deals in the store, and what was taken with them."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update

from pos.domain.deal import Back, Deal, DealState, Share
from pos.domain.payment import Amount
from pos.domain.refund import Standing
from pos.domain.refusals import Refused, Stale
from pos.store.orders import Orders
from pos.store.tables import deals, takings


def _to_row(deal: Deal) -> dict[str, Any]:
    row = asdict(deal)
    row |= {"state": deal.state.value, "total": deal.total}
    for part in ("shares", "back"):
        row[part] = [{**each, "order_id": each["order_id"].hex} for each in row[part]]
    return row


def _amounts(parts: list[dict[str, Any]]) -> tuple[Amount, ...]:
    return tuple(Amount(part["method"], part["amount"]) for part in parts)


def from_row(row: Row[Any]) -> Deal:
    """Return the deal that a row holds."""
    return Deal(
        id=row.id,
        number=row.number,
        state=DealState(row.state),
        currency=row.currency,
        shares=tuple(
            Share(UUID(part["order_id"]), part["total"], _amounts(part["paid"]), part["online"])
            for part in row.shares
        ),
        payments=_amounts(row.payments),
        change=row.change,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        by=row.by,
        refund_of=row.refund_of,
        reason=row.reason,
        back=tuple(Back(**{**each, "order_id": UUID(each["order_id"])}) for each in row.back),
        version=row.version,
    )


class Deals:
    """The deals of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, deal_id: UUID) -> Deal:
        """Return a deal; raises Refused where there is none."""
        row = self._connection.execute(select(deals).where(deals.c.id == deal_id)).one_or_none()
        if row is None:
            raise Refused("no_deal", deal=str(deal_id))
        return from_row(row)

    def refunds_of(self, deal_id: UUID) -> tuple[Deal, ...]:
        """Return what of a deal was taken back, oldest first."""
        query = select(deals).where(deals.c.refund_of == deal_id).order_by(deals.c.opened_at, deals.c.number)
        return tuple(from_row(row) for row in self._connection.execute(query))

    def standing(self, deal_id: UUID) -> Standing:
        """Return a deal with its orders and what of it was taken back; raises Refused where there is none."""
        deal, orders = self.get(deal_id), Orders(self._connection)
        ids = dict.fromkeys(share.order_id for share in deal.shares)
        return Standing(deal, tuple(orders.get(each) for each in ids), self.refunds_of(deal_id))

    def add(self, deal: Deal) -> Deal:
        """Write a new deal; its takings too where it is closed."""
        self._connection.execute(insert(deals), _to_row(deal))
        self._take(deal)
        return deal

    def put(self, deal: Deal) -> Deal:
        """Write a deal over the version it was read at; raises Stale when another was first."""
        written = replace(deal, version=deal.version + 1)
        query = update(deals).where(deals.c.id == deal.id, deals.c.version == deal.version)
        row = _to_row(written)
        del row["id"]  # see Orders.put
        if self._connection.execute(query, row).rowcount != 1:
            raise Stale(str(deal.id))
        self._take(written)
        return written

    def hold(self, deal: Deal) -> None:
        """Let nobody else take back of a closed deal at this moment; raises Stale for the second."""
        query = update(deals).where(deals.c.id == deal.id, deals.c.version == deal.version)
        if self._connection.execute(query.values(version=deal.version + 1)).rowcount != 1:
            raise Stale(str(deal.id))

    def remove(self, deal: Deal) -> None:
        """Take apart a deal that is still open: no money was taken."""
        query = deals.delete().where(deals.c.id == deal.id, deals.c.state == DealState.OPEN.value)
        if self._connection.execute(query).rowcount != 1:
            raise Stale(str(deal.id))

    def _take(self, deal: Deal) -> None:
        if deal.state is not DealState.CLOSED:
            return
        rows = [
            {
                "deal_id": deal.id,
                "order_id": share.order_id,
                "method": part.method,
                "amount": part.amount,
                "online": share.online,
                "at": deal.closed_at,
            }
            for share in deal.shares
            for part in share.paid
        ]
        if rows:
            self._connection.execute(insert(takings), rows)
