"""What is rated: a stretch of time, cut into periods, at a place with a local clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.session import ChargingPeriod, Session, Volume
from roamgrid.kernel.errors import Invalid

MICROSECONDS_PER_HOUR = 3_600_000_000
NOTHING = Decimal(0)


class UnknownTimeZone(Invalid):
    """A time zone is not in the IANA database, so no local time can be told."""

    code = "UNKNOWN_TIME_ZONE"
    hint = "Give an IANA name such as Europe/Amsterdam."


def zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name. Raises `UnknownTimeZone`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownTimeZone(f"{name!r} is not an IANA time zone", field="time_zone") from None


def hours(duration: timedelta) -> Decimal:
    """A duration in hours, exact to the microsecond as far as 28 digits go."""
    return Decimal(duration // timedelta(microseconds=1)) / MICROSECONDS_PER_HOUR


@dataclass(frozen=True, slots=True)
class Usage:
    """A charge to be priced. `time_zone` (IANA) is the station's: restrictions are local.

    `derived`: the periods were made from totals or from an assumption, so a price that changes within the charge is
    an estimate.
    """

    start: datetime
    end: datetime
    periods: tuple[ChargingPeriod, ...]
    time_zone: str
    derived: bool = False

    @classmethod
    def of_cdr(cls, cdr: Cdr, time_zone: str) -> "Usage":
        """What a charge detail record reports. A record without periods is rated from its totals."""
        if cdr.periods:
            return cls(cdr.start, cdr.end, cdr.periods, time_zone)
        parked = cdr.total_parking_time or NOTHING
        periods = _from_totals(cdr.start, cdr.end, cdr.total_energy, cdr.total_time - parked, parked)
        return cls(cdr.start, cdr.end, periods, time_zone, derived=True)

    @classmethod
    def of_session(cls, session: Session, time_zone: str) -> "Usage":
        """What a session has come to by its last update; without periods, all of it counts as charging."""
        end = session.end or max(session.last_updated, session.start)
        if session.periods:
            return cls(session.start, end, session.periods, time_zone)
        periods = _from_totals(session.start, end, session.kwh, hours(end - session.start), NOTHING)
        return cls(session.start, end, periods, time_zone, derived=True)

    @classmethod
    def assumed(
        cls,
        start: datetime,
        duration: timedelta,
        energy_kwh: Decimal,
        time_zone: str,
        *,
        power_kw: Decimal | None = None,
        parked: timedelta = timedelta(0),
    ) -> "Usage":
        """A charge that may happen, for an estimate: `duration` of charging at a steady power, then `parked`."""
        charging = [Volume("ENERGY", energy_kwh), Volume("TIME", hours(duration))]
        if power_kw is not None:
            charging += [Volume("MIN_POWER", power_kw), Volume("MAX_POWER", power_kw)]
        periods = [ChargingPeriod(start, tuple(charging))]
        if parked:
            periods.append(ChargingPeriod(start + duration, (Volume("PARKING_TIME", hours(parked)),)))
        return cls(start, start + duration + parked, tuple(periods), time_zone, derived=True)


def _from_totals(
    start: datetime, end: datetime, kwh: Decimal, charging: Decimal, parked: Decimal
) -> tuple[ChargingPeriod, ...]:
    first = ChargingPeriod(start, (Volume("ENERGY", kwh), Volume("TIME", charging)))
    if not parked:
        return (first,)
    begins = max(start, end - timedelta(microseconds=int(parked * MICROSECONDS_PER_HOUR)))
    return (first, ChargingPeriod(begins, (Volume("PARKING_TIME", parked),)))
