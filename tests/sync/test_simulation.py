"""All five kinds of channels in a world of faults, crashes and bad clocks, by seed; wrong ones must show.

A failing seed says how it is lived again: ``SIM_SEEDS=17 pytest tests/sync/test_simulation.py``, or
``SIM_SEEDS=0-100000`` for a night.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from tests.sync.simulation.loop import live
from tests.sync.simulation.stage import Stage, lived
from tests.sync.simulation.variants import VARIANTS, wrong

#: So many seeds are lived in the suite; the environment can ask for others.
SEEDS = 500
SLICES = 20

#: A variant that is wrong shows within so many seeds.
SHOWS_WITHIN = 60


def asked_for() -> range:
    """Return the seeds to live."""
    first, _, last = os.environ.get("SIM_SEEDS", f"0-{SEEDS - 1}").partition("-")
    return range(int(first), int(last or first) + 1)


@pytest.fixture(autouse=True)
def _nothing_is_printed() -> Iterator[None]:
    with capture_logs():
        yield


@pytest.mark.parametrize("share", range(SLICES))
def test_nothing_is_lost_doubled_or_believed_whatever_fails(share: int) -> None:
    for seed in asked_for()[share::SLICES]:
        found = lived(seed)
        assert found == [], f"again: SIM_SEEDS={seed} pytest {__file__.partition('/tests/')[1]}"


def asked_in(seed: int) -> list[tuple[float, str, str, int]]:
    """Return all that reached the services in a seed."""
    stage = Stage(seed)
    live(stage.live())
    return [(asked.at, asked.method, asked.path, asked.status) for asked in stage.world.asked]


@pytest.mark.parametrize("seed", [0, 11])
def test_a_seed_is_the_same_whenever_it_is_lived(seed: int) -> None:
    assert asked_in(seed) == asked_in(seed) != asked_in(seed + 5)


@pytest.mark.parametrize("name", VARIANTS)
def test_the_simulation_notices_when(name: str) -> None:
    with wrong(name) as variant:
        seeds = (variant.first, *range(0, SHOWS_WITHIN * variant.every, variant.every))
        assert any(lived(seed, kind=variant.kind) for seed in seeds)
