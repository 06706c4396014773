"""Tables: columns that line up from the first row to the last, whatever stands in them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printing.document import BOLD, PLAIN, TALL, Column, Document, Rule, Style, Table, Text
from printing.encodings import ENCODINGS, columns
from printing.layout import Line, TextLine, lay_out

GB = ENCODINGS["gb18030"]
COLUMNS = (Column(weight=1), Column(align="right"), Column(align="right"))


def laid(table: Table, width: int = 32, encoding: str = "gb18030") -> list[Line]:
    return lay_out(Document((table,)), width, ENCODINGS[encoding])


def texts(lines: list[Line]) -> list[str]:
    return [line.text for line in lines if isinstance(line, TextLine)]


def test_figures_of_all_rows_end_below_each_other() -> None:
    rows = (("宫保鸡丁", "×1", "38.00"), ("米饭", "×12", "4.00"), ("Crème", "×2", "1,024.00"))
    lines = texts(laid(Table(COLUMNS, rows)))
    assert [line.split() for line in lines] == [list(row) for row in rows]
    assert {columns(line, GB) for line in lines} == {32}
    assert {columns(line[: line.index("×")] + line.split()[1], GB) for line in lines} == {23}


def test_a_header_is_bold_and_has_a_rule_below_it() -> None:
    lines = laid(Table(COLUMNS, (("饭", "1", "2.00"),), header=("菜名", "数量", "金额")))
    assert isinstance(lines[1], Rule)
    assert isinstance(lines[0], TextLine)
    assert {span.style for span in lines[0].spans if span.text.strip()} == {BOLD}
    assert texts(lines) == ["菜名                   数量 金额", "饭                        1 2.00"]


def test_a_long_name_wraps_in_its_own_column_and_moves_no_figure() -> None:
    lines = texts(laid(Table(COLUMNS, (("佛跳墙" * 20, "×1", "38.00"), ("饭", "×1", "2.00")))))
    assert len(lines) == 7
    assert lines[0].endswith(" ×1 38.00")
    assert lines[-1].endswith(" ×1  2.00")
    assert all(columns(line, GB) <= 22 for line in lines[1:-1])


def test_a_text_among_the_rows_has_the_line_for_itself() -> None:
    rows = (("拉面", "×1", "20.00"), Text("加蛋 · 不要葱", indent=2), ("饭", "×1", "2.00"))
    assert texts(laid(Table(COLUMNS, rows)))[1] == "  加蛋 · 不要葱"


@pytest.mark.parametrize("header", [(), ("a", "b", "c")])
def test_a_table_may_have_no_row(header: tuple[str, ...]) -> None:
    assert len(laid(Table(COLUMNS, (), header=header))) == 2 * bool(header)
    assert texts(laid(Table((Column(),), (Text("x"),)))) == ["x"]


@given(
    rows=st.lists(
        st.tuples(*[st.text(st.sampled_from("宫保鸡丁김ラabc É½🍜 -x5，。"), max_size=30)] * 3), max_size=6
    ),
    style=st.sampled_from([PLAIN, TALL, Style(width=2)]),
    width=st.sampled_from([32, 48]),
    encoding=st.sampled_from(sorted(ENCODINGS)),
)
@settings(deadline=None)
def test_no_table_is_wider_than_the_paper_and_no_letter_is_lost(
    rows: list[tuple[str, str, str]], style: Style, width: int, encoding: str
) -> None:
    table = Table((Column(style, weight=2), Column(width=6), Column(align="right")), tuple(rows))
    lines = laid(table, width, encoding)
    assert all(
        sum(span.columns for span in line.spans) <= width for line in lines if isinstance(line, TextLine)
    )
    said, shown = "".join("".join(row) for row in rows), "".join(texts(lines))
    assert sorted(said.replace(" ", "")) == sorted(shown.replace(" ", ""))
