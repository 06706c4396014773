"""RayTeams as its documents describe it: projects with orders, products with workflows, groups and users."""

from __future__ import annotations

import json
import random
from collections.abc import Awaitable, Callable, Mapping
from email import message_from_bytes
from email.policy import HTTP
from mimetypes import guess_type
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from sync.sandbox.rayteams_door import Door
from sync.sandbox.rayteams_stock import GROUP, NODES, PRODUCT, USER, order_row, project_rows

#: What a row's ``sk`` begins with, by the path that lists such rows of a project.
_ROWS = {"memo": "memo:", "attachments": "attachments:", "histories": "his:", "orders": "order:",
         "groups": "project:institute:"}  # fmt: skip

#: What others call a node when they move an order to it.
_GUESTS = {"cancel": "Canceled"}

Act = Callable[[Request, Any], Awaitable[Any]]


class Refusal(Exception):
    """A request that the service refuses, in one of its two shapes."""

    def __init__(self, status: int, **body: str) -> None:
        super().__init__(str(body))
        self.status, self.body = status, body


def _no_item() -> Refusal:
    return Refusal(200, errorCode="NO_ITEM")


class Rayteams:
    """The service's state and its rules. `clock` gives seconds since 1970.

    With `whole_rows` False the list of a project's orders shows no more than their keys, as its example does.
    """

    def __init__(self, clock: Callable[[], float], chance: random.Random) -> None:
        """Open with one group, one product and no projects."""
        self._clock = clock
        self._random = chance
        self.door = Door(clock, chance)
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.door.reset()
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.whole_rows = True
        self._last = 0

    def routes(self) -> list[Any]:
        """Return the service's own paths, as they are and below the version that its addresses have."""
        return [*self.door.routes(), Mount("/v1.0", routes=self._paths()), *self._paths()]

    def _paths(self) -> list[Route]:
        reads: Mapping[str, Act] = {
            "/order/{id}": self._order,
            "/product/{id}": self._product,
            "/project": self._projects,
            "/project/{id}": self._project,
            "/project/{id}/info": self._info,
            "/project/{id}/attachment/download/{sk}": self._attachment,
            "/project/{id}/{what}": self._listed,
            "/file/{id}": self._files,
            "/file/{id}/{part}": self._files,
            "/mygroup": self._my_group,
            "/group/{id}": self._group,
            "/me": self._me,
        }
        return [
            *(Route(path, self._answered(act), methods=["GET"]) for path, act in reads.items()),
            Route("/order/{id}/status", self._answered(self._set_status), methods=["PUT"]),
            Route("/project/{id}/attachment/add", self._answered(self._attach), methods=["POST"]),
            Route("/groupbycountrycode", self._answered(self._by_country), methods=["POST"]),
            Route("/groupbyname", self._answered(self._by_name), methods=["POST"]),
            Route("/getuserbyemail", self._answered(self._by_email), methods=["POST"]),
        ]

    def guest_routes(self) -> list[Route]:
        """Return what others do there, under the control path: order, move an order; and how it answers."""

        async def place(_: Request, said: Any) -> Any:
            order = self.place(said or {})
            return {**order, "id": _order_id(order)}

        async def move(request: Request, _: Any) -> Any:
            order = self._known_order(request)
            node = request.path_params["node"]
            self.move(order, _GUESTS.get(node, node))
            return order

        async def ways(_: Request, said: Any) -> Any:
            for owner, way in ((self.door, "replaces"), (self.door, "forgives"), (self, "whole_rows")):
                setattr(owner, way, said.get(way, getattr(owner, way)))
            return said

        plain = {"signed_in": False, "enveloped": False}
        return [
            Route("/orders", self._answered(place, **plain), methods=["POST"]),
            Route("/orders/any/answers", self._answered(ways, **plain), methods=["POST"]),
            Route("/orders/{id}/{node}", self._answered(move, **plain), methods=["POST"]),
        ]

    def state(self) -> dict[str, Any]:
        """Return all that the service knows."""
        rows = [row for project in self.rows.values() for row in project]
        orders = [{**row, "id": _order_id(row)} for row in rows if row["sk"].startswith("order:")]
        return {"orders": orders, "rows": rows, "granted": self.door.granted}

    def expire(self) -> bool:
        """End every access token; return whether one can sign in again."""
        self.door.expire()
        return True

    def throttled(self) -> tuple[int, dict[str, Any]]:
        """Return how the service says that it was asked too often: HTTP status and body."""
        return 429, self.error(429, "Too Many Requests")

    def error(self, _status: int, words: str, /) -> dict[str, Any]:
        """Return the body with which the service answers an HTTP error."""
        return {"message": words}

    def place(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Make an order, in a project of its own or in that of its `_id`; what was not said is made up."""
        project = str(said.get("_id") or f"{self._random.getrandbits(128):032x}")
        if project not in self.rows:
            self.rows[project] = project_rows(project, self._now())
        order = {**order_row(project, self._now(), f"NEW-{len(self.rows):04}"), **said, "_id": project}
        self.rows[project].append(order)
        self._touch(project)
        return order

    def move(self, order: dict[str, Any], node: str, name: str = "") -> None:
        """Move an order to a node, by its id or name; every change is in the project's history."""
        by_name = {each["statusName"]: each for each in NODES.values()}
        to = NODES.get(node) or by_name.get(node)
        if to is None:
            raise _no_item()
        order |= {**to, "statusName": name or to["statusName"], "updated": self._now()}
        self.rows[order["_id"]].append(
            {
                "_id": order["_id"],
                "sk": f"his:{self._now()}",
                "data": {"sk": order["sk"], "data": dict(to)},
                "updateType": "RAY_LINK_PROJECT_UPDATEORDER",
                "created": order["updated"],
            }
        )
        self._touch(order["_id"])

    def _touch(self, project: str) -> None:
        self.rows[project][0]["updated"] = self._now()

    def _now(self) -> int:
        """Return milliseconds since 1970, each time others: they are part of keys."""
        self._last = max(self._last + 1, int(self._clock() * 1000))
        return self._last

    async def _order(self, request: Request, _: Any) -> Any:
        return self._known_order(request)

    async def _set_status(self, request: Request, said: Any) -> Any:
        to = said.get("data") if isinstance(said, dict) else None
        if not isinstance(to, dict) or not isinstance(to.get("status"), str):
            raise Refusal(403, message="Forbidden")
        order = self._known_order(request)
        if to["status"] not in NODES:
            raise _no_item()
        self.move(order, to["status"], str(to.get("statusName") or ""))
        return order

    async def _product(self, request: Request, _: Any) -> Any:
        if request.path_params["id"] != PRODUCT["_id"]:
            raise _no_item()
        return PRODUCT

    async def _projects(self, _: Request, __: Any) -> Any:
        return [rows[0] for rows in self.rows.values()]

    async def _project(self, request: Request, _: Any) -> Any:
        return self.rows.get(request.path_params["id"], [])

    async def _info(self, request: Request, _: Any) -> Any:
        return next(iter(self.rows.get(request.path_params["id"], [])), None)

    async def _listed(self, request: Request, _: Any) -> Any:
        prefix = _ROWS.get(request.path_params["what"])
        if prefix is None:
            raise Refusal(404, message="Not Found")
        rows = self.rows.get(request.path_params["id"], [])
        found = [row for row in rows if row["sk"].startswith(prefix)]
        if prefix == "order:" and not self.whole_rows:
            return [{key: row[key] for key in ("_id", "sk")} for row in found]
        return found

    async def _attachment(self, request: Request, _: Any) -> Any:
        rows = self.rows.get(request.path_params["id"], [])
        found = [row for row in rows if row["sk"] == request.path_params["sk"]]
        return {**found[0], "downloadLink": "https://files.example/1"} if found else {}

    async def _attach(self, request: Request, content: Any) -> Any:
        """Add the form's field `file`; the documents' example answers with an empty object."""
        project = request.path_params["id"]
        if project not in self.rows:
            raise _no_item()
        name, file = _file_of(request.headers.get("content-type", ""), content)
        made, kind = self._now(), guess_type(name)[0] or ""
        row = {"_id": project, "sk": f"attachments:{made}", "filetype": kind, "name": name, "created": made}
        self.rows[project].append({**row, "size": len(file)})
        self._touch(project)
        return {}

    async def _files(self, request: Request, _: Any) -> Any:
        project = request.path_params["id"]
        return {"_id": project, "files": []} if project in self.rows else {}

    async def _my_group(self, _: Request, __: Any) -> Any:
        return GROUP

    async def _group(self, request: Request, _: Any) -> Any:
        return GROUP if request.path_params["id"] == GROUP["_id"] else None

    async def _by_country(self, _: Request, said: Any) -> Any:
        return [GROUP] if _asked(said).get("countryCode") == GROUP["countryCode"] else []

    async def _by_name(self, _: Request, said: Any) -> Any:
        return [GROUP] if str(_asked(said).get("name")) in GROUP["name"] else []

    async def _me(self, _: Request, __: Any) -> Any:
        return USER

    async def _by_email(self, _: Request, said: Any) -> Any:
        known = isinstance(said, dict) and said.get("email") == USER["email"]
        return USER if known else {"exist": False}

    def _known_order(self, request: Request) -> dict[str, Any]:
        rows = [row for project in self.rows.values() for row in project if row["sk"].startswith("order:")]
        for row in rows:
            if _order_id(row) == request.path_params["id"]:
                return row
        raise _no_item()

    def _answered(
        self, act: Act, *, signed_in: bool = True, enveloped: bool = True
    ) -> Callable[[Request], Any]:
        """Wrap an endpoint: who asks, its body, its envelope without what there is not, and refusals."""

        async def endpoint(request: Request) -> Response:
            if signed_in and not self.door.lets_in(request.headers):
                return JSONResponse({"message": "Unauthorized"}, 401)
            try:
                content = await request.body()
                form = request.headers.get("content-type", "").startswith("multipart/")
                data = await act(request, content if form else json.loads(content) if content else None)
            except Refusal as refusal:
                return JSONResponse(refusal.body, refusal.status if enveloped else 404)
            except ValueError:
                return JSONResponse({"message": "Forbidden"}, 403)
            if not enveloped:
                return JSONResponse(data)
            return JSONResponse({"status": "success", **({} if data is None else {"data": data})})

        return endpoint


def _file_of(kind: str, content: Any) -> tuple[str, bytes]:
    """Return the name and the content of a form's field `file`; raises Refusal where there is none."""
    said = content if isinstance(content, bytes) else b""
    form = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + said, policy=HTTP)
    for part in form.iter_parts() if form.is_multipart() else ():
        if part.get_param("name", header="content-disposition") == "file":
            return part.get_filename() or "", bytes(part.get_payload(decode=True) or b"")
    raise Refusal(403, message="Forbidden")


def _order_id(order: Mapping[str, Any]) -> str:
    """Return an order's id: its project's, and when it was made (ms)."""
    return f"{order['_id']}-{order['sk'].partition(':')[2]}"


def _asked(said: Any) -> Mapping[str, Any]:
    data = said.get("data") if isinstance(said, dict) else None
    return data if isinstance(data, dict) else {}
