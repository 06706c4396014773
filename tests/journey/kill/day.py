"""A counter's day, played by a cashier who goes on from wherever the store is: one process, one life."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pos.actions import deals, new, orders, tickets
from pos.adapters import ChannelHost, PrinterHost, printers
from pos.config import Config
from pos.domain.order import Guest, Line, Order, OrderType
from pos.domain.payment import Amount
from pos.store import backlog, queries
from pos.store.database import utcnow
from pos.store.rows import TicketRow
from pos.store.store import Store
from pos.store.tx import Who
from printing.spool import Spool
from sync.channels import build
from sync.engine import Engine
from tests.journey.kill.fates import FATES, MADE_HERE, dish, read
from tests.journey.kill.mutants import MUTANTS
from tests.journey.kill.watch import Commits, Suicide, opener, store_class

KEY = b"a key for the journal of one test"
CASHIER = Who("cashier", "shell")
_TYPES = {"walks in": OrderType.EAT_IN, "phones": OrderType.BOOKING}
_WAITING = ("queued", "sending", "unknown", "failed")

#: Tells the world outside what was done: its answer was here before the next instant.
Say = Callable[[Mapping[str, Any]], None]


def live(task: Mapping[str, Any], say: Say) -> None:
    """Open the store, work until nothing is left to do, and say so; or die on the way."""
    MUTANTS[task["mutant"]]()
    random.seed(task["seed"])
    suicide = Suicide(task["instant"], task["nth"])
    commits = Commits(suicide)
    commits.watch()
    config = Config.model_validate(task["config"])
    store = store_class(commits).open(task["store"], config.facts, KEY)
    day = _Day(store, config, suicide, task, say)
    asyncio.run(day.work())
    store.close()
    say({"idle": not day.waits()})


class _Day:
    def __init__(
        self, store: Store, config: Config, suicide: Suicide, task: Mapping[str, Any], say: Say
    ) -> None:
        self.store, self.task, self.say = store, task, say
        self.random = random.Random(task["seed"])
        self.printers = printers(config)
        self.spool = Spool(PrinterHost(store), self.printers, opener=opener(suicide))
        part = config.channel[0]
        account = {"USERNAME": "shop", "PASSWORD": "right"}
        channel = build(part.kind, part.name, part.settings, account, utcnow)
        self.engine = Engine(channel, ChannelHost(store), clock=utcnow)

    async def work(self) -> None:
        """Hear, act, print and answer until a round brings nothing new."""
        await self.engine.once()
        while self.make() + self.act() + await self.tell_and_print() + self.answer():
            pass
        await self.engine.close()

    async def tell_and_print(self) -> int:
        """Do both at once, as the counter does; return how many sheets went."""
        prints = (self.spool.work_once(printer.name, all_waiting=True) for printer in self.printers)
        report, worked = await asyncio.gather(self.engine.once(), asyncio.gather(*prints))
        return report.told + sum(done.counts.total() for done in worked)

    def waits(self) -> bool:
        """Whether anything is left to tell or to print."""
        undone = self.store.ask(backlog.letters, ("waiting", "sending", "failed"))
        return bool(undone or self.store.ask(backlog.tickets, _WAITING))

    def make(self) -> int:
        """Type in every order that guests asked for at the counter, and that is not here yet."""
        if not self.task["asked"]:
            return 0
        known = {self.named(order)[0] for order in self.store.ask(queries.orders)}
        asked = [(number, fate) for number, fate in self.task["asked"] if number not in known]
        for number, fate in asked:
            line = Line("", dish(number, fate), 1, 1500, 1500)
            draft = new.Draft(_TYPES[fate], (line,), MADE_HERE[fate], guest=Guest(name=f"guest {number}"))
            order = self.do(new.place, draft)
            self.say({"done": "place", "order": order.id.hex, "number": number})
        return len(asked)

    def act(self) -> int:
        """Do the next thing for every order, in chance's order; return how many."""
        acts = [(order, act) for order in self.open_orders() if (act := self.next_act(order))]
        self.random.shuffle(acts)
        self.settle([order for order, act in acts if act == "settle"])
        for order, act in acts:
            if act != "settle":
                _ACTS[act](self, order)
        return len(acts)

    def open_orders(self) -> list[Order]:
        """Return what is on the board."""
        return self.store.ask(queries.orders, ("placed", "accepted", "executed"))

    def next_act(self, order: Order) -> str:
        """Return what is to be done for an order now; empty for nothing."""
        if order.deal_id and not order.settled:
            return ""  # its stored value is being asked for
        act = FATES[self.named(order)[1]].acts.get((order.status.value, order.settled), "")
        if act == "amend_or_settle":
            return "amend" if len(order.lines) == 1 else "settle"
        if act == "reprint_or_settle":
            return self.reprint_or_settle(order)
        return act

    def reprint_or_settle(self, order: Order) -> str:
        """Return `reprint` once the first copy is surely on paper, `settle` once there is a second."""
        copies = self.store.ask(backlog.order_tickets, order.id)
        if len(copies) > 1:
            return "settle"
        return "reprint" if copies[0].state == "printed" else ""

    def settle(self, chosen: Sequence[Order]) -> None:
        """Settle orders in deals of one to three, with whatever the guests have in their pockets."""
        rest = list(chosen)
        while rest:
            many = self.random.randint(1, 3)
            deal, rest = rest[:many], rest[many:]
            due = sum(order.total or 0 for order in deal if not order.payment.taken_online)
            ids = [order.id for order in deal]
            settled = self.do(deals.settle, ids, self.random.choice(_PURSES)(due) if due else ())
            for order in deal:
                self.say({"done": "settle", "order": order.id.hex, "deal": settled.deal.id.hex})

    def answer(self) -> int:
        """Say of every ticket in question whether it is on paper; return how many."""
        asked = self.store.ask(backlog.tickets, ("unknown",))
        for ticket in asked:
            self.do(tickets.answer, ticket.id, self.came_out(ticket))
            self.say({"done": "answer", "ticket": ticket.id.hex})
        return len(asked)

    def came_out(self, ticket: TicketRow) -> bool:
        """Look at the paper."""
        facts = self.store.ask(backlog.ticket_content, ticket.id)["facts"]
        paper = Path(self.task["paper"]).read_text(encoding="utf-8").splitlines()
        sheets = [json.loads(line) for line in paper]
        wanted = facts.get("bill") or ticket.number
        return any(whole and (name, copy) == (wanted, ticket.copy) for name, copy, _, whole in sheets)

    def named(self, order: Order) -> tuple[int, str]:
        """Return an order's number of this test, and its fate."""
        return read(order.lines[0].name)

    def do(self, action: Callable[..., Any], *args: Any) -> Any:
        """Do one thing and wait for it: what returns is done for good."""
        return self.store.do(action, CASHIER, *args).result()

    def move(self, order: Order, act: str, action: Callable[..., Any], *args: Any) -> None:
        """Do one thing to an order and say that it is done."""
        self.do(action, order.id, *args)
        self.say({"done": act, "order": order.id.hex})

    def amend(self, order: Order) -> None:
        """Add a second dish of the same name."""
        more = replace(order.lines[0], id=f"{order.lines[0].id}-2", name=f"加 {order.lines[0].name}")
        self.move(order, "amend", orders.amend, (*order.lines, more))

    def reprint(self, order: Order) -> None:
        """Ask for the kitchen ticket again."""
        ticket = self.store.ask(backlog.order_tickets, order.id)[0]
        self.do(tickets.reprint, ticket.id)
        self.say({"done": "reprint", "ticket": ticket.id.hex})


_ACTS: Mapping[str, Callable[[_Day, Order], None]] = {
    "accept": lambda day, order: day.move(order, "accept", orders.accept),
    "check_in": lambda day, order: day.move(order, "check_in", orders.check_in),
    "execute": lambda day, order: day.move(order, "execute", orders.execute),
    "reject": lambda day, order: day.move(order, "reject", orders.reject, "已售完"),
    "cancel": lambda day, order: day.move(order, "cancel", orders.cancel, "客人没有来"),
    "ask_prepay": lambda day, order: day.move(
        order, "ask_prepay", deals_of_one, (Amount("prepay", order.total or 0),)
    ),
    "amend": _Day.amend,
    "reprint": _Day.reprint,
}


def deals_of_one(tx: Any, order_id: Any, given: Sequence[Amount]) -> Any:
    """Settle one order by itself."""
    return deals.settle(tx, [order_id], given)


_PURSES: tuple[Callable[[int], tuple[Amount, ...]], ...] = (
    lambda due: (Amount("weixin", due),),
    lambda due: (Amount("cash", due),),
    lambda due: (Amount("cash", due + 5000 - due % 5000),),
    lambda due: (Amount("alipay", due // 3), Amount("cash", due)),
)
