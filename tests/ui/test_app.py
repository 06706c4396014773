"""The counter opens its window first and everything heavy behind it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pos.counter import CONFIGURATION, REFUSED, Counter, sign
from pos.secrets import Secrets, SecretsTrouble

CONFIG = """
[shop]
name = "泛盈总店"
currency = "CNY"
language = "zh_CN"
timezone = "Asia/Shanghai"

[[printer]]
name = "kitchen"
device = "virtual:"
prints = ["kitchen", "settlement"]
"""


@pytest.fixture
def counter(qtbot, tmp_path):
    """Return a way to open a counter of a configuration."""
    made = []

    def open_counter(text=CONFIG, **facts):
        file = tmp_path / "config.toml"
        file.write_text(text, encoding="utf-8")
        facts.setdefault("secrets", Secrets(tmp_path, {"POS_SECRET_SHOP_JOURNAL": "key"}))
        made.append(Counter(file, **facts))
        qtbot.addWidget(made[0].window)
        made[0].window.show()
        return made[0]

    yield open_counter
    for each in made:
        each.stop()


def test_the_window_stands_before_anything_heavy_is_imported():
    program = (
        "import sys, pos.app; heavy = {'sqlalchemy', 'pydantic', 'alembic', 'httpx2', 'PIL', 'miniaudio'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_counter_opens_works_and_stops(qtbot, counter):
    made = counter()
    assert made.window.windowTitle() == "泛盈总店"
    with qtbot.waitSignal(made.opened):
        pass
    assert made.works is not None
    assert set(made.window.pages) == {"orders", "tickets", "channels", "settings"}


def test_a_configuration_that_cannot_be_used_is_shown_in_the_window(qtbot, counter):
    made = counter(CONFIG + "\ncolour = 'red'\n")
    with qtbot.waitSignal(made.failed) as failed:
        pass
    assert "colour" in failed.args[0]
    assert made.status == CONFIGURATION


def test_a_store_that_cannot_be_used_is_shown_and_refused(qtbot, tmp_path, counter):
    (tmp_path / "counter.db").write_text("no database " * 1000)
    made = counter()
    with qtbot.waitSignal(made.failed) as failed:
        pass
    assert failed.args[0] == made._words.say("trouble.damaged", detail="file is not a database")
    assert made.status == REFUSED


def test_a_locked_keyring_is_shown_and_makes_no_other_key(qtbot, tmp_path, counter):
    class Locked(Secrets):
        def journal_key(self):
            raise SecretsTrouble("keyring", detail="locked")

    made = counter(secrets=Locked(tmp_path, {}))
    with qtbot.waitSignal(made.failed) as failed:
        pass
    assert failed.args[0] == made._words.say("trouble.keyring", detail="locked")
    assert made.status == CONFIGURATION
    assert not (tmp_path / "counter.db").exists()


def test_a_sign_that_cannot_be_read_is_an_empty_one(tmp_path):
    assert sign(tmp_path / "nowhere.toml").name == ""
    (tmp_path / "broken.toml").write_text("[shop", encoding="utf-8")
    assert sign(tmp_path / "broken.toml").language == "en_US"


def test_a_counter_that_is_closed_while_it_opens_stops_cleanly(qtbot, counter):
    made = counter()
    with qtbot.waitSignal(made.window.painted):
        pass
    made.stop()
    with qtbot.assertNotEmitted(made.opened, wait=50):
        pass
    assert made.works is None


def test_the_dress_is_kept_for_the_next_time(qtbot, tmp_path, counter):
    from PySide6.QtCore import QSettings

    kept = QSettings(str(tmp_path / "kept.ini"), QSettings.Format.IniFormat)
    made = counter(settings=kept)
    with qtbot.waitSignal(made.opened):
        pass
    made.window.dress("ko_KR", True)
    again = Counter(tmp_path / "config.toml", settings=kept)
    qtbot.addWidget(again.window)
    assert again.window.theme.dark
    assert again.window.theme.language == "ko_KR"
