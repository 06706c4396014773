"""impilo as a channel: what it hears, what it makes there, and that nothing is ever made twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from sync.channel import Channel
from sync.channels.impilo.channel import ImpiloChannel
from sync.channels.impilo.client import Listing
from sync.channels.impilo.settings import Settings
from sync.engine import Engine
from sync.errors import OutcomeUnknown, Refused, TryLater
from sync.letters import order_body
from sync.messages import Letter, RemoteGuest, RemoteLine, RemoteNote, RemoteOrder
from sync.sandbox.control import Control

NOW = datetime.now(UTC)
EVERY = {"uniform": lambda _, most: most}
Open = Callable[..., Channel]

SUPPLIES = RemoteOrder(
    remote_id="",
    status="placed",
    type="deliver",
    currency=None,
    raw={},
    lines=(
        RemoteLine("A", "Cuff", 2, item_id="item:31"),
        RemoteLine("B", "Heart kit", 1, item_id="kit:7"),
    ),
    memo=(RemoteNote("shop", "to the back door"), RemoteNote("", "9400", fact="tracking")),
)


def register(guest: str = "") -> Letter:
    """Return a letter that makes an order there."""
    order = replace(SUPPLIES, guest=RemoteGuest(guest))
    return Letter(uuid4(), "c", uuid4(), "", "register", {"order": order_body(order)}, NOW)


@pytest.fixture
def open_account(connect: Callable[..., Channel]) -> Open:
    """Return what opens a channel to impilo, by its settings."""
    return lambda **settings: connect("impilo", **settings)


@pytest.fixture
def engine(open_account: Open, host: Any, clock: Any) -> Engine:
    """Return an engine between impilo's sandbox and a host in memory, on pages of two orders."""
    return Engine(open_account(page_size=2), host, clock=clock, **EVERY)


@pytest.mark.parametrize(
    ("guest", "patient", "site"),
    [
        ("patient:1234", 1234, None),
        ("1234", 1234, None),
        ("site:9", None, 9),
        ("", None, 7),
    ],
)
async def test_an_order_of_the_counter_is_for_its_patient_or_the_shops_site(
    open_account: Open, account: Control, guest: str, patient: int | None, site: int | None
) -> None:
    told = register(guest)
    await open_account().tell(told)
    [there] = account.state()["orders"]
    whom = ((there[name] or {}).get("id") for name in ("patient", "site"))
    assert tuple(whom) == (patient, site)
    assert there["externalOrderIds"] == [str(told.order_id)]
    assert (there["orderItems"][0]["item"]["id"], there["orderKits"][0]["kit"]["id"]) == (31, 7)
    assert there["shippingOption"] == "standard"


async def test_what_was_written_at_the_counter_is_a_note_there_and_facts_are_not(
    open_account: Open, account: Control
) -> None:
    await open_account().tell(register())
    [there] = account.state()["orders"]
    assert [note["note"] for note in there["orderNotes"]] == ["to the back door"]


async def test_without_a_site_of_the_shop_nothing_is_made(open_account: Open, account: Control) -> None:
    with pytest.raises(Refused, match="patient_or_site"):
        await open_account(site="").tell(register())
    assert account.state()["orders"] == []


async def test_a_line_that_names_nothing_of_theirs_is_not_made(open_account: Open, account: Control) -> None:
    told = register()
    told.body["order"]["items"][0]["item_id"] = ""
    with pytest.raises(Refused, match="incomplete: Cuff"):
        await open_account().tell(told)
    assert account.state()["orders"] == []


async def test_nothing_else_can_be_told(open_account: Open, account: Control) -> None:
    number = str(account.place()["id"])
    with pytest.raises(Refused, match="cannot_be_told"):
        await open_account().tell(Letter(uuid4(), "c", uuid4(), number, "accept", {}, NOW))


@pytest.mark.parametrize(
    ("settings", "said"), [({}, "standard"), ({"shipping_option": "over night"}, "over night")]
)
async def test_an_order_is_shipped_as_the_shop_says(
    open_account: Open, account: Control, settings: dict[str, str], said: str
) -> None:
    await open_account(**settings).tell(register())
    assert account.state()["orders"][0]["shippingOption"] == said


async def test_what_was_registered_before_is_only_read(open_account: Open, account: Control) -> None:
    told = replace(register(), remote_id=str(account.place()["id"]))
    answer = await open_account().tell(told)
    assert (answer.already, answer.order and answer.order.remote_id) == (True, told.remote_id)
    assert (await open_account().find(told)) == answer.order
    assert len(account.state()["orders"]) == 1


def test_the_shop_itself_is_the_guest_of_its_site() -> None:
    assert Settings(site=" 7 ").own_guest == "site:7"
    assert Settings().own_guest == Settings(site=" ").own_guest == ""


async def lost(engine: Engine, host: Any, account: Control, kind: str = "drop") -> Letter:
    """Let a creation be applied there while its answer never comes, and others order after it."""
    letter: Letter = host.write("register", **register().body)
    account.fault(kind, method="POST")  # type: ignore[arg-type]  # one of the faults
    report = await engine.once()
    assert (report.told, report.waiting) == (0, 1)
    for _ in range(3):
        account.place()
    account.calm()
    return letter


def made(account: Control, letter: Letter) -> list[int]:
    """Return the orders there that carry a letter's number."""
    number = str(letter.order_id)
    return [order["id"] for order in account.state()["orders"] if number in order["externalOrderIds"]]


@pytest.mark.parametrize("fault", ["drop", "html"])
async def test_a_creation_whose_answer_was_lost_is_found_on_its_page_and_not_made_again(
    engine: Engine, host: Any, account: Control, fault: str
) -> None:
    letter = await lost(engine, host, account, fault)
    report = await engine.once()
    [number] = made(account, letter)
    assert (report.ok, report.told) == (True, 1)
    assert host.registered[letter.order_id] == str(number)


@pytest.mark.parametrize("seed", range(8))
async def test_it_is_found_while_rows_move_between_the_pages(
    engine: Engine, host: Any, account: Control, seed: int
) -> None:
    letter = await lost(engine, host, account)
    account.fault("move", times=3, seed=seed)
    for _ in range(3):
        await engine.once()
    assert len(made(account, letter)) == 1
    assert host.row(letter).state == "told"


async def test_a_list_that_never_holds_still_makes_nothing(
    engine: Engine, host: Any, account: Control
) -> None:
    letter = await lost(engine, host, account)
    account.fault("move", times=None)
    for _ in range(3):
        await engine.once()
    assert len(made(account, letter)) == 1


async def test_a_counter_that_died_while_it_told_finds_what_it_made(
    open_account: Open, host: Any, account: Control, clock: Any
) -> None:
    letter = host.write("register", **register().body)
    claimed = await host.claim("c", clock())
    await open_account().tell(claimed)
    for _ in range(3):
        account.place()
    report = await Engine(open_account(page_size=2), host, clock=clock, **EVERY).once()
    assert (report.told, host.row(letter).told_times) == (1, 1)
    assert len(made(account, letter)) == 1


async def test_a_counter_that_died_before_it_told_makes_it_once(
    engine: Engine, host: Any, account: Control, clock: Any
) -> None:
    letter = host.write("register", **register().body)
    await host.claim("c", clock())
    account.place()
    await engine.once()
    assert len(made(account, letter)) == 1


async def test_the_shops_filters_do_not_hide_what_is_looked_for(open_account: Open) -> None:
    told = register()
    shop = open_account(filters={"id": "1"})
    await shop.tell(told)
    found = await shop.find(told)
    assert found is not None
    assert found.own_ids == (str(told.order_id),)


class Shifting:
    """A service that shows other orders at every look, and says that there are more than it shows."""

    def __init__(self, *looks: tuple[Any, ...], total: int | None = None) -> None:
        self.looks = [*looks]
        self.total = total

    async def pages(self, **_: Any) -> Any:
        """Yield one page."""
        documents = tuple(each if isinstance(each, dict) else {"id": each} for each in self.looks.pop(0))
        yield Listing(documents, last=True, total=self.total)


def looking(*looks: tuple[Any, ...], total: int | None = None) -> ImpiloChannel:
    """Return a channel to a service that shifts."""
    return ImpiloChannel("c", Shifting(*looks, total=total), Settings())  # type: ignore[arg-type]  # all it is asked


async def test_an_order_is_missing_only_where_two_looks_running_say_so() -> None:
    assert await looking((1, 2), (1, 2)).find(register()) is None
    assert await looking((1, 2), (1, 3), (1, 3)).find(register()) is None
    with pytest.raises(TryLater, match="moving_rows"):
        await looking((1,), (2,), (3,), (4,), (5,)).find(register())


async def test_an_order_is_not_missing_where_fewer_are_shown_than_there_are() -> None:
    with pytest.raises(TryLater, match="moving_rows"):
        await looking(*[(1, 2)] * 5, total=3).find(register())


async def test_an_order_of_ours_that_cannot_be_read_is_not_made_again() -> None:
    told = register()
    without_its_id = {"externalOrderIds": [str(told.order_id).upper()]}
    with pytest.raises(Refused, match="unreadable_order"):
        await looking((1, without_its_id)).find(told)


async def test_a_creation_answered_without_an_order_is_not_known(
    open_account: Open, account: Control
) -> None:
    account.fault("html", method="POST")
    with pytest.raises(OutcomeUnknown):
        await open_account().tell(register())


async def test_a_fetch_goes_back_to_what_is_known_and_no_farther(
    open_account: Open, account: Control
) -> None:
    for _ in range(20):
        account.place()
    pages = [p async for p in open_account(page_size=5).changes("1018", finished_since=NOW)]
    assert [len(page.orders) for page in pages] == [5]
    assert pages[-1].position == "1020"


async def test_a_service_that_does_not_sort_is_heard_to_the_end(open_account: Open, account: Control) -> None:
    for _ in range(20):
        account.place()
    account.fault("shuffle", times=None)
    pages = [p async for p in open_account(page_size=5).changes("1020", finished_since=NOW)]
    assert sum(len(page.orders) for page in pages) > 5


async def test_what_the_workflow_calls_finished_is_not_open(open_account: Open, account: Control) -> None:
    one, two = (str(account.place()["id"]) for _ in range(2))
    account.move(one, "received")
    shop = open_account(workflow={"received": "paid"})
    open_there = {order.remote_id async for page in shop.unfinished() for order in page.orders}
    assert open_there == {two}
    first = [
        o.remote_id async for p in shop.changes("", finished_since=NOW + timedelta(days=1)) for o in p.orders
    ]
    assert first == [two]


async def test_what_happens_to_an_older_order_is_heard_by_the_sweep(
    engine: Engine, host: Any, account: Control, clock: Any
) -> None:
    old = str(account.place()["id"])
    for _ in range(4):
        account.place()
    await engine.once()
    account.move(old, "track", carrier="usps", value="9400")
    account.move(old, "shipped")
    clock.pass_(minutes=5)
    await engine.once()
    order = host.orders[old]
    assert (order.remote_status, [n.message for n in order.memo if n.fact == "tracking"]) == (
        "shipped", ["usps 9400"],
    )  # fmt: skip


async def test_an_older_page_does_not_take_an_order_back(
    engine: Engine, host: Any, account: Control, clock: Any
) -> None:
    number = str(account.place()["id"])
    await engine.once()
    clock.pass_(minutes=5)
    account.move(number, "change", orderEvents=[{"eventTimestamp": "2099-01-01T00:00:00Z", "name": "late"}])
    account.move(number, "change", currentStatus="shipped")
    await engine.once()
    account.move(number, "change", orderEvents=[], currentStatus="reconfirmAddress")
    account.move(number, "event", name="early")
    clock.pass_(minutes=5)
    await engine.once()
    assert host.orders[number].remote_status == "shipped"


async def test_an_order_that_is_done_here_and_called_off_there_later_is_heard_by_the_sweep(
    open_account: Open, host: Any, clock: Any, account: Control
) -> None:
    workflow = {"shipped": "paid", "canceled": "canceled"}
    engine = Engine(open_account(page_size=1, workflow=workflow), host, clock=clock, **EVERY)
    done = str(account.place()["id"])
    await engine.once()
    account.move(done, "shipped")
    clock.pass_(minutes=4)
    await engine.once()
    account.place()
    await engine.once()
    account.move(done, "canceled")
    await engine.once()
    assert host.orders[done].status == "paid"
    clock.pass_(minutes=4)
    await engine.once()
    assert host.orders[done].status == "canceled"


async def test_what_was_over_there_before_it_was_ever_heard_of_is_brought_by_no_sweep(
    open_account: Open, host: Any, clock: Any, account: Control
) -> None:
    channel = open_account(page_size=1, workflow={"shipped": "paid"})
    engine = Engine(channel, host, clock=clock, **EVERY)
    long_over = str(account.place()["id"])
    account.move(long_over, "shipped")
    clock.now = NOW + timedelta(days=30)
    account.place()
    await engine.once()
    clock.pass_(minutes=4)
    await engine.once()
    assert long_over not in host.orders
