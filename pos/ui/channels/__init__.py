"""The order services: how they are, how they are set up, what they know and what we know."""
