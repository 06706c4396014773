"""What the counter does: each action is a function of one transaction, with all that follows from it."""
