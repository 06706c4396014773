"""What a shop can set for imweb: all that its documents leave open or contradict themselves about."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sync.addresses import Address
from sync.channel import Capabilities
from sync.channels.imweb.asks import ASKS
from sync.channels.imweb.carriers import CARRIERS
from sync.channels.imweb.codes import (
    ACTIONS,
    CLAIM_ACTIONS,
    CLAIM_TYPES,
    FEE_METHODS,
    REASONS,
    RESEND_METHODS,
    WITHHOLD_REASONS,
    OrderStatus,
    Reason,
)
from sync.fitting import fits

#: The secrets of this channel, as they are named in `POS_SECRET_<CHANNEL>_<FIELD>`.
SECRETS = ("KEY", "SECRET")
#: Whose orders they are: every shop has the same address, and no answer names the shop.
ACCOUNT = "KEY"

CAN = Capabilities(
    tells={
        "accept": ACTIONS["place"],
        "execute": ACTIONS["place"],
        "reject": ACTIONS["cancel"],
        "cancel": ACTIONS["cancel"],
        "dispatch": ACTIONS["send"],
        "pay": ACTIONS["deposit"],
        "complete": ACTIONS["complete"],
        "return": ACTIONS["return"],
        "exchange": ACTIONS["exchange"],
        "claim": "클레임 처리",
    },
    harmless=frozenset(
        ("accept", "execute", "reject", "cancel", "dispatch", "pay", "complete", "return", "exchange")
    ),
    partly=frozenset(
        (
            "accept",
            "execute",
            "reject",
            "cancel",
            "dispatch",
            "pay",
            "complete",
            "return",
            "exchange",
            "claim",
        )
    ),
    choices={
        "reason_code": REASONS,
        "carrier": CARRIERS,
        "fee": FEE_METHODS,
        "claim": {kind.lower(): name for kind, name in CLAIM_TYPES.items()},
        **{f"claim.{claim}": answers for claim, answers in CLAIM_ACTIONS.items()},
        "withhold": WITHHOLD_REASONS,
        "resend": RESEND_METHODS,
    },
    asks=ASKS,
)

_NO_STATE = "is no state; allowed are letters, figures and low lines, for example ON_HOLD"


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


class Settings(BaseModel):
    """The keys of a ``[[channel]]`` of kind ``imweb``; see NOTES.md for why each exists."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: What stands before ``/v2/auth``.
    base_url: Address = "https://api.imweb.me"
    #: Orders in these states are fetched; empty: in any.
    statuses: tuple[OrderStatus, ...] = ()
    #: States beside those that the documents list, of orders that are to be fetched and swept too.
    extra_statuses: tuple[Annotated[str, fits(r"[A-Za-z0-9_]+", _NO_STATE)], ...] = ()
    #: The sign-in's heading says GET, its examples send a body.
    auth_method: Annotated[Literal["GET", "POST"], BeforeValidator(_upper)] = "GET"
    #: The waybill's page prints GET, the page beside it PATCH.
    invoice_method: Annotated[Literal["GET", "PATCH", "POST", "PUT"], BeforeValidator(_upper)] = "PATCH"
    #: Which of the eleven reasons is told where a reject or a cancel names none of them.
    reject_reason: Reason = "SOLD_OUT"
    #: The documents' examples send what a list is asked for as a body of a GET, real clients in the query.
    list_parameters: Literal["query", "body"] = "query"
    #: How direct collection is written: its values are documented nowhere.
    collect_values: Literal["true/false", "Y/N", "1/0"] = "Y/N"
    #: Orders asked for at once; the service allows up to 100.
    page_size: int = Field(default=100, ge=1, le=100, strict=True)
    #: Orders this young are looked at in every fetch, all others in every sweep.
    recent_hours: float = Field(default=24, gt=0, le=24 * 90, strict=True)
    #: The version of the API; empty: the newest.
    version: str = ""
    #: ``v1`` or ``v2``: in no document, sent by clients of 2026; empty: not sent.
    order_version: Literal["", "v1", "v2"] = ""
    #: A partner's code, for partners only.
    affiliate: str = ""
    #: What the service allows in a second, of lists of all orders and of everything else.
    lists_per_second: int = Field(default=1, ge=1, le=100, strict=True)
    calls_per_second: int = Field(default=5, ge=1, le=100, strict=True)
