"""The facts of what the till prints: what a guest pays or gets back, and what a shift came to."""

from __future__ import annotations

from typing import Literal

from printing.tickets.facts import Facts, Piece


class SettledLine(Piece):
    """One line on a settlement ticket; amounts as text, `deal_price` only where it differs from `price`."""

    name: str
    quantity: int
    price: str
    amount: str
    deal_price: str = ""
    options: tuple[str, ...] = ()


class SettledOrder(Piece):
    """One order inside a deal: its short number, where it sat, its lines, and what else made its total."""

    number: str
    table: str = ""
    channel: str = ""
    lines: tuple[SettledLine, ...] = ()
    #: label key (discount, adjustment, service, delivery, tax) and amount
    extras: tuple[tuple[str, str], ...] = ()
    total: str = ""


class PaymentLine(Piece):
    """One payment: `method` is cash, weixin, alipay, prepay or the shop's own word."""

    method: str
    amount: str


class BillTicket(Facts):
    """What stands on each paper of a deal. `bill` is the bill number, `qr` what its QR code says."""

    shop: str
    shop_address: str = ""
    shop_phone: str = ""
    bill: str
    orders: tuple[SettledOrder, ...]
    total: str
    payments: tuple[PaymentLine, ...] = ()
    at: str = ""
    cashier: str = ""
    qr: str = ""


class Settlement(BillTicket):
    """The paper the guest gets with a deal."""

    kind: Literal["settlement"] = "settlement"
    change: str = ""
    member: str = ""
    member_balance: str = ""
    footer: str = ""


class Refund(BillTicket):
    """The paper of a deal that gives money back. Amounts and quantities are negative, as they are booked.

    `refunds` is the bill that it takes back, wholly or in part; `payments` are the ways the money goes;
    `approved_by` is whoever allowed it, where that is another one than the cashier.
    """

    kind: Literal["refund"] = "refund"
    orders: tuple[SettledOrder, ...] = ()
    refunds: str
    reason: str = ""
    approved_by: str = ""
    signature: bool = True


class Sum(Piece):
    """One row of a report: what it is of (a method, a channel, an hour), how many, and how much."""

    label: str
    count: int
    amount: str


class Coins(Piece):
    """What was counted of one note or coin."""

    value: str
    pieces: int
    amount: str


class Series(Piece):
    """The numbers that one kind of paper used in a shift, and those between that no paper has."""

    kind: str
    first: str
    last: str
    missing: tuple[str, ...] = ()


class Cash(Piece):
    """The drawer: what was put in, what should be there, what was counted, and by how much that differs.

    `difference` is empty where nobody has counted, and `differs` false where it is nothing.
    """

    opening: str = ""
    expected: str = ""
    counted: str = ""
    coins: tuple[Coins, ...] = ()
    difference: str = ""
    differs: bool = False


class ShiftReport(Facts):
    """What a shift came to: `X` while it goes on, `Z` when it is closed and numbered (`shift`).

    `methods` are keys or the shop's own words, as in `PaymentLine`; `journal` is the hash of its last line.
    """

    kind: Literal["report"] = "report"
    report: Literal["X", "Z"]
    shop: str
    shift: str = ""
    since: str = ""
    until: str = ""
    opened_by: str = ""
    closed_by: str = ""
    cash: Cash = Cash()
    deals: int = 0
    total: str = ""
    methods: tuple[Sum, ...] = ()
    channels: tuple[Sum, ...] = ()
    currencies: tuple[Sum, ...] = ()
    hours: tuple[Sum, ...] = ()
    refunds: Sum | None = None
    cancellations: Sum | None = None
    series: tuple[Series, ...] = ()
    journal: str = ""
    at: str = ""
