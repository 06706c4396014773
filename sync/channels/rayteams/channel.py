"""RayTeams as a channel: the orders of all projects, those that are watched, and how far each is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sync.channel import OVERLAP
from sync.channels.rayteams import letters, wire
from sync.channels.rayteams.client import Client, Node, nodes_in, nodes_of, project_of
from sync.channels.rayteams.parse import order_id, parse, product_of
from sync.channels.rayteams.settings import Settings, can_with
from sync.documents import clean
from sync.errors import ChannelError, Missing, OutcomeUnknown, Refused
from sync.messages import Letter, Page, RemoteOrder, Told, Unreadable
from sync.standing import Standing, id_there, is_finished, is_wanted, moment_of, moved_on

Orders = tuple[RemoteOrder | Unreadable, ...]


class RayteamsChannel:
    """A group's orders at RayTeams. Every verb reads the order first, and moves it only if need be."""

    kind = "rayteams"

    def __init__(self, name: str, client: Client, settings: Settings) -> None:
        """Put a client to work under the channel's name; it and its connections are then this channel's."""
        self.name = name
        self.capabilities = can_with(settings)
        self._client = client
        self._settings = settings
        self._seen: dict[str, dict[str, Node]] = {}
        self._workflows: list[tuple[str, tuple[Node, ...]]] | None = None
        self._turn = 0

    async def changes(self, position: str, *, finished_since: datetime) -> AsyncIterator[Page]:
        """Yield the orders of projects that changed, of some others in turn, and those that are watched.

        `position` is when the latest project changed there. Whether every change of an order changes its
        project is not documented: what it does not is found in its turn, and by the sweep. Where there is
        nothing to walk or watch it knocks all the same, to know that the service lets us in.
        """
        since = moment_of(position)
        latest, limit = since, None
        if not self.capabilities.lists:
            await self._client.projects()
        if self._settings.discover:
            listing = await self._client.projects()
            rows, limit = listing.documents, listing.at
            latest = max(filter(None, (since, *map(_updated, rows))), default=None)
            async for orders in self._walked(self._chosen(rows, since)):
                yield Page(orders if since else tuple(o for o in orders if is_wanted(o, finished_since)))
        async for orders in self._watched():
            yield Page(orders)
        yield Page((), _position(latest, limit))

    async def unfinished(self) -> AsyncIterator[Page]:
        """Yield every order that is not finished by the shop's own workflow, of all projects and watched."""
        if self._settings.discover:
            async for orders in self._walked((await self._client.projects()).documents):
                yield Page(tuple(order for order in orders if not is_finished(order)))
        async for orders in self._watched():
            yield Page(tuple(order for order in orders if not is_finished(order)))

    async def read(self, remote_id: str) -> RemoteOrder:
        """Return one order; raises Missing, or Refused where it cannot be read as one."""
        order = self._parsed(await self._client.order(remote_id))
        if not isinstance(order, RemoteOrder):
            raise Refused(f"unreadable_order: {order.reason}")
        return order

    async def tell(self, letter: Letter) -> Told:
        """Tell one letter; raises Conflict where the order there has taken another way."""
        if letter.verb not in self.capabilities.tells:
            raise Refused("cannot_be_told")
        there = await self.read(id_there(letter))
        standing = self._standing(letter, there)
        if standing == "gone":
            raise moved_on(there)
        if standing == "done":
            return Told(there, already=True)
        product = product_of(there.raw)
        mapped, seen = self._settings.of(product), self._seen.get(product, {})
        node = letters.node_for(letter.verb, mapped, await self._nodes(product), seen)
        answer = await self._client.set_status(letter.remote_id, node.status, node.name)
        return Told(await self._checked(letter, node, answer))

    async def find(self, letter: Letter) -> RemoteOrder | None:
        """Return the order there in which a letter is already done."""
        there = await self.read(id_there(letter))
        return there if self._standing(letter, there) == "done" else None

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.close()

    def _parsed(self, document: Any) -> RemoteOrder | Unreadable:
        said = self._settings
        order = parse(document, said.workflow, said.workflows, said.currencies)
        if isinstance(order, RemoteOrder):
            seen = self._seen.setdefault(product_of(order.raw), {})
            seen |= {node.status: node for node in nodes_in(order.raw)}
        return order

    def _standing(self, letter: Letter, order: RemoteOrder) -> Standing:
        return letters.standing(letter.verb, order, self._settings.of(product_of(order.raw)))

    def _chosen(self, rows: Sequence[Any], since: datetime | None) -> Iterator[Any]:
        """Yield the projects that changed, or do not say when, and of the others the next few."""
        early = since - OVERLAP if since else datetime.min.replace(tzinfo=UTC)
        asleep = []
        for row in rows:
            if (at := _updated(row)) and at < early:
                asleep.append(row)
            else:
                yield row
        few = min(self._settings.projects_per_fetch, len(asleep))
        yield from (asleep[(self._turn + n) % len(asleep)] for n in range(few))
        self._turn += few

    async def _walked(self, rows: Iterable[Any]) -> AsyncIterator[Orders]:
        for row in rows:
            # What has no id is no project, and no order either: it is shown as it came.
            project = clean(project_of(row).id)
            yield await self._of_project(project) if project else (self._parsed(row),)

    async def _of_project(self, project: str) -> Orders:
        """Return a project's orders; one that was taken away meanwhile has none."""
        try:
            found = (await self._client.orders_of(project)).documents
        except Missing:
            return ()
        except Refused as error:
            return (Unreadable(project, error.reason, ""),)
        return tuple([await self._whole(order) for order in found])

    async def _whole(self, row: Any) -> RemoteOrder | Unreadable:
        """Return a row's order; a row that is no more than a key is asked for."""
        key = clean(order_id(row))
        is_whole = not key or row.keys() & {"status", "product"}
        return self._parsed(row) if is_whole else await self._one(key)

    async def _watched(self) -> AsyncIterator[Orders]:
        for watched in self._settings.watch:
            yield (await self._one(watched),)

    async def _one(self, remote_id: str) -> RemoteOrder | Unreadable:
        """Return one order; one that is not there is shown to a person, and keeps no other back."""
        try:
            return self._parsed(await self._client.order(remote_id))
        except Refused as error:
            return Unreadable(remote_id, error.reason, "")

    async def _nodes(self, name: str) -> tuple[Node, ...] | None:
        """Return the nodes of the product of that name, or of all products; None where the shop names none.

        Products are asked for once: whoever changes a workflow there resumes the channel.
        """
        if not self._settings.products:
            return None
        if self._workflows is None:
            self._workflows = [await self._workflow(product) for product in self._settings.products]
        its = [nodes for known, nodes in self._workflows if known == name]
        return tuple(node for nodes in its or [nodes for _, nodes in self._workflows] for node in nodes)

    async def _workflow(self, product_id: str) -> tuple[str, tuple[Node, ...]]:
        product = await self._client.product(product_id)
        return wire.Product.model_validate(product).productname, nodes_of(product)

    async def _checked(self, letter: Letter, node: Node, answer: Any) -> RemoteOrder:
        """Return the order if it is where it was told to be; only that says so, not the 200 of the answer."""
        order = self._parsed(answer)
        if not isinstance(order, RemoteOrder) or not letters.shows(node, order):
            try:
                order = await self.read(letter.remote_id)
            except ChannelError as error:
                raise OutcomeUnknown(str(error), besides=error) from None
        if letters.shows(node, order) or self._standing(letter, order) == "done":
            return order
        raise moved_on(order)


def _updated(row: Any) -> datetime | None:
    at = project_of(row).updated
    return at if isinstance(at, datetime) else None


def _position(latest: datetime | None, limit: datetime | None) -> str:
    """Return how far a fetch has come, in the service's time; never past its clock, where that is known."""
    # One project dated into the future would otherwise hide all that change until then.
    moment = min(latest, limit) if latest and limit else latest
    return f"{moment.timestamp():.3f}" if moment else ""
