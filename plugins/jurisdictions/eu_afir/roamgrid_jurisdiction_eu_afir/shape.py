"""What an ad hoc price may consist of at 50 kW and above (AFIR Art. 5(4), first and second subparagraphs)."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from roamgrid.extensions import (
    DisplayComponent,
    Origin,
    PriceDimension,
    PriceDisplayRequest,
    Purchase,
    Severity,
    Violation,
)

POWER_KW = Decimal(50)
DEPLOYED_FROM = date(2024, 4, 13)
CITATION = "Regulation (EU) 2023/1804, Article 5(4)"
ALLOWED = frozenset({PriceDimension.ENERGY, PriceDimension.PARKING_TIME})
CODES = {
    PriceDimension.TIME: ("AFIR_TIME_PRICE", "a price for charging time; only occupancy may be priced per minute"),
    PriceDimension.FLAT: ("AFIR_SESSION_FEE", "a fee per session"),
}
OTHER = ("AFIR_OTHER_COMPONENT", "a component that is neither a price per kWh nor an occupancy fee")


def shape_violations(
    request: PriceDisplayRequest, components: Sequence[DisplayComponent], *, allow_session_fee: bool
) -> Iterator[Violation]:
    """Breaches of the shape by the operator's ad hoc price; doubtful ones where power or deployment are unknown."""
    severity = _severity(request)
    if severity is None:
        return
    asked = list(dict.fromkeys(c.dimension for c in components if c.origin is Origin.CPO))
    if PriceDimension.ENERGY not in asked:
        yield Violation("AFIR_KWH_PRICE_MISSING", CITATION, "the price is not based on a price per kWh", severity)
    for dimension in asked:
        if dimension in ALLOWED or (dimension is PriceDimension.FLAT and allow_session_fee):
            continue
        code, what = CODES.get(dimension, OTHER)
        yield Violation(code, CITATION, f"at 50 kW and above an ad hoc price must not contain {what}", severity)


def _severity(request: PriceDisplayRequest) -> Severity | None:
    """How a breach weighs; None: the rule does not apply."""
    slow = request.power_kw is not None and request.power_kw < POWER_KW
    old = request.deployed_on is not None and request.deployed_on < DEPLOYED_FROM
    if request.purchase is Purchase.CONTRACT or slow or old:
        return None
    known = request.power_kw is not None and request.deployed_on is not None
    return Severity.UNLAWFUL if known else Severity.DOUBTFUL
