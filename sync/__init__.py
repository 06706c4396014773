"""The channels: one way to hear from remote order services and to tell them, with or without a network."""
