"""What a printer says of itself: which bit of which answer stands for what, as the makers' manuals say."""

from __future__ import annotations

from printing.simulator.condition import Condition

#: The bits that are set in every answer of a kind, and then those that mean something.
#: DLE EOT n: one byte of the form 0xx1xx10.
_ALWAYS = 0x12
_EOT: dict[int, dict[str, int]] = {
    1: {"drawer": 0x04, "offline": 0x08, "waiting": 0x20, "button": 0x40},
    2: {"cover": 0x04, "button": 0x08, "paper_stop": 0x20, "error": 0x40},
    3: {"cutter": 0x08, "unrecoverable": 0x20, "overheated": 0x40},
    4: {"near_end": 0x0C, "paper_out": 0x60},
}
#: GS r n; paper that is out is never said: the question is then not reached.
_GS_R: dict[int, dict[str, int]] = {1: {"near_end": 0x03, "paper_out": 0x0C}, 2: {"drawer": 0x01}}
#: The four bytes of automatic status (GS a).
_ASB: tuple[dict[str, int], ...] = (
    {"drawer": 0x04, "offline": 0x08, "cover": 0x20, "button": 0x40},
    {"waiting": 0x01, "button": 0x02, "cutter": 0x08, "unrecoverable": 0x20, "overheated": 0x40},
    {"near_end": 0x03, "paper_out": 0x0C},
    {},
)
#: GS a n: for a bit of n, the (byte, bits) whose change makes the printer speak.
_CLASSES: dict[int, tuple[tuple[int, int], ...]] = {
    0x01: ((0, 0x04),),
    0x02: ((0, 0x28), (1, 0x01)),
    0x04: ((1, 0x6C),),
    0x08: ((2, 0x0F),),
    0x40: ((0, 0x40), (1, 0x02)),
}

CLEARED = b"\x37\x25\x00"
POWERED_ON = b"\x3b\x31\x00"
POWERED_OFF = b"\x3b\x30\x00"


def _bits(table: dict[str, int], facts: frozenset[str]) -> int:
    value = 0
    for fact, bits in table.items():
        value |= bits if fact in facts else 0
    return value


def real_time(question: int, condition: Condition) -> bytes:
    """Return the answer to DLE EOT `question` (1 to 4)."""
    return bytes((_ALWAYS | _bits(_EOT[question], condition.facts),))


def _plain(number: int) -> int:
    """Return a parameter that may also be given as its digit."""
    return number - 48 if 48 <= number < 58 else number


def queued(question: int, condition: Condition) -> bytes:
    """Return the answer to GS r `question` (1 or 2, or their digits); none to any other."""
    table = _GS_R.get(_plain(question))
    return b"" if table is None else bytes((_bits(table, condition.facts),))


def automatic(condition: Condition) -> bytes:
    """Return the four bytes of automatic status."""
    head, *rest = (_bits(table, condition.facts) for table in _ASB)
    return bytes((0x10 | head, *rest))


def is_told(before: bytes, after: bytes, wanted: int) -> bool:
    """Whether a printer that was told GS a `wanted` speaks of a change from `before` to `after`."""
    return any(
        (before[byte] ^ after[byte]) & bits
        for choice, places in _CLASSES.items()
        if wanted & choice
        for byte, bits in places
    )


def process_id(name: bytes) -> bytes:
    """Return the answer to GS ( H fn 48."""
    return b"\x37\x22" + name + b"\x00"


#: GS I n: single bytes (model, type, version), and texts in a block.
_MODEL = {1: b"\x20", 2: b"\x02", 3: b"\x01"}
_NAMES = {65: b"1.00", 66: b"SIMULATOR", 67: b"PRINTER", 68: b"00000001", 69: b"KANJI"}


def went_offline(before: bytes, after: bytes) -> bool:
    """Whether a printer that sent `before` as its automatic status has gone offline by `after`."""
    return bool(after[0] & ~before[0] & _ASB[0]["offline"])


#: What GS ( H fn 49 says of the cause: 40 to 7F, and each model has its own; here one byte.
_CAUSES = {"cover": 0x01, "paper_stop": 0x02, "error": 0x04}


def offline(condition: Condition, choice: int) -> bytes:
    """Return what GS ( H fn 49 makes a printer say as it goes offline; a `choice` of 2 wants the cause."""
    cause = bytes((0x40 | _bits(_CAUSES, condition.facts),)) if choice == 2 else b""
    return b"\x37\x23" + cause + b"\x00"


def identity(question: int) -> bytes:
    """Return the answer to GS I `question`; none to one that is not known."""
    if question in _NAMES:
        return b"\x5f" + _NAMES[question] + b"\x00"
    return _MODEL.get(_plain(question), b"")
