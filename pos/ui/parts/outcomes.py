"""What came of work on another thread, handed to whom it concerns while they still exist."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

from PySide6.QtCore import QObject
from shiboken6 import isValid

from pos.config_edit import EditTrouble
from pos.domain.refusals import Refused
from pos.secrets import SecretsTrouble
from pos.store.trouble import StoreTrouble
from printing.errors import PrintingError
from sync.errors import ChannelError

Then = Callable[[Any], object]
Failed = Callable[[Exception], object]


class Unforeseen(Exception):
    """What `failed` gets for a bug: the form must wait no longer; the bug itself is raised into the log."""


def outcome(work: Callable[..., Any], args: tuple[object, ...]) -> tuple[Any, Exception | None]:
    """Return what comes of work, or the trouble that it had; a bug is raised."""
    try:
        return work(*args), None
    except (EditTrouble, PrintingError, SecretsTrouble, StoreTrouble) as trouble:
        return None, trouble


def end(asked: Future[Any], then: Then, failed: Failed) -> None:
    """Give what came of a question to `then`, its trouble to `failed`; nothing where it was cancelled.

    A bug is raised, once `failed` knows of one.
    """
    if asked.cancelled():
        return
    match asked.exception():
        case None:
            call(then, asked.result())
        case (ChannelError() | EditTrouble() | Refused() | StoreTrouble()) as trouble:
            call(failed, trouble)
        case BaseException() as bug:
            call(failed, Unforeseen())
            raise bug


def branch(then: Then, failed: Failed, outcome: tuple[Any, Exception | None]) -> None:
    """Give an outcome to `then`, or its trouble to `failed`."""
    value, trouble = outcome
    if trouble is None:
        call(then, value)
    else:
        call(failed, trouble)


def call(then: Then | None, value: Any) -> None:
    """Hand a value over, where whom it concerns still exists."""
    if then is not None and alive(then):
        then(value)


def alive(then: Callable[..., object]) -> bool:
    """Whether the widget that a callback belongs to still exists: Python may outlive it."""
    while isinstance(then, partial):
        then = then.func
    owner = getattr(then, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)
