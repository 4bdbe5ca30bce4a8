"""The result of rating: every amount unrounded, with its origin. Round at the edge with `Money.rounded()`."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from roamgrid.canonical.money import CurrencyCode
from roamgrid.canonical.tariff import Dimension, PriceComponent, Restrictions, TaxIncluded
from roamgrid.pricing.findings import Finding
from roamgrid.pricing.phase import Heading


@dataclass(frozen=True, slots=True)
class Line:
    """What one price component asks. Volumes in kWh, hours or 1; `billed_volume` includes the step_size surplus.

    `net` and `gross` None: would need a tax rate that is unknown. `vat_percent`: the rate used, None: unknown.
    """

    heading: Heading
    element: int
    component: PriceComponent
    restrictions: Restrictions
    volume: Decimal
    billed_volume: Decimal
    net: Decimal | None
    gross: Decimal | None
    vat_percent: Decimal | None

    @property
    def dimension(self) -> Dimension:
        """What the component prices; time under the heading RESERVATION is reserved time."""
        return self.component.dimension

    @property
    def unit_price(self) -> Decimal:
        """Per kWh, hour or session, as the tariff states it."""
        return self.component.price

    @property
    def tax(self) -> Decimal | None:
        """Gross less net; None: unknown."""
        return None if self.net is None or self.gross is None else self.gross - self.net


class LimitKind(StrEnum):
    """Which bound of the tariff moved the total."""

    MIN_PRICE = "MIN_PRICE"
    MAX_PRICE = "MAX_PRICE"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What a limit adds to (or takes from) the sum of the lines; None: that side is unknown."""

    kind: LimitKind
    net: Decimal | None
    gross: Decimal | None


@dataclass(frozen=True, slots=True)
class DimensionTotal:
    """One heading's sums. `volume`: consumed; `net`, `gross` None: nothing priced it, or tax unknown (`priced`)."""

    volume: Decimal
    billed_volume: Decimal
    net: Decimal | None
    gross: Decimal | None
    priced: bool


@dataclass(frozen=True, slots=True)
class Rated:
    """A charge priced by one tariff. net = lines + adjustments, and so is gross; None: cannot be known."""

    tariff_id: str
    currency: CurrencyCode
    tax_included: TaxIncluded
    lines: tuple[Line, ...]
    adjustments: tuple[Adjustment, ...]
    consumed: Mapping[Heading, Decimal]
    net: Decimal | None
    gross: Decimal | None
    findings: tuple[Finding, ...]

    @property
    def tax(self) -> Decimal | None:
        """Gross less net; None: unknown."""
        return None if self.net is None or self.gross is None else self.gross - self.net

    def per_dimension(self) -> Mapping[Heading, DimensionTotal]:
        """Sums by heading, for every heading that was consumed or priced. Limits are not spread over them."""
        used = {*self.consumed, *(line.heading for line in self.lines)}
        return {heading: self._total(heading) for heading in Heading if heading in used}

    def _total(self, heading: Heading) -> DimensionTotal:
        lines = [line for line in self.lines if line.heading is heading]
        measured = [line for line in lines if line.dimension is not Dimension.FLAT]
        consumed = self.consumed.get(heading, Decimal(len(lines)) if heading is Heading.FLAT else Decimal(0))
        return DimensionTotal(
            volume=consumed,
            billed_volume=sum((line.billed_volume for line in measured), Decimal(0)),
            net=total([line.net for line in lines]) if lines else None,
            gross=total([line.gross for line in lines]) if lines else None,
            priced=bool(lines),
        )


def total(amounts: list[Decimal | None]) -> Decimal | None:
    """The sum, or None as soon as one part is unknown."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None
