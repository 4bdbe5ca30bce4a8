"""The physics of one charge: power over virtual time, cut into periods wherever a price could change."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from roamgrid.sandbox.cpo.tariff import Component, Kind, Moment, Tariff

STEP_SECONDS = 10
JOULES_PER_KWH = 3_600_000
_QUARTER = timedelta(minutes=15)


@dataclass(slots=True)
class Period:
    """A stretch in which nothing relevant to the price changes. Seconds and joules count from the charge's start."""

    start: int
    begun_joules: int
    charging: bool
    components: dict[Kind, Component]
    quarter: datetime
    end: int
    joules: int
    least_watts: int
    most_watts: int

    @property
    def watt_hours(self) -> int:
        """Whole watt-hours of the meter in this period; the sum over periods is the meter's reading."""
        return self.joules // 3600 - self.begun_joules // 3600

    @property
    def seconds(self) -> int:
        return self.end - self.start


@dataclass(slots=True)
class Charge:
    """A car at a connector. `start` is a whole second in UTC; all amounts are integers (seconds, joules, watts)."""

    start: datetime
    zone: ZoneInfo
    max_watts: int
    volts: int
    tariff: Tariff | None
    need_joules: int
    unplug_joules: int | None = None
    watts_allowed: int | None = None
    seconds: int = 0
    joules: int = 0
    periods: list[Period] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.seconds)

    @property
    def kwh(self) -> Decimal:
        return Decimal(self.joules // 3600) / 1000

    @property
    def unplugged(self) -> bool:
        """The driver left by himself; the charge is over."""
        return self.unplug_joules is not None and self.joules >= self.unplug_joules

    @property
    def watts(self) -> int:
        """Full power up to four fifths of what the car needs, then falling to a tenth; nothing when it is full."""
        missing = self.need_joules - self.joules
        if missing <= 0:
            return 0
        floor = self.max_watts // 10
        tapered = floor + (self.max_watts - floor) * 5 * missing // self.need_joules
        allowed = self.max_watts if self.watts_allowed is None else self.watts_allowed
        return max(1, min(self.max_watts, tapered, allowed))

    def advance(self, until: int) -> None:
        """Let the charge run to `until` seconds after its start, or to the moment the driver unplugs."""
        while self.seconds < until and not self.unplugged:
            self._step(until)

    def _step(self, until: int) -> None:
        watts = self.watts
        period = self._period(watts)
        seconds = min(STEP_SECONDS, until - self.seconds, self._to_next_minute(), self._to_next_duration_edge())
        joules = watts * seconds
        missing = self._to_next_energy_edge()
        if watts and missing is not None and missing <= joules:
            seconds, joules = -(-missing // watts), missing
        self.seconds += seconds
        self.joules += joules
        period.end, period.joules = self.seconds, self.joules
        period.least_watts, period.most_watts = min(period.least_watts, watts), max(period.most_watts, watts)

    def _period(self, watts: int) -> Period:
        moment = self._moment(watts)
        charging = watts > 0
        components = self.tariff.at(moment) if self.tariff else {}
        quarter = self.now - (self.now - datetime.min.replace(tzinfo=self.now.tzinfo)) % _QUARTER
        last = self.periods[-1] if self.periods else None
        if last and (last.charging, last.components, last.quarter) == (charging, components, quarter):
            return last
        opened = Period(self.seconds, self.joules, charging, components, quarter, self.seconds, self.joules, watts, watts)
        self.periods.append(opened)
        return opened

    def _moment(self, watts: int) -> Moment:
        return Moment(
            local=self.now.astimezone(self.zone),
            kwh=Decimal(self.joules) / JOULES_PER_KWH,
            power=Decimal(watts) / 1000,
            current=Decimal(watts) / self.volts,
            duration=Decimal(self.seconds),
        )

    def _to_next_minute(self) -> int:
        return 60 - self.now.second

    def _to_next_duration_edge(self) -> int:
        edges = self.tariff.edges("duration") if self.tariff else []
        return next((int(edge) - self.seconds for edge in edges if edge > self.seconds), STEP_SECONDS)

    def _to_next_energy_edge(self) -> int | None:
        """Joules until a kWh restriction flips, the car is full, or the driver unplugs."""
        tariff_edges = self.tariff.edges("kwh") if self.tariff else []
        edges = [int(edge * JOULES_PER_KWH) for edge in tariff_edges] + [self.need_joules, self.unplug_joules or 0]
        return min((edge - self.joules for edge in edges if edge > self.joules), default=None)
