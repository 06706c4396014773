"""What can be found wrong on this side of the line: the word that it is kept by, and an English sentence.

A shop reads them in its own language (``fault.<word>`` of its words), a programmer in a shell as they are.
"""

from __future__ import annotations

from collections.abc import Mapping

#: The detail behind a word, where it has one, is named beside it.
FAULTS: Mapping[str, str] = {
    # on the way there
    "no_connection": "nobody answers at the address",
    "bad_certificate": "the certificate cannot be verified, so nothing was sent",
    "no_tls": "what answers at the address does not speak https, so nothing was sent",
    "no_answer_in_time": "no answer came in time",
    "connection_broke": "the connection broke before the answer",
    "bad_address": "the address cannot be called",
    "plain_http": "the address is plain http and not on this machine, so nothing was sent",
    # an answer that says no more than this
    "answered": "the service answered with an error and no reason",  # the HTTP status
    "redirect": "the service points to another address, which is not followed",  # the HTTP status
    "forbidden": "the service does not permit this account to do it",  # the service's own words
    "quiet": "the service asks for quiet",  # the service's own words
    "asked_too_often": "the service asks for quiet, and a person goes on",  # the service's own words
    "broken": "the service has a fault of its own",  # the service's own words
    "not_given": "the service does not give its orders",  # the service's own words
    "too_large": "the answer is too large and was not read",  # bytes that would have been read
    "unreadable_answer": "the answer cannot be read",
    "web_page": "a web page answers at the address, not the service",
    "not_confirmed": "the answer does not say that it was done, and it is not so there",
    "moving_rows": "the list changes while it is read",
    # signing in
    "no_secrets": "nothing is set that the service lets us in with",
    "wrong_secrets": "the service does not accept what we are let in with",
    "no_sign_in": "the service has no sign-in there",  # the path that was called
    "session_ends": "the service ends every session at once",
    "permission_ended": "the permission has ended: sign in again in the browser",
    "not_signed_in": "nobody has signed in yet: sign in in the browser",
    "no_browser": "no browser can be opened on this computer",  # the address to open by hand
    "port_taken": "a port of this computer is in use",  # the port on this machine
    # the order there
    "no_order": "the service has no such order",  # its id or number
    "several_orders": "the service has several orders with that number",  # the number
    "unreadable_order": "the order there cannot be read",  # what was not understood
    "never_registered": "the service never had this order",
    "unpaid_there": "the order is not paid there yet",
    "moved_on": "the order has moved on there",  # its status there
    "overtaken": "the order had taken another way there",
    "deleted_there": "what was told has been deleted there",  # the line of which it knew
    # a letter that the service would not understand
    "cannot_be_told": "the service cannot be told that",
    "map_states": "several of its states may be meant, and none is mapped to that",
    "incomplete": "the service also wants to know",  # what is missing
    "not_wanted": "the service does not want to be told here",  # what should not be there
    "not_allowed": "the service does not know that word",  # what is none of the service's words
    # an order of supplies that the service would not take
    "patient_or_site": "it must be for a patient or for a site, exactly one of them",
    "nothing_ordered": "nothing is in it: at least one item or kit, or something that comes back",
    "shipping_needed": "something comes back: say how its label is shipped, or have it sent by e-mail",
    "insufficient_inventory": "the service has not enough of it in stock",
    "item_not_orderable": "it holds an item that cannot be ordered there",
    "max_one_loaner_kit": "only one loaner kit can be ordered at once",
    "qty_over_one_loaner_kit": "of a loaner kit only one piece can be ordered",
    "no_returns_with_loaner_kit": "with a loaner kit nothing can come back",
    "no_loaner_kit_to_site": "a loaner kit goes to a patient, not to a site",
    # here
    "own_fault": "a fault in this program",  # the kind of fault and its place
}

#: Those whose detail is the service's own words, where it said any.
QUOTING = frozenset({"forbidden", "quiet", "asked_too_often", "broken", "not_given"})


def in_words(said: str) -> str:
    """Return an error's text as a sentence, its word behind it; a service's own words stay as they are."""
    word, _, detail = said.partition(": ")
    if word not in FAULTS:
        return said
    return f"{FAULTS[word]}{': ' * bool(detail)}{detail} ({word})"
