"""How tickets look, line by line, and what no look may ever lack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from printing.encodings import ENCODINGS, columns
from printing.profiles import profile
from printing.render import to_text
from printing.tickets import Copy
from tests.printing.samples import TICKETS

Tickets = dict[str, dict[str, Any]]
NAMES = list(TICKETS)


@pytest.mark.parametrize("paper", [58, 80])
@pytest.mark.parametrize("name", NAMES)
def test_every_look_in_every_language_is_as_it_was_approved(
    name: str, paper: int, tickets: Tickets, same_as_kept: Callable[[str, str], None]
) -> None:
    same_as_kept(f"{name}-{paper}", to_text(tickets[name], profile(paper)))


@pytest.mark.parametrize("paper", [58, 80])
@pytest.mark.parametrize("name", ["kitchen-zh", "settlement-ko", "add-zh", "delivery-en"])
@pytest.mark.parametrize("mark", ["reprint", "duplicate"])
def test_a_marked_copy_is_as_it_was_approved(
    name: str, paper: int, mark: Any, tickets: Tickets, same_as_kept: Callable[[str, str], None]
) -> None:
    same_as_kept(f"{name}-{paper}-{mark}", to_text(tickets[name], profile(paper), Copy(2, mark)))


@pytest.mark.parametrize("paper", [58, 80])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("mark", "latin"), [("reprint", "REPRINT"), ("duplicate", "MAY BE A DUPLICATE")])
def test_a_marked_copy_says_so_twice_in_latin_words_and_first_of_all(
    name: str, paper: int, mark: Any, latin: str, tickets: Tickets
) -> None:
    lines = to_text(tickets[name], profile(paper), Copy(2, mark)).splitlines()
    assert latin in lines[0]
    assert sum(latin in line for line in lines) == 2


@pytest.mark.parametrize("name", NAMES)
def test_a_first_copy_says_nothing_of_copies(name: str, tickets: Tickets) -> None:
    text = to_text(tickets[name], profile(58))
    assert "REPRINT" not in text
    assert "DUPLICATE" not in text


@pytest.mark.parametrize("change", ["add", "cancel", "note"])
@pytest.mark.parametrize("language", ["zh_CN", "ko_KR", "en_US"])
def test_a_change_is_said_in_latin_words_at_the_top(change: str, language: str, tickets: Tickets) -> None:
    facts = {**tickets["add-zh"], "change": change, "language": language}
    assert change.upper() in to_text(facts, profile(58)).splitlines()[0]


@pytest.mark.parametrize("paper", [58, 80])
@pytest.mark.parametrize("name", NAMES)
def test_no_line_is_wider_than_the_paper(name: str, paper: int, tickets: Tickets) -> None:
    used = profile(paper)
    for line in to_text(tickets[name], used, Copy(2, "duplicate")).splitlines():
        assert columns(line, ENCODINGS["gb18030"]) <= used.columns


@pytest.mark.parametrize("name", NAMES)
def test_a_printer_says_for_whom_it_stands_in_before_all_else_but_a_mark(tickets: Tickets, name: str) -> None:
    lines = to_text(tickets[name], profile(58), Copy(1, None, "bar-7")).splitlines()
    assert "bar-7" in lines[0].replace(" ", "")
    marked = to_text(tickets[name], profile(58), Copy(2, "reprint", "bar-7")).splitlines()
    assert "REPRINT" in marked[0]
    assert any("bar-7" in line.replace(" ", "") for line in marked[1:4])


@pytest.mark.parametrize("name", ["add-zh", "expediter-add-zh"])
def test_what_came_and_what_went_is_told_apart_by_its_sign(name: str, tickets: Tickets) -> None:
    words = to_text(tickets[name], profile(80)).split()
    assert words[words.index("干煸豆角") - 1] == "+1×"
    assert words[words.index("水煮鱼") - 1] == "-1×"


@pytest.mark.parametrize(
    ("language", "said"), [("zh_CN", "7桌"), ("ko_KR", "7번 테이블"), ("en_US", "Table 7")]
)
@pytest.mark.parametrize("name", ["kitchen-ko", "add-zh"])
def test_a_table_is_called_a_table(name: str, language: str, said: str, tickets: Tickets) -> None:
    text = to_text({**tickets[name], "language": language, "table": "7"}, profile(58))
    assert said in text


@pytest.mark.parametrize("named", ["7桌", "牡丹厅", "창가", "Patio"])
def test_a_table_with_a_name_of_its_own_is_called_by_it(named: str, tickets: Tickets) -> None:
    lines = to_text({**tickets["kitchen-ko"], "table": named}, profile(80)).splitlines()
    assert any(line.split()[-1:] == [named] for line in lines)


@pytest.mark.parametrize("paper", [58, 80])
@pytest.mark.parametrize("mark", [None, "reprint", "duplicate"])
def test_every_ticket_carries_the_number_it_is_asked_about_by(
    paper: int, mark: Any, tickets: Tickets
) -> None:
    for facts in tickets.values():
        text = to_text({**facts, "number": "X-0031"}, profile(paper), Copy(2 if mark else 1, mark))
        assert "X-0031" in text


def test_a_settlement_ticket_names_every_table_once(tickets: Tickets) -> None:
    assert "4桌 5桌" in to_text(tickets["settlement-zh"], profile(58)).splitlines()[3]


def test_several_orders_stay_themselves_on_one_settlement_ticket(tickets: Tickets) -> None:
    text = to_text(tickets["settlement-zh"], profile(80))
    assert text.count("小计") == 2
    assert "035 042" in text
