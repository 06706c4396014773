"""How alembic runs a step: on the connection it is given, all steps in one transaction."""

from __future__ import annotations

from alembic import context

from pos.store import bookkeeping

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=bookkeeping.journal.metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
    render_as_batch=True,
)
context.run_migrations()
