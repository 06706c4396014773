"""Fonts are found, and asked what they really have."""

from __future__ import annotations

from pathlib import Path

import pytest

from printing.drawing import fonts
from printing.drawing.coverage import Coverage, coverage


@pytest.mark.parametrize("char", "A中한ラéЖ")
@pytest.mark.parametrize("bold", [False, True])
def test_the_shops_languages_have_a_font_here(char: str, bold: bool) -> None:
    face = fonts.face_for(char, "zh_CN", bold)
    assert face is not None
    assert char in coverage(face.path, face.index)


def test_a_range_holds_its_ends_and_nothing_beside_them() -> None:
    covered = Coverage((0x41, 0x4E00), (0x43, 0x4E01))
    assert [char in covered for char in "@ACD中丁一\u4e02"] == [
        False,
        True,
        True,
        False,
        False,
        True,
        True,
        False,
    ]


def test_korean_letters_come_from_the_korean_face_where_the_font_has_one() -> None:
    korean, chinese = (fonts.face_for("直", language, False) for language in ("ko_KR", "zh_CN"))
    assert korean is not None
    assert chinese is not None
    assert korean != chinese or korean.path.name != "NotoSansCJK-Regular.ttc"


@pytest.mark.parametrize(
    "content", [b"", b"ttcf", b"\x00\x01\x00\x00\x00\x01" + bytes(40), b"not a font at all" * 9]
)
def test_a_file_that_is_no_font_covers_nothing(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.ttf"
    path.write_bytes(content)
    assert "A" not in coverage(path)


def test_a_file_that_is_gone_covers_nothing(tmp_path: Path) -> None:
    assert "A" not in coverage(tmp_path / "gone.ttf")


def test_a_machine_without_fonts_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "face_for", lambda *_wanted: None)
    assert {script.package for script in fonts.missing()} == {
        "fonts-noto-cjk",
        "fonts-noto-core",
        "fonts-symbola",
    }
    assert fonts.missing(["thai"]) == [fonts.Missing("thai", "fonts-noto-core", "Noto Sans Thai")]


def test_what_can_be_drawn_here_is_not_called_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "face_for", lambda *_wanted: fonts.Face(Path("all.ttf")))
    assert fonts.missing() == []


def test_no_script_of_the_shops_is_missing_here() -> None:
    assert fonts.missing(["latin", "han", "hangul", "kana"]) == []
