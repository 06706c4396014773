"""The store, serving what sync and printing need; and the thread on which both work."""

from __future__ import annotations

from pos.adapters.channels import ChannelHost, sync_once
from pos.adapters.hosting import Recovered
from pos.adapters.net import Net, strand
from pos.adapters.paper import PrinterHost, printers

__all__ = ["ChannelHost", "Net", "PrinterHost", "Recovered", "printers", "strand", "sync_once"]
