"""How long to wait for a printer, in seconds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait; a device's URL may say otherwise (`tcp://host:9100?keep=60&confirm=40`)."""

    connect: float = 3.0
    #: for an answer to a status request on a kept line, or from a printer that is known to be mute (a fifth)
    status: float = 1.0
    #: for the same on a new line: some take 8 s, and are well; and another program may hold the printer
    late: float = 10.0
    #: without one more byte being taken, where the printer does not say that it waits for a person
    write: float = 120.0
    #: for proof from a printer that says it is well, or has last said so: the time to print what it holds
    confirm: float = 20.0
    #: for proof from one that has answered nothing so far; a tenth of it where there was none last time too
    mute: float = 2.0
    #: for a process id after the weaker proof has come, while it is not known whether the printer knows any
    process_id: float = 3.0
    #: between two looks at a printer that holds a ticket
    look: float = 5.0
    #: for which an idle line is kept; then it is let go, so that other programs can print too
    keep: float = 10.0
