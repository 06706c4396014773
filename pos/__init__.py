"""The counter: orders, deals and shifts of one shop, on a screen and in a shell."""
