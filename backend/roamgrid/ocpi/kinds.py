"""The kinds of objects that platforms exchange. A kind's value is canonical, or one of `values` where it ends in this room."""

from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.charging_profile import (
    ActiveProfile,
    ChargingPreferences,
    ChargingProfile,
    ProfileOutcome,
    ProfileReply,
)
from roamgrid.canonical.command import (
    CancelReservation,
    CommandReply,
    ReserveNow,
    StartSession,
    StopSession,
    UnlockConnector,
)
from roamgrid.canonical.location import Location
from roamgrid.canonical.session import Session
from roamgrid.canonical.tariff import Tariff
from roamgrid.canonical.token import Token
from roamgrid.ocpi.bookings import Booking, BookingLocation, BookingRequest
from roamgrid.ocpi.invoices import InvoiceRecord
from roamgrid.ocpi.payments import FinancialAdvice, Terminal
from roamgrid.ocpi.speech import ObjectKind
from roamgrid.ocpi.values import Asked, AuthorizationInfo, ClientInfo, CommandOutcome, Credentials, LocationReferences

LOCATION: ObjectKind[Location] = ObjectKind("location")
TARIFF: ObjectKind[Tariff] = ObjectKind("tariff")
SESSION: ObjectKind[Session] = ObjectKind("session")
CDR: ObjectKind[Cdr] = ObjectKind("cdr")
TOKEN: ObjectKind[Token] = ObjectKind("token")
CREDENTIALS: ObjectKind[Credentials] = ObjectKind("credentials")

LOCATION_REFERENCES: ObjectKind[LocationReferences] = ObjectKind("location references")
AUTHORIZATION_INFO: ObjectKind[AuthorizationInfo] = ObjectKind("authorization info")

START_SESSION: ObjectKind[Asked[StartSession]] = ObjectKind("START_SESSION")
STOP_SESSION: ObjectKind[Asked[StopSession]] = ObjectKind("STOP_SESSION")
RESERVE_NOW: ObjectKind[Asked[ReserveNow]] = ObjectKind("RESERVE_NOW")
CANCEL_RESERVATION: ObjectKind[Asked[CancelReservation]] = ObjectKind("CANCEL_RESERVATION")
UNLOCK_CONNECTOR: ObjectKind[Asked[UnlockConnector]] = ObjectKind("UNLOCK_CONNECTOR")
COMMAND_RESPONSE: ObjectKind[CommandReply] = ObjectKind("command response")
COMMAND_RESULT: ObjectKind[CommandOutcome] = ObjectKind("command result")

CHARGING_PROFILE: ObjectKind[Asked[ChargingProfile]] = ObjectKind("charging profile")
PROFILE_REPLY: ObjectKind[ProfileReply] = ObjectKind("charging profile response")
PROFILE_OUTCOME: ObjectKind[ProfileOutcome] = ObjectKind("charging profile result")
ACTIVE_PROFILE: ObjectKind[ActiveProfile] = ObjectKind("active charging profile")
CHARGING_PREFERENCES: ObjectKind[ChargingPreferences] = ObjectKind("charging preferences")

CLIENT_INFO: ObjectKind[ClientInfo] = ObjectKind("client info")

TERMINAL: ObjectKind[Terminal] = ObjectKind("terminal")
TERMINAL_ACTIVATION: ObjectKind[Terminal] = ObjectKind("terminal activation")
FINANCIAL_ADVICE: ObjectKind[FinancialAdvice] = ObjectKind("financial advice confirmation")
BOOKING_LOCATION: ObjectKind[BookingLocation] = ObjectKind("booking location")
BOOKING_REQUEST: ObjectKind[BookingRequest] = ObjectKind("booking request")
BOOKING: ObjectKind[Booking] = ObjectKind("booking")
INVOICE_RECORD: ObjectKind[InvoiceRecord] = ObjectKind("invoice reconciliation record")
