"""What the product ships beside its code: words, icons, sounds, theme, the practice shop."""

from __future__ import annotations

from pathlib import Path

#: Installed as files, always: Qt and miniaudio open them by their paths.
_HERE = Path(__file__).parent


def path(*parts: str) -> Path:
    """Return the path of an asset; raises FileNotFoundError, naming it, when there is none."""
    found = _HERE.joinpath(*parts)
    if not found.exists():
        raise FileNotFoundError(f"asset {'/'.join(parts)}")
    return found


def text(*parts: str) -> str:
    """Return the text of an asset (UTF-8)."""
    return path(*parts).read_text(encoding="utf-8")
