"""Receipts: numbered, never changed."""

from datetime import datetime
from decimal import Decimal

import strawberry

from roamgrid.canonical.money import CurrencyCode
from roamgrid.graphql.common.money import Money
from roamgrid.graphql.common.nodes import Node, node_id
from roamgrid.graphql.common.paging import PageInfo
from roamgrid.settlement.receipts import models


@strawberry.type
class ReceiptLine:
    """One line; the lines add up to the receipt's net."""

    text: str
    origin: str = strawberry.field(description="CPO: the operator's price. MSP_FEE: the brand's own.")
    quantity: Decimal
    unit: str
    unit_price: Decimal = strawberry.field(description="Net, per unit, not rounded.")
    net: Money


@strawberry.type
class Receipt(Node):
    """What a driver paid for one session: net + tax = gross."""

    number: str
    issued_at: datetime
    lines: list[ReceiptLine]
    net: Money
    tax_percent: Decimal
    tax_name: str
    tax: Money
    gross: Money
    session_id: strawberry.ID | None = strawberry.field(description="The session that it is for, if the app started it.")
    operator: str
    evse_id: str | None
    address: str
    city: str
    country: str
    started_at: datetime
    ended_at: datetime
    kwh: Decimal
    tariff_version: strawberry.ID | None
    plan_version: strawberry.ID
    rule_pack_version: str

    @classmethod
    def of(cls, receipt: models.Receipt) -> "Receipt":
        visit, pins = receipt.visit, receipt.pins
        return cls(
            id=node_id("Receipt", receipt.id),
            number=receipt.number,
            issued_at=receipt.issued_at,
            lines=[_line(line, receipt.currency) for line in receipt.lines],
            net=Money(amount=receipt.net, currency=receipt.currency),
            tax_percent=receipt.tax_percent,
            tax_name=receipt.tax_name,
            tax=Money(amount=receipt.tax, currency=receipt.currency),
            gross=Money(amount=receipt.gross, currency=receipt.currency),
            session_id=_session(receipt.authorization_reference),
            operator=visit.operator,
            evse_id=visit.evse_id,
            address=visit.address,
            city=visit.city,
            country=visit.country,
            started_at=visit.started_at,
            ended_at=visit.ended_at,
            kwh=visit.kwh,
            tariff_version=strawberry.ID(str(pins.tariff_version)) if pins.tariff_version else None,
            plan_version=strawberry.ID(str(pins.plan_version)),
            rule_pack_version=pins.rule_pack,
        )


@strawberry.type
class ReceiptEdge:
    """A receipt on a page."""

    cursor: str
    node: Receipt


@strawberry.type
class ReceiptConnection:
    """A page of receipts, newest first."""

    edges: list[ReceiptEdge]
    page_info: PageInfo


def _line(line: models.ReceiptLine, currency: CurrencyCode) -> ReceiptLine:
    return ReceiptLine(
        text=line.text,
        origin=line.origin,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        net=Money(amount=line.net, currency=currency),
    )


def _session(reference: str | None) -> strawberry.ID | None:
    """A charge of the app has its id for a reference; an RFID card's reference is not one."""
    return node_id("Session", reference) if reference else None
