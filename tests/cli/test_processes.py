"""The command as a process: how it starts, what it refuses to start with, and how it stops."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pysqlite3 import dbapi2

QUICK = """
import sys
from pos.__main__ import main
sys.argv = ["pos", "--help"]
try:
    main()
except SystemExit as ended:
    print(ended.code, [name for name in ("sqlalchemy", "PySide6", "pydantic") if name in sys.modules])
"""


def test_help_is_quick_for_it_imports_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", QUICK], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"
    commands = "counter demo orders show new accept reject execute cancel check-in amend settle sync outbox"
    paper = "print tickets printers sandbox doctor"
    assert all(f"\n  {name} " in done.stdout for name in f"{commands} {paper}".split())


def test_the_sandbox_prints_its_addresses_as_one_line_and_serves_until_it_is_stopped(shop: Any) -> None:
    with shop.started("sandbox") as served:
        urls = json.loads(served.stdout.readline())
        shop.config.write_text(
            f'[shop]\nname = "x"\ncurrency = "CNY"\n[[channel]]\nname = "f"\nkind = "fankahui"\n'
            f'base_url = "{urls["fankahui"]}"\n',
            encoding="utf-8",
        )
        shop.environment.update(POS_SECRET_F_USERNAME="a", POS_SECRET_F_PASSWORD="b")
        answer = shop.process("sync", "--json")
        served.send_signal(signal.SIGTERM)
        rest, errors = served.communicate(timeout=60)
    assert (answer.status, answer.json["channels"][0]["ok"]) == (0, True)
    assert (served.returncode, rest) == (0, "")
    assert errors.split()[-len(urls) :] == [f"{url}/_sandbox/" for url in urls.values()]


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_watching_works_what_comes_and_stops_cleanly(shop: Any, guests: Any, stop: signal.Signals) -> None:
    guests.place()
    with shop.started("sync", "--watch") as watching:
        lines = [watching.stdout.readline(), watching.stdout.readline()]
        watching.send_signal(stop)
        rest, errors = watching.communicate(timeout=60)
    assert lines == ["Working until stopped (Ctrl+C).\n", "fankahui: well\n"]
    assert (watching.returncode, rest, errors) == (0, "", "")
    assert [order["status"] for order in shop.pos("orders", "--json").json] == ["placed"]


def test_watching_speaks_of_a_channel_as_the_list_of_channels_does(shop: Any, guests: Any) -> None:
    guests.place()
    shop.pos("sync")
    [order] = shop.pos("orders", "--json").json
    guests.cancel(order["remote_id"])
    shop.pos("sync")
    with shop.started("sync", "--watch") as watching:
        lines = [watching.stdout.readline(), watching.stdout.readline()]
        watching.send_signal(signal.SIGTERM)
        watching.communicate(timeout=60)
    assert lines[1] == "fankahui: needs you: 1 to be looked at\n"
    assert lines[1].removeprefix("fankahui: ").strip() in shop.pos("channels").out


def test_a_reader_that_goes_away_is_no_error(shop: Any) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        shop.command("orders", "--json"), stdout=write, stderr=subprocess.PIPE, env=shop.env(), check=False
    )
    os.close(write)
    assert done.stderr == b""


def test_what_is_printed_is_utf_8_whatever_the_terminal_claims(shop: Any, draft: Callable[..., Path]) -> None:
    shop.pos("new", draft())
    shop.environment.update(LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert "拉面" in shop.process("orders").out


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('language = "en_US"', 'language = "fr_FR"', "config.toml:4: shop.language: 'fr_FR'"),
        ('kind = "fankahui"', 'kind = "pigeon"', "config.toml:10: channel[1].kind: 'pigeon': is no kind"),
        (
            'kind = "fankahui"',
            'kind = "fankahui"\ncolour = 1',
            "config.toml:11: channel[1].colour: unknown key",
        ),
        (
            "virtual:",
            "smoke:",
            "config.toml:15: printer[1].device: 'smoke:': is not one of tcp:",
        ),
        ('name = "泛盈总店"', "name = ", "config.toml:2: is no TOML"),
    ],
)
def test_a_broken_configuration_names_file_line_and_key_and_what_is_allowed(
    make_shop: Any, usual_config: str, before: str, after: str, words: str
) -> None:
    shop = make_shop(usual_config.replace(before, after, 1))
    refused = shop.pos("orders", "--json")
    assert (refused.status, refused.out) == (3, "")
    assert words in refused.err


def test_a_shop_without_a_configuration_is_told_where_it_should_be(shop: Any) -> None:
    shop.config.unlink()
    refused = shop.process("orders")
    assert refused.status == 3
    assert refused.err == f"{shop.config}: there is no such file\n"


def test_a_store_of_a_newer_version_is_left_alone(shop: Any) -> None:
    assert shop.pos("orders").status == 0
    with dbapi2.connect(shop.folder / "counter.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    refused = shop.pos("orders")
    assert refused.status == 1
    assert "The data was written by a newer version (9999" in refused.err


@pytest.mark.parametrize(
    ("url", "words"),
    [("folder", "The data file cannot be opened"), ("config.toml/x.db", "The data file cannot be opened")],
)
def test_a_store_that_cannot_be_written_is_explained(
    make_shop: Any, usual_config: str, url: str, words: str
) -> None:
    shop = make_shop(f'{usual_config}[store]\nurl = "sqlite:///{url}"\n')
    (shop.folder / "folder").mkdir()
    refused = shop.pos("orders")
    assert refused.status == 1
    assert words in refused.err


def test_a_file_that_is_no_store_is_explained(shop: Any) -> None:
    (shop.folder / "counter.db").write_bytes(b"this is no database at all, but longer than a header" * 40)
    refused = shop.pos("orders")
    assert refused.status == 1
    assert "damaged" in refused.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_store_in_a_folder_that_may_not_be_written_is_explained(shop: Any) -> None:
    assert shop.pos("orders").status == 0
    (shop.folder / "counter.db").chmod(0o400)
    shop.folder.chmod(0o500)
    refused = shop.pos("orders")
    shop.folder.chmod(0o700)
    assert refused.status == 1


def test_secrets_that_cannot_be_read_are_named_and_nothing_is_opened(shop: Any) -> None:
    (shop.folder / "secrets.json").write_text("{")
    refused = shop.pos("orders")
    assert (refused.status, refused.out) == (3, "")
    assert "secrets.json cannot be used" in refused.err
    told = shop.pos("doctor")
    assert told.status == 1
    assert "secrets.json cannot be used" in told.out
