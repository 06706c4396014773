"""Every row of every table in the services' documents has a test that names it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from tests.sync.documented.rows import NAMED, ROWS

TESTS = Path(__file__).parents[1]


def name_their_rows() -> None:
    """Read every test that is about rows: reading it names them."""
    for file in sorted(TESTS.rglob("test_*.py")):
        if "documented.rows import" in file.read_text(encoding="utf-8"):
            import_module(".".join(file.relative_to(TESTS.parent).with_suffix("").parts))


@pytest.mark.parametrize("kind", ROWS)
def test_each_row_of_each_table_has_a_test_that_names_it(kind: str) -> None:
    name_their_rows()
    assert ROWS[kind] - NAMED[kind] == set()
