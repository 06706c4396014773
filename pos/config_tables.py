"""The tables of the configuration file: their keys, what each may hold, and what it is without one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from printing.logo import PNG
from sync.addresses import Address
from sync.channels import KINDS

if TYPE_CHECKING:
    from printing.profiles import Profile


class Part(BaseModel):
    """A table in which only known keys stand."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _printable(name: str) -> str:
    if not name.isprintable():
        raise ValueError("has a character in it that cannot be seen")
    return name


#: A name as people read it on the screen, on paper and in a log.
Name = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_printable)]


class ShopPart(Part):
    """The ``[shop]`` table."""

    name: str = Field(min_length=1, max_length=60)
    currency: str
    language: Literal["zh_CN", "ko_KR", "en_US"] = "zh_CN"
    timezone: str = "Asia/Shanghai"
    day_starts: time = time(5)
    address: str = ""
    phone: str = ""
    footer: str = ""
    methods: tuple[str, ...] = ()
    #: dish (its name, or its id at the channel) -> station
    stations: dict[str, str] = {}

    @field_validator("currency")
    @classmethod
    def _code(cls, currency: str) -> str:
        if not re.fullmatch("[A-Z]{3}", currency):
            raise ValueError('is no currency; allowed is a code of three letters, for example "CNY"')
        return currency

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            return ZoneInfo(zone).key
        except (KeyError, ValueError, OSError):
            raise ValueError(
                "is no time zone; allowed are names like Asia/Shanghai, Asia/Seoul, Europe/London"
            ) from None

    @field_validator("day_starts", mode="before")
    @classmethod
    def _clock(cls, value: object) -> object:
        if not isinstance(value, time) and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", str(value)):
            raise ValueError('is no time of day; allowed is "HH:MM", for example "05:00"')
        return value


class StorePart(Part):
    """The ``[store]`` table."""

    url: str = "sqlite:///counter.db"

    @field_validator("url")
    @classmethod
    def _known_store(cls, url: str) -> str:
        if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("is no store; allowed are sqlite:///FILE and postgresql+psycopg://…")
        return url


class ChannelPart(BaseModel):
    """One ``[[channel]]`` table: these keys, and those of its kind."""

    model_config = ConfigDict(extra="allow", frozen=True)

    name: Name
    kind: str
    base_url: Address
    poll_seconds: float = Field(default=5, ge=0.2, le=3600, strict=True)
    auto_accept: bool = Field(default=False, strict=True)
    auto_accept_limit: int = Field(default=8, ge=1, strict=True)
    deadline_minutes: int = Field(default=10, ge=1, le=1440, strict=True)
    #: the first fetch takes finished orders this young
    finished_hours: float = Field(default=24, ge=0, le=24 * 366, strict=True)

    @field_validator("kind")
    @classmethod
    def _known_kind(cls, kind: str) -> str:
        if kind not in KINDS:
            raise ValueError(f"is no kind of channel; allowed: {', '.join(KINDS)}")
        return kind

    @property
    def settings(self) -> dict[str, Any]:
        """The keys that its kind understands."""
        return {"base_url": self.base_url.rstrip("/"), **(self.model_extra or {})}


class PrinterPart(Part):
    """One ``[[printer]]`` table. Of what stands on None, the model says what it is."""

    name: Name
    device: str
    #: a model of `printing.models`, which knows what it can do
    profile: str = ""
    paper: Literal[58, 80] = 80
    encoding: str = "gb18030"
    #: what is drawn where its fonts lack a character: that line, or the whole ticket
    draw: Literal["line", "ticket"] = "line"
    prints: tuple[Literal["kitchen", "expediter", "delivery", "settlement", "report"], ...] = ()
    stations: tuple[str, ...] = ("*",)
    fallback: str = ""
    #: seconds that it must be ill before its fallback takes its tickets
    fallback_after: float = Field(default=20, ge=0, le=3600, strict=True)
    #: seconds after which a kitchen ticket in doubt is printed again by itself; 0: a person is always asked
    reprint_unknown_after: float = Field(default=0, ge=0, le=3600, strict=True)
    confirm: Literal["auto", "process-id", "status", "none"] = "auto"
    cut: Literal["partial", "full", "none"] | None = None
    drawer: bool | None = Field(default=None, strict=True)
    buzzer: Literal["clone", "epson", "none"] | None = None
    #: whether it makes QR and bar codes itself
    codes: bool | None = Field(default=None, strict=True)
    #: a PNG for what guests get; beside the file, or wherever its path says
    logo: Path | None = None

    def as_profile(self) -> Profile:
        """Return what the printer can do: what is set here, else what its model says, else what is usual.

        Raises ValueError, `key: what is allowed`. A logo that cannot be read is left out.
        """
        from printing.profiles import profile

        can = profile(
            self.paper,
            self.encoding,
            self.confirm,
            model=self.profile,
            draw=self.draw,
            cut=self.cut,
            drawer=self.drawer,
            buzzer=self.buzzer,
            codes=self.codes,
        )
        return replace(can, logo=_picture(self.logo)) if self.logo else can

    def as_facts(self) -> dict[str, Any]:
        """Return what shapes this printer's tickets, as JSON data; see `profile_of`."""
        return self.model_dump(mode="json", include=set(_SHAPING))

    @field_validator("profile")
    @classmethod
    def _known_model(cls, name: str) -> str:
        from printing.models import model, names

        try:
            return model(name).name if name else ""
        except ValueError:
            near = get_close_matches(name, names(), n=5, cutoff=0.3)
            raise ValueError(f"is no known model; near it are: {', '.join(near) or '-'}") from None

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str) -> str:
        from printing.profiles import profile

        profile(80, encoding)
        return encoding

    @field_validator("device")
    @classmethod
    def _known_device(cls, device: str) -> str:
        from printing.devices import check
        from printing.errors import PrintingError

        try:
            check(device)
        except PrintingError as error:
            raise ValueError(str(error).removeprefix(f"device: {device!r}").lstrip(" :")) from None
        return device

    @field_validator("logo")
    @classmethod
    def _readable_logo(cls, logo: Path | None) -> Path | None:
        if logo is not None and not (_picture(logo) or b"").startswith(PNG):
            raise ValueError("is no PNG that can be read; its path begins beside this file")
        return logo


#: The keys of a printer that say how its paper looks.
_SHAPING = ("profile", "paper", "encoding", "draw", "confirm", "cut", "drawer", "buzzer", "codes", "logo")


def profile_of(facts: Mapping[str, Any]) -> Profile:
    """Return what a printer could do when `as_facts` said so, whatever it is set to now."""
    logo = facts.get("logo")
    kept = {**facts, "logo": Path(logo) if logo else None}
    # Not checked again: what was allowed when it was printed may not be any more.
    return PrinterPart.model_construct(name="", device="", **kept).as_profile()


def _picture(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None
