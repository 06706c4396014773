"""The configuration file changed as its owner would: what is not meant stays as it is, word for word."""

from __future__ import annotations

import os
import re
import stat
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import tomlkit

from pos.config import Config, ConfigTrouble, load
from pos.disk import settle

#: A table's header alone on its line; elements of a list have a comma behind them, or no bare name in them.
_HEADER = re.compile(r"\s*\[\[?\s*([\w.-]+)\s*\]\]?\s*(#.*)?$")
_MARK = "\ufeff"
#: Where a channel's table names those whose sales it hears of.
_TOLD = "tell_about"


class EditTrouble(Exception):
    """The file was not changed. `code` is its words (`edit.<code>`), `facts` what stands in them."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code, facts)
        self.code, self.facts = code, facts


@dataclass(frozen=True, slots=True)
class Draft:
    """A configuration as it was read (`before`), and as it is to be (`text`, with bare line feeds)."""

    file: Path
    before: bytes
    text: str

    @property
    def printers(self) -> list[dict[str, Any]]:
        """The ``[[printer]]`` tables as they are written."""
        return self._tables("printer")

    @property
    def channels(self) -> list[dict[str, Any]]:
        """The ``[[channel]]`` tables as they are written, each with its own tables (``workflow``)."""
        return self._tables("channel")

    def with_printer(self, values: Mapping[str, Any], was: str = "") -> Draft:
        """Return the draft with a printer added, or the one called `was` changed.

        Only the keys in `values` are touched; None takes a key out. Who fell back on it follows its new name.
        Raises EditTrouble where the file is written in a way that cannot be kept.
        """
        made = self._with("printer", values, was)
        renamed = was and values.get("name", was) != was
        followers = [table["name"] for table in made.printers if renamed and table.get("fallback") == was]
        for follower in followers:
            made = made._with("printer", {"fallback": values["name"]}, follower)
        return made

    def without_printer(self, name: str) -> Draft:
        """Return the draft without a printer; nobody falls back on it any more. Raises EditTrouble."""
        cut = self._without("printer", name)
        for orphan in [table["name"] for table in cut.printers if table.get("fallback") == name]:
            cut = cut._with("printer", {"fallback": None}, orphan)
        return cut

    def with_channel(self, values: Mapping[str, Any], was: str = "") -> Draft:
        """Return the draft with a channel added, or the one called `was` changed.

        Only the keys in `values` are touched; None takes a key out. A mapping (``workflow``) is a table of
        its own below the channel's, and is replaced as a whole. Raises EditTrouble as `with_printer`.
        """
        return self._with("channel", values, was)

    def without_channel(self, name: str) -> Draft:
        """Return the draft without a channel and its own tables; none hears of its sales any more.

        Who heard of its sales alone has an empty list then, which means all (`hearers`). Raises EditTrouble.
        """
        cut = self._without("channel", name)
        for hearer in self.hearers(name):
            table = next(each for each in cut.channels if each["name"] == hearer)
            others = [each for each in table[_TOLD] if each != name]
            cut = cut.with_channel({_TOLD: others or None}, hearer)
        return cut

    def hearers(self, name: str) -> dict[str, bool]:
        """Return the channels that are told of the sales of one, and whether each hears of no other's."""
        lists = {str(table["name"]): table.get(_TOLD, []) for table in self.channels if table["name"] != name}
        return {hearer: set(told) == {name} for hearer, told in lists.items() if name in told}

    def _tables(self, part: str) -> list[dict[str, Any]]:
        return list(tomllib.loads(self.text).get(part, []))

    def _with(self, part: str, values: Mapping[str, Any], was: str) -> Draft:
        place, tables = self._place(part, was), self._tables(part)
        if place is None:
            return self._added(part, {key: value for key, value in values.items() if value is not None})
        # A table of its own is only emptied: what stands at its end may speak of the one that follows.
        emptied: dict[str, dict[str, Any]] = {
            key: {} for key, value in tables[place].items() if _is_plain(value)
        }
        values = {key: emptied.get(key) if value is None else value for key, value in values.items()}
        given = {key: value for key, value in values.items() if value is not None}
        meant = {key: value for key, value in tables[place].items() if key not in values} | given
        document = tomlkit.parse(self.text)
        table = cast(Any, document[part])[place]
        tail = _cut(_ending(table))
        _put(table, values)
        _body(_ending(table)).extend(tail)
        made = replace(self, text=tomlkit.dumps(document))
        made._agree(self, part, [*tables[:place], meant, *tables[place + 1 :]])
        return made

    def _without(self, part: str, name: str) -> Draft:
        if (place := self._place(part, name)) is None:
            return self
        lines = self.text.splitlines(keepends=True)
        spans = _spans(lines, part)
        first, last = spans[place] if place < len(spans) else (0, 0)
        cut = replace(self, text="".join(lines[:first] + lines[last:]))
        cut._agree(self, part, [table for nth, table in enumerate(self._tables(part)) if nth != place])
        return cut

    def _added(self, part: str, values: Mapping[str, Any]) -> Draft:
        """Put a new table behind the last of its kind, before what is said of the table that follows."""
        lines = self.text.splitlines(keepends=True)
        spans = _spans(lines, part)
        at = spans[-1][1] if spans else len(lines)
        before, after = "".join(lines[:at]).rstrip("\n"), "".join(lines[at:])
        array = tomlkit.aot()
        array.append(tomlkit.item(dict(values)))
        fresh = tomlkit.dumps({part: array})
        made = replace(self, text=f"{before}\n\n{fresh}" + (f"\n{after}" if after.strip() else ""))
        made._agree(self, part, [*self._tables(part), dict(values)])
        return made

    def _place(self, part: str, name: str) -> int | None:
        names = [table.get("name") for table in self._tables(part)]
        return names.index(name) if name and name in names else None

    def _agree(self, former: Draft, part: str, tables: Sequence[Mapping[str, Any]]) -> None:
        """See that the text says what was meant, and all else as before: TOML can be written in many ways."""
        try:
            whole = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError:
            raise EditTrouble("written_otherwise", file=str(self.file)) from None
        meant = {**tomllib.loads(former.text), part: list(tables)}
        if {part: [], **whole} != meant:
            raise EditTrouble("written_otherwise", file=str(self.file))


def read(file: Path) -> Draft:
    """Return the configuration in `file`, ready to be changed; raises EditTrouble."""
    try:
        before = file.read_bytes()
        text = _decoded(before)
        tomllib.loads(text)
    except OSError as error:
        raise EditTrouble("unreadable", file=str(file), detail=error.strerror or str(error)) from error
    except ValueError as error:
        raise EditTrouble("unreadable", file=str(file), detail=str(error)) from error
    return Draft(file, before, text)


def save(draft: Draft) -> Config:
    """Check the draft as the counter would, put it in the file's place, and return it read.

    What stood there before is kept beside it as `….bak`. Raises EditTrouble, and the file is then as it was:
    when it was changed by somebody else since it was read, may not be written, or would be refused.
    """
    file = draft.file.resolve()
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        if file.read_bytes() != draft.before:
            raise EditTrouble("changed_meanwhile", file=str(file))
        if not mode & stat.S_IWUSR:
            raise EditTrouble("not_writable", file=str(file), detail="")
        _replace(file, _encoded(draft), mode, former=draft.before)
        return load(draft.file)
    except OSError as error:
        raise EditTrouble("not_writable", file=str(file), detail=error.strerror or str(error)) from error


def _replace(file: Path, data: bytes, mode: int, former: bytes | None = None) -> None:
    """Put a file in another's place: whoever reads it sees the old one or the new one, never a half.

    With what was there before, it is read as the counter would first, and that is kept beside it.
    """
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-", suffix=".toml")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        fresh.chmod(mode)
        if former is not None:
            load(fresh)
            _replace(file.with_name(file.name + ".bak"), former, mode)
        fresh.replace(file)
    except ConfigTrouble as trouble:
        raise EditTrouble("refused", detail=str(trouble).replace(name, file.name)) from trouble
    finally:
        with suppress(FileNotFoundError):
            fresh.unlink()
    settle(file.parent)


def _decoded(data: bytes) -> str:
    return data.decode("utf-8-sig").replace("\r\n", "\n")


def _encoded(draft: Draft) -> bytes:
    """Return the draft's bytes, with the line ends and the mark that its file had."""
    text = draft.text.replace("\n", "\r\n") if b"\r\n" in draft.before else draft.text
    mark = _MARK if draft.before.startswith(_MARK.encode()) else ""
    return (mark + text).encode("utf-8")


def _put(table: Any, values: Mapping[str, Any]) -> None:
    """Set keys in a table, above the comments at its end: they speak of the table that follows."""
    tail = _cut(table)
    for key, value in values.items():
        if value is None:
            table.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(table.get(key), tomlkit.items.Table):
            gone = dict.fromkeys(set(table[key]) - set(value))
            _put(table[key], {**gone, **value})
            _arrange(table[key], list(value))
        elif key not in table or not _is_same(table[key], value):
            table[key] = value
    _body(table).extend(tail)


def _body(table: Any) -> list[Any]:
    """Return what stands in a table: its keys and tables, and the comments between them."""
    body: list[Any] = getattr(table.value, "body", [])
    return body


def _cut(table: Any) -> list[Any]:
    """Take the comments at the end of a table out of it."""
    body = _body(table)
    end = len(body)
    while end and body[end - 1][0] is None:
        end -= 1
    tail, body[end:] = body[end:], []
    return tail


def _ending(table: Any) -> Any:
    """Return the table that a table ends with: itself, or the innermost of those below it."""
    below = [item for key, item in _body(table) if key is not None][-1:]
    return _ending(below[0]) if below and isinstance(below[0], tomlkit.items.Table) else table


def _is_plain(value: object) -> bool:
    """Whether a value is a table without tables in it."""
    return isinstance(value, dict) and not any(isinstance(each, dict) for each in value.values())


def _arrange(table: Any, keys: Sequence[str]) -> None:
    """Put a table's keys in an order, each with its remark: of states that are equal the first is told."""
    if list(table) != list(keys):
        for key, item in [(key, table.pop(key)) for key in keys]:
            table[key] = item


def _is_same(written: Any, value: Any) -> bool:
    """Whether a value is the one that is written already, its keys in the same order."""
    in_order = not isinstance(value, Mapping) or list(written) == list(value)
    return bool(written == value) and in_order


def _spans(lines: Sequence[str], part: str) -> list[tuple[int, int]]:
    """Return where each ``[[part]]`` begins, with the comments right above it, and where its tables end."""
    headers = [(at, found[1]) for at, line in enumerate(lines) if (found := _HEADER.match(line))]
    # A table below it (``[channel.workflow]``) is still the same part.
    headers = [(at, name) for at, name in headers if not name.startswith(f"{part}.")]
    begins = [_with_comments(lines, at) for at, _ in headers]
    ends = [*begins[1:], len(lines)]
    tables = zip(headers, begins, ends, strict=True)
    return [(begin, end) for (_, name), begin, end in tables if name == part]


def _with_comments(lines: Sequence[str], at: int) -> int:
    while at and lines[at - 1].lstrip().startswith("#"):
        at -= 1
    return at
