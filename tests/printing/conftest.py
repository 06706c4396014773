"""Tickets to print, a printer on loopback with good and bad days, and a host that lives in memory."""

# ruff: noqa: ARG002 - a host in memory needs less than it is told
from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from printing.ports import Evidence, Job, PrinterHealth
from printing.tickets import (
    Facts,
    KitchenLine,
    KitchenTicket,
    PaymentLine,
    SettledLine,
    SettledOrder,
    Settlement,
    TestPage,
    to_json,
)

KITCHEN = KitchenTicket(
    language="zh_CN",
    number="K-0412",
    order_number="041",
    order_type="deliver",
    station="热菜档",
    channel="泛盈",
    at="18:42",
    promised="19:02",
    address="胜太路68号3层",
    lines=(
        KitchenLine(name="宫保鸡丁", quantity=1, options=("微辣", "多花生")),
        KitchenLine(name="米饭", quantity=12),
        KitchenLine(name="双人套餐", quantity=1, contents=("酸辣汤", "烤鸭半只"), note="不放香菜"),
    ),
    memo=("不要加辣椒，少饭",),
    fired_by="王芳",
)
KITCHEN_KO = KitchenTicket(
    language="ko_KR",
    number="K-0413",
    order_number="042",
    order_type="eat_in",
    table="5",
    station="주방",
    channel="카운터",
    at="18:42",
    promised="19:02",
    lines=(
        KitchenLine(name="김치찌개", quantity=1, options=("덜 맵게", "두부 추가")),
        KitchenLine(name="해물파전 곱빼기 특대 사이즈 세트 메뉴", quantity=2),
    ),
    memo=("고수 빼 주세요. 아이가 먹을 거예요",),
    fired_by="김민수",
)
KITCHEN_EN = KitchenTicket(
    language="en_US",
    number="K-0414",
    order_number="043",
    order_type="take_away",
    station="Grill",
    channel="imweb",
    at="6:42 PM",
    promised="7:02 PM",
    lines=(
        KitchenLine(name="Kung pao chicken with extra peanuts", quantity=1, options=("mild", "no MSG")),
        KitchenLine(name="Rice", quantity=3),
    ),
    memo=("No chili please, less rice",),
    fired_by="Fang",
    part=(1, 2),
)
ADD = KitchenTicket(
    language="zh_CN",
    number="K-0415",
    change="add",
    order_number="031",
    order_type="eat_in",
    table="5",
    station="热菜档",
    lines=(
        KitchenLine(name="干煸豆角", quantity=1, change="add"),
        KitchenLine(name="水煮鱼", quantity=1, change="cancel"),
    ),
    reason="客人改单",
    previous="K-0409",
    fired_by="王芳",
)
CANCEL_KO = ADD.model_copy(update={"change": "cancel", "language": "ko_KR", "table": "5", "station": "주방"})
NOTE_EN = ADD.model_copy(
    update={"change": "note", "language": "en_US", "lines": (), "memo": ("nuts: allergy",), "table": "T5"}
)
SETTLEMENT = Settlement(
    language="zh_CN",
    number="S-0031",
    shop="泛盈总店",
    shop_address="胜太路68号3层",
    shop_phone="025-58679066",
    bill="B-1120-017",
    qr="B-1120-017",
    at="11-20 19:21",
    cashier="王芳",
    footer="谢谢惠顾",
    total="¥102.20",
    change="47.80",
    member="王**",
    member_balance="318.00",
    payments=(PaymentLine(method="weixin", amount="50.00"), PaymentLine(method="cash", amount="100.00")),
    orders=(
        SettledOrder(
            number="035",
            table="4",
            total="66.00",
            lines=(
                SettledLine(name="番茄炒蛋", quantity=1, price="38.00", amount="38.00"),
                SettledLine(name="米饭", quantity=2, price="2.00", amount="4.00"),
                SettledLine(name="啤酒", quantity=2, price="12.00", amount="24.00"),
            ),
        ),
        SettledOrder(
            number="042",
            table="5",
            channel="泛盈",
            total="36.20",
            extras=(("discount", "-3.80"), ("delivery", "3.80")),
            lines=(
                SettledLine(name="盖浇饭", quantity=1, price="20.00", deal_price="16.20", amount="16.20"),
                SettledLine(
                    name="拉面", quantity=1, price="20.00", amount="20.00", options=("加蛋", "不要葱")
                ),
            ),
        ),
    ),
)
SETTLEMENT_KO = SETTLEMENT.model_copy(
    update={
        "language": "ko_KR",
        "shop": "판잉 본점",
        "shop_address": "서울시 강남구 1-2",
        "footer": "감사합니다",
        "cashier": "김민수",
        "total": "₩45,800",
        "member": "",
        "member_balance": "",
        "orders": (
            SettledOrder(
                number="035",
                table="16",
                lines=(SettledLine(name="비빔밥", quantity=2, price="9,000", amount="18,000"),),
            ),
        ),
    }
)
SETTLEMENT_EN = SETTLEMENT.model_copy(
    update={
        "language": "en_US",
        "shop": "Fan Ying Kitchen",
        "shop_address": "68 Shengtai Road",
        "footer": "Thank you!",
        "cashier": "Fang",
        "total": "$102.20",
        "member": "F**",
        "orders": (
            SettledOrder(
                number="035",
                table="T16",
                lines=(
                    SettledLine(name="Hand-pulled lamb noodles", quantity=2, price="12.00", amount="24.00"),
                ),
                extras=(("service", "2.00"), ("tax", "6.20")),
            ),
        ),
    }
)
TEST_PAGE = TestPage(
    language="en_US",
    number="T-0001",
    printer="kitchen",
    device="tcp://127.0.0.1:9100",
    at="18:42",
    settings=(("paper", "80 mm"), ("encoding", "gb18030")),
)

TICKETS: dict[str, Facts] = {
    "kitchen-zh": KITCHEN,
    "kitchen-ko": KITCHEN_KO,
    "kitchen-en": KITCHEN_EN,
    "add-zh": ADD,
    "cancel-ko": CANCEL_KO,
    "note-en": NOTE_EN,
    "settlement-zh": SETTLEMENT,
    "settlement-ko": SETTLEMENT_KO,
    "settlement-en": SETTLEMENT_EN,
    "test-zh": TEST_PAGE.model_copy(update={"language": "zh_CN"}),
    "test-ko": TEST_PAGE.model_copy(update={"language": "ko_KR"}),
    "test-en": TEST_PAGE,
}


@pytest.fixture(scope="session")
def tickets() -> dict[str, dict[str, Any]]:
    """Every kind of ticket, in every language, as stored facts."""
    return {name: to_json(ticket) for name, ticket in TICKETS.items()}


@pytest.fixture(scope="session")
def same_as_kept() -> Callable[[str, str], None]:
    """Compare with what is kept in snapshots/; `UPDATE_SNAPSHOTS=1` keeps it anew."""

    def compare(name: str, text: str) -> None:
        path = Path(__file__).parent / "snapshots" / f"{name}.txt"
        if os.environ.get("UPDATE_SNAPSHOTS"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare


#: What a printer that is well answers to DLE EOT 1 to 4.
WELL = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}


_CUT = b"\x1dVB\x00"


@dataclass
class LoopbackPrinter:
    """A TCP printer; what it answers, and when it hangs up, is set by the test."""

    status: dict[int, int] = field(default_factory=lambda: dict(WELL))
    knows_process_ids: bool = True
    knows_gs_r: bool = True
    #: bytes of the ticket after which it hangs up
    hang_up_after: int | None = None
    #: sent with the answer to the first question, unasked: automatic status
    unasked: bytes = b""
    #: its paper ends in the ticket: it answers nothing queued, and is refilled when asked how it is
    paper_runs_out: bool = False
    is_refilled_when_asked: bool = True
    received: bytes = b""
    connections: int = 0
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one connection to its end."""
        self.connections += 1
        taken = b""
        while data := await reader.read(4096):
            taken += data
            if self.paper_runs_out and _CUT in taken:
                self.status[4] = 0x7E
            taken = self._answer_real_time(taken, writer)
            if self.status.get(4) == 0x7E and _CUT in taken:
                continue
            if self.hang_up_after is not None and len(taken) > self.hang_up_after:
                break
            taken = self._answer_queued(taken, writer)
        self.received += taken
        writer.close()

    def _answer_real_time(self, data: bytes, writer: asyncio.StreamWriter) -> bytes:
        for number in (1, 2, 3, 4):
            question = b"\x10\x04" + bytes((number,))
            if question in data:
                data = data.replace(question, b"")
                if number in self.status:
                    writer.write(self.unasked + bytes((self.status[number],)))
                    if (
                        number == 4
                        and self.is_refilled_when_asked
                        and self.status[4] == 0x7E
                        and _CUT in data
                    ):
                        self.paper_runs_out = False
                        self.status[4] = 0x12
        return data

    def _answer_queued(self, data: bytes, writer: asyncio.StreamWriter) -> bytes:
        asked = data.find(b"\x1d(H\x06\x0000")
        if asked >= 0:
            if self.knows_process_ids:
                writer.write(b"\x37\x22" + data[asked + 7 : asked + 11] + b"\x00")
            self.received += data[:asked]
            data = data[asked + 11 :]
        if data.endswith(b"\x1dr\x01"):
            if self.knows_gs_r:
                writer.write(b"\x00")
            self.received += data[:-3]
            data = b""
        return data


@pytest.fixture
async def loopback_printer() -> AsyncIterator[LoopbackPrinter]:
    """A printer that is well and answers everything, until the test says otherwise."""
    printer = LoopbackPrinter()
    server = await asyncio.start_server(printer.serve, "127.0.0.1", 0)
    printer.port = server.sockets[0].getsockname()[1]
    yield printer
    server.close()
    await server.wait_closed()


@dataclass
class MemoryHost:
    """The counter's side of the spool, kept in memory as its store would keep it."""

    jobs: dict[UUID, Job] = field(default_factory=dict)
    states: dict[UUID, str] = field(default_factory=dict)
    errors: dict[UUID, str] = field(default_factory=dict)
    due: dict[UUID, datetime] = field(default_factory=dict)
    healths: list[PrinterHealth] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    held_by: str | None = None
    locked: int = 0

    def add(self, facts: Mapping[str, Any], printer: str = "kitchen", **more: Any) -> Job:
        """Queue one ticket."""
        job = Job(uuid4(), printer, str(facts.get("number", "?")), facts, **more)
        self.jobs[job.id] = job
        self.states[job.id] = "queued"
        return job

    def all_states(self) -> list[str]:
        """The states of all jobs, oldest first."""
        return list(self.states.values())

    @asynccontextmanager
    async def lock(self, printer: str) -> AsyncIterator[str | None]:
        """See printing.ports.Host; so are all below."""
        self.locked += 1
        yield self.held_by

    async def recover(self, printer: str) -> int:
        lost = [key for key, state in self.states.items() if state == "sending"]
        for key in lost:
            self.states[key] = "unknown"
        return len(lost)

    async def claim(self, printer: str, now: datetime, *, all_waiting: bool = False) -> Job | None:
        for key, job in self.jobs.items():
            is_due = all_waiting or self.due.get(key, now) <= now
            if job.printer == printer and self.states[key] == "queued" and is_due:
                self.states[key] = "sending"
                return job
        return None

    async def printed(self, job: Job, evidence: Evidence, now: datetime) -> None:
        self.states[job.id] = "printed" if evidence in ("process-id", "gs-r") else "sent"
        self.evidence.append(evidence)

    async def unknown(self, job: Job, error: str, now: datetime) -> None:
        self.states[job.id], self.errors[job.id] = "unknown", error

    async def held(self, job: Job, error: str, next_try_at: datetime) -> None:
        self.jobs[job.id] = replace(job, attempts=job.attempts + 1)
        self.states[job.id], self.errors[job.id], self.due[job.id] = "queued", error, next_try_at

    async def failed(self, job: Job, error: str, now: datetime) -> None:
        self.states[job.id], self.errors[job.id] = "failed", error

    async def health(self, printer: str, health: PrinterHealth, now: datetime) -> None:
        self.healths.append(health)


@pytest.fixture
def memory_host() -> MemoryHost:
    """A host without jobs."""
    return MemoryHost()
