"""What is wrong with this installation, in plain words."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from typing import NamedTuple

import typer

from pos.cli.shell import Shell, Status, of
from pos.cli.table import table

app = typer.Typer()


class Finding(NamedTuple):
    """One thing that was looked at, and how it is."""

    name: str
    ok: bool
    words: str


@app.command()
def doctor(context: typer.Context) -> None:
    """Say what is wrong with this installation."""
    from pos.config import ConfigTrouble
    from pos.secrets import SecretsTrouble
    from pos.store.trouble import StoreTrouble

    shell = of(context)
    found = [*_program()]
    try:
        found.append(_configuration(shell))
        found += _secrets(shell)
        found += _store(shell)
        found += _printers(shell)
    except ConfigTrouble as trouble:
        found.append(Finding("configuration", False, str(trouble)))
    except SecretsTrouble as trouble:
        found.append(Finding("secret", False, shell.words.say(f"trouble.{trouble.code}", **trouble.facts)))
    except StoreTrouble as trouble:
        found.append(Finding("store", False, shell.words.say(f"trouble.{trouble.code}", **trouble.facts)))
    _tell(shell, found)


def _tell(shell: Shell, found: list[Finding]) -> None:
    say = shell.words.say
    shell.show(
        {"ok": all(one.ok for one in found), "findings": [one._asdict() for one in found]},
        lambda: table(
            [say("column.what"), "", say("column.how")],
            [(say(f"doctor.{one.name}"), "✓" if one.ok else "✗", one.words) for one in found],
        ),
    )
    wrong = {one.name for one in found if not one.ok}
    if wrong:
        shell.leave(Status.CONFIGURATION if "configuration" in wrong else Status.REFUSED)


def _program() -> Iterator[Finding]:
    from pos import log
    from pos.store.database import OLDEST_SQLITE, sqlite_version
    from printing import fonts

    yield Finding("python", True, platform.python_version())
    version = sqlite_version()
    yield Finding("sqlite", tuple(map(int, version.split("."))) >= OLDEST_SQLITE, version)
    faces = {name: fonts.face_for(char, name, False) for name, char in _PROBES.items()}
    missing = sorted(name for name, face in faces.items() if face is None)
    paths = sorted({face.path.name for face in faces.values() if face})
    yield Finding("fonts", not missing, ", ".join((*paths, *(f"{name}: -" for name in missing))))
    yield Finding("log", True, str(log.default_file()))


#: A character of each language that a ticket may need drawn.
_PROBES = {"zh_CN": "饭", "ko_KR": "밥", "en_US": "R"}


def _configuration(shell: Shell) -> Finding:
    config = shell.config
    return Finding("configuration", True, f"{shell.file} ({config.shop.name})")


def _secrets(shell: Shell) -> Iterator[Finding]:
    """Say where each secret comes from; a channel can do without, the journal cannot."""
    from sync.channels import KINDS

    shell.secrets.journal_key()
    wanted = [("shop", "JOURNAL")]
    wanted += [
        (part.name, field) for part in shell.config.channel for field in KINDS[part.kind].secret_fields()
    ]
    for owner, field in wanted:
        source = shell.secrets.source(owner, field)
        where = shell.words.say(f"source.{source or 'nowhere'}")
        yield Finding("secret", bool(source), f"{owner} {field}: {where}")


def _store(shell: Shell) -> Iterator[Finding]:
    from pos.store import queries

    waits = shell.ask(queries.waiting)
    counts = {"orders": waits.new_orders, "tickets": waits.tickets, "letters": waits.letters}
    yield Finding("store", True, shell.words.say("shell.store_opens", attention=waits.attention, **counts))
    for word, detail in shell.store.unsound().items():
        yield Finding("store", False, shell.words.say(f"attention.{word}", detail=detail))


def _printers(shell: Shell) -> Iterator[Finding]:
    from pos.cli.printers import asked

    for row in asked(shell):
        how = shell.words.cause(row.cause) or shell.words.say(f"shell.{row.state}")
        yield Finding("printer", not row.cause, f"{row.name}: {how}")
    if not any("kitchen" in part.prints for part in shell.config.printer):
        yield Finding("printer", False, shell.words.say("shell.no_kitchen_printer"))
