"""Bookings, as platforms exchange them (OCPI 2.3.0, Bookings module 1.1).

Fields are called as on the wire, so that one mapping serves them all (`mapping/v2_3_0/alike`).
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from roamgrid.canonical.party import PartyId


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when."""

    start_date_time: datetime
    end_date_time: datetime


@dataclass(frozen=True, slots=True)
class Timeslot:
    """From when to when, with the power that is guaranteed and the most there is, in W."""

    start_date_time: datetime
    end_date_time: datetime
    min_power: Decimal | None = None
    max_power: Decimal | None = None
    green_energy_support: bool | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a booking location is free. `timeslot_increment` in minutes."""

    id: str
    begin_from: datetime
    end_before: datetime
    available_timeslots: tuple[Timeslot, ...]
    last_updated: datetime | None
    timeslot_increment: int | None = None


@dataclass(frozen=True, slots=True)
class BookingOption:
    """What is booked: a charging point, a connector, a parking place, or whatever has these properties. Weight in kg, lengths
    in cm."""

    evse_uid: str | None = None
    connector_id: str | None = None
    parking_id: str | None = None
    evse_position: tuple[str, ...] = ()
    vehicle_types: tuple[str, ...] = ()
    connector_format: tuple[str, ...] = ()
    connector_types: tuple[str, ...] = ()
    power_types: tuple[str, ...] = ()
    max_vehicle_weight: Decimal | None = None
    max_vehicle_height: Decimal | None = None
    max_vehicle_length: Decimal | None = None
    max_vehicle_width: Decimal | None = None
    min_parking_space_length: Decimal | None = None
    min_parking_space_width: Decimal | None = None
    dangerous_goods_allowed: bool | None = None
    drive_through: bool | None = None
    refrigeration_outlet: bool | None = None


@dataclass(frozen=True, slots=True)
class BookingTerms:
    """What is allowed around a booking; None: not said. Times and durations in minutes; `booking_terms` is a link."""

    supported_access_methods: tuple[str, ...]
    change_until_minutes: Decimal | None
    cancel_until_minutes: Decimal | None
    rfid_auth_required: bool | None = None
    token_groups_supported: bool | None = None
    remote_auth_supported: bool | None = None
    change_not_allowed: bool | None = None
    early_start_allowed: bool | None = None
    early_start_time: Decimal | None = None
    noshow_timeout: Decimal | None = None
    noshow_fee: bool | None = None
    late_stop_allowed: bool | None = None
    late_stop_time: Decimal | None = None
    overlapping_bookings_allowed: bool | None = None
    min_booking_duration: Decimal | None = None
    max_booking_duration: Decimal | None = None
    booking_terms: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """Whether one can come without a booking; `ad_hoc`: to how many places."""

    reservation_required: bool
    ad_hoc: Decimal | None = None


@dataclass(frozen=True, slots=True)
class BookingLocation:
    """Something that can be booked at a location, and when it is free."""

    party: PartyId
    id: str
    location_id: str
    last_updated: datetime
    booking_option: BookingOption | None = None
    policy: Policy | None = None
    tariff_ids: tuple[str, ...] = ()
    booking_terms: BookingTerms | None = None
    calendars: tuple[Calendar, ...] = ()


@dataclass(frozen=True, slots=True)
class BookingToken:
    """A token that may use the booking."""

    party: PartyId
    uid: str
    type: str
    contract_id: str


@dataclass(frozen=True, slots=True)
class AccessInformation:
    """How one gets in, such as a code or a licence plate."""

    method: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Why, and by which role."""

    cancellation_reason: str
    who_canceled: str


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """Asks for a booking, or to change one: `request_id` stays the same. `power_required` in kW."""

    party: PartyId
    request_id: str
    location_id: str
    booking_location_id: str | None
    period: Period
    authorization_reference: str
    booking_option: BookingOption | None = None
    tokens: tuple[BookingToken, ...] = ()
    access_information: tuple[AccessInformation, ...] = ()
    power_required: int | None = None
    canceled: Cancellation | None = None


@dataclass(frozen=True, slots=True)
class BookingRequestStatus:
    """What became of one request: PENDING, ACCEPTED, DECLINED or FAILED."""

    request_status: str
    booking_request: BookingRequest
    request_received: datetime


@dataclass(frozen=True, slots=True)
class Booking:
    """A booking with the requests that made it.

    `reservation_status`: PENDING; then RESERVED, REJECTED or FAILED; then FULFILLED, CANCELED or NO_SHOW; UNKNOWN.
    """

    party: PartyId
    id: str
    request_id: str
    location_id: str
    period: Timeslot
    reservation_status: str
    authorization_reference: str
    booking_terms: BookingTerms | None
    booking_requests: tuple[BookingRequestStatus, ...]
    last_updated: datetime
    booking_option: BookingOption | None = None
    booking_tokens: tuple[BookingToken, ...] = ()
    tariff_ids: tuple[str, ...] = ()
    canceled: Cancellation | None = None
    access_information: tuple[AccessInformation, ...] = ()
