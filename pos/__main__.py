"""The entry point: `pos` and `python -m pos`. Puts together what may not know each other."""

from __future__ import annotations

from pathlib import Path


def _open_counter(file: Path) -> int:
    from pos.app import run_counter

    return run_counter(file)


def _open_practice(folder: Path | None, orders: int, language: str, *, auto: bool) -> int:
    from pos.demo.opening import open_practice

    return open_practice(folder, orders, language, auto=auto, open_counter=_open_counter)


def main() -> None:
    """Run the command line."""
    from pos.cli.main import run

    run(_open_counter, _open_practice)


if __name__ == "__main__":
    main()
