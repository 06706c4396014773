"""What imweb wants to know with each verb, as data: a screen asks for it, a shell says what is missing.

`requests` checks the same where it is sent; a test holds that they agree.
"""

from __future__ import annotations

from collections.abc import Mapping

from sync.channel import Ask
from sync.channels.imweb.codes import BUYER_PAYS

_WHY = Ask("reason_code", "code", codes="reason_code")
_REASON = Ask("reason_code", "code", needed=True, codes="reason_code")
_FEE = Ask("fee", "code", needed=True, codes="fee", when="reason_code", among=BUYER_PAYS)
_COLLECT = Ask("collect", "flag")
_BACK = (
    Ask("carrier", "code", needed=True, codes="carrier", when="collect", among=frozenset({""})),
    Ask("tracking", "number", needed=True, when="collect", among=frozenset({""})),
)

_PARCEL = (Ask("parcel_code", "code", codes="carrier"), Ask("invoice_no", "number"))
_EXTRA = Ask("etc_price", "amounts")
_REFUND = (_EXTRA, Ask("refund_point", "amounts"), Ask("claim_memo"))
_SENT = frozenset({"DELIVERY"})

#: Beside what is named here, a verb or an answer has nothing to say.
ASKS: Mapping[str, tuple[Ask, ...]] = {
    "dispatch": (
        Ask("carrier", "code", needed=True, codes="carrier"),
        Ask("tracking", "number", needed=True),
    ),
    # Without one the shop's own setting is told: what nobody can be asked about is told all the same.
    "reject": (_WHY,),
    "cancel": (_WHY,),
    "return": (_REASON, _FEE, _COLLECT, *_BACK),
    "exchange": (_REASON, _COLLECT, *_BACK),
    "claim.cancel.reject": _PARCEL,
    "claim.cancel.accept": _REFUND,
    "claim.return.reject": (Ask("reason"),),
    "claim.return.return_done": _REFUND,
    "claim.exchange.reject": _PARCEL,
    "claim.exchange.accept": (_EXTRA,),
    "claim.exchange.withhold": (
        Ask("reason_code", "code", needed=True, codes="withhold"),
        Ask("reason_detail"),
        Ask("etc_price", "amounts", when="reason_code", among=frozenset({"EXCHANGE_EXTRAFEE"})),
    ),
    "claim.exchange.resend": (
        Ask("method", "code", needed=True, codes="resend"),
        Ask("parcel_code", "code", needed=True, codes="carrier", when="method", among=_SENT),
        Ask("invoice_no", "number", needed=True, when="method", among=_SENT),
    ),
}
