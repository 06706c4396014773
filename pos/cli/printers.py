"""The printers, and what they say of themselves."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from pos.cli.shell import Shell, Status, of
from pos.cli.table import plain, table

if TYPE_CHECKING:
    from pos.config_tables import PrinterPart
    from pos.store.rows import PrinterRow
    from pos.words import Words
    from printing.devices import Device
    from printing.ports import PrinterHealth

app = typer.Typer()
printers = typer.Typer(help="Printers and what they say of themselves.", rich_markup_mode=None)
app.add_typer(printers, name="printers", invoke_without_command=True)


@printers.callback()
def listing(context: typer.Context) -> None:
    """Printers and what they say of themselves."""
    if context.invoked_subcommand:
        return
    from pos.cli import shapes

    shell = of(context)
    rows = asked(shell)
    devices = {part.name: part.device for part in shell.config.printer}
    shell.show(
        [shapes.printer(row, devices[row.name]) for row in rows],
        lambda: _table(shell, rows, devices) if rows else shell.words.say("shell.no_printers") + "\n",
    )


def asked(shell: Shell) -> list[PrinterRow]:
    """Return every printer as it is now; one that another process works, as that process last saw it."""
    from pos.store import backlog

    rows = shell.ask(backlog.printers, shell.store.shop)
    return asyncio.run(_ask_all(shell, rows))


async def _ask_all(shell: Shell, rows: list[PrinterRow]) -> list[PrinterRow]:
    parts = {part.name: part for part in shell.config.printer}
    answers = await asyncio.gather(*(_health(shell, parts[row.name]) for row in rows))
    return [
        row if health is None else row._replace(state=health.state, cause=health.cause, detail=health.detail)
        for row, health in zip(rows, answers, strict=True)
    ]


async def _health(shell: Shell, part: PrinterPart) -> PrinterHealth | None:
    with shell.store.lock(f"printer:{part.name}") as holder:
        return None if holder else await _device(shell, part).status()


def _device(shell: Shell, part: PrinterPart) -> Device:
    from printing.devices import open_device

    return open_device(part.device, part.as_profile(), shell.tickets_folder)


def how(words: Words, row: PrinterRow) -> str:
    """Return how a printer is, for a person: set aside, or its state and what hinders it."""
    return ": ".join(filter(None, (_state(words, row), plain(words.cause(row.cause)))))


def _state(words: Words, row: PrinterRow) -> str:
    return words.say("shell.aside" if row.aside else f"shell.{row.state}")


def _table(shell: Shell, rows: list[PrinterRow], devices: dict[str, str]) -> str:
    words = shell.words
    heads = [
        words.say(f"column.{name}")
        for name in ("printer", "device", "state", "stands_in", "waiting", "unknown", "failed", "error")
    ]
    return table(
        heads,
        [
            (
                row.name,
                devices[row.name],
                _state(words, row),
                row.stands_in,
                row.waiting,
                row.unknown,
                row.failed,
                words.cause(row.cause),
            )
            for row in rows
        ],
        right=(4, 5, 6),
    )


Name = Annotated[str, typer.Argument(metavar="NAME", help="a printer's name")]


@printers.command()
def aside(context: typer.Context, name: Name) -> None:
    """Set a printer aside: it prints nothing until it is taken back; its fallback prints for it."""
    from pos.actions import spool
    from pos.store import backlog

    shell = of(context)
    say, changed = shell.words.say, shell.do(spool.set_aside, name)
    rows = shell.ask(backlog.printers, shell.store.shop)
    by = next((row.stands_in for row in rows if row.name == name), "")
    stands_in = say("shell.stands_in", printer=by) if by else say("shell.nobody_stands_in")
    shell.show(
        {"printer": name, "ok": True, "changed": changed, "stands_in": by},
        lambda: say("shell.printer_aside", name=name, stands_in=stands_in) + "\n",
    )


@printers.command()
def back(context: typer.Context, name: Name) -> None:
    """Take a printer back that was set aside."""
    from pos.actions import spool

    shell = of(context)
    changed = shell.do(spool.take_back, name)
    shell.show(
        {"printer": name, "ok": True, "changed": changed},
        lambda: shell.words.say("shell.printer_back", name=name) + "\n",
    )


Wait = Annotated[float, typer.Option("--wait", min=0, help="seconds to wait where another process prints it")]


@printers.command("test")
def print_test_page(context: typer.Context, name: Name, wait: Wait = 15.0) -> None:
    """Print a page that shows what a printer can do."""
    from pos import trial
    from printing.errors import PrintingError

    shell = of(context)
    words, part = shell.words, _part(shell, name)
    try:
        evidence = trial.try_out(shell.store, shell.who, words, part, shell.tickets_folder, wait)
    except trial.Waits as waits:
        why = words.cause(str(waits)) if str(waits) else words.say("print.queued")
        shell.complain(words.say("settings.test_waits", number=waits.number, why=why))
        shell.leave(Status.AWAY)
    except PrintingError as error:
        why = words.cause(str(error))
        shell.complain(words.say("shell.printer_trouble", name=part.name, why=why))
        shell.leave(Status.AWAY)
    shell.show(
        {"printer": part.name, "ok": True, "evidence": evidence},
        lambda: words.say("shell.test_sent", name=part.name) + "\n",
    )


def _part(shell: Shell, name: str) -> PrinterPart:
    part = next((part for part in shell.config.printer if part.name == name), None)
    if part is None:
        names = ", ".join(part.name for part in shell.config.printer)
        shell.complain(shell.words.say("shell.no_such_printer", name=name, names=names or "-"))
        shell.leave(Status.REFUSED)
    return part
