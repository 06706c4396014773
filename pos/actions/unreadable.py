"""Records of a channel that could not be read: a person looks them up, until they read well."""

from __future__ import annotations

from pos.store.tx import Tx
from sync.messages import RemoteOrder, Unreadable

#: The longest record that is kept with a question (characters).
RAW_LIMIT = 200_000


def ask(tx: Tx, channel: str, heard: Unreadable) -> None:
    """Ask a person to look a record up; where it is an order that is known here, it is to be heard again."""
    key = f"{channel}:{heard.key}"
    tx.attend(
        "unreadable", key, channel=channel, raw=heard.raw[:RAW_LIMIT], record=heard.key, reason=heard.reason
    )
    if order := tx.orders.by_remote(channel, heard.key):
        tx.orders.forget_digest(order.id)


def reads_well(tx: Tx, channel: str, heard: RemoteOrder) -> None:
    """Take the question back: the record can be read now."""
    if tx.notices.withdraw("unreadable", f"{channel}:{heard.remote_id}"):
        tx.touch("attention")
