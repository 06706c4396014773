"""The folder of papers, and the command that plays the printer."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from printing.profiles import Profile
from printing.simulator import Simulator
from tests.printing.simulator.conftest import Client

TICKET = "宫保鸡丁\n不要辣\n".encode("gbk") + b"\x1dV\x00\x1dr\x01"
on_unix = pytest.mark.skipif(os.name == "nt", reason="signals for the paper exist on Unix only")


async def printed(port: int, data: bytes = TICKET) -> None:
    client = Client(*await asyncio.open_connection("127.0.0.1", port))
    await client.ask(data)
    await client.close()


def rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "papers.jsonl").read_text("utf-8").splitlines()]


async def test_each_paper_is_kept_as_picture_text_and_bytes(tmp_path: Path) -> None:
    async with Simulator(out=tmp_path) as printer:
        await printed(printer.port)
        assert rows(tmp_path)[0]["texts"] == ["宫保鸡丁", "不要辣"], "kept before it was proven"
    assert sorted(os.listdir(tmp_path)) == [
        "0001.bin",
        "0001.png",
        "0001.txt",
        "papers.jsonl",
    ]
    assert (tmp_path / "0001.bin").read_bytes() == TICKET[:-3]
    assert (tmp_path / "0001.txt").read_text("utf-8").startswith("宫保鸡丁\n不要辣\n/\\")
    assert (tmp_path / "0001.png").read_bytes().startswith(b"\x89PNG")


async def test_the_next_printer_goes_on_counting(tmp_path: Path) -> None:
    for _ in range(2):
        async with Simulator(out=tmp_path) as printer:
            await printed(printer.port)
    assert [row["number"] for row in rows(tmp_path)] == [1, 2]


async def test_torn_paper_and_what_was_not_understood_are_in_the_list(tmp_path: Path) -> None:
    async with Simulator(out=tmp_path) as printer:
        await printed(printer.port, b"\x1b\x7eone\n\x1bp\x00\x19\xfa\x1dr\x01")
        await printer.do("off")
    [row] = rows(tmp_path)
    assert (row["whole"], row["drawer"], row["notes"]) == (False, 1, ["unknown: 1b 7e"])


async def test_small_letters_of_other_programs_are_all_on_the_picture(tmp_path: Path) -> None:
    from PIL import Image

    async with Simulator(Profile(paper=58), tmp_path) as printer:
        await printed(printer.port, b"\x1bM\x01" + b"w" * 42 + b"\n\x1dV\x00\x1dr\x01")
        await printed(printer.port)
    with Image.open(tmp_path / "0001.png") as small, Image.open(tmp_path / "0002.png") as plain:
        assert small.width > plain.width


# ---- the command


@contextmanager
def command(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Play a printer in a process of its own; yield it and where it is."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pos", "printer-simulator", "--port", "0", "--control-port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())
        finally:
            if process.poll() is None:
                process.terminate()


def state(where: dict[str, Any]) -> dict[str, Any]:
    with socket.create_connection(("127.0.0.1", where["control_port"])) as line:
        line.sendall(b"state\n")
        answer: dict[str, Any] = json.loads(line.makefile("rb").readline())
        return answer


@on_unix
def test_the_command_prints_where_it_is_obeys_signals_and_ends_well(tmp_path: Path) -> None:
    with command("--out", str(tmp_path / "papers"), "--paper", "58", "--encoding", "gbk") as (process, where):
        assert where.keys() == {"port", "control_port", "out"}
        asyncio.run(printed(where["port"]))
        process.send_signal(signal.SIGUSR1)
        while state(where)["online"]:
            pass
        process.send_signal(signal.SIGUSR2)
        while not state(where)["online"]:
            pass
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
    assert (tmp_path / "papers" / "0001.png").exists()


@on_unix
def test_a_killed_printer_leaves_no_half_of_a_file(tmp_path: Path) -> None:
    with command("--out", str(tmp_path)) as (process, where):
        for _ in range(5):
            asyncio.run(printed(where["port"]))
        process.kill()
    assert [row["number"] for row in rows(tmp_path)] == [1, 2, 3, 4, 5]
    assert all(file.read_bytes().endswith(b"IEND\xaeB`\x82") for file in tmp_path.glob("*.png"))
    assert all(file.read_bytes().endswith(TICKET[:-3]) for file in tmp_path.glob("*.bin"))


def test_a_plan_is_obeyed(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text('[[step]]\nprinted = 1\ndo = "near_end"\n', encoding="utf-8")
    with command("--plan", str(plan)) as (_, where):
        asyncio.run(printed(where["port"]))
        assert "near_end" in state(where)["facts"]


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        (["--paper", "70"], 2, "58, 80"),
        (["--encoding", "klingon"], 2, "gb18030"),
        (["--plan", "nowhere.toml"], 2, "nowhere.toml"),
        (["--plan", "random:x"], 2, "--plan"),
    ],
)
def test_a_wrong_use_is_said_in_words(options: list[str], status: int, words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pos", "printer-simulator", *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, words in done.stderr) == (status, True)


@pytest.mark.parametrize("options", [("--port",), ("--port", "0", "--control-port")])
async def test_a_taken_port_is_said_in_words(options: tuple[str, ...]) -> None:
    async with Simulator() as printer:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "pos", "printer-simulator", *options, str(printer.port)),
            stderr=asyncio.subprocess.PIPE,
        )
        _, complaint = await process.communicate()
        assert process.returncode == 1
        assert str(printer.port) in complaint.decode()


def test_the_command_loads_neither_screens_nor_the_store_nor_pictures() -> None:
    script = (
        "import sys, threading, _thread, signal;"
        "from pos.__main__ import main;"
        "sys.argv = ['pos', 'printer-simulator', '--port', '0'];"
        "from printing.simulator import Simulator;"
        "start = Simulator.start\n"
        "async def started(self, *ports):\n"
        "    await start(self, *ports)\n"
        "    signal.raise_signal(signal.SIGINT)\n"
        "Simulator.start = started\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([name for name in ('PySide6', 'sqlalchemy', 'PIL', 'segno') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
