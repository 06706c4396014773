"""A channel's day, theirs and ours side by side."""
