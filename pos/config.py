"""What the shop has set: one TOML file, checked whole before anything starts; secrets are elsewhere."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from pos.domain.shop import COUNTER, ChannelFacts, PrinterFacts, Shop
from pos.words import LANGUAGES
from sync.channels import KINDS
from sync.messages import RemoteOrder, Unreadable

PRINTS = ("kitchen", "expediter", "delivery", "settlement", "report")


class ConfigTrouble(Exception):
    """The configuration cannot be used. `str()` names file, line, key and what is allowed, a line each."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ShopPart(_Part):
    """The ``[shop]`` table."""

    name: str = Field(min_length=1, max_length=60)
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    language: Literal["zh_CN", "ko_KR", "en_US"] = "zh_CN"
    timezone: str = "Asia/Shanghai"
    day_starts: time = time(5)
    address: str = ""
    phone: str = ""
    footer: str = ""
    methods: tuple[str, ...] = ()
    #: dish (its name, or its id at the channel) -> station
    stations: dict[str, str] = {}

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
        if isinstance(value, str) and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
            raise ValueError('is no time of day; allowed is "HH:MM", for example "05:00"')
        return value


class StorePart(_Part):
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

    name: str = Field(min_length=1, max_length=40)
    kind: str
    base_url: str = Field(pattern=r"^https?://[^\s/]+")
    poll_seconds: float = Field(default=5, ge=0.2, le=3600)
    auto_accept: bool = False
    auto_accept_limit: int = Field(default=8, ge=1)
    deadline_minutes: int = Field(default=10, ge=1, le=1440)
    #: the first fetch takes finished orders this young
    finished_hours: float = Field(default=24, ge=0, le=24 * 366)

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


class PrinterPart(_Part):
    """One ``[[printer]]`` table."""

    name: str = Field(min_length=1, max_length=40)
    device: str
    paper: Literal[58, 80] = 80
    encoding: str = "gb18030"
    prints: tuple[Literal["kitchen", "expediter", "delivery", "settlement", "report"], ...] = ()
    stations: tuple[str, ...] = ("*",)
    fallback: str = ""
    confirm: Literal["auto", "process-id", "status", "none"] = "auto"

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str) -> str:
        from printing.profiles import profile

        profile(80, encoding)
        return encoding

    @field_validator("device")
    @classmethod
    def _known_device(cls, device: str) -> str:
        from printing.devices import SCHEMES

        if device.partition(":")[0] not in SCHEMES:
            allowed = ", ".join(f"{scheme}:" for scheme in SCHEMES)
            raise ValueError(f"is no way to a printer; allowed begin with {allowed}")
        return device


class Config(_Part):
    """The whole file."""

    shop: ShopPart
    store: StorePart = StorePart()
    channel: tuple[ChannelPart, ...] = ()
    printer: tuple[PrinterPart, ...] = ()
    file: Path = Field(default=Path(), exclude=True)

    @property
    def store_url(self) -> str:
        """The store's URL; a relative file is beside the configuration."""
        path = self.store.url.removeprefix("sqlite:///")
        if path == self.store.url:
            return path
        return f"sqlite:///{self.file.parent.absolute() / path}"

    def read(self, channel: str, document: object) -> RemoteOrder | Unreadable:
        """Return what a document of a channel says, in the words of the channel's kind."""
        kinds = {part.name: part.kind for part in self.channel}
        if channel not in kinds:
            return Unreadable(channel, "no such channel", "")
        return KINDS[kinds[channel]].read(document)

    @cached_property
    def facts(self) -> Shop:
        """The shop as actions know it."""
        part = self.shop
        return Shop(
            name=part.name,
            currency=part.currency,
            language=part.language,
            timezone=part.timezone,
            day_starts=part.day_starts,
            address=part.address,
            phone=part.phone,
            footer=part.footer,
            channels={channel.name: _channel_facts(channel) for channel in self.channel},
            printers=tuple(
                PrinterFacts(printer.name, printer.prints, printer.stations, printer.fallback)
                for printer in self.printer
            ),
            stations=part.stations,
            methods=part.methods,
        )


def _channel_facts(channel: ChannelPart) -> ChannelFacts:
    return ChannelFacts(
        name=channel.name,
        kind=channel.kind,
        auto_accept=channel.auto_accept,
        auto_accept_limit=channel.auto_accept_limit,
        deadline_minutes=channel.deadline_minutes,
        tells=KINDS[channel.kind].tells,
    )


def default_file() -> Path:
    """Return where the configuration is: `$POS_CONFIG`, else in the user's configuration folder."""
    if named := os.environ.get("POS_CONFIG"):
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("pos", appauthor=False) / "config.toml"


def load(file: Path) -> Config:
    """Return the configuration in `file`; raises ConfigTrouble."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigTrouble(f"{file}: there is no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigTrouble(f"{file}: cannot be read: {error}") from None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigTrouble(f"{file}: is no TOML: {error}") from None
    return _checked(file, text, values)


def _checked(file: Path, text: str, values: Mapping[str, Any]) -> Config:
    if "file" in values:
        raise ConfigTrouble(f"{file}:{line_of(text, ('file',))}: file: unknown key")
    try:
        config = Config.model_validate({**values, "file": file})
    except ValidationError as error:
        found = [(tuple(part["loc"]), _words(part)) for part in error.errors()]
    else:
        found = list(_unreachable(config))
        if not found:
            return config
    lines = [f"{file}:{line_of(text, path)}: {_key(path)}: {words}" for path, words in found]
    raise ConfigTrouble("\n".join(lines))


def _words(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return "unknown key"
    if error["type"] == "missing":
        return "is missing"
    message = str(error["msg"]).removeprefix("Value error, ")
    shown = error.get("input")
    return f"{shown!r}: {message}" if isinstance(shown, str | int | float | bool) else message


def _unreachable(config: Config) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield what is wrong between parts: names used twice, references to nobody, a kind's own keys."""
    yield from _twice("channel", [channel.name for channel in config.channel])
    yield from _twice("printer", [printer.name for printer in config.printer])
    for place, channel in enumerate(config.channel):
        if channel.name == COUNTER:
            yield ("channel", place, "name"), f"{COUNTER!r} is the counter itself; choose another"
        yield from _own_keys(place, channel)
    names = [printer.name for printer in config.printer]
    for place, printer in enumerate(config.printer):
        others = [name for name in names if name != printer.name]
        if printer.fallback and printer.fallback not in others:
            allowed = ", ".join(others) or "none, there is no other printer"
            yield (
                ("printer", place, "fallback"),
                f"{printer.fallback!r} is no other printer; allowed: {allowed}",
            )


def _own_keys(place: int, channel: ChannelPart) -> Iterator[tuple[tuple[str | int, ...], str]]:
    try:
        KINDS[channel.kind].settings_model().model_validate(channel.settings)
    except ValidationError as error:
        for part in error.errors():
            yield ("channel", place, *part["loc"]), _words(part)


def _twice(part: str, names: Sequence[str]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for place, name in enumerate(names):
        if name in names[:place]:
            yield (part, place, "name"), f"{name!r} is used twice; each {part} needs a name of its own"


def _key(path: Sequence[str | int]) -> str:
    """Return a path as a person reads it: `channel[2].name` counts from 1."""
    words = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(words).lstrip(".")


def line_of(text: str, path: Sequence[str | int]) -> int:
    """Return the line (from 1) on which a key stands, or its table where the key itself is not there."""
    table, nth, key = path[0], 0, path[1] if len(path) > 1 else None
    if len(path) > 1 and isinstance(path[1], int):
        nth, key = path[1], path[2] if len(path) > 2 else None
    inside, seen, at = False, -1, 1
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[\[?\s*([\w.\"-]+)", line)
        if header:
            seen += header[1] == table
            inside = header[1] == table and seen == nth
            at = number if inside else at
        elif (inside or (seen < 0 and key is None)) and re.match(
            rf"\s*\"?{re.escape(str(key or table))}\"?\s*=", line
        ):
            return number
    return at


__all__ = ["LANGUAGES", "Config", "ConfigTrouble", "default_file", "load"]
