"""What a shop can set for RayTeams: its workflow, its hosts, and all that the documents leave open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from sync.addresses import Address, address
from sync.channel import Capabilities
from sync.fitting import fits
from sync.messages import RemoteStatus, Verb

#: The secrets of this channel, as they are named in `POS_SECRET_<CHANNEL>_<FIELD>` …
SECRETS = ("CLIENT_ID", "CLIENT_SECRET", "ACCESS_TOKEN", "REFRESH_TOKEN")
#: … those of them that the service gives anew while it is worked …
RENEWED = ("ACCESS_TOKEN", "REFRESH_TOKEN")
#: … and the one that is asked for with another.
SPARE = ("ACCESS_TOKEN",)

#: The status of ours that a verb leads to; the shop's workflow has their word for it.
SETS: Mapping[Verb, RemoteStatus] = {
    "accept": "accepted",
    "reject": "rejected",
    "execute": "executed",
    "cancel": "canceled",
    "pay": "paid",
}

#: What a state means here where the shop's workflow does not name it, by its ``statusType``.
BY_TYPE: Mapping[str, RemoteStatus] = {"NEW": "placed", "INPROGRESS": "accepted", "CLOSED": "paid"}

#: Types whose states mean different things: done, declined, canceled. A verb is told as a state of them only
#: where one alone is mapped to nothing.
SEVERAL_DIFFER = frozenset({"CLOSED"})

#: What may follow from an ``errorCode``.
Follows = Literal["missing", "refused", "later", "unknown", "sign_in", "pause", "quiet"]

_PUT = "PUT /order/{_id}/status"
CAN = Capabilities(tells=dict.fromkeys(SETS, _PUT), harmless=frozenset(SETS))

#: The only stage that a sign-in's host is printed with.
_STAGE = "development"
_SCOPE = "{scope}"
_NO_CURRENCY = 'is no currency; allowed is a code of three letters, for example "JPY"'
_NO_HEADER = "is no name of a header; allowed are letters, figures and dashes, for example Authorization"


class Settings(BaseModel):
    """The keys of a ``[[channel]]`` of kind ``rayteams``; see NOTES.md for why each exists."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: What stands before ``/order``, for each scope (order, project, product …) or for all.
    base_url: Address = "https://api-ap-northeast-2-{scope}.rayteams.com/v1.0"
    #: What stands before ``/oauth2/token``; empty: the host beside that of the API.
    oauth_url: str = ""
    #: The page of the sign-in: the text says the one, its example the other.
    authorize_path: Literal["/oauth2/authorize", "/login"] = "/oauth2/authorize"
    #: Where the browser comes back to, on this machine; it must be registered there word for word.
    redirect_uri: str = "http://127.0.0.1:8417/rayteams"
    #: Protect the sign-in by a code that only we know (PKCE), and by one that must come back.
    pkce: bool = Field(default=True, strict=True)
    state: bool = Field(default=True, strict=True)
    #: The header that carries the token: every table says ``Authorization``, the text ``token``.
    token_header: Annotated[str, fits("[A-Za-z0-9-]+", _NO_HEADER)] = "Authorization"
    #: What stands before the token there; without it ``Bearer`` in ``Authorization``, nothing in another.
    token_prefix: str | None = None
    #: Their node id or status name -> our status; the first that maps to a status of ours is told.
    workflow: dict[str, RemoteStatus] = {}
    #: A product's name -> a workflow that its orders go by in place of that one.
    workflows: dict[str, dict[str, RemoteStatus]] = {}
    #: A sign or name of a currency -> its code; ``¥`` is the yuan's and the yen's, and without this neither.
    currencies: dict[str, Annotated[str, fits("[A-Z]{3}", _NO_CURRENCY)]] = {}
    #: Products whose workflows say which nodes there are: an order does not name its product's id.
    products: tuple[str, ...] = ()
    #: Orders that are followed whatever project they are in.
    watch: tuple[str, ...] = ()
    #: Walk all projects for their orders.
    discover: bool = Field(default=True, strict=True)
    #: How many projects in which nothing changed are asked for their orders in a fetch, in turn.
    projects_per_fetch: int = Field(default=5, ge=0, le=10_000, strict=True)
    #: What follows from an ``errorCode``; of theirs only ``NO_ITEM`` is known.
    error_codes: dict[str, Follows] = {}
    #: Calls in a second; 0: as many as come. There is a limit, and it is documented nowhere.
    calls_per_second: int = Field(default=0, ge=0, le=100, strict=True)

    @field_validator("base_url")
    @classmethod
    def _one_gap_at_most(cls, url: str) -> str:
        if re.search(r"[{}]", url.replace(_SCOPE, "")):
            raise ValueError("has a gap that is not {scope}: region, sandbox and version are written out")
        return url.rstrip("/")

    @field_validator("oauth_url")
    @classmethod
    def _address(cls, url: str) -> str:
        return address(url).rstrip("/").removesuffix("/oauth2") if url else ""

    @field_validator("redirect_uri")
    @classmethod
    def _on_this_machine(cls, uri: str) -> str:
        place = urlsplit(uri)
        if place.scheme != "http" or place.hostname not in ("127.0.0.1", "localhost") or place.port is None:
            raise ValueError("is not on this machine; allowed is for example http://127.0.0.1:8417/rayteams")
        return uri

    def api_url(self, scope: str) -> str:
        """Return what stands before the paths of a scope: order, project, product, group, user or file."""
        return self.base_url.replace(_SCOPE, scope)

    @property
    def sign_in_url(self) -> str:
        """What stands before ``/oauth2``: as it is set, else the host beside that of the API."""
        place = urlsplit(self.base_url)
        beside = place.netloc.replace(_SCOPE, _STAGE)
        if _SCOPE in place.netloc:
            beside = re.sub(r"^api-", "oauth-", beside)
        return self.oauth_url or f"{place.scheme}://{beside}"

    def of(self, product: str) -> Settings:
        """Return the settings for the orders of a product, by its name: with the workflow of its own."""
        own = self.workflows.get(product)
        return self if own is None else self.model_copy(update={"workflow": own})

    def states(self, verb: Verb) -> tuple[str, ...]:
        """Return their states that a verb may be told as, by the shop's workflow, the first first."""
        return tuple(state for state, ours in self.workflow.items() if ours == SETS.get(verb))

    def told(self, verb: Verb) -> str:
        """Return their state that a verb is told as, by the shop's workflow; empty where it has none."""
        return next(iter(self.states(verb)), "")


def can_with(settings: Settings) -> Capabilities:
    """Return what a service can be told: verbs for which a workflow of the shop or of a product has a state.

    Which states a product has is known only there: where several may be meant, the letter says so
    (`sync.channels.rayteams.letters.node_for`).
    """
    by_type = {ours: f"statusType {kind}" for kind, ours in BY_TYPE.items()} if settings.products else {}
    flows = (settings, *map(settings.of, settings.workflows))
    told = {verb: next(filter(None, (flow.told(verb) for flow in flows)), "") for verb in SETS}
    words = {verb: told[verb] or by_type.get(ours, "") for verb, ours in SETS.items()}
    tells = {verb: word for verb, word in words.items() if word}
    return Capabilities(
        tells=tells, harmless=frozenset(tells), lists=settings.discover or bool(settings.watch)
    )
