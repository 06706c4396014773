"""The story of an order, from the service to the paper and back, as the shell tells it."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from printing.document import Cut

#: The service's own example of an order.
EXAMPLE: dict[str, Any] = {
    "payment": {"type": "weixin", "status": "unpaid"},
    "memo": [
        {"name": "门店", "createdAt": 1387529885},
        {"name": "顾客张三", "createdAt": 1387529885, "message": "提交了订单，不要加辣椒"},
    ],
    "type": "booking",
    "items": [
        {
            "item": {"id": "221f47e56134f82c", "name": "盖浇饭", "price": 1620},
            "id": "E7BC77BA-61CD-47EF-8639-321E760BBC88",
            "dealPrice": 1620,
            "quantity": 1,
        },
        {
            "item": {"id": "221f47e56134f82d", "name": "拉面", "price": 1000},
            "id": "E7BC77BA-61CD-47EF-8639-321E760BBC89",
            "dealPrice": 1000,
            "quantity": 2,
        },
    ],
    "customer": {
        "id": "6d97c241f56a8873",
        "name": "顾客张三",
        "phone": "18912345678",
        "merchants": [
            {
                "merchantID": "e20dccdf039b3874",
                "memberID": "087442b616a1e8dc",
                "merchantName": "泛盈科技",
                "balance": 40,
                "point": 0,
                "level": "会员",
            }
        ],
    },
    "openRes": {"code": "16"},
}

#: What stands on a kitchen ticket and on a settlement ticket, and nowhere else.
_NAMED = re.compile(r"\bK-\d{4}\b|\bB-\d{6}-\d{3}\b")


def _numbers(day: Any) -> Counter[str]:
    """Count how often each kitchen ticket and each bill came out, by what stands on the paper."""
    papers = [paper for paper in day.roll.papers if paper.count(Cut)]
    return Counter(number for paper in papers for number in set(_NAMED.findall(paper.text)))


def test_the_services_example_is_accepted_checked_in_printed_and_settled(day: Any) -> None:
    remote = day.guests.place(**EXAMPLE)["id"]
    assert day.json("sync")["channels"][0]["new"] == 1
    [order] = day.json("orders")
    assert (order["status"], order["total"], order["table"]) == ("placed", 3620, "16")
    day.pos("accept", f"fankahui:{remote}")
    assert day.json("check-in", "--table", "16")[0]["status"] == "executed"
    day.pos("print")
    assert day.json("settle", order["number"], "--pay", "weixin=36.20")[0]["status"] == "paid"
    day.pos("print")
    day.pos("sync")
    _is_right_there(day, remote)
    _is_right_on_paper(day)
    shown = day.json("show", order["id"])
    assert (shown["status"], shown["channel_knows"]) == ("paid", "yes")
    assert shown["raw"]["deal"]["bill"]["id"] == day.guests.state()["bills"][0]["id"]


def _is_right_there(day: Any, remote: str) -> None:
    state = day.guests.state()
    [there] = state["orders"]
    assert (there["id"], there["status"], there["fee"], there["quantity"]) == (remote, "paid", 3620, 3)
    assert there["payment"] == {"type": "weixin", "status": "paid"}
    assert [deal["orderID"] for deal in state["deals"]] == [remote]
    assert there["deal"] == {"id": state["deals"][0]["id"], "bill": {"id": state["bills"][0]["id"]}}


def _is_right_on_paper(day: Any) -> None:
    kitchen, settlement = (data for data in day.roll.sent if data)
    for words in ("盖浇饭", "拉面", "16", "不要加辣椒"):
        assert words.encode("gb18030") in kitchen
    assert b"36.20" not in kitchen
    for words in ("盖浇饭", "拉面", "泛盈总店", "36.20"):
        assert words.encode("gb18030") in settlement
    assert [paper.count(Cut) for paper in day.roll.papers if paper.text] == [1, 1]


def test_a_day_of_outages_lost_answers_and_repeats_ends_right_on_both_sides(day: Any) -> None:
    guests = day.guests
    booking, second, delivery, unwanted = (
        guests.place(**{**EXAMPLE, "type": kind, "openRes": {"code": table}})["id"]
        for kind, table in (("booking", "16"), ("booking", "17"), ("deliver", ""), ("booking", "18"))
    )
    guests.fault("repeat", times=2, method="GET", path="/orders")
    day.pos("sync")
    day.pos("sync")
    guests.fault("drop", times=3, method="PUT")
    guests.fault("fail", times=2, status=502, method="PUT")
    guests.fault("html", times=1, method="PUT")
    names = [f"fankahui:{remote}" for remote in (booking, second, delivery)]
    day.pos("accept", *names)
    day.pos("reject", f"fankahui:{unwanted}", "--reason", "客满")
    day.pos("sync", status=4)
    day.pos("check-in", "--table", "16")
    day.pos("check-in", names[1])
    day.pos("accept", *names)  # a repeat
    day.pos("settle", names[0], names[1], "--pay", "weixin=40", "--pay", "cash=50")
    guests.fault("lost", times=3)
    day.pos("settle", names[2], "--pay", "cash=40")
    day.pos("settle", names[2], "--pay", "cash=40")  # a repeat
    day.sync_until_all_is_told()
    day.pos("print")
    day.pos("print")
    state = guests.state()
    there = {order["id"]: order["status"] for order in state["orders"]}
    assert there == {booking: "paid", second: "paid", delivery: "paid", unwanted: "rejected"}
    assert Counter(deal["orderID"] for deal in state["deals"]) == {booking: 1, second: 1, delivery: 1}
    here = {order["remote_id"]: (order["status"], order["channel_knows"]) for order in day.json("orders")}
    assert here == {remote: (status, "yes") for remote, status in there.items()}
    assert {letter["state"] for letter in day.json("outbox")} == {"told"}
    tickets = day.json("tickets")
    assert {ticket["state"] for ticket in tickets} == {"sent"}
    kitchen = {ticket["number"] for ticket in tickets if ticket["kind"] == "kitchen"}
    bills = {day.json("show", name)["deal"]["number"] for name in names[1:]}
    assert (len(kitchen), len(bills), len(tickets)) == (3, 2, 5)
    assert _numbers(day) == Counter(kitchen | bills)
