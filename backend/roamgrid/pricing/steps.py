"""Rounding up to step_size: once a session and dimension, billed at the price of the last priced slice.

OCPI 2.2.1 mod_tariffs, PriceComponent.step_size and its examples: only volume that had a price counts; charging time
is not rounded when parking time was priced as well; a step of 0 rounds nothing; an exact multiple stays.
"""

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from roamgrid.pricing.compiled import Candidate
from roamgrid.pricing.phase import Heading
from roamgrid.pricing.tally import Tally

SECONDS = Decimal(3600)
WATT_HOURS = Decimal(1000)
ONE = Decimal(1)


def surpluses(tally: Tally) -> Iterator[tuple[Heading, Candidate, Decimal]]:
    """What is billed beyond what was used: heading, component, volume in kWh or hours."""
    for heading, candidate in tally.last.items():
        if heading is Heading.TIME and Heading.PARKING_TIME in tally.last:
            continue
        step = candidate.component.step_size
        if step > 0:
            units = WATT_HOURS if heading is Heading.ENERGY else SECONDS
            extra = _surplus(tally.total(heading), units, step)
            if extra > 0:
                yield heading, candidate, extra


def _surplus(total: Decimal, units: Decimal, step: int) -> Decimal:
    if total <= 0:
        return Decimal(0)
    counted = total * units
    if units is SECONDS:
        # Hours carry four decimals (0.36 s): five minutes arrive as 300.24 s and must not cost another step.
        counted = counted.quantize(ONE, rounding=ROUND_HALF_UP)
    steps = (counted / step).to_integral_value(rounding=ROUND_CEILING)
    return steps * step / units - total
