"""Where CUPS listens, and how it is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from printing.devices import ipp

#: Where CUPS listens on this machine, first where nothing goes over a network.
_SOCKETS = ("/run/cups/cups.sock", "/var/run/cups/cups.sock", "/private/var/run/cupsd")
_PORT = 631
#: Seconds for one question.
_TIMEOUT = 5.0


def server_at(server: str) -> str:
    """Return `HOST`, `HOST:PORT` or a socket's path as it stands; raises ValueError for anything else."""
    if server.startswith("/"):
        return server
    parts = urlsplit(f"//{server}")
    if not parts.hostname or parts.path or parts.port == 0:
        raise ValueError(f"{server!r} is no HOST, HOST:PORT or /path/of/a/socket")
    return server


class CupsServer:
    """The server at `server` (see server_at), or the one of this machine."""

    def __init__(self, server: str = "") -> None:
        self.server = server or next((path for path in _SOCKETS if Path(path).exists()), "localhost")

    async def ask(self, operation: int, path: str, data: bytes = b"", **said: Any) -> ipp.Reply:
        """Ask the queue at `path`; names of attributes have _ for -.

        Raises ConnectionError where nobody was reached, OSError where it is not known what was taken, and
        ipp.NotIpp.
        """
        import httpx2

        attributes: dict[str, Any] = {"printer-uri": f"ipp://localhost{path}"} if path else {}
        attributes |= {name.replace("_", "-"): value for name, value in said.items()}
        body = ipp.request(operation, attributes, data)
        is_socket = self.server.startswith("/")
        transport = httpx2.AsyncHTTPTransport(uds=self.server if is_socket else None)
        try:
            async with httpx2.AsyncClient(transport=transport, timeout=_TIMEOUT, trust_env=False) as client:
                answer = await client.post(
                    self._url(is_socket) + path, content=body, headers={"Content-Type": "application/ipp"}
                )
        except httpx2.HTTPError as error:
            kind = ConnectionError if isinstance(error, _before_anything_is_sent()) else OSError
            raise kind(f"CUPS at {self.server}: {str(error) or type(error).__name__}") from error
        if answer.status_code != 200:
            raise ipp.NotIpp(f"CUPS at {self.server} says {answer.status_code} {answer.reason_phrase}")
        return ipp.reply(answer.content)

    def _url(self, is_socket: bool) -> str:
        if is_socket:
            return "http://localhost"
        return f"http://{self.server}" + ("" if urlsplit(f"//{self.server}").port else f":{_PORT}")


def _before_anything_is_sent() -> tuple[type[Exception], ...]:
    import httpx2

    return httpx2.ConnectError, httpx2.ConnectTimeout
