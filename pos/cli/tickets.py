"""What became of each ticket, and what a person says of its fate."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pos.cli.shell import Reason, Shell, Status, of

if TYPE_CHECKING:
    from uuid import UUID

    from pos.store.rows import PaperRow, TicketRow
    from printing.profiles import Profile
    from printing.tickets import Copy

    Content = tuple[Mapping[str, Any], Profile, Copy]

app = typer.Typer(help="The tickets of the spool.", rich_markup_mode=None)

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


@app.callback()
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
    shell.show_all(rows, shapes.ticket, sheets.tickets, nothing="shell.no_tickets")


@app.command()
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
    files = {"png": png, "html": html, "escpos": escpos}
    wanted = [(form, file) for form, file in files.items() if file is not None]
    if len(wanted) + text > 1:
        raise typer.BadParameter("choose one of --text, --png, --html and --escpos")
    shell = of(context)
    row = _find(shell, ticket)
    for form, file in wanted:
        _keep(shell, file, _as_bytes(shell, row, form))
    if not wanted:
        _show_text(shell, row)


def _paper(shell: Shell, row: TicketRow) -> tuple[PaperRow, Content]:
    """Return a ticket as it is kept, and what `printing.render` makes of that on its printer."""
    from pos.store import backlog
    from printing.tickets import Copy

    kept = shell.ask(backlog.paper, shell.store.shop, row.id)
    mark: Any = kept.mark  # written from the same words
    return kept, (kept.facts, _profile(shell, kept), Copy(kept.copy, mark, kept.stands_in_for))


def _as_bytes(shell: Shell, row: TicketRow, form: str) -> bytes:
    from printing import render

    kept, content = _paper(shell, row)
    match form:
        case "png":
            return render.to_png(*content)
        case "html":
            return render.to_html(*content).encode()
    return render.to_bytes(*content, drawer=kept.drawer, buzzer=kept.buzzer)


def _show_text(shell: Shell, row: TicketRow) -> None:
    from pos.cli import shapes
    from printing import render

    kept, content = _paper(shell, row)
    text = render.to_text(*content)
    shell.show({**shapes.ticket(row), "text": text, "facts": kept.facts}, lambda: text.rstrip("\n") + "\n")


def _profile(shell: Shell, kept: PaperRow) -> Profile:
    from pos.config_tables import profile_of
    from printing.profiles import profile

    if kept.printed_as:
        return profile_of(kept.printed_as)
    part = next((part for part in shell.config.printer if part.name == kept.printer), None)
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


@app.command()
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


@app.command()
def retry(context: typer.Context, ticket: TicketName) -> None:
    """Let a ticket, or `all` of them, go at the next round."""
    from pos.actions import tickets
    from pos.adapters import strand

    shell = of(context)
    strand(shell.store)
    if ticket == "all":
        shell.show_retried(shell.do(tickets.retry_all))
    else:
        shell.show_done(shell.do(tickets.retry, _find(shell, ticket).id))


@app.command()
def drop(context: typer.Context, ticket: TicketName, reason: Reason) -> None:
    """Give a ticket up: it will not be printed."""
    from pos.actions import tickets

    shell = of(context)
    shell.show_done(shell.do(tickets.drop, _find(shell, ticket).id, reason))


@app.command()
def answer(
    context: typer.Context,
    ticket: TicketName,
    came_out: Annotated[Answer, typer.Argument(help="did it come out?")],
) -> None:
    """Say whether a ticket of unknown fate came out; after a no it goes again, marked."""
    from pos.actions import tickets

    shell = of(context)
    shell.show_done(shell.do(tickets.answer, _find(shell, ticket).id, came_out is Answer.YES))


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
