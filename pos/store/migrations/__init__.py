"""Every step from an empty store to today's; each is written once and never changed."""
