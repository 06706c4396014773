"""What RayTeams's sandbox is furnished with: one product, one group, one user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OWNER, LAB = "62dfdb179a4e3409ba649869", "fd6ede0f-8bce-4316-a54c-38ae893964a3"

#: The product that is ordered, with the nodes of its workflow.
PRODUCT: Mapping[str, Any] = {
    "_id": "e40bd99e-67f2-45ea-ab64-d1cfc79f403c",
    "sk": "cid:KR",
    "currency": "원",
    "discount": "10",
    "originalprice": 400000,
    "price": 360000,
    "productname": "투명 교정 기본 B형",
    "description": "",
    "terms": "",
    "link": "",
    "workflow": [
        {"status": "node_1669006551500", "statusName": "Requested", "statusType": "NEW"},
        {"status": "node_1669006551572", "statusName": "Wait Response", "statusType": "INPROGRESS"},
        {"status": "node_1669006551533", "statusName": "Confirmed", "statusType": "INPROGRESS"},
        {"status": "node_1669006551590", "statusName": "In production", "statusType": "INPROGRESS"},
        {"status": "ewb-4", "statusName": "Done", "statusType": "CLOSED"},
        {"status": "ewb-5", "statusName": "Declined", "statusType": "CLOSED"},
        {"status": "ewb-6", "statusName": "Canceled", "statusType": "CLOSED"},
    ],
    "created": 1669373634943,
}
NODES: Mapping[str, Mapping[str, str]] = {node["status"]: node for node in PRODUCT["workflow"]}

GROUP: Mapping[str, Any] = {
    "_id": OWNER,
    "sk": "info",
    "region": "ap-northeast-2",
    "countryCode": "KR",
    "name": "구의 치과",
    "address": "서울시 광진구 자양동 자양로 15길",
    "tel": "",
    "grouptype": [],
    "hasMember": True,
    "coords": [127.0802384, 37.5349614],
    "relatedGroups": [],
    "extra": [],
    "created": 1661256104649,
    "updated": 1664328222035,
}

USER: Mapping[str, Any] = {
    "_id": "ca640dca-d2b2-4631-a2e9-965dc789e70c",
    "sub": "ca640dca-d2b2-4631-a2e9-965dc789e70c",
    "sk": "info",
    "region": "ap-northeast-2",
    "type": "manager",
    "groupId": OWNER,
    "name": "USERNAME",
    "email": "aaa@bbb.com",
    "lastlogged": 1670232646500,
    "valid": True,
}


def project_rows(project: str, made: int) -> list[dict[str, Any]]:
    """Return the rows of a project that nothing has happened to yet; `made` is milliseconds since 1970."""
    who = {"_id": project, "name": "KO-0005", "patientId": "NEW-0003"}
    info = {
        **who,
        "sk": "project",
        "region": "ap-northeast-2",
        "projecttype": "DENTALAVATAR",
        "count": 0,
        "size": 0,
        "ownerGroupId": OWNER,
        "labId": LAB,
        "lastUpdateGroupId": OWNER,
        "status": {"code": "custom", "text": "Request Confirm"},
        "subject": {"name": "Tester", "birth": "1978-12-28"},
        "istrash": False,
        "isarchive": False,
        "created": made,
        "updated": made,
    }
    return [
        info,
        {**who, "sk": "project:institute:owner", "group_id": OWNER},
        {**who, "sk": f"project:institute:{made}", "group_id": LAB},
    ]


def order_row(project: str, made: int, patient: str) -> dict[str, Any]:
    """Return an order as it is placed; `made` is milliseconds since 1970."""
    return {
        "_id": project,
        "sk": f"order:{made}",
        "ownerGroupId": OWNER,
        "labId": LAB,
        **PRODUCT["workflow"][0],
        "product": {name: PRODUCT[name] for name in ("currency", "discount", "price", "productname")},
        "patientId": patient,
        "subject": {"name": "Tester", "birth": "1981-12-12"},
        "memo": "주문 신청",
        "medicalRecords": {},
        "treatments": [],
        "workflow": {},
        "created": made,
        "updated": made,
    }
