"""Whatever a guest writes stays words on the screen: it widens, turns and hides nothing beside it."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from pos.ui.order.sections import memo
from pos.ui.parts.faces import face
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import label
from pos.ui.parts.written import LONG, PIECE, breakable, tame, written
from pos.words import LANGUAGES, Words

HOSTILE = "\x1b@\u202eevil =cmd() 😀"
ACTING = {*map(chr, (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))}


def acts(text):
    """Whether something in a text would act on a screen; what we isolate with is ours."""
    return any(unicodedata.category(char) in ("Cc", "Cs") or char in ACTING for char in text)


def test_control_bytes_and_overrides_of_a_guest_are_gone():
    assert written(HOSTILE) == "@evil =cmd() 😀"


@pytest.mark.parametrize("acting", sorted(ACTING))
def test_no_direction_of_a_guest_is_obeyed(acting):
    assert written(f"a{acting}b") == "ab"


def test_half_a_surrogate_pair_is_gone():
    assert written("a\ud83db") == "ab"


def test_joined_emoji_stay_joined():
    assert written("👩‍🍳") == "👩‍🍳"


@pytest.mark.parametrize("name", ["محمد علي", "דוד"])
def test_a_name_that_runs_to_the_left_turns_only_itself(name):
    assert written(name) == f"\u2068{name}\u2069"
    assert tame(written(name)) == written(name)


def test_an_isolate_that_a_guest_leaves_open_is_gone():
    assert written("\u2067علي") == "\u2068علي\u2069"


def test_words_that_nobody_looked_at_are_tamed_where_they_are_shown(qtbot):
    shown = label(HOSTILE)
    qtbot.addWidget(shown)
    assert shown.text() == "@evil =cmd() 😀"


def test_a_very_long_word_may_be_broken_and_loses_nothing():
    word = "W" * 300
    pieces = breakable(word).split("\u200b")
    assert {len(piece) for piece in pieces} == {PIECE}
    assert "".join(pieces) == word


def test_a_word_of_a_usual_length_is_left_alone():
    assert breakable("W" * (LONG - 1)) == "W" * (LONG - 1)


@pytest.mark.parametrize("letter", ["👩‍🍳", "e\u0301\u0302", "👍🏽"])
def test_a_break_never_parts_a_letter(letter):
    pieces = breakable(letter * 30).split("\u200b")
    assert len(pieces) > 1
    assert all(piece.startswith(letter) and piece.endswith(letter) for piece in pieces)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_says_nothing_that_acts(till, parts, language):
    order = till.bring(
        guest=parts.guest(name=HOSTILE, address=f"\u202d{HOSTILE}\u2066"),
        lines=(parts.line("1", f"汤{HOSTILE}", 1, 1000),),
    )
    seen = face(Words(language), till.card(order.id))
    assert not acts(seen.who + seen.dishes)
    assert "@evil =cmd() 😀" in seen.who


#: What a guest may write, each wider than the detail if it is written on one line.
WIDE = ["长" * 300, "W" * 300, "=" * 300, "ب" * 300, "👍🏽" * 60]


@pytest.mark.parametrize("size", [(1024, 768), (1366, 768)])
@pytest.mark.parametrize("text", WIDE)
def test_a_guests_words_never_push_prices_out_of_the_detail(qtbot, opened, till, parts, text, size):
    order = till.bring(
        guest=parts.guest(name=text, phone=text, address=text),
        memo=(parts.note(text, text), parts.note(text, text)),
        lines=(parts.line("1", text, 1, 1000, options=(text,)),),
        sequence_number=text,
    )
    detail = shown(qtbot, opened(size=size), order)
    inner = detail.findChild(QWidget, "scrolled")
    qtbot.waitUntil(lambda: inner.width() <= detail.width())
    assert all(ends(each, detail) <= detail.width() for each in detail.findChildren(QLabel) if seen(each))


def test_the_detail_shows_nothing_that_acts(qtbot, opened, till, parts):
    order = till.bring(
        guest=parts.guest(name=HOSTILE, phone=HOSTILE, address=HOSTILE),
        memo=(parts.note(HOSTILE, HOSTILE), parts.note("x", HOSTILE)),
        lines=(parts.line("1", HOSTILE, 1, 1000, options=(HOSTILE,)),),
    )
    said = [each.text() for each in shown(qtbot, opened(), order).findChildren(QLabel)]
    assert sum("@evil" in each for each in said) >= 5
    assert not any(acts(each.replace("\n", "")) for each in said)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("minutes", [1, 11, 140])
def test_the_details_clock_cuts_no_title(qtbot, opened, till, language, minutes):
    order = till.bring()
    window = opened(language, size=(1024, 768))
    till.clock[0] += timedelta(minutes=minutes)
    detail = shown(qtbot, window, order)
    detail._show_clock()
    qtbot.waitUntil(lambda: seen(detail._clock))
    for each in (detail._title, detail._clock):
        qtbot.waitUntil(lambda each=each: each.width() >= each.sizeHint().width())
    assert ends(detail._clock, detail) <= detail.width()


def test_a_note_is_shown_whole_in_several_lines(qtbot, till, parts):
    order = till.bring(memo=(parts.note("", "W" * 300),))
    box = memo(Theme(), Words("en_US"), till.order(order.id))
    host = QWidget()
    qtbot.addWidget(host)
    host.setLayout(box)
    [note] = host.findChildren(QLabel)
    assert note.text().replace("\u200b", "") == "W" * 300
    assert note.heightForWidth(300) > 3 * note.fontMetrics().height()


def shown(qtbot, shop, order):
    """Return the detail once it shows an order."""
    board = shop.window.pages["orders"]
    qtbot.waitUntil(lambda: any(lane.cards.rows.rows for lane in board.lanes))
    board.choose(order.id)
    qtbot.waitUntil(lambda: board.detail._shown is not None and board.detail.isVisible())
    return board.detail


def seen(widget):
    """Whether a label is there and says something."""
    return widget.isVisible() and bool(widget.text())


def ends(widget, panel):
    """Return where a widget ends in a panel, from its left (pixels)."""
    return widget.mapTo(panel, widget.rect().topRight()).x() + 1
