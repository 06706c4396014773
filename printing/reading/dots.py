"""Dots as the older commands send them, turned into rows."""

from __future__ import annotations

from printing.lines import Bitmap


def from_columns(data: bytes, high: int) -> Bitmap:
    """Return dots that came column after column, each `high` dots (a multiple of 8) from top to bottom."""
    size = high // 8
    if not size:
        return Bitmap(0, b"")
    columns = [int.from_bytes(data[at : at + size], "big") for at in range(0, len(data) - size + 1, size)]
    width = -(-len(columns) // 8) * 8
    rows = bytearray()
    for row in range(high):
        bit = high - 1 - row
        bits = "".join("1" if column >> bit & 1 else "0" for column in columns).ljust(width, "0")
        rows += int(bits or "0", 2).to_bytes(width // 8, "big")
    return Bitmap(width, bytes(rows))


def scaled(image: Bitmap, across: int, down: int) -> Bitmap:
    """Return the dots `across` times as wide and `down` times as high."""
    size = image.width // 8
    rows = [image.rows[at : at + size] for at in range(0, len(image.rows), size)] if size else []
    wide = [_stretched(row, across) for row in rows]
    return Bitmap(image.width * across, b"".join(row for row in wide for _ in range(down)))


def _stretched(row: bytes, times: int) -> bytes:
    if times == 1:
        return row
    bits = "".join(bit * times for bit in f"{int.from_bytes(row, 'big'):0{len(row) * 8}b}")
    return int(bits, 2).to_bytes(len(row) * times, "big")
