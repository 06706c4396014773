"""What a shop can set for impilo: all that its documents leave open."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sync.addresses import Address
from sync.channel import Capabilities
from sync.channels.impilo.codes import MOST_ROWS, SITE
from sync.fitting import fits
from sync.messages import RemoteStatus
from sync.verdicts import ERROR_KEYS, ErrorKey

#: The secrets of this channel, as they are named in `POS_SECRET_<CHANNEL>_<FIELD>`.
SECRETS = ("API_KEY",)
#: What a channel hears of an account, where it is not all: another channel may hear the rest.
PARTS = ("filters",)

#: No call cancels, changes or answers an order: it can only be made.
CAN = Capabilities(tells={"register": "POST /api/v3/order"}, harmless=frozenset())

_NOT_TWO = "must be two names of parameters with a slash between, for example page/size"


class Settings(BaseModel):
    """The keys of a ``[[channel]]`` of kind ``impilo``; see NOTES.md for why each exists."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: What stands before ``/api/v3/order``.
    base_url: Address = "https://app.impiloplatform.com"
    #: Their status -> ours. Of theirs only ``reconfirmAddress`` is known by name.
    workflow: dict[str, RemoteStatus] = {}
    #: The shop's own site, for which orders without a patient are made.
    site: str = ""
    #: Orders asked for at once; the service's own default is 15.
    page_size: int = Field(default=100, ge=1, le=MOST_ROWS, strict=True)
    #: The names of the two page parameters; these are those of a list beside that of orders.
    page_parameters: Annotated[str, fits(r"[^\s/&=?#]+/[^\s/&=?#]+", _NOT_TWO)] = "page/size"
    #: How a shipment is asked for: an open word, of which only this is known.
    shipping_option: str = "standard"
    #: Filters that a list is asked with as they are: which there are is not documented.
    filters: dict[str, str] = {}
    #: Where the words of a refusal are looked for, the first first: its envelope is not documented.
    error_keys: tuple[ErrorKey, ...] = ERROR_KEYS

    @property
    def own_guest(self) -> str:
        """The guest's id that an order for the shop's own site has here; empty where it has none."""
        return SITE + self.site.strip() if self.site.strip() else ""
