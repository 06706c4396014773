"""The folder where papers are kept, each as picture, text and bytes, and never half of a file."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Sequence
from pathlib import Path

from printing.document import Drawer
from printing.lines import Line, TextLine
from printing.picture import to_png, to_text
from printing.profiles import Profile
from printing.simulator.paper import SimulatedPaper

#: Lines of a paper that its row in papers.jsonl repeats.
_FIRST_LINES = 4


class Folder:
    """Keeps papers as `0001.png`, `.txt` and `.bin`, and a row for each in `papers.jsonl`, oldest first."""

    def __init__(self, path: Path, profile: Profile) -> None:
        """Begin in `path`, after the papers that are there; raises OSError."""
        path.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._profile = profile
        self._list = path / "papers.jsonl"
        self._rows = self._list.read_text(encoding="utf-8") if self._list.exists() else ""
        self._drawing: asyncio.Task[None] | None = None

    @property
    def next_number(self) -> int:
        """The number of the next paper."""
        kept = [int(file.stem) for file in self._path.glob("*.bin") if file.stem.isdigit()]
        return max(kept, default=0) + 1

    def keep(self, paper: SimulatedPaper) -> None:
        """Keep a paper before anybody is told that it came out; its picture follows. Raises OSError."""
        stem = f"{paper.number:04d}"
        self._write(f"{stem}.bin", paper.data)
        self._write(f"{stem}.txt", to_text(paper.lines, _columns(paper.lines, self._profile)).encode())
        self._rows += json.dumps(_row(paper), ensure_ascii=False) + "\n"
        self._write(self._list.name, self._rows.encode())
        self._drawing = asyncio.get_running_loop().create_task(self._draw(stem, paper, self._drawing))

    async def _draw(self, stem: str, paper: SimulatedPaper, before: asyncio.Task[None] | None) -> None:
        """Draw on a thread, one after the other, while the printer answers and prints on."""
        if before is not None:
            await asyncio.wait({before})
        columns = _columns(paper.lines, self._profile)
        png = await asyncio.to_thread(to_png, paper.lines, columns, self._profile.encoding)
        self._write(f"{stem}.png", png)

    def _write(self, name: str, data: bytes) -> None:
        """Write a file so that nobody ever sees half of it."""
        half = self._path / f".{name}.half"
        half.write_bytes(data)
        os.replace(half, self._path / name)

    async def close(self) -> None:
        """Wait until every picture is drawn."""
        if self._drawing is not None:
            await self._drawing


def _row(paper: SimulatedPaper) -> dict[str, object]:
    texts = [line for line in paper.text.splitlines() if line.strip()]
    return {
        "number": paper.number,
        "whole": paper.whole,
        "at": paper.at.isoformat(timespec="milliseconds"),
        "texts": texts[:_FIRST_LINES],
        "drawer": paper.count(Drawer),
        "notes": list(paper.notes),
    }


def _columns(lines: Sequence[Line], profile: Profile) -> int:
    """Return the paper's columns; more where smaller letters, or another program, put more into a line."""
    texts = (line for line in lines if isinstance(line, TextLine))
    return max(profile.columns, *(sum(span.columns for span in line.spans) for line in texts), 0)
