"""The rules of the house that no linter knows."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

LONGEST_FILE = 330
AT_THE_TOP = {
    "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "pyproject.toml", "uv.lock",
    "assets", "pos", "printing", "sync", "tests",
}  # fmt: skip
MACHINE_PATH = re.compile(
    r"(?<![\w.:/}\])*-])(?:/(?:root|home|work|opt|Users|mnt|tmp)/\w|[A-Z]:\\\\?Users\\)"
)
TOOL_OF_ONE_MACHINE = re.compile(r"\bpy[e]nv\b|\buv[e]nv\b|/\.librar[y]\b")
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)|\b(?:src|href|srcset)=\"([^\"]+)\"")
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|#|//")


def test_the_top_level_holds_only_what_is_agreed(root: Path) -> None:
    found = {entry.name for entry in root.iterdir() if not entry.name.startswith(".")}
    assert found - {"__pycache__"} == AT_THE_TOP


def test_no_module_is_longer_than_a_reader_likes(texts: dict[Path, str]) -> None:
    modules = {file: text for file, text in texts.items() if file.parts[0] in {"pos", "printing", "sync"}}
    lengths = {str(file): text.count("\n") for file, text in modules.items() if file.suffix == ".py"}
    assert lengths
    assert {file: length for file, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_file_names_the_machine_it_was_written_on(texts: dict[Path, str]) -> None:
    found = [
        f"{file}: {match.group()}"
        for file, text in texts.items()
        for pattern in (MACHINE_PATH, TOOL_OF_ONE_MACHINE)
        for match in pattern.finditer(text)
    ]
    assert found == []


def test_every_relative_link_of_a_page_leads_somewhere(root: Path, texts: dict[Path, str]) -> None:
    pages = {file: text for file, text in texts.items() if file.suffix == ".md"}
    links = [(page, one or other) for page, text in pages.items() for one, other in LINK.findall(text)]
    near = [(page, link) for page, link in links if not ELSEWHERE.match(link)]
    missing = [
        f"{page}: {link}" for page, link in near if not (root / page.parent / link.split("#")[0]).exists()
    ]
    assert missing == []


def test_every_decision_has_its_own_number_and_fits_on_a_screen(texts: dict[Path, str]) -> None:
    decisions = {file.name: text for file, text in texts.items() if file.parts[0] == ".decisions"}
    numbers = sorted(name.split("-")[0] for name in decisions)
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
    assert {name: text.count("\n") for name, text in decisions.items() if text.count("\n") > 24} == {}


def test_the_first_tool_has_the_version_and_the_hashes_of_the_lock(root: Path) -> None:
    first = (root / ".ci" / "uv.txt").read_text(encoding="utf-8")
    locked = tomllib.loads((root / "uv.lock").read_text(encoding="utf-8"))["package"]
    [uv] = [package for package in locked if package["name"] == "uv"]
    assert re.findall(r"^uv==(\S+)", first, re.MULTILINE) == [uv["version"]]
    assert set(re.findall(r"sha256:\w+", first)) == {file["hash"] for file in (uv["sdist"], *uv["wheels"])}


def test_all_that_is_locked_carries_a_hash(root: Path) -> None:
    locked = tomllib.loads((root / "uv.lock").read_text(encoding="utf-8"))["package"]
    files = [file for package in locked for file in package.get("wheels", [])]
    assert files
    assert [file["url"] for file in files if not file.get("hash", "").startswith("sha256:")] == []
