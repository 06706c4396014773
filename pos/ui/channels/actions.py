"""What more can be done with a channel from its own page: a row each, the work in modules of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtWidgets import QWidget

from pos.store.rows import ChannelRow
from pos.ui.channels import supplies
from pos.ui.desk import Desk
from pos.ui.parts.theme import Theme
from pos.ui.reconciling import page as reconciling

#: Opens what was asked for: on a sheet over its first argument (None), or as a page that is returned, which
#: has a signal `closed` and is shown in the channel's place until that comes; `order_wanted` carries an id.
Open = Callable[[QWidget, Desk, Theme, ChannelRow], QWidget | None]


class ChannelAction(NamedTuple):
    """A button of a channel's page. `name` keys its words (`do.<name>`); `fits` says for which channels."""

    name: str
    fits: Callable[[ChannelRow], bool]
    open: Open


#: In the order in which they stand on the page.
ACTIONS: tuple[ChannelAction, ...] = (
    ChannelAction("reconcile", reconciling.fits, reconciling.open_reconciling),
    ChannelAction("supplies", supplies.fits, supplies.open_supplies),
)


def channel_actions(row: ChannelRow) -> list[ChannelAction]:
    """Return what more can be done with a channel."""
    return [action for action in ACTIONS if action.fits(row)]
