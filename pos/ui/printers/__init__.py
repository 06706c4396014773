"""The printers of the shop: found, set up, and given their stations."""
