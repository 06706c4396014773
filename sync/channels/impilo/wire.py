"""impilo's documents, field by field: an order of items and kits for a patient or a site. Any may be null."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from sync.documents import Document, Odd, Text, Time, Whole, many, one


def _flag(value: object) -> object:
    return value if value is None or isinstance(value, bool) else Odd(value)


def _rows(value: object) -> tuple[Any, ...]:
    """Return the rows of a list; what is null in it is no row."""
    return many([row for row in value if row is not None] if isinstance(value, list) else value)


def _texts(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


Flag = Annotated[bool | Odd | None, BeforeValidator(_flag)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_texts)]
_One, _Many = BeforeValidator(one), BeforeValidator(_rows)


class Manufacturer(Document):
    """Who makes an item."""

    id: Text = ""
    name: Text = ""


class Thing(Document):
    """What can be ordered, by its number and name."""

    id: Text = ""
    name: Text = ""


class Item(Thing):
    """An item of the catalogue."""

    manufacturer: Annotated[Manufacturer, _One] = Manufacturer()
    model: Text = ""
    orderable: Flag = None
    sku: Text = ""


class OrderItem(Document):
    """So many of one item."""

    count: Whole = None
    item: Annotated[Item, _One] = Item()


class KitItem(OrderItem):
    """So many of one item in a kit; the device that it is may give the kit its number."""

    drivesExternalIdentifier: Flag = None


class Kit(Thing):
    """A kit and what is in it."""

    archived: Flag = None
    kitItems: Annotated[tuple[KitItem | Odd, ...], _Many] = ()


class OrderKit(Document):
    """So many of one kit."""

    count: Whole = None
    kit: Annotated[Kit, _One] = Kit()


class Address(Document):
    """Where it goes."""

    lineOne: Text = ""
    lineTwo: Text = ""
    lineThree: Text = ""
    city: Text = ""
    state: Text = ""
    zipCode: Text = ""
    country: Text = ""
    note: Text = ""


class Site(Document):
    """A place that orders supplies, and to which patients may belong."""

    active: Flag = None
    address: Annotated[Address, _One] = Address()
    id: Text = ""
    name: Text = ""
    phoneNumber: Text = ""


class Patient(Document):
    """A person for whom is ordered. What is not needed to bring it to them stays in the document."""

    firstName: Text = ""
    lastName: Text = ""
    address: Annotated[Address, _One] = Address()
    archived: Flag = None
    dateOfBirth: Text = ""
    email: Text = ""
    enrolled: Flag = None
    externalIdentifier: Text = ""
    id: Text = ""
    phoneNumber: Text = ""
    sex: Text = ""
    site: Annotated[Site, _One] = Site()


class Author(Document):
    """Who wrote a note."""

    email: Text = ""
    firstName: Text = ""
    id: Text = ""
    lastName: Text = ""


class Note(Document):
    """A note on an order."""

    createdAt: Time = None
    createdBy: Annotated[Author, _One] = Author()
    note: Text = ""


class Event(Document):
    """What happened to an order."""

    eventTimestamp: Time = None
    name: Text = ""


class Tracking(Document):
    """A parcel's carrier and number."""

    carrier: Text = ""
    value: Text = ""


class DeviceEvent(Document):
    """What happened to a device."""

    eventTimestamp: Time = None
    type: Text = ""


class Identifier(Document):
    """One of the numbers that a device has."""

    type: Text = ""
    value: Text = ""


class Device(Document):
    """A device, by the number on it and the item it is."""

    currentPatient: Annotated[Patient, _One] = Patient()
    currentStatus: Text = ""
    deviceEvents: Annotated[tuple[DeviceEvent | Odd, ...], _Many] = ()
    deviceIdentifiers: Annotated[tuple[Identifier | Odd, ...], _Many] = ()
    disabledReadings: Flag = None
    externalIdentifier: Text = ""
    id: Text = ""
    item: Annotated[Item, _One] = Item()
    lastHealthCheck: Time = None
    site: Annotated[Site, _One] = Site()
    used: Flag = None


class PackedKit(Document):
    """A kit as it was packed, with the devices in it."""

    devices: Annotated[tuple[Device | Odd, ...], _Many] = ()
    externalIdentifier: Text = ""
    id: Text = ""
    kit: Annotated[Kit, _One] = Kit()


class ReturnedDevice(Document):
    """A device that is to come back."""

    id: Text = ""


class ReturnedItem(ReturnedDevice):
    """So many of an item that are to come back."""

    count: Whole = None


class ReturnedKit(ReturnedDevice):
    """So many of a packed kit that are to come back."""

    quantity: Whole = None


class Order(Document):
    """An order as impilo shows it. It has no prices."""

    currentStatus: Text = ""
    devices: Annotated[tuple[Device | Odd, ...], _Many] = ()
    emailLabel: Flag = None
    externalOrderIds: Texts = ()
    id: Text = ""
    orderEvents: Annotated[tuple[Event | Odd, ...], _Many] = ()
    orderItems: Annotated[tuple[OrderItem | Odd, ...], _Many] = ()
    orderKits: Annotated[tuple[OrderKit | Odd, ...], _Many] = ()
    orderNotes: Annotated[tuple[Note | Odd, ...], _Many] = ()
    packedKits: Annotated[tuple[PackedKit | Odd, ...], _Many] = ()
    patient: Annotated[Patient, _One] = Patient()
    returnDevices: Annotated[tuple[ReturnedDevice | Odd, ...], _Many] = ()
    returnItems: Annotated[tuple[ReturnedItem | Odd, ...], _Many] = ()
    returnPackedKits: Annotated[tuple[ReturnedKit | Odd, ...], _Many] = ()
    shippingOption: Text = ""
    site: Annotated[Site, _One] = Site()
    trackingNumbers: Annotated[tuple[Tracking | Odd, ...], _Many] = ()


class Listing(Document):
    """A page of a list. `page` counts from 1, `size` is what was asked for, `total` what there is."""

    content: object = None
    first: Flag = None
    last: Flag = None
    page: Whole = None
    size: Whole = None
    total: Whole = None


class LoggedCall(Document):
    """One try to deliver an event to a webhook."""

    id: Text = ""
    webhookId: Text = ""
    webhookType: Text = ""
    webhookUrl: Text = ""
    payload: Text = ""
    createTimestamp: Time = None
    lastResponseStatus: Whole = None
    retryAttempts: Whole = None
    lastRetryTimestamp: Time = None
