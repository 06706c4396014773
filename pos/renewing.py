"""What lets a channel in and is used up once it is renewed: kept on one computer, known as used up on all.

No secret leaves its computer, so another counter is left with the used-up one. It must not be sent: a service
may take that for a theft, and end the new one as well (RFC 9700, 4.14.2). The store knows it by its mark.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping

import structlog

from pos.actions import channels
from pos.secrets import Secrets, mark
from pos.store import queries
from pos.store.store import Store
from pos.store.trouble import StoreTrouble
from pos.store.tx import Who
from sync.channels import KINDS

#: Why a channel is not worked where what lets in is used up (words: ``fault.signed_in_elsewhere``).
ELSEWHERE = "signed_in_elsewhere"

_log = structlog.get_logger("pos.secrets")


def renewal(
    store: Store, who: Who, secrets: Secrets, channel: str, kind: str
) -> Callable[[Mapping[str, str]], None]:
    """Return what keeps a channel's renewed secrets from now on (`Secrets.renewal`), and marks those before.

    They are kept first: a power cut between the two leaves new ones that nobody takes for used up. It raises
    SecretsTrouble, and marks nothing then. What the store did not take is marked with the next renewal.
    """
    keep = secrets.renewal(channel, KINDS[kind].renewed_fields())
    known = secrets.of_channel(channel, KINDS[kind].secret_fields())
    used = _mark_of(channel, kind, known)

    def kept(new: Mapping[str, str]) -> None:
        nonlocal used
        keep(new)
        known.update(new)
        fresh = _mark_of(channel, kind, known)
        if used and fresh != used:
            try:
                store.do(channels.renewed, who, channel, used, fresh, platform.node()).result()
            except (StoreTrouble, RuntimeError):  # the latter: closed, and a form's renewal ended behind it
                _log.warning("renewal_not_marked", channel=channel)
                return
        used = fresh

    return kept


def renewed_elsewhere(store: Store, secrets: Secrets, channel: str) -> str:
    """Return the computer that used up what lets a channel in here; empty where it may be used.

    Raises StoreTrouble, SecretsTrouble.
    """
    facts = store.shop.channels.get(channel)
    if facts is None or not KINDS[facts.kind].renewed_fields():
        return ""
    own = _mark_of(channel, facts.kind, secrets.of_channel(channel, KINDS[facts.kind].secret_fields()))
    return store.ask(queries.renewed_at, channel, own) if own else ""


def _mark_of(channel: str, kind: str, secrets: Mapping[str, str]) -> str:
    """Return what tells from others the secrets that a renewal uses up; empty without any."""
    spare = KINDS[kind].spare_fields()
    own = [secrets.get(field, "") for field in KINDS[kind].renewed_fields() if field not in spare]
    return mark((channel, *own)) if any(own) else ""
