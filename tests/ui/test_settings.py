"""Printers are added, changed, routed and tried on the screen, and hold at once."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from pos.actions import spool
from pos.config import load
from pos.store.tx import Who
from pos.ui.printers.finding import FindPrinters
from pos.ui.printers.stations import StationChip
from pos.ui.setup import Setup
from pos.words import LANGUAGES
from printing.finding import Found, Missed

CONFIG = """# the shop
[shop]
name = "泛盈总店"
currency = "CNY"

[[printer]]
name = "kitchen"      # by the door
device = "virtual:"
prints = ["kitchen"]
stations = ["*", "热菜"]

[[printer]]
name = "cold"
device = "virtual:"
prints = ["kitchen"]
stations = ["凉菜"]
fallback = "kitchen"
"""


async def nowhere(_hosts):
    """Find nothing: no test asks the network around it."""
    return
    yield


@pytest.fixture
def section(qtbot, opened, till, tmp_path):
    """Return a way to open the section of printers over a configuration."""

    def open_section(text=CONFIG, language="zh_CN", **facts):
        file = tmp_path / "config.toml"
        file.write_text(text, encoding="utf-8")
        till.store.serve(load(file).facts)
        opened(language, **facts)

        def apply(config):
            till.store.serve(config.facts)
            till.desk.rang.emit(frozenset({"printers"}))
            done = Future()
            done.set_result(None)
            return done

        till.desk.setup = Setup(till.store, till.desk.who, file, apply, tmp_path / "tickets", nowhere)
        till.window.turn("settings")
        made = till.window.pages["settings"].sections["printers"]
        qtbot.waitUntil(lambda: len(made.cards) == len(load(file).printer))
        made.file = file
        return made

    return open_section


@pytest.fixture
def form(qtbot, section, press):
    """Return a way to open the form of a printer."""

    def open_form(name="kitchen", **facts):
        made = section(**facts)
        press(made, f"change_{name}")
        qtbot.waitUntil(lambda: made.form is not None)
        return made

    return open_form


def choose(inside, key, value):
    """Press an option of a form's choice."""
    inside.choices[key].findChild(QPushButton, f"choose_{value}").click()


def printer(section, name):
    """Return a printer as the configuration has it now."""
    return next((part for part in load(section.file).printer if part.name == name), None)


def test_a_change_is_written_among_the_owners_comments_and_holds_at_once(qtbot, form, till, press):
    page = form()
    choose(page.form, "paper", 58)
    page.form.name.setText("厨房")
    press(page, "save")
    qtbot.waitUntil(lambda: page.form is None)
    text = page.file.read_text(encoding="utf-8")
    assert "# by the door" in text
    assert (printer(page, "厨房").paper, printer(page, "cold").fallback) == (58, "厨房")
    assert [each.name for each in till.desk.shop.printers] == ["厨房", "cold"]
    qtbot.waitUntil(lambda: [card.name for card in page.cards] == ["厨房", "cold"])


def test_what_is_wrong_is_said_beside_it_and_cannot_be_saved(form):
    page = form()
    said = till_words(page)
    page.form.name.setText("cold")
    assert page.form._name_field.fault.text() == said("settings.name_twice", name="cold")
    assert not page.form.save.isEnabled()
    assert page.form.why.text() == page.form._name_field.fault.text()
    page.form.name.setText("kitchen")
    page.form.way.findChild(QPushButton, "choose_tcp").click()
    assert page.form._device_field.fault.text() == said("settings.bad_tcp")
    assert not page.form.test.isEnabled()
    page.form.address.setText("192.0.2.7")
    assert page.form.save.isEnabled()


def till_words(page):
    return page._desk.words.say


def test_the_menu_is_shown_as_the_printer_would_print_it(qtbot, till, parts, form):
    till.executed(lines=(parts.line("1", "김치찌개", 1, 900), parts.line("2", "宫保鸡丁", 1, 2800)))
    page = form()
    paper = page.form.sampling.paper
    qtbot.waitUntil(lambda: len(paper.drawn) == 1)
    choose(page.form, "encoding", "raster")
    qtbot.waitUntil(lambda: sum(high for _, high in paper.drawn) > 100)
    choose(page.form, "encoding", "cp949")
    caption = page.form.sampling._caption
    qtbot.waitUntil(lambda: caption.text() == till_words(page)("settings.sample_drawn"))


def test_a_file_that_was_changed_by_hand_is_read_again_and_what_was_typed_stays(qtbot, form, press):
    page = form()
    choose(page.form, "paper", 58)
    page.file.write_text(CONFIG + "\n# mine\n", encoding="utf-8")
    press(page, "save")
    press(page, "reload")
    qtbot.waitUntil(lambda: page.form.why.text() == till_words(page)("settings.reloaded"))
    assert page.file.read_text(encoding="utf-8").endswith("# mine\n")
    press(page, "save")
    qtbot.waitUntil(lambda: page.form is None)
    assert printer(page, "kitchen").paper == 58
    assert "# mine" in page.file.read_text(encoding="utf-8")


def test_a_test_page_goes_to_the_address_on_the_form_before_it_is_saved(qtbot, form, press, simulate):
    page, simulator = form(), simulate()
    page.form.way.findChild(QPushButton, "choose_tcp").click()
    page.form.address.setText(f"127.0.0.1:{simulator.port}")
    press(page, "test_page")
    proven = till_words(page)("settings.tested", how=till_words(page)("evidence.process-id"))
    qtbot.waitUntil(lambda: page.form.why.text() == proven)
    assert "kitchen" in simulator.papers[0].text
    assert printer(page, "kitchen").device == "virtual:"


def test_a_printer_that_cannot_be_reached_is_said_and_the_screen_turns_meanwhile(qtbot, form, press):
    page = form()
    page.form.way.findChild(QPushButton, "choose_tcp").click()
    page.form.address.setText("127.0.0.1:1")
    press(page, "test_page")
    words = page._desk.words
    expected = {words.say("cause.unreachable"), words.say("cause.refused")}
    qtbot.waitUntil(lambda: page.form.why.text() in expected)
    assert page.form.save.isEnabled()


def test_a_station_is_dragged_to_another_printer_and_back_by_undo(qtbot, section, till, press):
    page = section()
    chip = next(each for each in page.cards[0].findChildren(StationChip) if each.station == "热菜")
    qtbot.waitUntil(lambda: page.cards[1].pos() != page.cards[0].pos())  # laid out
    goal = page.cards[1].mapToGlobal(page.cards[1].rect().center())
    qtbot.mousePress(chip, Qt.MouseButton.LeftButton)
    left, at = Qt.MouseButton.LeftButton, QPointF(goal)
    moved = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(chip.mapFromGlobal(goal)),
        at,
        left,
        left,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(chip, moved)
    qtbot.mouseRelease(chip, left, pos=chip.mapFromGlobal(goal))
    qtbot.waitUntil(lambda: printer(page, "cold").stations == ("凉菜", "热菜"))
    assert printer(page, "kitchen").stations == ("*",)
    press(till.window, "undo")
    qtbot.waitUntil(lambda: printer(page, "cold").stations == ("凉菜",))
    assert printer(page, "kitchen").stations == ("*", "热菜")


def test_a_station_is_tapped_and_given_to_a_second_printer(qtbot, section, till, press):
    page = section()
    press(page, "station_凉菜")
    press(till.window, "choose_kitchen")
    press(till.window, "sure")
    qtbot.waitUntil(lambda: "凉菜" in printer(page, "kitchen").stations)
    assert printer(page, "cold").stations == ("凉菜",)


def test_a_printer_is_set_aside_by_one_tap_and_back_by_undo(qtbot, section, till, press):
    page = section()
    press(page, "set_aside_cold")
    qtbot.waitUntil(lambda: page.findChild(QPushButton, "take_back_cold") is not None)
    press(till.window, "undo")
    qtbot.waitUntil(lambda: page.findChild(QPushButton, "set_aside_cold") is not None)


def test_a_printer_is_removed_only_when_sure_and_its_tickets_are_named(qtbot, form, till, press):
    till.executed()
    page = form()
    press(page, "remove")
    qtbot.waitUntil(lambda: till.window.findChild(QPushButton, "sure_remove") is not None)
    said = [each.text() for each in till.window.findChildren(type(page._tray))]
    assert any("K-0001" in text for text in said)
    press(till.window, "sure_remove")
    qtbot.waitUntil(lambda: printer(page, "kitchen") is None)
    assert printer(page, "cold").fallback == ""


def test_printers_appear_as_they_are_found_and_one_tap_adds_one(qtbot, section, till, press):
    page = section()
    more = threading.Event()

    async def look(_hosts):
        yield Found("tcp://192.0.2.9:9100", "mdns", "Kitchen printer", "TM-T20II")
        yield Missed("probe", "unreachable", "", "192.0.2.10")
        await asyncio.to_thread(more.wait, 30)

    page._fetch(lambda: None)
    seen = FindPrinters(till.window, till.desk, till.window.theme, page._draft, page.open_form, look)
    press(till.window, "add_tcp://192.0.2.9:9100")
    qtbot.waitUntil(lambda: printer(page, "TM-T20II") is not None)
    assert seen.bar.isVisible()
    added = printer(page, "TM-T20II")
    assert (added.device, added.profile, added.prints) == (
        "tcp://192.0.2.9:9100", "TM-T20II", ("delivery", "settlement", "report"),
    )  # fmt: skip
    more.set()
    qtbot.waitUntil(lambda: "192.0.2.10" in seen._state.text())
    assert not seen.bar.isVisible()


def test_a_search_ends_when_its_sheet_is_closed(qtbot, section, till):
    page = section()
    begun, ended = threading.Event(), threading.Event()

    async def look(_hosts):
        begun.set()
        try:
            await asyncio.Event().wait()
            yield
        finally:
            ended.set()

    seen = FindPrinters(till.window, till.desk, till.window.theme, page._draft, page.open_form, look)
    qtbot.waitUntil(begun.is_set)
    seen.sheet.close()
    qtbot.waitUntil(ended.is_set)


def test_only_addresses_that_a_person_typed_are_asked(qtbot, section, till, press):
    page, asked = section(), []

    async def look(hosts):
        asked.append(list(hosts))
        return
        yield

    FindPrinters(till.window, till.desk, till.window.theme, page._draft, page.open_form, look)
    qtbot.waitUntil(lambda: asked == [[]])
    till.window.findChild(QLineEdit, "hosts").setText("192.0.2.1，192.0.2.2:9101")
    press(till.window, "ask_hosts")
    qtbot.waitUntil(lambda: asked == [[], ["192.0.2.1", "192.0.2.2:9101"]])


def test_a_shop_without_a_printer_is_told_what_to_do_and_can_try_a_virtual_one(qtbot, section, till, press):
    page = section('[shop]\nname = "x"\ncurrency = "CNY"\n')
    qtbot.waitUntil(page.empty.isVisible)
    press(page, "find_printers")
    press(till.window, "add_virtual:")
    qtbot.waitUntil(lambda: bool(load(page.file).printer))
    assert load(page.file).printer[0].prints == ("kitchen", "delivery", "settlement", "report")


def test_what_a_printer_is_ill_of_stands_on_its_card(section, till):
    from printing.ports import PrinterHealth

    how = PrinterHealth("needs_you", "paper_out")
    till.store.do(spool.health, Who("cold", "worker"), "cold", how).result()
    page = section()
    shown = [each.text() for each in page.cards[1].findChildren(type(page._tray))]
    assert till_words(page)("cause.paper_out") in shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(1024, 768), (1920, 1080)])
def test_every_target_of_a_form_is_as_large_as_a_finger(qtbot, form, till, language, size):
    from PySide6.QtWidgets import QAbstractButton

    page = form(language=language, size=size)
    till.window.toast.hide()
    page.form._unfold()
    finger = till.window.theme.mm(12)

    def small():
        seen = [*page.form.findChildren(QAbstractButton), *page.form.findChildren(QLineEdit)]
        return [
            each.objectName()
            for each in seen
            if each.isVisible() and min(each.width(), each.height()) < finger
        ]

    qtbot.waitUntil(lambda: small() == [])  # what was unfolded is laid out in its turn
    assert till.window.width() == size[0]
    assert page.form.sampling.geometry().right() <= page.form.width()


def test_kinds_that_no_printer_prints_are_named(section):
    page = section()
    say = till_words(page)
    lost = say("settings.unserved_kinds", what=say("settings.prints_settlement"))
    assert (page._tray.text(), page._tray.isVisible()) == (lost, True)


def test_a_form_is_left_by_escape_and_never_begins_on_remove(qtbot, form):
    page = form()
    qtbot.waitUntil(page.form.name.hasFocus)
    qtbot.keyClick(page.form.name, Qt.Key.Key_Escape)
    assert page.form is None
    qtbot.waitUntil(page.hasFocus)
