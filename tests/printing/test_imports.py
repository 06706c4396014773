"""Who only writes tickets into the store pays for nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["printing.tickets", "printing.ports", "printing.profiles"])
def test_facts_load_without_what_draws_and_sends_them(module: str) -> None:
    heavy = ["PIL", "escpos", "printing.escpos"]
    code = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_only_the_way_that_is_used_loads_its_driver() -> None:
    code = (
        "import sys; from printing.devices import check; import printing.finding;"
        "[check(url) for url in ('tcp://h', 'usb://04b8:0e15', 'serial:COM3', 'cups://kitchen', 'virtual:')];"
        "print([name for name in ('usb', 'serial', 'zeroconf', 'httpx2', 'escpos') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_ticket_that_is_all_text_needs_no_pillow() -> None:
    code = (
        "import sys; from printing.render import to_bytes; from printing.profiles import profile;"
        "to_bytes(dict(kind='kitchen', number='K-1', order_number='1', order_type='deliver'), profile());"
        "print('PIL' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
