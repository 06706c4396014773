"""The log holds ids, figures and a machine's words, and nothing that a person typed."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import structlog

from pos import log


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Any]:
    """Let the log go to a file, and return a reader of it."""
    file = tmp_path / "folder" / "counter.log"
    log.set_up(file)
    yield lambda: [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    structlog.reset_defaults()
    root = logging.getLogger()
    for handler in [one for one in root.handlers if getattr(one, "is_the_log", False)]:
        root.removeHandler(handler)
        handler.close()


def test_an_event_keeps_its_ids_and_figures(written: Any) -> None:
    letter = uuid4()
    structlog.get_logger("sync.fankahui").info(
        "told", letter=letter, verb="accept", already=False, seconds=12
    )
    [line] = written()
    assert line["event"] == "told"
    assert (line["letter"], line["verb"], line["already"], line["seconds"]) == (
        str(letter),
        "accept",
        False,
        12,
    )
    assert (line["level"], line["logger"]) == ("info", "sync.fankahui")


@pytest.mark.parametrize(
    "value",
    ["顾客张三", "18912345678", 18912345678, "银杏路 12 号", "no chili, please", b"\x1b@", ["a", "b"]],
)
def test_what_a_person_may_have_typed_leaves_only_its_size(written: Any, value: object) -> None:
    structlog.get_logger("pos.cli").warning("odd", what=value)
    [line] = written()
    assert line["what"].startswith("<")
    assert str(value) not in json.dumps(line, ensure_ascii=False)


@pytest.mark.parametrize("key", ["customer_name", "phone", "address", "memo", "token", "password", "cookie"])
def test_a_field_named_for_a_person_or_a_secret_is_never_kept(written: Any, key: str) -> None:
    structlog.get_logger("pos.cli").info("seen", **{key: "Robin"})
    assert written()[0][key] == "<5>"


def test_the_standard_library_goes_the_same_way(written: Any) -> None:
    logging.getLogger("printing.spool").error("job %s cannot be printed: %s", "K-0412", "给张三的面")
    logging.getLogger("somebody.else").error("POST http://host/login?password=open")
    lines = written()
    assert lines[0]["event"] == "job K-0412 cannot be printed: <5>"
    assert "open" not in json.dumps(lines[1])


def test_an_error_says_what_it_is_and_where_but_not_what_it_read(written: Any) -> None:
    try:
        raise ValueError("memo of 顾客张三")
    except ValueError:
        logging.getLogger("pos.store").exception("a listener failed")
    [line] = written()
    assert line["trace"].startswith("ValueError at test_log.py:")
    assert "张三" not in json.dumps(line, ensure_ascii=False)


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    log.set_up(tmp_path / "file" / "counter.log")
    structlog.get_logger("pos.cli").info("seen")
    structlog.reset_defaults()
