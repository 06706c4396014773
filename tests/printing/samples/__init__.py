"""Every kind of ticket, in every language, as a shop would print it."""

from __future__ import annotations

from printing.tickets import Facts, TestPage
from tests.printing.samples import orders, till

TEST_PAGE = TestPage(
    language="en_US",
    number="T-0001",
    printer="kitchen",
    device="tcp://127.0.0.1:9100",
    at="18:42",
    settings=(("paper", "80 mm"), ("encoding", "gb18030"), ("confirm", "auto")),
    encoding="gb18030",
    codes=True,
    cut="partial",
    drawer="yes",
    buzzer="yes",
    answers=(("DLE EOT 1", "12"), ("DLE EOT 4", "1E"), ("GS I 67", "TM-T88V")),
    evidence="process-id",
)

TICKETS: dict[str, Facts] = {
    **orders.TICKETS,
    **till.TICKETS,
    "test-zh": TEST_PAGE.model_copy(update={"language": "zh_CN"}),
    "test-ko": TEST_PAGE.model_copy(update={"language": "ko_KR"}),
    "test-en": TEST_PAGE,
}
