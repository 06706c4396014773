"""What looking for printers comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from printing.errors import PrintingError

#: How a printer was found: announced in the network, plugged in, a queue of the system, or asked by address.
How = Literal["mdns", "usb", "cups", "windows", "probe"]


@dataclass(frozen=True, slots=True)
class Found:
    """A printer: its device URL, what it calls itself, and the model of ours nearest to that ("": none)."""

    url: str
    how: How
    name: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class Missed:
    """A way, or one address of it, that showed nothing; `cause` is one of `printing.errors.CAUSES`."""

    how: How
    cause: str
    detail: str = ""
    where: str = ""


class CannotLook(PrintingError):
    """This way cannot be looked at; `cause` is one of `printing.errors.CAUSES`."""

    def __init__(self, cause: str, detail: str) -> None:
        super().__init__(detail)
        self.cause = cause
