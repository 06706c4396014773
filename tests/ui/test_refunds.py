"""The sheet that gives money back: pieces by taps, what comes of it, and once however often it is tapped."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from pos.actions import deals, intake, refunds
from pos.actions.vocabularies import remote_line
from pos.domain.payment import Amount, PaymentStatus
from pos.store import backlog, queries
from pos.store.tx import Who
from pos.ui.till.refund import Refund
from sync.messages import RemoteLine, RemoteOrder

METHODS = ("cash", "weixin")


@pytest.fixture
def sold(till):
    """Return a way to bring an order, fire it and settle it."""

    def pay(*given, **facts):
        order = till.executed(**facts)
        till.do(deals.settle, [order.id], [Amount(*part) for part in given])
        return till.order(order.id)

    return pay


@pytest.fixture
def refunding(qtbot, opened, till, press):
    """Return a way to open the refund's sheet from the detail of an order."""

    def over(order, **how):
        opened(**how)
        till.window.alarm.acted()
        till.window.find_order(order.id)
        press(till.window.pages["orders"].detail, "refund")
        qtbot.waitUntil(lambda: bool(till.window.findChildren(Refund)))
        return till.window.findChildren(Refund)[-1]

    return over


def refunds_of(till, order):
    return till.store.ask(queries.deal, order.deal_id).refunds


def gone(qtbot, till):
    """Wait until the sheet is away."""
    qtbot.waitUntil(lambda: not [each for each in till.window.findChildren(Refund) if each.isVisible()])


def test_pieces_are_tapped_together_and_go_back_as_they_were_paid(qtbot, refunding, sold, till, press):
    order = sold(("weixin", 3000), ("cash", 2000))
    page = refunding(order)
    assert (page.sum.text(), page.give.isEnabled()) == ("¥0.00", False)
    press(page, "more_1")
    press(page, "more_2")
    press(page, "more_2")
    press(page, "fewer_2")
    assert page.sum.text() == "¥30.00"
    assert not page.give.isEnabled()
    press(page, "choose_why_bad")
    press(page, "give")
    qtbot.waitUntil(lambda: till.order(order.id).payment.status.value == "part_refunded")
    [made] = refunds_of(till, order)
    assert [(part.line_id, part.quantity) for part in made.back] == [("1", 1), ("2", 1)]
    assert (made.payments, made.reason) == ((("weixin", -3000),), "味道或质量不好")
    gone(qtbot, till)
    qtbot.waitUntil(lambda: till.window.toast.isVisible())
    assert "¥30.00" in till.window.toast.words.text()
    assert made.number in till.window.toast.words.text()


def test_everything_goes_back_with_one_tap_and_another_takes_that_back(refunding, sold, press):
    page = refunding(sold(("cash", 4400)))
    press(page, "all")
    assert page.sum.text() == "¥44.00"
    press(page, "all")
    assert page.sum.text() == "¥0.00"


def test_what_went_back_before_is_shown_and_cannot_go_back_again(refunding, sold, till, press):
    order = sold(("cash", 4400))
    till.do(refunds.refund, order.deal_id, [(order.id, "2", 2)], (), "cold")
    page = refunding(order)
    press(page, "more_2")
    assert page.sum.text() == "¥2.00"
    assert not shown(page, "more_2").isEnabled()
    assert not shown(page, "fewer_1").isEnabled()


def test_lines_that_their_service_gives_no_ids_are_each_a_line_of_the_sheet(
    qtbot, refunding, sold, till, press
):
    rice, fish = RemoteLine("", "米饭", 1, 200), RemoteLine("", "水煮鱼", 1, 5800)
    order = sold(("cash", 6000), lines=(rice, fish))
    page = refunding(order)
    press(page, "more_2")
    assert page.sum.text() == "¥58.00"
    press(page, "choose_why_bad")
    press(page, "give")
    qtbot.waitUntil(lambda: till.order(order.id).payment.status.value == "part_refunded")
    [made] = refunds_of(till, order)
    assert [(part.name, part.amount) for part in made.back] == [("水煮鱼", 5800)]


def test_an_order_that_was_settled_before_it_was_fired_offers_its_money_back(refunding, till, press):
    order = till.accepted(type="booking")
    till.do(deals.settle, [order.id], [Amount("cash", 4400)])
    page = refunding(order)
    press(page, "all")
    assert page.sum.text() == "¥44.00"


def shown(page, name):
    return next(each for each in page.findChildren(QWidget, name) if each.isVisible())


def test_a_bill_of_one_piece_begins_with_it(refunding, sold, parts):
    page = refunding(sold(("cash", 900), lines=(parts.line("1", "拉面", 1, 900),)))
    assert page.sum.text() == "¥9.00"


def test_another_way_and_words_of_ones_own_are_taken(qtbot, refunding, sold, till, press):
    order = sold(("weixin", 4400))
    page = refunding(order)
    press(page, "all")
    press(page, "choose_cash")
    press(page, "choose_why_late")
    page.own.setFocus()
    qtbot.keyClicks(page.own, "nobody home")
    assert page.why.value is None
    press(page, "give")
    qtbot.waitUntil(lambda: len(refunds_of(till, order)) == 1)
    [made] = refunds_of(till, order)
    assert (made.payments, made.reason) == ((("cash", -4400),), "nobody home")
    assert [ticket.kind for ticket in till.store.ask(backlog.order_tickets, order.id)][-1] == "refund"


def test_the_button_says_what_is_lacking(refunding, sold, press):
    page = refunding(sold(("cash", 4400)), language="en_US")
    assert page.give.text() == "Choose what goes back"
    press(page, "all")
    assert page.give.text() == "Choose a reason"
    press(page, "choose_why_price")
    assert page.give.text() == "Refund CN¥44.00"


def test_money_that_a_channel_holds_is_said_to_be_given_back_there(refunding, sold, press):
    page = refunding(sold(payment="paid", payment_type="naver"), language="en_US")
    press(page, "all")
    assert page.held.isVisible()
    assert "Fankahui holds CN¥44.00" in page.held.text()
    assert not page.untold.isVisible()
    press(page, "choose_cash")
    assert not page.held.isVisible()
    assert page.untold.text() == "Fankahui will not learn of this refund."


@pytest.mark.parametrize(
    ("went_back", "said"),
    [
        ("refunded", "Fankahui gave the guest the money back already"),
        ("part_refunded", "has given part of it back already"),
    ],
)
def test_money_that_a_channel_gave_back_is_not_said_to_be_with_it(
    refunding, sold, till, press, went_back, said
):
    order = sold(payment="paid", payment_type="naver")
    then = {"payment": went_back, "payment_type": "naver", "raw": {"then": went_back}}
    lines = tuple(map(remote_line, order.lines))
    back = RemoteOrder(order.remote_id, "executed", "deliver", lines, "CNY", **then)
    till.store.do(intake.receive, Who("fankahui", "channel"), "fankahui", back).result()
    page = refunding(order, language="en_US")
    press(page, "all")
    assert page.held.isVisible()
    assert said in page.held.text()
    assert "holds" not in page.held.text()


def test_stored_value_begins_with_cash_since_it_cannot_go_back(refunding, till, press):
    facts = {name: replace(each, stored_value=True) for name, each in till.store.shop.channels.items()}
    till.store.serve(replace(till.store.shop, channels=facts))
    order = till.executed()
    till.do(lambda tx: tx.states.put_channel("fankahui", state="well"))
    asked = till.do(deals.settle, [order.id], [Amount("prepay", 4400)])
    till.do(deals.prepay_taken, asked.deal.id)
    page = refunding(till.order(order.id), language="en_US")
    press(page, "all")
    assert page.chosen.made(METHODS).payments == (Amount("cash", -4400),)
    press(page, "choose_")
    assert "Stored value cannot be put back" in page.ways.text()
    assert not page.give.isEnabled()


def test_two_taps_on_the_button_are_one_refund(qtbot, refunding, sold, till, press):
    order = sold(("cash", 4400))
    page = refunding(order)
    press(page, "more_2")
    press(page, "choose_why_wrong")
    page.give.setEnabled(True)
    page._finish()
    page._finish()
    gone(qtbot, till)
    qtbot.waitUntil(lambda: till.order(order.id).payment.status.value == "part_refunded")
    assert [made.total for made in refunds_of(till, order)] == [-200]


def test_what_another_counter_took_back_meanwhile_is_seen_at_once(qtbot, refunding, sold, till, press):
    order = sold(("cash", 4400))
    page = refunding(order)
    press(page, "all")
    till.do(refunds.refund, order.deal_id, [(order.id, "1", 1)], (), "elsewhere")
    qtbot.waitUntil(lambda: page.sum.text() == "¥16.00")
    assert [part.line_id for part in page.chosen.pieces] == ["2", "3"]


def test_esc_leaves_everything_as_it_is(qtbot, refunding, sold, till, press):
    order = sold(("cash", 4400))
    page = refunding(order)
    press(page, "all")
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    gone(qtbot, till)
    assert refunds_of(till, order) == ()


def test_an_order_that_went_back_wholly_offers_no_refund_and_says_so(qtbot, opened, sold, till):
    order = sold(("cash", 4400))
    till.do(refunds.refund, order.deal_id, (), (), "cold")
    opened(language="en_US")
    till.window.find_order(order.id)
    detail = till.window.pages["orders"].detail
    qtbot.waitUntil(lambda: "refunded" in [each.text() for each in labels(detail)])
    assert not [each for each in detail.findChildren(QWidget, "refund") if each.isVisible()]
    assert any("Refunded · B-261120-002 · cold" in each.text() for each in labels(detail))


def test_what_its_channel_gave_back_can_still_be_booked_back(refunding, sold, till):
    order = sold(payment="paid", payment_type="naver")
    till.do(lambda tx: tx.put(replace(order, payment=replace(order.payment, status=PaymentStatus.REFUNDED))))
    assert refunding(order).give.isVisible()


def test_the_parts_of_a_long_detail_do_not_lie_over_each_other(qtbot, opened, sold, till):
    order = sold(("weixin", 2000), ("alipay", 1000), ("cash", 5000))
    till.do(refunds.refund, order.deal_id, [(order.id, "1", 1)], (), "cold")
    opened()
    till.window.find_order(order.id)
    detail = till.window.pages["orders"].detail
    qtbot.waitUntil(lambda: len(boxes(detail, "ticket")) == 3)
    qtbot.waitUntil(lambda: not overlapping(boxes(detail, "ticket")))


def boxes(widget, name):
    return [each.geometry() for each in widget.findChildren(QWidget, name) if each.isVisible()]


def overlapping(found):
    return any(one.intersects(other) for one, other in pairwise(found))


def labels(widget):
    from PySide6.QtWidgets import QLabel

    return [each for each in widget.findChildren(QLabel) if each.isVisible()]


@pytest.mark.parametrize("size", [(1024, 768), (1366, 768), (1920, 1080)])
@pytest.mark.parametrize("language", ["zh_CN", "ko_KR", "en_US"])
def test_all_of_it_fits_the_screen_and_every_key_is_a_finger_wide(
    refunding, sold, till, press, size, language
):
    page = refunding(sold(payment="paid", payment_type="naver"), size=size, language=language)
    press(page, "all")
    sheet = page.parentWidget()
    assert till.window.rect().contains(sheet.geometry())
    keys = [
        shown(page, name) for name in ("more_1", "fewer_1", "all", "choose_cash", "choose_why_bad", "give")
    ]
    assert all(min(key.width(), key.height()) >= till.window.theme.mm(12) for key in keys)
    assert page.rect().contains(page.give.mapTo(page, page.give.rect().center()))
