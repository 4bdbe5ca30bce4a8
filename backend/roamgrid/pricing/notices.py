"""What is noticed about one slice while it is priced."""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from roamgrid.canonical.tariff import Dimension
from roamgrid.pricing.compiled import CompiledTariff, pick
from roamgrid.pricing.conditions import Moment
from roamgrid.pricing.findings import FindingCode
from roamgrid.pricing.phase import Phase
from roamgrid.pricing.slices import Slice

JUST_BEFORE = timedelta(microseconds=1)
Notice = tuple[FindingCode, str]


def notices(compiled: CompiledTariff, part: Slice, moment: Moment, zone: ZoneInfo) -> Iterator[Notice]:
    """Codes with their sentence: power that was needed and not reported, energy fed back, a price that changed."""
    if compiled.asks_power and (part.low_kw is None or part.peak_kw is None):
        yield FindingCode.POWER_UNKNOWN, "the price depends on power, which was not reported"
    if compiled.asks_current and (part.low_a is None or part.peak_a is None):
        yield FindingCode.POWER_UNKNOWN, "the price depends on current, which was not reported"
    if part.energy < 0:
        yield FindingCode.NEGATIVE_ENERGY, f"{part.energy} kWh went back to the grid"
    if compiled.varies and part.end > part.start:
        yield from _changes(compiled, part, moment, zone)


def _changes(compiled: CompiledTariff, part: Slice, moment: Moment, zone: ZoneInfo) -> Iterator[Notice]:
    """A period should end where its price does; we price it as it began, as the specification has it."""
    ending = moment._replace(
        local=(part.end - JUST_BEFORE).astimezone(zone),
        kwh=(moment.kwh + part.energy).next_minus() if part.energy > 0 else moment.kwh,
        elapsed=moment.elapsed + (part.end - part.start) - JUST_BEFORE,
    )
    volumes = (
        (Dimension.ENERGY, part.energy),
        (Dimension.TIME, part.time),
        (Dimension.PARKING_TIME, part.parking),
    )
    for dimension, volume in volumes:
        candidates = compiled.candidates[Phase.SESSION][dimension]
        if volume and pick(candidates, moment) is not pick(candidates, ending):
            text = f"the {dimension} price changes within the period; its price at the start was used"
            yield FindingCode.PERIOD_SPANS_PRICE_CHANGE, text
