"""Working the spool, and what became of each ticket."""

from __future__ import annotations

import asyncio
import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pos.cli.shell import Shell, Status, of
from pos.cli.table import table
from pos.cli.watching import watch

if TYPE_CHECKING:
    from uuid import UUID

    from pos.store.rows import TicketRow
    from printing.profiles import Profile
    from printing.spool import Worked

app = typer.Typer()
tickets = typer.Typer(help="The tickets of the spool.", rich_markup_mode=None)
app.add_typer(tickets, name="tickets", invoke_without_command=True)

TicketName = Annotated[
    str, typer.Argument(metavar="ID", help="a ticket's id or number (K-0412; its second copy: K-0412-2)")
]


class TicketState(StrEnum):
    """What can have become of a ticket."""

    QUEUED = "queued"
    SENDING = "sending"
    PRINTED = "printed"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    DROPPED = "dropped"


class Answer(StrEnum):
    """Whether a ticket came out."""

    YES = "yes"
    NO = "no"


@app.command("print")
def print_(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="one round (as without --watch)")] = False,
    keep: Annotated[bool, typer.Option("--watch", help="work until stopped")] = False,
) -> None:
    """Work the spool: print what waits."""
    if once and keep:
        raise typer.BadParameter("--once and --watch exclude each other")
    shell = of(context)
    if keep:
        from pos.adapters import Net

        watch(
            shell, Net(shell.store, shell.config, shell.secrets, shell.tickets_folder, sync=False), "printers"
        )
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
    if not all(one["ok"] for one in done):
        _complain(shell, {one["name"] for one in done if not one["ok"]})
        shell.leave(Status.AWAY)


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


@tickets.callback()
def listing(
    context: typer.Context,
    state: Annotated[
        list[TicketState] | None, typer.Option(help="only tickets in this state; may be repeated")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="only the newest so many")] = None,
) -> None:
    """The tickets of the spool; without a command: list them, newest last."""
    if context.invoked_subcommand:
        return
    from pos.cli import shapes, sheets
    from pos.store import backlog

    shell = of(context)
    rows = shell.ask(backlog.tickets, [one.value for one in state or ()], limit)
    nothing = shell.words.say("shell.no_tickets") + "\n"
    shell.show(
        [shapes.ticket(row) for row in rows],
        lambda: sheets.tickets(shell.words, rows) if rows else nothing,
    )


@tickets.command()
def show(
    context: typer.Context,
    ticket: TicketName,
    text: Annotated[bool, typer.Option("--text", help="as text (as without another option)")] = False,
    png: Annotated[
        str | None, typer.Option(metavar="FILE", help="as a picture; - is standard output")
    ] = None,
    html: Annotated[
        str | None, typer.Option(metavar="FILE", help="as a page for mail or a browser; - is standard output")
    ] = None,
    escpos: Annotated[
        str | None, typer.Option(metavar="FILE", help="the printer's bytes; - is standard output")
    ] = None,
) -> None:
    """Show a ticket as it came out of its printer, or would now."""
    from pos.cli import shapes
    from pos.store import backlog
    from printing import render
    from printing.tickets import Copy

    if sum((text, png is not None, html is not None, escpos is not None)) > 1:
        raise typer.BadParameter("choose one of --text, --png, --html and --escpos")
    shell = of(context)
    row = _find(shell, ticket)
    whole = shell.ask(backlog.paper, shell.store.shop, row.id)
    mark: Any = whole.mark
    content = (whole.facts, _profile(shell, whole.printer), Copy(whole.copy, mark, whole.stands_in_for))
    if png is not None:
        _keep(shell, png, render.to_png(*content))
    elif html is not None:
        _keep(shell, html, render.to_html(*content).encode())
    elif escpos is not None:
        _keep(shell, escpos, render.to_bytes(*content, drawer=whole.drawer, buzzer=whole.buzzer))
    else:
        paper = render.to_text(*content)
        shell.show(
            {**shapes.ticket(row), "text": paper, "facts": whole.facts}, lambda: paper.rstrip("\n") + "\n"
        )


def _profile(shell: Shell, printer: str) -> Profile:
    from printing.profiles import profile

    part = next((part for part in shell.config.printer if part.name == printer), None)
    return part.as_profile() if part else profile()


def _keep(shell: Shell, file: str, data: bytes) -> None:
    if file == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        Path(file).write_bytes(data)
    except OSError as error:
        shell.complain(shell.words.say("shell.no_file", file=file, problem=error.strerror or ""))
        shell.leave(Status.REFUSED)
    shell.show({"file": file, "bytes": len(data)}, lambda: shell.words.say("shell.written", file=file) + "\n")


@tickets.command()
def reprint(context: typer.Context, ticket: TicketName) -> None:
    """Print a ticket again, marked REPRINT."""
    from pos.actions import tickets
    from pos.cli import shapes
    from pos.store import backlog

    shell = of(context)
    copy = shell.ask(backlog.ticket, shell.do(tickets.reprint, _find(shell, ticket).id))
    assert copy is not None  # it was made a moment ago
    shell.show(
        shapes.ticket(copy),
        lambda: shell.words.say("shell.reprinting", ticket=f"{copy.number}-{copy.copy}") + "\n",
    )


@tickets.command()
def retry(context: typer.Context, ticket: TicketName) -> None:
    """Let a ticket, or `all` of them, go at the next round."""
    from pos.actions import tickets
    from pos.adapters import strand

    shell = of(context)
    strand(shell.store)
    if ticket == "all":
        count = shell.do(tickets.retry_all)
        shell.show({"retried": count}, lambda: shell.words.say("shell.retried", count=count) + "\n")
        return
    _done(shell, shell.do(tickets.retry, _find(shell, ticket).id))


@tickets.command()
def drop(
    context: typer.Context,
    ticket: TicketName,
    reason: Annotated[str, typer.Option("--reason", help="why, in words")],
) -> None:
    """Give a ticket up: it will not be printed."""
    from pos.actions import tickets

    shell = of(context)
    _done(shell, shell.do(tickets.drop, _find(shell, ticket).id, reason))


@tickets.command()
def answer(
    context: typer.Context,
    ticket: TicketName,
    came_out: Annotated[Answer, typer.Argument(help="did it come out?")],
) -> None:
    """Say whether a ticket of unknown fate came out; after a no it goes again, marked."""
    from pos.actions import tickets

    shell = of(context)
    _done(shell, shell.do(tickets.answer, _find(shell, ticket).id, came_out is Answer.YES))


def _done(shell: Shell, changed: bool) -> None:
    said = shell.words.say("shell.done" if changed else "shell.nothing_to_do")
    shell.show({"ok": True, "changed": changed}, lambda: said + "\n")


_COPY = re.compile(r"(.+)-(\d{1,3})")


def _find(shell: Shell, name: str) -> TicketRow:
    """Return the ticket of an id, or the newest copy of a number, or that copy; raises Refused."""
    from uuid import UUID

    from pos.domain.refusals import Refused
    from pos.store import backlog

    try:
        ticket_id: UUID | None = UUID(name)
    except ValueError:
        ticket_id = None
    found = [shell.ask(backlog.ticket, ticket_id)] if ticket_id else shell.ask(backlog.tickets_named, name)
    if not found and (copied := _COPY.fullmatch(name)):
        copies = shell.ask(backlog.tickets_named, copied[1])
        found = [row for row in copies if row.copy == int(copied[2])]
    if not found or found[-1] is None:
        raise Refused("no_ticket", ticket=name)
    return found[-1]
