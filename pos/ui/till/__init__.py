"""Where deals are settled and refunded: figures in, one green button."""
