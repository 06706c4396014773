"""A practice day: guests and the cashier play their parts against the real store, over real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

from pos.actions import channels, deals, new, orders, outbox, services
from pos.adapters import Net
from pos.demo.bell import Bell
from pos.demo.menu import Chooser, dishes, line
from pos.demo.roles import Act, Role
from pos.demo.services import LISTENER, LISTENER_TOLD_BY, SERVICES, place
from pos.domain.order import Guest, Order, OrderType
from pos.domain.payment import Amount
from pos.domain.shop import COUNTER
from pos.store import backlog, queries
from pos.store.rows import TicketRow
from pos.store.store import Store
from pos.store.tx import Who
from pos.words import Words
from sync.sandbox.control import Control

CASHIER = Who("练习", "screen")
_UNDONE = ("waiting", "sending", "failed")
_ON_PAPER = ("printed", "sent")
_AWAY = ("waiting", "paused")

#: Who carries what the web shop sells.
CARRIER = "CJ"

T = TypeVar("T")


@dataclass
class Part:
    """One guest: the role, the table, and the order, here and at the service (empty until it is there)."""

    role: Role
    table: str
    order_id: UUID | None = None
    remote_id: str = ""


@dataclass
class Day:
    """Everything that a day is played with. `tell` says each step, `take_picture` keeps named pages."""

    store: Store
    net: Net
    controls: Mapping[str, Control]
    chooser: Chooser
    bell: Bell
    words: Words
    tell: Callable[[str], None]
    take_picture: Callable[[str, Sequence[str], UUID | None], None]

    def play(self, parts: Sequence[Part]) -> None:
        """Play the whole day; raises NeverCame where something that must happen does not."""
        half = (len(parts) + 1) // 2
        first, second = parts[:half], parts[half:]
        self._step("opens", orders=len(parts))
        self._come(first)
        self._serve(first)
        self._come(second)
        self.take_picture("1-noon", ("orders",), second[0].order_id if second else None)
        self._lose_the_services()
        self._serve_here(second)
        self.take_picture("2-outage", ("orders", "channels"), first[0].order_id)
        self._find_the_services()
        self._serve_there(second)
        self._settle(parts)
        self._finish()
        self.take_picture("3-evening", ("orders", "tickets"), parts[0].order_id)

    def _step(self, key: str, **facts: object) -> None:
        self.tell(self.words.say(f"demo.{key}", **facts))

    def _say(self, part: Part, key: str) -> None:
        order = self.order(part)
        status = self.words.say(f"status.{order.status.value}")
        self._step("order", order=order.number, what=self.words.say(f"demo.{key}"), status=status)

    def do(self, action: Callable[..., T], *args: Any, **facts: Any) -> T:
        """Let the cashier do something."""
        return self.store.do(action, CASHIER, *args, **facts).result()

    def order(self, part: Part) -> Order:
        """Return a guest's order as it is here now."""
        assert part.order_id is not None  # it has come
        return self.store.ask(queries.order, part.order_id)

    def tickets(self, part: Part) -> list[TicketRow]:
        """Return the tickets of a guest's order."""
        assert part.order_id is not None  # it has come
        return self.store.ask(backlog.order_tickets, part.order_id)

    def _come(self, parts: Sequence[Part]) -> None:
        """Let guests order: at the service, or here."""
        for part in parts:
            if not part.role.made_here:
                part.remote_id = self._placed(part)
        for part in parts:
            if not part.role.made_here:
                self.bell.until(lambda part=part: self._arrived(part), part.role.name)  # type: ignore[misc]  # mypy cannot infer a default
                self._say(part, "arrives")
                self._act(part, part.role.before)

    def _placed(self, part: Part) -> str:
        role = part.role
        more = part.table if role.channel == "fankahui" else "PAY_WAIT" if role.unpaid else ""
        return place(self.controls[role.channel], role.channel, self.chooser, role.type, more)

    def _arrived(self, part: Part) -> bool:
        found = self.store.ask(queries.find_orders, f"{part.role.channel}:{part.remote_id}", None)
        part.order_id = found[0].id if found else None
        return bool(found)

    def _serve(self, parts: Sequence[Part]) -> None:
        self._serve_here(parts)
        self._serve_there(parts)

    def _serve_here(self, parts: Sequence[Part]) -> None:
        """Let the cashier answer, and do what needs no service."""
        for part in parts:
            if part.role.made_here:
                self._make(part)
            elif part.role.answer:
                self._act(part, (part.role.answer,))
            self._act(part, [act for act in part.role.then if not act.startswith("guest_")])

    def _serve_there(self, parts: Sequence[Part]) -> None:
        """Let guests do at the service what they do once they know the answer."""
        for part in parts:
            acts = [act for act in part.role.then if act.startswith("guest_")]
            if acts:
                self._until_told()
                self._act(part, acts)

    def _make(self, part: Part) -> None:
        delivered = part.role.type is OrderType.DELIVER
        guest = Guest(name=self.chooser.name(), address=self.chooser.address() if delivered else "")
        channel = part.role.channel if delivered else COUNTER
        draft = new.Draft(part.role.type, self.chooser.lines(), channel=channel, guest=guest)
        part.order_id = self.do(new.place, draft).id
        self._say(part, "made")
        if delivered:
            self._act(part, ("accept",))

    def _act(self, part: Part, acts: Sequence[Act]) -> None:
        for act in acts:
            _ACTS[act](self, part)
            self._say(part, act)

    def _lose_the_services(self) -> None:
        """From now on answers get lost everywhere, then errors come, then nothing."""
        for kind, control in self.controls.items():
            told_by = LISTENER_TOLD_BY if kind == LISTENER else SERVICES[kind].told_by
            control.fault("drop", times=2, method=told_by)
            control.fault("fail", times=2, status=503, method=told_by)
            control.fault("down")
        self.bell.until(lambda: all(state in _AWAY for state in self._states()), "outage")
        self._step("outage")

    def _find_the_services(self) -> None:
        """The services are back: the cashier lets everything go at once."""
        waiting = len(self.store.ask(backlog.letters, _UNDONE, None))
        self._step("still_waiting", letters=waiting)
        for control in self.controls.values():
            control.calm()
        self.do(outbox.retry_all)
        for channel in self.controls:
            self.do(channels.try_again, channel)
        self._until_told()
        self.bell.until(lambda: all(state == "well" for state in self._states()), "recovery")
        self._step("back")

    def _states(self) -> list[str]:
        return [row.state for row in self.store.ask(backlog.channels, self.store.shop)]

    def _until_told(self) -> None:
        self.bell.until(lambda: not self.store.ask(backlog.letters, _UNDONE, None), "letters")

    def _settle(self, parts: Sequence[Part]) -> None:
        """Let the guests pay: most alone, those who share a bill together."""
        together: list[Part] = []
        for part in parts:
            if part.role.pays == "mixed":
                together.append(part)
            elif part.role.here.value == "paid":
                self._pay([part], part.role.pays)
        for pair in range(0, len(together), 2):
            self._pay(together[pair : pair + 2], "mixed")

    def _pay(self, parts: Sequence[Part], method: str) -> None:
        due = sum(self.order(part).total or 0 for part in parts) if method else 0
        ids = [part.order_id for part in parts]
        deal = self.do(deals.settle, ids, _given(method, due)).deal
        numbers = " + ".join(self.order(part).number for part in parts)
        if not deal.currency:
            self._step("closed_free", orders=numbers, deal=deal.number)
            return
        methods = "+".join(self.words.method(part.method) for part in deal.payments)
        self._step(
            "settled",
            orders=numbers,
            deal=deal.number,
            total=self.words.money(deal.total, deal.currency),
            methods=methods,
            change=self.words.money(deal.change, deal.currency),
        )

    def _finish(self) -> None:
        """Wait until every channel knows, and every ticket is out."""
        self._until_told()
        waiting = ("queued", "sending", "unknown", "failed")
        self.bell.until(lambda: not self.store.ask(backlog.tickets, waiting, None), "tickets")
        self._step("closes")


def _given(method: str, due: int) -> list[Amount]:
    """Return what guests give for an amount due: exactly, notes of 100 in cash, or some of both."""
    if not method:
        return []
    if method == "mixed":
        cash = due - due // 2
        return [Amount("weixin", due // 2), Amount("cash", _notes(cash))]
    return [Amount(method, _notes(due) if method == "cash" else due)]


def _notes(due: int) -> int:
    return -(-due // 10_000) * 10_000


def _check_in_there(day: Day, part: Part) -> None:
    day.controls[part.role.channel].check_in(part.remote_id)
    day.bell.until(lambda: day.order(part).guest_is_here or day.order(part).executed_at, part.role.name)


def _cancel_there(day: Day, part: Part) -> None:
    day.controls[part.role.channel].move(part.remote_id, SERVICES[part.role.channel].cancel)
    day.bell.until(lambda: not day.order(part).open, part.role.name)


def _pay_there(day: Day, part: Part) -> None:
    day.controls[part.role.channel].pay(part.remote_id)
    day.bell.until(lambda: day.order(part).payment.taken_online, part.role.name)


def _move_on_there(day: Day, part: Part) -> None:
    """Let those who pack it there say that it is on its way: nothing here waits for that."""
    day.controls[part.role.channel].move(part.remote_id, str(part.role.there))


def _send(day: Day, part: Part) -> None:
    day.do(services.dispatch, part.order_id, CARRIER, f"6000{part.table:0>8}")


def _bring(day: Day, part: Part) -> None:
    """Let the shop carry it itself: without a number the web shop is not told that it has left."""
    day.do(services.dispatch, part.order_id)


def _accept(day: Day, part: Part) -> None:
    day.do(orders.accept, part.order_id, minutes=30 if part.role.type is OrderType.DELIVER else None)


def _reject(day: Day, part: Part) -> None:
    day.do(orders.reject, part.order_id, day.words.say("demo.reason_reject"))


def _check_in_by_table(day: Day, part: Part) -> None:
    [found] = day.store.ask(queries.at_table, part.table)
    day.do(orders.check_in, found.id)


def _add(day: Day, part: Part) -> None:
    tea = next(dish for dish in dishes() if dish.id == "d17")
    more = replace(line(tea), id=f"ADDED-{part.table}")
    day.do(orders.amend, part.order_id, (*day.order(part).lines, more))


def _call_off(day: Day, part: Part) -> None:
    """Cancel once the kitchen cooks: what it was told on paper is taken back on paper."""
    day.bell.until(lambda: all(row.state in _ON_PAPER for row in day.tickets(part)), "tickets")
    day.do(orders.cancel, part.order_id, day.words.say("demo.reason_cancel"))


_ACTS: Mapping[Act, Callable[[Day, Part], None]] = {
    "guest_pays": _pay_there,
    "guest_checks_in": _check_in_there,
    "guest_cancels": _cancel_there,
    "accept": _accept,
    "reject": _reject,
    "at_table": _check_in_by_table,
    "add": _add,
    "call_off": _call_off,
    "send": _send,
    "bring": _bring,
    "moves_on": _move_on_there,
}
