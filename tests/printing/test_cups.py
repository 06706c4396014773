"""A real CUPS on loopback, with raw queues whose printers the test plays."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from printing.devices import open_device
from printing.devices.cups import CupsDevice, read_queue
from printing.devices.ipp import NotIpp, Reply, reply, request
from printing.errors import LineBroke, NotReady
from printing.finding import queues
from printing.profiles import profile

_SBIN = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
CUPSD, LPADMIN = shutil.which("cupsd", path=_SBIN), shutil.which("lpadmin", path=_SBIN)
PROGRAMS = Path("/usr/lib/cups/daemon")

needs_cups = pytest.mark.skipif(
    not (CUPSD and LPADMIN and PROGRAMS.is_dir()) or os.geteuid() != 0,
    reason="CUPS is not installed, or we are not root, as which alone it runs queues",
)

#: CUPS has a program for each kind of device; ours writes to a file, or fails.
_PRINTER = """#!/bin/sh
[ $# = 0 ] && exit 0
case "$DEVICE_URI" in
shop:no-paper) echo "STATE: +media-empty-error" >&2; exec sleep 600;;
shop:fails) cat "${6:--}" >/dev/null; exit 4;;
*) cat "${6:--}" >> "${DEVICE_URI#shop:}";;
esac
"""
_FILES = """ServerRoot {0}/root
ServerBin {0}/bin
RequestRoot {0}/spool
CacheDir {0}/cache
StateDir {0}/run
TempDir {0}/temp
AccessLog {0}/log
ErrorLog {0}/log
PageLog {0}/log
User lp
Group lp
SystemGroup root
"""
_SETTINGS = """Listen 127.0.0.1:{0}
Browsing No
DefaultAuthType None
WebInterface No
<Location />
  Order allow,deny
  Allow from 127.0.0.1
</Location>
<Policy default>
  JobPrivateAccess all
  JobPrivateValues none
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""


@dataclass
class Cups:
    """A CUPS that runs, and the file that its well printer prints to."""

    server: str
    paper: Path

    def device(self, queue: str, wait: float = 60) -> CupsDevice:
        """The way to a queue."""
        opened = open_device(f"cups://{queue}?server={self.server}&wait={wait}", profile())
        assert isinstance(opened, CupsDevice)
        return opened


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that CUPS' own user may enter (pytest's own are shut), with all that CUPS wants to find."""
    with TemporaryDirectory(prefix="cups-") as name:
        yield _furnished(Path(name))


def _furnished(folder: Path) -> Path:
    for name in ("bin/backend", "root", "spool", "cache", "run", "temp"):
        (folder / name).mkdir(parents=True)
    folder.chmod(0o755)
    shutil.chown(folder / "temp", "lp", "lp")
    (folder / "bin" / "daemon").symlink_to(PROGRAMS)
    (folder / "bin" / "backend" / "shop").write_text(_PRINTER, encoding="ascii")
    (folder / "bin" / "backend" / "shop").chmod(0o755)
    return folder


def _free_port() -> int:
    """Return a port below those that the system hands out, so that no other test is given it meanwhile."""
    for port in range(20_000 + os.getpid() % 10_000, 32_000):
        with closing(socket.socket()) as taken, suppress(OSError):
            taken.bind(("127.0.0.1", port))
            return port
    raise AssertionError("every port is taken")


@pytest.fixture
async def cups(folder: Path) -> AsyncIterator[Cups]:
    """CUPS, with queues `kitchen`, `no-paper` and `fails`."""
    assert CUPSD
    port = _free_port()
    (folder / "files.conf").write_text(_FILES.format(folder), encoding="ascii")
    (folder / "cupsd.conf").write_text(_SETTINGS.format(port), encoding="ascii")
    runs = await asyncio.create_subprocess_exec(
        CUPSD, "-f", "-c", str(folder / "cupsd.conf"), "-s", str(folder / "files.conf")
    )
    try:
        shop = Cups(f"127.0.0.1:{port}", folder / "temp" / "paper")
        await _answers(port, runs)
        for queue, uri in (("kitchen", str(shop.paper)), ("no-paper", "no-paper"), ("fails", "fails")):
            await _add(shop.server, queue, f"shop:{uri}")
        yield shop
    finally:
        runs.terminate()
        await runs.wait()


async def _answers(port: int, runs: asyncio.subprocess.Process) -> None:
    """Return when CUPS listens; it has no other way to say that it is ready."""
    while runs.returncode is None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            await writer.wait_closed()
            return
    raise AssertionError(f"cupsd ended with {runs.returncode}")


async def _add(server: str, queue: str, uri: str) -> None:
    command = [str(LPADMIN), "-h", server, "-p", queue, "-v", uri, "-E"]
    await asyncio.to_thread(subprocess.run, command, check=True, stderr=subprocess.DEVNULL)


@needs_cups
async def test_a_queue_passes_the_bytes_on_as_they_are(cups: Cups) -> None:
    device = cups.device("kitchen")
    ticket = "王芳\x1dVB".encode("gb18030") + bytes(range(256))
    assert (await device.status()).state == "well"
    assert await device.send(ticket, "K-0412 热菜") == "transport"
    assert cups.paper.read_bytes() == ticket


@needs_cups
async def test_what_a_queue_began_and_did_not_pass_on_is_unknown_and_taken_out_of_it(cups: Cups) -> None:
    device = cups.device("no-paper", wait=3)
    with pytest.raises(LineBroke, match=r"no_proof: job \d is processing"):
        await device.send(b"ticket")
    health = await device.status()
    assert (health.state, health.cause) == ("needs_you", "paper_out")
    with pytest.raises(NotReady, match="paper_out"):
        await device.send(b"ticket")


@needs_cups
async def test_a_job_that_failed_and_waits_again_may_have_come_out(cups: Cups) -> None:
    device = cups.device("fails", wait=3)
    with pytest.raises(LineBroke, match=r"no_proof: job \d is pending"):
        await device.send(b"ticket")
    health = await device.status()
    assert (health.state, health.cause) == ("waiting", "offline")


@needs_cups
async def test_a_queue_that_is_not_there_was_sent_nothing(cups: Cups) -> None:
    with pytest.raises(NotReady, match=r"unsupported: CUPS at .* has no such queue"):
        await cups.device("nobody").send(b"ticket")


@needs_cups
async def test_all_queues_of_a_server_are_found(cups: Cups) -> None:
    found = {one.url: one.name async for one in queues.find_cups(cups.server)}
    assert f"cups://kitchen?server={cups.server}" in found


async def test_without_cups_nothing_was_sent() -> None:
    device = CupsDevice("kitchen", f"127.0.0.1:{_free_port()}")
    assert (await device.status()).cause == "unreachable"
    with pytest.raises(NotReady, match="unreachable"):
        await device.send(b"ticket")


async def test_something_else_that_listens_there_is_not_taken_for_cups() -> None:
    async def other(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhello!")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(other, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(NotReady, match="does not speak IPP"):
            await CupsDevice("kitchen", f"127.0.0.1:{port}").send(b"ticket")


@pytest.mark.parametrize(
    ("reasons", "state", "cause", "detail"),
    [
        (["none"], 3, "", ""),
        (["media-low-warning"], 3, "", "paper_near_end"),
        (["media-empty-error"], 3, "paper_out", "the queue says media-empty-error"),
        (["toner-low-report", "cover-open"], 4, "cover_open", "the queue says toner-low-report, cover-open"),
        (["offline-report"], 3, "", ""),
        (["none"], 5, "offline", "the queue says none"),
    ],
)
def test_the_reasons_of_a_queue_are_causes_of_ours(
    reasons: list[str], state: int, cause: str, detail: str
) -> None:
    told = Reply(0, [{"printer-state": [state], "printer-state-reasons": reasons}])
    health = read_queue(told)
    assert (health.cause, health.detail) == (cause, detail)


def test_a_title_is_cut_between_characters_where_ipp_has_no_more_room() -> None:
    body = request(2, {"job-name": "热" * 200})
    assert reply(body).one("job-name") == "热" * 85


@pytest.mark.parametrize(
    "body", [b"", b"\x01\x01\x00\x00\x00\x00\x00\x01", b"\x01\x01\x00\x00\x00\x00\x00\x01\x01\x47\x00\xff"]
)
def test_an_answer_that_ends_in_the_middle_is_none(body: bytes) -> None:
    with pytest.raises(NotIpp):
        reply(body)
