"""The practice shop's folder, configuration and services: made anew for each practice day."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pos.demo.menu import dishes
from pos.store.locks import file_lock
from sync.channels import KINDS
from sync.sandbox.rayteams_stock import PRODUCT

#: The first line of the configuration: only a folder that carries it, or an empty one, is used.
SIGN = "# A practice shop, made by `pos demo`. It is made anew each time."

#: What a practice day leaves behind, and the next one clears away.
LEFT = (
    "config.toml",
    "counter.db",
    "counter.db-wal",
    "counter.db-shm",
    "summary.json",
    "tickets/*.png",
    "tickets/*.txt",
    "tickets/*.bin",
    "screens/*.png",
)

_CONFIG = """{sign}

[shop]
name = "泛盈总店"
currency = "CNY"
language = "{language}"
timezone = "Asia/Shanghai"
day_starts = "05:00"
address = "胜太路68号3层"
phone = "025-58679066"
footer = "谢谢惠顾，欢迎再来"

[shop.stations]
{stations}

[store]
url = "sqlite:///counter.db"
{channels}
[[printer]]
name = "kitchen"
device = "virtual:"
prints = ["kitchen"]
stations = ["*", "热菜", "主食"]

[[printer]]
name = "cold"
device = "virtual:"
paper = 58
prints = ["kitchen"]
stations = ["凉菜", "饮品"]
fallback = "kitchen"

[[printer]]
name = "front"
device = "virtual:"
prints = ["expediter", "delivery", "settlement", "report"]
"""

_CHANNEL = """
[[channel]]
name = "{kind}"
kind = "{kind}"
base_url = "{url}"
poll_seconds = {poll}
{more}"""

#: What a kind must be told before it can do all that it can: their words for where an order stands.
_MORE: Mapping[str, str] = {
    "crema": """currency = "KRW"
""",
    "rayteams": f"""products = ["{PRODUCT["_id"]}"]

[channel.workflow]
Requested = "placed"
Confirmed = "accepted"
"In production" = "executed"
Done = "paid"
Declined = "rejected"
Canceled = "canceled"
""",
    "impilo": """site = "7"

[channel.workflow]
shipped = "executed"
delivered = "paid"
canceled = "canceled"
""",
}

#: For a day that plays itself: the sandbox is patient then, and so quick may be asked.
_HURRY: Mapping[str, str] = {"imweb": "lists_per_second = 100\ncalls_per_second = 100\n"}


class NotOurs(Exception):
    """The folder is no practice shop, or another practises in it; `key` and `facts` fill our words."""

    def __init__(self, key: str, **facts: str) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


def default_folder() -> Path:
    """Return where the practice shop is: `demo` in the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("pos", appauthor=False) / "demo"


@contextmanager
def opened(folder: Path) -> Iterator[None]:
    """Hold a folder for a practice day, cleared of the last one; raises NotOurs and leaves it as it was."""
    if _is_foreign(folder):
        raise NotOurs("demo.not_ours", folder=str(folder))
    with file_lock(folder, "demo", str(os.getpid())) as holder:
        if holder is not None:
            raise NotOurs("demo.in_use", folder=str(folder), holder=holder)
        for left in [file for pattern in LEFT for file in folder.glob(pattern)]:
            left.unlink()
        yield


def _is_foreign(folder: Path) -> bool:
    """Whether there is something in a folder, and no sign that it is a practice shop."""
    config = folder / "config.toml"
    if config.exists():
        return not config.read_text(encoding="utf-8", errors="replace").startswith(SIGN)
    return folder.exists() and any(
        file.name not in ("demo.lock", "secrets.json") for file in folder.iterdir()
    )


def furnish(
    folder: Path, urls: Mapping[str, str], language: str, poll: float, *, hurried: bool = False
) -> Path:
    """Write the configuration of a shop with these channels; return its file.

    `hurried`: its services may be asked as often as it likes.
    """
    stations = "\n".join(f"{dish.id} = {json.dumps(dish.station, ensure_ascii=False)}" for dish in dishes())
    more = {kind: (_HURRY.get(kind, "") if hurried else "") + _MORE.get(kind, "") for kind in urls}
    channels = "".join(
        _CHANNEL.format(kind=kind, url=url, poll=poll, more=more[kind]) for kind, url in urls.items()
    )
    file = folder / "config.toml"
    text = _CONFIG.format(sign=SIGN, language=language, stations=stations, channels=channels)
    file.write_text(text, encoding="utf-8")
    return file


def let_in(urls: Mapping[str, str]) -> None:
    """Give this process what the sandbox wants to hear at the door: anything."""
    for kind in urls:
        for field in KINDS[kind].secret_fields():
            os.environ.setdefault(f"POS_SECRET_{kind.upper()}_{field}", "practice")
