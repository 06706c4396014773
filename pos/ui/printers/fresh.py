"""What a new printer is set to, until its owner says otherwise."""

from __future__ import annotations

from typing import Any

from pos.config_edit import Draft
from pos.ui.printers.options import KINDS
from pos.words import Words
from printing.models import model

#: The fonts that printers sold in a language's country have.
_ENCODINGS = {"zh_CN": "gb18030", "ko_KR": "cp949", "en_US": "cp1252"}


def fresh(words: Words, draft: Draft | None, name: str = "", profile: str = "") -> dict[str, Any]:
    """Return settings with a name of their own, that print what no printer prints yet."""
    tables = draft.printers if draft is not None else []
    printed = {kind for table in tables for kind in table.get("prints", ())}
    wanted = [kind for kind in KINDS if kind not in printed and kind != "expediter"]
    return {
        "name": _free(name or words.say("settings.new_name"), [table["name"] for table in tables]),
        "paper": model(profile).paper if profile else 80,
        "encoding": _ENCODINGS.get(words.language, "gb18030"),
        "prints": wanted,
    }


def _free(name: str, taken: list[str]) -> str:
    name, count = name[:36], 1
    tried = name
    while tried in taken:
        count += 1
        tried = f"{name} {count}"
    return tried
