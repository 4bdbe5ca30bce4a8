"""Bookings: what can be booked and when, requests, and bookings (OCPI 2.3.0, Bookings module 1.1)."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import (
    PLUS,
    Bool,
    CountryCode,
    DateTime,
    Id36,
    Int,
    Num,
    OrElse,
    PartyCode,
    Text255,
    Url,
    WireObject,
)
from roamgrid.ocpi.wire.v2_2_1.enums import ConnectorFormat, PowerType
from roamgrid.ocpi.wire.v2_3_0.enums import (
    AccessMethod,
    CanceledReason,
    ConnectorType,
    EvsePosition,
    ReservationRequestStatus,
    ReservationStatus,
    Role,
    TokenType,
    VehicleType,
)


class Period(WireObject, frozen=True):
    """From when to when."""

    start_date_time: DateTime
    end_date_time: DateTime


class Timeslot(Period, frozen=True):
    """With the power that is guaranteed and the most there is, in W."""

    min_power: Num | None = None
    max_power: Num | None = None
    green_energy_support: Bool | None = None


class Calendar(WireObject, frozen=True):
    """When a booking location is free. `timeslot_increment` in minutes."""

    id: Id36
    begin_from: DateTime
    end_before: DateTime
    available_timeslots: Annotated[tuple[Timeslot, ...], PLUS, OrElse(())]
    last_updated: Annotated[DateTime | None, OrElse(None)]
    timeslot_increment: Int | None = None


class BookingOption(WireObject, frozen=True):
    """What is booked: a charging point, a connector, a parking place, or whatever has these properties. Weight in kg, lengths
    in cm."""

    evse_uid: Id36 | None = None
    connector_id: Id36 | None = None
    parking_id: Id36 | None = None
    evse_position: tuple[EvsePosition, ...] = ()
    vehicle_types: tuple[VehicleType, ...] = ()
    connector_format: tuple[ConnectorFormat, ...] = ()
    connector_types: tuple[ConnectorType, ...] = ()
    power_types: tuple[PowerType, ...] = ()
    max_vehicle_weight: Num | None = None
    max_vehicle_height: Num | None = None
    max_vehicle_length: Num | None = None
    max_vehicle_width: Num | None = None
    min_parking_space_length: Num | None = None
    min_parking_space_width: Num | None = None
    dangerous_goods_allowed: Bool | None = None
    drive_through: Bool | None = None
    refrigeration_outlet: Bool | None = None


class BookingTerms(WireObject, frozen=True):
    """What is allowed around a booking. Times and durations in minutes."""

    supported_access_methods: Annotated[tuple[AccessMethod, ...], PLUS, OrElse(())]
    change_until_minutes: Annotated[Num | None, OrElse(None)]
    cancel_until_minutes: Annotated[Num | None, OrElse(None)]
    rfid_auth_required: Bool | None = None
    token_groups_supported: Bool | None = None
    remote_auth_supported: Bool | None = None
    change_not_allowed: Bool | None = None
    early_start_allowed: Bool | None = None
    early_start_time: Num | None = None
    noshow_timeout: Num | None = None
    noshow_fee: Bool | None = None
    late_stop_allowed: Bool | None = None
    late_stop_time: Num | None = None
    overlapping_bookings_allowed: Bool | None = None
    min_booking_duration: Num | None = None
    max_booking_duration: Num | None = None
    booking_terms: Url | None = None


class Policy(WireObject, frozen=True):
    """Whether one can come without a booking; `ad_hoc`: to how many places."""

    reservation_required: Bool
    ad_hoc: Num | None = None


class BookingLocation(WireObject, frozen=True):
    """Something that can be booked at a location."""

    country_code: CountryCode
    party_id: PartyCode
    id: Id36
    location_id: Id36
    last_updated: DateTime
    booking_option: BookingOption | None = None
    policy: Policy | None = None
    tariff_ids: tuple[Id36, ...] = ()
    booking_terms: BookingTerms | None = None
    calendars: tuple[Calendar, ...] = ()


class BookingToken(WireObject, frozen=True):
    """A token that may use the booking."""

    country_code: CountryCode
    party_id: PartyCode
    uid: Id36
    type: TokenType
    contract_id: Id36


class AccessInformation(WireObject, frozen=True):
    """How one gets in, such as a code or a licence plate."""

    method: AccessMethod
    value: Text255 | None = None


class Cancellation(WireObject, frozen=True):
    """Why, and by which role."""

    cancellation_reason: CanceledReason
    who_canceled: Role


class BookingRequest(WireObject, frozen=True):
    """Asks for a booking, or to change one: `request_id` stays the same. `power_required` in kW."""

    country_code: CountryCode
    party_id: PartyCode
    request_id: Id36
    location_id: Id36
    booking_location_id: Annotated[Id36 | None, OrElse(None)]
    period: Period
    authorization_reference: Id36
    booking_option: BookingOption | None = None
    tokens: tuple[BookingToken, ...] = ()
    access_information: tuple[AccessInformation, ...] = ()
    power_required: Int | None = None
    canceled: Cancellation | None = None


class BookingRequestStatus(WireObject, frozen=True):
    """What became of one request."""

    request_status: ReservationRequestStatus
    booking_request: BookingRequest
    request_received: DateTime


class Booking(WireObject, frozen=True):
    """A booking with the requests that made it."""

    id: Id36
    country_code: CountryCode
    party_id: PartyCode
    request_id: Id36
    location_id: Id36
    period: Timeslot
    reservation_status: ReservationStatus
    authorization_reference: Id36
    booking_terms: Annotated[BookingTerms | None, OrElse(None)]
    booking_requests: Annotated[tuple[BookingRequestStatus, ...], PLUS, OrElse(())]
    last_updated: DateTime
    booking_option: BookingOption | None = None
    booking_tokens: tuple[BookingToken, ...] = ()
    tariff_ids: tuple[Id36, ...] = ()
    canceled: Cancellation | None = None
    access_information: tuple[AccessInformation, ...] = ()
