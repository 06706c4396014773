"""The few words of IPP (RFC 8010, RFC 8011) that a print queue is spoken to with."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from printing.errors import PrintingError

PRINT_JOB, CANCEL_JOB, JOB_ATTRIBUTES, PRINTER_ATTRIBUTES = 0x0002, 0x0008, 0x0009, 0x000B
#: CUPS' own: all queues of a server.
CUPS_PRINTERS = 0x4002

_OPERATION, _JOB, _END, _PRINTER = 0x01, 0x02, 0x03, 0x04
_INTEGER, _BOOLEAN, _ENUM = 0x21, 0x22, 0x23
_KEYWORD, _URI, _CHARSET, _LANGUAGE, _MIME, _NAME = 0x44, 0x45, 0x47, 0x48, 0x49, 0x42
_TAGS = {
    "attributes-charset": _CHARSET,
    "attributes-natural-language": _LANGUAGE,
    "document-format": _MIME,
    "job-id": _INTEGER,
    "job-name": _NAME,
    "printer-uri": _URI,
    "requested-attributes": _KEYWORD,
    "requesting-user-name": _NAME,
}

#: Longest text that an attribute of kind "name" may have, in bytes.
_LONGEST_NAME = 255


class NotIpp(PrintingError):
    """What answered does not speak IPP."""


@dataclass(slots=True)
class Reply:
    """What a server said: its status, and the attributes of each job or printer, by name."""

    status: int
    groups: list[dict[str, list[Any]]] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether what was asked is done."""
        return self.status < 0x0100

    def all(self, name: str) -> list[Any]:
        """Return all values of an attribute, in the first group that has it."""
        return next((group[name] for group in self.groups if name in group), [])

    def one(self, name: str) -> Any:
        """Return the first value of an attribute, None where there is none."""
        return next(iter(self.all(name)), None)


def request(operation: int, attributes: Mapping[str, str | int | Sequence[str]], data: bytes = b"") -> bytes:
    """Return the body of a request; the attributes go in the order in which they are given."""
    wanted: dict[str, str | int | Sequence[str]] = {
        "attributes-charset": "utf-8",
        "attributes-natural-language": "en",
        **attributes,
    }
    parts = [struct.pack(">BBHIB", 1, 1, operation, 1, _OPERATION)]
    for name, value in wanted.items():
        values = (value,) if isinstance(value, str | int) else value
        tag = _TAGS[name]  # every value after the first goes without its name
        parts.extend(_attribute("" if index else name, tag, one) for index, one in enumerate(values))
    return b"".join((*parts, bytes((_END,)), data))


def _attribute(name: str, tag: int, value: str | int) -> bytes:
    said = struct.pack(">i", value) if isinstance(value, int) else value.encode()
    if tag == _NAME:
        said = said[:_LONGEST_NAME].decode("utf-8", "ignore").encode()
    return struct.pack(">BH", tag, len(name)) + name.encode() + struct.pack(">H", len(said)) + said


def reply(body: bytes) -> Reply:
    """Return what a server answered; raises NotIpp."""
    try:
        _version, status, _id = struct.unpack_from(">HHI", body)
        said = Reply(status)
        for tag, name, value in _attributes(body):
            _put(said.groups, tag, name, value)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise NotIpp(f"what answered does not speak IPP: {error}") from error
    return said


def _attributes(body: bytes) -> Iterator[tuple[int, str, bytes]]:
    """Yield the tag, name and value of each attribute; a tag alone begins a group."""
    at = 8
    while (tag := body[at]) != _END:
        at += 1
        if tag < 0x10:
            yield tag, "", b""
            continue
        name, at = _counted(body, at)
        value, at = _counted(body, at)
        yield tag, name.decode("utf-8"), value


def _counted(body: bytes, at: int) -> tuple[bytes, int]:
    (length,) = struct.unpack_from(">H", body, at)
    end = at + 2 + length
    if end > len(body):
        raise IndexError("it ends in the middle")
    return body[at + 2 : end], end


def _put(groups: list[dict[str, list[Any]]], tag: int, name: str, value: bytes) -> None:
    if tag < 0x10:
        groups.append({})
    elif name:
        groups[-1][name] = [_value(tag, value)]
    else:  # one more value of the attribute before
        groups[-1][next(reversed(groups[-1]))].append(_value(tag, value))


def _value(tag: int, value: bytes) -> Any:
    if tag in (_INTEGER, _ENUM):
        return struct.unpack(">i", value)[0]
    if tag == _BOOLEAN:
        return value != b"\x00"
    return value.decode("utf-8", "replace")
