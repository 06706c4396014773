"""impilo's documents: an order of items and kits for a patient or a site. Any field may be null."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from sync.documents import Document, Odd, Text, Time, Whole, many, one


class Thing(Document):
    """An item, by its number and names."""

    id: Text = ""
    name: Text = ""
    model: Text = ""
    sku: Text = ""


class OrderItem(Document):
    """So many of one item."""

    count: Whole = None
    item: Annotated[Thing, BeforeValidator(one)] = Thing()


class Kit(Thing):
    """A kit and what is in it."""

    kitItems: Annotated[tuple[OrderItem | Odd, ...], BeforeValidator(many)] = ()


class OrderKit(Document):
    """So many of one kit."""

    count: Whole = None
    kit: Annotated[Kit, BeforeValidator(one)] = Kit()


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
    """A place that orders supplies."""

    id: Text = ""
    name: Text = ""
    phoneNumber: Text = ""
    address: Annotated[Address, BeforeValidator(one)] = Address()


class Patient(Document):
    """A person for whom is ordered."""

    id: Text = ""
    firstName: Text = ""
    lastName: Text = ""
    phoneNumber: Text = ""
    address: Annotated[Address, BeforeValidator(one)] = Address()


class Author(Document):
    """Who wrote a note."""

    firstName: Text = ""
    lastName: Text = ""
    email: Text = ""


class Note(Document):
    """A note on an order."""

    createdAt: Time = None
    createdBy: Annotated[Author, BeforeValidator(one)] = Author()
    note: Text = ""


class Event(Document):
    """What happened to an order."""

    eventTimestamp: Time = None
    name: Text = ""


class Tracking(Document):
    """A parcel's carrier and number."""

    carrier: Text = ""
    value: Text = ""


class Device(Document):
    """A device, by the number on it and the item it is."""

    id: Text = ""
    externalIdentifier: Text = ""
    currentStatus: Text = ""
    item: Annotated[Thing, BeforeValidator(one)] = Thing()


class PackedKit(Document):
    """A kit as it was packed."""

    id: Text = ""
    externalIdentifier: Text = ""
    kit: Annotated[Kit, BeforeValidator(one)] = Kit()


class Returned(Document):
    """What is to come back: an item by `count`, a packed kit by `quantity`, a device by itself."""

    id: Text = ""
    count: Whole = None
    quantity: Whole = None


class Order(Document):
    """An order as impilo shows it. It has no prices."""

    id: Text = ""
    currentStatus: Text = ""
    externalOrderIds: object = None
    orderItems: Annotated[tuple[OrderItem | Odd, ...], BeforeValidator(many)] = ()
    orderKits: Annotated[tuple[OrderKit | Odd, ...], BeforeValidator(many)] = ()
    orderNotes: Annotated[tuple[Note | Odd, ...], BeforeValidator(many)] = ()
    orderEvents: Annotated[tuple[Event | Odd, ...], BeforeValidator(many)] = ()
    devices: Annotated[tuple[Device | Odd, ...], BeforeValidator(many)] = ()
    packedKits: Annotated[tuple[PackedKit | Odd, ...], BeforeValidator(many)] = ()
    patient: Annotated[Patient, BeforeValidator(one)] = Patient()
    site: Annotated[Site, BeforeValidator(one)] = Site()
    returnItems: Annotated[tuple[Returned | Odd, ...], BeforeValidator(many)] = ()
    returnDevices: Annotated[tuple[Returned | Odd, ...], BeforeValidator(many)] = ()
    returnPackedKits: Annotated[tuple[Returned | Odd, ...], BeforeValidator(many)] = ()
    shippingOption: Text = ""
    trackingNumbers: Annotated[tuple[Tracking | Odd, ...], BeforeValidator(many)] = ()


class Listing(Document):
    """A page of a list."""

    content: object = None
    last: object = None
