"""imweb as a channel: what was ordered there, what is unfinished there, and what it has to be told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sync.channels.imweb import letters
from sync.channels.imweb.answers import Listing, Outcome, key_of
from sync.channels.imweb.client import MOST_AT_ONCE, Client, Query
from sync.channels.imweb.codes import UNFINISHED
from sync.channels.imweb.letters import Step
from sync.channels.imweb.parse import parse, parts_of, record
from sync.channels.imweb.settings import CAN, Settings
from sync.channels.imweb.wire import ProdOrder
from sync.documents import clean, unreadable
from sync.errors import ChannelError, NotYet, OutcomeUnknown, Refused
from sync.messages import FailedPart, Letter, Page, RemoteOrder, Told, Unreadable
from sync.standing import id_there, moment_of, moved_on

#: Claims that wait for the shop's answer: they may be about orders of any age.
_ASKED = ("CANCEL_REQUEST", "RETURN_REQUEST", "EXCHANGE_REQUEST")


class ImwebChannel:
    """A web shop's orders at imweb. Every verb reads the order first, and tells only what is not so yet."""

    kind = "imweb"
    capabilities = CAN

    def __init__(self, name: str, client: Client, settings: Settings) -> None:
        """Put a client to work under the channel's name; it and its connections are then this channel's."""
        self.name = name
        self._client = client
        self._settings = settings
        self._many_at_once = True

    async def changes(self, position: str, *, finished_since: datetime) -> AsyncIterator[Page]:
        """Yield the orders of the last hours, in whatever state; `position` is when the latest was placed.

        The service tells no time of change: what changed on an older order is found by the sweep.
        """
        heard = _Heard(position)
        recent = timedelta(hours=self._settings.recent_hours)
        since = heard.moment - recent if heard.moment else finished_since
        queries = [] if heard.moment else self._of_what_is_open()
        queries += [replace(query, ordered_from=since) for query in self._of_any_state()]
        async for listing in self._listed(queries):
            heard.limit = heard.limit or listing.at
            yield heard.through(Page(await self._orders(listing)))
        yield heard.through(Page(()))

    async def unfinished(self) -> AsyncIterator[Page]:
        """Yield all orders that have not arrived there, and those of which something is asked."""
        async for listing in self._listed(self._of_what_is_open()):
            yield Page(await self._orders(listing))

    async def read(self, remote_id: str) -> RemoteOrder:
        """Return one order; raises Missing, or Refused where it cannot be read as one."""
        row = await self._client.order(remote_id)
        order = parse(record(row, await self._client.prod_orders(remote_id)))
        if not isinstance(order, RemoteOrder):
            raise Refused(f"unreadable_order: {order.reason}")
        return order

    async def tell(self, letter: Letter) -> Told:
        """Tell one letter; raises Conflict where the order there has taken another way, NotYet if unpaid.

        What the service refuses for some product-orders only is in the answer's `failed`; the rest is done.
        """
        if letter.verb not in CAN.tells or letter.body.get("method") == "prepay":
            raise Refused("cannot_be_told")
        there = await self.read(id_there(letter))
        stands = [(part, letters.standing(letter, part)) for part in _chosen(letter, there)]
        if any(standing == "not_yet" for _, standing in stands):
            raise NotYet
        to_do = [part for part, standing in stands if standing == "to_do"]
        if not to_do:
            return _nothing_to_do(letter, there)
        steps = letters.steps(letter, parts_of(there.raw), to_do, self._settings.reject_reason)
        said = await self._taken(there.remote_id, steps)
        return await self._checked(letter, there, said, to_do)

    async def find(self, letter: Letter) -> RemoteOrder | None:
        """Return the order there in which a letter is already done."""
        there = await self.read(id_there(letter))
        open_there = [p for p in _chosen(letter, there) if letters.standing(letter, p) != "done"]
        return None if open_there else there

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.close()

    def _of_what_is_open(self) -> list[Query]:
        wanted = self._settings.statuses or UNFINISHED
        open_there = [status for status in UNFINISHED if status in wanted]
        found = [Query(status=status) for status in (*open_there, *self._settings.extra_statuses)]
        return found + [Query(claim_status=asked) for asked in _ASKED]

    def _of_any_state(self) -> Sequence[Query]:
        """One list of all states where all are wanted: lists are what the service allows least of."""
        settings = self._settings
        wanted = (*settings.statuses, *settings.extra_statuses) if settings.statuses else ("",)
        return [Query(status=status) for status in wanted]

    async def _listed(self, queries: Sequence[Query]) -> AsyncIterator[Listing]:
        """Yield what the queries find, each order once."""
        seen: set[str] = set()
        for query in queries:
            async for listing in self._client.pages(query):
                fresh = tuple(row for row in listing.documents if key_of(row) not in seen)
                seen.update(map(key_of, fresh))
                yield replace(listing, documents=fresh)

    async def _orders(self, listing: Listing) -> tuple[RemoteOrder | Unreadable, ...]:
        """Return a page's rows as orders, each with its product-orders."""
        rows = listing.documents
        parts: dict[str, list[Any] | str] = {}
        for start in range(0, len(rows), MOST_AT_ONCE):
            parts |= await self._parts_of(rows[start : start + MOST_AT_ONCE])
        return tuple(_order(row, parts.get(key_of(row), [])) for row in rows)

    async def _parts_of(self, rows: Sequence[Any]) -> dict[str, list[Any] | str]:
        """Return the product-orders of up to 25 rows, or why there are none.

        What the service leaves out is asked for one by one.
        """
        numbers = [key_of(row) for row in rows if isinstance(row, dict) and row.get("order_no")]
        found: dict[str, list[Any] | str] = {}
        if self._many_at_once and len(numbers) > 1:
            found |= await self._many(numbers)
            self._many_at_once = bool(found)
        for number in numbers:
            if number not in found:
                found[number] = await self._one(number)
        return found

    async def _many(self, numbers: Sequence[str]) -> dict[str, list[Any]]:
        try:
            found = await self._client.prod_orders_of(numbers)
        except Refused:
            return {}
        return {number: parts for number, parts in found.items() if parts}

    async def _one(self, number: str) -> list[Any] | str:
        try:
            return await self._client.prod_orders(number)
        except Refused as error:
            return error.reason

    async def _taken(self, order_no: str, steps: Sequence[Step]) -> Outcome:
        """Take each step, and return what was said of all; a refusal of one keeps no other back."""
        success: list[str] = []
        failed: list[FailedPart] = []
        for step in steps:
            try:
                said = await self._take(order_no, step)
            except Refused as error:
                failed.append(FailedPart(step.part, error.reason))
                continue
            failed += said.failed
            # What is said of the whole order is said of the part that was asked for.
            success += [step.part or number if number == order_no else number for number in said.success]
        return Outcome(tuple(success), tuple(failed))

    async def _take(self, order_no: str, step: Step) -> Outcome:
        client, part, facts = self._client, step.part, step.facts
        match step.action:
            case "claim":
                return await client.answer_claim(
                    order_no, facts["claim"], facts["answer"], facts.get("etc"), part
                )
            case "invoice":
                return await client.enter_invoice(order_no, prod_order_no=part, **facts)
        act = {
            "deposit": client.deposit,
            "place": client.place,
            "send": client.send,
            "complete": client.complete,
            "cancel": client.cancel,
            "return": client.return_order,
            "exchange": client.exchange,
        }[step.action]
        outcome: Outcome = await act(order_no, prod_order_no=part, **facts)  # type: ignore[operator]  # each takes its own facts
        return outcome

    async def _checked(
        self, letter: Letter, before: RemoteOrder, said: Outcome, tried: Sequence[ProdOrder]
    ) -> Told:
        """Return how the order stands now, and what of it failed; raises Refused where nothing was done.

        What was confirmed by nobody and is not so there either is of unknown outcome.
        """
        try:
            parts = await self._client.prod_orders(before.remote_id)
        except ChannelError as error:
            raise OutcomeUnknown(str(error), besides=error) from None
        order = parse(record(before.raw["order"], parts))
        if not isinstance(order, RemoteOrder):
            raise OutcomeUnknown("unreadable_answer")
        refused = _still_refused(letter, order, said.failed)
        if _unconfirmed(letter, order, said, {part.order_no for part in tried}):
            raise OutcomeUnknown("not_confirmed")
        if len(refused) < len(tried):
            return Told(order, failed=tuple(refused))
        alone = len(_chosen(letter, order)) == 1
        words = refused[0].reason if alone else "; ".join(f"{p.id}: {p.reason}" for p in refused)
        raise Refused(words)


def _order(row: Any, parts: list[Any] | str) -> RemoteOrder | Unreadable:
    """Return a row's order; one whose dishes the service does not tell is none, and is asked for again."""
    if isinstance(parts, str):
        return unreadable(clean(row), parts, clean(key_of(row)))
    return parse(record(row, parts))


def _chosen(letter: Letter, order: RemoteOrder) -> tuple[ProdOrder, ...]:
    return letters.chosen(letter, parts_of(order.raw))


def _nothing_to_do(letter: Letter, there: RemoteOrder) -> Told:
    if any(letters.standing(letter, part) == "done" for part in _chosen(letter, there)):
        return Told(there, already=True)
    raise moved_on(there)


def _still_refused(letter: Letter, order: RemoteOrder, failed: Sequence[FailedPart]) -> list[FailedPart]:
    """Return what was refused and is not so by now; a refusal of the whole order is one of each open part."""
    said = {part.id: part.reason for part in failed}
    whole = said.get("") or said.get(order.remote_id)
    open_there = [p.order_no for p in _chosen(letter, order) if letters.standing(letter, p) != "done"]
    refused = {number: said.get(number) or whole for number in open_there}
    return [FailedPart(number, reason) for number, reason in refused.items() if reason]


def _unconfirmed(letter: Letter, order: RemoteOrder, said: Outcome, tried: Collection[str]) -> set[str]:
    """Return the product-orders of which the service said neither yes nor no, and which are as before."""
    heard = {*said.success, *(part.id for part in said.failed)}
    if heard & {"", order.remote_id}:
        return set()
    open_there = {p.order_no for p in _chosen(letter, order) if letters.standing(letter, p) != "done"}
    return (open_there & set(tried)) - heard


class _Heard:
    """How far a fetch has come: when the latest order was placed, never past the service's own clock."""

    def __init__(self, position: str) -> None:
        self.moment = moment_of(position)
        self.limit: datetime | None = None

    def through(self, page: Page) -> Page:
        """Return a page whose position takes in all up to it; where no order came, the service's clock."""
        for order in page.orders:
            if isinstance(order, RemoteOrder) and order.placed_at:
                self._hear(order.placed_at)
        moment = self.moment or self.limit
        return Page(page.orders, f"{moment.timestamp():.0f}" if moment else "")

    def _hear(self, placed: datetime) -> None:
        # One order dated into the future would otherwise hide all that come until then.
        placed = min(placed, self.limit) if self.limit else placed
        self.moment = max(placed, self.moment) if self.moment else placed
