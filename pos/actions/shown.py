"""What printers have shown that they can do, for workers that come later."""

from __future__ import annotations

from pos.store.tx import Tx
from printing.ports import Shown


def known(tx: Tx, printer: str, way: str) -> Shown:
    """Return what a printer has shown that was reached by the same way; else nothing."""
    row = tx.states.printer(printer)
    return Shown(row["answers"], row["proof"]) if row["way"] == way else Shown()


def learned(tx: Tx, printer: str, way: str, seen: Shown) -> None:
    """Keep what a printer has shown; nobody is rung for it."""
    tx.states.put_printer(printer, tx.now, way=way, answers=seen.answers, proof=seen.proof)
