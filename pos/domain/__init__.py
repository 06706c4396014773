"""What the shop deals in, as frozen values and tables; nothing here knows a store, a screen or a network."""
