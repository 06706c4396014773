"""Guests for the bench: seventy orders at once, then five a second until they are sent home."""

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
            if number > 70:
                time.sleep(0.2)


if __name__ == "__main__":
    main(sys.argv[1])
