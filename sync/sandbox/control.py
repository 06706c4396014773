"""The guests' and the faults' side of one sandbox service, for the practice shop and for tests."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import httpx2

from sync.http import trust
from sync.sandbox.faults import Kind
from sync.sandbox.service import CONTROL


class Control:
    """Places orders as guests do, and makes things go wrong. Blocks: not for a thread that paints."""

    def __init__(self, url: str) -> None:
        """Control the service at `url` (one of `Sandbox.urls`)."""
        self._client = httpx2.Client(base_url=url + CONTROL, trust_env=False, verify=trust())

    def place(self, **order: Any) -> dict[str, Any]:
        """Place an order; fields as the service documents them, what is left out is made up."""
        return self._post("/orders", order)

    def check_in(self, order_id: str) -> dict[str, Any]:
        """Let the guest be here."""
        return self._post(f"/orders/{order_id}/check-in")

    def cancel(self, order_id: str) -> dict[str, Any]:
        """Let the guest cancel."""
        return self._post(f"/orders/{order_id}/cancel")

    def pay(self, order_id: str, method: str = "weixin") -> dict[str, Any]:
        """Let the guest pay online."""
        return self._post(f"/orders/{order_id}/pay", {"method": method})

    def move(self, order_id: str, move: str, **facts: Any) -> dict[str, Any]:
        """Let the guest do something else that this service knows."""
        return self._post(f"/orders/{order_id}/{move}", facts)

    def state(self) -> dict[str, Any]:
        """Return all that the service knows."""
        state: dict[str, Any] = self._client.get("/state").raise_for_status().json()
        return state

    def fault(self, kind: Kind, **fields: Any) -> None:
        """Let something go wrong (see `sync.sandbox.faults.Fault`)."""
        self._post("/faults", {"kind": kind, **fields})

    def calm(self, kind: Kind | None = None) -> None:
        """Let nothing go wrong any more, or nothing of one kind."""
        self._client.delete("/faults", params={"kind": kind} if kind else {}).raise_for_status()

    def expire_sessions(self) -> None:
        """End every session."""
        self._post("/expire")

    def reset(self) -> None:
        """Let the service be as new: no orders, no faults."""
        self._post("/reset")

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Close."""
        self.close()

    def _post(self, path: str, body: Any = None) -> dict[str, Any]:
        answer: dict[str, Any] = self._client.post(path, json=body).raise_for_status().json()
        return answer
