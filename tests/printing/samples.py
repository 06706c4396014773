"""Every kind of ticket, in every language, as a shop would print it."""

from __future__ import annotations

from printing.tickets import (
    Cash,
    Coins,
    DeliverySlip,
    ExpediterTicket,
    Facts,
    KitchenLine,
    KitchenPart,
    KitchenTicket,
    PaymentLine,
    Refund,
    Series,
    SettledLine,
    SettledOrder,
    Settlement,
    ShiftReport,
    StationDishes,
    Sum,
    TestPage,
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
        KitchenLine(name="双人套餐", quantity=1, contents=("酸辣汤 ×2", "烤鸭半只"), note="不放香菜"),
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
EXPEDITER = ExpediterTicket(
    language="zh_CN",
    number="X-0087",
    order_number="041",
    order_type="eat_in",
    table="5",
    channel="泛盈",
    at="18:42",
    promised="19:02",
    stations=(
        StationDishes(
            station="热菜",
            lines=(
                KitchenLine(name="宫保鸡丁", quantity=1, options=("微辣", "多花生")),
                KitchenLine(name="双人套餐", quantity=1, contents=("酸辣汤 ×2", "烤鸭半只"), note="不放香菜"),
            ),
        ),
        StationDishes(station="凉菜", lines=(KitchenLine(name="拍黄瓜", quantity=2),)),
    ),
    parts=(KitchenPart(number="K-0412", station="热菜"), KitchenPart(number="K-0413", station="凉菜")),
    memo=("不要加辣椒，少饭",),
    fired_by="王芳",
)
EXPEDITER_ADD = EXPEDITER.model_copy(
    update={
        "number": "X-0088",
        "change": "add",
        "changed": (
            KitchenLine(name="干煸豆角", quantity=1, change="add"),
            KitchenLine(name="水煮鱼", quantity=1, options=("微辣",), change="cancel"),
        ),
        "stations": (
            *EXPEDITER.stations,
            StationDishes(station="热菜", lines=(KitchenLine(name="干煸豆角", quantity=1),)),
        ),
        "parts": (KitchenPart(number="K-0415", station="热菜"),),
        "memo": (),
        "previous": "X-0087",
    }
)
EXPEDITER_KO = ExpediterTicket(
    language="ko_KR",
    number="X-0089",
    change="cancel",
    order_number="042",
    order_type="eat_in",
    table="5",
    at="18:50",
    changed=(
        KitchenLine(name="김치찌개", quantity=1, options=("덜 맵게",), change="cancel"),
        KitchenLine(name="해물파전 곱빼기", quantity=2, change="cancel"),
    ),
    parts=(KitchenPart(number="K-0419", station="주방"),),
    reason="손님이 가셨습니다",
    fired_by="김민수",
    previous="X-0086",
)
EXPEDITER_EN = ExpediterTicket(
    language="en_US",
    number="X-0090",
    order_number="043",
    order_type="take_away",
    channel="imweb",
    at="18:42",
    promised="19:02",
    stations=(
        StationDishes(
            station="Grill",
            lines=(KitchenLine(name="Kung pao chicken", quantity=1, options=("mild", "no MSG")),),
        ),
        StationDishes(station="Rice", lines=(KitchenLine(name="Fried rice with egg", quantity=3),)),
    ),
    parts=(KitchenPart(number="K-0414", station="Grill"), KitchenPart(number="K-0416", station="Rice")),
    memo=("No chili please, less rice",),
    fired_by="Fang",
)
DELIVERY = DeliverySlip(
    language="zh_CN",
    number="D-0012",
    shop="泛盈总店",
    shop_phone="025-58679066",
    order_number="041",
    channel="泛盈",
    sequence_number="17",
    at="18:42",
    promised="19:02",
    address="胜太路68号3层 301室",
    guest="张先生",
    phone="19900001234",
    lines=(
        KitchenLine(name="宫保鸡丁", quantity=1, options=("微辣", "多花生")),
        KitchenLine(name="米饭", quantity=12),
        KitchenLine(name="双人套餐", quantity=1, contents=("酸辣汤 ×2", "烤鸭半只"), note="不放香菜"),
    ),
    memo=("到了打电话，别按门铃",),
    total="¥102.20",
    paid=True,
    method="微信",
    qr="fankahui:F3A1",
)
DELIVERY_KO = DeliverySlip(
    language="ko_KR",
    number="D-0013",
    shop="판잉 본점",
    shop_phone="02-555-0100",
    order_number="042",
    channel="카운터",
    at="18:42",
    promised="19:20",
    address="서울시 강남구 테헤란로 1-2 303호",
    guest="이지은",
    phone="010-0000-1234",
    lines=(KitchenLine(name="김치찌개", quantity=1, options=("덜 맵게", "두부 추가")),),
    total="₩18,000",
    due="₩18,000",
    qr="042",
    previous="D-0011",
)
DELIVERY_EN = DeliverySlip(
    language="en_US",
    number="D-0014",
    shop="Fan Ying Kitchen",
    order_number="043",
    channel="imweb",
    sequence_number="20261120-0000417",
    at="18:42",
    promised="19:20",
    address="68 Shengtai Road, third floor, behind the blue door",
    guest="Sam",
    phone="0100 000 1234",
    lines=(KitchenLine(name="Kung pao chicken with extra peanuts", quantity=2, options=("mild",)),),
    memo=("Please ring twice",),
    total="$38.50",
    paid=True,
    qr="imweb:20261120-0000417",
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
    "kitchen-zh": KITCHEN,
    "kitchen-ko": KITCHEN_KO,
    "kitchen-en": KITCHEN_EN,
    "add-zh": ADD,
    "cancel-ko": CANCEL_KO,
    "note-en": NOTE_EN,
    "settlement-zh": SETTLEMENT,
    "settlement-ko": SETTLEMENT_KO,
    "settlement-en": SETTLEMENT_EN,
    "expediter-zh": EXPEDITER,
    "expediter-add-zh": EXPEDITER_ADD,
    "expediter-cancel-ko": EXPEDITER_KO,
    "expediter-en": EXPEDITER_EN,
    "delivery-zh": DELIVERY,
    "delivery-ko": DELIVERY_KO,
    "delivery-en": DELIVERY_EN,
    "refund-zh": REFUND,
    "refund-ko": REFUND_KO,
    "refund-en": REFUND_EN,
    "report-z-zh": REPORT_Z,
    "report-x-ko": REPORT_X,
    "report-z-en": REPORT_EN,
    "test-zh": TEST_PAGE.model_copy(update={"language": "zh_CN"}),
    "test-ko": TEST_PAGE.model_copy(update={"language": "ko_KR"}),
    "test-en": TEST_PAGE,
}
