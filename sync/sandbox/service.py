"""What the sandbox needs of each service that it plays."""

from __future__ import annotations

from typing import Any, Protocol

from starlette.routing import Route

#: Where the sandbox itself is controlled; no fault touches it.
CONTROL = "/_sandbox"


class Refusal(Exception):
    """A request that a service refuses with an HTTP status and words."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Service(Protocol):
    """One service: its own paths, what guests do there, and how it words what goes wrong."""

    def routes(self) -> list[Route]:
        """Return the service's own paths."""
        ...

    def guest_routes(self) -> list[Route]:
        """Return what guests do, as paths below the control path."""
        ...

    def state(self) -> dict[str, Any]:
        """Return all that the service knows, as JSON."""
        ...

    def expire(self) -> bool:
        """End every session; return whether one can sign in again."""
        ...

    def reset(self) -> None:
        """Forget everything."""
        ...

    def throttled(self) -> tuple[int, dict[str, Any]]:
        """Return how the service says that it was asked too often: HTTP status and body."""
        ...

    def error(self, status: int, words: str, /) -> dict[str, Any]:
        """Return the body with which the service answers an HTTP error."""
        ...
