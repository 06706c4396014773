"""What the till prints, in every language: bills, refunds and shifts."""

from __future__ import annotations

from printing.tickets import (
    Cash,
    Coins,
    Facts,
    PaymentLine,
    Refund,
    Series,
    SettledLine,
    SettledOrder,
    Settlement,
    ShiftReport,
    Sum,
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
REFUND = Refund(
    language="zh_CN",
    number="S-0032",
    shop="泛盈总店",
    shop_address="胜太路68号3层",
    shop_phone="025-58679066",
    bill="B-1120-019",
    refunds="B-1120-017",
    orders=(
        SettledOrder(
            number="035",
            table="4",
            lines=(SettledLine(name="啤酒", quantity=-2, price="12.00", amount="-24.00"),),
            total="-24.00",
        ),
    ),
    total="-¥24.00",
    payments=(PaymentLine(method="weixin", amount="-20.00"), PaymentLine(method="cash", amount="-4.00")),
    reason="啤酒没有冰",
    at="11-20 19:40",
    cashier="王芳",
    approved_by="李经理",
    qr="B-1120-019",
)
REFUND_KO = REFUND.model_copy(
    update={
        "language": "ko_KR",
        "shop": "판잉 본점",
        "shop_address": "서울시 강남구 1-2",
        "orders": (
            SettledOrder(
                number="035",
                lines=(SettledLine(name="비빔밥", quantity=-1, price="9,000", amount="-9,000"),),
            ),
        ),
        "total": "-₩9,000",
        "payments": (PaymentLine(method="cash", amount="-9,000"),),
        "reason": "주문 실수",
        "cashier": "김민수",
        "approved_by": "",
    }
)
REFUND_EN = REFUND.model_copy(
    update={
        "language": "en_US",
        "shop": "Fan Ying Kitchen",
        "shop_address": "68 Shengtai Road",
        "orders": (),
        "total": "-$24.00",
        "reason": "two beers were warm",
        "cashier": "Fang",
        "approved_by": "Lee",
    }
)
REPORT_Z = ShiftReport(
    language="zh_CN",
    number="R-0007",
    report="Z",
    shop="泛盈总店",
    shift="112",
    since="11-20 10:02",
    until="11-20 22:31",
    opened_by="王芳",
    closed_by="李经理",
    cash=Cash(
        opening="300.00",
        expected="1,846.50",
        counted="1,836.50",
        coins=(
            Coins(value="100", pieces=15, amount="1,500.00"),
            Coins(value="50", pieces=6, amount="300.00"),
            Coins(value="10", pieces=3, amount="30.00"),
            Coins(value="1", pieces=6, amount="6.00"),
            Coins(value="0.5", pieces=1, amount="0.50"),
        ),
        difference="-10.00",
        differs=True,
    ),
    deals=86,
    total="¥8,214.30",
    methods=(
        Sum(label="cash", count=21, amount="1,546.50"),
        Sum(label="weixin", count=44, amount="4,620.80"),
        Sum(label="alipay", count=18, amount="1,847.00"),
        Sum(label="prepay", count=3, amount="200.00"),
    ),
    channels=(
        Sum(label="柜台", count=31, amount="3,010.00"),
        Sum(label="泛盈", count=40, amount="3,900.30"),
        Sum(label="饭咖会", count=15, amount="1,304.00"),
    ),
    currencies=(Sum(label="CNY", count=86, amount="8,214.30"),),
    hours=(
        Sum(label="11:00", count=12, amount="1,022.00"),
        Sum(label="12:00", count=27, amount="2,610.40"),
        Sum(label="18:00", count=30, amount="2,981.90"),
        Sum(label="19:00", count=17, amount="1,600.00"),
    ),
    refunds=Sum(label="refunds", count=2, amount="-48.00"),
    cancellations=Sum(label="cancellations", count=5, amount="310.00"),
    series=(
        Series(kind="bill", first="B-261120-001", last="B-261120-086"),
        Series(kind="kitchen", first="K-0352", last="K-0497", missing=("K-0401", "K-0402")),
        Series(kind="settlement", first="S-0220", last="S-0307"),
    ),
    journal="9f2c41d0a7b35e6688c0f1d2e3a4b5c6d7e8f90112233445566778899aabbccd",
    at="11-20 22:31",
)
REPORT_X = ShiftReport(
    language="ko_KR",
    number="R-0008",
    report="X",
    shop="판잉 본점",
    shift="113",
    since="11-21 10:00",
    until="11-21 14:10",
    opened_by="김민수",
    cash=Cash(opening="100,000", expected="254,000"),
    deals=12,
    total="₩458,000",
    methods=(
        Sum(label="cash", count=4, amount="154,000"),
        Sum(label="카드", count=8, amount="304,000"),
    ),
    channels=(Sum(label="카운터", count=12, amount="458,000"),),
    refunds=Sum(label="refunds", count=0, amount="0"),
    cancellations=Sum(label="cancellations", count=1, amount="18,000"),
    series=(Series(kind="bill", first="B-261121-001", last="B-261121-012"),),
    at="11-21 14:10",
)
REPORT_EN = REPORT_Z.model_copy(
    update={
        "language": "en_US",
        "shop": "Fan Ying Kitchen",
        "opened_by": "Fang",
        "closed_by": "Lee",
        "cash": Cash(opening="300.00", expected="1,846.50", counted="1,846.50", difference="0.00"),
        "channels": (Sum(label="Counter", count=86, amount="8,214.30"),),
    }
)

TICKETS: dict[str, Facts] = {
    "settlement-zh": SETTLEMENT,
    "settlement-ko": SETTLEMENT_KO,
    "settlement-en": SETTLEMENT_EN,
    "refund-zh": REFUND,
    "refund-ko": REFUND_KO,
    "refund-en": REFUND_EN,
    "report-z-zh": REPORT_Z,
    "report-x-ko": REPORT_X,
    "report-z-en": REPORT_EN,
}
