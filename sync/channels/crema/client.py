"""CREMA's API as typed calls: orders and their lines listed, read, told and deleted. Usable alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from sync.channels.crema.calls import Calls
from sync.channels.crema.paging import Listing, counted, listing_of
from sync.channels.crema.requests import (
    Order,
    OrderKey,
    Orders,
    SubOrder,
    SubOrderKey,
    order,
    refuse_without_product,
    sub_order,
    sub_orders_of,
    written,
)
from sync.channels.crema.settings import MOST_ROWS
from sync.documents import Raw
from sync.errors import Missing, OutcomeUnknown, Refused

_ORDERS, _UNPAID = "/v1/orders", "/v1/unpaid_orders"


class Client:
    """CREMA for one shop. Signs in before the first call and again when its token has ended.

    An order and a line of it are each addressed by CREMA's id or by the shop's own code. Raises the errors of
    `sync.errors`. Facts are from the pages of CREMA's API on sub-orders, orders and unpaid orders; what they
    leave open is in NOTES.md.
    """

    def __init__(self, calls: Calls) -> None:
        """Prepare; nothing is sent yet."""
        self._calls = calls

    async def sign_in(self) -> Mapping[str, Any]:
        """Get a new token (``POST /oauth/token``) and return the answer, with the token only as got.

        Raises Paused where id and secret are not accepted or there are none, TryLater where the service does
        not answer.
        """
        return await self._calls.sign_in()

    async def sub_orders(
        self, of: OrderKey, page: int = 1, limit: int | None = None, product_id: int | None = None
    ) -> Listing:
        """Return one page of an order's lines, the first being 1; of one product where `product_id` is given.

        ``GET /v1/orders/:order_id/sub_orders`` or ``GET /v1/sub_orders?order_code=``. `limit` is at most 100.
        Raises Refused, TryLater or Paused.
        """
        path, asked = sub_orders_of(of)
        wanted = {"product_id": str(product_id)} if product_id is not None else {}
        return await self._listed(path, {**asked, **wanted}, page, limit)

    async def sub_order_pages(self, of: OrderKey, product_id: int | None = None) -> AsyncIterator[Listing]:
        """Yield all of an order's lines, page by page up to the last that the service counts.

        ``GET /v1/orders/{order_id}/sub_orders`` or ``GET /v1/sub_orders``. Raises Refused, TryLater or
        Paused.
        """

        async def ask(page: int) -> Listing:
            return await self.sub_orders(of, page, product_id=product_id)

        async for listing in counted(ask, self._calls.settings.page_size):
            yield listing

    async def sub_order(self, line: SubOrderKey) -> Raw:
        """Return one line as it is there; raises Missing.

        ``GET /v1/orders/{order_id}/sub_orders/{id}``, in the four ways to address it.
        """
        path, asked = sub_order(line)
        return _found((await self._calls.call("GET", path, asked)).data, line.code or str(line.id))

    async def save_sub_order(
        self, of: OrderKey, said: SubOrder, code: str = "", clear: Sequence[str] = ()
    ) -> Any:
        """Make a line, or change the one that has this `code`; return what the service made of it.

        ``POST /v1/orders/:order_id/sub_orders`` or ``POST /v1/sub_orders``. Without a `code` the service
        makes one up, and the same line told again is another one. Fields in `clear` are emptied. Raises
        Refused, OutcomeUnknown, TryLater or Paused.
        """
        refuse_without_product(said)
        path, named = sub_orders_of(of)
        return await self._made(path, {**named, **({"code": code} if code else {}), **written(said, clear)})

    async def change_sub_order(
        self, line: SubOrderKey, said: SubOrder, new_code: str = "", clear: Sequence[str] = ()
    ) -> None:
        """Change what is given of a line, and empty the fields in `clear`; raises Missing.

        ``PATCH /v1/orders/{order_id}/sub_orders/{id}``, in the four ways to address it. `new_code` for a line
        that is addressed by its id.
        """
        path, named = sub_order(line)
        code = {"code": new_code} if new_code and line.id is not None else {}
        await self._calls.call("PATCH", path, said={**named, **code, **written(said, clear)})

    async def delete_sub_order(self, line: SubOrderKey) -> None:
        """Delete a line with its reviews and messages, and its order where it was the last. For good.

        ``DELETE /v1/orders/{order_id}/sub_orders/{id}``, in the four ways to address it; raises Missing.
        """
        path, asked = sub_order(line)
        await self._calls.call("DELETE", path, asked)

    async def put_message(self, line: SubOrderKey, message: str) -> None:
        """Change a line's message, as in the documents' example alone.

        ``PUT /v1/orders/{order_id}/sub_orders/{id}?message=``. Raises Missing, Refused,
        OutcomeUnknown, TryLater or Paused.
        """
        path, asked = sub_order(line)
        await self._calls.call("PUT", path, {**asked, "message": message})

    async def orders(self, query: Orders, page: int = 1, limit: int | None = None) -> Listing:
        """Return one page of the orders that `query` fits (``GET /v1/orders``); `limit` is at most 100.

        Raises Refused, TryLater or Paused.
        """
        return await self._listed(_ORDERS, query.asked(), page, limit)

    async def order_pages(self, query: Orders) -> AsyncIterator[Listing]:
        """Yield every order that `query` fits, page by page up to the last that the service counts.

        ``GET /v1/orders``. Raises Refused, TryLater or Paused.
        """

        async def ask(page: int) -> Listing:
            return await self.orders(query, page)

        async for listing in counted(ask, self._calls.settings.page_size):
            yield listing

    async def order(self, which: OrderKey) -> Raw:
        """Return one order (``GET /v1/orders/:id``, or by ``code`` as real clients do); raises Missing."""
        path, asked = order(which)
        return _found((await self._calls.call("GET", path, asked)).data, _named(which))

    async def save_order(self, code: str, said: Order) -> Any:
        """Make an order, or change the one with this code, the shop's number of it (``POST /v1/orders``).

        Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        return await self._made(_ORDERS, {"code": code, **written(said)})

    async def change_order(self, which: OrderKey, said: Order, clear: Sequence[str] = ()) -> None:
        """Change what is given of an order (``PATCH /v1/orders/{id}``); raises Missing."""
        path, named = order(which)
        await self._calls.call("PATCH", path, said={**named, **written(said, clear)})

    async def delete_order(self, which: OrderKey) -> None:
        """Delete an order with all of it, for good (``DELETE /v1/orders/{id}``); raises Missing."""
        path, asked = order(which)
        await self._calls.call("DELETE", path, asked)

    async def unpaid_orders(self, page: int = 1, limit: int | None = None) -> Listing:
        """Return one page of the orders whose transfer has not come in (``GET /v1/unpaid_orders``).

        Raises Refused, TryLater or Paused.
        """
        return await self._listed(_UNPAID, {}, page, limit)

    async def unpaid_order_pages(self) -> AsyncIterator[Listing]:
        """Yield every unpaid order, page by page (``GET /v1/unpaid_orders``).

        Raises Refused, TryLater or Paused.
        """
        async for listing in counted(self.unpaid_orders, self._calls.settings.page_size):
            yield listing

    async def unpaid_order(self, order_code: str) -> Raw:
        """Return what is unpaid of the order with this code; raises Missing.

        ``GET /v1/unpaid_orders?order_code=``.
        """
        return _found((await self._calls.call("GET", _UNPAID, {"order_code": order_code})).data, order_code)

    async def close(self) -> None:
        """Give the connections back."""
        await self._calls.close()

    async def _listed(self, path: str, asked: Mapping[str, str], page: int, limit: int | None) -> Listing:
        size = self._calls.settings.page_size if limit is None else limit
        if not 1 <= size <= MOST_ROWS:
            raise Refused("not_allowed: limit")
        paged = {**asked, "limit": str(size), "page": str(page)}
        return listing_of(await self._calls.call("GET", path, paged))

    async def _made(self, path: str, said: Mapping[str, Any]) -> Any:
        answer = await self._calls.call("POST", path, said=said)
        if not isinstance(answer.data, dict):
            raise OutcomeUnknown("unreadable_answer")
        return answer.data


def _found(data: Any, named: str) -> Raw:
    """Return the object of an answer; where the same path answers with a list, the one that was asked for."""
    rows = data if isinstance(data, list) else [data]
    for row in rows:
        if isinstance(row, dict) and row and (row is data or _is_named(row, named)):
            return row
    raise Missing(f"no_order: {named}")


def _is_named(row: Mapping[str, Any], named: str) -> bool:
    return named in (str(row.get(name)) for name in ("code", "id", "order_code"))


def _named(which: OrderKey) -> str:
    return which.order_code or str(which.order_id)
