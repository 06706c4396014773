"""How the command finds out that only the counter is wanted."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos.__main__ import plainly


@pytest.mark.parametrize("words", [["--config", "shop.toml"], ["--config", "shop.toml", "counter"]])
def test_a_plain_command_opens_the_counter_of_its_file(words: list[str]) -> None:
    assert plainly(words) == Path("shop.toml")


@pytest.mark.parametrize("words", [[], ["counter"]])
def test_without_a_file_it_is_the_users(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POS_CONFIG", "/etc/pos.toml")
    assert plainly(words) == Path("/etc/pos.toml")


@pytest.mark.parametrize("words", [["orders"], ["--json"], ["--config"], ["counter", "--help"], ["--help"]])
def test_everything_else_is_for_the_command_line(words: list[str]) -> None:
    assert plainly(words) is None
