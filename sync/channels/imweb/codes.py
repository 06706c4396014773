"""imweb's words: statuses, claims, reasons and carriers, each with the name that its own pages give it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

#: What a product-order goes through. The last word stands in no document; a client of 2026 asks for it.
OrderStatus = Literal[
    "PAY_WAIT", "PAY_COMPLETE", "STANDBY", "DELIVERING", "COMPLETE", "CANCEL", "RETURN", "EXCHANGE",
    "PURCHASE_CONFIRMATION",
]  # fmt: skip
STATUSES: Mapping[OrderStatus, str] = {
    "PAY_WAIT": "입금 대기",
    "PAY_COMPLETE": "결제 완료",
    "STANDBY": "배송 준비 중",
    "DELIVERING": "배송 중",
    "COMPLETE": "배송 완료",
    "CANCEL": "취소 완료",
    "RETURN": "반품 완료",
    "EXCHANGE": "교환 완료",
    "PURCHASE_CONFIRMATION": "구매 확정",
}

#: Where an order stands that is not finished there.
UNFINISHED: tuple[OrderStatus, ...] = ("PAY_WAIT", "PAY_COMPLETE", "STANDBY", "DELIVERING")

ClaimType = Literal["CANCEL", "RETURN", "EXCHANGE"]
CLAIM_TYPES: Mapping[str, str] = {"CANCEL": "취소", "RETURN": "반품", "EXCHANGE": "교환"}

#: EXCHANGE_COLLECTIN is the document's own spelling; an older revision shows that it was cut off.
CLAIM_STATUSES: Mapping[str, str] = {
    "CANCEL_REQUEST": "취소 요청",
    "CANCELING": "취소 요청 중",
    "CANCEL_FAILED": "취소 실패",
    "RETURN_REQUEST": "반품 요청",
    "RETURN_COLLECTING": "반품 수거 중",
    "RETURN_COLLECT_DONE": "반품 수거 완료",
    "RETURN_REFUNDING": "반품 환불 진행 중",
    "RETURN_REFUND_FAILED": "반품 환불 실패",
    "EXCHANGE_REQUEST": "교환 요청",
    "EXCHANGE_COLLECTIN": "교환 수거 중",
    "EXCHANGE_COLLECTING": "교환 수거 중",
    "EXCHANGE_COLLECT_DONE": "교환 수거 완료",
    "REDELIVERING": "교환 재배송 중",
}

#: What can be done with an order, or with one of its product-orders.
Action = Literal["deposit", "place", "send", "complete", "cancel", "return", "exchange"]
ACTIONS: Mapping[Action, str] = {
    "deposit": "입금확인 처리",
    "place": "배송준비 처리",
    "send": "발송처리",
    "complete": "강제 배송완료 처리",
    "cancel": "판매취소",
    "return": "반품처리",
    "exchange": "교환처리",
}

#: What can be done with a product-order by its own path.
PROD_ORDER_ACTIONS: tuple[Action, ...] = ("deposit", "place", "send", "complete")

#: How a claim is answered, by the kind of claim.
CLAIM_ACTIONS: Mapping[str, Mapping[str, str]] = {
    "cancel": {
        "reject": "취소 거절",
        "accept": "취소 승인",
        "retry": "자동 환불 재시도",
        "force_cancel": "강제 취소(환불)완료 처리",
    },
    "return": {
        "reject": "반품 거부",
        "accept": "수거 요청",
        "collect_done": "반품 수거 완료",
        "withhold": "반품 보류",
        "releasehold": "반품 보류 해제",
        "return_done": "반품 완료 처리",
        "return_force_done": "강제 반품 완료 처리",
    },
    "exchange": {
        "reject": "교환 거부",
        "accept": "수거 지시",
        "collect_done": "교환 수거 완료",
        "withhold": "교환 보류",
        "releasehold": "교환 보류 해제",
        "resend": "교환 재발송",
        "exchange_done": "교환 완료 처리",
    },
}

#: Why an order is canceled, returned or exchanged.
Reason = Literal[
    "INTENT_CHANGED", "COLOR_AND_SIZE", "WRONG_ORDER", "PRODUCT_UNSATISFIED", "DELAYED_DELIVERY",
    "DROPPED_DELIVERY", "SOLD_OUT", "BROKEN", "INCORRECT_INFO", "WRONG_DELIVERY", "WRONG_OPTION",
]  # fmt: skip
REASONS: Mapping[str, str] = {
    "INTENT_CHANGED": "구매 의사 취소",
    "COLOR_AND_SIZE": "색상 및 사이즈 변경",
    "WRONG_ORDER": "다른 상품 잘못 주문",
    "PRODUCT_UNSATISFIED": "서비스 및 상품 불만족",
    "DELAYED_DELIVERY": "배송 지연",
    "DROPPED_DELIVERY": "배송 누락",
    "SOLD_OUT": "상품 품절",
    "BROKEN": "상품 파손",
    "INCORRECT_INFO": "상품 정보 상이",
    "WRONG_DELIVERY": "오배송",
    "WRONG_OPTION": "색상 등이 다른 상품을 잘못 배송",
}

#: The reasons for which the buyer pays what a return or an exchange costs; for the others the seller does.
BUYER_PAYS: frozenset[str] = frozenset(("INTENT_CHANGED", "COLOR_AND_SIZE", "WRONG_ORDER"))

#: How the buyer pays for a return.
FEE_METHODS: Mapping[str, str] = {
    "REFUND": "환불금에서 차감",
    "CASH": "판매자에게 송금",
    "BOX": "수거시 박스에 동봉",
}

#: Why an exchange is held back.
WITHHOLD_REASONS: Mapping[str, str] = {
    "EXCHANGE_DELIVERYFEE": "교환 배송비 청구",
    "EXCHANGE_EXTRAFEE": "기타 교환 비용 청구",
    "EXCHANGE_PRODUCT_READY": "교환 상품 준비 중",
    "EXCHANGE_PRODUCT_NOT_DELIVERED": "교환 상품 미입고",
    "EXCHANGE_HOLDBACK": "교환 구매 확정 보류",
    "ETC": "기타 사유",
}

#: How an exchanged thing is sent again.
RESEND_METHODS: Mapping[str, str] = {
    "DELIVERY": "택배, 등기, 소포",
    "VISIT_RECEIPT": "방문 수령",
    "DIRECT_DELIVERY": "직접 전달",
    "QUICK_SVC": "퀵서비스",
    "NOTHING": "배송 없음",
}
