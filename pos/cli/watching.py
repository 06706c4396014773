"""Working until a person or the system says stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from pos.cli.shell import Shell

if TYPE_CHECKING:
    from pos.adapters import Net
    from pos.words import Words

#: How often the main thread lets Python look at signals (seconds): Windows needs it, others cost nothing.
_LOOK = 0.5


@contextmanager
def stopped_by_signals() -> Iterator[threading.Event]:
    """Yield an event that SIGINT and SIGTERM set while in the block."""
    stop = threading.Event()
    wanted = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(one, lambda *_: stop.set()) for one in wanted]
    try:
        yield stop
    finally:
        for one, handler in zip(wanted, before, strict=True):
            signal.signal(one, handler)


def until_stopped() -> None:
    """Wait until SIGINT or SIGTERM."""
    with stopped_by_signals() as stop:
        _wait(stop)


def _wait(stop: threading.Event) -> None:
    while not stop.wait(_LOOK):
        pass


def watch(
    shell: Shell, net: Net, topic: Literal["channels", "printers"], how: Callable[[Words, Any], str]
) -> None:
    """Let `net` work until stopped; say in words (`how`) how what it works is, whenever that changes."""
    rung = threading.Event()
    off = shell.store.subscribe(lambda topics: rung.set() if topic in topics else None)
    with stopped_by_signals() as stop:
        bell = threading.Thread(target=shell.store.watch, args=(stop,), name="bell")
        bell.start()
        net.start()
        shell.say(shell.words.say("shell.watching"))
        try:
            _tell_changes(shell, topic, how, rung, stop)
        finally:
            stop.set()
            off()
            net.stop()
            bell.join()


def _tell_changes(
    shell: Shell,
    topic: str,
    how: Callable[[Words, Any], str],
    rung: threading.Event,
    stop: threading.Event,
) -> None:
    from pos.store import backlog

    query: Callable[..., Sequence[Any]] = backlog.channels if topic == "channels" else backlog.printers
    told: dict[str, str] = {}
    while not stop.is_set():
        if rung.wait(_LOOK):
            rung.clear()
            for row in shell.ask(query, shell.store.shop):
                said = how(shell.words, row)
                if told.get(row.name) != said:
                    shell.say(f"{row.name}: {said}")
                told[row.name] = said
