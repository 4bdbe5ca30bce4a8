"""OCPI 2.1.1 objects as an operator sends them; a test says only what differs."""

from decimal import Decimal
from typing import Any

from roamgrid.canonical.party import PartyId
from tests.ocpi.objects import MISSING

OPERATOR = PartyId("NL", "GRF")
"""Whose objects they are; only their address says so."""


def location(**changes: Any) -> dict[str, Any]:
    """A car park with one charging point and one 22 kW socket."""
    return _changed(
        {
            "id": "LOC1",
            "type": "PARKING_GARAGE",
            "name": "Stationsplein",
            "address": "Stationsplein 1",
            "city": "Utrecht",
            "postal_code": "3511 ED",
            "country": "NLD",
            "coordinates": {"latitude": "52.090737", "longitude": "5.121420"},
            "evses": [evse()],
            "operator": {"name": "Greenfield"},
            "last_updated": "2026-06-01T12:00:00Z",
        },
        changes,
    )


def evse(**changes: Any) -> dict[str, Any]:
    return _changed(
        {
            "uid": "E1",
            "evse_id": "NL*GRF*E1",
            "status": "AVAILABLE",
            "capabilities": ["RFID_READER"],
            "connectors": [connector()],
            "last_updated": "2026-06-01T11:00:00Z",
        },
        changes,
    )


def connector(**changes: Any) -> dict[str, Any]:
    return _changed(
        {
            "id": "1",
            "standard": "IEC_62196_T2",
            "format": "SOCKET",
            "power_type": "AC_3_PHASE",
            "voltage": 230,
            "amperage": 32,
            "tariff_id": "T1",
            "last_updated": "2026-06-01T10:00:00Z",
        },
        changes,
    )


def tariff(**changes: Any) -> dict[str, Any]:
    """0.40 EUR per kWh without VAT."""
    return _changed({"id": "T1", "currency": "EUR", "elements": [element()], "last_updated": "2026-06-01T12:00:00Z"}, changes)


def element(**changes: Any) -> dict[str, Any]:
    component = {"type": "ENERGY", "price": Decimal("0.40"), "step_size": 1}
    return _changed({"price_components": [component]}, changes)


def session(**changes: Any) -> dict[str, Any]:
    """A running charge."""
    return _changed(
        {
            "id": "S1",
            "start_datetime": "2026-06-01T12:00:00Z",
            "kwh": Decimal("3.5"),
            "auth_id": "NL-VLT-C1-0",
            "auth_method": "AUTH_REQUEST",
            "location": location(),
            "currency": "EUR",
            "charging_periods": [period()],
            "total_cost": Decimal("1.40"),
            "status": "ACTIVE",
            "last_updated": "2026-06-01T12:10:00Z",
        },
        changes,
    )


def period(**changes: Any) -> dict[str, Any]:
    dimensions = [{"type": "ENERGY", "volume": Decimal("3.5")}, {"type": "FLAT", "volume": 1}]
    return _changed({"start_date_time": "2026-06-01T12:00:00Z", "dimensions": dimensions}, changes)


def cdr(**changes: Any) -> dict[str, Any]:
    """Half an hour, 11.3 kWh, 4.52 EUR net."""
    return _changed(
        {
            "id": "CDR1",
            "start_date_time": "2026-06-01T12:00:00Z",
            "stop_date_time": "2026-06-01T12:30:00Z",
            "auth_id": "NL-VLT-C1-0",
            "auth_method": "WHITELIST",
            "location": location(),
            "meter_id": "M-7",
            "currency": "EUR",
            "tariffs": [tariff()],
            "charging_periods": [period(dimensions=[{"type": "ENERGY", "volume": Decimal("11.3")}])],
            "total_cost": Decimal("4.52"),
            "total_energy": Decimal("11.3"),
            "total_time": Decimal("0.5"),
            "total_parking_time": Decimal("0.1"),
            "remark": "unplugged",
            "last_updated": "2026-06-01T12:31:00Z",
        },
        changes,
    )


def token(**changes: Any) -> dict[str, Any]:
    return _changed(
        {
            "uid": "0A1B2C3D",
            "type": "RFID",
            "auth_id": "NL-VLT-C1-0",
            "visual_number": "VLT-0001",
            "issuer": "Voltara",
            "valid": True,
            "whitelist": "ALLOWED",
            "language": "nl",
            "last_updated": "2026-06-01T12:00:00Z",
        },
        changes,
    )


def _changed(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**document, **changes}.items() if value is not MISSING}
