"""A service is connected on the screen: tried first, saved with its secrets apart, worked with at once."""

from __future__ import annotations

import socket
import stat
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QPushButton

from pos.actions import channels
from pos.config import load
from pos.connecting import account_of
from pos.store import backlog, queries
from pos.ui.channels import keys
from pos.ui.channels.fields import KeyField, say
from pos.ui.parts.overlays import Sheet
from pos.ui.parts.theme import Theme
from pos.words import LANGUAGES, Words
from sync.channels import KINDS
from sync.sandbox.control import Control

FANKAHUI = """
[[channel]]
name = "fankahui"
kind = "fankahui"
base_url = "{url}"
"""
SECRETS = {"FANKAHUI_USERNAME": "counter", "FANKAHUI_PASSWORD": "practice"}


@pytest.fixture
def begun(qtbot, connected, press):
    """Return a way to begin with a new service: the form of its kind, with this entered."""

    def begin(kind, tables="", *, facts=None, **entered):
        shop = connected(tables, **(facts or {}))
        press(shop.page, "connect_service")
        press(shop.counter.window, f"kind_{kind}")
        qtbot.waitUntil(lambda: shop.page.inner is not None)
        fill(shop, **entered)
        return shop

    return begin


def fill(shop, **entered):
    """Type into lines of the form, by their names; where one is folded away, unfold it."""
    form = shop.page.inner
    for name, text in entered.items():
        if form.findChild(QLineEdit, name) is None:
            form.entries.unfold()
        form.findChild(QLineEdit, name).setText(text)


def state_of(shop, name):
    """Return how a channel is shown on the page."""
    rows = [getattr(line, "row", None) for line in shop.page.health.rows.rows]
    return next((row.state for row in rows if getattr(row, "name", "") == name), "")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_everything_that_can_be_set_has_words_in_every_language(kind, language):
    words = Words(language)
    named = [key.name for key in keys.every(kind)] + list(keys.typed_secrets(kind))
    assert [name for name in named if not say(words, kind, name)] == []
    assert {f"kind.{kind}", f"kind.{kind}_hint"} == {
        key for key in (f"kind.{kind}", f"kind.{kind}_hint") if words.has(key)
    }
    assert set(keys.FIRST[kind]) <= {key.name for key in keys.every(kind)}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_written_with_what_is_usual(kind):
    usual = {key.name: key.usual for key in keys.every(kind)}
    table = {"name": kind, "kind": kind, **usual, "base_url": usual["base_url"] or "https://192.0.2.1"}
    assert keys.wrong(kind, table) == {}


def test_a_service_is_connected_tried_and_brings_orders_without_a_restart(qtbot, begun, urls, press):
    shop = begun("fankahui", base_url=urls["fankahui"], USERNAME="counter", PASSWORD="practice")
    form = shop.page.inner
    with Control(urls["fankahui"]) as guests:
        remote = guests.place()
    assert form.save.text() == shop.say("channels.save_untested")
    press(form, "test")
    qtbot.waitUntil(lambda: form.side.trial.ok)
    assert form.save.text() == shop.say("settings.save")
    press(form, "save")
    qtbot.waitUntil(lambda: shop.page.inner is not form)
    qtbot.waitUntil(lambda: [order.remote_id for order in shop.ask(queries.orders)] == [remote["id"]])
    assert load(shop.file).channel[0].base_url == urls["fankahui"]


def test_secrets_go_where_only_the_owner_can_read_and_never_into_the_configuration(qtbot, begun, urls, press):
    shop = begun("imweb", base_url=urls["imweb"], KEY="a key of ours", SECRET="a secret of ours")
    press(shop.page.inner, "save")
    qtbot.waitUntil(lambda: "imweb" in shop.file.read_text(encoding="utf-8"))
    kept = shop.folder / "secrets.json"
    qtbot.waitUntil(kept.exists)
    assert "of ours" not in shop.file.read_text(encoding="utf-8")
    assert "a secret of ours" in kept.read_text(encoding="utf-8")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_only_what_is_not_as_usual_is_written(qtbot, begun, urls, press):
    shop = begun("imweb", base_url=urls["imweb"], KEY="k", SECRET="s", page_size="20")
    press(shop.page.inner, "auto_accept")
    press(shop.page.inner, "save")
    qtbot.waitUntil(lambda: "imweb" in shop.file.read_text(encoding="utf-8"))
    [part] = load(shop.file).channel
    table = shop.file.read_text(encoding="utf-8").partition("[[channel]]")[2].split("\n\n")[0]
    keys = {line.partition("=")[0].strip() for line in table.strip().splitlines()}
    assert keys == {"name", "kind", "base_url", "page_size", "auto_accept"}
    assert (part.auto_accept, part.settings["page_size"]) == (True, 20)


def test_a_wrong_secret_says_so_before_it_is_saved_and_a_right_one_is_taken(qtbot, begun, urls, press):
    shop = begun("imweb", base_url=urls["imweb"], KEY="practice", SECRET="wrong")
    form = shop.page.inner
    press(form, "test")
    qtbot.waitUntil(lambda: bool(form.side.trial.fault))
    assert form.side.result.text() == shop.say("tried.wrong_secrets")
    assert form.save.text() == shop.say("channels.save_untested")
    fill(shop, SECRET="practice")
    assert form.side.result.text() == shop.say("channels.untested")
    press(form, "test")
    qtbot.waitUntil(lambda: form.side.trial.ok)
    press(form, "save")
    qtbot.waitUntil(lambda: shop.page.inner is not form)
    qtbot.waitUntil(lambda: shop.page.inner.badge.text() == shop.say("sync.well"))


def test_another_key_under_an_old_name_is_saved_once_a_person_says_that_it_is_the_same_shop(
    qtbot, begun, urls, press
):
    shop = begun("imweb", base_url=urls["imweb"], KEY="a new key", SECRET="s")
    form = shop.page.inner
    name = form.entries.name.value
    was = name, "imweb", urls["imweb"]
    shop.do(channels.begin, *was, account_of(name, "imweb", {"KEY": "the old key"}))
    shop.do(channels.not_kept, name, "so that something of it is left")
    shop.do(channels.forget, *was)
    press(form, "save")
    qtbot.waitUntil(lambda: form.save.text() == shop.say("channels.same_account"))
    assert form.why.text() == shop.say("edit.another_account", name=name)
    fill(shop, KEY="another new key")
    assert form.save.text() == shop.say("channels.save_untested")
    press(form, "save")
    qtbot.waitUntil(lambda: form.save.text() == shop.say("channels.same_account"))
    assert load(shop.file).channel == ()
    press(form, "save")
    qtbot.waitUntil(lambda: shop.page.inner is not form)
    worked = partial(shop.ask, backlog.channels, shop.counter.works.store.shop)
    qtbot.waitUntil(lambda: [row.state for row in worked()] == ["well"])


def test_a_shop_that_is_connected_already_is_connected_again_only_if_a_person_says_so(
    qtbot, begun, urls, press
):
    tables, entered = FANKAHUI.format(url=urls["fankahui"]), {"USERNAME": "counter", "PASSWORD": "practice"}
    shop = begun("fankahui", tables, facts=SECRETS, base_url=urls["fankahui"], **entered)
    form = shop.page.inner
    press(form, "save")
    qtbot.waitUntil(lambda: form.save.text() == shop.say("channels.save_twice"))
    assert form.why.text() == shop.say("edit.connected_already", name="fankahui")
    assert len(load(shop.file).channel) == 1
    press(form, "save")
    qtbot.waitUntil(lambda: shop.page.inner is not form)
    assert [part.name for part in load(shop.file).channel] == ["fankahui", "fankahui2"]


def test_what_was_tried_is_not_what_is_saved_once_it_has_been_changed(qtbot, begun, urls, press):
    shop = begun("fankahui", base_url=urls["fankahui"], USERNAME="counter", PASSWORD="practice")
    form = shop.page.inner
    press(form, "test")
    qtbot.waitUntil(lambda: form.side.trial.ok)
    fill(shop, PASSWORD="another")
    assert form.save.text() == shop.say("channels.save_untested")
    fill(shop, PASSWORD="practice")
    assert form.save.text() == shop.say("settings.save")


def test_a_host_where_nobody_answers_is_said_and_a_test_can_be_left(qtbot, begun, press):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        place = f"http://127.0.0.1:{silent.getsockname()[1]}"
        shop = begun("fankahui", base_url=place, USERNAME="counter", PASSWORD="practice")
        form = shop.page.inner
        press(form, "test")
        assert form.side.bar.isVisible()
        errands = shop.counter.window.desk.setup.errands
        qtbot.waitUntil(lambda: bool(errands._under_way))
        qtbot.keyClick(form, Qt.Key.Key_Escape)
        assert shop.page.inner is None
        qtbot.waitUntil(lambda: not errands._under_way)
    assert load(shop.file).channel == ()


@pytest.mark.parametrize(("kind", "said"), [("html", "web_page"), ("lost", "connection_broke")])
def test_a_host_that_is_not_the_service_is_said_in_words_for_who_corrects_it(
    qtbot, begun, urls, press, kind, said
):
    shop = begun("fankahui", base_url=urls["fankahui"], USERNAME="counter", PASSWORD="practice")
    with Control(urls["fankahui"]) as control:
        control.fault(kind, times=None)
    press(shop.page.inner, "test")
    result = shop.page.inner.side.result
    qtbot.waitUntil(lambda: result.text() == shop.say(f"tried.{said}"))
    assert load(shop.file).channel == ()


def test_a_test_is_stopped_and_what_was_entered_stays(qtbot, begun, press):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        place = f"http://127.0.0.1:{silent.getsockname()[1]}"
        shop = begun("fankahui", base_url=place, USERNAME="counter", PASSWORD="practice")
        form = shop.page.inner
        press(form, "test")
        qtbot.waitUntil(lambda: bool(shop.counter.window.desk.setup.errands._under_way))
        press(form, "stop")
        qtbot.waitUntil(lambda: form.side.result.text() == shop.say("fault.given_up"))
    assert form.entries.typed() == {"USERNAME": "counter", "PASSWORD": "practice"}
    assert form.test.isEnabled()


def test_what_is_unfolded_comes_into_view(qtbot, begun, press):
    shop = begun("imweb", facts={"size": (1024, 768)})
    form = shop.page.inner
    press(form, "more_settings")
    qtbot.waitUntil(lambda: form._area.verticalScrollBar().value() > 0)
    assert form.entries.fields["statuses"].visibleRegion().boundingRect().height() > 0


def test_an_address_that_is_none_is_complained_about_only_once_it_is_typed(qtbot, begun):
    shop = begun("fankahui")
    form = shop.page.inner
    address = form.entries.fields["base_url"]
    assert (address.fault.isVisible(), form.test.isEnabled(), form.save.isEnabled()) == (False, False, False)
    fill(shop, base_url="our service")
    qtbot.waitUntil(address.fault.isVisible)
    assert form.why.text() == shop.say("channel_key.base_url_wrong")
    fill(shop, base_url="https://192.0.2.1", page_size="2000")
    assert not address.fault.isVisible()
    assert form.entries.fault() == shop.say("channels.bad_number", least=1, most=1000)
    fill(shop, page_size="many")
    assert form.entries.fault() == shop.say("channels.bad_number", least=1, most=1000)
    fill(shop, page_size="30")
    assert form.save.isEnabled()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://192.0.2.1/?a=b", "sign"),
        ("https://boss@192.0.2.1", "password"),
        ("https://192.0.2.1:99999", "port"),
        ("https://[192.0.2.1", "host"),
    ],
)
def test_what_is_wrong_behind_the_beginning_of_an_address_is_said(qtbot, language, kind, url, fault):
    words = Words(language)
    key = next(key for key in keys.every(kind) if key.name == "base_url")
    why = keys.wrong(kind, {"name": "one", "kind": kind, "base_url": url})["base_url"]
    field = KeyField(Theme(language=language), words, kind, key, url)
    qtbot.addWidget(field)
    assert field.words_for(why) == words.say(f"channel_key.address_{fault}")
    assert words.has(f"channel_key.address_{fault}")


def test_a_name_that_another_channel_has_is_refused(begun, urls):
    shop = begun("fankahui", FANKAHUI.format(url=urls["fankahui"]), facts=SECRETS)
    form = shop.page.inner
    assert form.entries.name.text() == "fankahui2"
    fill(shop, channel_name="fankahui")
    assert form.entries.fault() == shop.say("channels.name_twice", name="fankahui")
    fill(shop, channel_name="counter")
    assert form.entries.fault() == shop.say("channels.name_twice", name="counter")


def test_a_kept_secret_is_never_shown_and_stays_unless_another_is_typed(qtbot, connected, urls, press):
    shop = connected(FANKAHUI.format(url=urls["fankahui"]), **SECRETS)
    shop.page.open_form("fankahui")
    qtbot.waitUntil(lambda: shop.page.inner is not None)
    form, line = shop.page.inner, shop.page.inner.findChild(QLineEdit, "PASSWORD")
    qtbot.waitUntil(lambda: line.placeholderText() == shop.say("channels.secret_kept"))
    shown = [each.text() for each in form.findChildren(QLineEdit)]
    shown += [each.text() for each in form.findChildren(QLabel)]
    assert not [text for text in shown if "practice" in text]
    press(form, "test")
    qtbot.waitUntil(lambda: form.side.trial.ok)
    fill(shop, poll_seconds="3")
    press(form, "save")
    qtbot.waitUntil(lambda: load(shop.file).channel[0].poll_seconds == 3)
    assert not (shop.folder / "secrets.json").exists()


def test_what_is_typed_in_the_dark_can_be_looked_at(begun, press):
    shop = begun("fankahui")
    form = shop.page.inner
    line = form.findChild(QLineEdit, "PASSWORD")
    assert line.echoMode() == QLineEdit.EchoMode.Password
    assert not form.findChild(QPushButton, "show_PASSWORD").isEnabled()
    fill(shop, PASSWORD="practice")
    press(form, "show_PASSWORD")
    assert line.echoMode() == QLineEdit.EchoMode.Normal


def test_a_channels_name_and_what_it_holds_of_tables_stay_as_they_are(qtbot, connected, urls, press):
    table = FANKAHUI.format(url=urls["fankahui"]).rstrip() + "\nshop_name = '小店'  # ours\n"
    shop = connected(table, **SECRETS)
    shop.page.open_form("fankahui")
    qtbot.waitUntil(lambda: shop.page.inner is not None)
    form = shop.page.inner
    assert not form.entries.name.isEnabled()
    press(form, "auto_accept")
    press(form, "save")
    qtbot.waitUntil(lambda: load(shop.file).channel[0].auto_accept)
    assert "shop_name = '小店'  # ours" in shop.file.read_text(encoding="utf-8")


def test_a_configuration_that_was_changed_meanwhile_is_loaded_again_and_what_was_typed_stays(
    qtbot, connected, urls, press
):
    shop = connected(FANKAHUI.format(url=urls["fankahui"]), **SECRETS)
    shop.page.open_form("fankahui")
    qtbot.waitUntil(lambda: shop.page.inner is not None)
    form = shop.page.inner
    fill(shop, poll_seconds="9")
    with shop.file.open("a", encoding="utf-8") as file:
        file.write("# mine\n")
    press(form, "save")
    press(form, "reload")
    qtbot.waitUntil(lambda: form.why.text() == shop.say("settings.reloaded"))
    press(form, "save")
    qtbot.waitUntil(lambda: load(shop.file).channel[0].poll_seconds == 9)
    assert "# mine" in shop.file.read_text(encoding="utf-8")


def test_a_service_is_disconnected_only_when_sure_and_its_orders_stay(qtbot, connected, urls, press):
    with Control(urls["fankahui"]) as guests:
        guests.place()
        shop = connected(FANKAHUI.format(url=urls["fankahui"]), **SECRETS)
        qtbot.waitUntil(lambda: len(shop.ask(queries.board)) == 1)
    shop.page.open_form("fankahui")
    qtbot.waitUntil(lambda: shop.page.inner is not None)
    press(shop.page.inner, "remove")
    qtbot.waitUntil(lambda: bool(shop.counter.window.findChildren(Sheet)))
    said = [each.text() for each in shop.counter.window.findChildren(Sheet)[-1].findChildren(QLabel)]
    assert shop.say("channels.remove_orders", n=1) in said
    press(shop.counter.window, "sure_remove")
    qtbot.waitUntil(lambda: shop.page.inner is None)
    assert load(shop.file).channel == ()
    assert len(shop.ask(queries.board)) == 1
    qtbot.waitUntil(lambda: state_of(shop, "fankahui") == "gone")


@pytest.mark.parametrize(
    ("told", "key"),
    [('["fankahui", "counter"]', "channels.remove_heard"), ('["fankahui"]', "channels.remove_heard_alone")],
)
def test_who_hears_of_a_service_that_goes_is_said_before_it_is_taken_from_that_list(
    qtbot, connected, urls, press, told, key
):
    reviews = (
        f'\n[[channel]]\nname = "crema"\nkind = "crema"\nbase_url = "{urls["crema"]}"\ntell_about = {told}\n'
    )
    shop = connected(FANKAHUI.format(url=urls["fankahui"]) + reviews, **SECRETS)
    shop.page.open_form("fankahui")
    qtbot.waitUntil(lambda: shop.page.inner is not None)
    press(shop.page.inner, "remove")
    qtbot.waitUntil(lambda: bool(shop.counter.window.findChildren(Sheet)))
    said = [each.text() for each in shop.counter.window.findChildren(Sheet)[-1].findChildren(QLabel)]
    names = {"name": shop.say("channel.fankahui"), "other": "crema"}
    assert shop.say(key, **names) in said
    press(shop.counter.window, "sure_remove")
    qtbot.waitUntil(lambda: shop.page.inner is None)
    (left,) = load(shop.file).channel
    assert left.settings.get("tell_about", []) == (["counter"] if "counter" in told else [])


def test_crema_offers_the_channels_whose_sales_it_can_hear_of(begun, urls, press):
    shop = begun("crema", FANKAHUI.format(url=urls["fankahui"]), facts=SECRETS)
    form = shop.page.inner
    field = form.entries.fields["tell_about"]
    offered = [each.text() for each in field.findChildren(QPushButton)]
    assert offered == [shop.say("channel.counter"), shop.say("channel.fankahui")]
    press(field, "choose_fankahui")
    assert form.entries.values()["tell_about"] == ["fankahui"]


def test_words_to_words_are_added_and_taken_out(begun, press):
    shop = begun("crema", CLIENT_ID="a", CLIENT_SECRET="b")
    form = shop.page.inner
    press(form, "more_settings")
    press(form, "delivery_services_add")
    fill(shop, delivery_services_from_0="CJ", delivery_services_to_0="cj_logistics")
    assert form.entries.values()["delivery_services"] == {"CJ": "cj_logistics"}
    press(form, "delivery_services_drop_0")
    assert "delivery_services" not in form.entries.values()


@pytest.mark.parametrize("kind", ["fankahui", "crema", "impilo"])
def test_where_a_refusal_says_why_is_changed_on_the_form(begun, press, kind):
    shop = begun(kind)
    form = shop.page.inner
    press(form, "more_settings")
    assert "error_keys" not in form.entries.values()
    fill(shop, error_keys_more="error.words")
    press(form, "error_keys_add")
    press(form, "drop_message")
    assert form.entries.values()["error_keys"] == ["msg", "error", "detail", "title", "error.words"]
    fill(shop, error_keys_more="error..words")
    assert form.entries.fields["error_keys"].words_for("wrong") == shop.say("channel_key.error_keys_wrong")
    assert "error_keys" in keys.wrong(kind, form.entries.values())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_target_of_the_form_is_as_large_as_a_finger_on_the_smallest_screen(
    qtbot, begun, language, kind
):
    shop = begun(kind, facts={"language": language, "size": (1024, 768)})
    form = shop.page.inner
    form.entries.unfold()
    finger = shop.counter.window.theme.mm(12)

    def small():
        seen = [*form.findChildren(QAbstractButton), *form.findChildren(QLineEdit)]
        return [
            each.objectName()
            for each in seen
            if each.isVisible() and min(each.width(), each.height()) < finger
        ]

    qtbot.waitUntil(lambda: small() == [])  # what was unfolded is laid out in its turn
    assert shop.counter.window.width() == 1024
    assert form.side.geometry().right() <= form.width()


def test_secrets_that_cannot_be_read_are_said_and_the_form_goes_on(qtbot, connected, urls):
    shop = connected(FANKAHUI.format(url=urls["fankahui"]), **SECRETS)
    (shop.folder / "secrets.json").write_text("{", encoding="utf-8")
    shop.page.open_form("fankahui")
    qtbot.waitUntil(lambda: shop.page.inner is not None)
    form = shop.page.inner
    qtbot.waitUntil(lambda: "secrets.json" in form.why.text())
    assert form.test.isEnabled()
