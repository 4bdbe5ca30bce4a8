"""A charging session: who charges where on whose authorisation, and the OCPI Session object that says so."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from roamgrid.sandbox.cpo.charge import Charge, Period
from roamgrid.sandbox.cpo.network import Place
from roamgrid.sandbox.cpo.pricer import Amount, Cost, price
from roamgrid.sandbox.cpo.profile import Profile
from roamgrid.sandbox.ocpi.instants import written

Json = dict[str, Any]
Status = Literal["PENDING", "ACTIVE", "COMPLETED"]
FALLBACK_CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class Authorisation:
    """On what ground a driver charges; `token` is an OCPI CdrToken, `connection` the peer that vouches."""

    connection: str
    token: Json
    method: Literal["COMMAND", "AUTH_REQUEST", "WHITELIST"]
    reference: str | None


@dataclass(slots=True)
class Session:
    """One session and its charge. `tariff` is the OCPI object as of the start, None where the connector has none."""

    id: str
    place: Place
    tariff: Json | None
    authorisation: Authorisation
    charge: Charge
    updated: datetime
    status: Status = "PENDING"
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    profile: Profile | None = None

    def obey_profile(self) -> None:
        """Draw no more than the profile of this moment allows."""
        self.charge.watts_allowed = self.profile.watts_at(self.charge.seconds) if self.profile else None

    @property
    def key(self) -> tuple[str, str, str]:
        return (*self.place.owner, self.id)

    @property
    def cost(self) -> Cost | None:
        """None: no tariff is published, so the price is unknown (which is not the same as free)."""
        return price(self.charge.tariff, self.charge.periods) if self.charge.tariff else None

    def closed_periods(self) -> list[Period]:
        """Periods that will not change any more."""
        return self.charge.periods if self.status == "COMPLETED" else self.charge.periods[:-1]

    def as_json(self) -> Json:
        """The whole Session (OCPI 2.2.1 mod_sessions)."""
        session = identity(self) | {
            "id": self.id,
            "kwh": self.charge.kwh,
            "location_id": self.place.location["id"],
            "evse_uid": self.place.evse["uid"],
            "connector_id": self.place.connector["id"],
            "status": self.status,
            "last_updated": written(self.updated),
        }
        if self.charge.periods:
            session["charging_periods"] = periods_json(self, self.charge.periods)
        if self.status == "COMPLETED":
            session["end_date_time"] = written(self.charge.now)
        return session | self._running_cost()

    def patch_json(self, new_periods: list[Period]) -> Json:
        """What changed; periods in a PATCH are appended by the receiver, so only `new_periods` are in it."""
        patch: Json = {"kwh": self.charge.kwh, "status": self.status, "last_updated": written(self.updated)}
        if new_periods:
            patch["charging_periods"] = periods_json(self, new_periods)
        return patch | self._running_cost()

    def _running_cost(self) -> Json:
        cost = self.cost
        return {"total_cost": amount_json(cost.total)} if cost else {}


def identity(session: Session) -> Json:
    """The fields that Session and CDR share."""
    country_code, party_id = session.place.owner
    shared: Json = {
        "country_code": country_code,
        "party_id": party_id,
        "start_date_time": written(session.charge.start),
        "cdr_token": session.authorisation.token,
        "auth_method": session.authorisation.method,
        "currency": session.tariff["currency"] if session.tariff else FALLBACK_CURRENCY,
    }
    if session.authorisation.reference:
        shared["authorization_reference"] = session.authorisation.reference
    return shared


def periods_json(session: Session, periods: list[Period]) -> list[Json]:
    """OCPI ChargingPeriods. Hours have four decimals and are rounded so that they add up to the session's hours."""
    known = {id(period): period_json for period, period_json in _all_periods(session)}
    return [known[id(period)] for period in periods]


def amount_json(amount: Amount) -> Json:
    """An OCPI Price; `incl_vat` is absent where the tariff does not say what VAT applies."""
    price_json: Json = {"excl_vat": amount.excl_vat}
    if amount.incl_vat is not None:
        price_json["incl_vat"] = amount.incl_vat
    return price_json


def hours(seconds: int) -> Decimal:
    """Hours with the four decimals of an OCPI number."""
    return (Decimal(seconds) / 3600).quantize(Decimal("0.0001"))


def _all_periods(session: Session) -> list[tuple[Period, Json]]:
    passed = {"TIME": 0, "PARKING_TIME": 0}
    rendered = []
    for period in session.charge.periods:
        kind = "TIME" if period.charging else "PARKING_TIME"
        before, passed[kind] = passed[kind], passed[kind] + period.seconds
        time = {"type": kind, "volume": hours(passed[kind]) - hours(before)}
        energy = {"type": "ENERGY", "volume": Decimal(period.watt_hours) / 1000}
        dimensions = [energy, time] if period.charging else [time]
        rendered.append((period, _period_json(session, period, dimensions + _power(session, period))))
    return rendered


def _power(session: Session, period: Period) -> list[Json]:
    """Extremes of power and current, given where the tariff depends on them, so that the price can be checked."""
    if session.charge.tariff is None or not session.charge.tariff.depends_on_power:
        return []
    extremes = (("MIN", period.least_watts), ("MAX", period.most_watts))
    power = [{"type": f"{name}_POWER", "volume": Decimal(watts) / 1000} for name, watts in extremes]
    volts = session.charge.volts
    current = [
        {"type": f"{name}_CURRENT", "volume": (Decimal(watts) / volts).quantize(Decimal("0.0001"))} for name, watts in extremes
    ]
    return power + current


def _period_json(session: Session, period: Period, dimensions: list[Json]) -> Json:
    start = session.charge.start + timedelta(seconds=period.start)
    rendered: Json = {"start_date_time": written(start), "dimensions": dimensions}
    if session.tariff:
        rendered["tariff_id"] = session.tariff["id"]
    return rendered
