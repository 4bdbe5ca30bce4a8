"""What an offer says."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NewType
from uuid import UUID

from roamgrid.canonical.money import CurrencyCode
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.locations.models import ConnectorTarget
from roamgrid.extensions import (
    DisplayComponent,
    Origin,
    PriceDimension,
    PriceDisplayResult,
    PriceUnknown,
    Unit,
    UnknownReason,
)

VALIDITY = timedelta(minutes=15)

OfferId = NewType("OfferId", UUID)
"""Unique to one making of an offer; the charge that is started with it takes it over."""


@dataclass(frozen=True, slots=True)
class Versions:
    """What the price was made from; the bill uses exactly these. `tariff` None: the plan does not need the tariff."""

    tariff: UUID | None
    plan: UUID
    rule_pack: str


@dataclass(frozen=True, slots=True)
class Offer:
    """The price of a charge at one connector, as displayed, and what it was made from."""

    connector: ConnectorTarget
    display: PriceDisplayResult
    versions: Versions
    currency: CurrencyCode
    valid_until: datetime

    @property
    def shown(self) -> "tuple[ShownComponent, ...]":
        """The price lines in the order the jurisdiction demands."""
        return tuple(ShownComponent.of(component) for component in self.display.components)

    @property
    def price_unknown(self) -> UnknownReason | None:
        """Why the price is unknown; None: it is known."""
        return self.display.price.reason if isinstance(self.display.price, PriceUnknown) else None

    @property
    def startable(self) -> bool:
        """Known and lawful."""
        return self.price_unknown is None and self.display.lawful


@dataclass(frozen=True, slots=True)
class ShownComponent:
    """One price line as the driver read it. `amount` is per `unit`; `starts`, `until`: when a clock switches the price."""

    dimension: PriceDimension
    origin: Origin
    unit: Unit
    amount: Decimal
    currency: CurrencyCode
    tax_percent: Decimal | None
    tax_included: bool
    label: str
    text: str
    starts: datetime | None
    until: datetime | None

    @classmethod
    def of(cls, component: DisplayComponent) -> "ShownComponent":
        return cls(
            dimension=component.dimension,
            origin=component.origin,
            unit=component.unit,
            amount=component.amount,
            currency=component.currency,
            tax_percent=component.tax_percent,
            tax_included=component.tax_included,
            label=component.label,
            text=component.text,
            starts=component.condition.starts,
            until=component.condition.until,
        )


@dataclass(frozen=True, slots=True)
class ConnectorName:
    """A connector as its operator names it: does not change when our own row is made anew."""

    source: SourceId
    operator: PartyId
    location_id: str
    evse_uid: str
    connector_id: str

    @classmethod
    def of(cls, target: ConnectorTarget) -> "ConnectorName":
        return cls(target.source, target.party, target.location_id, target.evse_uid, target.connector_id)


@dataclass(frozen=True, slots=True)
class SealedOffer:
    """An offer as it travels through the driver's app and back: enough to start and to bill, nothing stored here."""

    id: OfferId
    tenant: str
    driver: UUID
    connector: int
    name: ConnectorName
    versions: Versions
    startable: bool
    price_unknown: str | None
    shown: tuple[ShownComponent, ...]
    valid_until: datetime
