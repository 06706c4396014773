"""RayTeams's API as typed calls: orders, projects, products, status and the sign-in. Usable alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sync.channels.rayteams import browser, wire
from sync.channels.rayteams.access import Access
from sync.channels.rayteams.answers import data_of, rows_of
from sync.channels.rayteams.settings import Settings
from sync.documents import Odd, Raw
from sync.errors import Missing, Refused
from sync.http import Answer, Api
from sync.paths import segment
from sync.session import without_tokens
from sync.throttle import Throttle

#: The hosts that the API is spread over where its address has ``{scope}``.
SCOPES = ("order", "project", "product", "group", "user", "file")
Scope = Literal["order", "project", "product", "group", "user", "file"]


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows as they came, and the service's clock (UTC) when it answered."""

    documents: tuple[Any, ...]
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Node:
    """One state of a workflow: its id, its name, and NEW, INPROGRESS or CLOSED; empty: not known."""

    status: str
    name: str = ""
    type: str = ""


class Client:
    """RayTeams for one group. Sends its token with every call, and renews it when it ends.

    Raises the errors of `sync.errors`; where only a person can sign in again it is Paused. Facts are from
    RayTeams's pages on orders, projects, products and sign-in; what they leave open is in NOTES.md.
    """

    def __init__(
        self,
        apis: Mapping[str, Api],
        access: Access,
        settings: Settings,
        throttle: Throttle | None = None,
        opens: browser.Browser = lambda _: None,
    ) -> None:
        """Prepare with the API of each scope; `opens` opens an address in the person's browser."""
        self._apis = apis
        self._access = access
        self._settings = settings
        self._throttle = throttle
        self._opens = opens

    async def sign_in(self) -> Mapping[str, Any]:
        """Let a person sign in in the browser (``GET /oauth2/authorize``, then ``POST /oauth2/token``).

        Returns the answer, with the tokens only as got: they go to whoever keeps them (`open_client`). Raises
        Refused where the person says no, TryLater where they take longer than five minutes, Paused where the
        service does not know the application.
        """
        return without_tokens((await browser.sign_in(self._access, self._settings, self._opens)).answer)

    async def renew(self) -> Mapping[str, Any]:
        """Get new tokens with the refresh token (``POST /oauth2/token``), which may be used up by it.

        Returns the answer, with the tokens only as got: they go to whoever keeps them. Raises Paused where
        somebody has to sign in first, TryLater where the service does not answer.
        """
        return without_tokens((await self._access.renew()).answer)

    async def order(self, order_id: str) -> Raw:
        """Return one order (``GET /order/{_orderId}``); raises Missing."""
        return _found(await self._get("order", f"/order/{_part(order_id)}"), order_id)

    async def set_status(self, order_id: str, status: str, status_name: str = "") -> Raw | None:
        """Move an order to a node of its product's workflow (``PUT /order/{_id}/status``) and return it.

        `status` is the node's id, `status_name` its name. None where the service does not show the order.
        Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        body = {"data": {"status": status, **({"statusName": status_name} if status_name else {})}}
        answer = await self._call("PUT", "order", f"/order/{_part(order_id)}/status", body)
        return data_of(answer.data, "PUT") or None

    async def product(self, product_id: str) -> Raw:
        """Return one product with its workflow (``GET /product/{_productId}``); raises Missing."""
        return _found(await self._get("product", f"/product/{_part(product_id)}"), product_id)

    async def nodes(self, product_id: str) -> tuple[Node, ...]:
        """Return the nodes of a product's workflow in their order; raises Missing.

        ``GET /product/{_productId}``.
        """
        return nodes_of(await self.product(product_id))

    async def projects(self) -> Listing:
        """Return all projects of the group (``GET /project``); there are no pages.

        Raises Refused, TryLater or Paused.
        """
        answer = await self._call("GET", "project", "/project")
        return Listing(tuple(rows_of(data_of(answer.data, "GET"))), answer.at)

    async def orders_of(self, project_id: str) -> Listing:
        """Return a project's orders (``GET /project/{_id}/orders``); rows may be no more than keys.

        Raises Refused, TryLater or Paused.
        """
        return await self._rows(project_id, "orders")

    async def all_orders(self) -> AsyncIterator[Listing]:
        """Yield the orders of every project, project by project: no call lists them together.

        ``GET /project`` and ``GET /project/{_id}/orders``. Raises Refused, TryLater or Paused.
        """
        for row in (await self.projects()).documents:
            if project := project_of(row).id:
                yield await self.orders_of(project)

    async def project(self, project_id: str) -> list[Any]:
        """Return all rows of a project, told by their ``sk`` (``GET /project/{_id}``).

        Raises Refused, TryLater or Paused.
        """
        return rows_of(await self._get("project", f"/project/{_part(project_id)}"))

    async def project_info(self, project_id: str) -> Raw:
        """Return what a project is (``GET /project/{_id}/info``); raises Missing."""
        return _found(await self._get("project", f"/project/{_part(project_id)}/info"), project_id)

    async def memo(self, project_id: str) -> Listing:
        """Return a project's memos, which are HTML, with their comments (``GET /project/{_id}/memo``).

        Raises Refused, TryLater or Paused.
        """
        return await self._rows(project_id, "memo")

    async def attachments(self, project_id: str) -> Listing:
        """Return a project's attachments (``GET /project/{_id}/attachments``).

        Raises Refused, TryLater or Paused.
        """
        return await self._rows(project_id, "attachments")

    async def histories(self, project_id: str) -> Listing:
        """Return what happened to a project, changes of status too (``GET /project/{_id}/histories``).

        Raises Refused, TryLater or Paused.
        """
        return await self._rows(project_id, "histories")

    async def groups(self, project_id: str) -> Listing:
        """Return the groups that share a project (``GET /project/{_id}/groups``).

        Raises Refused, TryLater or Paused.
        """
        return await self._rows(project_id, "groups")

    async def attachment(self, project_id: str, attachment_id: str) -> Raw:
        """Return an attachment, by its ``sk``, with a link that holds for 30 minutes; raises Missing.

        ``GET /project/{_id}/attachment/download/{_attachmentId}``.
        """
        path = f"/project/{_part(project_id)}/attachment/download/{_part(attachment_id)}"
        return _found(await self._get("project", path), attachment_id)

    async def attach(self, project_id: str, file: str) -> Any:
        """Add a file of this machine, by its path, to a project (``POST /project/{_id}/attachment/add``).

        Returns what the service says of it, which may be nothing; raises Refused where it cannot be read.
        """
        path = f"/project/{_part(project_id)}/attachment/add"
        try:
            content = await asyncio.to_thread(Path(file).read_bytes)
        except OSError:
            raise Refused(f"not_allowed: {file}") from None
        answer = await self._call("POST", "project", path, files={"file": (Path(file).name, content)})
        return data_of(answer.data, "POST")

    async def files(self, project_id: str, part: str = "") -> Any:
        """Return a project's scans with their links (``GET /file/{_projectId}/{_type}``).

        `part` is maxilla, mandible or face; empty: all of them. Raises Refused, TryLater or Paused.
        """
        path = f"/file/{_part(project_id)}" + (f"/{_part(part)}" if part else "")
        return _found(await self._get("file", path), project_id)

    async def my_group(self) -> Raw:
        """Return the group that is signed in (``GET /mygroup``). Raises Refused, TryLater or Paused."""
        return _found(await self._get("group", "/mygroup"), "mygroup")

    async def group(self, group_id: str) -> Raw:
        """Return a group (``GET /group/{_id}``); raises Missing."""
        return _found(await self._get("group", f"/group/{_part(group_id)}"), group_id)

    async def groups_in(self, country_code: str) -> list[Any]:
        """Return the groups of a country, by its two letters (``POST /groupbycountrycode``).

        Raises Refused, TryLater or Paused.
        """
        return await self._looked_up("group", "/groupbycountrycode", {"data": {"countryCode": country_code}})

    async def groups_named(self, name: str, allow_empty_member: bool | None = None) -> list[Any]:
        """Return the groups in whose name this is (``POST /groupbyname``); also those that nobody is in.

        Raises Refused, TryLater or Paused.
        """
        asked = {"name": name, "allowEmptyMember": allow_empty_member}
        return await self._looked_up(
            "group", "/groupbyname", {"data": {k: v for k, v in asked.items() if v is not None}}
        )

    async def me(self) -> Raw:
        """Return the user who is signed in (``GET /me``). Raises Refused, TryLater or Paused."""
        return _found(await self._get("user", "/me"), "me")

    async def user_by_email(self, email: str) -> Raw:
        """Return a user (``POST /getuserbyemail``); raises Missing, which the service says by ``exist``."""
        answer = await self._call("POST", "user", "/getuserbyemail", {"email": email})
        found = data_of(answer.data, "POST")
        if isinstance(found, dict) and found.get("exist") is False:
            raise Missing("no_order: email")
        return _found(found, "email")

    async def close(self) -> None:
        """Give the connections back; a renewal that is under way is ended and kept before."""
        await self._access.close()
        for api in set(self._apis.values()):
            await api.close()

    async def _rows(self, project_id: str, what: str) -> Listing:
        answer = await self._call("GET", "project", f"/project/{_part(project_id)}/{what}")
        return Listing(tuple(rows_of(data_of(answer.data, "GET"))), answer.at)

    async def _looked_up(self, scope: Scope, path: str, body: Any) -> list[Any]:
        return rows_of(data_of((await self._call("POST", scope, path, body)).data, "POST"))

    async def _get(self, scope: Scope, path: str) -> Any:
        return data_of((await self._call("GET", scope, path)).data, "GET")

    async def _call(self, method: str, scope: Scope, path: str, body: Any = None, **said: Any) -> Answer:
        async def send(token: str) -> Answer:
            async with self._throttle.turn() if self._throttle else nullcontext():
                return await self._apis[scope].call(
                    method, path, body=body, headers=self._headers(token), **said
                )

        return await self._access.call(send)

    def _headers(self, token: str) -> dict[str, str]:
        name, prefix = self._settings.token_header, self._settings.token_prefix
        if prefix is None:
            prefix = "Bearer" if name.lower() == "authorization" else ""
        headers = {name: f"{prefix} {token}".strip()}
        return {
            **headers,
            **({"x-rayteams-client-id": self._access.client_id} if self._access.client_id else {}),
        }


def nodes_of(product: Any) -> tuple[Node, ...]:
    """Return the nodes of a product's workflow; what has no id is none."""
    return _nodes(wire.Product.model_validate(product).workflow)


def nodes_in(order: Mapping[str, Any]) -> tuple[Node, ...]:
    """Return the nodes that an order's document names: its own state, and any in its ``workflow``.

    How that is built is documented nowhere: lists in it are looked through for what looks like nodes.
    """
    flow = order.get("workflow")
    lists = [flow] if isinstance(flow, list) else list(flow.values()) if isinstance(flow, dict) else []
    rows = [row for rows in lists if isinstance(rows, list) for row in rows if isinstance(row, dict)]
    return _nodes([wire.Node.model_validate(row) for row in (*rows, order)])


def _nodes(said: Iterable[wire.Node | Odd]) -> tuple[Node, ...]:
    known = [node for node in said if not isinstance(node, Odd) and node.status]
    return tuple(Node(node.status, node.statusName, node.statusType) for node in known)


def project_of(row: Any) -> wire.Project:
    """Return what is needed of a row of the list of projects; one without an id is none."""
    return wire.Project.model_validate(row if isinstance(row, dict) else {})


def _found(data: Any, name: str) -> Raw:
    """Return a document; the service also says by an empty one that there is none."""
    if not isinstance(data, dict) or not data:
        raise Missing(f"no_order: {name}")
    return data


def _part(word: str) -> str:
    return segment(word, "id")
