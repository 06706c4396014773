"""`pos doctor` looks into the store, not only whether it opens."""

from __future__ import annotations

from typing import Any

import pytest


def test_a_store_that_was_only_used_is_well(shop: Any, draft: Any) -> None:
    assert shop.pos("new", draft()).status == 0
    [store] = [one for one in shop.pos("--json", "doctor").json["findings"] if one["name"] == "store"]
    assert store["ok"]


def test_a_journal_written_with_another_key_is_named(
    shop: Any, draft: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shop.pos("new", draft()).status == 0
    monkeypatch.setenv("POS_SECRET_SHOP_JOURNAL", "another hand")
    told = shop.pos("doctor")
    assert told.status == 1
    assert "The journal does not hold together at line 1" in told.out
