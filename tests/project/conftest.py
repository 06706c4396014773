"""What the tests of the project itself look at: the checkout, and every file in it that we wrote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("pos", "printing", "sync", "assets")
WRITTEN = (*PACKAGES, "tests", ".ci", ".decisions")


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the top of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def packaged_files() -> list[Path]:
    """Return every file of the packages that we ship, relative to the checkout."""
    return [file.relative_to(ROOT) for package in PACKAGES for file in _files_below(ROOT / package)]


@pytest.fixture(scope="session")
def texts() -> dict[Path, str]:
    """Return what stands in every file that we wrote, by its path relative to the checkout."""
    files = [file for file in ROOT.iterdir() if file.is_file()]
    files += [file for name in WRITTEN for file in _files_below(ROOT / name)]
    return {file.relative_to(ROOT): file.read_text(encoding="utf-8", errors="replace") for file in files}


def _files_below(folder: Path) -> Iterator[Path]:
    return (
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts and file.suffix != ".pyc"
    )
