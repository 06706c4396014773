"""Working the spool."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import typer

from pos.cli import tickets
from pos.cli.printers import how
from pos.cli.shell import Keep, Once, Shell, Status, of
from pos.cli.table import table
from pos.cli.watching import watch

if TYPE_CHECKING:
    from printing.spool import Worked

app = typer.Typer()
app.add_typer(tickets.app, name="tickets", invoke_without_command=True)


@app.command("print")
def print_(
    context: typer.Context,
    once: Once = False,
    keep: Keep = False,
) -> None:
    """Work the spool: print what waits."""
    if once and keep:
        raise typer.BadParameter("--once and --watch exclude each other")
    shell = of(context)
    if keep:
        from pos.adapters import Net

        net = Net(shell.store, shell.config, shell.secrets, shell.tickets_folder, sync=False)
        watch(shell, net, "printers", how)
        return
    _report(shell, asyncio.run(_work(shell)))


async def _work(shell: Shell) -> dict[str, Worked]:
    from pos.adapters import PrinterHost, printers, strand
    from printing.spool import Spool

    strand(shell.store)
    all_printers = printers(shell.config, shell.tickets_folder)
    spool = Spool(PrinterHost(shell.store), all_printers)
    rounds = [spool.work_once(printer.name, all_waiting=True) for printer in all_printers]
    return dict(zip((printer.name for printer in all_printers), await asyncio.gather(*rounds), strict=True))


def _report(shell: Shell, worked: dict[str, Worked]) -> None:
    from pos.cli import shapes

    done = [shapes.printed(name, one.counts, one.held_by) for name, one in worked.items()]
    shell.show({"printers": done}, lambda: _table(shell, done))
    for one in done:
        if one["held_by"]:
            shell.complain(shell.words.say("shell.held_by", name=one["name"], holder=one["held_by"]))
    _name_orphans(shell)
    if not all(one["ok"] for one in done):
        _complain(shell, {one["name"] for one in done if not one["ok"]})
        shell.leave(Status.AWAY)


#: How many tickets are named in one complaint.
_NAMED = 5


def _name_orphans(shell: Shell) -> None:
    """Name the tickets for which no printer is set up any more: no row of the report is theirs."""
    from pos.store import backlog

    orphans = [row.number for row in shell.ask(backlog.tickets, ("failed",)) if row.error == "no_printer"]
    if orphans:
        named = ", ".join(orphans[:_NAMED]) + ("…" if len(orphans) > _NAMED else "")
        why = shell.words.cause("no_printer")
        shell.complain(shell.words.say("shell.printer_trouble", name=named, why=why))


def _complain(shell: Shell, names: set[str]) -> None:
    from pos.store import backlog

    for row in shell.ask(backlog.printers, shell.store.shop):
        if row.name in names:
            why = shell.words.cause(row.detail or row.cause) or _last_fault(shell, row.name)
            shell.complain(shell.words.say("shell.printer_trouble", name=row.name, why=why))


def _last_fault(shell: Shell, printer: str) -> str:
    """Return why a printer that is well has just not printed: the fault is its ticket's."""
    from pos.store import backlog

    rows = shell.ask(backlog.tickets, ("unknown", "failed"))
    faults = [row.error for row in rows if printer in (row.printer, row.taken_by)]
    return shell.words.cause(faults[-1]) if faults else ""


def _table(shell: Shell, done: list[dict[str, Any]]) -> str:
    say = shell.words.say
    if not done:
        return say("shell.no_printers") + "\n"
    names = ("printer", "printed", "sent", "held", "unknown", "failed")
    rows = [[one["name"], *(one[name] for name in names[1:])] for one in done]
    heads = [say("column.printer"), *(say(f"column.{name}") for name in names[1:])]
    return table(heads, rows, right=(1, 2, 3, 4, 5))
