"""A file that several processes change is changed by one of them at a time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from pos.disk import alone
from pos.secrets import Secrets

#: Keeps a token a few times over, as another counter beside this one does.
OTHER = """
import sys
from pathlib import Path
from pos.secrets import Secrets

for nth in range(20):
    Secrets(Path(sys.argv[1]), {}).keep_channel(f"{sys.argv[2]}-{nth}", {"REFRESH_TOKEN": str(nth)})
"""


def test_processes_that_keep_secrets_at_once_lose_nothing_of_each_other(tmp_path: Path) -> None:
    names = ("one", "two")
    command = [sys.executable, "-c", OTHER, str(tmp_path)]
    others = [subprocess.Popen([*command, name]) for name in names]
    assert [other.wait() for other in others] == [0, 0]
    kept = json.loads((tmp_path / "secrets.json").read_text())
    assert kept.keys() == {f"{name}-{nth}/newer" for name in names for nth in range(20)}
    assert Secrets(tmp_path, {}).of_channel("two-7", ("REFRESH_TOKEN",)) == {"REFRESH_TOKEN": "7"}


def test_whoever_waits_for_a_file_goes_on_when_it_is_free_again(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "secrets.json"
    for _ in range(2):
        with alone(file):
            file.write_text("{}")
    assert file.read_text() == "{}"
