"""What imweb's API has beside orders: products, reviews, inquiries and members, as far as it is named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sync.channels.imweb.answers import Listing, listing_of
from sync.channels.imweb.calls import Calls, part
from sync.errors import Missing


class Beside(Calls):
    """Documents as they came: their fields are not described, so filters and bodies are passed on."""

    async def products(self, page: int = 1, filters: Mapping[str, str] | None = None) -> Listing:
        """Return one page of the shop's products, the first being 1 (``GET /products``).

        Raises Refused, TryLater or Paused.
        """
        return await self._listed("/products", page, filters)

    async def product(self, prod_no: str) -> Any:
        """Return one product (``GET /products/{no}``); raises Missing."""
        found = (await self._get(f"/products/{part(prod_no)}", {}, self._others)).data
        if not found:
            raise Missing(f"no_order: {prod_no}")
        return found

    async def reviews(self, page: int = 1, filters: Mapping[str, str] | None = None) -> Listing:
        """Return one page of what guests wrote of products (``GET /reviews``).

        Raises Refused, TryLater or Paused.
        """
        return await self._listed("/reviews", page, filters)

    async def inquiries(self, page: int = 1, filters: Mapping[str, str] | None = None) -> Listing:
        """Return one page of what guests asked (``GET /inquirys``, as the service spells it).

        Raises Refused, TryLater or Paused.
        """
        return await self._listed("/inquirys", page, filters)

    async def answer_inquiry(self, inquiry_no: str, answer: Mapping[str, Any]) -> Any:
        """Answer what a guest asked (``POST /inquirys/{no}/answers``) with a document in their own shape.

        Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        path = f"/inquirys/{part(inquiry_no)}/answers"
        return (await self._call("POST", path, self._others, body=answer)).data

    async def members(self, page: int = 1, filters: Mapping[str, str] | None = None) -> Listing:
        """Return one page of the shop's members (``GET /v2/member/members``).

        Raises Refused, TryLater or Paused.
        """
        return await self._listed("/v2/member/members", page, filters)

    async def _listed(self, path: str, page: int, filters: Mapping[str, str] | None) -> Listing:
        asked = {**(filters or {}), "offset": str(page), "limit": str(self._settings.page_size)}
        try:
            return listing_of(await self._get(path, asked, self._lists))
        except Missing:
            return Listing((), None, last=True)
