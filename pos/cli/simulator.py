"""A printer to print to where there is none, that can be made to fail."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pos.cli.shell import Shell, Status, of

if TYPE_CHECKING:
    from printing.profiles import Profile
    from printing.simulator import Simulator
    from printing.simulator.plan import Plan

app = typer.Typer()

_RANDOM = "random:"


@app.command("printer-simulator")
def printer_simulator(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="where it prints; 0: any")] = 9100,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="keep papers here: 0001.png, .txt, .bin, papers.jsonl")
    ] = None,
    control_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="where it takes words, `help` first; 0: any")
    ] = None,
    plan: Annotated[
        str, typer.Option(metavar="FILE", help="what goes wrong when; or random:SEED:EVERY, in tickets")
    ] = "",
    paper: Annotated[int, typer.Option(help="58 or 80, mm")] = 80,
    encoding: Annotated[str, typer.Option(help="the characters its own font has")] = "gb18030",
    speed: Annotated[float, typer.Option(min=0, help="mm of paper a second; 0: at once")] = 0,
) -> None:
    """Play a network printer on loopback until stopped; prints its ports as one JSON line.

    SIGUSR1: its paper is out. SIGUSR2: it is well again. All else it can suffer is said on the control port.
    """
    shell = of(context)
    used, script = _profile(paper, encoding), _plan(plan)
    asyncio.run(_play(shell, port, control_port, _simulator(used, out, speed, script)))


def _profile(paper: int, encoding: str) -> Profile:
    from printing.profiles import profile

    try:
        return profile(paper, encoding)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _plan(said: str) -> Plan | None:
    from printing.simulator.plan import at_random, read

    try:
        if said.startswith(_RANDOM):
            seed, _, every = said.removeprefix(_RANDOM).partition(":")
            return at_random(int(seed), int(every or 10))
        return read(Path(said)) if said else None
    except (ValueError, OSError) as error:
        raise typer.BadParameter(str(error), param_hint="--plan") from error


def _simulator(used: Profile, out: Path | None, speed: float, plan: Plan | None) -> Simulator:
    from printing.simulator import Simulator

    return Simulator(used, out, speed=speed, plan=plan)


async def _play(shell: Shell, port: int, control_port: int | None, simulator: Simulator) -> None:
    stopped = asyncio.Event()
    _on_signals(simulator, stopped.set)
    try:
        await simulator.start(port, control_port)
    except OSError as error:
        taken = error.filename or port
        shell.complain(shell.words.say("shell.port_taken", port=taken, problem=error.strerror or ""))
        shell.leave(Status.REFUSED)
    where = {"port": simulator.port, "control_port": simulator.control_port}
    shell.out(json.dumps(where | {"out": str(simulator.out) if simulator.out else None}) + "\n")
    await stopped.wait()
    await simulator.close()


def _on_signals(simulator: Simulator, stop: Callable[[], None]) -> None:
    """Obey signals; those for its paper exist on Unix only."""
    deeds: dict[str, Callable[[], None]] = {
        "SIGINT": stop,
        "SIGTERM": stop,
        "SIGUSR1": lambda: simulator.obey("paper_out"),
        "SIGUSR2": lambda: simulator.obey("well"),
    }
    loop = asyncio.get_running_loop()
    for name, deed in deeds.items():
        if (number := getattr(signal, name, None)) is not None:
            _obey(loop, number, deed)


def _obey(loop: asyncio.AbstractEventLoop, number: int, deed: Callable[[], None]) -> None:
    """Do a deed at a signal. A loop of Unix has to be told: one that is about to rest would miss it."""
    try:
        loop.add_signal_handler(number, deed)
    except NotImplementedError:  # Windows, whose loop is woken by every signal
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(deed))
