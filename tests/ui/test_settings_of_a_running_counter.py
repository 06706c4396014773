"""What is saved on the settings page holds for the counter that runs, without a restart."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton

from pos.actions import intake, orders
from pos.config import load
from pos.counter import Counter
from pos.secrets import Secrets
from pos.store import backlog, queries
from pos.store.tx import Who
from sync.messages import RemoteLine, RemoteOrder

CONFIG = """[shop]
name = "泛盈总店"
currency = "CNY"
language = "zh_CN"
timezone = "Asia/Shanghai"

[[channel]]
name = "fankahui"
kind = "fankahui"
base_url = "http://127.0.0.1:1"
"""


def table(name, simulator, fallback=""):
    """Return a kitchen printer as the configuration has it."""
    text = (
        f'\n[[printer]]\nname = "{name}"\ndevice = "tcp://127.0.0.1:{simulator.port}"\nprints = ["kitchen"]\n'
    )
    return text + (f'fallback = "{fallback}"\n' if fallback else "")


@pytest.fixture
def counter(qtbot, tmp_path):
    """Return a way to open a counter with these printers at its settings page."""
    made = []

    def open_counter(printers=""):
        file = tmp_path / "config.toml"
        file.write_text(CONFIG + printers, encoding="utf-8")
        keys = {"POS_SECRET_SHOP_JOURNAL": "key", "POS_SECRET_FANKAHUI_USERNAME": "counter"}
        secrets = Secrets(tmp_path, {**keys, "POS_SECRET_FANKAHUI_PASSWORD": "practice"})
        made.append(Counter(file, secrets=secrets))
        qtbot.addWidget(made[0].window)
        with qtbot.waitSignal(made[0].opened):
            made[0].window.showMaximized()
        # Until printers are worked here, what is saved holds for the screens alone.
        qtbot.waitUntil(lambda: made[0]._worker is not None)
        made[0].window.turn("settings")
        page = made[0].window.pages["settings"].sections["printers"]
        qtbot.waitUntil(lambda: len(page.cards) == len(load(file).printer))
        return made[0], page

    yield open_counter
    for each in made:
        each.stop()


def fire(counter, remote="r1"):
    """Let an order come, and fire it."""
    store, who = counter.works.store, Who("王芳", "screen")
    line = RemoteLine("1", "宫保鸡丁", 1, 2800)
    heard = RemoteOrder(
        remote_id=remote, status="placed", type="deliver", lines=(line,), currency="CNY", raw={}
    )
    store.do(intake.receive, Who("fankahui", "channel"), "fankahui", heard).result()
    [order] = store.ask(queries.find_orders, f"fankahui:{remote}", None)
    store.do(orders.accept, who, order.id).result()
    if store.ask(queries.order, order.id).executed_at is None:
        store.do(orders.execute, who, order.id).result()


def tickets(counter):
    """Return number, printer and state of all tickets."""
    return [(row.number, row.printer, row.state) for row in counter.works.store.ask(backlog.tickets)]


def test_a_printer_that_was_added_prints_the_next_order_without_a_restart(qtbot, counter, press, simulate):
    simulator, (running, page) = simulate(), counter()
    press(page, "add_printer")
    qtbot.waitUntil(lambda: page.form is not None)
    page.form.name.setText("厨房")
    page.form.way.findChild(QPushButton, "choose_tcp").click()
    page.form.address.setText(f"127.0.0.1:{simulator.port}")
    assert "kitchen" in page.form.prints.chosen
    press(page, "save")
    qtbot.waitUntil(lambda: [card.name for card in page.cards] == ["厨房"])
    fire(running)
    qtbot.waitUntil(lambda: tickets(running)[:1] == [("K-0001", "厨房", "printed")])
    assert "宫保鸡丁" in simulator.papers[0].text


def test_the_next_order_goes_past_a_printer_that_was_removed(qtbot, counter, press, simulate):
    old, other = simulate(), simulate()
    running, page = counter(table("old", old) + table("other", other))
    press(page, "change_old")
    press(page, "remove")
    press(running.window, "sure_remove")
    qtbot.waitUntil(lambda: [card.name for card in page.cards] == ["other"])
    fire(running)
    qtbot.waitUntil(lambda: tickets(running) == [("K-0001", "other", "printed")])
    assert old.papers == []


def test_who_stands_in_for_a_printer_that_was_set_aside_says_so_on_paper(qtbot, counter, press, simulate):
    aside, well = simulate(), simulate()
    running, page = counter(table("one", aside, "two") + table("two", well).replace("kitchen", "settlement"))
    press(page, "set_aside_one")
    qtbot.waitUntil(lambda: page.findChild(QPushButton, "take_back_one") is not None)
    fire(running)
    qtbot.waitUntil(lambda: tickets(running) == [("K-0001", "one", "printed")])
    [row] = running.works.store.ask(backlog.tickets)
    assert (row.taken_by, row.stands_in_for, aside.papers) == ("two", "one", [])
    assert "one" in well.papers[0].text


def test_a_test_page_takes_its_turn_behind_the_ticket_whose_line_is_still_held(
    qtbot, counter, press, simulate
):
    simulator = simulate()
    running, page = counter(table("one", simulator))
    fire(running)
    qtbot.waitUntil(lambda: tickets(running) == [("K-0001", "one", "printed")])
    press(page, "test_page_one")
    qtbot.waitUntil(lambda: tickets(running)[1:] == [("T-0001", "one", "printed")])
    assert [("T-0001" in paper.text) for paper in simulator.papers] == [False, True]
    words = running.window.desk.words
    proven = words.say("settings.tested", name="one", how=words.say("evidence.process-id"))
    qtbot.waitUntil(lambda: running.window.toast.words.text() == proven)


def test_what_waits_for_a_printer_follows_it_to_its_new_name(qtbot, counter, press, simulate, hand):
    simulator = simulate()
    hand(simulator, "paper_out")
    running, page = counter(table("one", simulator))
    fire(running)
    qtbot.waitUntil(lambda: tickets(running) == [("K-0001", "one", "queued")])
    press(page, "change_one")
    qtbot.waitUntil(lambda: page.form is not None)
    page.form.name.setText("厨房")
    said = running.window.desk.words.say
    assert page.form.why.text() == said("settings.renaming", name="one")
    press(page, "save")
    qtbot.waitUntil(lambda: tickets(running) == [("K-0001", "厨房", "queued")])
    hand(simulator, "refill")
    qtbot.waitUntil(lambda: tickets(running) == [("K-0001", "厨房", "printed")])


def test_what_waits_for_a_printer_that_is_removed_is_printed_by_another(
    qtbot, counter, press, simulate, hand
):
    empty, other = simulate(), simulate()
    hand(empty, "paper_out")
    running, page = counter(
        table("one", empty, fallback="two") + table("two", other).replace("kitchen", "report")
    )
    fire(running)
    qtbot.waitUntil(lambda: tickets(running) == [("K-0001", "one", "queued")])
    press(page, "change_one")
    press(page, "remove")
    qtbot.waitUntil(lambda: running.window.findChild(QPushButton, "sure_remove") is not None)
    told = running.window.desk.words.say("settings.remove_moving", tickets="K-0001", printers="two")
    assert told in [each.text() for each in running.window.findChildren(type(page._tray))]
    press(running.window, "sure_remove")
    qtbot.waitUntil(lambda: tickets(running) == [("K-0001", "two", "printed")])
    assert "宫保鸡丁" in other.papers[0].text
