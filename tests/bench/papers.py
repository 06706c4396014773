"""Chinese tickets of some twenty lines, no two alike: what a shop's afternoon prints."""

from __future__ import annotations

from random import Random
from typing import Any

from printing.tickets import PaymentLine, SettledLine, SettledOrder, Settlement, to_json

_DISHES = (
    *(
        "宫保鸡丁",
        "番茄炒蛋",
        "水煮鱼片",
        "干煸豆角",
        "麻婆豆腐",
        "酸辣土豆丝",
        "鱼香肉丝",
        "回锅肉",
        "糖醋里脊",
    ),
    *("京酱肉丝", "地三鲜", "蚝油生菜", "清蒸鲈鱼", "红烧排骨", "可乐鸡翅", "蒜蓉西兰花", "酸菜鱼", "毛血旺"),
    *(
        "米饭",
        "扬州炒饭",
        "牛肉拉面",
        "酸辣汤",
        "西湖牛肉羹",
        "啤酒",
        "酸梅汤",
        "冰红茶",
        "凉拌黄瓜",
        "口水鸡",
    ),
)
_OPTIONS = ("微辣", "不要葱", "少油", "多花生", "打包", "加蛋")


def settlements(count: int, seed: int) -> list[dict[str, Any]]:
    """Return the facts of `count` bills with ten dishes each: numbers, times, dishes and sums all differ."""
    chance = Random(seed)
    return [to_json(_settlement(chance)) for _ in range(count)]


def _settlement(chance: Random) -> Settlement:
    lines = tuple(_line(chance, dish) for dish in chance.sample(_DISHES, 10))
    number = chance.randrange(10_000, 99_999)
    total = sum(float(line.amount) for line in lines)
    return Settlement(
        number=f"S-{number}",
        shop="泛盈总店",
        shop_address="胜太路68号3层",
        shop_phone="025-58679066",
        bill=f"B-{number}-{chance.randrange(999):03}",
        at=f"11-{chance.randrange(1, 30):02} {chance.randrange(24):02}:{chance.randrange(60):02}",
        cashier=chance.choice(("王芳", "李娜", "张伟")),
        footer="谢谢惠顾",
        total=f"¥{total:.2f}",
        payments=(PaymentLine(method="weixin", amount=f"{total:.2f}"),),
        orders=(
            SettledOrder(
                number=f"{chance.randrange(999):03}", table=str(chance.randrange(1, 60)), lines=lines
            ),
        ),
    )


def _line(chance: Random, dish: str) -> SettledLine:
    price = chance.randrange(200, 9900) / 100
    options = (chance.choice(_OPTIONS),) if chance.random() < 0.2 else ()
    return SettledLine(name=dish, quantity=1, price=f"{price:.2f}", amount=f"{price:.2f}", options=options)
