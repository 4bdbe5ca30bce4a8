"""The order of price components: per kWh, per minute, per session, any other (AFIR Art. 5(4), third subparagraph).

The text prescribes it below 50 kW. At 50 kW and above it is the natural order of the prescribed shape as well.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from roamgrid.extensions import DisplayComponent, Origin, PriceDimension

RANKS = {
    PriceDimension.ENERGY: 0,
    PriceDimension.TIME: 1,
    PriceDimension.PARKING_TIME: 2,
    PriceDimension.FLAT: 3,
}
OTHER = 4
ORIGINS = {Origin.CPO: 0, Origin.MSP_FEE: 1, Origin.MSP_EROAMING: 2}
AT_ONCE = datetime.min.replace(tzinfo=UTC)


def in_order(components: Iterable[DisplayComponent]) -> list[DisplayComponent]:
    """By rank, within it the operator's before the brand's, what holds now before what a clock brings later.

    Components that tie keep the order in which the tariff tries them.
    """
    return sorted(components, key=_place)


def _place(component: DisplayComponent) -> tuple[int, int, datetime]:
    starts = component.condition.starts or AT_ONCE
    return RANKS.get(component.dimension, OTHER), ORIGINS[component.origin], starts
