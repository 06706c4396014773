"""impilo's words, and the marks that keep apart what it numbers by kind: items, kits, patients, sites."""

from __future__ import annotations

from collections.abc import Mapping

from sync.messages import RemoteStatus

#: The only status that a document names. What the others are called and mean is the shop's to say.
WORKFLOW: Mapping[str, RemoteStatus] = {"reconfirmAddress": "placed"}

#: What stands before the number of an item or a kit in a line's id.
ITEM, KIT = "item:", "kit:"

#: What stands before the number of a patient or a site in a guest's id.
PATIENT, SITE = "patient:", "site:"

#: What goes out, and what comes back; an order is of one of these at least.
OUTBOUND = ("orderItems", "orderKits")
RETURNS = ("returnItems", "returnDevices", "returnPackedKits")
CONTENTS = (*OUTBOUND, *RETURNS)

#: Rows that a page has where nothing else is asked for, and the most that it can have.
USUAL_ROWS, MOST_ROWS = 15, 250

#: What a refusal says there -> what it is called here, as the screen's words are keyed. The list that is
#: known is cut off: whatever else it says is shown as it is.
CAUSES: Mapping[str, str] = {
    "order must contain at least one of": "nothing_ordered",
    "shippingoption is required": "shipping_needed",
    "patient or site required": "patient_or_site",
    "insufficient_inventory": "insufficient_inventory",
    "marked as non-orderable": "item_not_orderable",
    "item_not_orderable": "item_not_orderable",
    "max_one_loaner_kit": "max_one_loaner_kit",
    "qty_over_one_loaner_kit": "qty_over_one_loaner_kit",
    "no_returns_with_loaner_kit": "no_returns_with_loaner_kit",
    "no_loaner_kit_to_site": "no_loaner_kit_to_site",
}


def cause(words: str) -> str:
    """Return what a refusal is called here; the service's own words where it is none of those known."""
    said = words.casefold()
    return next((known for mark, known in CAUSES.items() if mark in said), words)
