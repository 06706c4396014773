"""Guests for the bench: a hundred orders at once, then ten a second until they are sent home."""

from __future__ import annotations

import itertools
import sys
import time

from sync.sandbox.control import Control


def main(service: str) -> None:
    """Order."""
    with Control(service) as control:
        for number in itertools.count():
            control.place(type=("booking", "deliver")[number % 2])
            if number > 100:
                time.sleep(0.1)


if __name__ == "__main__":
    main(sys.argv[1])
