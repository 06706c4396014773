"""A web shop's orders as imweb keeps them: rows, product-orders, and what each action makes of them."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sync.sandbox.imweb_shapes import ORDER, PART, filled, item

Document = dict[str, Any]

#: What an action makes of an order's row and one of its product-orders; returns why it cannot, empty if done.
Change = Callable[[Document, Document], str]

#: What an action makes of a product-order, by the state it is in.
MOVES: Mapping[str, Mapping[str, str]] = {
    "deposit": {"PAY_WAIT": "PAY_COMPLETE"},
    "place": {"PAY_COMPLETE": "STANDBY"},
    "send": {"PAY_COMPLETE": "DELIVERING", "STANDBY": "DELIVERING"},
    "complete": dict.fromkeys(("PAY_COMPLETE", "STANDBY", "DELIVERING"), "COMPLETE"),
    "cancel": dict.fromkeys(("PAY_WAIT", "PAY_COMPLETE", "STANDBY"), "CANCEL"),
}

#: The claims that the shop can open, from these states.
OPENS: Mapping[str, str] = {"return": "RETURN_REQUEST", "exchange": "EXCHANGE_REQUEST"}
_DELIVERED = ("DELIVERING", "COMPLETE")


class Answered(NamedTuple):
    """What an answer to a claim leads to: the claim's state (empty: over), and a status where it has one."""

    claim: str
    status: str = ""
    gives_money_back: bool = False


#: What an answer makes of a claim, by the claim, the answer, and the state the claim is in.
CLAIMS: Mapping[tuple[str, str], Mapping[str, Answered]] = {
    ("cancel", "reject"): {"CANCEL_REQUEST": Answered("", "DELIVERING")},
    ("cancel", "accept"): {"CANCEL_REQUEST": Answered("", "CANCEL", gives_money_back=True)},
    ("cancel", "retry"): dict.fromkeys(("CANCELING", "CANCEL_FAILED"), Answered("", "CANCEL", True)),
    ("cancel", "force_cancel"): dict.fromkeys(
        ("CANCEL_REQUEST", "CANCELING", "CANCEL_FAILED"), Answered("", "CANCEL")
    ),
    ("return", "reject"): {"RETURN_REQUEST": Answered("")},
    ("return", "accept"): {"RETURN_REQUEST": Answered("RETURN_COLLECTING")},
    ("return", "collect_done"): {"RETURN_COLLECTING": Answered("RETURN_COLLECT_DONE")},
    ("return", "withhold"): {"RETURN_COLLECT_DONE": Answered("RETURN_COLLECT_DONE")},
    ("return", "releasehold"): {"RETURN_COLLECT_DONE": Answered("RETURN_COLLECT_DONE")},
    ("return", "return_done"): {"RETURN_COLLECT_DONE": Answered("", "RETURN", gives_money_back=True)},
    ("return", "return_force_done"): dict.fromkeys(
        ("RETURN_COLLECT_DONE", "RETURN_REFUNDING", "RETURN_REFUND_FAILED"), Answered("", "RETURN")
    ),
    ("exchange", "reject"): {"EXCHANGE_REQUEST": Answered("")},
    ("exchange", "accept"): {"EXCHANGE_REQUEST": Answered("EXCHANGE_COLLECTIN")},
    ("exchange", "collect_done"): {"EXCHANGE_COLLECTIN": Answered("EXCHANGE_COLLECT_DONE")},
    ("exchange", "withhold"): {"EXCHANGE_COLLECT_DONE": Answered("EXCHANGE_COLLECT_DONE")},
    ("exchange", "releasehold"): {"EXCHANGE_COLLECT_DONE": Answered("EXCHANGE_COLLECT_DONE")},
    ("exchange", "resend"): {"EXCHANGE_COLLECT_DONE": Answered("REDELIVERING")},
    ("exchange", "exchange_done"): {"REDELIVERING": Answered("", "EXCHANGE")},
}

#: Money of these comes by hand, and does not go back by itself.
_BY_HAND = frozenset({"cash", "virtual"})

_FAILURE = "처리할 수 없는 상태입니다."
_NO_REFUND = "자동환불불가"


@dataclass
class Orders:
    """All orders of the shop. `clock` gives seconds since 1970."""

    clock: Callable[[], float]
    random: random.Random
    rows: dict[str, Document] = field(default_factory=dict)
    #: order number -> product-order's number -> product-order
    parts: dict[str, dict[str, Document]] = field(default_factory=dict)
    #: product-order's number -> what the service says instead of acting on it
    held: dict[str, str] = field(default_factory=dict)
    #: orders of which the next action is answered, and neither done nor refused
    ignored: dict[str, float] = field(default_factory=dict)
    #: orders of which the shop's own cancel is a claim first, in this state
    deferred: dict[str, str] = field(default_factory=dict)

    def place(self, said: Mapping[str, Any]) -> Document:
        """Place an order as a guest does; what is left out is made up. ``prod_orders`` are its parts."""
        number = self._number()
        made_up = {"order_no": number, "order_code": f"o{number}", "order_time": int(self.clock())}
        row = filled(ORDER, **made_up | {k: v for k, v in said.items() if k != "prod_orders"})
        parts = [self._part(each) for each in said.get("prod_orders") or [{}]]
        if "total_price" not in row["payment"]:
            row["payment"]["total_price"] = _sum(parts)
        self.rows[number] = row
        self.parts[number] = {part["order_no"]: part for part in parts}
        return {"id": number, "prod_orders": list(self.parts[number]), **row}

    def order_of(self, part_no: str) -> str | None:
        """Return the number of the order that a product-order belongs to."""
        return next((number for number, parts in self.parts.items() if part_no in parts), None)

    def ignore(self, number: str, times: float = math.inf, **_: Any) -> None:
        """Let so many actions on an order be answered, and be neither done nor refused, or until `heed`."""
        self.ignored[number] = times

    def heed(self, number: str, **_: Any) -> None:
        """Let actions on an order be done again."""
        self.ignored.pop(number, None)

    def ignores(self, number: str) -> bool:
        """Whether this action on an order is neither done nor refused."""
        left = self.ignored.pop(number, 0)
        if left > 1:
            self.ignored[number] = left - 1
        return left > 0

    def defer(self, number: str, state: str = "CANCELING", **_: Any) -> None:
        """Let the shop's cancels of an order be claims in this state, until they are done or taken back."""
        self.deferred[number] = state

    def decide(self, number: str, done: bool = True, **_: Any) -> None:
        """Let the claims to cancel an order be done, or taken back by the service."""
        for part in self.parts[number].values():
            if part["claim_type"] == "CANCEL":
                part.update(claim_type="", claim_status="", **({"status": "CANCEL"} if done else {}))

    def act(self, number: str, part_no: str, change: Change) -> list[Document]:
        """Let `change` act on all product-orders, or on one; return those for which it was not done."""
        row, parts = self.rows[number], self.parts[number]
        chosen = [parts[part_no]] if part_no else list(parts.values())
        why = {p["order_no"]: self.held.get(p["order_no"]) or change(row, p) for p in chosen}
        return [_failure(part, words) for part, words in why.items() if words]

    def move(self, action: str, etc: Mapping[str, Any]) -> Change:
        """Return the change that an action makes."""

        def change(row: Document, part: Document) -> str:
            if action in OPENS:
                return self._open(part, action)
            status = MOVES[action].get(part["status"])
            if status is None or part["claim_status"]:
                return _FAILURE
            if action == "cancel" and (state := self.deferred.get(row["order_no"])):
                part.update(claim_type="CANCEL", claim_status=state)
                return ""
            part["status"] = status
            self._stamp(part, status)
            part.update({key: etc[key] for key in ("parcel_code", "invoice_no") if key in etc})
            return ""

        return change

    def answer(self, claim: str, action: str, etc: Mapping[str, Any]) -> Change:
        """Return the change that an answer to a claim makes."""

        def change(row: Document, part: Document) -> str:
            answered = CLAIMS[claim, action].get(part["claim_status"])
            if answered is None:
                return _FAILURE
            if answered.gives_money_back and row["payment"]["pay_type"] in _BY_HAND:
                return _NO_REFUND
            part["claim_status"] = answered.claim
            part["claim_type"] = part["claim_type"] if answered.claim else ""
            part["status"] = answered.status or part["status"]
            part.update({key: etc[key] for key in ("parcel_code", "invoice_no") if key in etc})
            return ""

        return change

    def ask(self, number: str, claim: str) -> None:
        """Let the guest ask for a cancellation, a return or an exchange of the whole order."""
        for part in self.parts[number].values():
            if claim == "cancel" and part["status"] == "PAY_WAIT":
                part["status"] = "CANCEL"
            else:
                part.update(claim_type=claim.upper(), claim_status=f"{claim.upper()}_REQUEST")

    def _open(self, part: Document, action: str) -> str:
        if part["status"] not in _DELIVERED or part["claim_status"]:
            return _FAILURE
        part.update(claim_type=action.upper(), claim_status=OPENS[action])
        return ""

    def _stamp(self, part: Document, status: str) -> None:
        times = {"PAY_COMPLETE": "pay_time", "DELIVERING": "delivery_time", "COMPLETE": "complete_time"}
        if status in times:
            part[times[status]] = int(self.clock())

    def _number(self) -> str:
        day = datetime.fromtimestamp(self.clock(), UTC)
        return f"{day:%Y%m%d}{self.random.randrange(10**7):07d}"

    def _part(self, said: Mapping[str, Any]) -> Document:
        paid = said.get("status", "PAY_COMPLETE") != "PAY_WAIT"
        made_up = {
            "order_no": self._number(),
            "code": f"po{self.random.getrandbits(52):013x}",
            "pay_time": int(self.clock()) if paid else 0,
        }
        part = filled(PART, **made_up | dict(said))
        part["items"] = [item(self.random.randrange(10**6), each) for each in part["items"] or [{}]]
        return part


def _failure(part_no: str, words: str) -> Document:
    return {"prod_order_no": part_no, "msg": words, "detail_msg": ""}


def _sum(parts: Sequence[Document]) -> int:
    payments: Iterable[Document] = (each["payment"] for part in parts for each in part["items"])
    return sum(int(payment.get("price") or 0) for payment in payments)
