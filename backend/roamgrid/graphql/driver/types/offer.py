"""Prices as a driver reads them."""

from datetime import datetime
from decimal import Decimal

import strawberry

from roamgrid.extensions import Origin, PriceDimension, Severity, Unit, UnknownReason, Violation
from roamgrid.graphql.driver.context import DriverInfo
from roamgrid.products.driver_app.charges.models import TakenOffer
from roamgrid.products.driver_app.offers import models

strawberry.enum(Origin, name="PriceOrigin", description="Whose price it is: the operator's or the brand's own.")
strawberry.enum(PriceDimension, description="What is paid for.")
strawberry.enum(Unit, name="PriceUnit", description="What an amount is for one of.")
strawberry.enum(UnknownReason, name="PriceUnknownReason", description="Why nobody can say what it costs.")
strawberry.enum(Severity, name="NoticeSeverity", description="How much a notice weighs.")


@strawberry.type
class PriceComponent:
    """One price line. Show the lines in this order: the station's jurisdiction demands it."""

    dimension: PriceDimension
    origin: Origin
    unit: Unit
    amount: Decimal = strawberry.field(description="Exact decimal per unit; with tax where taxIncluded.")
    currency: str
    tax_percent: Decimal | None = strawberry.field(description="Null: the rate is not known.")
    tax_included: bool
    label: str
    text: str = strawberry.field(description="The whole line in the driver's language, ready to show.")
    starts: datetime | None = strawberry.field(description="When a clock switches to this price; null: at once.")
    until: datetime | None = strawberry.field(description="When a clock switches away from it; null: not today.")

    @classmethod
    def of(cls, shown: models.ShownComponent) -> "PriceComponent":
        return cls(
            dimension=shown.dimension,
            origin=shown.origin,
            unit=shown.unit,
            amount=shown.amount,
            currency=shown.currency,
            tax_percent=shown.tax_percent,
            tax_included=shown.tax_included,
            label=shown.label,
            text=shown.text,
            starts=shown.starts,
            until=shown.until,
        )


@strawberry.type
class Notice:
    """A rule of the jurisdiction that the price does not keep, or that is worth knowing."""

    code: str
    severity: Severity
    citation: str
    text: str

    @classmethod
    def of(cls, violation: Violation) -> "Notice":
        return cls(code=violation.code, severity=violation.severity, citation=violation.citation, text=violation.text)


@strawberry.type
class Offer:
    """What a charge at a connector costs this driver. Taken by `startSession` while it is valid."""

    offer: strawberry.Private[models.Offer]
    components: list[PriceComponent]
    price_unknown: UnknownReason | None = strawberry.field(description="Set when the price is unknown; then it is never 0.")
    text: str = strawberry.field(description="What to show instead of price lines when the price is unknown.")
    notices: list[Notice]
    currency: str
    tariff_version: strawberry.ID | None = strawberry.field(
        description="The operator's tariff version; null: the plan needs none."
    )
    plan_version: strawberry.ID
    rule_pack_version: str
    valid_until: datetime

    @strawberry.field
    def id(self, info: DriverInfo) -> strawberry.ID | None:
        """Send this to startSession. Null when nobody is signed in or the offer cannot be taken."""
        context = info.context
        if context.driver is None or not self.offer.startable:
            return None
        return strawberry.ID(context.services.seal.seal(context.ctx, context.driver, self.offer))

    @classmethod
    def of(cls, offer: models.Offer) -> "Offer":
        versions = offer.versions
        return cls(
            offer=offer,
            components=[PriceComponent.of(shown) for shown in offer.shown],
            price_unknown=offer.price_unknown,
            text=offer.display.text,
            notices=[Notice.of(violation) for violation in offer.display.violations],
            currency=offer.currency,
            tariff_version=strawberry.ID(str(versions.tariff)) if versions.tariff else None,
            plan_version=strawberry.ID(str(versions.plan)),
            rule_pack_version=versions.rule_pack,
            valid_until=offer.valid_until,
        )


@strawberry.type(name="TakenOffer")
class TakenOfferType:
    """The offer under which a session was started; the bill uses exactly these versions."""

    components: list[PriceComponent]
    tariff_version: strawberry.ID | None
    plan_version: strawberry.ID
    rule_pack_version: str
    valid_until: datetime

    @classmethod
    def of(cls, taken: TakenOffer) -> "TakenOfferType":
        return cls(
            components=[PriceComponent.of(shown) for shown in taken.shown],
            tariff_version=strawberry.ID(str(taken.versions.tariff)) if taken.versions.tariff else None,
            plan_version=strawberry.ID(str(taken.versions.plan)),
            rule_pack_version=taken.versions.rule_pack,
            valid_until=taken.valid_until,
        )
