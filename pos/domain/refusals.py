"""What the counter refuses, as a word and its facts; the words for people are found at the edge."""

from __future__ import annotations


class Refused(Exception):
    """A command that cannot be done, with nothing written. `code` keys the words; `facts` fill them."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(f"{code} {facts}" if facts else code)
        self.code = code
        self.facts = facts


class Stale(Exception):
    """The value was changed by another since it was read; the action is to be made again."""
