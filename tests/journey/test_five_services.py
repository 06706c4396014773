"""A day with all five services, under faults and two kills, ends equal on both sides."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from pos.config import Config
from sync.channels import KINDS
from tests.journey.five.check import Day, complaints
from tests.journey.five.world import LONGEST, STORMY, opened

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="counters are forked")


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in KINDS:
        for field in KINDS[kind].secret_fields():
            monkeypatch.setenv(f"POS_SECRET_{kind.upper()}_{field}", "practice")


@pytest.mark.parametrize("seed", [20261121])
def test_a_day_with_all_five_services_ends_equal_on_both_sides(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with opened(tmp_path, seed) as world:
        for _ in range(2):
            world.live(LONGEST, kill_after=chance.uniform(STORMY, STORMY + 3))
        world.live(STORMY)
        world.guests.go()
        world.live(LONGEST, calm=True)
        shop = Config.model_validate(world.task(0, calm=True)["config"]).facts
        day = Day.of(world.store, shop, world.there())
    assert complaints(day) == [], world.story()
    assert world.over, world.story()
    assert world.kills == 2
