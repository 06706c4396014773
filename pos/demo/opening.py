"""Opening the practice shop: with a display for a person, without one for a day that plays itself."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from pos import log
from pos.cli.shell import OpenCounter, Status, users_language
from pos.config import Config, load
from pos.demo import summary
from pos.demo.bell import Bell, NeverCame
from pos.demo.day import Day, Part
from pos.demo.guests import Guests
from pos.demo.menu import Chooser
from pos.demo.roles import cast
from pos.demo.shop import NotOurs, default_folder, furnish, let_in, opened
from pos.words import Words
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

#: The same guests come on every practice day.
SEED = 20_261_120

#: How often the service is asked (seconds): by a day that plays itself, and for a person.
QUICK, CALM = 0.2, 2.0


def open_practice(
    folder: Path | None, orders: int, language: str, *, auto: bool, open_counter: OpenCounter
) -> int:
    """Open the practice shop in `folder` (None: the user's) and return the exit status."""
    words = Words(language or practice_language(), "Asia/Shanghai")
    here = (folder or default_folder()).absolute()
    try:
        alone = auto or not has_display()
        with opened(here), Sandbox(seed=SEED, patient=alone) as sandbox, _controls(sandbox) as controls:
            let_in(sandbox.urls)
            log.set_up(here / "counter.log")
            file = furnish(here, sandbox.urls, words.language, QUICK if alone else CALM, hurried=alone)
            chooser = Chooser(random.Random(SEED))
            if alone:
                return _play(load(file), controls, chooser, orders, words)
            say("\n  ".join([words.say("shell.sandbox_pages"), *sandbox.pages.values()]))
            with Guests(controls, chooser, orders):
                return open_counter(file)
    except NotOurs as no:
        sys.stderr.write(words.say(no.key, **no.facts) + "\n")
        return Status.REFUSED


@contextmanager
def _controls(sandbox: Sandbox) -> Iterator[Mapping[str, Control]]:
    with ExitStack() as stack:
        yield {kind: stack.enter_context(Control(url)) for kind, url in sandbox.urls.items()}


def practice_language() -> str:
    """Return the user's language; where the environment says nothing of one, that of the shop's guests."""
    said = any(
        os.environ.get(name, "C")[:2] in ("zh", "ko", "en") for name in ("LC_ALL", "LC_MESSAGES", "LANG")
    )
    return users_language() if said else "zh_CN"


def has_display() -> bool:
    """Whether a window could be seen."""
    if os.environ.get("QT_QPA_PLATFORM", "") in ("offscreen", "minimal"):
        return False
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(shown) or not sys.platform.startswith("linux")


def _play(
    config: Config, controls: Mapping[str, Control], chooser: Chooser, orders: int, words: Words
) -> int:
    """Play a day, say each step, and leave pictures and figures; return the exit status."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder = config.file.parent
    parts = [Part(role, table=str(number)) for number, role in enumerate(cast(orders), start=1)]
    with _day(config, controls, chooser, words) as day:
        broken_off = _played(day, parts)
        there = {kind: control.state() for kind, control in controls.items()}
        figures = summary.summary(day.store, there, folder / "tickets", parts, words)
    if broken_off:
        figures["ok"] = False
        figures["wrong"].insert(0, broken_off)
    summary.write(figures, folder / "summary.json")
    for line in summary.lines(figures, words):
        say(line)
    say(words.say("demo.left", folder=str(folder)))
    return Status.DONE if figures["ok"] else Status.REFUSED


def _played(day: Day, parts: list[Part]) -> str:
    """Play; return what never came, in words, or nothing."""
    try:
        day.play(parts)
    except NeverCame as never:
        return day.words.say("demo.never_came", what=str(never))
    return ""


@contextmanager
def _day(config: Config, controls: Mapping[str, Control], chooser: Chooser, words: Words) -> Iterator[Day]:
    """Open store, net and pictures, and close them in reverse."""
    from pos.adapters import Net
    from pos.demo.pictures import Pictures
    from pos.secrets import Secrets
    from pos.store.store import Store

    folder = config.file.parent
    secrets = Secrets(folder)
    with ExitStack() as stack:
        store = stack.enter_context(
            closing(Store.open(config.store_url, config.facts, secrets.journal_key()))
        )
        net = Net(store, config, secrets, folder / "tickets")
        net.start()
        stack.callback(net.stop)
        pictures = stack.enter_context(closing(Pictures(store, config, words, folder / "screens")))
        bell = stack.enter_context(Bell(store))
        yield Day(store, net, controls, chooser, bell, words, say, pictures.take)


def say(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
