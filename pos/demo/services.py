"""What guests do at each service of the practice shop, and how its own records say that an order stands."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

import assets
from pos.demo.menu import Chooser
from pos.domain.order import OrderType
from sync.sandbox.control import Control

Document = Mapping[str, Any]


class Service(NamedTuple):
    """One service. `order` makes what a guest places, `status` reads how a record of it says that it stands.

    `told_by` is the method of the calls that tell it something, `name` where a record has the order's id,
    `cancel` what its guests' cancelling is called.
    """

    order: Callable[[Chooser, OrderType, str], dict[str, Any]]
    status: Callable[[Document], str]
    told_by: str
    name: str = "id"
    cancel: str = "cancel"


@cache
def _menu() -> dict[str, Any]:
    return tomllib.loads(assets.text("demo", "services.toml"))


def _web_order(chooser: Chooser, _: OrderType, state: str) -> dict[str, Any]:
    """Return what a guest of the web shop orders; `state`: whether it is paid yet, as the shop writes it."""
    name, chance = chooser.name(), chooser.chance
    chosen = chance.sample(_menu()["imweb"], chance.randint(1, 3))
    status = state or "PAY_COMPLETE"
    return {
        "prod_orders": [{"status": status, "items": [_web_item(chooser, dish)]} for dish in chosen],
        "orderer": {"member_code": "", "name": name, "email": "", "call": chooser.phone()},
        "delivery": {
            "country": "KR",
            "address": {"name": name, "phone": chooser.phone(), "address": chooser.address()},
            "memo": chooser.note(),
        },
    }


def _web_item(chooser: Chooser, dish: Document) -> dict[str, Any]:
    many = chooser.chance.choice((1, 1, 2))
    return {
        "prod_no": dish["no"],
        "prod_name": dish["name"],
        "payment": {"count": many, "price": dish["price"] * many},
    }


def _lab_order(chooser: Chooser, _: OrderType, __: str) -> dict[str, Any]:
    return {"subject": {"name": chooser.name(), "birth": "1990-01-01"}, "memo": chooser.note()}


def _kit_order(chooser: Chooser, _: OrderType, __: str) -> dict[str, Any]:
    items, kits = (_menu()["impilo"][sort] for sort in ("item", "kit"))
    patient = {"id": chooser.chance.randint(1000, 9999), "firstName": chooser.name(), "lastName": ""}
    return {
        "orderItems": [{"count": chooser.chance.randint(1, 2), "item": chooser.chance.choice(items)}],
        "orderKits": [{"count": 1, "kit": kits[0]}],
        "patient": patient,
    }


def _parts(order: Document) -> str:
    states = dict.fromkeys(part["claim_status"] or part["status"] for part in order["prod_orders"].values())
    return " + ".join(states)


#: The services at which guests order; crema only hears of it.
SERVICES: Mapping[str, Service] = {
    "fankahui": Service(
        lambda chooser, kind, table: chooser.order(kind.value, table), lambda order: order["status"], "PUT"
    ),
    "imweb": Service(_web_order, _parts, "PATCH", name="order_no"),
    "rayteams": Service(_lab_order, lambda order: order["statusName"], "PUT"),
    "impilo": Service(_kit_order, lambda order: order["currentStatus"], "POST", cancel="canceled"),
}

#: Hears what was sold at the others, by such calls.
LISTENER, LISTENER_TOLD_BY = "crema", "POST"


def place(control: Control, service: str, chooser: Chooser, kind: OrderType, more: str) -> str:
    """Let a guest order; return the order's id there. `more` is a table, or whether it is paid yet."""
    document = SERVICES[service].order(chooser, kind, more)
    return str(control.place(**document)["id"])


def records(service: str, state: Document) -> dict[str, str]:
    """Return how every order stands there, by its id, from the service's own records."""
    manners = SERVICES[service]
    return {str(order[manners.name]): manners.status(order) for order in state["orders"]}
