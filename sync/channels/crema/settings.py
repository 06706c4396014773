"""What a shop can set for CREMA: all that its documents leave open or contradict themselves about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from sync.addresses import Address
from sync.channel import Capabilities
from sync.fitting import fits
from sync.verdicts import ERROR_KEYS, ErrorKey

#: The secrets of this channel, as they are named in `POS_SECRET_<CHANNEL>_<FIELD>`.
SECRETS = ("CLIENT_ID", "CLIENT_SECRET")
#: Whose sales an account is told of, where it is not all: another channel may tell of the others.
PARTS = ("tell_about",)

#: It is told what was sold elsewhere, and has no orders of its own to accept.
CAN = Capabilities(
    tells={"sale": "주문상품 등록·수정", "forget": "주문상품 삭제"},
    harmless=frozenset(("sale", "forget")),
    partly=frozenset(("sale", "forget")),
    lists=False,
)

#: How a sold line stands here.
Standing = Literal["unpaid", "paid", "accepted", "executed", "settled", "canceled", "returned"]

#: … and which status that is there. Of these, ``paid`` and ``delivery_finished`` are in CREMA's own pages,
#: the others are from a client that cites them.
STATUSES: Mapping[Standing, str] = {
    "unpaid": "not_paid",
    "paid": "paid",
    "accepted": "delivery_preparing",
    "executed": "delivery_started",
    "settled": "delivery_finished",
    "canceled": "cancelled",
    "returned": "returned",
}

#: A carrier's code here -> the service's word for it, of which only this one is in its pages.
DELIVERY_SERVICES: Mapping[str, str] = {"EPOST": "epost"}

#: So many rows the service gives at once, whatever it is asked for.
MOST_ROWS = 100

_NO_CURRENCY = 'is no currency; allowed is a code of three letters, for example "KRW", or none'


class Settings(BaseModel):
    """The keys of a ``[[channel]]`` of kind ``crema``; see NOTES.md for why each exists."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: What stands before ``/oauth/token``.
    base_url: Address = "https://api.cre.ma"
    #: The channels whose orders are told; empty: all.
    tell_about: tuple[str, ...] = ()
    #: For so many days it is looked, a few orders at each sweep, whether what was told still stands there.
    watch_days: int = Field(default=30, ge=0, le=366, strict=True)
    #: Where the token goes: the documents pass ``access_token``, real clients an ``Authorization``.
    token_in: Literal["header", "parameter"] = "header"
    #: Carriers: code here = word there, beside those in DELIVERY_SERVICES.
    delivery_services: dict[str, str] = {}
    #: How what is told is written; the documents have both.
    body: Literal["json", "form"] = "json"
    #: How a line stands here = the status there, where it is not the one in STATUSES.
    statuses: dict[Standing, str] = {}
    #: What stands before an option that has no name of its own: the service wants ``key:value``.
    option_key: Annotated[str, fits("[^:]+", "must be a word without a colon")] = "option"
    #: The currency in which the account keeps prices; lines in another are told without a price.
    currency: Annotated[str, fits("([A-Z]{3})?", _NO_CURRENCY)] = ""
    #: Rows asked for at once; the service's own default is 30.
    page_size: int = Field(default=MOST_ROWS, ge=1, le=MOST_ROWS, strict=True)
    #: Where the words of a refusal are looked for, the first first: no envelope of one is documented.
    error_keys: tuple[ErrorKey, ...] = ERROR_KEYS
    #: Tell again by itself what was answered by 429; else the channel pauses until a person goes on.
    retry_429: bool = Field(default=True, strict=True)

    @field_validator("delivery_services")
    @classmethod
    def _by_code(cls, known: dict[str, str]) -> dict[str, str]:
        return {code.casefold(): word for code, word in known.items()}

    def delivery_service(self, carrier: str) -> str:
        """Return the service's word for a carrier's code; one that nobody mapped stays as it is."""
        known = {code.casefold(): word for code, word in DELIVERY_SERVICES.items()} | self.delivery_services
        return known.get(carrier.casefold(), carrier)

    def status(self, standing: Standing) -> str:
        """Return the status there of a line that stands so here."""
        return self.statuses.get(standing) or STATUSES[standing]
