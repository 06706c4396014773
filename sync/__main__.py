"""Calls any operation of a channel's client from a shell: ``python -m sync KIND OPERATION``."""

from __future__ import annotations

import sys

from sync.shell import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
