"""Measuring: medians of several runs, always as a ratio to a floor that was measured in the same run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what was measured, against what, and how far it may be from it.

    `ratio` is compared with `limit`: at most, or at least where `at_least`.
    """

    name: str
    ours: str
    floor: str
    ratio: float
    limit: float
    at_least: bool = False

    @property
    def reached(self) -> bool:
        """Whether the figure is where it should be."""
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit

    def line(self) -> str:
        """Return the figure as one line of the report."""
        sign = "≥" if self.at_least else "≤"
        verdict = "reached" if self.reached else "MISSED"
        figures = f"{self.ours:>12} {self.floor:>12} {self.ratio:>8.2f}"
        return f"{self.name:<44} {figures}  {sign} {self.limit:<5} {verdict}"


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes, in seconds."""
    start = perf_counter()
    work()
    return perf_counter() - start


def shown(value: float) -> str:
    """Return seconds in the unit that a person would choose."""
    return f"{value * 1000:.2f} ms" if value < 1 else f"{value:.2f} s"


def middle(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the pair (ours, floor) of the run whose ratio is the median."""
    return sorted(pairs, key=lambda pair: pair[0] / pair[1])[len(pairs) // 2]
