"""imweb's API as typed calls: sign in, list and read orders and product-orders, act on them. Usable alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sync.channels.imweb import requests
from sync.channels.imweb.answers import Listing, Outcome, grouped, key_of, outcome_of, rows_of
from sync.channels.imweb.beside import Beside
from sync.channels.imweb.calls import part
from sync.channels.imweb.codes import CLAIM_ACTIONS, ClaimType
from sync.documents import Raw
from sync.errors import Missing, Refused

#: So many orders may be asked for at once in ``GET /prod-orders``.
MOST_AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class Query:
    """The filters of ``GET /orders``; what is empty is not sent. Times are UTC.

    The service takes only one of `status`, `claim_type` and `claim_status`. `type` is where it was ordered:
    normal (imweb), npay (Naver), talkpay (Kakao); `member` is a member's code.
    """

    status: str = ""
    claim_type: ClaimType | Literal[""] = ""
    claim_status: str = ""
    type: Literal["", "normal", "npay", "talkpay"] = ""
    ordered_from: datetime | None = None
    ordered_to: datetime | None = None
    member: str = ""


class Client(Beside):
    """imweb for one shop: its orders and product-orders, and what stands beside them.

    Facts are from the pages of imweb's REST API 2.0; what they leave open is in NOTES.md.
    """

    async def orders(self, query: Query, page: int = 1) -> Listing:
        """Return one page of the orders that `query` fits, the first being 1 (``GET /orders``).

        The rows carry no status: that is in their product-orders. Raises Refused, TryLater or Paused.
        """
        _refuse_two_filters(query)
        return await self._listed("/orders", page, _filters(query))

    async def pages(self, query: Query) -> AsyncIterator[Listing]:
        """Yield every order that `query` fits, page by page, each page with what no earlier one had.

        The first page comes also where it is empty. Ends on the last page by the service's count, on an empty
        one, on a short one where it gives no count, and when two pages running bring nothing new: rows move
        while they are read. ``GET /orders``. Raises Refused, TryLater or Paused.
        """
        seen: set[str] = set()
        page, stale = 1, 0
        while stale < 2:
            listing = await self.orders(query, page)
            fresh = tuple(row for row in listing.documents if key_of(row) not in seen)
            seen.update(map(key_of, fresh))
            stale = 0 if fresh else stale + 1
            if fresh or page == 1:
                yield Listing(fresh, listing.at, last=listing.last)
            short = len(listing.documents) < self._settings.page_size
            if listing.last or (short and listing.last is None):
                return
            page += 1

    async def order(self, order_no: str) -> Raw:
        """Return one order's row (``GET /orders/{order_no}``); raises Missing."""
        answer = await self._get(f"/orders/{part(order_no)}", {}, self._others)
        if not isinstance(answer.data, dict) or not answer.data:
            raise Missing(f"no_order: {order_no}")
        return answer.data

    async def prod_orders(self, order_no: str) -> list[Any]:
        """Return an order's product-orders (``GET /orders/{order_no}/prod-orders``), which have its state.

        Raises Refused, TryLater or Paused.
        """
        answer = await self._get(f"/orders/{part(order_no)}/prod-orders", {}, self._others)
        return rows_of(answer.data)

    async def prod_order(self, order_no: str, prod_order_no: str) -> Raw:
        """Return one product-order; raises Missing.

        ``GET /orders/{order_no}/prod-orders/{prod_order_no}``.
        """
        path = f"/orders/{part(order_no)}/prod-orders/{part(prod_order_no)}"
        found = rows_of((await self._get(path, {}, self._others)).data)
        if not found:
            raise Missing(f"no_order: {prod_order_no}")
        row: Raw = found[0]
        return row

    async def prod_orders_of(self, order_nos: Sequence[str]) -> dict[str, list[Any]]:
        """Return the product-orders of up to 25 orders, by the order's number (``GET /prod-orders``).

        Raises Refused, TryLater or Paused.
        """
        if len(order_nos) > MOST_AT_ONCE:
            raise Refused(f"not_allowed: more than {MOST_AT_ONCE} order_no")
        several = len(order_nos) > 1 and self._settings.list_parameters == "query"
        asked = {"order_no[]" if several else "order_no": list(order_nos)}
        return grouped((await self._get("/prod-orders", asked, self._others)).data)

    async def deposit(self, order_no: str, prod_order_no: str = "") -> Outcome:
        """Confirm that a transfer has come in (``PATCH /orders/{order_no}/deposit``).

        Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        return await self._act(f"/orders/{part(order_no)}/deposit", prod_order_no)

    async def place(self, order_no: str, prod_order_no: str = "") -> Outcome:
        """Take an order on: it is being prepared (``PATCH /orders/{order_no}/place``).

        Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        return await self._act(f"/orders/{part(order_no)}/place", prod_order_no)

    async def send(
        self, order_no: str, parcel_code: str, invoice_no: str, prod_order_no: str = ""
    ) -> Outcome:
        """Say that it has left, with the carrier's code and the number on the parcel: both are needed.

        ``PATCH /orders/{order_no}/send``. Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        etc = requests.waybill(parcel_code, invoice_no)
        return await self._act(f"/orders/{part(order_no)}/send", prod_order_no, etc)

    async def complete(self, order_no: str, prod_order_no: str = "") -> Outcome:
        """Say that it has arrived, whatever the carrier says (``PATCH /orders/{order_no}/complete``).

        Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        return await self._act(f"/orders/{part(order_no)}/complete", prod_order_no)

    async def cancel(self, order_no: str, reason_code: str, prod_order_no: str = "") -> Outcome:
        """Cancel, for one of the eleven reasons (`sync.channels.imweb.codes.REASONS`).

        ``PATCH /orders/{order_no}/cancel``. Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        etc = requests.cancellation(reason_code)
        return await self._act(f"/orders/{part(order_no)}/cancel", prod_order_no, etc)

    async def return_order(
        self,
        order_no: str,
        reason_code: str,
        deliv_fee_method: str = "",
        collect: bool = False,
        parcel_code: str = "",
        invoice_no: str = "",
        prod_order_no: str = "",
    ) -> Outcome:
        """Take goods back for one of the eleven reasons (``PATCH /orders/{order_no}/return``).

        `deliv_fee_method` (REFUND, CASH, BOX) is how the buyer pays, and only for reasons where he does. With
        `collect` the shop fetches it itself; else carrier and number are needed. Raises Refused,
        OutcomeUnknown, TryLater or Paused.
        """
        collected = self._collected(collect)
        etc = requests.returning(reason_code, deliv_fee_method, collected, parcel_code, invoice_no)
        return await self._act(f"/orders/{part(order_no)}/return", prod_order_no, etc)

    async def exchange(
        self,
        order_no: str,
        reason_code: str,
        collect: bool = False,
        parcel_code: str = "",
        invoice_no: str = "",
        prod_order_no: str = "",
    ) -> Outcome:
        """Exchange goods for one of the eleven reasons; `collect`, carrier and number as with a return.

        ``PATCH /orders/{order_no}/exchange``. Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        etc = requests.exchanging(reason_code, self._collected(collect), parcel_code, invoice_no)
        return await self._act(f"/orders/{part(order_no)}/exchange", prod_order_no, etc)

    async def answer_claim(
        self,
        order_no: str,
        claim: Literal["cancel", "return", "exchange"],
        action: str,
        etc: Mapping[str, Any] | None = None,
        prod_order_no: str = "",
    ) -> Outcome:
        """Answer a claim with one of the actions of `CLAIM_ACTIONS`.

        ``PATCH /orders/{order_no}/{claim}/{action}``.

        `etc` is what the action may say: carrier and number, ``reason``, ``claim_memo``, ``method``,
        ``reason_code`` and ``reason_detail``; amounts (``etc_price``, ``refund_point``) by product-order, in
        major units. Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        if action not in CLAIM_ACTIONS[claim]:
            raise Refused("not_allowed: action")
        said = requests.answering(claim, action, etc or {})
        return await self._act(f"/orders/{part(order_no)}/{claim}/{action}", prod_order_no, said)

    async def enter_invoice(
        self, order_no: str, parcel_code: str, invoice_no: str, prod_order_no: str = ""
    ) -> Outcome:
        """Enter or change the carrier and the number of what is sent.

        ``PATCH /orders/{order_no}/invoice``, or the method that is set. Raises Refused, OutcomeUnknown,
        TryLater or Paused.
        """
        said = {**requests.waybill(parcel_code, invoice_no), "prod_order_no": prod_order_no}
        return await self._enter(f"/orders/{part(order_no)}/invoice", said)

    async def act_on_prod_order(
        self,
        prod_order_no: str,
        action: Literal["deposit", "place", "send", "complete"],
        parcel_code: str = "",
        invoice_no: str = "",
    ) -> Outcome:
        """Do with one product-order, by its own path, what can be done with an order.

        Carrier and number belong to `send`, which needs both.
        ``PATCH /prod-orders/{prod_order_no}/{action}``. Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        etc = requests.of_part(action, parcel_code, invoice_no)
        return await self._act(f"/prod-orders/{part(prod_order_no)}/{action}", "", etc)

    async def enter_prod_order_invoice(
        self, prod_order_no: str, parcel_code: str, invoice_no: str
    ) -> Outcome:
        """Enter or change the carrier and the number of one product-order.

        ``PATCH /prod-orders/{prod_order_no}/invoice``, or the method that is set. Raises Refused,
        OutcomeUnknown, TryLater or Paused.
        """
        said = requests.waybill(parcel_code, invoice_no)
        return await self._enter(f"/prod-orders/{part(prod_order_no)}/invoice", said)

    async def prod_order_invoice(self, prod_order_no: str) -> Any:
        """Return a product-order's carrier, number and where the parcel is.

        ``GET /prod-orders/{prod_order_no}/invoice``. Raises Refused, TryLater or Paused.
        """
        return (await self._get(f"/prod-orders/{part(prod_order_no)}/invoice", {}, self._others)).data

    def _collected(self, collect: bool) -> str:
        return self._settings.collect_values.split("/")[0] if collect else ""

    async def _act(self, path: str, prod_order_no: str, etc: Mapping[str, Any] | None = None) -> Outcome:
        said = {"prod_order_no": prod_order_no, "etc": etc}
        answer = await self._call("PATCH", path, self._others, body={k: v for k, v in said.items() if v})
        return outcome_of(answer.data)

    async def _enter(self, path: str, said: Mapping[str, Any]) -> Outcome:
        fields = {key: value for key, value in said.items() if value}
        method = self._settings.invoice_method
        where = {"params": fields} if method == "GET" else {"body": fields}
        return outcome_of((await self._call(method, path, self._others, **where)).data)


def _filters(query: Query) -> dict[str, str]:
    times = {
        name: str(int(moment.timestamp())) if moment else ""
        for name, moment in (("order_date_from", query.ordered_from), ("order_date_to", query.ordered_to))
    }
    names = ("status", "claim_type", "claim_status", "type", "member")
    return {**{name: getattr(query, name) for name in names}, **times}


def _refuse_two_filters(query: Query) -> None:
    if sum(map(bool, (query.status, query.claim_type, query.claim_status))) > 1:
        raise Refused("not_allowed: only one of status, claim_type and claim_status")
