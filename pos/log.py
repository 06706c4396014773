"""The log file, and the one place where everything that goes into it is made harmless: ids and sizes only."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import MutableMapping
from datetime import date, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog

#: How large the log grows (bytes), and how many older files are kept.
LARGEST, KEPT = 1_000_000, 4

#: Whose records are kept below WARNING; others may write what a guest typed.
OURS = ("pos", "printing", "sync")

#: Names of fields whose value is a person's or a secret's, whatever it looks like.
_NEVER = re.compile(
    r"name$|phone|address|memo|message|note|guest|customer|token|secret|password|authorization|cookie|key$"
)
#: Words of a machine: an id, a state, a class, a path of a module; no sentence, no phone number.
_WORD = re.compile(r"(?!.*\d{7})[A-Za-z][A-Za-z0-9_.:/-]{0,63}")
_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)
_LARGEST_FIGURE = 9_999_999

#: Fields that structlog itself adds.
_ITS_OWN = ("event", "level", "logger", "timestamp", "trace")


def default_file() -> Path:
    """Return where the log is: in the user's folder for logs."""
    from platformdirs import user_log_path

    return user_log_path("pos", appauthor=False) / "counter.log"


def set_up(file: Path | None = None) -> None:
    """Let everything that is logged from now on go to `file` (default: `default_file`), made harmless.

    Where no file can be written nothing is logged: the counter works all the same.
    """
    handler = _handler(file or default_file())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_foreign],
            pass_foreign_args=True,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    for old in [old for old in root.handlers if getattr(old, "is_the_log", False)]:
        root.removeHandler(old)
        old.close()
    handler.is_the_log = True  # type: ignore[attr-defined]  # marks it for the next set_up
    root.addHandler(handler)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    structlog.configure(
        processors=[_stamped, harmless, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def _handler(file: Path) -> logging.Handler:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return RotatingFileHandler(file, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8")
    except OSError:
        return logging.NullHandler()


def _stamped(logger: logging.Logger, level: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Say when, how grave, and where."""
    stamped = structlog.processors.TimeStamper(fmt="iso", utc=True)(logger, level, event)
    return {**stamped, "level": level, "logger": logger.name}


def harmless(_logger: Any, _level: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace all that is not an id, a figure or a machine's word by its size; keep where an error arose."""
    error = event.pop("exc_info", None)
    kept = {key: value if key in _ITS_OWN else _field(key, value) for key, value in event.items()}
    kept["event"] = _sentence(str(event.get("event", "")))
    if isinstance(error, tuple) and error[1] is not None:
        kept["trace"] = _trace(error[1])
    elif isinstance(error, BaseException):
        kept["trace"] = _trace(error)
    return kept


def _sentence(text: str) -> str:
    """Keep a message that a programmer wrote; longer or stranger ones held data."""
    return text if len(text) <= 200 and text.isascii() else size(text)


def _field(key: str, value: Any) -> Any:
    return size(value) if _NEVER.search(key) and isinstance(value, str | bytes) else safe(value)


def safe(value: Any) -> Any:
    """Return a value that may stand in a log: itself where it is an id, a figure or a word, else its size."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _LARGEST_FIGURE else size(str(value))
    if isinstance(value, UUID | datetime | date):
        return str(value)
    if isinstance(value, BaseException):
        return type(value).__name__
    text = str(value)
    return text if _WORD.fullmatch(text) or _ID.fullmatch(text) else size(text)


def size(value: Any) -> str:
    """Return how large a value is, and nothing else of it."""
    return f"<{len(value) if hasattr(value, '__len__') else len(str(value))}>"


def _foreign(_logger: Any, level: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Make a record of the standard library's logging harmless: its message is filled in anew."""
    record: logging.LogRecord = event["_record"]
    args = event.get("positional_args") or ()
    try:
        message = str(record.msg) % tuple(safe(arg) for arg in args) if args else str(record.msg)
    except (TypeError, ValueError):
        message = size(str(record.msg))
    ours = record.name.split(".")[0] in OURS
    kept: dict[str, Any] = {
        "event": message if ours else size(message),
        "level": level or record.levelname.lower(),
        "logger": record.name,
        "timestamp": datetime.fromtimestamp(record.created).astimezone().isoformat(),
    }
    if record.exc_info and record.exc_info[1] is not None:
        kept["trace"] = _trace(record.exc_info[1])
    return {**kept, "_record": record, "_from_structlog": False}


def _trace(error: BaseException) -> str:
    """Return what kind of error arose and where; what it says may hold a guest's words."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {places}"
