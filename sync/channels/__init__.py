"""The kinds of channels that a shop can connect, by name; each is loaded when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sync.channel import Channel
from sync.messages import RemoteOrder, Unreadable

if TYPE_CHECKING:
    from pydantic import BaseModel

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Kind:
    """Where a kind of channel lives: settings (quick to load), parser, and opener (loads the HTTP client)."""

    settings: str
    parser: str
    opener: str

    def settings_model(self) -> type[BaseModel]:
        """Return the model of the further keys of a ``[[channel]]`` of this kind, `base_url` among them."""
        model: type[BaseModel] = import_module(self.settings).Settings
        return model

    @property
    def tells(self) -> frozenset[str]:
        """The verbs that a service of this kind can be told."""
        verbs: frozenset[str] = import_module(self.settings).TELLS
        return verbs

    def secret_fields(self) -> tuple[str, ...]:
        """Return the names of the secrets that this kind may be given."""
        fields: tuple[str, ...] = import_module(self.settings).SECRETS
        return fields

    def read(self, document: object) -> RemoteOrder | Unreadable:
        """Return what one of the kind's own documents says."""
        heard: RemoteOrder | Unreadable = import_module(self.parser).parse(document)
        return heard


KINDS: Mapping[str, Kind] = {
    "fankahui": Kind(
        settings="sync.channels.fankahui.settings",
        parser="sync.channels.fankahui.parse",
        opener="sync.channels.fankahui.opening",
    ),
}


def build(
    kind: str, name: str, settings: Mapping[str, Any], secrets: Mapping[str, str], clock: Clock
) -> Channel:
    """Return a channel of `kind`, ready to be worked; nothing is sent yet.

    `settings` are the kind's keys (see `Kind.settings_model`), `secrets` by field name. Raises KeyError for a
    kind that is not known, pydantic's ValidationError for settings that are wrong.
    """
    place = KINDS[kind]
    model = place.settings_model().model_validate(dict(settings))
    channel: Channel = import_module(place.opener).open_channel(name, model, secrets, clock)
    return channel
