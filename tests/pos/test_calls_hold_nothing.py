"""Neither the history of calls nor the log holds a secret or a guest's word, whatever the services say."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import structlog

from pos import log
from pos.actions import orders as moves
from pos.adapters.calls import Calls
from pos.adapters.channels import ChannelHost, engine
from pos.config import Config
from pos.secrets import Secrets
from pos.store.queries import orders
from pos.store.store import Store
from pos.store.tx import Who
from sync.channels import KINDS
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

CANARY = "canary7f"
#: A word that stands in a path or a query only if somebody put it there.
PHONE = "13800138000"

#: An order with a guest's own words in every place that a service has for them.
PLACED: Mapping[str, Mapping[str, Any]] = {
    "fankahui": {
        "type": "deliver",
        "customer": {"name": CANARY, "phone": PHONE, "address": CANARY},
        "receipt": {"name": CANARY, "phone": PHONE, "address": CANARY},
        "memo": [{"name": CANARY, "message": CANARY, "createdAt": 1402304633}],
    },
    "imweb": {"orderer": {"name": CANARY, "call": PHONE, "email": f"{CANARY}@x.example"}},
    "crema": {"username": CANARY, "user_code": PHONE},
    "rayteams": {"subject": {"name": CANARY, "birth": PHONE}, "memo": CANARY},
    "impilo": {"patient": {"firstName": CANARY, "phone": PHONE}, "notes": [CANARY]},
}

SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "impilo": {"site": "7", "workflow": {"submitted": "placed"}},
    "rayteams": {"workflow": {"Requested": "placed", "node_1669006551533": "accepted"}},
}


@pytest.fixture
def logged(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Log everything, down to the last call, and return a reader of it."""
    file = tmp_path / "counter.log"
    log.set_up(file)
    for name in log.OURS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield lambda: file.read_text(encoding="utf-8")
    structlog.reset_defaults()
    root = logging.getLogger()
    for handler in [one for one in root.handlers if getattr(one, "is_the_log", False)]:
        root.removeHandler(handler)
        handler.close()
    for name in log.OURS:
        logging.getLogger(name).setLevel(logging.NOTSET)


class Day:
    """A shop with all five services, worked round by round."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        tables = [
            {"name": kind, "kind": kind, "base_url": sandbox.urls[kind], **SETTINGS.get(kind, {})}
            for kind in KINDS
        ]
        shop = {"name": "x", "currency": "CNY"}
        config = Config.model_validate({"shop": shop, "channel": tables})
        self.store = Store.open(f"sqlite:///{folder}/s.db", config.facts, b"key")
        self.secrets = Secrets(folder, {})
        self.calls = Calls()
        for kind, place in KINDS.items():
            fields = [field for field in place.secret_fields() if field != "ACCESS_TOKEN"]
            self.secrets.keep_channel(kind, dict.fromkeys(fields, f"{CANARY}-secret"))
        host = ChannelHost(self.store)
        self.engines = {
            part.name: engine(part, host, self.store, self.secrets, self.calls.watching(part.name))
            for part in config.channel
        }

    async def round(self) -> None:
        """Work every channel once."""
        for one in self.engines.values():
            await one.once()

    def accept(self) -> None:
        """Accept all that came."""
        for order in self.store.ask(orders):
            if order.status.value == "placed":
                self.store.do(moves.accept, Who("x", "screen"), order.id).result()

    async def end(self) -> None:
        """Close all."""
        for one in self.engines.values():
            await one.close()
        self.store.close()


@pytest.mark.usefixtures("hurry")
async def test_a_day_with_five_services_leaves_no_secret_and_no_guest_in_what_may_be_seen(
    tmp_path: Path, logged: Callable[[], str]
) -> None:
    with Sandbox(patient=True) as sandbox:
        day = Day(tmp_path, sandbox)
        controls = {kind: Control(url) for kind, url in sandbox.urls.items()}
        for kind, control in controls.items():
            control.place(**PLACED[kind])
        await day.round()
        day.accept()
        for control in controls.values():
            control.fault("html", method="PUT")
            control.fault("drop", method="PATCH")
        await day.round()
        for control in controls.values():
            control.calm()
            control.expire_sessions()
        await day.round()
        here = day.store.ask(orders)
        given = [
            value
            for kind in KINDS
            for value in day.secrets.of_channel(kind, KINDS[kind].secret_fields()).values()
        ]
        seen = {kind: day.calls.of(kind) for kind in KINDS}
        await day.end()
        for control in controls.values():
            control.close()
    # What may be searched for was really there, and really looked at.
    assert {order.channel for order in here} >= {"fankahui", "imweb", "rayteams", "impilo"}
    assert [order.channel for order in here if CANARY in repr(order)] != []
    assert all(seen.values())
    assert any(
        call.method in ("PUT", "PATCH", "POST") and call.error for calls in seen.values() for call in calls
    )
    text = logged()
    assert '"logger": "pos.calls"' in text
    for word in (CANARY, PHONE, *given):
        assert word not in repr(seen)
        assert word not in text
