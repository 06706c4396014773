"""What a channel's settings say of its service's own states: a new one waits until they are mapped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pos.actions import channels
from pos.config_edit import EditTrouble
from pos.store.store import Store
from pos.store.tx import Who
from sync.channels import KINDS


@dataclass(frozen=True, slots=True)
class States:
    """Settings that are about to be saved: of a new channel, or of the one called `was`."""

    store: Store
    who: Who
    values: Mapping[str, Any]
    was: str

    @property
    def name(self) -> str:
        """What the channel is called."""
        return str(self.values["name"])

    @property
    def are_to_be_mapped(self) -> bool:
        """Whether the channel is new, and what its service's states mean is not said yet."""
        kind = KINDS[str(self.values["kind"])]
        return not self.was and kind.has_workflow and not self.values.get("workflow")

    @property
    def are_said(self) -> bool:
        """Whether the settings say which state means what."""
        return bool(self.was) and "workflow" in self.values

    @contextmanager
    def saved(self) -> Iterator[None]:
        """Hold a new channel back before the block saves it: what ends in between leaves it paused."""
        if self.are_to_be_mapped:
            service = str(self.values["kind"]), str(self.values.get("base_url", "")).rstrip("/")
            self.store.do(channels.hold_back, self.who, self.name, *service).result()
        try:
            yield
        except EditTrouble:
            if self.are_to_be_mapped:
                self.store.do(channels.mapped, self.who, self.name).result()
            raise
        if self.are_said:  # before its new worker asks how far it was heard
            self.store.do(channels.look_through_soon, self.who, self.name).result()

    def go_on(self) -> None:
        """Work a channel that was held back; its worker knows the states by now."""
        if self.are_said:
            self.store.do(channels.mapped, self.who, self.name).result()
