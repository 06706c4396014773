"""What an order leaves in the house, in every language: kitchen, pass and bag."""

from __future__ import annotations

from printing.tickets import (
    DeliverySlip,
    ExpediterTicket,
    Facts,
    KitchenLine,
    KitchenPart,
    KitchenTicket,
    StationDishes,
)

#: What is on several tickets.
CHICKEN = KitchenLine(name="宫保鸡丁", quantity=1, options=("微辣", "多花生"))
RICE = KitchenLine(name="米饭", quantity=12)
COMBO = KitchenLine(name="双人套餐", quantity=1, contents=("酸辣汤 ×2", "烤鸭半只"), note="不放香菜")

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
        CHICKEN,
        RICE,
        COMBO,
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
                CHICKEN,
                COMBO,
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
        CHICKEN,
        RICE,
        COMBO,
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

TICKETS: dict[str, Facts] = {
    "kitchen-zh": KITCHEN,
    "kitchen-ko": KITCHEN_KO,
    "kitchen-en": KITCHEN_EN,
    "add-zh": ADD,
    "cancel-ko": CANCEL_KO,
    "note-en": NOTE_EN,
    "expediter-zh": EXPEDITER,
    "expediter-add-zh": EXPEDITER_ADD,
    "expediter-cancel-ko": EXPEDITER_KO,
    "expediter-en": EXPEDITER_EN,
    "delivery-zh": DELIVERY,
    "delivery-ko": DELIVERY_KO,
    "delivery-en": DELIVERY_EN,
}
