"""The cashier of a day with five services, who goes on from wherever the store is."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid5

from pos.actions import channels, deals, new, orders, outbox, refunds, services, supplies
from pos.adapters import Net
from pos.domain.order import Line, Order, OrderType, Status
from pos.domain.payment import Amount, PaymentStatus
from pos.domain.refusals import Refused, Stale
from pos.store import backlog, queries
from pos.store.database import utcnow
from pos.store.rows import ChannelRow, LetterRow
from pos.store.store import Store
from pos.store.tx import Who
from tests.journey.five.fates import MADE_HERE, SUPPLIES, WANTED, fate, goes_back, is_brought
from tests.journey.paper.beside import Beside

CASHIER = Who("cashier", "shell")
CARRIER = "CJ"

#: Why the cashier gives a letter up that can be told no more.
GIVEN_UP = "overtaken by the guest"

#: At these looks of a life in the storm a channel is left alone, and worked again.
PAUSED, RESUMED = 8, 16

_OFF = (Status.REJECTED, Status.CANCELED)

#: How long a channel is left to itself that is not well.
PATIENCE = timedelta(seconds=4)

Say = Callable[[Mapping[str, Any]], None]


class Cashier:
    """Looks at the board, and does for every order what is next."""

    def __init__(self, store: Store, net: Net, task: Mapping[str, Any], say: Say) -> None:
        self.store, self.net, self.task, self.say = store, net, task, say
        self.chance = random.Random(task["seed"])
        self.beside = Beside(store, task, self.do)
        self.looks = 0
        #: when each channel was last well, or helped
        self.well_at = dict.fromkeys((row.name for row in self.channels()), utcnow())

    def channels(self) -> list[ChannelRow]:
        """Return how each channel is."""
        return self.store.ask(backlog.channels, self.store.shop)

    def is_done(self) -> bool:
        """Whether every order has come and is closed, what goes back is back, and all is told and printed."""
        found = self.store.ask(queries.orders)
        return (
            len(found) == self.task["expected"]
            and not any(order.open or self.wants_back(order) for order in found)
            and not self.store.ask(backlog.letters, ("waiting", "sending", "failed"), None)
            and not self.claims()
            and not self.beside.waiting()
        )

    def look(self) -> None:
        """Do for every order what is next, and see to what failed."""
        self.looks += 1
        self.beside.see_to(self.beside.waiting())
        for letter in self.store.ask(backlog.letters, ("failed",), None):
            self.see_to(letter)
        for order, claim in self.claims():
            self.answer(order, claim)
        for order in self.store.ask(queries.orders):
            # Not everything at once: what guests do shall come at any moment between.
            if self.task["calm"] or self.chance.random() < 0.4:
                self.next(order)
        if len(self.store.ask(queries.orders)) < self.task["expected"]:
            self.make()
        if self.task["calm"]:
            self.help()
        else:
            self.pause()

    def make(self) -> None:
        """Make the orders of those who stand at the counter, and order what the shop itself needs."""
        found = self.store.ask(queries.orders)
        if sum(order.own for order in found) < MADE_HERE and self.chance.random() < 0.3:
            line = Line("", "酸梅汤", self.chance.randint(1, 3), 600, item_id="drink")
            self.do(new.place, new.Draft(OrderType.EAT_IN, (line,)))
        if sum(map(self.is_supplies, found)) < SUPPLIES and self.chance.random() < 0.3:
            self.do(supplies.order_supplies, "impilo", WANTED)

    def is_supplies(self, order: Order) -> bool:
        """Whether the shop ordered it for itself."""
        return self.store.shop.is_itself(order.channel, order.guest.id)

    def next(self, order: Order) -> None:
        """Do the next thing for an order: by its own fate, which stays the same through every life."""
        own = fate(self.task["fates"], order.id)
        if not order.open:
            self.give_back(order)
        elif self.is_supplies(order):
            self.take_in(order)
        elif order.status is Status.PLACED:
            self.answer_new(order, own)
        elif order.status is Status.ACCEPTED:
            self.do(
                orders.cancel if 0.15 < own < 0.25 else orders.execute, order.id, *_why(0.15 < own < 0.25)
            )
        elif 0.25 < own < 0.33 and order.dispatched_at is None:
            self.do(orders.cancel, order.id, "sold out")
        elif order.channel == "imweb" and order.dispatched_at is None:
            waybill = () if is_brought(order) else (CARRIER, f"6000{order.number:0>6}")
            self.do(services.dispatch, order.id, *waybill)
        else:
            self.settle(order)

    def answer_new(self, order: Order, own: float) -> None:
        """Accept or reject; who has paid nothing in the web shop by the evening is sent away."""
        unpaid = order.channel == "imweb" and not order.payment.taken_online
        if unpaid and not self.task["calm"]:
            return
        if unpaid or (own < 0.15 and not order.guest_is_here and not self.was_rejected(order)):
            self.do(orders.reject, order.id, "sold out")
        else:
            self.do(orders.accept, order.id)

    def was_rejected(self, order: Order) -> bool:
        """Whether its service would not have it rejected: what lives there is served here."""
        return any(row.verb == "reject" for row in self.store.ask(backlog.order_letters, order.id))

    def settle(self, order: Order) -> None:
        """Take the money, in whatever way, where it is not taken yet."""
        due = 0 if order.payment.taken_online else order.total or 0
        method = self.chance.choice(("weixin", "alipay", "cash"))
        self.do(deals.settle, [order.id], [Amount(method, due)] if due else [])

    def take_in(self, order: Order) -> None:
        """What the shop needs has come, once its service knows that it wants it."""
        if order.remote_id:
            self.do(supplies.take_in, order.id)

    def wants_back(self, order: Order) -> bool:
        """Whether a guest is not content, and nobody has given anything back yet."""
        paid = order.status is Status.PAID and order.payment.status is PaymentStatus.PAID
        return paid and not self.is_supplies(order) and goes_back(order) is not None

    def give_back(self, order: Order) -> None:
        """Refund an order, or a piece of it, to who is not content."""
        pieces = goes_back(order)
        if pieces is not None and self.wants_back(order):
            named = [(order.id, line, many) for line, many in pieces.items()]
            self.do(refunds.refund, order.deal_id, named, (), "too salty", uuid5(order.id, "refund"))

    def claims(self) -> list[tuple[Order, str]]:
        """Return what guests of the web shop ask for, that is not answered."""
        found = []
        for row in self.store.ask(backlog.attention):
            problem = str(row.facts.get("problem") or "")
            if row.kind == "problem" and problem.endswith("_requested") and row.order_id:
                found.append(
                    (self.store.ask(queries.order, row.order_id), problem.removesuffix("_requested"))
                )
        return found

    def answer(self, order: Order, claim: str) -> None:
        """Let a guest cancel what has not left, and take nothing back that has."""
        if claim == "cancel" and order.status in _OFF:
            return  # its own letter says yes
        if claim == "cancel" and order.open and order.dispatched_at is None:
            self.do(
                orders.reject if order.status is Status.PLACED else orders.cancel, order.id, "as you wish"
            )
        elif claim == "cancel":
            way = {"parcel_code": order.carrier, "invoice_no": order.tracking} if order.tracking else {}
            self.do(services.answer_claim, order.id, claim, "reject", way)
        else:
            self.do(services.answer_claim, order.id, claim, "reject", {"reason": "eaten"})

    def see_to(self, letter: LetterRow) -> None:
        """Try again what failed; what can be no more is given up, so that what waits behind it goes."""
        order = self.store.ask(queries.order, letter.order_id)
        asked = {row.kind for row in self.store.ask(backlog.attention) if row.order_id == order.id}
        off = order.status in _OFF and letter.verb not in ("reject", "cancel", "sale")
        gone = letter.error.startswith("deleted_there") and self.chance.random() < 0.5
        if off or gone or letter.error.startswith("moved_on") or "paid_here_off_there" in asked:
            self.do(outbox.drop, letter.id, GIVEN_UP)
        elif self.chance.random() < 0.3:
            self.do(outbox.retry, letter.id)

    def pause(self) -> None:
        """Leave a channel alone for a while, once in a life."""
        names = sorted(self.store.shop.channels)
        name = names[self.task["seed"] % len(names)]
        if self.looks == PAUSED:
            self.do(channels.pause, name)
        elif self.looks == RESUMED:
            self.do(channels.resume, name)

    def help(self) -> None:
        """Let everything go at once that waits for its time; and again, where that has not helped."""
        for row in self.channels():
            if row.paused_until:
                self.do(channels.resume, row.name)
            elif row.state == "well":
                self.well_at[row.name] = utcnow()
            elif utcnow() > self.well_at[row.name] + PATIENCE:
                self.do(outbox.retry_all)
                self.do(channels.try_again, row.name)
                self.well_at[row.name] = utcnow()

    def do(self, action: Callable[..., Any], *args: Any) -> None:
        """Do one thing; a guest may have been first, and then it is refused."""
        try:
            self.store.do(action, CASHIER, *args).result()
        except (Refused, Stale) as no:
            self.say({"refused": f"{action.__name__}: {no}"})


def _why(canceled: bool) -> tuple[str, ...]:
    return ("sold out",) if canceled else ()
