"""Charging profiles and preferences, both ways (OCPI 2.2.1, ChargingProfiles module; Sessions module)."""

from roamgrid.canonical.charging_profile import (
    ActiveProfile,
    ChargingPreferences,
    ChargingProfile,
    ProfileOutcome,
    ProfilePeriod,
    ProfileReply,
    ProfileResponse,
    ProfileResult,
    ProfileType,
    RateUnit,
)
from roamgrid.ocpi.mapping.v2_2_1.present import present
from roamgrid.ocpi.speech import Document, Losses, Ways
from roamgrid.ocpi.values import Asked
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.ocpi.wire.common.moments import write_moment
from roamgrid.ocpi.wire.v2_2_1 import charging_profile as wire

_UNITS = {unit.value: unit for unit in RateUnit}
_RESPONSES = {response.value: response for response in ProfileResponse}
_RESULTS = {result.value: result for result in ProfileResult}
_TYPES = {type_.value: type_ for type_ in ProfileType}


def asked(read: wire.SetChargingProfile) -> Asked[ChargingProfile]:
    """A profile that a partner wants for a session. Raises `Refused` for a unit that we do not know."""
    return Asked(profile(read.charging_profile), read.response_url)


def write_asked(value: Asked[ChargingProfile], ways: Ways, losses: Losses) -> Document:
    """Ask for a profile."""
    return {"charging_profile": _written(value.what), "response_url": value.response_url}


def profile(read: wire.ChargingProfile) -> ChargingProfile:
    """Raises `Refused`: a limit in an unknown unit is no limit."""
    unit = _UNITS.get(read.charging_rate_unit)
    if unit is None:
        raise Refused("/charging_profile/charging_rate_unit", f"is {read.charging_rate_unit[:40]!r}, neither W nor A")
    return ChargingProfile(
        unit=unit,
        periods=tuple(ProfilePeriod(period.start_period, period.limit) for period in read.charging_profile_period),
        start=read.start_date_time,
        duration_s=read.duration,
        minimum_rate=read.min_charging_rate,
    )


def active(read: wire.ActiveChargingProfile) -> ActiveProfile:
    """Raises `Refused` as `profile`."""
    return ActiveProfile(read.start_date_time, profile(read.charging_profile))


def write_active(value: ActiveProfile, ways: Ways, losses: Losses) -> Document:
    """What one of our stations plans to do."""
    return {"start_date_time": write_moment(value.start), "charging_profile": _written(value.profile)}


def reply(read: wire.ChargingProfileResponse) -> ProfileReply:
    """Raises `Refused` for an answer that we do not know."""
    response = _RESPONSES.get(read.result)
    if response is None:
        raise Refused("/result", f"is {read.result[:40]!r}, no answer to a charging profile")
    return ProfileReply(response, max(read.timeout, 0))


def write_reply(value: ProfileReply, ways: Ways, losses: Losses) -> Document:
    """The operator's answer at once."""
    return {"result": value.response.value, "timeout": value.timeout_s}


def outcome(read: wire.ChargingProfileResult) -> ProfileOutcome:
    """Raises `Refused` for a result that we do not know."""
    result = _RESULTS.get(read.result)
    if result is None:
        raise Refused("/result", f"is {read.result[:40]!r}, no result of a charging profile")
    return ProfileOutcome(result, active(read.profile) if read.profile else None)


def write_outcome(value: ProfileOutcome, ways: Ways, losses: Losses) -> Document:
    """The station's answer."""
    document: Document = {"result": value.result.value}
    return document if value.active is None else document | {"profile": write_active(value.active, ways, losses)}


def preferences(read: wire.ChargingPreferences) -> ChargingPreferences:
    """Raises `Refused` for a type that we do not know."""
    type_ = _TYPES.get(read.profile_type)
    if type_ is None:
        raise Refused("/profile_type", f"is {read.profile_type[:40]!r}, no type of profile")
    return ChargingPreferences(type_, read.departure_time, read.energy_need, read.discharge_allowed)


def write_preferences(value: ChargingPreferences, ways: Ways, losses: Losses) -> Document:
    """What the driver wants of a running session."""
    return present(
        profile_type=value.type.value,
        departure_time=value.departure and write_moment(value.departure),
        energy_need=value.energy_need,
        discharge_allowed=value.discharge_allowed,
    )


def _written(value: ChargingProfile) -> Document:
    return present(
        start_date_time=value.start and write_moment(value.start),
        duration=value.duration_s,
        charging_rate_unit=value.unit.value,
        min_charging_rate=value.minimum_rate,
        charging_profile_period=[{"start_period": period.start_s, "limit": period.limit} for period in value.periods],
    )
