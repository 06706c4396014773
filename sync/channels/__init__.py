"""The kinds of channels that a shop can connect, by name; each is loaded when it is first asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sync.calls import Observe, unseen
from sync.channel import Capabilities, Channel
from sync.means import Means
from sync.messages import RemoteOrder, Unreadable
from sync.ports import Clock, Keep, Sleep
from sync.workflow import Node

if TYPE_CHECKING:
    from pydantic import BaseModel


#: The keys that say what a service's own words mean: its states, all or by product, and signs of currency.
_MEANT = ("workflow", "workflows", "currencies")


@dataclass(frozen=True, slots=True)
class Kind:
    """Where a kind of channel lives: its settings are quick to load, its opener loads the HTTP client."""

    settings: str
    parser: str
    opener: str
    workflow: str

    def settings_model(self) -> type[BaseModel]:
        """Return the model of the further keys of a ``[[channel]]`` of this kind, `base_url` among them."""
        model: type[BaseModel] = import_module(self.settings).Settings
        return model

    @property
    def can(self) -> Capabilities:
        """What a service of this kind can be told and asked."""
        can: Capabilities = import_module(self.settings).CAN
        return can

    @property
    def tells(self) -> frozenset[str]:
        """The verbs that a service of this kind can be told."""
        return frozenset(self.can.tells)

    def can_with(self, settings: Mapping[str, Any]) -> Capabilities:
        """Return what a service can be told and asked where a channel has these keys."""
        can_with = getattr(import_module(self.settings), "can_with", None)
        if can_with is None:
            return self.can
        can: Capabilities = can_with(self.settings_model().model_validate(dict(settings)))
        return can

    def secret_fields(self) -> tuple[str, ...]:
        """Return the names of the secrets that this kind may be given; the first says whose account it is."""
        fields: tuple[str, ...] = import_module(self.settings).SECRETS
        return fields

    def who_field(self) -> str:
        """Return the secret that says whose account it is; the others prove it."""
        return self.secret_fields()[0]

    def part_fields(self) -> tuple[str, ...]:
        """Return the settings that pick of an account what a channel hears: two may share it then."""
        fields: tuple[str, ...] = getattr(import_module(self.settings), "PARTS", ())
        return fields

    def renewed_fields(self) -> tuple[str, ...]:
        """Return those of the secrets that the service gives anew while it is worked, each worth keeping."""
        fields: tuple[str, ...] = getattr(import_module(self.settings), "RENEWED", ())
        return fields

    def spare_fields(self) -> tuple[str, ...]:
        """Return those of the secrets without which a channel works just as well: it asks for them itself."""
        fields: tuple[str, ...] = getattr(import_module(self.settings), "SPARE", ())
        return fields

    def account_field(self) -> str:
        """Return the secret that alone tells one shop's orders there from another's; empty: they differ."""
        field: str = getattr(import_module(self.settings), "ACCOUNT", "")
        return field

    @property
    def signs_in(self) -> bool:
        """Whether a person signs in there in a browser, and the service gives its secrets then."""
        return bool(self.renewed_fields())

    @property
    def has_workflow(self) -> bool:
        """Whether its states are the service's own, for the shop to map in ``[channel.workflow]``."""
        return "workflow" in self.settings_model().model_fields

    @property
    def by_type(self) -> Mapping[str, str]:
        """What a state of a type is to us where the shop's workflow does not name it; empty without types."""
        known: Mapping[str, str] = getattr(import_module(self.settings), "BY_TYPE", {})
        return known

    @property
    def several_differ(self) -> frozenset[str]:
        """The types of which no state is told while several are mapped to nothing: nobody knows which."""
        known: frozenset[str] = getattr(import_module(self.settings), "SEVERAL_DIFFER", frozenset())
        return known

    def keeping(self, keep: Keep | None) -> dict[str, Keep]:
        """Return what the kind's openers are also given: where new secrets go, if it gets any."""
        return {"keep": keep} if keep and self.renewed_fields() else {}

    def read(self, document: object, settings: Mapping[str, Any] | None = None) -> RemoteOrder | Unreadable:
        """Return what one of the kind's own documents says; settings may hold what its states mean."""
        said = {key: meant for key in _MEANT if (meant := (settings or {}).get(key))}
        heard: RemoteOrder | Unreadable = import_module(self.parser).parse(document, **said)
        return heard


def _kind(name: str) -> Kind:
    folder = f"sync.channels.{name}"
    parts = ("settings", "parse", "opening", "workflow")
    return Kind(*(f"{folder}.{part}" for part in parts))


KINDS: Mapping[str, Kind] = {
    name: _kind(name) for name in ("fankahui", "imweb", "crema", "rayteams", "impilo")
}


def build(
    kind: str,
    name: str,
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
    clock: Clock,
    sleep: Sleep = asyncio.sleep,
    keep: Keep | None = None,
    observe: Observe = unseen,
) -> Channel:
    """Return a channel of `kind`, ready to be worked; nothing is sent yet.

    `settings` are the kind's keys (see `Kind.settings_model`), `secrets` by field name; `keep` is given those
    that the service gives anew (`Kind.renewed_fields`), `observe` is told of every call. `clock` (UTC) and
    `sleep` (seconds) are all that it knows of time. Raises KeyError for a kind that is not known, pydantic's
    ValidationError for settings that are wrong.
    """
    place = KINDS[kind]
    model = place.settings_model().model_validate(dict(settings))
    opening = import_module(place.opener)
    means = Means(clock, sleep, observe=observe)
    client = opening.open_client(model, secrets, means, **place.keeping(keep))
    channel: Channel = opening.CHANNEL(name, client, model)
    return channel


async def sign_in_to(
    kind: str,
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
    clock: Clock,
    keep: Keep,
    browser: Callable[[str], object],
) -> None:
    """Let a person sign in in `browser`; the tokens go to `keep`. For a kind that `signs_in`.

    Raises the errors of `sync.errors`: Refused where they say no, TryLater after five minutes.
    """
    place = KINDS[kind]
    model = place.settings_model().model_validate(dict(settings))
    opened = import_module(place.opener).open_client
    client = opened(model, secrets, Means(clock), keep=keep, browser=browser)
    try:
        await client.sign_in()
    finally:
        await client.close()


async def nodes_of(
    kind: str, settings: Mapping[str, Any], secrets: Mapping[str, str], clock: Clock, keep: Keep
) -> tuple[Node, ...]:
    """Return the states of a service's own workflow, for a kind that `has_workflow`.

    Raises the errors of `sync.errors`.
    """
    place = KINDS[kind]
    model = place.settings_model().model_validate(dict(settings))
    opened = import_module(place.opener).open_client
    client = opened(model, secrets, Means(clock), **place.keeping(keep))
    try:
        found: tuple[Node, ...] = await import_module(place.workflow).nodes(client, model)
    finally:
        await client.close()
    return found
