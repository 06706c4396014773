"""Which characters a font file says it has: its cmap table, as the OpenType specification lays it out."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO


@dataclass(frozen=True, slots=True)
class Coverage:
    """Ranges of code points, in order: `starts[i]` to `ends[i]`, both included."""

    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    def __contains__(self, char: str) -> bool:
        code = ord(char)
        place = bisect_right(self.starts, code) - 1
        return place >= 0 and code <= self.ends[place]


def coverage(path: Path, index: int = 0) -> Coverage:
    """Return what face `index` of a font file covers; nothing where the file is not as it should be."""
    try:
        with path.open("rb") as file:
            return _read(file, index)
    except (OSError, struct.error, KeyError):
        return Coverage()


def _read(file: BinaryIO, index: int) -> Coverage:
    base = 0
    if _at(file, 0, "4s")[0] == b"ttcf":
        (base,) = _at(file, 12 + 4 * index, "I")
    table = _cmap(file, base)
    _version, count = _at(file, table, "HH")
    subtables = [table + _at(file, table + 4 + 8 * number, "HHI")[2] for number in range(count)]
    by_format = {_at(file, subtable, "H")[0]: subtable for subtable in subtables}
    best = max(by_format.keys() & _FORMATS.keys(), default=None)
    return Coverage() if best is None else _FORMATS[best](file, by_format[best])


def _at(file: BinaryIO, offset: int, fields: str) -> tuple[Any, ...]:
    layout = struct.Struct(">" + fields)
    file.seek(offset)
    return layout.unpack(file.read(layout.size))


def _cmap(file: BinaryIO, base: int) -> int:
    """Return where the face's cmap table begins; raises KeyError where it has none."""
    count = _at(file, base + 4, "H")[0]
    file.seek(base + 12)
    tables = {tag: offset for tag, _sum, offset, _size in struct.iter_unpack(">4sIII", file.read(16 * count))}
    return int(tables[b"cmap"])


def _segments(file: BinaryIO, subtable: int) -> Coverage:
    """Read format 4: two parallel arrays of 16-bit codes, the ends first."""
    count = _at(file, subtable + 6, "H")[0] // 2
    ends = _at(file, subtable + 14, f"{count}H")
    starts = _at(file, subtable + 16 + 2 * count, f"{count}H")
    return Coverage(starts, ends)


def _groups(file: BinaryIO, subtable: int) -> Coverage:
    """Read format 12: triples of 32-bit start, end and first glyph."""
    count = _at(file, subtable + 12, "I")[0]
    triples = _at(file, subtable + 16, f"{3 * count}I")
    return Coverage(triples[0::3], triples[1::3])


_FORMATS: dict[int, Callable[[BinaryIO, int], Coverage]] = {4: _segments, 12: _groups}
