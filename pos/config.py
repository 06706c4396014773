"""What the shop has set: one TOML file, checked whole before anything starts; secrets are elsewhere."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import astuple
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from pos.config_tables import ChannelPart, Part, PrinterPart, ShopPart, StorePart
from pos.domain.shop import COUNTER, Ask, ChannelFacts, PrinterFacts, Shop
from pos.secrets import word_of
from pos.words import LANGUAGES
from sync.channels import KINDS
from sync.messages import RemoteOrder, Unreadable

PRINTS = ("kitchen", "expediter", "delivery", "settlement", "report")


class ConfigTrouble(Exception):
    """The configuration cannot be used. `str()` names file, line, key and what is allowed, a line each."""


class Config(Part):
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
        parts = {part.name: part for part in self.channel}
        if channel not in parts:
            return Unreadable(channel, "no such channel", "")
        part = parts[channel]
        return KINDS[part.kind].read(document, part.settings)

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
            channels={channel.name: channel_facts(channel) for channel in self.channel},
            printers=tuple(map(_printer_facts, self.printer)),
            stations=part.stations,
            methods=part.methods,
        )


def channel_facts(channel: ChannelPart) -> ChannelFacts:
    """Return a channel as actions know it: its manners, and what its service can be told as it is set."""
    kind = KINDS[channel.kind]
    can = kind.can_with(channel.settings)
    said = kind.settings_model().model_validate(channel.settings)
    return ChannelFacts(
        name=channel.name,
        kind=channel.kind,
        auto_accept=channel.auto_accept,
        auto_accept_limit=channel.auto_accept_limit,
        deadline_minutes=channel.deadline_minutes,
        tells=frozenset(can.tells),
        says={str(verb): word for verb, word in can.tells.items()},
        partly=can.partly,
        choices=can.choices,
        asks={verb: tuple(Ask(*astuple(ask)) for ask in asks) for verb, asks in can.asks.items()},
        stored_value=can.stored_value,
        guests_set=frozenset(can.guests_set),
        tell_about=getattr(said, "tell_about", ()),
        watch_days=getattr(said, "watch_days", 0),
        own_guest=getattr(said, "own_guest", ""),
        usual_reason=getattr(said, "reject_reason", ""),
        mappable=kind.tells - can.tells.keys() if kind.has_workflow else frozenset(),
    )


def _printer_facts(printer: PrinterPart) -> PrinterFacts:
    return PrinterFacts(
        name=printer.name,
        prints=printer.prints,
        stations=printer.stations,
        fallback=printer.fallback,
        fallback_after=printer.fallback_after,
        reprint_unknown_after=printer.reprint_unknown_after,
        paper=printer.as_facts(),
    )


def _table(path: Sequence[int | str]) -> type[BaseModel]:
    """Return the table in which a key stands."""
    tables: Mapping[int | str, type[BaseModel]] = {
        "shop": ShopPart, "store": StorePart, "printer": PrinterPart,
    }  # fmt: skip
    return tables[path[0]] if len(path) > 1 and path[0] in tables else Config


def load(file: Path) -> Config:
    """Return the configuration in `file`; raises ConfigTrouble."""
    try:
        text = file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        raise ConfigTrouble(f"{file}: there is no such file") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigTrouble(f"{file}:{line}: is not UTF-8; save the file in that encoding") from None
    except OSError as error:
        raise ConfigTrouble(f"{file}: cannot be read: {error.strerror}") from None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        why, _, place = str(error).partition(" (at ")
        named = re.match(r"line (\d+)", place)
        line = int(named[1]) if named else len(text.splitlines())
        raise ConfigTrouble(f"{file}:{line}: is no TOML: {why}") from None
    return _checked(file, text, values)


def _checked(file: Path, text: str, values: Mapping[str, Any]) -> Config:
    if "file" in values:
        raise ConfigTrouble(f"{file}:{line_of(text, ('file',))}: file: {_unknown(Config)}")
    try:
        config = Config.model_validate({**values, **_beside(file, values), "file": file})
    except ValidationError as error:
        found = [(tuple(part["loc"]), _words(part, _table(part["loc"]))) for part in error.errors()]
    else:
        found = list(_unreachable(config))
        if not found:
            return config
    lines = [f"{file}:{line_of(text, path)}: {_key(path)}: {words}" for path, words in found]
    raise ConfigTrouble("\n".join(lines))


def _beside(file: Path, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the printers with their logos where they are: a relative path begins beside the file."""
    printers = values.get("printer")
    if not isinstance(printers, list):
        return {}
    beside = file.absolute().parent
    with_logos = [
        {**one, "logo": str(beside / one["logo"])}
        if isinstance(one, dict) and isinstance(one.get("logo"), str)
        else one
        for one in printers
    ]
    return {"printer": with_logos}


#: What is said of a value of a wrong type; pydantic says the rest well enough.
_TYPES = {
    "string_type": "must be a text in quotes",
    "bool_type": "must be true or false, without quotes",
    "int_type": "must be a whole number, without quotes",
    "float_type": "must be a number, without quotes",
    "tuple_type": "must be a list in brackets; a table of which there may be several is a [[table]]",
    "model_type": "must be a table",
    "dict_type": "must be a table",
    "missing": "is missing",
}


def _unknown(*tables: type[BaseModel]) -> str:
    """Say that a key is none of these tables', and which are."""
    known = dict.fromkeys(key for table in tables for key in table.model_fields if key != "file")
    return f"unknown key; allowed: {', '.join(known)}"


def _words(error: Any, *tables: type[BaseModel]) -> str:
    if error["type"] == "extra_forbidden":
        return _unknown(*tables)
    message = _TYPES.get(error["type"]) or str(error["msg"]).removeprefix("Value error, ")
    message = re.sub("^(Input|String) should", "must", message)
    if error["type"] == "missing":
        return message
    shown = error.get("input")
    if isinstance(shown, str):
        shown = re.sub("//[^/@]*@", "//…@", shown)[:80]  # never a password on the screen
    return f"{shown!r}: {message}" if isinstance(shown, str | int | float | bool) else message


def _unreachable(config: Config) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield what is wrong between parts: names used twice, references to nobody, a kind's own keys."""
    yield from _twice("channel", [channel.name for channel in config.channel])
    yield from _twice("printer", [printer.name for printer in config.printer])
    yield from _one_secret(config)
    for place, channel in enumerate(config.channel):
        if channel.name == COUNTER:
            yield ("channel", place, "name"), f"{COUNTER!r} is the counter itself; choose another"
        yield from _own_keys(place, channel)
        yield from _told_about(config, place, channel)
    for place, printer in enumerate(config.printer):
        yield from ((("printer", place, key), words) for key, words in _unfit(config, printer))


def _unfit(config: Config, printer: PrinterPart) -> Iterator[tuple[str, str]]:
    """Yield what of a printer does not fit the others or its own model, by key.

    Two may stand in for each other: where both are ill, both wait.
    """
    others = [other.name for other in config.printer if other is not printer]
    if printer.fallback and printer.fallback not in others:
        allowed = ", ".join(others) or "none, there is no other printer"
        yield "fallback", f"{printer.fallback!r} is no other printer; allowed: {allowed}"
    try:
        printer.as_profile()
    except ValueError as error:
        key, _, words = str(error).partition(": ")
        yield key, words


def _told_about(
    config: Config, place: int, channel: ChannelPart
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield what is wrong about the channels whose sales one hears of: they must be, and have orders."""
    others = [other.name for other in config.channel if "tell_about" not in _keys_of(other)]
    known = (COUNTER, *others)
    told = channel.settings.get("tell_about", ()) if "tell_about" in _keys_of(channel) else ()
    for name in told if isinstance(told, list) else ():
        if name not in known:
            yield (
                ("channel", place, "tell_about"),
                f"{name!r} is no channel that has orders; allowed: {', '.join(known)}",
            )


def _keys_of(channel: ChannelPart) -> Collection[str]:
    return KINDS[channel.kind].settings_model().model_fields


def _own_keys(place: int, channel: ChannelPart) -> Iterator[tuple[tuple[str | int, ...], str]]:
    kind = KINDS[channel.kind].settings_model()
    try:
        kind.model_validate(channel.settings)
    except ValidationError as error:
        for part in error.errors():
            path = (step for step in part["loc"] if step != "[key]")  # pydantic's word for a wrong key
            yield ("channel", place, *path), _words(part, ChannelPart, kind)


def _twice(part: str, names: Sequence[str]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for place, name in enumerate(names):
        if name in names[:place]:
            yield (part, place, "name"), f"{name!r} is used twice; each {part} needs a name of its own"


def _one_secret(config: Config) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the channels that share a word of the environment: each would be given the other's secrets."""
    first: dict[str, str] = {}
    for place, channel in enumerate(config.channel):
        other = first.setdefault(word_of(channel.name), channel.name)
        if other != channel.name:
            words = (
                f"{channel.name!r} and {other!r} would share POS_SECRET_{word_of(other)}_…; choose another"
            )
            yield ("channel", place, "name"), words


def _key(path: Sequence[str | int]) -> str:
    """Return a path as a person reads it: `channel[2].name` counts from 1."""
    words = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(words).lstrip(".")


#: A key that a line begins with, quoted or not.
_NAMED = re.compile(r"""\s*(?:"([^"]+)"|'([^']+)'|([\w-]+))\s*=""")


def line_of(text: str, path: Sequence[str | int]) -> int:
    """Return the line (from 1) on which a key stands, or the innermost of its tables that is there."""
    nth = path[1] if len(path) > 1 and isinstance(path[1], int) else None
    wanted = tuple(map(str, path if nth is None else (path[0], *path[2:])))
    at, deepest, seen, table = 1, 0, -1, tuple[str, ...]()
    for number, line in enumerate(text.splitlines(), start=1):
        place = header = _header(line)
        if header:
            table, seen = header, seen + (header == wanted[:1])
        elif named := _NAMED.match(line):
            place = (*table, next(filter(None, named.groups())))
        is_its = not table or seen == (nth or 0)
        if is_its and deepest < len(place) and place == wanted[: len(place)]:
            at, deepest = number, len(place)
    return at


def _header(line: str) -> tuple[str, ...]:
    """Return the keys in a table's header, and none of any other line."""
    try:
        found: Any = tomllib.loads(line) if line.lstrip().startswith("[") else {}
    except tomllib.TOMLDecodeError:
        return ()
    keys = []
    while found:
        [(key, inner)] = found.items()
        keys.append(key)
        found = inner[0] if isinstance(inner, list) else inner
    return tuple(keys)


__all__ = ["LANGUAGES", "Config", "ConfigTrouble", "load"]
