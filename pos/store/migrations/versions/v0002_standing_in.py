"""Who took a ticket, and how it looks there; how long a printer is ill, or aside, and what it has shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

#: What has left for paper was taken by its own printer: there was no other yet.
_TAKEN = (
    "UPDATE tickets SET taken_by = printer WHERE state IN ('sending', 'printed', 'sent', 'unknown')",
    "UPDATE printers SET since = at",
)


def upgrade() -> None:
    """Add the columns, and fill them with what holds for the rows that are there."""
    op.add_column("tickets", sa.Column("taken_by", sa.Text(), nullable=False, server_default=""))
    op.add_column("tickets", sa.Column("printed_as", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("printers", sa.Column("since", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("printers", sa.Column("aside_at", sa.BigInteger(), nullable=True))
    op.add_column("printers", sa.Column("aside_by", sa.Text(), nullable=False, server_default=""))
    op.add_column("printers", sa.Column("way", sa.Text(), nullable=False, server_default=""))
    op.add_column("printers", sa.Column("answers", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("printers", sa.Column("proof", sa.Text(), nullable=False, server_default=""))
    for statement in _TAKEN:
        op.execute(statement)
