"""How fast a ticket becomes bytes, beside python-escpos, which lays nothing out, and receiptline."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from escpos.printer import Dummy

from printing.document import PLAIN, Style
from printing.drawing import draw
from printing.layout import Line, Rule, TextLine, lay_out
from printing.looks import document
from printing.profiles import Profile, profile
from printing.render import to_bytes
from printing.tickets import from_json

from .measure import Figure, seconds, shown
from .papers import settlements

Bills = list[dict[str, Any]]

_TEXT, _DRAWN = profile(80, "gb18030"), profile(80, "raster")
_RUNS = 9


def figures(folder: Path) -> list[Figure]:
    """Return what a ticket costs; no run sees a ticket that any run before it has seen."""
    return [_hand_written(), *_receiptline(folder), _raster()]


def _rounds(count: int, first_seed: int) -> list[Bills]:
    return [settlements(count, first_seed + run) for run in range(_RUNS)]


def _laid_out(bill: dict[str, Any], used: Profile) -> list[Line]:
    return lay_out(document(from_json(bill), columns=used.columns), used.columns, used.encoding)


def _all_bytes(bills: Bills, used: Profile) -> None:
    for bill in bills:
        to_bytes(bill, used)


def _each(work: Callable[[Any], object], rounds: Sequence[list[Any]]) -> list[float]:
    """Return seconds for one of each round's things."""
    return [seconds(partial(work, things)) / len(things) for things in rounds]


def _figure(name: str, ours: list[float], floor: list[float], limit: float) -> Figure:
    """How many times as fast we are: the median over the runs, each of both at the same time."""
    ratio = median(theirs / own for own, theirs in zip(ours, floor, strict=True))
    return Figure(name, shown(median(ours)), shown(median(floor)), ratio, limit, at_least=True)


def _hand_written() -> Figure:
    """Facts to bytes, against python-escpos told line by line what we have laid out before."""
    printer = Dummy()
    ours, floor = [], []
    _all_bytes(settlements(200, 1), _TEXT)
    for bills in _rounds(200, 100):
        laid = [_laid_out(bill, _TEXT) for bill in settlements(200, 1000 + len(ours))]
        ours += _each(partial(_all_bytes, used=_TEXT), [bills])
        floor += _each(partial(_all_by_hand, printer), [laid])
    return _figure("20-line ticket, beside python-escpos by hand", ours, floor, 0.5)


def _all_by_hand(printer: Dummy, laid: list[list[Line]]) -> None:
    for lines in laid:
        printer.clear()
        _by_hand(printer, lines)
        assert printer.output


def _by_hand(printer: Dummy, lines: list[Line]) -> None:
    style = PLAIN
    for line in lines:
        if isinstance(line, TextLine):
            style = _styled(printer, style, max(span.style for span in line.spans))
            printer.text(line.text + "\n")
        elif isinstance(line, Rule):
            style = _styled(printer, style, PLAIN)
            printer.text("-" * _TEXT.columns + "\n")
    printer.cut()


def _styled(printer: Dummy, old: Style, new: Style) -> Style:
    if old != new:
        printer.set(bold=new.bold, custom_size=True, width=new.width, height=new.height)
    return new


def _receiptline(folder: Path) -> list[Figure]:
    """Facts to bytes, against receiptline doing the same layout under Node."""
    name = "20-line ticket, beside receiptline"
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        print(f"{name}: left out, there is no Node with npm here")  # noqa: T201
        return []
    got = subprocess.run(
        [npm, "install", "receiptline@4"], cwd=folder, capture_output=True, text=True, check=False
    )
    if got.returncode:
        print(f"{name}: left out, npm could not get it: {got.stderr.strip()[-200:]}")  # noqa: T201
        return []
    return [_figure(name, *_in_turns(folder, _rounds(200, 2000)), 1)]


def _in_turns(folder: Path, rounds: list[Bills]) -> tuple[list[float], list[float]]:
    """Return seconds a ticket, ours and Node's, a round of each after the other; the first warms both up."""
    bills = folder / "bills.json"
    bills.write_text(json.dumps(rounds), encoding="utf-8")
    script = [str(Path(__file__).with_name("receiptline.mjs")), str(folder), str(bills)]
    ours, floor = [], []
    with subprocess.Popen(
        ["node", *script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as node:
        assert node.stdin
        assert node.stdout
        for number, one in enumerate(rounds):
            ours += _each(partial(_all_bytes, used=_TEXT), [one])
            node.stdin.write(f"{number}\n")
            node.stdin.flush()
            floor.append(float(node.stdout.readline()))
        node.stdin.close()
    return ours[1:], floor[1:]


def _raster() -> Figure:
    """A ticket drawn whole and sent as dots, against python-escpos' image() of the same drawing."""
    printer = Dummy()
    printer.profile.profile_data["media"]["width"]["pixels"] = _DRAWN.dots
    ours, floor = [], []
    _all_bytes(settlements(10, 2), _DRAWN)
    for bills in _rounds(10, 3000):
        others = [_laid_out(bill, _DRAWN) for bill in settlements(10, 4000 + len(ours))]
        ours += _each(partial(_all_bytes, used=_DRAWN), [bills])
        floor += _each(partial(_all_as_images, printer), [others])
    return _figure("ticket as a picture, beside python-escpos", ours, floor, 2)


def _all_as_images(printer: Dummy, laid: list[list[Line]]) -> None:
    for lines in laid:
        printer.clear()
        printer.image(draw(lines, _DRAWN.columns, _DRAWN.encoding, "zh_CN"))
        printer.cut()
        assert printer.output
