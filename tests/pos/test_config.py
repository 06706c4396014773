"""The configuration is checked whole, and every fault names file, line, key and what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from pathlib import Path

import pytest

from pos.config import Config, ConfigTrouble, load
from pos.places import configuration
from printing.logo import PNG

GOOD = """\
[shop]
name = "泛盈总店"
currency = "CNY"
language = "zh_CN"
timezone = "Asia/Shanghai"
day_starts = "05:30"
methods = ["饭卡"]

[shop.stations]
"水煮鱼" = "hot"

[store]
url = "sqlite:///counter.db"

[[channel]]
name = "fankahui"
kind = "fankahui"
base_url = "http://127.0.0.1:8801/"
auto_accept = true
login = "employes"

[[printer]]
name = "kitchen"
device = "tcp://127.0.0.1:9100"
prints = ["kitchen"]
fallback = "front"

[[printer]]
name = "front"
device = "virtual:"
paper = 58
prints = ["settlement"]
"""


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    """Write a configuration."""

    def write(text: str) -> Path:
        file = tmp_path / "config.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def fault(file: Path) -> str:
    with pytest.raises(ConfigTrouble) as trouble:
        load(file)
    return str(trouble.value)


MORE = """
[[channel]]
name = "reviews"
kind = "crema"
base_url = "https://api.cre.ma"
tell_about = ["fankahui"]

[[channel]]
name = "web shop"
kind = "imweb"
base_url = "https://api.imweb.me"
"""


def test_the_shop_knows_what_each_of_its_services_can_be_told_and_asks(
    written: Callable[[str], Path],
) -> None:
    channels = load(written(GOOD + MORE)).facts.channels
    members, reviews, web = (channels[name] for name in ("fankahui", "reviews", "web shop"))
    assert (members.stored_value, web.stored_value) == (True, False)
    assert (members.guests_set, web.guests_set) == ({"executed", "paid"}, set())
    assert (reviews.tell_about, web.tell_about) == (("fankahui",), ())
    assert (web.says["dispatch"], web.choices["carrier"]["CJ"]) == ("발송처리", "CJ대한통운")
    assert web.tells == web.says.keys() >= web.partly
    assert [ask.field for ask in web.asks["return"]] == [
        "reason_code", "fee", "collect", "carrier", "tracking",
    ]  # fmt: skip


def test_a_good_file_becomes_the_shops_facts(written: Callable[[str], Path]) -> None:
    config = load(written(GOOD))
    facts = config.facts
    assert (facts.name, facts.currency, facts.day_starts, facts.methods) == (
        "泛盈总店", "CNY", time(5, 30), ("饭卡",),
    )  # fmt: skip
    assert facts.channels["fankahui"].auto_accept
    assert "accept" in facts.channels["fankahui"].tells
    assert config.channel[0].settings == {"base_url": "http://127.0.0.1:8801", "login": "employes"}
    assert [printer.name for printer in facts.printers_for("kitchen")] == ["kitchen"]
    assert (facts.printers[0].fallback, facts.stations) == ("front", {"水煮鱼": "hot"})


def test_the_shortest_file_has_working_defaults(written: Callable[[str], Path]) -> None:
    config = load(written('[shop]\nname = "A"\ncurrency = "KRW"\n'))
    assert (config.shop.language, config.shop.day_starts, config.channel) == ("zh_CN", time(5), ())


def test_a_relative_store_is_beside_the_file(written: Callable[[str], Path], tmp_path: Path) -> None:
    assert load(written(GOOD)).store_url == f"sqlite:///{tmp_path}/counter.db"
    absolute = GOOD.replace("sqlite:///counter.db", "sqlite:////var/lib/counter.db")
    assert load(written(absolute)).store_url == "sqlite:////var/lib/counter.db"
    server = GOOD.replace("sqlite:///counter.db", "postgresql+psycopg://u@h/counter")
    assert load(written(server)).store_url == "postgresql+psycopg://u@h/counter"


@pytest.mark.parametrize(
    ("was", "becomes", "line", "named", "allowed"),
    [
        ('name = "泛盈总店"', "", 1, "shop.name", "is missing"),
        ('currency = "CNY"', 'currency = "yuan"', 3, "shop.currency", "yuan"),
        ('currency = "CNY"', "currency = 156", 3, "shop.currency", "156"),
        ('language = "zh_CN"', 'language = "fr"', 4, "shop.language", "ko_KR"),
        ('timezone = "Asia/Shanghai"', 'timezone = "Peking"', 5, "shop.timezone", "Asia/Shanghai"),
        ('timezone = "Asia/Shanghai"', 'timezone = "Asia"', 5, "shop.timezone", "Asia/Shanghai"),
        ('timezone = "Asia/Shanghai"', 'timezone = "../UTC"', 5, "shop.timezone", "Asia/Shanghai"),
        ('day_starts = "05:30"', 'day_starts = "25:00"', 6, "shop.day_starts", "HH:MM"),
        ('day_starts = "05:30"', "day_starts = 5", 6, "shop.day_starts", "HH:MM"),
        ('methods = ["饭卡"]', 'colour = "red"', 7, "shop.colour", "unknown key; allowed: name, currency"),
        ('url = "sqlite:///counter.db"', 'url = "mysql://h/x"', 13, "store.url", "sqlite:///FILE"),
        ('kind = "fankahui"', 'kind = "fax"', 17, "channel[1].kind", "fankahui"),
        ('base_url = "http://127.0.0.1:8801/"', 'base_url = "x"', 18, "channel[1].base_url", "http"),
        ("auto_accept = true", "poll_seconds = 0", 19, "channel[1].poll_seconds", "0.2"),
        ("auto_accept = true", 'auto_accept = "yes"', 19, "channel[1].auto_accept", "true or false"),
        ("auto_accept = true", 'poll_seconds = "5"', 19, "channel[1].poll_seconds", "without quotes"),
        ("auto_accept = true", 'use_count = "no"', 19, "channel[1].use_count", "true or false"),
        ('login = "employes"', 'login = "boss"', 20, "channel[1].login", "employes"),
        ('login = "employes"', 'error_keys = ["a", "b c"]', 20, "channel[1].error_keys[2]: 'b c'", "message"),
        ('login = "employes"', 'shop = "x"', 20, "channel[1].shop", "shop_id"),
        ('name = "fankahui"', 'name = "counter"', 16, "channel[1].name", "choose another"),
        ('device = "tcp://127.0.0.1:9100"', 'device = "fax:1"', 24, "printer[1].device", "tcp:"),
        ('device = "tcp://127.0.0.1:9100"', 'device = "tcp://a:99999"', 24, "printer[1].device", "65535"),
        (
            'device = "tcp://127.0.0.1:9100"',
            'device = "tcp:9100"',
            24,
            "printer[1].device",
            "tcp://HOST:9100",
        ),
        (
            'device = "tcp://127.0.0.1:9100"',
            'device = "tcp://a?wait=1"',
            24,
            "printer[1].device",
            "tcp://HOST",
        ),
        ('device = "tcp://127.0.0.1:9100"', 'device = "usb://x"', 24, "printer[1].device", "usb://04b8"),
        ("paper = 58", 'profile = "TM-T88VV"', 31, "printer[2].profile", "TM-T88V"),
        ("paper = 58", 'encoding = "cp862"\nprofile = "TM-T88V"', 31, "printer[2].encoding", "raster"),
        ("paper = 58", 'logo = "none.png"', 31, "printer[2].logo", "PNG"),
        ("paper = 58", "fallback_after = -1", 31, "printer[2].fallback_after", "0"),
        ("paper = 58", 'reprint_unknown_after = "60"', 31, "printer[2].reprint_unknown_after", "quotes"),
        ("paper = 58", 'drawer = "no"', 31, "printer[2].drawer", "true or false"),
        ("paper = 58", 'draw = "all"', 31, "printer[2].draw", "ticket"),
        ("paper = 58", "paper = 76", 31, "printer[2].paper", "80"),
        ("paper = 58", 'encoding = "klingon"', 31, "printer[2].encoding", "gb18030"),
        ('prints = ["settlement"]', 'prints = ["menu"]', 32, "printer[2].prints", "settlement"),
        ('fallback = "front"', 'fallback = "back"', 26, "printer[1].fallback", "front"),
        ('fallback = "front"', 'fallback = "kitchen"', 26, "printer[1].fallback", "front"),
        ('name = "front"', 'name = "kitchen"', 29, "printer[2].name", "used twice"),
        ('name = "front"', 'name = "fr\\u0007ont"', 29, "printer[2].name", "cannot be seen"),
        ("[store]", "[stor]", 12, "stor", "unknown key; allowed: shop, store"),
        ("[shop]", 'file = "x"\n[shop]', 1, "file", "unknown key; allowed: shop"),
    ],
)
def test_every_fault_names_file_line_key_and_what_is_allowed(
    written: Callable[[str], Path], was: str, becomes: str, line: int, named: str, allowed: str
) -> None:
    assert GOOD.count(was) >= 1
    file = written(GOOD.replace(was, becomes, 1))
    first = fault(file).splitlines()[0]
    assert first.startswith(f"{file}:{line}: {named}"), first
    assert allowed in first


def test_two_channels_that_would_be_given_the_same_secrets_are_refused(
    written: Callable[[str], Path],
) -> None:
    other = '\n[[channel]]\nname = "{}"\nkind = "crema"\nbase_url = "http://127.0.0.1:8803"\n'
    said = fault(written(GOOD + other.format("web-shop") + other.format("Web_Shop")))
    assert "'Web_Shop' and 'web-shop' would share POS_SECRET_WEB_SHOP_…" in said
    assert load(written(GOOD + other.format("网店") + other.format("外卖"))).channel


def test_a_password_in_an_address_is_refused_and_not_shown(written: Callable[[str], Path]) -> None:
    said = fault(written(GOOD.replace("http://127.0.0.1", "http://me:hunter2@127.0.0.1")))
    assert "channel[1].base_url" in said
    assert "hunter2" not in said


def test_a_file_that_notepad_saved_is_read(written: Callable[[str], Path]) -> None:
    file = written(GOOD)
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load(file).shop.name == "泛盈总店"


def test_all_faults_are_named_at_once(written: Callable[[str], Path]) -> None:
    broken = GOOD.replace('"CNY"', '"yuan"').replace("paper = 58", "paper = 76")
    assert len(fault(written(broken)).splitlines()) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [("[shop\nname = 1", "is no TOML"), ('[shop]\nname = "A"\nname = "B"', "is no TOML"), ("", "is missing")],
)
def test_what_is_no_toml_or_empty_says_so(written: Callable[[str], Path], text: str, said: str) -> None:
    file = written(text)
    assert str(file) in fault(file)
    assert said in fault(file)


def test_a_file_that_is_not_there_or_no_text_says_so(tmp_path: Path) -> None:
    assert "no such file" in fault(tmp_path / "none.toml")
    assert "cannot be read" in fault(tmp_path)
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    assert "bytes.toml:1: is not UTF-8" in fault(tmp_path / "bytes.toml")


def test_the_file_is_named_by_the_environment_else_in_the_users_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert configuration().name == "config.toml"
    monkeypatch.setenv("POS_CONFIG", "/etc/pos.toml")
    assert configuration() == Path("/etc/pos.toml")


def test_a_configuration_is_not_changed_after_it_was_read(written: Callable[[str], Path]) -> None:
    config: Config = load(written(GOOD))
    with pytest.raises(ValueError, match="frozen"):
        config.shop.name = "B"  # type: ignore[misc]


def test_a_printer_is_what_is_set_else_what_its_model_says(
    written: Callable[[str], Path], tmp_path: Path
) -> None:
    (tmp_path / "logo.png").write_bytes(PNG + b"dots")
    keys = (
        'profile = "tm-t88v"\ndraw = "ticket"\ncut = "none"\nlogo = "logo.png"\n'
        "fallback_after = 5\nreprint_unknown_after = 90\n"
    )
    kitchen, front = load(written(GOOD.replace('fallback = "front"\n', keys))).printer
    can = kitchen.as_profile()
    assert (can.model, can.draw, can.cut, can.logo) == ("TM-T88V", "ticket", "none", PNG + b"dots")
    assert (can.columns, can.native_barcode) == (42, True)
    assert (front.as_profile().columns, front.as_profile().cut, front.as_profile().logo) == (
        32, "partial", None,
    )  # fmt: skip


def test_a_logo_that_is_gone_stops_no_printing(written: Callable[[str], Path], tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(PNG)
    front = load(written(GOOD + 'logo = "logo.png"\n')).printer[1]
    (tmp_path / "logo.png").unlink()
    assert front.as_profile().logo is None


def test_two_printers_may_stand_in_for_each_other(written: Callable[[str], Path]) -> None:
    kitchen, front = load(written(GOOD + 'fallback = "kitchen"\nfallback_after = 1.5\n')).facts.printers
    assert (kitchen.fallback, front.fallback) == ("front", "kitchen")
    assert (kitchen.fallback_after, front.fallback_after, front.reprint_unknown_after) == (20, 1.5, 0)


LAB = """
[[channel]]
name = "lab"
kind = "rayteams"
base_url = "https://there.example"

[channel.workflows."Night guard 2.0"]
Made = "executed"
"""


@pytest.mark.parametrize(
    ("becomes", "line", "said"),
    [
        ('Made = "over"', 8, "channel[2].workflows.Night guard 2.0.Made: 'over': must be 'placed'"),
        ("'Made' = 7", 8, "channel[2].workflows.Night guard 2.0.Made: 7: must be 'placed'"),
        ('Made = "executed"\n\n[channel.workflow]\nMade = "over"', 11, "channel[2].workflow.Made: 'over'"),
    ],
)
def test_a_wrong_state_of_one_product_is_named_by_its_own_line(
    written: Callable[[str], Path], becomes: str, line: int, said: str
) -> None:
    file = written(GOOD + LAB.replace('Made = "executed"', becomes))
    at = GOOD.count("\n") + line
    assert fault(file).startswith(f"{file}:{at}: {said}"), fault(file)
