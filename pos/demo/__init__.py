"""The practice shop: a whole shop with its guests, whose channels and printers stand on this machine."""
