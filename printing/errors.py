"""What can go wrong on the way to paper, named by what is known afterwards.

PrintingError
├── NotReady        nothing was sent: the printer is off, open, out of paper or held by another program
├── LineBroke       some bytes may have been taken: whether paper came out is not known
└── NoSuchPrinter   the settings name no printer for this; `str()` says which
"""

from __future__ import annotations


class PrintingError(Exception):
    """Something a printer or the way to it did; `str()` is a short machine word and its detail in English."""


class NotReady(PrintingError):
    """Nothing was sent. `cause` is one of CAUSES."""

    def __init__(self, cause: str, detail: str = "") -> None:
        super().__init__(f"{cause}: {detail}" if detail else cause)
        self.cause = cause


class LineBroke(PrintingError):
    """Some bytes may have been taken: the job's fate is not known. `cause` is one of DOUBTS."""

    def __init__(self, cause: str, detail: str = "") -> None:
        super().__init__(f"{cause}: {detail}" if detail else cause)
        self.cause = cause


class NoSuchPrinter(PrintingError):
    """No printer is set up for what was asked."""


#: Why a printer cannot take a job now, as the screen's words are keyed.
CAUSES = (
    "unreachable",
    #: somebody is there, and lets nobody in: another program holds the printer, or it is still starting
    "refused",
    #: it lets us in and hangs up at once: another program holds the printer
    "busy",
    #: it used to answer, lets us in and says nothing: another program holds the printer, or it hangs
    "silent",
    "paper_out",
    "cover_open",
    "cutter",
    "overheated",
    #: paper is in again, and it waits for its feed button
    "press_feed",
    "error",
    "offline",
    "disk",
    "unsupported",
)

#: Causes that pass by themselves; all others need a person.
PASSING = frozenset(("unreachable", "refused", "busy", "silent", "overheated", "offline"))

#: Why it is not known whether paper came out: the line ended in the middle, the printer was switched off or
#: started again, it gave no proof, or we were stopped before it could.
DOUBTS = ("line_broke", "restarted", "no_proof", "stopped")

#: Why a job cannot be printed as it is.
UNPRINTABLE = "unprintable"
