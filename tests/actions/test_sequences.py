"""Whatever the day brings, in whatever order: what must hold of the store holds after every step."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Connection, text

from pos.actions import attention, channels, deals, intake, orders, outbox, refunds, spool, tickets
from pos.domain.order import Order, Status
from pos.domain.payment import Amount
from pos.domain.refund import Pieces, worth
from pos.domain.refusals import Refused
from pos.domain.shop import Shop
from pos.store import backlog, queries
from pos.store.journal import broken
from pos.store.spool import MAYBE
from printing.status import health_of
from sync.messages import Health, RemoteOrder, Told

#: Seconds until a ticket in doubt is copied by itself; an ill printer's tickets go to another before.
PATIENCE = 30

NAMES = st.sampled_from(["R1", "R2", "R3", "R4"])
COMMANDS = {
    "accept": lambda tx, order: orders.accept(tx, order.id, undoable=True),
    "reject": lambda tx, order: orders.reject(tx, order.id, "sold out"),
    "check_in": lambda tx, order: orders.check_in(tx, order.id),
    "execute": lambda tx, order: orders.execute(tx, order.id),
    "cancel": lambda tx, order: orders.cancel(tx, order.id, "guest left", undoable=True),
    "undo": lambda tx, order: orders.undo(tx, order.id),
    "amend": lambda tx, order: orders.amend(
        tx, order.id, [replace(line, quantity=line.quantity % 5 + 1) for line in order.lines]
    ),
    "note": lambda tx, order: orders.amend(tx, order.id, memo="quick"),
}


def facts(read: Connection, query: str) -> list[Any]:
    """Return rows as they stand in the store, past all that the product makes of them."""
    return list(read.execute(text(query)).all())


class Day(RuleBasedStateMachine):
    """A day at one counter. `counter`, `heard` and `key` are given by the test."""

    counter: Any
    heard: Callable[..., RemoteOrder]
    key: bytes
    open_store: Callable[[Path], Any]

    @initialize()
    def open(self) -> None:
        """Open the shop."""
        self.folder = Path(tempfile.mkdtemp())
        self.counter = self.open_store(self.folder)
        self.counter.do(channels.health, "fankahui", Health("well"))
        self.there: dict[str, RemoteOrder] = {}
        self.on_paper: Tally[tuple[str, int]] = Tally()

    def teardown(self) -> None:
        """Close it."""
        if hasattr(self, "folder"):
            self.counter.store.close()
            shutil.rmtree(self.folder)

    def known(self, name: str) -> Order | None:
        """Return an order that was heard of."""
        return next(iter(self.counter.orders(name)), None)

    def attempt(self, action: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        """Do what may be refused; a refusal leaves no trace."""
        before = self.counter.ask(facts, "SELECT count(*) FROM journal")
        try:
            return self.counter.do(action, *arguments, **more)
        except Refused:
            assert self.counter.ask(facts, "SELECT count(*) FROM journal") == before
            return None

    @rule(
        name=NAMES,
        type_=st.sampled_from(["booking", "deliver"]),
        status=st.sampled_from(["placed", "placed", "accepted", "executed", "canceled", "rejected", "paid"]),
        payment=st.sampled_from(["unpaid", "unpaid", "paid", "refunded", "unknown"]),
        first=st.booleans(),
        again=st.booleans(),
    )
    def hear(self, name: str, type_: str, status: str, payment: str, first: bool, again: bool) -> None:
        """The channel shows an order, perhaps twice."""
        known = self.there.get(name)
        shown = self.heard(name, type=known.type if known else type_, status=status, payment=payment)
        self.there[name] = shown
        for _ in range(1 + again):
            self.counter.do(intake.receive, "fankahui", shown, first)

    @rule(name=NAMES, command=st.sampled_from(sorted(COMMANDS)), twice=st.booleans())
    def command(self, name: str, command: str, twice: bool) -> None:
        """The cashier taps, perhaps twice."""
        if (order := self.known(name)) is None:
            return
        made = self.attempt(COMMANDS[command], order)
        if twice and made is not None and command not in ("undo", "amend", "note"):
            rows = "SELECT (SELECT count(*) FROM letters), (SELECT count(*) FROM tickets)"
            before = self.counter.ask(facts, rows), self.known(name)
            assert self.counter.do(COMMANDS[command], order).changed is False
            assert (self.counter.ask(facts, rows), self.known(name)) == before

    @rule(
        names=st.lists(NAMES, min_size=1, max_size=3, unique=True),
        method=st.sampled_from(["cash", "weixin", "mixed", "prepay"]),
        tip=st.integers(0, 5000),
    )
    def settle(self, names: list[str], method: str, tip: int) -> None:
        """The cashier takes money."""
        chosen = [order for name in names if (order := self.known(name))]
        due = sum(order.total or 0 for order in chosen if not order.payment.taken_online)
        ways = {
            "cash": [Amount("cash", due + tip)],
            "weixin": [Amount("weixin", due)],
            "mixed": [Amount("weixin", due // 2), Amount("cash", due - due // 2 + tip)],
            "prepay": [Amount("prepay", due)],
        }
        self.attempt(deals.settle, [order.id for order in chosen], ways[method] if due else [])

    @rule(name=NAMES, card=st.integers(0, 9000), online=st.booleans())
    def serve(self, name: str, card: int, online: bool) -> None:
        """A guest is served and pays, at the counter or before: nothing is in the way."""
        if self.known(name) is None:
            self.hear(name, "booking", "placed", "paid" if online else "unpaid", False, False)
        for command in ("accept", "execute"):
            if (order := self.known(name)) is not None:
                self.attempt(COMMANDS[command], order)
        if (order := self.known(name)) is None:
            return
        due = 0 if order.payment.taken_online else order.total or 0
        parts = {"weixin": min(card, due), "cash": due - min(card, due)}
        given = [Amount(method, amount) for method, amount in parts.items() if amount]
        self.attempt(deals.settle, [order.id], given)

    @rule(
        name=NAMES,
        pieces=st.dictionaries(st.sampled_from(["L1", "L2"]), st.integers(1, 2), max_size=2),
        way=st.sampled_from(["", "cash", "alipay"]),
        reason=st.sampled_from(["cold", "late"]),
    )
    def refund(self, name: str, pieces: dict[str, int], way: str, reason: str) -> None:
        """The cashier gives money back, and taps once more."""
        order = self.known(name)
        if order is None or order.deal_id is None:
            return
        wanted = [Pieces(order.id, line, count) for line, count in pieces.items()]
        try:
            due = worth(self.counter.ask(queries.standing, order.deal_id), wanted)
        except Refused:
            due = 0
        given = [Amount(way, due)] if way and due else []
        if self.attempt(refunds.refund, order.deal_id, wanted, given, reason) is not None:
            before = self.counter.ask(facts, "SELECT count(*) FROM deals")
            assert not self.counter.do(refunds.refund, order.deal_id, wanted, given, reason).changed
            assert self.counter.ask(facts, "SELECT count(*) FROM deals") == before

    @rule(fate=st.sampled_from(["told", "told", "refused", "unknown", "away", "crash"]))
    def deliver(self, fate: str) -> None:
        """The channel's worker tells one letter, with whatever luck."""
        self.counter.clock.pass_by(seconds=6)
        letter = self.counter.claim_letter()
        if letter is None:
            return
        now = self.counter.clock.now
        if fate == "told":
            self.counter.do(outbox.told, letter, Told())
        elif fate == "refused":
            self.counter.do(outbox.refused, letter, "no")
        elif fate == "crash":
            self.counter.do(channels.recover, "fankahui")
        else:
            self.counter.do(outbox.postpone, letter, fate, now, unknown=fate == "unknown", counted=True)

    @rule(
        printer=st.sampled_from(["kitchen", "front"]),
        fate=st.sampled_from(["printed", "printed", "held", "unknown", "failed", "crash"]),
    )
    def paper(self, printer: str, fate: str) -> None:
        """A printer's worker prints one ticket, with whatever luck."""
        job = self.counter.do(spool.claim, printer, True)
        if job is None:
            return
        if fate in ("printed", "unknown", "crash"):
            self.on_paper[job.number, job.copy] += 1
            assert (job.mark is None) == (job.copy == 1)
            assert job.printer == printer
            assert job.stands_in_for in ({"", "kitchen"} - {printer})
        if fate == "printed":
            self.counter.do(spool.printed, job, "process-id")
        elif fate == "held":
            self.counter.do(spool.held, job, "offline", self.counter.clock.now)
        elif fate == "crash":
            self.counter.do(spool.recover, printer)
        else:
            self.counter.do(getattr(spool, fate), job, "line broke")

    @rule(printer=st.sampled_from(["kitchen", "front"]), aside=st.booleans())
    def set_aside(self, printer: str, aside: bool) -> None:
        """The cashier sets a printer aside, or takes it back."""
        self.counter.do(spool.set_aside if aside else spool.take_back, printer)
        assert not aside or self.counter.do(spool.claim, printer, True) is None

    @rule(printer=st.sampled_from(["kitchen", "front"]), cause=st.sampled_from(["", "paper_out"]))
    def fall_ill(self, printer: str, cause: str) -> None:
        """A printer says how it is, and time passes: another may take over, a ticket in doubt is copied."""
        self.counter.do(spool.health, printer, health_of(cause))
        self.counter.clock.pass_by(seconds=PATIENCE)

    @rule(came_out=st.booleans())
    def answer(self, came_out: bool) -> None:
        """A person says whether a ticket came out."""
        for ticket in self.counter.ask(backlog.tickets, ("unknown",)):
            self.counter.do(tickets.answer, ticket.id, came_out)

    @rule()
    def try_again(self) -> None:
        """A person retries all that failed."""
        self.counter.do(tickets.retry_all)
        self.counter.do(outbox.retry_all)

    @rule(said=st.sampled_from(["seen", "take", "cooked"]))
    def look(self, said: str) -> None:
        """A person answers what asks for attention."""
        for row in self.counter.attention():
            record = row.facts.get("record", "")
            self.attempt(attention.answer, row.id, said, read=lambda _channel, _raw, r=record: self.there[r])

    @invariant()
    def one_order_a_record(self) -> None:
        """No order is there twice, and none that was heard of vanishes."""
        rows = self.counter.ask(
            facts, "SELECT remote_id, count(*) FROM orders GROUP BY 1 HAVING count(*) > 1"
        )
        assert rows == []

    @invariant()
    def numbers_have_no_gaps(self) -> None:
        """Orders, bills and tickets count from one."""
        for query in (
            "SELECT number FROM orders",
            "SELECT number FROM deals WHERE state = 'closed'",
            "SELECT DISTINCT number FROM tickets WHERE number LIKE 'K%'",
            "SELECT DISTINCT number FROM tickets WHERE number LIKE 'S%'",
        ):
            found = sorted(int(row[0][-3:]) for row in self.counter.ask(facts, query))
            assert found == list(range(1, len(found) + 1)), query

    @invariant()
    def paid_means_cooked_here_and_in_a_closed_deal(self) -> None:
        """Nothing else makes an order paid, and nothing else is needed."""
        closed = {row[0] for row in self.counter.ask(facts, "SELECT id FROM deals WHERE state = 'closed'")}
        for order in self.counter.ask(queries.orders):
            in_closed = order.deal_id is not None and order.deal_id.hex in closed
            assert order.settled is in_closed
            off = order.status in (Status.CANCELED, Status.REJECTED)
            assert (order.status is Status.PAID) is (in_closed and order.executed_at is not None and not off)

    @invariant()
    def no_money_appears_or_vanishes(self) -> None:
        """What was taken for each order is its total then, less what went back; only cash gave change."""
        for order in self.counter.ask(queries.orders):
            if not order.settled:
                continue
            deal = self.counter.ask(queries.deal, order.deal_id)
            assert sum(amount for _, amount in deal.payments) - deal.change == deal.total
            assert deal.change == 0 or "cash" in dict(deal.payments)
            shares = [share for each in (deal, *deal.refunds) for share in each.shares]
            left = sum(share.total for share in shares if share.order_id == order.id)
            query = f"SELECT coalesce(sum(amount), 0) FROM takings WHERE order_id = '{order.id.hex}'"
            assert self.counter.ask(facts, query) == [(left,)]
            assert left >= 0

    @invariant()
    def no_piece_goes_back_that_was_not_sold(self) -> None:
        """The pieces that went back are among those that were sold, and all of them bring all the money."""
        for order in self.counter.ask(queries.orders):
            if not order.settled:
                continue
            standing = self.counter.ask(queries.standing, order.deal_id)
            sold = {line.id: line.quantity for line in order.lines}
            assert all(count <= sold[line] for line, count in standing.pieces_back(order).items())
            assert standing.pieces_left(order) or not standing.money_left(order)

    @invariant()
    def the_kitchen_is_told_each_dish_once(self) -> None:
        """All that its tickets say together is what the order wants, and nothing where it is off."""
        for order in self.counter.ask(queries.orders):
            told: Tally[str] = Tally()
            for number in {t.number for t in self.counter.tickets(order) if t.kind in ("kitchen", "cancel")}:
                copies = [t for t in self.counter.tickets(order) if t.number == number]
                if all(copy.state == "dropped" and copy.evidence != MAYBE for copy in copies):
                    continue
                for line in self.counter.paper(copies[0])["lines"]:
                    told[line["name"]] += line["quantity"] * (-1 if line["change"] == "cancel" else 1)
            if order.executed_at is None or order.status is Status.CANCELED:
                # A ticket that was lost, then canceled on paper, leaves less than nothing.
                assert all(many <= 0 for many in told.values())
            else:
                assert told == {line.name: line.quantity for line in order.lines}

    @invariant()
    def no_copy_is_printed_twice(self) -> None:
        """Each copy leaves for paper once; every later one bears a mark."""
        assert all(times == 1 for times in self.on_paper.values())

    @invariant()
    def every_letter_is_somewhere(self) -> None:
        """What was to be told is told, waits, or was given up with a reason."""
        lost = "SELECT verb FROM letters WHERE state = 'dropped' AND error = '' OR state = 'sending'"
        assert self.counter.ask(facts, lost) == []

    @invariant()
    def an_open_deal_waits_for_its_letter(self) -> None:
        """Stored value that was asked for is told, refused, or still being asked."""
        for row in self.counter.ask(facts, "SELECT id FROM deals WHERE state = 'open'"):
            query = f"SELECT count(*) FROM letters WHERE verb = 'pay' AND body LIKE '%{row[0][:8]}%' "
            assert self.counter.ask(facts, query + "AND state = 'waiting'") == [(1,)]

    @invariant()
    def the_journal_is_unbroken(self) -> None:
        """Every line follows from the one before."""
        assert self.counter.ask(lambda read: list(broken(read, self.key))) == []


def test_whatever_the_day_brings(
    open_counter: Callable[..., Any], shop: Shop, heard: Callable[..., RemoteOrder], journal_key: bytes
) -> None:
    kitchen, front = shop.printers
    kitchen = replace(kitchen, fallback="front", reprint_unknown_after=PATIENCE)
    patient = replace(shop, printers=(kitchen, front))

    class OurDay(Day):
        def __init__(self) -> None:
            super().__init__()
            self.heard = heard
            self.key = journal_key
            self.open_store = lambda folder: open_counter(patient, folder)

    run_state_machine_as_test(OurDay, settings=settings(max_examples=25, stateful_step_count=25))


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_of_the_day_can_be_done(
    counter: Any, heard: Callable[..., RemoteOrder], command: str
) -> None:
    """The sequences above would prove little if a command were always refused."""
    counter.hear(heard())
    if command in ("execute", "undo"):
        counter.do(COMMANDS["accept"], counter.order())
    counter.do(COMMANDS[command], counter.order())
    assert len(counter.acts(counter.order())) > 1
