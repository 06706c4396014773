"""What a shop can set for fankahui: all that its documents leave open or contradict themselves about."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sync.addresses import Address
from sync.channel import Capabilities
from sync.verdicts import ERROR_KEYS, ErrorKey

#: The secrets of this channel, as they are named in `POS_SECRET_<CHANNEL>_<FIELD>`.
SECRETS = ("USERNAME", "PASSWORD")
#: What a channel hears of an account, where it is not all: another channel may hear the rest.
PARTS = ("shop_id",)

CAN = Capabilities(
    tells={
        "register": "POST /orders",
        "accept": "status accepted",
        "reject": "status rejected",
        "execute": "status executed",
        "cancel": "status canceled",
        "pay": "payment paid",
        "note": "memo",
        "amend": "items",
    },
    harmless=frozenset({"accept", "reject", "execute", "cancel", "note", "amend"}),
    choices={"method": {"cash": "现金", "weixin": "微信", "alipay": "支付宝", "prepay": "储值"}},
    stored_value=True,
    guests_set=frozenset({"executed", "paid"}),
)


class Settings(BaseModel):
    """The keys of a ``[[channel]]`` of kind ``fankahui``; see NOTES.md for why each exists."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: What stands before ``/orders``.
    base_url: Address
    #: The collection in which the shop's account lives: ``/users/login`` or ``/employes/login``.
    login: Literal["users", "employes"] = "users"
    #: The vendor's app writes them with a dollar sign, the documents of its other collections without.
    page_parameters: Literal["$skip/$limit", "skip/limit"] = "$skip/$limit"
    #: Orders asked for at once.
    page_size: int = Field(default=50, ge=1, le=1000, strict=True)
    #: Only this shop's orders are fetched, and orders of the counter are registered for it.
    shop_id: str = ""
    #: Ask ``/orders/count`` before paging; a stock deployd allows that to its administrator only.
    use_count: bool = Field(default=False, strict=True)
    #: The unit of times that are sent; when reading, both are understood.
    times: Literal["seconds", "milliseconds"] = "seconds"
    #: Who speaks in the memo for the shop where the order does not name its shop.
    shop_name: str = "门店"
    #: The only known host speaks plain http; sending a password that way is for the shop to allow.
    allow_plain_http: bool = Field(default=False, strict=True)
    #: Where the words of a refusal are looked for, the first first: pages and programs differ.
    error_keys: tuple[ErrorKey, ...] = ERROR_KEYS
