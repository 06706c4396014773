"""What the channels have still to be told."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from pos.cli.shell import Reason, Shell, of

if TYPE_CHECKING:
    from uuid import UUID

app = typer.Typer(help="What the channels have still to be told.", rich_markup_mode=None)


class LetterState(StrEnum):
    """What can have become of a letter."""

    WAITING = "waiting"
    SENDING = "sending"
    TOLD = "told"
    FAILED = "failed"
    DROPPED = "dropped"


LetterName = Annotated[str, typer.Argument(metavar="ID", help="a letter's id, or how it begins")]


@app.callback()
def listing(
    context: typer.Context,
    state: Annotated[
        list[LetterState] | None, typer.Option(help="only letters in this state; may be repeated")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="only the newest so many")] = None,
) -> None:
    """What the channels have still to be told; without a command: list all letters, newest last."""
    if context.invoked_subcommand:
        return
    from pos.cli import shapes, sheets
    from pos.store import backlog

    shell = of(context)
    rows = shell.ask(backlog.letters, [one.value for one in state or ()], limit)
    shell.show_all(rows, shapes.letter, sheets.letters, nothing="shell.no_letters")


@app.command()
def retry(context: typer.Context, letter: LetterName) -> None:
    """Let a letter, or `all` of them, go at the next round."""
    from pos.actions import outbox

    shell = of(context)
    if letter == "all":
        shell.show_retried(shell.do(outbox.retry_all))
    else:
        shell.show_done(shell.do(outbox.retry, _find(shell, letter)))


@app.command()
def drop(context: typer.Context, letter: LetterName, reason: Reason) -> None:
    """Give a letter up: its channel will not know."""
    from pos.actions import outbox

    shell = of(context)
    shell.show_done(shell.do(outbox.drop, _find(shell, letter), reason))


@app.command("drop-gone")
def drop_gone(
    context: typer.Context,
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="a channel that is connected no more")],
    reason: Reason,
) -> None:
    """Give up all letters to a channel that is connected no more, and will not be again."""
    from pos.actions import outbox

    shell = of(context)
    shell.show_given_up(shell.do(outbox.drop_gone, channel, reason))


def _find(shell: Shell, name: str) -> UUID:
    """Return the id of the one letter that `name` is, or begins; raises Refused."""
    from uuid import UUID

    from pos.domain.refusals import Refused
    from pos.store import backlog

    try:
        return UUID(name)
    except ValueError:
        undone = shell.ask(backlog.letters, ("waiting", "sending", "failed"), None)
    found = [row.id for row in undone if len(name) >= 4 and str(row.id).startswith(name.lower())]
    if len(found) != 1:
        raise Refused("no_letter", letter=name)
    return found[0]
