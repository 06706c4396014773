"""What the facts of all tickets have in common."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["zh_CN", "ko_KR", "en_US"]


class Piece(BaseModel):
    """A part of a ticket's facts.

    A fact that is not known here is one of another version's, and no reason not to print a ticket again.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")


class Facts(Piece):
    """What every ticket has. `number` is the ticket's own (K-0412, S-0031); `language` is of its labels."""

    language: Language = "zh_CN"
    number: str
