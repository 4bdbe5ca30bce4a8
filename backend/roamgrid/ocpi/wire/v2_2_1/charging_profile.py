"""Charging profiles and preferences (OCPI 2.2.1, ChargingProfiles module; Sessions module, Charging preferences)."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import EXACT, Bool, DateTime, Enumeration, Int, Num, OrElse, Url, WireObject
from roamgrid.ocpi.wire.v2_2_1.enums import ProfileType

ChargingRateUnit = Annotated[str, Enumeration("ChargingRateUnit", "W A")]
ChargingProfileResponseType = Annotated[
    str, Enumeration("ChargingProfileResponseType", "ACCEPTED NOT_SUPPORTED REJECTED TOO_OFTEN UNKNOWN_SESSION")
]
ChargingProfileResultType = Annotated[str, Enumeration("ChargingProfileResultType", "ACCEPTED REJECTED UNKNOWN")]


class ChargingProfilePeriod(WireObject, frozen=True):
    """A ceiling from `start_period` seconds after the start on."""

    start_period: Int
    limit: Num


class ChargingProfile(WireObject, frozen=True):
    """Ceilings over time; `duration` in seconds."""

    charging_rate_unit: ChargingRateUnit
    start_date_time: DateTime | None = None
    duration: Int | None = None
    min_charging_rate: Num | None = None
    charging_profile_period: Annotated[tuple[ChargingProfilePeriod, ...], EXACT] = ()


class SetChargingProfile(WireObject, frozen=True):
    """A profile for a running session."""

    charging_profile: ChargingProfile
    response_url: Url


class ActiveChargingProfile(WireObject, frozen=True):
    """What the station plans to do."""

    start_date_time: DateTime
    charging_profile: ChargingProfile


class ChargingProfileResponse(WireObject, frozen=True):
    """The answer at once. `timeout`: seconds after which no result need be awaited."""

    result: ChargingProfileResponseType
    timeout: Annotated[Int, OrElse(0)]


class ChargingProfileResult(WireObject, frozen=True):
    """The station's answer to a profile, to its removal, or to the question for the active one."""

    result: ChargingProfileResultType
    profile: ActiveChargingProfile | None = None


class ChargingPreferences(WireObject, frozen=True):
    """What the driver wants; `energy_need` in kWh."""

    profile_type: ProfileType
    departure_time: DateTime | None = None
    energy_need: Num | None = None
    discharge_allowed: Bool | None = None
