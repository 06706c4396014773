"""The store: every row the shop relies on, in SQLite beside the counter or in PostgreSQL for several."""
