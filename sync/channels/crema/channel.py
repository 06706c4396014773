"""CREMA as a channel: it is told what was sold elsewhere, and never an order is taken from it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sync.channels.crema import sales
from sync.channels.crema.client import Client
from sync.channels.crema.parse import parse
from sync.channels.crema.requests import OrderKey, Orders, SubOrderKey
from sync.channels.crema.sales import Sold
from sync.channels.crema.settings import CAN, Settings
from sync.channels.crema.wire import SubOrder
from sync.errors import Conflict, Missing, Refused, TryLater
from sync.messages import FailedPart, Letter, Page, RemoteOrder, Told


class CremaChannel:
    """A shop's account at CREMA. Orders and lines have codes of ours there, made of the order's own id."""

    kind = "crema"
    capabilities = CAN

    def __init__(self, name: str, client: Client, settings: Settings) -> None:
        """Put a client to work under the channel's name; it and its connections are then this channel's."""
        self.name = name
        self._client = client
        self._settings = settings

    async def changes(self, position: str, *, finished_since: datetime) -> AsyncIterator[Page]:  # noqa: ARG002 - nothing is heard here that could be old
        """Ask for one row, to know that the service is there and knows us; nothing of it is taken over."""
        await self._knock()
        yield Page((), position)

    async def unfinished(self) -> AsyncIterator[Page]:
        """Yield nothing, as `changes`: no order there waits for this counter."""
        await self._knock()
        yield Page(())

    async def read(self, remote_id: str) -> RemoteOrder:
        """Return what is there of an order that was told, by our code of it; raises Missing.

        Compared with what was told it shows what was deleted there. It is not an order to be taken over.
        """
        rows = await self._rows(remote_id)
        if not rows:
            raise Missing(f"no_order: {remote_id}")
        details = [await self._whole(remote_id, row) for row in rows]
        order = parse({"order_code": remote_id, "sub_orders": details})
        if not isinstance(order, RemoteOrder):
            raise Refused(f"unreadable_order: {order.reason}")
        return order

    async def tell(self, letter: Letter) -> Told:
        """Tell what was sold, or have what was told deleted; what is refused of a line is in `failed`.

        A line that was told before and is not there any more was deleted there: it is named, not made anew.
        """
        acts = {"sale": self._sale, "forget": self._forget}
        if letter.verb not in acts:
            raise Refused("cannot_be_told")
        return await acts[letter.verb](letter)

    async def find(self, letter: Letter) -> RemoteOrder | None:  # noqa: ARG002 - see there
        """Find nothing: what a letter changes it names by codes of ours, so it may be told again."""
        return None

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.close()

    async def _knock(self) -> None:
        await self._client.orders(Orders(), limit=1)

    async def _whole(self, order: str, row: Mapping[str, Any]) -> Any:
        """Return a row with all that is known of it; as it is where it is deleted meanwhile."""
        try:
            return await self._client.sub_order(_key_there(order, row))
        except Missing:
            return row

    async def _sale(self, letter: Letter) -> Told:
        about = letter.body.get("channel")
        if self._settings.tell_about and about not in self._settings.tell_about:
            raise Refused(f"not_wanted: {about}")
        lines = sales.lines_said(letter, self._settings)
        if any(not line.known for line in lines):
            await self._save_order(letter)
        failed = [part for line in lines if (part := await self._told(letter, line))]
        if failed and len(failed) == len(lines) and not any(_is_deleted(part) for part in failed):
            words = "; ".join(dict.fromkeys(part.reason for part in failed))
            raise Refused(words)
        return Told(failed=tuple(failed))

    async def _save_order(self, letter: Letter) -> None:
        said = sales.order_said(letter, self._settings)
        try:
            await self._client.save_order(sales.order_code(letter.order_id), said)
        except Conflict as error:
            # A conflict would have the order there taken over as one of ours to decide about.
            raise Refused(error.reason) from None

    async def _told(self, letter: Letter, line: Sold) -> FailedPart | None:
        """Tell one line; return it with the reason where it was refused."""
        order = sales.order_code(letter.order_id)
        try:
            await (self._change(order, line) if line.known else self._save(order, line))
        except Refused as error:
            return FailedPart(line.id, error.reason)
        return None

    async def _save(self, order: str, line: Sold) -> None:
        await self._client.save_sub_order(OrderKey(order_code=order), line.said, line.code, line.clear)

    async def _change(self, order: str, line: Sold) -> None:
        key = SubOrderKey(order_code=order, code=line.code)
        try:
            await self._client.change_sub_order(key, line.said, clear=line.clear)
        except Missing:
            # What is gone here too may well be gone there.
            if not line.gone:
                raise Missing(f"deleted_there: {line.name}") from None

    async def _forget(self, letter: Letter) -> Told:
        """Have the lines deleted that a letter names, or all; one that is not there is done."""
        order = sales.order_code(letter.order_id)
        for key in _keys(order, sales.lines_named(letter)) or await self._lines_there(order):
            try:
                await self._client.delete_sub_order(key)
            except Missing:
                continue
        return Told()

    async def _lines_there(self, order: str) -> list[SubOrderKey]:
        try:
            return [_key_there(order, row) for row in await self._rows(order)]
        except Missing:
            return []

    async def _rows(self, order: str) -> list[Any]:
        """List the lines of an order; TryLater where another's come: those must not be deleted."""
        pages = self._client.sub_order_pages(OrderKey(order_code=order))
        rows = [row async for page in pages for row in page.documents if isinstance(row, dict)]
        if any(sales.is_of_another(order, SubOrder.model_validate(row).code) for row in rows):
            raise TryLater("moving_rows")
        return rows


def _is_deleted(part: FailedPart) -> bool:
    return part.reason.startswith("deleted_there: ")


def _keys(order: str, codes: Sequence[str]) -> list[SubOrderKey]:
    return [SubOrderKey(order_code=order, code=code) for code in codes]


def _key_there(order: str, row: Mapping[str, Any]) -> SubOrderKey:
    """Return the address of a line that a list shows: its id, since its code need not be one of ours."""
    line = SubOrder.model_validate(row)
    number = int(line.id) if line.id.isdecimal() else None
    return SubOrderKey(order_code=order, id=number, code="" if number is not None else line.code)
