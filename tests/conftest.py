"""What every test stands on: no display, no keyring, no folder of the user's, no stopwatch."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from pytestqt.qtbot import QtBot

# First of all, as in the product: Qt's binding looks into modules as they are imported, and some parts of
# pydantic cannot bear that while they are half made.
import pos.config  # noqa: F401 - imported for that alone
from pos.domain.shop import Shop
from pos.store.store import Store

# A machine's speed is no property of the code.
settings.register_profile(
    "house", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")

# Fonts, focus and pixels are the same everywhere only where no desktop takes part.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


#: Milliseconds that a screen is given for what it should show: only what fails ever waits so long.
PATIENCE = 180_000


@pytest.fixture
def qtbot(qtbot: QtBot) -> QtBot:
    """Return pytest-qt's finger, with more patience than its own five seconds."""
    for wait in ("waitUntil", "waitSignal", "waitSignals"):
        setattr(qtbot, wait, partial(getattr(qtbot, wait), timeout=PATIENCE))
    return qtbot


@pytest.fixture(scope="session", autouse=True)
def nobody_at_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give the session empty user folders and the keyring of a bare machine, which is none."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("POS_")]:
            patch.delenv(name)
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def new_store(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], str]:
    """Lay a store of the first day at a path and return its URL: migrating for each test takes too long."""
    first = tmp_path_factory.mktemp("new") / "counter.db"
    Store.open(f"sqlite:///{first}", Shop("", "CNY", "zh_CN", "UTC"), b"").close()
    return lambda file: f"sqlite:///{shutil.copy(first, file)}"


@pytest.fixture(scope="session")
def day_starts() -> Callable[[str], str]:
    """Return what says when the days of shops in a zone start ("HH:MM") so that no test sees one end."""
    return lambda zone: f"{datetime.now(ZoneInfo(zone)) - timedelta(hours=12):%H:%M}"


@pytest.fixture
def hurry() -> Iterator[pytest.MonkeyPatch]:
    """Let no first call wait for the second that a web shop may still count; `undo()` where that is asked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sync.throttle._SECOND", timedelta())
        yield patch
