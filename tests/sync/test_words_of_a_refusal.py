"""A refusal is said in the service's own words, wherever in its answer a shop says that they stand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from sync.channels import KINDS
from sync.channels.crema.opening import open_client as open_crema
from sync.channels.crema.requests import Order
from sync.channels.fankahui.opening import open_client as open_fankahui
from sync.channels.impilo.opening import open_client as open_impilo
from sync.errors import ChannelError, Missing, Refused
from sync.means import Means
from sync.verdicts import ERROR_KEYS, words_in

#: Each kind whose envelope of a refusal nobody documents, with something that it may refuse.
ASKED: Mapping[str, tuple[Callable[..., Any], Callable[[Any], Awaitable[Any]]]] = {
    "crema": (open_crema, lambda one: one.save_order("A", Order())),
    "fankahui": (open_fankahui, lambda one: one.change("A", status="accepted")),
    "impilo": (open_impilo, lambda one: one.create(site="7", items={"31": 1})),
}


def settings(kind: str, **said: Any) -> BaseModel:
    """Return the settings of a kind at a service that is a function."""
    return KINDS[kind].settings_model().model_validate({"base_url": "https://there.example", **said})


async def refused(kind: str, answer: Any, **said: Any) -> ChannelError:
    """Return the error of something that a service answers with 400 and this."""
    transport = httpx2.MockTransport(lambda _: httpx2.Response(400, json=answer))
    opener, ask = ASKED[kind]
    client = opener(settings(kind, **said), {}, Means(transport=transport))
    try:
        with pytest.raises(ChannelError) as raised:
            await ask(client)
    finally:
        await client.close()
    return raised.value


TWO = {"message": "Bad Request", "reason": "售罄", "error": {"code": 7, "text": "not today"}}


@pytest.mark.parametrize("kind", ASKED)
@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "Bad Request"),
        ({"error_keys": ["reason"]}, "售罄"),
        ({"error_keys": ["error.text", "message"]}, "not today"),
        ({"error_keys": ["error.words", "reason"]}, "售罄"),
        ({"error_keys": []}, "answered: 400"),
    ],
)
async def test_what_is_shown_stands_where_the_shop_says(kind: str, said: Any, words: str) -> None:
    error = await refused(kind, TWO, **said)
    assert (type(error), str(error)) == (Refused, words)


async def test_a_cause_that_impilo_lists_is_known_under_another_key() -> None:
    answer = {"message": "Bad Request", "code": "insufficient_inventory"}
    assert str(await refused("impilo", answer)) == "Bad Request"
    assert str(await refused("impilo", answer, error_keys=["code"])) == "insufficient_inventory"


async def test_that_fankahui_has_no_such_order_is_known_under_another_key() -> None:
    answer = {"message": "error", "why": "No object exists that matches that query"}
    assert type(await refused("fankahui", answer)) is Refused
    assert type(await refused("fankahui", answer, error_keys=["why"])) is Missing


@pytest.mark.parametrize(
    ("content", "keys", "words"),
    [
        (b'{"message": "no", "errors": {"name": "is missing"}}', ERROR_KEYS, "no; name: is missing"),
        (b'{"errors": [{"detail": "a"}, {"detail": "b"}, 7]}', ("errors.detail",), "a; b"),
        (b'{"errors": ["a", "b"]}', ("errors",), "a; b"),
        (b'{"message": {"deep": "x"}, "msg": "y"}', ERROR_KEYS, "y"),
        (b'{"error": null, "title": "t"}', ERROR_KEYS, "t"),
        (b"out of stock", (), "out of stock"),
        (b"<html>no</html>", ERROR_KEYS, ""),
    ],
)
def test_words_are_found_in_lists_and_beside_fields(content: bytes, keys: Any, words: str) -> None:
    assert words_in(content, keys) == words


NAMES = st.sampled_from(["error", "message", "errors", "a"])
ODD = st.recursive(
    st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner)
)


@given(data=ODD, key=st.sampled_from(["error.a", "a.a.a", "errors"]))
def test_no_answer_is_too_odd_to_look_for_words_in(data: Any, key: str) -> None:
    content = httpx2.Response(400, json=data).content
    assert isinstance(words_in(content, (key, *ERROR_KEYS)), str)


@pytest.mark.parametrize("kind", ASKED)
@pytest.mark.parametrize("wrong", ["", "a b", ".a", "a.", "a..b"])
def test_what_is_no_key_is_refused_in_plain_words(kind: str, wrong: str) -> None:
    with pytest.raises(ValidationError, match="is no key of an answer; allowed is for example message"):
        settings(kind, error_keys=[wrong])
