"""Channels, printers, letters, notices and calls as lines of a list: rows in, words out, no widgets."""

from __future__ import annotations

from collections.abc import Container

from pos.actions import attention
from pos.actions.channels import FOREVER, is_held_back
from pos.actions.vocabularies import CLAIMED
from pos.store.rows import AttentionRow, CallRow, ChannelRow, LetterRow, PrinterRow
from pos.ui.parts import wellness
from pos.ui.parts.faces import Action, channel, sentence
from pos.ui.parts.lines import Line
from pos.words import Words
from sync.channels import KINDS

TONES = {"well": "done", "waiting": "amber", "needs_you": "red"}
_BADGES = {"well": "sync.well", "waiting": "sync.state_waiting", "needs_you": "sync.needs_you"}


def channel_line(words: Words, row: ChannelRow, *, resumable: bool = False) -> Line:
    """Return how a channel is, and what more there is to open.

    One that is paused can be resumed; one that is not well can be tried again where channels are worked here.
    """
    state = wellness.of_channel(words, row).state
    return Line(
        id=f"c:{row.name}",
        row=row,
        icon=state,
        tone=TONES[state],
        title=channel(words, row.name),
        badge=badge(words, row),
        sub=words.say("board.dot").join(standing(words, row)),
        error="" if row.paused_until else words.fault(row.error),
        actions=tuple(Action(name, said, "ink") for name, said in _offers(words, row, resumable)),
        opens=True,
    )


def gone_line(words: Words, row: ChannelRow) -> Line:
    """Return what still waits for a channel that is set up no more; all of it can be given up."""
    many, name = row.waiting + row.failed, channel(words, row.name)
    said = words.say("channels.gone" if many else "channels.gone_open", name=name, n=many)
    state = "needs_you" if many else "waiting"
    offers = (Action("give_up_all", words.say("do.give_up_all"), "red"),) if many else ()
    return Line(f"g:{row.name}", row, state, TONES[state], name, sub=said, actions=offers)


def badge(words: Words, row: ChannelRow) -> str:
    """Return in a word how a channel is."""
    state = wellness.of_channel(words, row).state
    if row.paused_until is not None and state != "needs_you":
        return words.say("channels.paused")
    if row.waiting and state == "waiting" and row.state == "well":
        return words.say("header.waiting", n=row.waiting)
    return words.say(_BADGES["needs_you" if state == "needs_you" else row.state])


def standing(words: Words, row: ChannelRow) -> list[str]:
    """Return what else is to be said of how a channel is, in short parts."""
    known = (
        (row.unmapped, words.say("mapping.untold")),
        (row.paused_until, paused(words, row)),
        (row.heard_at, words.say("sync.heard", time=words.moment(row.heard_at)) if row.heard_at else ""),
        (not row.heard_at, words.say("sync.never")),
        (row.waiting, words.say("sync.waiting", n=row.waiting)),
        (row.failed, words.say("sync.failed", n=row.failed)),
        (row.oldest, words.say("sync.oldest", time=words.moment(row.oldest)) if row.oldest else ""),
        (_waits_for(row), words.say("sync.next", time=words.clock(row.retry_at)) if row.retry_at else ""),
    )
    return [said for fits, said in known if fits]


def paused(words: Words, row: ChannelRow) -> str:
    """Return until when a channel is left alone; empty where it is not."""
    if row.paused_until is None:
        return ""
    if waits_for_states(row):
        return words.say("mapping.held")
    if row.paused_until == FOREVER:
        return words.say("channels.paused_open")
    return words.say("channels.paused_until", time=words.moment(row.paused_until))


def _waits_for(row: ChannelRow) -> bool:
    return row.retry_at is not None and row.state != "well" and row.paused_until is None


def waits_for_states(row: ChannelRow) -> bool:
    """Whether a channel is left alone until somebody has said what its service's states mean."""
    return is_held_back(row.paused_until, row.heard_at) and KINDS[row.kind].has_workflow


def unmapped_line(words: Words, row: ChannelRow) -> Line:
    """Return that a channel is told nothing, and where to say what its service's states mean."""
    said, hint = words.say("mapping.untold"), words.say("mapping.untold_hint")
    offers = (Action(UNMAPPED, words.say(f"do.{UNMAPPED}"), "ink"),)
    return Line("unmapped", row, "warning", "amber", said, sub=hint, actions=offers)


def _offers(words: Words, row: ChannelRow, resumable: bool) -> list[tuple[str, str]]:
    states = [(UNMAPPED, words.say(f"do.{UNMAPPED}"))] if row.unmapped or waits_for_states(row) else []
    if row.paused_until is not None:
        return [("go_on", words.say("channels.resume")), *states]
    again = resumable and row.error and row.state != "well"
    return [*([("resume", words.say("do.resume"))] if again else []), *states]


def printer_line(words: Words, row: PrinterRow) -> Line:
    """Return how a printer is."""
    state = wellness.of_printer(words, row).state
    parts = [words.say("header.queued", n=row.waiting)] if row.waiting else []
    if row.unknown:
        parts.append(f"{words.say('print.unknown')} {row.unknown}")
    if row.failed:
        parts.append(f"{words.say('print.failed')} {row.failed}")
    sub = words.say("board.dot").join(parts) or ("" if row.cause else words.cause(row.detail))
    error = wellness.cause(words, row) if row.state != "well" else ""
    return Line(f"p:{row.name}", row, state, TONES[state], row.name, words.say(_BADGES[state]), sub, error)


#: What is offered for a letter as it stands, and in which tone; nothing is offered for others.
_FOR_LETTERS = {
    "waiting": (("give_up", "red"), ("retry", "ink")),
    "failed": (("give_up", "red"), ("retry", "ink")),
    "gone": (("give_up", "red"),),
}

#: What opens the sheet that answers a guest's claim.
CLAIM = "claim"

#: Why a letter failed that goes once somebody has said which of the service's states is meant.
UNMAPPED = "map_states"


def letter_line(words: Words, row: LetterRow, connected: Container[str], *, named: bool = True) -> Line:
    """Return what a channel has still to be told; on the channel's own page it is not `named`.

    One to a channel that is none of those `connected` can only be given up: nobody would tell it.
    """
    stands = row.stands(connected)
    verb = words.say(f"verb.{row.verb}") if words.has(f"verb.{row.verb}") else row.verb
    about = [words.say("board.and").join(row.about)] if row.about else []
    parts = [words.say("sync.order", number=row.order_number), *about, words.moment(row.at)]
    if row.attempts:
        parts.append(words.say("sync.attempts", n=row.attempts))
    if stands == "waiting" and row.attempts:
        parts.append(words.say("sync.next", time=words.clock(row.next_try_at)))
    offers = [*_FOR_LETTERS.get(stands, ())]
    if stands == "failed" and row.error == UNMAPPED:
        offers.append((UNMAPPED, "ink"))
    failed = row.state == "failed"
    return Line(
        id=row.id,
        row=row,
        icon="warning" if failed else "channels",
        tone="red" if failed else "quiet",
        title=words.say("board.dot").join((channel(words, row.channel), verb)) if named else sentence(verb),
        badge=words.say(f"letter.{stands}"),
        sub=words.say("board.dot").join(parts),
        error=words.fault(row.error),
        actions=tuple(Action(name, words.say(f"do.{name}"), tone) for name, tone in offers),
    )


def attention_line(words: Words, row: AttentionRow) -> Line:
    """Return what a person must look at, with its answers."""
    about = [
        channel(words, row.channel) if row.channel else "",
        words.say("sync.order", number=row.order_number) if row.order_number else "",
        words.moment(row.at),
    ]
    offers = [*attention.offers(row.kind)[::-1], *([CLAIM] if is_claim(row) else [])]
    return Line(
        id=row.id,
        row=row,
        icon="bell",
        tone="red",
        title=asked(words, row),
        sub=words.say("board.dot").join(part for part in about if part),
        actions=tuple(Action(name, words.say(f"answer.{name}"), "ink") for name in offers),
        sentence=True,
    )


def is_claim(row: AttentionRow) -> bool:
    """Whether a guest asks something of a service that is answered from here."""
    return row.kind == "problem" and row.facts.get("problem") in CLAIMED.values()


def asked(words: Words, row: AttentionRow) -> str:
    """Return a notice in words; the facts that are words of ours in the screen's language."""
    return words.notice(row.kind, row.facts, row.order_number, row.channel)


#: What an HTTP status without a fault's own word means, by its number or the hundred that it is in.
_ANSWERS = {
    0: "none", 2: "well", 3: "redirect", 4: "refused", 5: "broken",
    401: "sign_in", 403: "forbidden", 404: "missing", 409: "conflict", 410: "missing", 412: "conflict",
    429: "quiet",
}  # fmt: skip


def call_line(words: Words, row: CallRow) -> Line:
    """Return one call of a service, or several alike, with a plain word for what became of it."""
    word = _ANSWERS.get(row.status) or _ANSWERS.get(row.status // 100, "none")
    word = "refused" if row.error and word == "well" else word
    fine = word == "well"
    times = words.say("channels.call_times", n=row.times) if row.times > 1 else ""
    took = words.say("channels.call_took", time=f"{row.seconds:.2f}")
    moved = row.sent + row.got
    size = words.say("channels.call_size", kb=f"{max(moved / 1024, 0.1):.1f}") if moved else ""
    parts = (f"{words.local(row.at):%H:%M:%S}", times, took, size)
    said = words.say(f"answer.{word}")
    return Line(
        id=(row.at, row.method, row.path),
        row=row,
        icon="check" if fine else "warning",
        tone="done" if fine else "red",
        title=f"{row.method} {row.path}",
        badge=words.say("board.dot").join(part for part in (said, str(row.status or "")) if part),
        sub=words.say("board.dot").join(part for part in parts if part),
        error=words.fault(row.error),
    )
