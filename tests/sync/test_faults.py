"""Whatever sync words itself is one of FAULTS, so that a shop can be told in its language."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import sync
from sync import errors
from sync.channels.impilo.codes import CAUSES
from sync.faults import FAULTS, QUOTING, in_words

ROOT = Path(sync.__file__).parent
SOURCES = [path for path in sorted(ROOT.rglob("*.py")) if "sandbox" not in path.parts]


def _is_error(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, errors.ChannelError)


#: What makes an error: its classes, and the places where the class follows from the answer.
MAKERS = {kind.__name__: 0 for kind in vars(errors).values() if _is_error(kind)}
MAKERS |= {"_unanswered": 1, "Verdict": 1}

#: The service's own words, and those of an error that has its words already.
WORDED_BEFORE = {
    "words", "verdict.word", "self._words(content)", "str(error)", "error.reason", "cause(error.reason)",
}  # fmt: skip


def texts(node: ast.expr) -> Iterator[str]:
    """Yield every text that an error may be made of; what is filled in shows as braces."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            yield text + "{}"
        case ast.Name(id=name) if isinstance(vars(errors).get(name), str):
            yield vars(errors)[name]
        case ast.IfExp(body=one, orelse=other) | ast.BoolOp(values=[one, other]):
            yield from texts(one)
            yield from texts(other)
        case _:
            yield ast.unparse(node)


def worded(path: Path) -> list[str]:
    """Return every text that the errors of a file are made of; `words` stands for what it is given."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id=maker), args=[_, *_]) if maker in MAKERS:
                found += texts(node.args[MAKERS[maker]])
            case ast.Assign(targets=[ast.Name(id="words")], value=ast.BoolOp() as value):
                found += texts(value)
    return found


def is_known(text: str) -> bool:
    """Whether a text is the service's, or a word of FAULTS with at most a detail behind it."""
    return text in WORDED_BEFORE or text.partition(": ")[0] in FAULTS


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_error_is_a_known_word_or_the_services_own(path: Path) -> None:
    assert [text for text in worded(path) if not is_known(text)] == []


def test_every_known_word_is_said_somewhere() -> None:
    said = {text.partition(": ")[0] for path in SOURCES for text in worded(path)}
    fixed = {errors.UNPAID_THERE}  # an error whose word is always the same
    assert set(FAULTS) <= said | fixed | set(CAUSES.values())


def test_every_cause_that_a_service_documents_has_a_word() -> None:
    assert set(CAUSES.values()) <= set(FAULTS)


def test_a_shell_says_a_sentence_with_the_detail_and_the_word_behind_it() -> None:
    assert in_words("redirect: 302").endswith("not followed: 302 (redirect)")
    assert in_words("quiet").endswith("(quiet)")
    assert in_words("no such dish: 7") == "no such dish: 7"
    assert set(FAULTS) >= QUOTING
    assert [word for word, sentence in FAULTS.items() if len(sentence.split()) < 3] == []
