"""Who only writes tickets into the store pays for nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest


def loaded(code: str, modules: list[str]) -> list[str]:
    """Return which of these modules a fresh Python has loaded after running `code`."""
    code += f"\nimport sys\nprint(*(name for name in {modules} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.parametrize("module", ["printing.tickets", "printing.ports", "printing.profiles"])
def test_facts_load_without_what_draws_and_sends_them(module: str) -> None:
    assert loaded(f"import {module}", ["PIL", "escpos", "printing.escpos", module]) == [module]


def test_only_the_way_that_is_used_loads_its_driver() -> None:
    code = """
import printing.finding
from printing.devices import check
for url in ("tcp://h", "usb://04b8:0e15", "serial:COM3", "cups://kitchen", "virtual:"):
    check(url)
"""
    assert loaded(code, ["usb", "serial", "zeroconf", "httpx2", "escpos"]) == []


def test_a_ticket_that_is_all_text_needs_no_pillow() -> None:
    code = """
from printing.profiles import profile
from printing.render import to_bytes
to_bytes(dict(kind="kitchen", number="K-1", order_number="1", order_type="deliver"), profile())
"""
    assert loaded(code, ["PIL"]) == []
