"""How tickets look, dot by dot, without any font: letters are boxes, all else is as it prints."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from printing.drawing import fonts
from printing.profiles import profile
from printing.render import to_png
from printing.tickets import Copy, to_json
from tests.printing.samples import TICKETS

KEPT = Path(__file__).parent / "snapshots" / "pictures"

#: One of each kind, on both papers, and everything that may be on one of them.
PICTURES: dict[str, tuple[str, int, Copy, bool]] = {
    "kitchen": ("kitchen-zh", 80, Copy(), False),
    "kitchen-duplicate": ("kitchen-en", 58, Copy(2, "duplicate", "hot"), False),
    "add": ("add-zh", 58, Copy(), False),
    "expediter": ("expediter-add-zh", 80, Copy(), False),
    "delivery": ("delivery-ko", 58, Copy(), False),
    "settlement": ("settlement-zh", 80, Copy(), True),
    "settlement-reprint": ("settlement-en", 58, Copy(3, "reprint"), False),
    "refund": ("refund-en", 58, Copy(), True),
    "report": ("report-z-en", 80, Copy(), False),
    "test": ("test-en", 80, Copy(), False),
}


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take all fonts away: what they draw differs from machine to machine."""
    monkeypatch.setattr(fonts, "FOLDERS", {"linux": (), sys.platform: ()})
    forget_all()
    yield
    forget_all()


def forget_all() -> None:
    """Empty every cache of the package: a letter that was drawn before would be drawn as it was."""
    ours = [module for name, module in sys.modules.items() if name.startswith("printing.")]
    for known in (getattr(one, "cache_clear", None) for module in ours for one in vars(module).values()):
        if known is not None:
            known()


def logo() -> bytes:
    """Return a picture in which a wrong turn, size or threshold shows."""
    steps = Image.new("L", (160, 64), 255)
    for step in range(8):
        steps.paste(step * 32, (step * 20, step * 8, 160, 64))
    out = io.BytesIO()
    steps.save(out, "PNG")
    return out.getvalue()


def picture(name: str, paper: int, copy: Copy, with_logo: bool) -> Image.Image:
    used: Any = profile(paper)
    shown = to_png(to_json(TICKETS[name]), replace(used, logo=logo()) if with_logo else used, copy)
    with Image.open(io.BytesIO(shown)) as opened:
        return opened.convert("L").point(lambda grey: 255 if grey > 127 else 0).convert("1")


@pytest.mark.usefixtures("no_fonts")
@pytest.mark.parametrize("name", PICTURES)
def test_every_kind_of_ticket_looks_as_it_was_approved(name: str) -> None:
    shown, file = picture(*PICTURES[name]), KEPT / f"{name}.png"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        shown.save(file, optimize=True)
    with Image.open(file) as kept:
        assert kept.size == shown.size
        assert ImageChops.logical_xor(kept.convert("1"), shown).getbbox() is None


def test_the_pictures_are_few_and_small() -> None:
    files = list(KEPT.glob("*.png"))
    assert {file.stem for file in files} == set(PICTURES)
    assert sum(file.stat().st_size for file in files) < 200_000
