"""Every command of the counter for a shell: the same actions as the screen, a table or JSON as the answer."""
