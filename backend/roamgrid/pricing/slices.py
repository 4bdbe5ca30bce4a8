"""A usage's periods, in order of time and in the tariff's units."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from roamgrid.canonical.session import ChargingPeriod
from roamgrid.pricing.findings import Finding, FindingCode
from roamgrid.pricing.usage import Usage

ZERO = Decimal(0)


class Slice(NamedTuple):
    """One period. Energy in kWh, times in hours, power in kW, current in A; None: not reported."""

    start: datetime
    end: datetime
    energy: Decimal
    time: Decimal
    parking: Decimal
    reservation: Decimal
    low_kw: Decimal | None
    peak_kw: Decimal | None
    low_a: Decimal | None
    peak_a: Decimal | None

    @property
    def reserved_only(self) -> bool:
        """Nobody was plugged in."""
        return bool(self.reservation) and not (self.energy or self.time or self.parking)


def slices(usage: Usage, findings: list[Finding]) -> list[Slice]:
    """The periods sorted by start, each ending where the next begins; what is odd about them goes to `findings`."""
    periods = _in_order(usage.periods, findings)
    found = []
    for index, period in enumerate(periods):
        last = index + 1 == len(periods)
        end = max(usage.end, period.start) if last else periods[index + 1].start
        found.append(_slice(period, end))
    if periods and (periods[0].start < usage.start or periods[-1].start > usage.end):
        findings.append(Finding(FindingCode.PERIOD_OUTSIDE_SESSION, "a period starts outside the session"))
    return found


def _in_order(periods: Sequence[ChargingPeriod], findings: list[Finding]) -> Sequence[ChargingPeriod]:
    if all(periods[i].start <= periods[i + 1].start for i in range(len(periods) - 1)):
        return periods
    findings.append(Finding(FindingCode.PERIODS_OUT_OF_ORDER, "periods were not in order of time and have been sorted"))
    return sorted(periods, key=lambda period: period.start)


def _slice(period: ChargingPeriod, end: datetime) -> Slice:
    amounts: dict[str, Decimal] = {}
    for volume in period.volumes:
        known = amounts.get(volume.dimension)
        amounts[volume.dimension] = volume.volume if known is None else known + volume.volume
    get = amounts.get
    low_kw, peak_kw = get("MIN_POWER"), get("MAX_POWER")
    return Slice(
        period.start,
        end,
        get("ENERGY", ZERO),
        get("TIME", ZERO),
        get("PARKING_TIME", ZERO),
        get("RESERVATION_TIME", ZERO),
        low_kw,
        peak_kw,
        get("MIN_CURRENT"),
        get("MAX_CURRENT"),
    )
