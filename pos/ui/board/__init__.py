"""What is to be done now: the orders in their lanes."""
