"""Which addresses may be called, and whether it is really they who answer."""

from __future__ import annotations

import ipaddress
import re
import ssl
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

#: What can be wrong with an address, and how it is said of a setting.
FAULTS: Mapping[str, str] = {
    "begin": "is no address; allowed begin with https:// or http://",
    "sign": "is no address; a space, ? and # cannot be in one",
    "password": "holds a password; secrets are in the environment or the keyring, never in here",
    "host": "is no address; what stands for its host is none",
    "port": "is no address; a port is a number from 1 to 65535",
}


def address(url: str) -> str:
    """Return the address of a service as it is; raises ValueError with one of `FAULTS`."""
    if not re.match(r"https?://[^\s/?#]+", url):
        raise ValueError(FAULTS["begin"])
    if re.search(r"[\s?#]", url):
        raise ValueError(FAULTS["sign"])
    if "@" in url.partition("://")[2].partition("/")[0]:
        raise ValueError(FAULTS["password"])
    _host_and_port(url)
    return url


def _host_and_port(url: str) -> None:
    """Raise ValueError for a host that none can be called, or a port that none can have."""
    try:
        place = urlsplit(url)
        host = (place.hostname or "").encode("idna")
    except ValueError:
        raise ValueError(FAULTS["host"]) from None
    try:
        port = place.port
    except ValueError:
        port = 0
    if not host or port == 0:
        raise ValueError(FAULTS["port"])


#: An address among a channel's settings.
Address = Annotated[str, AfterValidator(address)]


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_address(url: str) -> bool:
    """Whether a URL can be called at all."""
    try:
        return address(url) == url
    except ValueError:
        return False


def is_plain_http(url: str) -> bool:
    """Whether the password and every guest's data could be read on the way to an address."""
    return url.startswith("http:") and not is_loopback(url)


def is_untrusted(error: Exception) -> bool:
    """Whether the service was reached, and its certificate is not one that can be verified."""
    return isinstance(_cause(error), ssl.SSLCertVerificationError)


def is_not_tls(error: Exception) -> bool:
    """Whether somebody answered, and not in TLS as it is spoken here."""
    cause = _cause(error)
    hung_up = (ssl.SSLCertVerificationError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
    return cause is not None and not isinstance(cause, hung_up)


def _cause(error: Exception) -> ssl.SSLError | None:
    """Return what an error of TLS comes from; None where it is none."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    return cause
