"""The extension points. Arguments and results are the frozen values of this package: never tables or wire types.

A rule never reads a clock: `as_of` says when. Plugins of a rule pack run in a fixed order, each is given what the one
before it made of the request.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, runtime_checkable

from roamgrid.canonical.money import CurrencyCode
from roamgrid.extensions.manifest import Manifest
from roamgrid.extensions.prices import DisplayComponent, OfferedComponent, PriceUnknown


class Channel(StrEnum):
    """Where the price is read."""

    APP = "APP"
    STATION = "STATION"
    WEB = "WEB"


class Purchase(StrEnum):
    """AD_HOC: bought without a contract. CONTRACT: under the driver's agreement with the brand."""

    AD_HOC = "AD_HOC"
    CONTRACT = "CONTRACT"


class Severity(StrEnum):
    """UNLAWFUL: must not be offered. DOUBTFUL: counsel or data must decide. NOTICE: worth knowing."""

    UNLAWFUL = "UNLAWFUL"
    DOUBTFUL = "DOUBTFUL"
    NOTICE = "NOTICE"


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that the price or its display does not keep. `code` is stable, `citation` names the rule's source."""

    code: str
    citation: str
    text: str
    severity: Severity = Severity.UNLAWFUL


@dataclass(frozen=True, slots=True)
class PriceDisplayRequest:
    """What is to be displayed: the offered prices, or that the price is unknown.

    `country`: ISO 3166 alpha-3 of the station. `power_kw`: the charging point's maximum, None: unknown. `time_zone`:
    IANA, for switch times. `locale`: BCP 47, the reader's. `deployed_on`: when the point was taken into use, None:
    unknown. `tax`: the rate that a consumer bears where a component states none; `RulePack.display` looks it up.
    """

    price: tuple[OfferedComponent, ...] | PriceUnknown
    power_kw: Decimal | None
    country: str
    currency: CurrencyCode
    channel: Channel
    as_of: date
    time_zone: str
    locale: str
    purchase: Purchase = Purchase.AD_HOC
    deployed_on: date | None = None
    tax: "TaxRate | None" = None


@dataclass(frozen=True, slots=True)
class PriceDisplayResult:
    """The display: components in order, or the unknown price with the words for it; and what is wrong with either."""

    price: tuple[DisplayComponent, ...] | PriceUnknown
    violations: tuple[Violation, ...] = ()
    text: str = ""

    @property
    def components(self) -> tuple[DisplayComponent, ...]:
        """The lines; none where the price is unknown."""
        return () if isinstance(self.price, PriceUnknown) else self.price

    @property
    def lawful(self) -> bool:
        """No rule forbids offering this price."""
        return all(violation.severity is not Severity.UNLAWFUL for violation in self.violations)


class Supply(StrEnum):
    """What is sold: ELECTRICITY with what belongs to it, or a SERVICE owed even without a charge (a plan's fee)."""

    ELECTRICITY = "ELECTRICITY"
    SERVICE = "SERVICE"


@dataclass(frozen=True, slots=True)
class TaxRequest:
    """Which rate a consumer bears. `country`: ISO 3166 alpha-3 of the place of supply."""

    country: str
    as_of: date
    supply: Supply = Supply.ELECTRICITY


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A rate in percent, its name on a receipt, and the law that sets it."""

    percent: Decimal
    name: str
    source: str


@runtime_checkable
class Plugin(Protocol):
    """Anything with a manifest; what it can do follows from the Protocols below that it implements."""

    @property
    def manifest(self) -> Manifest:
        """Its identity and what it provides."""
        ...


@runtime_checkable
class PriceDisplay(Protocol):
    """How prices must be shown, and which may not be asked."""

    def display(self, request: PriceDisplayRequest, so_far: PriceDisplayResult) -> PriceDisplayResult:
        """Refine what the plugins before made of the request. Never drops, adds or re-prices a component."""
        ...


@runtime_checkable
class TaxRates(Protocol):
    """Which tax consumers bear."""

    def tax_rate(self, request: TaxRequest) -> TaxRate | None:
        """The rate, or None where this plugin does not know that country or that time."""
        ...
