"""New secrets that a service gives while it is worked: kept before they are used, or a person is told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog

from pos.actions import channels
from pos.adapters.hosting import done
from pos.renewing import renewal
from pos.secrets import Secrets, SecretsTrouble
from pos.store.store import Store
from pos.store.trouble import StoreTrouble
from pos.store.tx import Who
from sync.ports import Keep

_log = structlog.get_logger("pos.secrets")


def keeping(channel: str, kind: str, store: Store, secrets: Secrets) -> Keep:
    """Return what keeps a channel's renewed secrets (`pos.renewing`), beginning with those known now.

    It returns once they would survive a power cut. Until then the old ones are kept: a cut between getting
    and keeping leaves those, which the service may know no more, and then somebody signs in again.
    """
    renew = renewal(store, Who(channel, "channel"), secrets, channel, kind)

    async def keep(new: Mapping[str, str]) -> None:
        try:
            # Not given up when the channel is stopped meanwhile: the old ones are used up.
            await asyncio.shield(asyncio.to_thread(renew, new))
        except SecretsTrouble as trouble:
            await _say(store, channel, trouble)

    return keep


async def _say(store: Store, channel: str, trouble: SecretsTrouble) -> None:
    """Let a person know; the channel goes on with what it has until the process ends."""
    why = ", ".join(trouble.facts.values()) or trouble.code
    try:
        await done(store.do(channels.not_kept, Who(channel, "channel"), channel, why))
    except StoreTrouble:
        _log.warning("secret_not_kept", channel=channel)
