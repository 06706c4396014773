"""Engines and an imweb that are wrong about what was refused, not confirmed, or not paid yet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sync.channels.imweb import channel as imweb_channel
from sync.channels.imweb import letters as imweb_letters
from sync.channels.imweb.answers import Outcome
from tests.sync.simulation import counter


def failures_in_a_success_are_not_seen(patch: pytest.MonkeyPatch) -> None:
    """What imweb lists as failed inside a success is passed over."""
    right = imweb_channel.ImwebChannel._take

    async def take(self: Any, order_no: str, step: Any) -> Outcome:
        return replace(await right(self, order_no, step), failed=())

    patch.setattr(imweb_channel.ImwebChannel, "_take", take)


def a_refused_part_comes_last(patch: pytest.MonkeyPatch) -> None:
    """A refused part stands behind all that was written since."""
    right = counter.Store.split_off

    def split_off(self: Any, whole: Any, failed: Any) -> None:
        known = list(self.rows)
        right(self, whole, failed)
        self.rows.sort(key=lambda row: row not in known)

    patch.setattr(counter.Store, "split_off", split_off)


def silence_is_consent(patch: pytest.MonkeyPatch) -> None:
    """An answer that confirms nothing counts as told."""
    patch.setattr(imweb_channel, "_unconfirmed", lambda *_: set())


def unpaid_is_refused(patch: pytest.MonkeyPatch) -> None:
    """What has to wait for money is told all the same."""
    patch.setattr(imweb_letters, "_ONCE_PAID", frozenset())


def money_waits_its_turn(patch: pytest.MonkeyPatch) -> None:
    """Money waits behind what waits for it."""
    right = counter.Row.goes_before

    def goes_before(self: Any, earlier: Any) -> bool:
        return self.part_of is not None and right(self, earlier)

    patch.setattr(counter.Row, "goes_before", goes_before)
