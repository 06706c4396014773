"""imweb's documents: an order's row, its product-orders, and the envelope around them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from sync.documents import Document, Odd, Text, Time, Whole, many, one, text


def flat(value: object) -> tuple[Any, ...]:
    """Return the options of an item, which come as a list of lists, a list, or an object by number."""
    match value:
        case None | "":
            return ()
        case list():
            return tuple(option for each in value for option in flat(each))
        case dict() if (
            value and all(isinstance(v, dict | list) for v in value.values()) and _is_by_key(value)
        ):
            return tuple(option for each in value.values() for option in flat(each))
        case dict():
            return (value,)
    return (Odd(value),)


def _is_by_key(value: dict[str, Any]) -> bool:
    return not any(name in value for name in ("option_name_list", "value_name_list", "payment"))


def names(value: object) -> tuple[str, ...]:
    """Return a list of names from a list or a single one."""
    found = value if isinstance(value, list) else [value]
    return tuple(name for each in found if (name := text(each)))


Names = Annotated[tuple[str, ...], BeforeValidator(names)]


class OptionPayment(Document):
    """How often an option was chosen."""

    count: Whole = None


class Option(Document):
    """One choice of an item, as names and values in the same order."""

    option_name_list: Names = ()
    value_name_list: Names = ()
    payment: Annotated[OptionPayment, BeforeValidator(one)] = OptionPayment()


class ItemPayment(Document):
    """Prices stay as they came: they are read with the order's currency."""

    count: Whole = None
    price: Any = None


class ItemDelivery(Document):
    """How an item is delivered."""

    deliv_type: Text = ""


class Item(Document):
    """One thing of a product-order."""

    no: Text = ""
    prod_no: Text = ""
    prod_name: Text = ""
    payment: Annotated[ItemPayment, BeforeValidator(one)] = ItemPayment()
    delivery: Annotated[ItemDelivery, BeforeValidator(one)] = ItemDelivery()
    options: Annotated[tuple[Option | Odd, ...], BeforeValidator(flat)] = ()


class ProdOrder(Document):
    """A part of an order that has its own state. `order_no` is its own number, not the order's."""

    order_no: Text = ""
    status: Text = ""
    claim_status: Text = ""
    claim_type: Text = ""
    pay_time: Time = None
    parcel_code: Text = ""
    invoice_no: Text = ""
    items: Annotated[tuple[Item | Odd, ...], BeforeValidator(many)] = ()


class Orderer(Document):
    """Who ordered."""

    member_code: Text = ""
    name: Text = ""
    call: Text = ""
    call2: Text = ""


class Address(Document):
    """Where an order goes; the last four are the parts of an address abroad."""

    name: Text = ""
    phone: Text = ""
    phone2: Text = ""
    postcode: Text = ""
    address: Text = ""
    address_detail: Text = ""
    address_street: Text = ""
    address_building: Text = ""
    address_city: Text = ""
    address_state: Text = ""


class Delivery(Document):
    """How and where an order is delivered, with the guest's words for the carrier."""

    country: Text = ""
    country_text: Text = ""
    address: Annotated[Address, BeforeValidator(one)] = Address()
    memo: object = None


class Payment(Document):
    """What an order costs. `total_price` as it came; `payment_amount` is in no document."""

    pay_type: Text = ""
    deliv_type: Text = ""
    price_currency: Text = ""
    total_price: Any = None
    payment_amount: Any = None


class FormField(Document):
    """A question of the shop's, with the guest's answer."""

    title: Text = ""
    value: object = None


class Order(Document):
    """An order's row. It carries no status: that is in its product-orders."""

    order_no: Text = ""
    order_time: Time = None
    orderer: Annotated[Orderer, BeforeValidator(one)] = Orderer()
    delivery: Annotated[Delivery, BeforeValidator(one)] = Delivery()
    payment: Annotated[Payment, BeforeValidator(one)] = Payment()
    form: Annotated[tuple[FormField | Odd, ...], BeforeValidator(many)] = ()


class FailedProdOrder(Document):
    """A product-order that an action was not done for."""

    prod_order_no: Text = ""
    msg: Text = ""
    detail_msg: Text = ""


class FailedOrder(FailedProdOrder):
    """An order that an action was not, or not wholly, done for; by itself where it names no product-order."""

    order_no: Text = ""
    prod_order_list: Annotated[tuple[FailedProdOrder | Odd, ...], BeforeValidator(many)] = ()


class ActionAnswer(Document):
    """What became of an action."""

    success: Names = ()
    failed: Annotated[tuple[FailedOrder | Odd, ...], BeforeValidator(many)] = ()


class Pages(Document):
    """Which page a list is, of how many. The service's spelling of it is ``pagenation``."""

    current_page: Whole = None
    total_page: Whole = None


class ListData(Document):
    """A list and which page of it this is."""

    list: object = None
    pagenation: Annotated[Pages, BeforeValidator(one)] = Pages()
