"""`make bench`: every figure that the product promises, each against its floor in the same run."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from . import paper, showing, storing, syncing, transport

#: What can be measured alone: `python -m tests.bench storing`.
PARTS = {
    "storing": storing.figures,
    "showing": showing.figures,
    "paper": paper.figures,
    "transport": transport.figures,
    "syncing": syncing.figures,
}


def main(wanted: list[str]) -> int:
    """Print each figure; the status says whether all were reached."""
    print(f"{'':<44} {'ours':>12} {'floor':>12} {'ratio':>8}")  # noqa: T201
    missed = 0
    with tempfile.TemporaryDirectory(prefix="pos-bench-") as folder:
        for name, figures in PARTS.items():
            if wanted and name not in wanted:
                continue
            for figure in figures(Path(folder)):
                print(figure.line(), flush=True)  # noqa: T201
                missed += not figure.reached
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
