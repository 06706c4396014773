"""Pictures of the counter's own screens, for the practice shop and the README."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop

from pos.ui.window import Window

#: How long a screen is given to show what it has asked for (milliseconds).
SETTLING = 600


def settle_down(milliseconds: int = SETTLING) -> None:
    """Let answers arrive and motion end."""
    deadline = QDeadlineTimer(milliseconds)
    while not deadline.hasExpired():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, deadline.remainingTime())


def screens(window: Window, folder: Path) -> list[Path]:
    """Save a PNG of every page of an open counter into `folder`; return the files. On the Qt thread only."""
    folder.mkdir(parents=True, exist_ok=True)
    before = window.page()
    files = [picture(window, folder / f"{name}.png", partial(window.turn, name)) for name in window.pages]
    window.turn(before)
    return files


def picture(window: Window, file: Path, prepare: Callable[[], object] = lambda: None) -> Path:
    """Save one PNG of the window once `prepare` has been called and has settled; return its file."""
    prepare()
    settle_down()
    window.grab().save(str(file))
    return file
