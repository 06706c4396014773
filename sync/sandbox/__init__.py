"""The remote services as their documents describe them, on loopback: for demo, training and tests."""
