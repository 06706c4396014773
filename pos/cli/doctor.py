"""What is wrong with this installation, in plain words."""

from __future__ import annotations

import platform
from collections import Counter
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
    found = [*_program(), *_fonts(shell)]
    try:
        found.append(_configuration(shell))
        found += _secrets(shell)
        found += _twins(shell)
        found += _store(shell)
        found += _channels(shell)
        found += _printers(shell)
        found += _disk(shell)
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

    yield Finding("python", True, platform.python_version())
    version = sqlite_version()
    yield Finding("sqlite", tuple(map(int, version.split("."))) >= OLDEST_SQLITE, version)
    yield Finding("log", True, str(log.default_file()))


#: The scripts that every shop of ours writes; what is missing of the others is a hint.
_NEEDED = frozenset(("latin", "han", "hangul"))


def _fonts(shell: Shell) -> Iterator[Finding]:
    """Say which fonts draw what printers lack, and what to install for scripts that none has."""
    from printing.drawing import fonts

    faces = [fonts.face_for(char, name, False) for name, char in _PROBES.items()]
    yield Finding("fonts", all(faces), ", ".join(sorted({face.path.name for face in faces if face})))
    for gap in fonts.missing():
        words = shell.words.say("shell.font_missing", script=gap.script, package=gap.package, font=gap.font)
        yield Finding("fonts", gap.script not in _NEEDED, words)


#: A character of each language that a ticket may need drawn.
_PROBES = {"zh_CN": "饭", "ko_KR": "밥", "en_US": "R"}


def _configuration(shell: Shell) -> Finding:
    config = shell.config
    return Finding("configuration", True, f"{shell.file} ({config.shop.name})")


def _secrets(shell: Shell) -> Iterator[Finding]:
    """Say where each secret comes from; a channel can do without, the journal cannot.

    What a channel gets by itself is not missed.
    """
    from sync.channels import KINDS

    shell.secrets.journal_key()
    wanted = [("shop", "JOURNAL", False)]
    wanted += [
        (part.name, field, field in KINDS[part.kind].spare_fields())
        for part in shell.config.channel
        for field in KINDS[part.kind].secret_fields()
    ]
    for owner, field, spare in wanted:
        source = shell.secrets.source(owner, field)
        if spare and not source:
            continue
        where = shell.words.say(f"source.{source or 'nowhere'}")
        yield Finding("secret", bool(source), f"{owner} {field}: {where}")


def _twins(shell: Shell) -> Iterator[Finding]:
    """Name the channels that hear one shop; each two once."""
    from pos.twins import connected, twins
    from sync.channels import KINDS

    tables = [{**part.settings, "name": part.name, "kind": part.kind} for part in shell.config.channel]
    known = connected(tables, lambda kind, name: shell.secrets.of_channel(name, KINDS[kind].secret_fields()))
    for name in known:
        for other in sorted(each for each in twins(name, known) if each > name):
            yield Finding("channel", False, shell.words.say("shell.connected_twice", name=name, other=other))


def _store(shell: Shell) -> Iterator[Finding]:
    from pos.store import queries

    waits = shell.ask(queries.waiting)
    counts = {"orders": waits.new_orders, "tickets": waits.tickets, "letters": waits.letters}
    yield Finding("store", True, shell.words.say("shell.store_opens", attention=waits.attention, **counts))
    for word, detail in shell.store.unsound().items():
        yield Finding("store", False, shell.words.say(f"attention.{word}", detail=detail))


def _channels(shell: Shell) -> Iterator[Finding]:
    """Say how each channel last was, and until when one is left alone."""
    from pos.cli.channels import how
    from pos.store import backlog

    for row in shell.ask(backlog.channels, shell.store.shop):
        yield Finding("channel", not row.needs_you, f"{row.name}: {how(shell.words, row)}")
    for row in shell.ask(backlog.gone, shell.store.shop):
        many = row.waiting + row.failed
        said = shell.words.say("channels.gone" if many else "channels.gone_open", name=row.name, n=many)
        yield Finding("channel", not many, said)


def _printers(shell: Shell) -> Iterator[Finding]:
    """Say how each printer is and who works it; one that is out needs another that stands in."""
    from pos.cli.printers import asked

    say = shell.words.say
    for row in asked(shell):
        how = say("shell.aside") if row.aside else shell.words.cause(row.cause) or say(f"shell.{row.state}")
        with shell.store.lock(f"printer:{row.name}") as holder:
            worker = f"; {say('shell.worked_by', holder=holder)}" if holder else ""
        yield Finding("printer", not row.cause, f"{row.name}: {how}{worker}")
        if row.aside and not row.stands_in:
            yield Finding("printer", False, say("shell.no_fallback_now", name=row.name))
    if not any("kitchen" in part.prints for part in shell.config.printer):
        yield Finding("printer", False, say("shell.no_kitchen_printer"))


def _disk(shell: Shell) -> Iterator[Finding]:
    """Say whose tickets wait for room on a disk: looking at a printer sees nothing of it."""
    from pos.store import backlog

    rows = shell.ask(backlog.tickets, ("queued", "sending"), None)
    full = [row for row in rows if row.error.partition(":")[0] == "disk"]
    why = shell.words.cause("disk")
    for name, many in Counter(row.printer for row in full).items():
        yield Finding("printer", False, shell.words.say("shell.tickets_wait", name=name, n=many, why=why))
