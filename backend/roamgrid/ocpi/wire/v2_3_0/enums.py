"""The enumerations of OCPI 2.3.0 that differ from 2.2.1: twelve are open now, some have new values, and HUB is no role."""

from typing import Annotated, Any, get_args

from roamgrid.ocpi.wire.common.declare import Enumeration
from roamgrid.ocpi.wire.v2_2_1 import enums as before


def _opened(closed: Any, more: str = "") -> Enumeration:
    """An older enumeration with more values, open to unknown ones."""
    (spec,) = get_args(closed)[1:]
    return Enumeration(spec.name, " ".join((*spec.values, more)), open=True)


def _extended(closed: Any, more: str) -> Enumeration:
    """An older enumeration with more values."""
    (spec,) = get_args(closed)[1:]
    return Enumeration(spec.name, " ".join((*spec.values, more)))


Capability = Annotated[str, _opened(before.Capability)]
CdrDimensionType = Annotated[str, _extended(before.CdrDimensionType, "RESERVATION_EXPIRES RESERVATION_OVERTIME")]
ConnectorCapability = Annotated[
    str, Enumeration("ConnectorCapability", "ISO_15118_2_PLUG_AND_CHARGE ISO_15118_20_PLUG_AND_CHARGE", open=True)
]
ConnectorType = Annotated[str, _opened(before.ConnectorType, "MCS SAE_J3400")]
EnvironmentalImpactCategory = Annotated[str, _opened(before.EnvironmentalImpactCategory)]
EvsePosition = Annotated[str, Enumeration("EVSEPosition", "LEFT RIGHT CENTER")]
Facility = Annotated[str, _opened(before.Facility)]
ImageCategory = Annotated[str, _opened(before.ImageCategory)]
ParkingDirection = Annotated[str, Enumeration("ParkingDirection", "PARALLEL PERPENDICULAR ANGLE")]
ParkingRestriction = Annotated[str, _opened(before.ParkingRestriction, "EMPLOYEES TAXIS TENANTS")]
ParkingType = Annotated[str, _opened(before.ParkingType)]
Role = Annotated[str, Enumeration("Role", "CPO EMSP NAP NSP OTHER SCSP")]
TaxIncluded = Annotated[str, Enumeration("TaxIncluded", "YES NO N/A")]
TokenType = Annotated[str, _opened(before.TokenType, "EMAID")]
VehicleType = Annotated[
    str,
    Enumeration(
        "VehicleType",
        "MOTORCYCLE PERSONAL_VEHICLE PERSONAL_VEHICLE_WITH_TRAILER VAN SEMI_TRACTOR RIGID TRUCK_WITH_TRAILER BUS DISABLED",
        open=True,
    ),
]

# Payments
CaptureStatusCode = Annotated[str, Enumeration("CaptureStatusCode", "SUCCESS PARTIAL_SUCCESS FAILED")]
InvoiceCreator = Annotated[str, Enumeration("InvoiceCreator", "CPO PTP")]

# Bookings 1.1
AccessMethod = Annotated[str, Enumeration("AccessMethod", "OPEN TOKEN LICENSE_PLATE ACCESS_CODE INTERCOM PARKING_TICKET")]
BookingRestrictionType = Annotated[
    str,
    Enumeration("BookingRestrictionType", "BOOKING BOOKING_EXPIRES BOOKING_CANCELLATION_FEES BOOKING_OVERTIME"),
]
CanceledReason = Annotated[
    str,
    Enumeration(
        "CanceledReason",
        "POWER_OUTAGE BROKEN_CHARGER FULL BLOCKED TRAFFIC BROKEN_VEHICLE NO_CANCELED UNKNOWN",
    ),
]
ReservationRequestStatus = Annotated[str, Enumeration("ReservationRequestStatus", "PENDING ACCEPTED DECLINED FAILED")]
ReservationStatus = Annotated[
    str,
    Enumeration("ReservationStatus", "PENDING RESERVED CANCELED FAILED NO_SHOW FULFILLED REJECTED UNKNOWN"),
]
