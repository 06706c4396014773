"""What a person is asked to look at, of an order or of what is none here yet, in a shell."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from pos.cli.moves import Names, Result, answer
from pos.cli.shell import Shell, of
from pos.cli.table import plain

if TYPE_CHECKING:
    from pos.domain.order import Order
    from pos.store.rows import AttentionRow
    from pos.words import Words

app = typer.Typer()


@app.command()
def seen(context: typer.Context, order: Names) -> None:
    """Say that somebody has looked at what is asked about orders (`pos show` says what that is)."""
    shell = of(context)
    answer(shell, [Result.tried(shell, name, partial(_seen, shell, name)) for name in order])


@app.command()
def asked(context: typer.Context) -> None:
    """What a person is asked, with what can be answered; of orders that are none here yet, too."""
    from pos.cli import shapes
    from pos.store import backlog

    shell = of(context)
    shape = partial(shapes.question, words=shell.words)
    shell.show_all(shell.ask(backlog.attention), shape, _questions, "empty.attention")


def _questions(words: Words, rows: Sequence[AttentionRow]) -> str:
    from pos.actions import attention
    from pos.cli.sheets import notice

    said = [(row.id, plain(notice(words, row)), ", ".join(attention.answers(row.kind))) for row in rows]
    return "".join(f"{known}: {question} ({answers})\n" for known, question, answers in said)


@app.command("answer")
def answer_one(
    context: typer.Context,
    asked: Annotated[UUID, typer.Argument(metavar="ID", help="what is asked, as `pos asked` names it")],
    said: Annotated[str, typer.Argument(metavar="ANSWER", help="one of its answers, for example take")],
) -> None:
    """Answer what a person is asked (`pos asked` lists it, with its answers)."""
    from pos.actions import attention
    from pos.domain.refusals import Refused
    from pos.store import backlog

    shell = of(context)
    if asked not in {row.id for row in shell.ask(backlog.attention)}:
        raise Refused("no_question", id=str(asked))
    shell.show_done(shell.do(attention.answer, asked, said, shell.config.read))


def _seen(shell: Shell, name: str) -> Result:
    from pos.actions import attention
    from pos.store import backlog

    found: Order = shell.find(name)
    rows = shell.ask(backlog.attention, [found.id])
    done = [
        shell.do(attention.answer, row.id, "seen") for row in rows if "seen" in attention.answers(row.kind)
    ]
    return Result.of(shell, name, found, changed=any(done))
