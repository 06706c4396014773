"""The command `pos`: its options, its commands, and the exit status of each way to end."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn, Protocol

import typer
from typer.core import TyperGroup

from pos.cli import (
    channels,
    doctor,
    moves,
    notices,
    orders,
    paper,
    printers,
    reconciling,
    refunds,
    sales,
    services,
    simulator,
    supplies,
)
from pos.cli.parts import with_parts
from pos.cli.shell import OpenCounter, Shell, Status, of
from pos.words import LANGUAGES

#: Whose commands they are, as the help names them.
_PARTS = (
    orders,
    moves,
    notices,
    refunds,
    services,
    sales,
    channels,
    paper,
    printers,
    simulator,
    doctor,
    reconciling,
    supplies,
)


class OpenPractice(Protocol):
    """Opens the practice shop; returns the exit status."""

    def __call__(self, folder: Path | None, orders: int, language: str, *, auto: bool) -> int:
        """Play in `folder` (None: the user's), with so many orders, and as the cashier too where `auto`."""
        ...


def command(shell: Shell, open_counter: OpenCounter, open_practice: OpenPractice) -> TyperGroup:
    """Return the whole command, to be run in `shell`; what opens windows is handed in."""
    app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)

    @app.callback(invoke_without_command=True)
    def pos(
        context: typer.Context,
        config: Annotated[
            Path | None, typer.Option(help="the shop's configuration (default: $POS_CONFIG, else the user's)")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="answer as JSON on standard output")] = False,
        actor: Annotated[str, typer.Option(help="who the journal says did it")] = "cli",
    ) -> None:
        """The restaurant counter. Without a command it opens the touchscreen."""
        shell.named, shell.as_json, shell.actor = config, as_json, actor
        context.obj = shell
        if context.invoked_subcommand is None:
            raise typer.Exit(open_counter(shell.file))

    @app.command()
    def counter(context: typer.Context) -> None:
        """Open the counter."""
        raise typer.Exit(open_counter(of(context).file))

    @app.command()
    def demo(
        auto: Annotated[bool, typer.Option("--auto", help="play the cashier too, and end")] = False,
        data: Annotated[Path | None, typer.Option(metavar="DIR", help="the practice shop's folder")] = None,
        orders: Annotated[int, typer.Option(min=1, max=500, metavar="N", help="how many orders come")] = 21,
        language: Annotated[str, typer.Option(help="zh_CN, ko_KR or en_US (default: the user's)")] = "",
    ) -> None:
        """Open the practice shop: sandbox channels, virtual printers, guests who order."""
        if language and language not in LANGUAGES:
            raise typer.BadParameter(f"allowed: {', '.join(LANGUAGES)}", param_hint="--language")
        raise typer.Exit(open_practice(data, orders, language, auto=auto))

    return with_parts(app, [part.app for part in _PARTS])


def run(
    open_counter: OpenCounter, open_practice: OpenPractice, args: Sequence[str] | None = None
) -> NoReturn:
    """Run one command and end the process with its status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # both are text files
    shell = Shell()
    whole = command(shell, open_counter, open_practice)
    given = _json_first(sys.argv[1:] if args is None else args)
    try:
        whole.main(given, prog_name="pos")
    except Exception as error:
        if (ending := _ending(shell, error)) is None:
            raise
        status, text = ending
        shell.complain(text)
        sys.exit(status)
    finally:
        shell.close()
    raise AssertionError("the command ends the process itself")


def _json_first(args: Sequence[str]) -> list[str]:
    """Let `--json` stand anywhere before a `--`: it is a global option, and people put it last."""
    plain = args[: args.index("--")] if "--" in args else args
    if "--json" not in plain:
        return list(args)
    return ["--json", *(word for word in plain if word != "--json"), *args[len(plain) :]]


def _ending(shell: Shell, error: Exception) -> tuple[Status, str] | None:
    """Return status and words for an error that is not a bug of ours; None for one that is."""
    from pos.config import ConfigTrouble
    from pos.domain.refusals import Refused
    from pos.secrets import SecretsTrouble
    from pos.store.trouble import StoreTrouble

    match error:
        case ConfigTrouble():
            return Status.CONFIGURATION, str(error)
        case Refused():
            return Status.REFUSED, shell.words.refusal(error)
        case StoreTrouble():
            return Status.REFUSED, shell.words.say(f"trouble.{error.code}", **error.facts)
        case SecretsTrouble():
            return Status.CONFIGURATION, shell.words.say(f"trouble.{error.code}", **error.facts)
    from pos.cli.drafts import Unreadable

    return (Status.REFUSED, str(error)) if isinstance(error, Unreadable) else None
