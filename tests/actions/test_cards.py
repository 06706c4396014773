"""What a guest writes to a service may hold a card number: it is kept by nobody here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pos.actions.cards import without_cards
from pos.store import queries
from sync.messages import Applied, RemoteLine, RemoteNote

CARD, PARCEL = "4111 1111 1111 1111", "4000000000000002"
STARS = "*" * 15 + "1111"


def test_of_a_card_number_that_a_guest_wrote_four_digits_are_kept(counter: Any, heard: Any) -> None:
    shown = heard(
        memo=(RemoteNote("guest", f"card {CARD}, no chili"), RemoteNote("web", PARCEL, fact="tracking")),
        lines=(RemoteLine("L1", "米饭", 1, 300, note=CARD),),
    )
    shown = replace(shown, raw={"note": [f"card {CARD}"], "parcel": PARCEL, "id": int(PARCEL)})
    assert counter.hear(shown) == Applied(new=1)
    assert counter.hear(shown) == Applied()
    order = counter.order()
    assert [note.message for note in order.memo] == [f"card {STARS}, no chili", PARCEL]
    assert order.lines[0].note == STARS
    raw = counter.ask(queries.raw, order.id)
    assert raw == {"note": [f"card {STARS}"], "parcel": PARCEL, "id": int(PARCEL)}


def test_digits_that_are_no_card_stay_as_a_guest_wrote_them(heard: Any) -> None:
    shown = heard(memo=(RemoteNote("guest", "call 138 0013 8000, order 4111111111111112"),))
    assert without_cards(shown) is shown
