"""One order whole, and all that can be done with it."""
