"""Whatever is done with orders, and whatever goes wrong: who hears of sales knows how each is now."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from pos.actions import channels, deals, intake, orders, outbox, refunds, sales
from pos.domain.order import Line, Order
from pos.domain.payment import Amount
from pos.domain.refusals import Refused
from pos.domain.shop import Shop
from pos.store import queries
from sync.channels.crema.requests import SubOrder
from sync.channels.crema.sales import line_code, lines_said, order_code
from sync.channels.crema.settings import Settings
from sync.errors import OutcomeUnknown, TryLater
from sync.messages import FailedPart, Letter, RemoteOrder, Told

AS_SET = Settings()
NAMES = st.sampled_from(["R1", "R2"])
LINES = st.sampled_from(["L1", "L2", "L3"])


def settle(tx: Any, order: Order) -> None:
    deals.settle(tx, [order.id], [Amount("cash", order.total or 0)])


def refund(tx: Any, order: Order) -> None:
    if order.deal_id:
        refunds.refund(tx, order.deal_id, [(order.id, order.lines[0].id, 1)], reason="cold")


MOVES: dict[str, Callable[[Any, Order], Any]] = {
    "cancel": lambda tx, order: orders.cancel(tx, order.id, "guest left", undoable=True),
    "undo": lambda tx, order: orders.undo(tx, order.id),
    "settle": settle,
    "refund": refund,
    "more": lambda tx, order: orders.amend(
        tx, order.id, [replace(line, quantity=line.quantity % 5 + 1) for line in order.lines]
    ),
    "less": lambda tx, order: orders.amend(tx, order.id, order.lines[:-1]),
    "other": lambda tx, order: orders.amend(tx, order.id, [*order.lines[:1], Line("L3", "汤", 1, 900)]),
}


class There:
    """A service that keeps lines by their codes; one that was told before is changed, never made."""

    def __init__(self) -> None:
        self.lines: dict[str, SubOrder] = {}
        self.deleted: set[str] = set()

    def hear(self, letter: Letter, *refused: str) -> Told:
        """Take a letter in, but these new lines."""
        if letter.verb == "forget":
            parts = letter.body.get("parts") or ()
            gone = [line_code(order_code(letter.order_id), part) for part in parts]
            for code in gone or self.of(letter.order_id):
                self.lines.pop(code, None)
            return Told()
        failed = []
        for line in lines_said(letter, AS_SET):
            if line.known and line.code not in self.lines and not line.gone:
                failed.append(FailedPart(line.id, f"deleted_there: {line.name}"))
            elif line.code in self.deleted and not letter.body.get("parts"):
                assert line.known, "what was deleted there is made anew by a person's word alone"
            elif not line.known and line.id in refused:
                failed.append(FailedPart(line.id, "no such product"))
            elif line.code in self.lines or not line.gone:
                self.lines[line.code] = line.said
                self.deleted.discard(line.code)
        return Told(failed=tuple(failed))

    def of(self, order_id: UUID) -> list[str]:
        """Return the codes of an order's lines."""
        return [code for code in self.lines if code.startswith(f"{order_id}:")]


class Evening(RuleBasedStateMachine):
    """An evening at one counter. `open_counter` and `heard` are given by the test."""

    open_counter: Callable[[Path], Any]
    heard: Callable[..., RemoteOrder]

    @initialize()
    def begin(self) -> None:
        """Two orders are in the kitchen."""
        self.folder = Path(tempfile.mkdtemp())
        self.counter = self.open_counter(self.folder)
        self.there = There()
        for name in ("R1", "R2"):
            self.counter.hear(self.heard(name, type="deliver"))
            self.counter.do(orders.accept, self.counter.order(name).id, undoable=True)

    def teardown(self) -> None:
        """In the end all is told, and both sides say the same."""
        if hasattr(self, "folder"):
            try:
                self.tell_all()
                for order in self.counter.ask(queries.orders):
                    self.is_known(order)
            finally:
                self.counter.store.close()
                shutil.rmtree(self.folder)

    def tell_all(self) -> None:
        """Tell all that waits, and again what was refused, as people would."""
        self.counter.clock.pass_by(minutes=20)
        self.counter.do(outbox.retry_all)
        while letter := self.counter.do(outbox.claim, "reviews", True):
            self.counter.do(outbox.told, letter, self.there.hear(letter))
            self.counter.do(outbox.retry_all)

    def is_known(self, order: Order) -> None:
        """Check that an order stands there as it is here."""
        code = order_code(order.id)
        known = sales.there(self.letters(order))
        ours = {line.id for line in order.lines} if order.executed_at else set()
        wanted = set() if known.forgotten else ours - known.left_out
        status = {"canceled": "cancelled", "paid": "delivery_finished", "executed": "delivery_started"}
        for key in wanted:
            there = self.there.lines.get(line_code(code, key))
            if there is None:
                assert line_code(code, key) in self.there.deleted
            else:
                assert there.status in (status[order.status.value], "returned")
        for line in set(self.there.of(order.id)) - {line_code(code, key) for key in wanted}:
            assert self.there.lines[line].status == "cancelled"

    def letters(self, order: Order) -> Any:
        """Return the letters about an order to who hears of sales."""
        return self.counter.do(lambda tx: tx.outbox.of_order(order.id, "reviews"))

    def attempt(self, action: Callable[..., Any], *arguments: Any) -> None:
        """Do what may be refused."""
        try:
            self.counter.do(action, *arguments)
        except Refused:
            return

    @rule(name=NAMES, move=st.sampled_from(sorted(MOVES)))
    def act(self, name: str, move: str) -> None:
        """The cashier taps."""
        self.attempt(MOVES[move], self.counter.order(name))

    @rule(name=NAMES, status=st.sampled_from(["placed", "accepted", "canceled"]), total=st.integers(1, 9999))
    def hear(self, name: str, status: str, total: int) -> None:
        """Its own channel shows an order, changed."""
        self.counter.do(
            intake.receive, "fankahui", self.heard(name, type="deliver", status=status, total=total)
        )

    @rule(fate=st.sampled_from(["told", "told", "part", "refused", "lost", "away", "crash"]), line=LINES)
    def deliver(self, fate: str, line: str) -> None:
        """The worker tells one letter, with whatever luck."""
        self.counter.clock.pass_by(seconds=6)
        if (letter := self.counter.do(outbox.claim, "reviews", True)) is None:
            return
        if fate in ("told", "part"):
            answer = self.there.hear(letter, *([line] if fate == "part" else []))
            self.counter.do(outbox.told, letter, answer)
        elif fate == "refused":
            self.counter.do(outbox.refused, letter, "no")
        elif fate == "crash":
            self.counter.do(channels.recover, "reviews")
        else:
            if fate == "lost":
                self.there.hear(letter)
            error = OutcomeUnknown("lost") if fate == "lost" else TryLater("away")
            now = self.counter.clock.now
            self.counter.do(outbox.postpone, letter, str(error), now, unknown=fate == "lost", counted=True)

    @rule(tell=st.booleans())
    def answer(self, tell: bool) -> None:
        """A person has what failed told again, or gives parts of it up."""
        for name in ("R1", "R2"):
            for letter in self.letters(self.counter.order(name)):
                if letter.state == "failed" and tell:
                    self.counter.do(outbox.retry, letter.id)
                elif letter.state == "failed" and letter.body.get("parts"):
                    self.counter.do(outbox.drop, letter.id, "we know")

    @rule(name=NAMES, lines=st.sets(LINES, max_size=1))
    def forget(self, name: str, lines: set[str]) -> None:
        """A person has it deleted there."""
        self.attempt(sales.forget, self.counter.order(name).id, "reviews", sorted(lines))

    @rule(at=st.integers(0, 5))
    def delete_there(self, at: int) -> None:
        """Somebody deletes a line there."""
        for code in sorted(self.there.lines)[at : at + 1]:
            order, _, line = code.partition(":")
            if line in sales.there(self.letters(self.counter.order(UUID(order)))).known:
                self.there.deleted.add(code)
                del self.there.lines[code]

    @invariant()
    def never_two_wait_that_nobody_tried_to_tell(self) -> None:
        """What is not told yet is renewed."""
        for name in ("R1", "R2") if hasattr(self, "counter") else ():
            fresh = [
                letter
                for letter in self.letters(self.counter.order(name))
                if (letter.verb, letter.state, letter.attempts, letter.error) == ("sale", "waiting", 0, "")
                and not letter.attempted
                and not letter.body.get("parts")
            ]
            assert len(fresh) <= 1

    @invariant()
    def the_last_letter_says_how_the_order_is(self) -> None:
        """Nothing that happened is left untold."""
        for name in ("R1", "R2") if hasattr(self, "counter") else ():
            order = self.counter.order(name)
            letters = self.letters(order)
            whole = [each for each in letters if each.verb == "sale" and not each.body.get("parts")]
            if not sales.there(letters).forgotten:
                said, quantities = whole[-1].body["order"], [line.quantity for line in order.lines]
                assert (said["status"], said["total"]) == (order.status.value, order.total)
                assert [item["quantity"] for item in said["items"]] == quantities


def test_whatever_the_evening_brings(
    open_counter: Callable[..., Any],
    shop: Shop,
    telling: Callable[..., Shop],
    heard: Callable[..., RemoteOrder],
) -> None:
    with_reviews = telling(shop)

    class OurEvening(Evening):
        def __init__(self) -> None:
            super().__init__()
            self.heard = heard
            self.open_counter = lambda folder: open_counter(with_reviews, folder)

    run_state_machine_as_test(OurEvening, settings=settings(max_examples=25, stateful_step_count=30))
