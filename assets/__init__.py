"""What the product ships beside its code: words, icons, sounds, theme, the practice shop; read through here."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def path(*parts: str) -> Path:
    """Return the path of an asset; raises FileNotFoundError, naming it, when there is none."""
    found = Path(str(files(__name__))).joinpath(*parts)
    if not found.exists():
        raise FileNotFoundError(f"asset {'/'.join(parts)}")
    return found


def text(*parts: str) -> str:
    """Return the text of an asset (UTF-8)."""
    return path(*parts).read_text(encoding="utf-8")
