"""Which addresses may be called, and whether it is really they who answer."""

from __future__ import annotations

import ipaddress
import ssl
from urllib.parse import urlsplit


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_plain_http(url: str) -> bool:
    """Whether the password and every guest's data could be read on the way to `url`."""
    return urlsplit(url).scheme == "http" and not is_loopback(url)


def is_untrusted(error: Exception) -> bool:
    """Whether the service was reached, and its certificate is not one that can be verified."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    return cause is not None
