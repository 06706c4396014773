"""A service before its settings are saved: asked one harmless thing, signed in to, and its states listed."""

from __future__ import annotations

import asyncio
import webbrowser
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic
from typing import Any, cast

from pos.secrets import mark
from pos.store.database import utcnow
from sync.calls import GIVEN_UP
from sync.channels import KINDS, build, nodes_of, sign_in_to
from sync.errors import ChannelError, Refused, not_given
from sync.ports import Keep
from sync.workflow import Node

#: Opens an address in the person's browser.
Browser = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Tried:
    """How it went: well, or a `fault` for `words.fault`; it took so many `seconds`.

    `secrets` are those that the service gave anew meanwhile, by field: what they were got with may be worth
    nothing from now on, so they are what a form goes on with and what is saved. `nodes` are the states of the
    service's workflow, where it was asked for these. What was given up may still be `ending`: a renewal that
    is under way is not thrown away, and what comes of it is worth more than what was asked with.
    """

    ok: bool
    fault: str = ""
    seconds: float = 0.0
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    nodes: tuple[Node, ...] = ()
    ending: Future[Tried] | None = field(default=None, repr=False, compare=False)


def account_of(channel: str, kind: str, secrets: Mapping[str, str]) -> str:
    """Return what tells a shop's account at a service from others, and says nothing of its secrets.

    Empty where an order's id is nobody else's anyway, or the account is not known.
    """
    own = secrets.get(KINDS[kind].account_field(), "")
    return mark((channel, own)) if own else ""


async def try_out(
    kind: str, settings: Mapping[str, Any], secrets: Mapping[str, str], keep: Keep | None = None
) -> Tried:
    """Ask a service one harmless thing with these settings: what its worker would ask first.

    `settings` are the keys of its kind (`base_url` among them); wrong ones raise pydantic's ValidationError.
    `keep` is given new secrets before they are used, beside `Tried.secrets`.
    """

    async def ask(keep: Keep) -> tuple[Node, ...]:
        channel = build(kind, kind, settings, secrets, utcnow, keep=keep)
        try:
            pages = cast(AsyncGenerator[object, None], channel.changes("", finished_since=utcnow()))
            async with aclosing(pages):
                await anext(pages, None)
        except Refused as error:
            raise not_given(error) from None
        finally:
            await channel.close()
        return ()

    return await _tried(ask, keep)


async def sign_in(
    kind: str, settings: Mapping[str, Any], secrets: Mapping[str, str], browser: Browser = webbrowser.open
) -> Tried:
    """Let a person sign in in the browser (kinds with `Kind.signs_in`); the tokens are `Tried.secrets`.

    Waits for five minutes at most; cancelled before, its fault is ``given_up``.
    """

    async def ask(keep: Keep) -> tuple[Node, ...]:
        await sign_in_to(kind, settings, secrets, utcnow, keep=keep, browser=browser)
        return ()

    return await _tried(ask, None)


async def nodes(
    kind: str, settings: Mapping[str, Any], secrets: Mapping[str, str], keep: Keep | None = None
) -> Tried:
    """List the states of a service's own workflow as `Tried.nodes` (kinds with `Kind.has_workflow`).

    Those of the products in `settings` where there are any, in their order; else those that orders are in.
    """
    return await _tried(partial(nodes_of, kind, settings, secrets, utcnow), keep)


async def _tried(ask: Callable[[Keep], Awaitable[tuple[Node, ...]]], keep: Keep | None) -> Tried:
    fresh: dict[str, str] = {}

    async def kept(new: Mapping[str, str]) -> None:
        fresh.update(new)
        if keep:
            await keep(new)

    began = monotonic()
    try:
        done = Tried(True, nodes=await ask(kept))
    except ChannelError as error:
        done = Tried(False, str(error) or type(error).__name__)
    except asyncio.CancelledError:
        done = Tried(False, GIVEN_UP)  # ended in order: what it had got by then must not be lost
    return replace(done, seconds=monotonic() - began, secrets=fresh)


class Errands:
    """What is asked of services while somebody waits, each in a thread of its own; all can be broken off."""

    def __init__(self) -> None:
        """Begin; nothing is asked yet. `turn` counts how often all was broken off."""
        self.turn = 0
        self._under_way: set[_Errand] = set()

    def run(self, asked: Callable[[], Coroutine[Any, Any, Tried]], turn: int | None = None) -> Tried:
        """Wait in this thread for what is asked; its fault is ``given_up`` where it was broken off.

        That is answered at once, with what still becomes of it as `Tried.ending`. `turn` is the one in which
        it was handed in: broken off since, it is not asked at all.
        """
        errand = _Errand(asked)
        self._under_way.add(errand)
        try:
            # Only from here on it can be found by who breaks off: one who came before has counted on.
            return errand.run() if turn in (None, self.turn) else Tried(False, GIVEN_UP)
        finally:
            self._under_way.discard(errand)

    def break_off(self) -> None:
        """Give up all that is under way or handed in, from any thread."""
        self.turn += 1
        while self._under_way:
            with suppress(KeyError):  # it has just ended by itself
                self._under_way.pop().break_off()


class _Errand:
    """One question, in a thread of its own, which the end of the process waits for."""

    def __init__(self, asked: Callable[[], Coroutine[Any, Any, Tried]]) -> None:
        self._asked = asked
        self._given_up: Future[None] = Future()
        self._cancel: Callable[[], object] = lambda: None

    def run(self) -> Tried:
        """Ask, and return what is answered, or that it was given up; raises what the question does."""
        began, thread = monotonic(), ThreadPoolExecutor(1, "asking")
        ended = thread.submit(lambda: asyncio.run(self._work()))
        thread.shutdown(wait=False)
        awaited: tuple[Future[Any], ...] = (ended, self._given_up)
        wait(awaited, return_when=FIRST_COMPLETED)
        if ended.done():
            return ended.result()
        return Tried(False, GIVEN_UP, monotonic() - began, ending=ended)

    def break_off(self) -> None:
        """Let nobody wait any more. Once only: a second time would break off what it ends in order."""
        self._given_up.set_result(None)
        with suppress(RuntimeError):  # it has just ended by itself
            self._cancel()

    async def _work(self) -> Tried:
        task = asyncio.create_task(self._asked())
        self._cancel = partial(asyncio.get_running_loop().call_soon_threadsafe, task.cancel)
        if self._given_up.done():
            task.cancel()
        try:
            return await task
        except asyncio.CancelledError:  # before it had begun
            return Tried(False, GIVEN_UP)
