"""A list lays out only what came, went or changed."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import pytest

from pos.ui.parts.rows import ROW, Rows


class Row(NamedTuple):
    """A row for these tests."""

    id: int
    text: str = ""


@pytest.fixture
def rows():
    """Return a model, and what it says about its changes."""
    model, said = Rows(str), []
    model.modelReset.connect(lambda: said.append("reset"))
    model.rowsInserted.connect(lambda _parent, first, last: said.append(("in", first, last)))
    model.rowsRemoved.connect(lambda _parent, first, last: said.append(("out", first, last)))
    model.dataChanged.connect(lambda first, _last: said.append(("changed", first.row())))
    return model, said


def shown(model):
    """Return what the model holds now."""
    return [model.data(model.index(place), ROW) for place in range(model.rowCount())]


def test_what_comes_goes_and_changes_moves_nothing_else(rows):
    model, said = rows
    model.show([Row(1), Row(2), Row(3), Row(4)])
    said.clear()
    model.show([Row(0), Row(1), Row(4, "new"), Row(5), Row(6)])
    assert said == [("out", 1, 2), ("in", 0, 0), ("in", 3, 4), ("changed", 2)]
    assert shown(model) == [Row(0), Row(1), Row(4, "new"), Row(5), Row(6)]


def test_only_another_order_of_what_stays_resets_the_list(rows):
    model, said = rows
    model.show([Row(1), Row(2)])
    said.clear()
    model.show([Row(2), Row(1)])
    assert said == ["reset"]


def test_every_change_of_a_short_list_ends_in_what_was_meant(rows):
    model, _ = rows
    every = [row for many in range(4) for row in itertools.permutations((Row(1), Row(2), Row(3)), many)]
    for before, after in itertools.product(every, every):
        model.show(before)
        model.show([row._replace(text="again") for row in after])
        assert shown(model) == [row._replace(text="again") for row in after]
