"""The entry point: `pos` and `python -m pos`. Puts together what may not know each other."""

from __future__ import annotations

import sys
from pathlib import Path

from pos.places import configuration


def _open_counter(file: Path) -> int:
    from pos.app import run_counter

    return run_counter(file)


def _open_practice(folder: Path | None, orders: int, language: str, *, auto: bool) -> int:
    from pos.demo.opening import open_practice

    return open_practice(folder, orders, language, auto=auto, open_counter=_open_counter)


def plainly(words: list[str]) -> Path | None:
    """Return the configuration of a command that only opens the counter; None for any other."""
    match words:
        case [] | ["counter"]:
            return configuration()
        case ["--config", file] | ["--config", file, "counter"]:
            return Path(file)
    return None


def main() -> None:
    """Open the counter, before even the command line is loaded, or run the command line."""
    if (file := plainly(sys.argv[1:])) is not None:
        sys.exit(_open_counter(file))
    from pos.cli.main import run

    run(_open_counter, _open_practice)


if __name__ == "__main__":
    main()
