"""What RayTeams's documents print."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from sync.errors import Missing, Paused
from tests.sync.documented.example import SAMPLES, Example, said, without

RAY = "334c972a-5756-45f7-8eb1-f3f84bedd525"
RAY_ORDER = f"{RAY}-1669346270408"
ATTACHMENT = "attachments:1669272938428"
BASIC = {"Authorization": "Basic aWQ6cw=="}
CLIENT = {"x-rayteams-client-id": "id"}
BEARER = {"Authorization": "Bearer t", **CLIENT}
REFRESH = (("grant_type", "refresh_token"), ("refresh_token", "r"), ("client_id", "id"))
FILE = SAMPLES / "rayteams_attachment_add.json"


def _ray(path: str, call: Callable[[Any], Awaitable[Any]], name: str, **more: Any) -> Example:
    found = {"found": said(name).get("data"), **more}
    return Example("rayteams", call, "GET", path, said(name), headers=BEARER, **found)


def _rows(name: str) -> Callable[[Any], bool]:
    return lambda listing: list(listing.documents) == said(name)["data"]


EXAMPLES = {
    "GET /order/:id": _ray(
        f"/order/{RAY_ORDER}", lambda c: c.order(RAY_ORDER), "rayteams_order_get"
    ),
    "PUT /order/:id/status": Example(
        "rayteams", lambda c: c.set_status(RAY_ORDER, "node_1669006551533", "Confirmed"), "PUT",
        f"/order/{RAY_ORDER}/status", said("rayteams_order_status_put_response"), headers=BEARER,
        body=said("rayteams_order_status_put_request"),
        found=said("rayteams_order_status_put_response")["data"],
    ),
    "GET /product/:id": _ray(
        "/product/P", lambda c: c.product("P"), "rayteams_product_get"
    ),
    "GET /project": _ray(
        "/project", lambda c: c.projects(), "rayteams_projects", found=_rows("rayteams_projects")
    ),
    "GET /project/:id": _ray(
        f"/project/{RAY}", lambda c: c.project(RAY), "rayteams_project_all"
    ),
    "GET /project/:id/info": _ray(
        f"/project/{RAY}/info", lambda c: c.project_info(RAY), "rayteams_project_info",
    ),
    **{
        f"GET /project/:id/{what}": _ray(
            f"/project/{RAY}/{what}", lambda c, call=call: getattr(c, call)(RAY), f"rayteams_project_{what}",
            found=_rows(f"rayteams_project_{what}"),
        )
        for what, call in (
            ("orders", "orders_of"), ("memo", "memo"), ("attachments", "attachments"),
            ("histories", "histories"), ("groups", "groups"),
        )
    },
    "POST /project/:id/attachment/add": Example(
        "rayteams", lambda c: c.attach(RAY, str(FILE)), "POST",
        f"/project/{RAY}/attachment/add", said("rayteams_attachment_add"), headers=BEARER,
        found=said("rayteams_attachment_add")["data"], files={"file": FILE.read_bytes()},
    ),
    "GET /project/:id/attachment/download/:id": _ray(
        f"/project/{RAY}/attachment/download/{ATTACHMENT}", lambda c: c.attachment(RAY, ATTACHMENT),
        "rayteams_attachment_download",
    ),
    "GET /mygroup": _ray("/mygroup", lambda c: c.my_group(), "rayteams_mygroup"),
    "GET /me": _ray("/me", lambda c: c.me(), "rayteams_me"),
    "an error of their own": _ray(
        "/order/x-1", lambda c: c.order("x-1"), "rayteams_error_custom", error=Missing
    ),
    "an error of the others": Example(
        "rayteams", lambda c: c.me(), "GET", "/me", said("rayteams_error_normal"), status=401,
        headers=CLIENT, error=Paused,
    ),
    "POST /getuserbyemail of nobody": Example(
        "rayteams", lambda c: c.user_by_email("a@b.c"), "POST", "/getuserbyemail",
        said("rayteams_getuserbyemail_notfound"), body={"email": "a@b.c"}, headers=BEARER,
        error=Missing,
    ),
    "POST /oauth2/token": Example(
        "rayteams", lambda c: c.renew(), "POST", "/oauth2/token", said("rayteams_token_response"),
        headers=BASIC, form=REFRESH,
        found=without(said("rayteams_token_response"), "access_token", "id_token"),
    ),
}  # fmt: skip
