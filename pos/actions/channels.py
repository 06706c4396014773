"""What a channel's worker keeps between its rounds: how far it was heard, and how it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from pos.actions import deals, supplies, watching
from pos.domain.refusals import Refused
from pos.domain.shop import Shop
from pos.store.tx import Tx
from sync.backoff import is_due
from sync.messages import Cursor, Health

#: Until when a channel is left alone that somebody paused without saying until when (UTC).
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)

#: Under this word of a channel's detail stands until when its service wants to be left alone (ISO 8601, UTC).
QUIET_UNTIL = "quiet_until"

#: Under this word stands when that was written: where it is yet to come, the clock has been put back since.
_QUIET_SINCE = "quiet_since"


def pause(tx: Tx, channel: str, until: datetime = FOREVER) -> bool:
    """Leave a channel alone until a moment (UTC): nothing is told or fetched, and its letters wait unharmed.

    Stored value that it was not asked for yet is taken another way: its guest does not wait. Return whether
    anything changed: False where it is paused until just then already.
    """
    _refuse_unknown(tx, channel)
    if until <= tx.now:
        raise Refused("pause_is_past")
    if tx.states.channel(channel)["paused_until"] == until:
        return False
    tx.states.put_channel(channel, paused_until=until, paused_at=tx.now)
    tx.write("channel_paused", channel=channel, until=until.isoformat())
    deals.no_prepay_there(tx, channel, "channel_paused")
    tx.touch("channels")
    return True


def resume(tx: Tx, channel: str) -> bool:
    """Work a paused channel again at once; False where it is not paused (any more)."""
    _refuse_unknown(tx, channel)
    until = tx.states.channel(channel)["paused_until"]
    if until is None:
        return False
    tx.states.put_channel(channel, paused_until=None)
    if until <= tx.now:
        return False
    tx.write("channel_resumed", channel=channel)
    tx.touch("channels", "pauses")
    return True


def try_again(tx: Tx, channel: str) -> None:
    """Have a channel worked anew by whoever works it, with its secrets as they are there: a person has acted.

    Not only in this process: the mark rings at every counter of the shop. One that is paused stays so.
    """
    _refuse_unknown(tx, channel)
    tx.states.put_channel(channel, tries=tx.states.channel(channel)["tries"] + 1)
    tx.write("channel_tried_again", channel=channel)
    tx.touch("channels", "pauses")


def go_on(tx: Tx, channel: str) -> bool:
    """Resume a paused channel, or have one tried again that is not well; False where neither is."""
    if resume(tx, channel):
        return True
    ill = is_lost(tx, channel)
    if ill:
        try_again(tx, channel)
    return ill


def hold_back(tx: Tx, channel: str, kind: str, base_url: str) -> None:
    """Pause a channel that is about to be set up: a person says first what its service's states mean.

    Else all that its service ever had comes in as new meanwhile. `mapped` or `resume` ends it.
    """
    if tx.states.is_another(channel, kind, base_url) and not tx.states.has_left(channel):
        tx.states.forget_channel(channel)
    tx.states.put_channel(channel, paused_until=FOREVER, paused_at=tx.now, heard_at=None)
    tx.write("channel_paused", channel=channel, until=FOREVER.isoformat())


def is_held_back(paused_until: datetime | None, heard_at: datetime | None) -> bool:
    """Whether a pause is that before a channel's first round, until its states are mapped."""
    return paused_until == FOREVER and heard_at is None


def look_through_soon(tx: Tx, channel: str) -> None:
    """Let all that is open be looked at in the channel's next round: its states mean something else now."""
    tx.states.put_channel(channel, swept_at=None)


def mapped(tx: Tx, channel: str) -> bool:
    """Work a channel that was held back until its states were mapped; False where it was not."""
    row = tx.states.channel(channel)
    if not is_held_back(row["paused_until"], row["heard_at"]):
        return False
    tx.states.put_channel(channel, paused_until=None)
    tx.write("channel_resumed", channel=channel)
    tx.touch("channels", "pauses")
    return True


def paused_until(tx: Tx, channel: str) -> datetime | None:
    """Return until when (UTC) a channel is left alone; None where nobody has said so.

    A pause that was made by a clock which has been put back since begins now, and is as long as it was meant.
    """
    row = tx.states.channel(channel)
    until: datetime | None = row["paused_until"]
    made: datetime | None = row["paused_at"]
    if until is None or until == FOREVER or made is None or made <= tx.now:
        return until
    until = tx.now + (until - made)
    tx.states.put_channel(channel, paused_until=until, paused_at=tx.now)
    tx.touch("channels")
    return until


def next_time(shop: Shop, now: datetime, clock: time) -> datetime:
    """Return when (UTC) the shop's clock shows `clock` next after `now`."""
    local = shop.local(now)
    today = local.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    return (today if today > local else today + timedelta(days=1)).astimezone(UTC)


def not_kept(tx: Tx, channel: str, why: str) -> None:
    """Tell a person that secrets which a service gave anew could not be kept: they end with this process.

    `why` is in words of the system; said once a business day.
    """
    key = f"{channel}:{tx.shop.business_day(tx.now)}"
    if tx.attend("secret_not_kept", key, channel=channel, detail=why[:300]):
        tx.write("secret_not_kept", channel=channel)


def _refuse_unknown(tx: Tx, channel: str) -> None:
    if channel not in tx.shop.channels:
        raise Refused("no_channel", channel=channel, channels=", ".join(tx.shop.channels) or "-")


def begin(tx: Tx, channel: str, kind: str, base_url: str, account: str = "") -> bool:
    """Keep which service a channel is from now on; False where another has left something under its name.

    That one must not be heard: its ids may be those of orders that are known here, and done with. `account`
    tells whose it is there (`pos.connecting.account_of`), empty where that is not known. What could not be
    told while the channel was not set up waits to be told again.
    """
    if tx.states.is_another(channel, kind, base_url, account):
        if tx.states.has_left(channel):
            return False
        tx.states.forget_channel(channel)
    account = account or tx.states.channel(channel)["account"]
    tx.states.put_channel(channel, kind=kind, base_url=base_url, account=account, removed_at=None)
    supplies.look_through(tx, channel)
    if tx.outbox.wait_again(channel, tx.now):
        tx.touch("letters", "orders")
    return True


def forget(tx: Tx, channel: str, kind: str, base_url: str) -> None:
    """Forget how far a channel was heard that is gone; whose its orders are that stay is remembered."""
    account = tx.states.channel(channel)["account"]
    if tx.states.forget_channel(channel):
        tx.write("channel_removed", channel=channel)
        tx.touch("channels")
    if tx.states.has_left(channel):
        tx.states.put_channel(channel, kind=kind, base_url=base_url, account=account, removed_at=tx.now)


def same_shop(tx: Tx, channel: str, base_url: str, account: str) -> bool:
    """Keep a person's word that a channel is the same shop's, at this address and by this account.

    Of the two an empty one stays as it is known. False where nothing else was thought.
    """
    said = {key: each for key, each in (("base_url", base_url), ("account", account)) if each}
    if not tx.states.put_channel(channel, **said):
        return False
    tx.write("channel_same_shop", channel=channel)
    return True


def renewed(tx: Tx, channel: str, used: str, fresh: str, where: str) -> None:
    """Keep that what let a channel in (a mark) is used up, and that the computer `where` has what came of it.

    Of each sign-in the first is remembered, which other computers may have too, and what has come of it.
    """
    known = {first: each for first, each in tx.states.channel(channel)["renewed"].items() if first != fresh}
    first = next((first for first, (newest, _) in known.items() if newest == used), used)
    tx.states.put_channel(channel, renewed={**known, first: [fresh, where]})


def locked_out(tx: Tx, channel: str, why: str) -> None:
    """Keep that a person must let this computer in before it can work a channel; harmless to repeat."""
    if tx.states.channel(channel)["error"] != why:
        health(tx, channel, Health("needs_you", why))


def waited_for(tx: Tx) -> set[str]:
    """Return the channels that are set up no more, though nobody has said that they are gone."""
    return tx.states.set_up() - tx.shop.channels.keys()


def strand(tx: Tx, channel: str) -> None:
    """Keep that a channel is gone which nobody works: it was taken out by hand."""
    tx.states.put_channel(channel, removed_at=tx.now)


def recover(tx: Tx, channel: str) -> int:
    """Let letters left in `sending` by a worker that died wait again; return how many."""
    count = tx.outbox.recover(channel, tx.now)
    if count:
        tx.touch("letters", "orders")
    return count


def save_cursor(tx: Tx, channel: str, heard: Cursor) -> None:
    """Keep how far the channel was heard."""
    tx.states.put_channel(
        channel,
        position=heard.position,
        swept_at=heard.swept_at,
        first_fetch_done=heard.first_fetch_done,
        missed=dict(heard.missed),
    )


def open_orders(tx: Tx, channel: str, after: UUID | None = None) -> Mapping[str, UUID]:
    """Return remote id and id of all orders of the channel that are not finished here.

    Of one that has none and hears of sales: of the few that it is asked for next, those after `after` first.
    """
    if watching.hears_sales(tx.shop, channel):
        return watching.watched(tx, channel, after)
    return tx.outbox.open_order_ids(channel)


def missing(tx: Tx, channel: str, remote_id: str) -> None:
    """An open order was not there in two sweeps running: nothing is deleted, a person looks."""
    if watching.hears_sales(tx.shop, channel):
        watching.gone(tx, channel, remote_id)
    elif order := tx.orders.by_remote(channel, remote_id):
        tx.attend("missing_there", f"{channel}:{remote_id}", order, channel=channel)


def health(tx: Tx, channel: str, how: Health) -> None:
    """Keep how the channel is; a moment of hearing it alone wakes nobody."""
    heard_at = how.heard_at or tx.states.channel(channel)["heard_at"]
    how = replace(how, heard_at=heard_at)
    tx.states.put_channel(
        channel,
        state=how.state,
        error=how.error[:500],
        detail={**how.detail, **_quiet(tx, _longer(moment_of(how.detail), quiet_until(tx, channel)))},
        heard_at=how.heard_at,
        retry_at=how.retry_at,
    )
    tx.touch("channels")


def is_lost(tx: Tx, channel: str) -> bool:
    """Whether the channel was in an outage, or waited for a person, when it was last worked."""
    return bool(tx.states.channel(channel)["error"])


def be_quiet(tx: Tx, channel: str, until: datetime) -> None:
    """Keep until when (UTC) a service wants to be left alone, by all processes: whoever of them was told.

    A moment that it named before and that is later stays.
    """
    if until > (quiet_until(tx, channel) or tx.now):
        _put_quiet(tx, channel, until)
        tx.touch("pauses")


def quiet_until(tx: Tx, channel: str) -> datetime | None:
    """Return until when a service wants to be left alone (UTC); None once that has passed.

    What was written by a clock that has been put back since begins now, and is as long as it was meant.
    """
    detail = tx.states.channel(channel)["detail"]
    until, since = moment_of(detail), moment_of(detail, _QUIET_SINCE)
    if until is not None and since is not None and since > tx.now:
        until = tx.now + (until - since)
        _put_quiet(tx, channel, until)
    return None if until is None or is_due(until, tx.now) else until


def moment_of(detail: Mapping[str, str], word: str = QUIET_UNTIL) -> datetime | None:
    """Return the moment (UTC) until which a channel's detail asks for quiet; it may have passed."""
    moment = detail.get(word)
    return datetime.fromisoformat(moment) if moment else None


def _put_quiet(tx: Tx, channel: str, until: datetime) -> None:
    detail = {**tx.states.channel(channel)["detail"], **_quiet(tx, until)}
    tx.states.put_channel(channel, detail=detail)


def _quiet(tx: Tx, until: datetime | None) -> Mapping[str, str]:
    """Return what a channel's detail says of a quiet that is written now."""
    return {QUIET_UNTIL: until.isoformat(), _QUIET_SINCE: tx.now.isoformat()} if until else {}


def _longer(said: datetime | None, kept: datetime | None) -> datetime | None:
    """Return the later of two moments: another process may have been told of a longer quiet."""
    return max((moment for moment in (said, kept) if moment), default=None)
