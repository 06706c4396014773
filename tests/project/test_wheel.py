"""What is installed is whole: built without the network, and run from another folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import uv


def _run(*command: str | Path, cwd: Path, **environment: str) -> str:
    env = {**os.environ, **environment}
    done = subprocess.run(command, cwd=cwd, env=env, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", target, cwd=root)
    [built] = target.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("installed")
    install = (uv.find_uv_bin(), "pip", "install", "--quiet", "--offline", "--no-deps")
    _run(*install, "--python", sys.executable, "--target", target, wheel, cwd=target)
    return target


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path, packaged_files: list[Path]) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    assert {file.as_posix() for file in packaged_files} - inside == set()


def test_the_wheel_holds_nothing_that_is_not_ours(wheel: Path, packaged_files: list[Path]) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert inside - {file.as_posix() for file in packaged_files} == set()


def test_the_installed_counter_runs_from_another_folder(installed: Path, tmp_path: Path) -> None:
    where = "import pos, assets, printing, sync as s; [print(m.__file__) for m in (pos, assets, printing, s)]"
    files = _run(sys.executable, "-c", where, cwd=tmp_path, PYTHONPATH=str(installed)).split()
    assert all(Path(file).is_relative_to(installed) for file in files)
    help_text = _run(sys.executable, "-m", "pos", "--help", cwd=tmp_path, PYTHONPATH=str(installed))
    assert "demo" in help_text
