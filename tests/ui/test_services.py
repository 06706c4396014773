"""What only some services know, on the screen: sheets that ask, and say beforehand what will be told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from pos.actions import deals, outbox, services
from pos.actions.services import Goods
from pos.config import channel_facts
from pos.config_tables import ChannelPart
from pos.domain.order import Status
from pos.store import backlog
from pos.store.moments import UNDO
from pos.ui.order.sent import left
from pos.ui.parts.lists import TargetList
from pos.ui.parts.overlays import Sheet
from pos.words import LANGUAGES, Words
from sync.messages import FailedPart, Told

BACK = Goods("", "BROKEN", collect=True)


@pytest.fixture(autouse=True)
def shop_of_all(till) -> None:
    """Give the shop's channels the abilities of their kinds."""
    kinds = ("fankahui", "imweb")
    known = {name: channel_facts(ChannelPart(name=name, kind=name, base_url="https://x")) for name in kinds}
    till.store.shop = replace(till.store.shop, channels={**till.store.shop.channels, **known})


@pytest.fixture
def web(till, parts):
    """Return a delivery of a web shop, paid there and cooked here, all of it told."""
    lines = (
        parts.line("P1", "김치만두", 2, 9000),
        parts.line("P2/1", "비빔밥", 1, 12000),
        parts.line("P2/2", "된장찌개", 1, 8000),
    )
    order = till.executed(
        channel="imweb", lines=lines, currency="KRW", payment="paid", payment_type="kakaopay"
    )
    tell(till)
    return till.order(order.id)


def tell(till, failed=()):
    """Let the web shop take every letter; return verb and body of each."""
    told = []
    while letter := till.do(outbox.claim, "imweb", True):
        till.do(outbox.told, letter, Told(failed=failed if letter.verb == "return" else ()))
        told.append((letter.verb, letter.body))
    return told


@pytest.fixture
def chosen(qtbot, opened, till):
    """Return a way to open the counter on an order's detail."""

    def choose(order, **how):
        opened(**how)
        till.window.alarm.acted()
        board = till.window.pages["orders"]
        board.choose(order.id)
        qtbot.waitUntil(lambda: bool(board.detail.findChildren(QPushButton)))
        return board.detail

    return choose


def sheet(till, qtbot):
    """Return the sheet that lies on top, once it does."""
    qtbot.waitUntil(lambda: bool(seen(till.window, Sheet)))
    return seen(till.window, Sheet)[-1]


def seen(inside, kind, name=""):
    """Return the visible widgets of a kind and name."""
    found = inside.findChildren(kind, name) if name else inside.findChildren(kind)
    return [each for each in found if each.isVisible()]


def texts(inside):
    """Return what labels say."""
    return " | ".join(each.text() for each in seen(inside, QLabel))


def said_there(till, qtbot):
    """Return what the open sheet says will be told."""
    return seen(sheet(till, qtbot), QLabel, "tells")[0].text()


def test_what_leaves_is_dispatched_with_a_scanned_number(qtbot, till, web, chosen, press):
    detail = chosen(web)
    press(detail, "dispatch")
    sheet(till, qtbot)
    press(till.window, "search")
    press(till.window, "pick_CJ")
    assert "발송처리" in said_there(till, qtbot)
    number = seen(till.window, QWidget, "ask_tracking")[0]
    qtbot.keyClicks(number, "445566778899")
    qtbot.keyClick(number, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: till.order(web.id).tracking == "445566778899")
    assert till.order(web.id).carrier == "CJ"
    qtbot.waitUntil(lambda: till.window.toast.words.text() == "001 已发出")


def test_the_number_is_where_the_keyboard_begins_and_the_last_carrier_is_chosen(
    qtbot, till, web, chosen, press
):
    earlier = till.executed(channel="imweb", type="deliver")
    till.do(services.dispatch, earlier.id, "HANJIN", "1122")
    elsewhere = till.executed(channel="fankahui", type="deliver")
    till.do(services.dispatch, elsewhere.id)
    press(chosen(web), "dispatch")
    sheet(till, qtbot)
    number = seen(till.window, QWidget, "ask_tracking")[0]
    qtbot.waitUntil(lambda: till.window.window().focusWidget() is number)
    assert seen(till.window, QPushButton, "search")[0].text() == "한진택배"
    assert not seen(till.window, QPushButton, "sure")[0].isEnabled()


def test_what_the_shop_brings_itself_is_dispatched_at_two_taps_and_says_that_nobody_is_told(
    qtbot, till, web, chosen, press
):
    press(chosen(web), "dispatch")
    assert said_there(till, qtbot) == "imweb：没有承运方和单号，暂不告知已发出，补上后再告知"
    press(till.window, "sure")
    qtbot.waitUntil(lambda: till.order(web.id).dispatched_at is not None)
    assert till.order(web.id).tracking == ""
    till.clock[0] += UNDO
    assert tell(till) == []


def test_what_the_shop_brought_itself_is_told_once_its_number_is_given(qtbot, till, web, chosen, press):
    till.do(services.hand_over, web.id)
    tell(till)
    detail = chosen(web)
    qtbot.waitUntil(lambda: "还没告诉渠道" in texts(detail))
    press(detail, "further")
    press(sheet(till, qtbot), "dispatch")
    filled_in(qtbot, till, press, "77")
    press(till.window, "sure")
    qtbot.waitUntil(lambda: till.order(web.id).tracking == "77")
    till.clock[0] += UNDO
    assert [(verb, body["tracking"]) for verb, body in tell(till)] == [("dispatch", "77")]


def filled_in(qtbot, till, press, number):
    """Choose a carrier in the open sheet, and type a number."""
    sheet(till, qtbot)
    press(till.window, "search")
    press(till.window, "pick_CJ")
    assert not seen(till.window, QPushButton, "sure")[0].isEnabled()
    qtbot.keyClicks(seen(till.window, QWidget, "ask_tracking")[0], number)


def test_a_dispatch_is_taken_back_while_nobody_was_told(qtbot, till, web, chosen, press):
    press(chosen(web), "dispatch")
    sheet(till, qtbot)
    press(till.window, "sure")
    press(till.window, "undo")
    qtbot.waitUntil(lambda: till.order(web.id).dispatched_at is None)
    assert till.order(web.id).status is Status.EXECUTED


def test_one_part_leaves_alone(qtbot, till, web, chosen, press):
    press(chosen(web), "dispatch")
    filled_in(qtbot, till, press, "1")
    press(till.window, "choose_P1")
    press(till.window, "sure")
    qtbot.waitUntil(lambda: till.order(web.id).dispatched_at is not None)
    till.clock[0] += UNDO
    assert tell(till)[0][1]["parts"] == ["P2/1", "P2/2"]


def test_handing_over_asks_with_whom_it_leaves_and_closes_it(qtbot, till, web, chosen, press):
    press(chosen(web), "hand_over")
    filled_in(qtbot, till, press, "9")
    assert [word in said_there(till, qtbot) for word in ("발송처리", "강제 배송완료 처리")] == [True, True]
    press(till.window, "sure")
    qtbot.waitUntil(lambda: till.order(web.id).status is Status.PAID)
    assert [verb for verb, _ in tell(till)] == ["dispatch", "complete"]


def test_what_the_shop_hands_over_itself_tells_only_that_it_is_there(qtbot, till, web, chosen, press):
    press(chosen(web), "hand_over")
    said = said_there(till, qtbot)
    assert [word in said for word in ("暂不告知已发出", "강제 배송완료 처리", "발송처리")] == [
        True,
        True,
        False,
    ]
    press(till.window, "sure")
    qtbot.waitUntil(lambda: till.order(web.id).status is Status.PAID)
    assert [verb for verb, _ in tell(till)] == ["complete"]


def test_one_part_is_handed_over_alone(qtbot, till, web, chosen, press):
    press(chosen(web), "hand_over")
    filled_in(qtbot, till, press, "9")
    press(till.window, "choose_P2")
    press(till.window, "sure")
    qtbot.waitUntil(lambda: till.window.toast.words.text() == "001 已交付一部分")
    assert till.order(web.id).status is Status.EXECUTED
    assert [(verb, body["parts"]) for verb, body in tell(till)] == [
        ("dispatch", ["P1"]),
        ("complete", ["P1"]),
    ]


def test_what_has_left_is_handed_over_at_one_tap_on_its_card(qtbot, till, web, chosen, tap):
    till.do(services.dispatch, web.id, "CJ", "9")
    chosen(web)
    lists = [each for each in seen(till.window, TargetList) if each.box(web.id).isValid()]
    tap(lists[0], web.id, "hand_over")
    qtbot.waitUntil(lambda: till.order(web.id).status is Status.PAID)
    assert seen(till.window, Sheet) == []


def test_where_nobody_hears_of_a_dispatch_handing_over_asks_nothing(qtbot, till, chosen, press):
    order = till.executed(payment="paid")
    press(chosen(order), "hand_over")
    qtbot.waitUntil(lambda: till.order(order.id).status is Status.PAID)
    assert till.order(order.id).dispatched_at is None


def test_a_dispatch_that_nobody_hears_of_says_so_beforehand(qtbot, till, chosen, press):
    order = till.executed()
    detail = chosen(order)
    assert seen(detail, QPushButton, "dispatch") == []
    press(detail, "further")
    press(sheet(till, qtbot), "dispatch")
    qtbot.waitUntil(lambda: bool(seen(till.window, QLabel, "tells")))
    assert "只记在这里" in said_there(till, qtbot)
    press(till.window, "sure")
    qtbot.waitUntil(lambda: till.order(order.id).dispatched_at is not None)


def test_a_return_asks_only_for_what_its_reason_needs(qtbot, till, web, chosen, press):
    press(chosen(web), "further")
    press(sheet(till, qtbot), "return")
    qtbot.waitUntil(lambda: bool(seen(till.window, QWidget, "choose_BROKEN")))
    ready = lambda: seen(till.window, QPushButton, "sure")[0].isEnabled()  # noqa: E731 - asked several times
    press(till.window, "choose_INTENT_CHANGED")
    assert (bool(seen(till.window, QWidget, "choose_BOX")), ready()) == (True, False)
    assert "运费由顾客付" in texts(till.window)
    press(till.window, "choose_BROKEN")
    assert seen(till.window, QWidget, "choose_BOX") == []
    assert "运费由店里付" in texts(till.window)
    press(till.window, "choose_True")
    assert (seen(till.window, QWidget, "ask_tracking"), ready()) == ([], True)
    press(till.window, "sure")
    qtbot.waitUntil(lambda: bool(tell_of(till, web, "return")))
    assert tell(till)[0][1] | {"name": ""} == {
        "name": "", "reason": "상품 파손", "reason_code": "BROKEN", "collect": True,
    }  # fmt: skip


def tell_of(till, order, verb):
    """Return the letters of a verb."""
    return [letter for letter in till.store.ask(backlog.order_letters, order.id) if letter.verb == verb]


def test_a_refusal_is_said_in_the_sheet_which_stays(qtbot, till, web, chosen, press):
    press(chosen(web), "further")
    press(sheet(till, qtbot), "exchange")
    qtbot.waitUntil(lambda: bool(seen(till.window, QWidget, "choose_BROKEN")))
    press(till.window, "choose_BROKEN")
    press(till.window, "choose_True")
    seen(till.window, QWidget, "own")[0].setText("4111 1111 1111 1111")
    press(till.window, "sure")
    qtbot.waitUntil(lambda: "卡号" in texts(sheet(till, qtbot)))
    assert tell_of(till, web, "exchange") == []


def test_a_claim_is_answered_with_what_the_answer_asks_for(qtbot, till, web, chosen, press):
    press(chosen(claimed(till, web, P1="exchange", P2="exchange")), "further")
    press(sheet(till, qtbot), "claim")
    qtbot.waitUntil(lambda: bool(seen(till.window, QWidget, "choose_withhold")))
    press(till.window, "choose_withhold")
    press(till.window, "choose_EXCHANGE_EXTRAFEE")
    qtbot.keyClicks(seen(till.window, QWidget, "amount_P1")[0], "3000")
    assert "교환 보류" in said_there(till, qtbot)
    press(till.window, "sure")
    qtbot.waitUntil(lambda: bool(tell_of(till, web, "claim")))
    body = tell(till)[0][1]
    assert (body["claim"], body["answer"]) == ("exchange", "withhold")
    assert body["etc"] == {"reason_code": "EXCHANGE_EXTRAFEE", "etc_price": {"P1": 3000}}


def test_what_the_guest_claims_there_alone_is_offered_and_chosen_already(qtbot, till, web, chosen, press):
    press(chosen(claimed(till, web, P2="return")), "further")
    press(sheet(till, qtbot), "claim")
    qtbot.waitUntil(lambda: bool(seen(till.window, QPushButton, "choose_return")))
    assert seen(till.window, QPushButton, "choose_return")[0].isChecked()
    assert [seen(till.window, QPushButton, f"choose_{kind}") for kind in ("cancel", "exchange")] == [[], []]
    press(till.window, "choose_accept")
    press(till.window, "sure")
    qtbot.waitUntil(lambda: bool(tell_of(till, web, "claim")))
    assert tell(till)[0][1]["parts"] == ["P2/1", "P2/2"]


def test_of_two_claims_each_is_answered_for_its_own_parts(qtbot, till, web, chosen, press):
    press(chosen(claimed(till, web, P1="return", P2="exchange")), "further")
    press(sheet(till, qtbot), "claim")
    qtbot.waitUntil(lambda: bool(seen(till.window, QPushButton, "choose_return")))
    press(till.window, "choose_exchange")
    press(till.window, "choose_collect_done")
    press(till.window, "sure")
    qtbot.waitUntil(lambda: bool(tell_of(till, web, "claim")))
    body = tell(till)[0][1]
    assert (body["claim"], body["parts"]) == ("exchange", ["P2/1", "P2/2"])


def claimed(till, order, **claims):
    """Let something be claimed of an order's parts at its service; return the order."""
    there = tuple(claims.items())
    return till.do(lambda tx: tx.put(replace(tx.orders.get(order.id), claims=there)))


def offered(till, qtbot):
    """Return what the open sheet offers."""
    names = {each.objectName() for each in seen(sheet(till, qtbot), QPushButton)}
    return names & {"return", "exchange", "claim"}


@pytest.mark.parametrize(
    ("claims", "offers"),
    [
        ({}, {"return", "exchange"}),
        ({"P1": "return"}, {"return", "exchange", "claim"}),
        ({"P1": "return", "P2": "exchange"}, {"claim"}),
    ],
)
def test_only_what_the_open_claims_allow_is_offered(qtbot, till, web, chosen, press, claims, offers):
    press(chosen(claimed(till, web, **claims)), "further")
    assert offered(till, qtbot) == offers


def test_a_return_beside_an_open_claim_is_of_the_other_part_alone(qtbot, till, web, chosen, press):
    press(chosen(claimed(till, web, P2="exchange")), "further")
    press(sheet(till, qtbot), "return")
    qtbot.waitUntil(lambda: bool(seen(till.window, QWidget, "choose_BROKEN")))
    assert seen(till.window, QPushButton, "choose_P2") == []
    press(till.window, "choose_BROKEN")
    press(till.window, "choose_True")
    press(till.window, "sure")
    qtbot.waitUntil(lambda: bool(tell_of(till, web, "return")))
    assert tell(till)[0][1]["parts"] == ["P1"]


def test_a_claim_that_was_opened_meanwhile_is_said_in_the_sheet(qtbot, till, web, chosen, press):
    press(chosen(web), "further")
    press(sheet(till, qtbot), "exchange")
    qtbot.waitUntil(lambda: bool(seen(till.window, QWidget, "choose_BROKEN")))
    press(till.window, "choose_BROKEN")
    press(till.window, "choose_True")
    claimed(till, web, P1="return")
    press(till.window, "sure")
    qtbot.waitUntil(lambda: "渠道那边已有未了结的申请：退货" in texts(sheet(till, qtbot)))
    assert tell_of(till, web, "exchange") == []


@pytest.mark.parametrize(
    ("channel", "hears"), [("fankahui", ("items", "memo")), ("imweb", ("不能告知改单", "不能告知备注"))]
)
def test_an_amendment_says_what_the_channel_will_and_will_not_know(
    qtbot, till, chosen, press, channel, hears
):
    order = till.executed(channel=channel)
    press(chosen(order), "further")
    press(sheet(till, qtbot), "amend")
    qtbot.waitUntil(lambda: bool(seen(till.window, QWidget, "minus_1")))
    assert not seen(till.window, QPushButton, "sure")[0].isEnabled()
    press(till.window, "minus_1")
    for _ in order.lines:
        press(till.window, "minus_2")
    qtbot.keyClicks(seen(till.window, QWidget, "memo")[0], "less oil")
    said = said_there(till, qtbot)
    assert all(word in said for word in (*hears, "厨房"))
    press(till.window, "sure")
    qtbot.waitUntil(lambda: len(till.order(order.id).lines) == 2)
    changed = till.order(order.id)
    assert [(line.name, line.quantity) for line in changed.lines] == [("宫保鸡丁", 1), ("米饭", 2)]
    assert changed.memo[-1].message == "less oil"


def test_what_goes_back_stays_where_what_comes_is_amended(qtbot, till, parts, chosen, press):
    back = replace(parts.line("back", "空瓶", 6, None), goes_back=True)
    order = till.executed(lines=(parts.line("1", "米饭", 2, 200), back))
    press(chosen(order), "further")
    press(sheet(till, qtbot), "amend")
    qtbot.waitUntil(lambda: bool(seen(till.window, QWidget, "minus_0")))
    assert not seen(till.window, QWidget, "minus_1")
    press(till.window, "minus_0")
    press(till.window, "sure")
    qtbot.waitUntil(lambda: till.order(order.id).lines[0].quantity == 1)
    assert [(line.name, line.quantity, line.goes_back) for line in till.order(order.id).lines] == [
        ("米饭", 1, False), ("空瓶", 6, True),
    ]  # fmt: skip


def test_the_last_dish_cannot_be_taken_out(qtbot, till, parts, chosen, press):
    order = till.executed(lines=(parts.line("1", "米饭", 1, 200),))
    press(chosen(order), "further")
    press(sheet(till, qtbot), "amend")
    press(till.window, "minus_0")
    press(till.window, "minus_0")
    assert not seen(till.window, QPushButton, "sure")[0].isEnabled()


def test_the_detail_says_what_left_and_which_part_was_refused(qtbot, till, web, chosen):
    till.do(services.dispatch, web.id, "CJ", "6892")
    till.do(services.give_back, web.id, BACK)
    tell(till, (FailedPart("P2", "수거 불가 지역"),))
    detail = chosen(web)
    qtbot.waitUntil(lambda: "6892" in texts(detail))
    said = texts(detail)
    assert "18:42 发出 · CJ대한통운 · 6892" in said
    assert "已退货：김치만두" in said.split(" | ")
    assert "办理退货 · 비빔밥 · 된장찌개" in said
    assert "수거 불가 지역" in said


def test_a_part_that_was_refused_is_told_again_from_the_detail(qtbot, till, web, chosen, press):
    till.do(services.give_back, web.id, BACK)
    tell(till, (FailedPart("P2", "수거 불가 지역"),))
    press(chosen(web), "retry")
    qtbot.waitUntil(lambda: tell_of(till, web, "return")[-1].state == "waiting")
    assert [body["parts"] for _verb, body in tell(till)] == [["P2"]]


def test_what_is_closed_can_still_come_back(qtbot, till, web, chosen, press):
    till.do(deals.settle, [web.id])
    detail = chosen(web)
    press(detail, "further")
    qtbot.waitUntil(lambda: bool(seen(till.window, Sheet)))
    names = {each.objectName() for each in seen(sheet(till, qtbot), QPushButton)}
    assert names >= {"return", "exchange"}
    assert "amend" not in names


def test_what_left_says_so_on_its_card(till, web):
    assert till.card(web.id).dispatched_at is None
    till.do(services.dispatch, web.id, "CJ", "9")
    assert till.card(web.id).dispatched_at is not None


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("size", [(1024, 768), (1366, 768)])
def test_every_sheet_fits_the_counter_with_its_button_in_sight(
    qtbot, till, web, chosen, press, language, size
):
    detail = chosen(claimed(till, web, P1="return"), language=language, size=size)
    for name in ("return", "exchange", "claim", "amend"):
        press(detail, "further")
        press(sheet(till, qtbot), name)
        qtbot.waitUntil(lambda: bool(seen(till.window, QPushButton, "sure")))
        sure = seen(till.window, QPushButton, "sure")[0]
        assert sure.height() >= till.window.theme.mm(16)
        foot = sure.mapTo(till.window, sure.rect().bottomLeft()).y()
        assert foot < till.window.height()
        sheet(till, qtbot).close()
        qtbot.waitUntil(lambda: seen(till.window, Sheet) == [])


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_whoever_paid_by_whatever_is_said_in_words(language):
    words = Words(language)
    for method in (
        "free", "card", "iche", "virtual", "bank_transfer", "phone", "payco", "kakaopay", "paypal", "manual",
        "eximbay", "eb_molpay", "eb_econtext", "npay_point", "easy_payment_card", "easy_payment_virtual",
        "easy_payment_phone", "eb_never_heard_of",
    ):  # fmt: skip
        assert words.method(method) != method or not method.islower()
        assert "_" not in words.method(method)
    assert words.method("饭卡") == "饭卡"


def test_a_carrier_that_no_list_knows_is_shown_as_it_was_typed(till):
    order = till.executed()
    till.do(services.dispatch, order.id, "小李", "")
    assert left(Words("zh_CN", "Asia/Shanghai"), till.order(order.id), None) == "18:42 发出 · 小李"


def test_calling_off_asks_for_the_services_own_reason_and_for_which_part(qtbot, till, web, chosen, press):
    press(chosen(web), "cancel")
    assert "판매취소" in said_there(till, qtbot)
    assert not seen(till.window, QPushButton, "sure")[0].isEnabled()
    press(till.window, "choose_SOLD_OUT")
    press(till.window, "choose_P2")
    press(till.window, "sure")
    qtbot.waitUntil(lambda: [line.id for line in till.order(web.id).lines] == ["P2/1", "P2/2"])
    [(verb, body)] = tell(till)
    assert (verb, body["parts"], body["reason_code"]) == ("cancel", ["P1"], "SOLD_OUT")


def test_what_was_called_off_in_part_is_taken_back_with_a_touch(qtbot, till, parts, chosen, press):
    lines = (parts.line("P1", "김치만두", 2, 9000), parts.line("P2", "비빔밥", 1, 12000))
    order = till.accepted(channel="imweb", type="booking", lines=lines, currency="KRW")
    tell(till)
    press(chosen(order), "cancel")
    sheet(till, qtbot)
    press(till.window, "choose_SOLD_OUT")
    press(till.window, "choose_P2")
    press(till.window, "sure")
    qtbot.waitUntil(lambda: len(till.order(order.id).lines) == 1)
    qtbot.waitUntil(lambda: bool(seen(till.window, QPushButton, "undo")))
    press(till.window, "undo")
    qtbot.waitUntil(lambda: till.order(order.id).lines == order.lines)
    till.clock[0] += UNDO
    assert tell(till) == []
