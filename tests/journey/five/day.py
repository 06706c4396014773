"""A counter's life with five services: its real net, and a cashier who goes on from wherever the store is."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pos.actions import deals, new, orders, outbox, services
from pos.adapters import Net
from pos.config import Config
from pos.domain.order import Line, Order, OrderType, Status
from pos.domain.payment import Amount
from pos.domain.refusals import Refused, Stale
from pos.secrets import Secrets
from pos.store import backlog, queries
from pos.store.database import utcnow
from pos.store.rows import ChannelRow, LetterRow
from pos.store.store import Store
from pos.store.tx import Who

KEY = b"a key for the journal of one test"
CASHIER = Who("cashier", "shell")
CARRIER = "CJ"

#: Orders that guests make at the counter itself.
MADE_HERE = 3

#: Why the cashier gives a letter up that can be told no more.
GIVEN_UP = "overtaken by the guest"

_OFF = (Status.REJECTED, Status.CANCELED)

#: Seconds between two looks at the board.
LOOK = 0.1

#: How long a channel is left to itself that was helped.
PATIENCE = timedelta(seconds=4)

Say = Callable[[Mapping[str, Any]], None]


def live(task: Mapping[str, Any], say: Say) -> None:
    """Open the store and work for so many seconds, or until nothing is left to do where all is calm."""
    config = Config.model_validate(task["config"])
    store = Store.open(task["store"], config.facts, KEY)
    net = Net(store, config, Secrets(Path(task["folder"])), printing=False)
    net.start()
    day = _Day(store, net, task, say)
    day.work()
    net.stop()
    store.close()


class _Day:
    def __init__(self, store: Store, net: Net, task: Mapping[str, Any], say: Say) -> None:
        self.store, self.net, self.task, self.say = store, net, task, say
        self.began = utcnow()
        self.helped = dict.fromkeys((row.name for row in self.channels()), self.began)
        self.chance = random.Random(task["seed"])
        self._stop = threading.Event()

    def work(self) -> None:
        """Act until the time is over."""
        end = time.monotonic() + self.task["seconds"]
        heard = False
        while time.monotonic() < end:
            if not heard and self.all_heard_since(None):
                heard = True
                self.say({"heard": True})
            self.look()
            if self.task["calm"] and self.is_over():
                self.say({"over": True})
                return
            self._stop.wait(LOOK)

    def all_heard_since(self, moment: datetime | None) -> bool:
        """Whether every channel has been heard well, and since then."""
        return all(
            row.state == "well" and row.heard_at and (not moment or row.heard_at > moment)
            for row in self.channels()
        )

    def channels(self) -> list[ChannelRow]:
        """Return how each channel is."""
        return self.store.ask(backlog.channels, self.store.shop)

    def is_over(self) -> bool:
        """Whether every order has come and is closed, every letter told, and every service heard anew."""
        found = self.store.ask(queries.orders)
        return (
            len(found) == self.task["expected"]
            and not any(order.open for order in found)
            and not self.store.ask(backlog.letters, ("waiting", "sending", "failed"), None)
            and not self.claims()
            and self.all_heard_since(self.began)
        )

    def look(self) -> None:
        """Do for every order what is next, and see to what failed."""
        for letter in self.store.ask(backlog.letters, ("failed",), None):
            self.see_to(letter)
        for order, claim in self.claims():
            self.answer(order, claim)
        for order in self.store.ask(queries.orders, ("placed", "accepted", "executed")):
            # Not everything at once: what guests do shall come at any moment between.
            if self.task["calm"] or self.chance.random() < 0.4:
                self.next(order)
        if len(self.store.ask(queries.orders)) < self.task["expected"]:
            self.make()
        if self.task["calm"]:
            self.help()

    def make(self) -> None:
        """Make the orders of those who stand at the counter."""
        made = [order for order in self.store.ask(queries.orders) if order.own]
        if len(made) < MADE_HERE and self.chance.random() < 0.3:
            line = Line("", "酸梅汤", self.chance.randint(1, 3), 600, item_id="drink")
            self.do(new.place, new.Draft(OrderType.EAT_IN, (line,)))

    def next(self, order: Order) -> None:
        """Do the next thing for an order: by its own fate, which stays the same through every life."""
        fate = random.Random(f"{self.task['fates']} {order.id}").random()
        if order.status is Status.PLACED:
            self.answer_new(order, fate)
        elif order.status is Status.ACCEPTED:
            self.do(
                orders.cancel if 0.15 < fate < 0.25 else orders.execute, order.id, *_why(0.15 < fate < 0.25)
            )
        elif 0.25 < fate < 0.33 and order.dispatched_at is None:
            self.do(orders.cancel, order.id, "sold out")
        elif order.channel == "imweb" and order.dispatched_at is None:
            self.do(services.dispatch, order.id, CARRIER, f"6000{order.number:0>6}")
        else:
            self.settle(order)

    def answer_new(self, order: Order, fate: float) -> None:
        """Accept or reject; who has paid nothing in the web shop by the evening is sent away."""
        unpaid = order.channel == "imweb" and not order.payment.taken_online
        if unpaid and not self.task["calm"]:
            return
        if unpaid or (fate < 0.15 and not order.guest_is_here and not self.was_rejected(order)):
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
        if claim == "cancel" and order.open and order.dispatched_at is None:
            self.do(
                orders.reject if order.status is Status.PLACED else orders.cancel, order.id, "as you wish"
            )
        elif claim == "cancel":
            way = {"parcel_code": CARRIER, "invoice_no": order.tracking}
            self.do(services.answer_claim, order.id, claim, "reject", way if order.dispatched_at else {})
        else:
            self.do(services.answer_claim, order.id, claim, "reject", {"reason": "eaten"})

    def see_to(self, letter: LetterRow) -> None:
        """Try again what failed; what can be no more is given up, so that what waits behind it goes."""
        order = self.store.ask(queries.order, letter.order_id)
        asked = {row.kind for row in self.store.ask(backlog.attention) if row.order_id == order.id}
        off = order.status in _OFF and letter.verb not in ("reject", "cancel", "sale")
        if off or letter.error.startswith("moved_on") or "paid_here_off_there" in asked:
            self.do(outbox.drop, letter.id, GIVEN_UP)
        elif self.chance.random() < 0.3:
            self.do(outbox.retry, letter.id)

    def help(self) -> None:
        """Let everything go at once that waits for its time; and again, where that has not helped."""
        for row in self.channels():
            if row.state != "well" and utcnow() > self.helped[row.name]:
                self.do(outbox.retry_all)
                self.net.resume(row.name).result()
                self.helped[row.name] = utcnow() + PATIENCE

    def do(self, action: Callable[..., Any], *args: Any) -> None:
        """Do one thing; a guest may have been first, and then it is refused."""
        try:
            self.store.do(action, CASHIER, *args).result()
        except (Refused, Stale) as no:
            self.say({"refused": f"{action.__name__}: {no}"})


def _why(canceled: bool) -> tuple[str, ...]:
    return ("sold out",) if canceled else ()
