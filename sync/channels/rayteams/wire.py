"""RayTeams's documents: projects, their orders, products and the nodes of their workflows."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from sync.documents import Document, Odd, Text, Time, many, one


class OrderedProduct(Document):
    """What was ordered, as the order keeps it; it does not say the product's id."""

    currency: Text = ""
    discount: Text = ""
    price: object = None
    productname: Text = ""


class Subject(Document):
    """The patient."""

    name: Text = ""
    birth: Text = ""


class Order(Document):
    """An order as RayTeams shows it. `project` and `sk` together are its id."""

    project: Text = Field(default="", alias="_id")
    sk: Text = ""
    ownerGroupId: Text = ""
    labId: Text = ""
    status: Text = ""
    statusName: Text = ""
    statusType: Text = ""
    product: Annotated[OrderedProduct, BeforeValidator(one)] = OrderedProduct()
    patientId: Text = ""
    subject: Annotated[Subject, BeforeValidator(one)] = Subject()
    memo: Text = ""
    created: Time = None
    updated: Time = None


class Project(Document):
    """A project, of which only this is needed."""

    id: Text = Field(default="", alias="_id")
    updated: Time = None


class Node(Document):
    """One state of a product's workflow: its id, its name, and NEW, INPROGRESS or CLOSED."""

    status: Text = ""
    statusName: Text = ""
    statusType: Text = ""


class Product(Document):
    """A product with its workflow."""

    productname: Text = ""
    workflow: Annotated[tuple[Node | Odd, ...], BeforeValidator(many)] = ()
