"""How a printer is, and what is wrong with how it answers, whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Error = Literal["", "cutter", "unrecoverable", "overheated"]


@dataclass(slots=True)
class Condition:
    """How the machine is."""

    paper: Literal["enough", "near_end", "out"] = "enough"
    cover_open: bool = False
    error: Error = ""
    #: the feed button has to be pressed before it goes on
    waiting: bool = False
    #: the level of the drawer connector's pin 3
    drawer_open: bool = False
    #: the feed button is held down
    feeding: bool = False
    #: ESC c 4: little paper left stops it as no paper does
    stops_near_end: bool = False

    @property
    def facts(self) -> frozenset[str]:
        """What is the case, in the words of the tables."""
        stop = self.paper == "out" or (self.stops_near_end and self.paper == "near_end")
        true = {
            "near_end": self.paper != "enough",
            "paper_out": self.paper == "out",
            "paper_stop": stop,
            "cover": self.cover_open,
            "error": bool(self.error),
            "waiting": self.waiting,
            "drawer": self.drawer_open,
            "button": self.feeding,
            "offline": stop or self.cover_open or bool(self.error) or self.waiting or self.feeding,
        }
        return frozenset(name for name, holds in true.items() if holds) | ({self.error} - {""})

    @property
    def is_online(self) -> bool:
        """Whether it prints what it has."""
        return "offline" not in self.facts


@dataclass
class Faults:
    """What is wrong with how it answers, however it is."""

    mute: bool = False
    no_process_id: bool = False
    no_gs_r: bool = False
    #: so many of the next answers that would be proof are lost
    drops: int = 0
    #: so many seconds late it notices how it is, when it is asked (DLE EOT)
    lags: float = 0.0
    #: so many lines more until the paper is out
    lines_left: int | None = None
    #: it does not notice connections: half a command, and answers, run on from one into the next
    joins: bool = False
    #: after paper is put in, the feed button has to be pressed
    waits_for_button: bool = False
