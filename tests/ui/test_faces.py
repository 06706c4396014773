"""What a card says, without a screen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pos.ui.parts.faces import LANES, Clock, face, is_late, lane_cards, primary
from pos.words import LANGUAGES, Words

ENGLISH = Words("en_US", "Asia/Shanghai")
MINUTE = timedelta(minutes=1)
NEW, WAITING, KITCHEN = LANES


@pytest.mark.parametrize(
    ("left", "clock"),
    [
        (10 * MINUTE, Clock("10:00", "calm")),
        (4 * MINUTE + timedelta(seconds=10), Clock("4:10", "amber")),
        (timedelta(seconds=48), Clock("0:48", "red")),
        (-2 * MINUTE, Clock("2 min over", "red")),
        (130 * MINUTE, Clock("2 h 10", "calm")),
    ],
)
def test_a_new_order_counts_down_to_its_channels_deadline(till, left, clock):
    card = till.card(till.bring().id)._replace(deadline_at=till.now() + left)
    assert NEW.clock(ENGLISH, card, till.now()) == clock


def test_a_new_order_without_a_deadline_counts_its_age(till):
    card = till.card(till.bring().id)._replace(deadline_at=None)
    assert NEW.clock(ENGLISH, card, till.now() + 8 * MINUTE) == Clock("8 min", "red")


@pytest.mark.parametrize(
    ("late", "clock"),
    [(-13, Clock("18:55", "calm")), (3, Clock("3 min late", "calm")), (6, Clock("6 min late", "amber"))],
)
def test_a_waiting_guest_has_an_hour_and_then_is_late(till, late, clock):
    order = till.accepted(type="booking")
    card = till.card(order.id)._replace(due_at=till.now() - late * MINUTE)
    assert WAITING.clock(ENGLISH, card, till.now()) == clock


@pytest.mark.parametrize(("minutes", "tone"), [(3, "calm"), (5, "amber"), (8, "red"), (14, "red")])
def test_the_kitchen_counts_minutes_since_it_was_told(till, minutes, tone):
    card = till.card(till.executed().id)
    assert KITCHEN.clock(ENGLISH, card, till.now() + minutes * MINUTE) == Clock(f"{minutes} min", tone)


def test_what_runs_out_first_stands_first_and_a_guest_who_is_here_before_all(till):
    cards = [till.card(till.bring(type="booking").id) for _ in range(3)]
    soon = cards[1]._replace(deadline_at=till.now() + MINUTE)
    here = cards[2]._replace(guest_is_here=True)
    assert [c.id for c in lane_cards(NEW, [cards[0], soon, here])] == [here.id, soon.id, cards[0].id]


def test_an_order_without_a_deadline_does_not_stand_before_one_that_runs_out(till):
    made_here, pressing = (till.card(till.bring(type="booking").id) for _ in range(2))
    made_here = made_here._replace(deadline_at=None)
    pressing = pressing._replace(deadline_at=till.now() + 4 * MINUTE)
    assert [c.id for c in lane_cards(NEW, [made_here, pressing])] == [pressing.id, made_here.id]


def test_a_late_guest_can_be_given_up(till):
    order = till.accepted(type="booking", due_at=till.now() - 6 * MINUTE)
    card = till.card(order.id)
    assert is_late(card, till.now())
    assert [action.name for action in face(ENGLISH, card, True).actions] == ["no_show", "check_in"]


def test_an_order_without_prices_is_handed_over_not_settled(till, parts):
    order = till.executed(lines=(parts.line("1", "Tonic", 1),), currency=None)
    assert primary(till.card(order.id)) == "hand_over"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", ["placed", "accepted", "executed"])
def test_a_card_has_words_for_everything_in_every_language(till, language, status):
    words = Words(language, "Asia/Shanghai")
    card = till.card(till.bring().id)._replace(status=status, knows="failed", has_memo=True, unprinted=2)
    seen = face(words, card, True)
    said = [*seen.chips, *(mark.text for mark in seen.marks), *(action.text for action in seen.actions)]
    assert not [text for text in said if "." in text and " " not in text]
