"""A shell's way to a service: its operations listed, one called, its answer as JSON."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import sys
import webbrowser
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import Any

from pydantic import ValidationError

from sync.channels import KINDS
from sync.errors import ChannelError
from sync.faults import in_words
from sync.means import Means
from sync.operations import Operation, WrongArgument, operations
from sync.ports import Keep

DONE, USAGE, CHANNEL_FAILED = 0, 2, 4

_USAGE = """python -m sync KIND OPERATION [--base-url URL] [--set KEY=VALUE]… [--ARGUMENT VALUE]…
python -m sync KIND --help

Calls one operation of a service and prints its answer as JSON. --set gives a key of the channel's settings.
Secrets come from the environment: POS_SECRET_<KIND>_<FIELD>; those that a service gives anew go to standard
error. KIND is one of: {kinds}"""


def main(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> int:
    """Do what a shell's line says; return 0 done, 2 usage, 4 where the service failed or refused."""
    words = list(arguments)
    if not words or words[0] in ("--help", "-h"):
        sys.stdout.write(_USAGE.format(kinds=", ".join(KINDS)) + "\n")
        return DONE if words else USAGE
    kind, *rest = words
    if kind not in KINDS:
        return _complain(f"there is no kind “{kind}”; there are: {', '.join(KINDS)}", USAGE)
    known = operations(import_module(f"sync.channels.{kind}").Client)
    if not rest or rest[0] in ("--help", "-h"):
        sys.stdout.write(_listed(kind, known.values()))
        return DONE if rest else USAGE
    name = rest[0].replace("-", "_")
    if name not in known:
        return _complain(f"{kind} has no operation “{rest[0]}”; it has: {', '.join(known)}", USAGE)
    if {"--help", "-h"} & set(rest[1:]):
        sys.stdout.write(_described(known[name]))
        return DONE
    return _call(kind, known[name], rest[1:], environment)


def _call(kind: str, operation: Operation, words: Sequence[str], environment: Mapping[str, str]) -> int:
    try:
        given, settings = _pairs(words)
        model = KINDS[kind].settings_model().model_validate(settings)
        answer = asyncio.run(_answer(kind, operation, given, model, environment))
    except WrongArgument as error:
        return _complain(str(error), USAGE)
    except ValidationError as error:
        return _complain("; ".join(map(_wrong, error.errors())), USAGE)
    except ChannelError as error:
        return _complain(f"{type(error).__name__}: {in_words(str(error))}", CHANNEL_FAILED)
    sys.stdout.write(json.dumps(_plain(answer), ensure_ascii=False, indent=2) + "\n")
    return DONE


async def _answer(
    kind: str, operation: Operation, given: Mapping[str, str], settings: Any, environment: Mapping[str, str]
) -> Any:
    fields = KINDS[kind].secret_fields()
    found = {field: environment.get(f"POS_SECRET_{kind.upper()}_{field}", "") for field in fields}
    secrets = {field: value for field, value in found.items() if value}
    opened = import_module(f"sync.channels.{kind}").open_client
    keeping = KINDS[kind].keeping(_said_to_be_kept(kind))
    browser = {"browser": _opened_or_shown} if KINDS[kind].signs_in else {}
    client = opened(settings, secrets, Means(), **keeping, **browser)
    try:
        return await operation.call(client, given)
    finally:
        await client.close()


def _said_to_be_kept(kind: str) -> Keep:
    """Return what tells a person of new secrets: nobody else keeps them, and the old ones are used up."""

    async def keep(new: Mapping[str, str]) -> None:
        for field, secret in new.items():
            said = f"new, to be kept: POS_SECRET_{kind.upper()}_{field}={secret}\n"
            sys.stderr.write(said)

    return keep


def _opened_or_shown(address: str) -> None:
    """Open the page of a sign-in; whoever has no browser here opens it elsewhere on this machine."""
    if not webbrowser.open(address):
        sys.stderr.write(f"no browser can be opened here; sign in at {address}\n")


def _pairs(words: Sequence[str]) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the arguments and the settings in ``--name value`` or ``--name=value``."""
    given: dict[str, str] = {}
    settings: dict[str, Any] = {}
    rest = list(words)
    while rest:
        name, value = _pair(rest)
        if name == "set":
            key, _, setting = value.partition("=")
            settings[key] = _setting(setting)
        else:
            (settings if name == "base_url" else given)[name] = value
    return given, settings


def _pair(rest: list[str]) -> tuple[str, str]:
    word = rest.pop(0)
    name, equals, value = word.removeprefix("--").partition("=")
    if not word.startswith("--") or not name:
        raise WrongArgument(f"“{word}” is no argument; arguments are written --NAME VALUE")
    if not equals:
        if not rest:
            raise WrongArgument(f"--{name} has no value")
        value = rest.pop(0)
    return name.replace("-", "_"), value


def _setting(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _wrong(error: Any) -> str:
    """Return what is wrong with a setting: where, and why."""
    return f"{'.'.join(map(str, error['loc']))}: {error['msg'].removeprefix('Value error, ')}"


def _plain(answer: Any) -> Any:
    """Return an answer as JSON: what the service said, where an operation keeps that."""
    if dataclasses.is_dataclass(answer) and not isinstance(answer, type):
        said = getattr(answer, "answer", None) or getattr(answer, "documents", None)
        return _plain(dataclasses.asdict(answer) if said is None else said)
    if isinstance(answer, Mapping):
        return {str(key): _plain(value) for key, value in answer.items()}
    if isinstance(answer, list | tuple):
        return [_plain(value) for value in answer]
    return answer.isoformat() if isinstance(answer, datetime) else answer


def _listed(kind: str, known: Any) -> str:
    lines = [_USAGE.format(kinds=", ".join(KINDS)), "", f"Operations of {kind}:", ""]
    return "\n".join(lines) + "\n" + "\n".join(_described(operation) for operation in known)


def _described(operation: Operation) -> str:
    arguments = [a.flag if a.required else f"[{a.flag}]" for a in operation.arguments]
    words = "\n".join(f"    {line}".rstrip() for line in operation.words.splitlines())
    return f"  {' '.join([operation.name, *arguments])}\n{words}\n"


def _complain(words: str, status: int) -> int:
    sys.stderr.write(words + "\n")
    return status
