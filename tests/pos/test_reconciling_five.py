"""Each service's books beside the counter's: what is alike says so, and what differs is found and named."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pos.actions import deals, new, orders, reconciling, refunds
from pos.actions.channels import health, pause
from pos.adapters import sync_once
from pos.adapters.reconciling import PATIENCE, reconcile_beside
from pos.config import Config
from pos.domain.order import Line, Order, OrderType
from pos.domain.payment import Amount
from pos.domain.refusals import Refused
from pos.reconciled import Reconciliation, Sum
from pos.secrets import Secrets
from pos.store import backlog, queries
from pos.store.database import utcnow
from pos.store.journal import Explained
from pos.store.store import Store
from pos.store.tx import Who
from sync.channels import KINDS
from sync.errors import ChannelError, Throttled
from sync.messages import Health
from sync.ports import Sleep
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

OWNER = Who("王芳", "screen")

#: What a kind must be told before it can do all that it can.
MORE: Mapping[str, Mapping[str, Any]] = {
    "crema": {"currency": "KRW"},
    "imweb": {"lists_per_second": 100, "calls_per_second": 100},
    "rayteams": {
        "workflow": {
            "Requested": "placed", "Confirmed": "accepted", "In production": "executed", "Done": "paid",
            "Declined": "rejected", "Canceled": "canceled",
        },
    },
    "impilo": {"site": "7", "workflow": {"shipped": "executed", "canceled": "canceled"}},
}  # fmt: skip

#: Where a service's record has the id by which the counter knows an order.
NAMES: Mapping[str, str] = {"fankahui": "id", "imweb": "id", "rayteams": "id", "impilo": "id"}

#: The services that have orders of their own.
SELLERS = sorted(NAMES)

#: How many times as fast as documented the web shop allows calls, where it counts them.
PACE = 4


class Books:
    """A shop with channels to services on loopback; nothing is worked but what a test asks for."""

    def __init__(
        self, folder: Path, sandbox: Sandbox, day_starts: Callable[[str], str], *kinds: str, **more: Any
    ) -> None:
        shop = {
            "name": "泛盈总店",
            "currency": "KRW" if {"imweb", "crema"} & {*kinds} else "CNY",
            "timezone": "Asia/Seoul",
            "day_starts": day_starts("Asia/Seoul"),
        }
        tables = [
            {"name": kind, "kind": kind, "base_url": sandbox.urls[kind], **MORE.get(kind, {}), **more}
            for kind in kinds
        ]
        self.config = Config.model_validate({"shop": shop, "channel": tables})
        secrets = {
            f"POS_SECRET_{kind}_{field}".upper(): "a secret"
            for kind in kinds
            for field in KINDS[kind].secret_fields()
        }
        self.secrets = Secrets(folder, secrets)
        self.store = Store.open(f"sqlite:///{folder / 'counter.db'}", self.config.facts, b"key")
        self.waited: list[datetime] = []
        self.guests = {kind: Control(sandbox.urls[kind]) for kind in kinds}

    def place(self, kind: str, **order: Any) -> str:
        """Let a guest order, and return the id that the counter will know it by."""
        return str(self.guests[kind].place(**order)[NAMES[kind]])

    def sync(self) -> None:
        """Work all channels once."""
        asyncio.run(sync_once(self.store, self.config, self.secrets))

    def do(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Do something as the owner and wait for it."""
        return self.store.do(action, OWNER, *args, **kwargs).result()

    def let_quiet_pass(self, kind: str) -> None:
        """Do as time does with what a service asked for."""
        self.do(lambda tx: tx.states.put_channel(kind, detail={}))

    def order(self, remote_id: str) -> Order:
        """Return the order here of an id there."""
        return next(each for each in self.store.ask(queries.orders) if each.remote_id == remote_id)

    def compare(self, kind: str, sleep: Sleep = asyncio.sleep) -> Reconciliation:
        """Put today's books of a channel side by side, as a shell does."""
        part = next(part for part in self.config.channel if part.name == kind)
        day = self.store.shop.business_day(utcnow())
        work = reconcile_beside(part, self.store, self.secrets, day, self.waited.append, sleep)
        return asyncio.run(work)

    def differ(self, kind: str) -> dict[str, tuple[str, ...]]:
        """Return what differs, by the orders' ids there."""
        return {row.pair.remote_id: row.pair.differences for row in self.compare(kind).rows if row.differs}

    def all(self) -> Any:
        """Return all that is known on both sides."""
        here = self.store.ask(queries.orders), self.store.ask(backlog.letters, (), None)
        return here, {kind: control.state()["orders"] for kind, control in self.guests.items()}

    def close(self) -> None:
        """Close all."""
        self.store.close()
        for control in self.guests.values():
            control.close()


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    """Serve all services on loopback; none of them counts how often it is asked."""
    with Sandbox(patient=True) as sandbox:
        yield sandbox


@pytest.fixture
def books(
    served: Sandbox,
    tmp_path: Path,
    new_store: Callable[[Path], str],
    day_starts: Callable[[str], str],
    hurry: pytest.MonkeyPatch,  # noqa: ARG001 - for all but those who undo it
) -> Iterator[Callable[..., Books]]:
    """Return a way to open a shop with channels of these kinds, at services that are as new."""
    made: list[Books] = []
    new_store(tmp_path / "counter.db")

    def open_books(*kinds: str, sandbox: Sandbox = served, **more: Any) -> Books:
        made.append(Books(tmp_path, sandbox, day_starts, *kinds, **more))
        for control in made[0].guests.values():
            control.reset()
        return made[0]

    yield open_books
    for each in made:
        each.close()


@pytest.mark.parametrize("kind", SELLERS)
def test_books_that_are_alike_say_so_and_looking_changes_nothing(
    books: Callable[..., Books], kind: str
) -> None:
    shop = books(kind)
    placed = {shop.place(kind) for _ in range(3)}
    shop.sync()
    before = shop.all()
    found = shop.compare(kind)
    assert {row.pair.remote_id: row.pair.differences for row in found.rows} == dict.fromkeys(placed, ())
    assert all(each.ours == each.theirs for each in found.sums)
    assert bool(found.sums) is (kind != "impilo")
    assert shop.all() == before


@pytest.mark.parametrize("kind", SELLERS)
def test_an_order_that_is_only_there_is_found_and_taken_over_once(
    books: Callable[..., Books], kind: str
) -> None:
    shop = books(kind)
    shop.place(kind)
    shop.sync()
    missed = shop.place(kind)
    found = shop.compare(kind)
    assert {row.pair.remote_id: row.pair.differences for row in found.rows if row.differs} == {
        missed: ("only_there",)
    }
    heard = found.theirs.orders[missed]
    assert shop.do(reconciling.take_over, kind, heard)
    assert not shop.do(reconciling.take_over, kind, heard)
    assert shop.order(missed).channel == kind
    assert shop.differ(kind) == {}


#: An order of the web shop that is not paid yet.
UNPAID = {"prod_orders": [{"status": "PAY_WAIT"}]}

#: How a guest orders, what he does of which the counter has not heard, and what then differs.
UNHEARD: tuple[tuple[str, Mapping[str, Any], str, str], ...] = (
    ("fankahui", {}, "cancel", "status"),
    ("fankahui", {}, "pay", "payment"),
    ("imweb", UNPAID, "pay", "payment"),
    ("rayteams", {}, "cancel", "status"),
    ("impilo", {}, "canceled", "status"),
)


@pytest.mark.parametrize(("kind", "order", "move", "difference"), UNHEARD)
def test_what_a_guest_did_there_meanwhile_is_named(
    books: Callable[..., Books], kind: str, order: Mapping[str, Any], move: str, difference: str
) -> None:
    shop = books(kind)
    changed, _ = shop.place(kind, **order), shop.place(kind)
    shop.sync()
    shop.guests[kind].move(changed, move)
    found = shop.differ(kind)
    assert set(found) == {changed}
    assert difference in found[changed]


@pytest.mark.parametrize("kind", SELLERS)
def test_an_outage_is_raised_in_its_words_and_changes_nothing(books: Callable[..., Books], kind: str) -> None:
    shop = books(kind)
    shop.place(kind)
    shop.sync()
    before = shop.all()
    shop.guests[kind].fault("down", times=None)
    with pytest.raises(ChannelError):
        shop.compare(kind)
    shop.guests[kind].calm()
    assert shop.all() == before
    assert shop.differ(kind) == {}


@pytest.mark.parametrize("kind", SELLERS)
def test_a_service_that_asks_for_quiet_in_the_middle_is_not_asked_on(
    books: Callable[..., Books], kind: str
) -> None:
    shop = books(kind)
    shop.place(kind)
    shop.sync()
    before = shop.all()
    shop.guests[kind].fault("throttle", times=None, seconds=PATIENCE.total_seconds() + 60)
    with pytest.raises(Throttled):
        shop.compare(kind)
    assert shop.waited == []
    assert shop.all() == before


@pytest.mark.parametrize("kind", SELLERS)
def test_a_service_that_asks_a_shell_for_a_little_quiet_is_asked_anew_after_it(
    books: Callable[..., Books], kind: str
) -> None:
    shop, rested = books(kind), list[float]()

    async def rest(seconds: float) -> None:
        rested.append(seconds)
        await asyncio.to_thread(shop.let_quiet_pass, kind)

    placed = shop.place(kind)
    shop.sync()
    shop.guests[kind].fault("throttle", seconds=90)
    [row] = shop.compare(kind, rest).rows
    assert (row.pair.remote_id, row.pair.differences) == (placed, ())
    assert len(shop.waited) == 1
    assert 0 < max(rested) <= 90


def test_a_shell_leaves_a_service_alone_until_the_counter_may_ask_it_again(
    books: Callable[..., Books],
) -> None:
    shop = books("imweb")
    shop.sync()
    until = utcnow() + PATIENCE
    shop.do(health, "imweb", Health("waiting", detail={"quiet_until": until.isoformat()}))
    asked = shop.guests["imweb"].state()

    async def rest(seconds: float) -> None:
        if seconds > 5:  # and none of the moments between two calls
            assert shop.guests["imweb"].state() == asked
            await asyncio.to_thread(shop.let_quiet_pass, "imweb")

    shop.compare("imweb", rest)
    assert shop.waited == [until]


def test_a_shell_waits_twice_as_long_between_its_calls_as_the_counter_beside_it(
    books: Callable[..., Books], hurry: pytest.MonkeyPatch
) -> None:
    hurry.setattr("sync.throttle._SECOND", timedelta(hours=1))
    shop, rested = books("imweb", lists_per_second=1), list[float]()

    async def rest(seconds: float) -> None:
        rested.append(seconds)

    shop.compare("imweb", rest)
    assert 3600 < max(rested) <= 2 * 3600


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_channel_that_another_process_works_is_asked_where_a_second_sign_in_does_no_harm(
    books: Callable[..., Books], kind: str, tmp_path: Path
) -> None:
    shop = books(kind)
    other = Store.open(f"sqlite:///{tmp_path / 'counter.db'}", shop.config.facts, b"key")
    with other.lock(f"channel:{kind}"):
        if KINDS[kind].renewed_fields():
            with pytest.raises(Refused, match="one_sign_in"):
                shop.compare(kind)
        else:
            assert shop.compare(kind).rows == ()
    other.close()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_paused_channel_is_not_asked(books: Callable[..., Books], kind: str) -> None:
    shop = books(kind)
    shop.do(pause, kind, utcnow().replace(year=9999))
    with pytest.raises(Refused, match="channel_paused"):
        shop.compare(kind)


def test_an_explanation_holds_until_something_else_differs(books: Callable[..., Books]) -> None:
    shop = books("fankahui")
    changed = shop.place("fankahui")
    shop.sync()
    shop.guests["fankahui"].pay(changed)
    [row] = shop.compare("fankahui").rows
    said = Explained("a trial", row.pair.differences, row.pair.apart)
    assert shop.do(reconciling.explain, "fankahui", changed, said, row.order_id)
    assert not shop.do(reconciling.explain, "fankahui", changed, said, row.order_id)
    assert shop.differ("fankahui") == {}
    shop.guests["fankahui"].cancel(changed)
    assert changed in shop.differ("fankahui")


def test_an_order_that_is_only_there_can_be_explained(books: Callable[..., Books]) -> None:
    shop = books("fankahui")
    missed = shop.place("fankahui")
    shop.do(reconciling.explain, "fankahui", missed, Explained("a trial", ("only_there",), 0))
    [row] = shop.compare("fankahui").rows
    assert (row.why, row.differs, row.order_id) == ("a trial", False, None)


def test_an_order_that_waits_to_be_made_there_is_only_here(books: Callable[..., Books]) -> None:
    shop = books("fankahui")
    shop.do(new.place, new.Draft(OrderType.DELIVER, (Line("1", "米饭", 1, 200),), "fankahui"))
    [row] = shop.compare("fankahui").rows
    assert (row.pair.differences, row.known_there) == (("only_here",), False)


def test_a_web_shops_failed_part_shows_as_still_to_be_told(books: Callable[..., Books]) -> None:
    shop = books("imweb")
    order_no = shop.place("imweb")
    shop.guests["imweb"].pay(order_no)
    shop.sync()
    shop.guests["imweb"].move(order_no, "hold", words="재고가 없습니다.")
    order = shop.order(order_no)
    shop.do(orders.accept, order.id)
    shop.sync()
    assert shop.differ("imweb") == {order_no: ("untold",)}
    shop.guests["imweb"].move(order_no, "hold", words="")
    shop.do(reconciling.tell_again, order.id, "imweb")
    shop.sync()
    assert shop.differ("imweb") == {}


def test_a_web_shop_is_compared_as_fast_as_it_allows(
    books: Callable[..., Books], hurry: pytest.MonkeyPatch
) -> None:
    hurry.undo()
    with Sandbox(pace=PACE) as strict:
        shop = books("imweb", sandbox=strict, lists_per_second=PACE, calls_per_second=5 * PACE)
        placed = {shop.place("imweb") for _ in range(3)}
        shop.sync()
        found = shop.compare("imweb")
        assert {row.pair.remote_id for row in found.rows} == placed
        assert found.differ == 0


def sold(shop: Books) -> Order:
    """Return an order of two dishes that was made here, of which the reviewer was told."""
    lines = (Line("L1", "비빔밥", 2, 9000), Line("L2", "식혜", 1, 3500))
    order = shop.do(new.place, new.Draft(OrderType.EAT_IN, lines))
    shop.do(orders.accept, order.id)
    if shop.store.ask(queries.order, order.id).executed_at is None:
        shop.do(orders.execute, order.id)
    shop.sync()
    return shop.store.ask(queries.order, order.id)


def test_what_was_told_of_a_sale_is_alike_there(books: Callable[..., Books]) -> None:
    shop = books("crema")
    order = sold(shop)
    found = shop.compare("crema")
    assert [(row.pair.remote_id, row.pair.differences) for row in found.rows] == [(str(order.id), ())]
    assert found.sums == [Sum("KRW", 21500, 21500)]


def test_a_sale_of_which_pieces_were_paid_back_is_alike_there(books: Callable[..., Books]) -> None:
    shop = books("crema")
    order = sold(shop)
    deal = shop.do(deals.settle, [order.id], [Amount("cash", 21500)]).deal
    shop.sync()
    shop.do(refunds.refund, deal.id, [(order.id, order.lines[0].id, 1)], reason="cold")
    shop.sync()
    [row] = shop.compare("crema").rows
    assert row.pair.differences == ()
    assert row.pair.ours is not None
    assert row.pair.ours.total == 12500


def test_a_sale_or_a_line_that_was_deleted_there_is_found(books: Callable[..., Books]) -> None:
    shop = books("crema")
    first, second, third = sold(shop), sold(shop), sold(shop)
    there = shop.guests["crema"]
    rows = {row["code"]: row for row in there.state()["orders"]}
    there.move(str(rows[str(first.id)]["id"]), "delete")
    there.move(str(rows[str(second.id)]["id"]), "delete-line", code=f"{second.id}:{second.lines[1].id}")
    found = {row.pair.remote_id: row for row in shop.compare("crema").rows}
    assert found[str(first.id)].pair.differences == ("only_here",)
    assert (found[str(second.id)].pair.differences, found[str(second.id)].pair.apart) == (("amount",), -3500)
    assert not found[str(third.id)].differs


def test_another_price_at_the_reviewer_is_found(books: Callable[..., Books]) -> None:
    shop = books("crema")
    order = sold(shop)
    dish = order.lines[1].id
    line = {"code": f"{order.id}:{dish}", "product_code": dish, "price": 9900, "product_count": 1}
    shop.guests["crema"].place(code=str(order.id), sub_orders=[line])
    [row] = shop.compare("crema").rows
    assert (row.pair.differences, row.pair.apart) == (("amount",), 6400)
