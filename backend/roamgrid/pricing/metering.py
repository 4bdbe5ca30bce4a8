"""Which component prices how much: the walk through a session's slices."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from roamgrid.canonical.tariff import Dimension
from roamgrid.pricing.compiled import Candidates, CompiledTariff, pick
from roamgrid.pricing.conditions import Moment
from roamgrid.pricing.findings import Finding
from roamgrid.pricing.notices import notices
from roamgrid.pricing.phase import Heading, Phase
from roamgrid.pricing.slices import ZERO, Slice
from roamgrid.pricing.tally import Tally


def meter(compiled: CompiledTariff, parts: list[Slice], zone: ZoneInfo, findings: list[Finding]) -> Tally:
    """Give every slice's volumes to the components that apply at the slice's start.

    A session of nothing but reservation is a reservation that expired: no session price is due for it. Energy and time
    so far count from plugging in, within the reservation from its own start.
    """
    tally = Tally()
    expired = all(part.reserved_only for part in parts)
    waiting = Phase.EXPIRED if expired else Phase.RESERVATION
    plugged_in = next((part.start for part in parts if not part.reserved_only), None)
    kwh = ZERO
    for index, part in enumerate(parts):
        local = part.start.astimezone(zone)
        if part.reservation:
            _reserve(tally, compiled.candidates[waiting], part, Moment(local, ZERO, part.start - parts[0].start))
        if plugged_in is None or part.reserved_only:
            continue
        moment = Moment(local, kwh, part.start - plugged_in, part.low_kw, part.peak_kw, part.low_a, part.peak_a)
        _charge(tally, compiled.candidates[Phase.SESSION], part, moment)
        findings += [Finding(code, text, index) for code, text in notices(compiled, part, moment, zone)]
        kwh += part.energy
    return tally


def _reserve(tally: Tally, candidates: Mapping[Dimension, Candidates], part: Slice, moment: Moment) -> None:
    tally.take(Heading.RESERVATION, part.reservation, pick(candidates[Dimension.TIME], moment))
    tally.once(Heading.RESERVATION, pick(candidates[Dimension.FLAT], moment))


def _charge(tally: Tally, candidates: Mapping[Dimension, Candidates], part: Slice, moment: Moment) -> None:
    if part.energy:
        tally.take(Heading.ENERGY, part.energy, pick(candidates[Dimension.ENERGY], moment))
    if part.time:
        tally.take(Heading.TIME, part.time, pick(candidates[Dimension.TIME], moment))
    if part.parking:
        tally.take(Heading.PARKING_TIME, part.parking, pick(candidates[Dimension.PARKING_TIME], moment))
    if candidates[Dimension.FLAT]:
        tally.once(Heading.FLAT, pick(candidates[Dimension.FLAT], moment))
