"""Payment: a state of its own beside the order's status."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PaymentStatus(StrEnum):
    """Whether the guest's money is here, as far as anybody knows."""

    UNPAID = "unpaid"
    PAID = "paid"
    PART_REFUNDED = "part_refunded"
    REFUNDED = "refunded"
    UNKNOWN = "unknown"


#: Money has gone back, or some of it.
GONE_BACK = frozenset({PaymentStatus.PART_REFUNDED, PaymentStatus.REFUNDED})

#: The methods that every shop has; a shop may add words of its own.
CASH, WEIXIN, ALIPAY, PREPAY = "cash", "weixin", "alipay", "prepay"
METHODS = (CASH, WEIXIN, ALIPAY, PREPAY)

#: How money that a channel took is called where the channel does not say.
ONLINE = "online"


@dataclass(frozen=True, slots=True)
class Payment:
    """How an order is or was to be paid. `online`: the channel took the money, the counter must not."""

    type: str = ""
    status: PaymentStatus = PaymentStatus.UNPAID
    online: bool = False

    @property
    def taken_online(self) -> bool:
        """Whether the channel holds the guest's money, or what a refund left of it: nothing is taken here."""
        return self.online and self.status in (PaymentStatus.PAID, PaymentStatus.PART_REFUNDED)

    @property
    def seen_to_there(self) -> bool:
        """Whether nothing is to be taken here: the channel has the money, or gave it back to the guest."""
        return self.taken_online or self.given_back_there

    @property
    def given_back_there(self) -> bool:
        """Whether the channel took the money and gave all of it back."""
        return self.online and self.status is PaymentStatus.REFUNDED


UNPAID = Payment()


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in one method: minor units, as it enters the books (cash: without what was given back)."""

    method: str
    amount: int
