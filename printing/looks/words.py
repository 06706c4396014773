"""Every label on paper, in the languages of the shop; words that must be read by anyone are Latin first."""

from __future__ import annotations

from printing.places import is_numbered
from printing.tickets import Language, Mark

#: Said in Latin letters in every language, so that nobody needs to read Chinese to not cook twice.
MARKS: dict[Mark, str] = {"reprint": "REPRINT", "duplicate": "MAY BE A DUPLICATE"}
CHANGES = {"add": "ADD", "cancel": "CANCEL", "note": "NOTE"}

_LANGUAGES: tuple[Language, ...] = ("zh_CN", "ko_KR", "en_US")

_WORDS: dict[str, tuple[str, str, str]] = {
    # marks and changes, after their Latin word
    "mark.reprint": ("重打", "재출력", "printed again"),
    "mark.duplicate": ("可能重复", "중복일 수 있음", "check before cooking"),
    "mark.why.reprint": (
        "此单已出过，请核对单号",
        "이미 출력된 전표입니다. 번호를 확인하세요",
        "Printed before: compare the number",
    ),
    "mark.why.duplicate": (
        "可能与已出的一张重复，请核对单号",
        "이미 나온 전표와 같을 수 있으니 번호를 확인하세요",
        "An earlier copy may have come out: compare the number",
    ),
    "copy": ("第 {} 份", "{}번째 출력", "copy {}"),
    "change.add": ("加菜", "추가", ""),
    "change.cancel": ("取消", "취소", ""),
    "change.note": ("备注", "메모", ""),
    "table": ("{}桌", "{}번 테이블", "Table {}"),
    # kitchen
    "type.booking": ("预约", "예약", "BOOKING"),
    "type.deliver": ("外送", "배달", "DELIVER"),
    "type.eat_in": ("堂食", "매장", "EAT IN"),
    "type.take_away": ("外带", "포장", "TAKE AWAY"),
    "times": ("×", "×", "x"),
    "and": (" · ", " · ", ", "),
    "promised": ("{} 前", "{} 까지", "by {}"),
    "fired_by": ("{} 接单", "{} 접수", "fired by {}"),
    "part": ("{}/{} 张", "{}/{} 장", "{} of {}"),
    "previous": ("上次 {}", "이전 전표 {}", "follows {}"),
    "reason": ("原因：{}", "사유: {}", "Reason: {}"),
    "stands_in_for": ("代 {} 打印", "{} 대신 출력", "in place of {}"),
    # settlement
    "bill": ("账单 {}", "영수증 {}", "Bill {}"),
    "unit_price": ("单价 {}", "단가 {}", "each {}"),
    "deal_price": ("原价 {} 现价 {}", "정가 {} 할인가 {}", "was {} now {}"),
    "subtotal": ("小计", "소계", "Subtotal"),
    "discount": ("优惠", "할인", "Discount"),
    "adjustment": ("调整", "조정", "Adjustment"),
    "service": ("服务费", "봉사료", "Service"),
    "delivery": ("配送费", "배달료", "Delivery"),
    "tax": ("税", "세금", "Tax"),
    "total": ("合计", "합계", "TOTAL"),
    "change": ("找零", "거스름돈", "Change"),
    "cash": ("现金", "현금", "Cash"),
    "weixin": ("微信", "위챗페이", "WeChat Pay"),
    "alipay": ("支付宝", "알리페이", "Alipay"),
    "prepay": ("储值", "선불금", "Stored value"),
    "member": ("会员 {}", "회원 {}", "Member {}"),
    "balance": ("储值余额", "선불금 잔액", "Balance"),
    "cashier": ("{} 收银", "담당 {}", "cashier {}"),
    # test page
    "test": ("打印测试", "인쇄 테스트", "Printer test"),
    "widths": ("列宽对齐", "열 맞춤", "Columns"),
    "drawn": ("字库之外（以图像打印）", "글꼴에 없는 글자 (그림으로 인쇄)", "Not in its fonts (drawn)"),
}


def table(code: str, language: Language) -> str:
    """Return a table as the field says it; empty where there is none."""
    return word("table", language).format(code) if is_numbered(code) else code


def word(key: str, language: Language) -> str:
    """Return the label; a key that is not ours (a payment method of the shop's own) is its own label."""
    return _WORDS[key][_LANGUAGES.index(language)] if key in _WORDS else key
