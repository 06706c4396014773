"""What left the shop or is for it; what a refund takes back; which service a channel is; parts of letters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns; what is there was never dispatched, refunded, claimed or paused; it is no supplies."""
    op.add_column("orders", sa.Column("dispatched_at", sa.BigInteger(), nullable=True))
    op.add_column("orders", sa.Column("carrier", sa.Text(), nullable=False, server_default=""))
    op.add_column("orders", sa.Column("tracking", sa.Text(), nullable=False, server_default=""))
    op.add_column("orders", sa.Column("supplies", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("orders", sa.Column("claims", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("deals", sa.Column("refund_of", sa.Uuid(), nullable=True))
    op.add_column("deals", sa.Column("reason", sa.Text(), nullable=False, server_default=""))
    op.add_column("deals", sa.Column("back", sa.Text(), nullable=False, server_default="[]"))
    for moment in ("paused_at", "paused_until", "removed_at"):
        op.add_column("channels", sa.Column(moment, sa.BigInteger(), nullable=True))
    for word in ("kind", "base_url", "account"):
        op.add_column("channels", sa.Column(word, sa.Text(), nullable=False, server_default=""))
    op.add_column("channels", sa.Column("tries", sa.BigInteger(), nullable=False, server_default="0"))
    for table in ("missed", "renewed"):
        op.add_column("channels", sa.Column(table, sa.Text(), nullable=False, server_default="{}"))
    counted = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("letters", sa.Column("part_of", counted, nullable=True))
    op.add_column("letters", sa.Column("overtaken", sa.Boolean(), nullable=False, server_default=sa.false()))
    for queue in ("letters", "tickets"):
        op.add_column(queue, sa.Column("put_off_at", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_index("ix_deals_refund_of", "deals", ["refund_of"])
    explained = sa.text("act = 'explained'")
    op.create_index(
        "ix_journal_explained", "journal", ["seq"], sqlite_where=explained, postgresql_where=explained
    )
