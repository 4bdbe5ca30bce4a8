"""OCPI 2.2.1 objects as an operator sends them; a test says only what differs."""

from decimal import Decimal
from typing import Any

from roamgrid.kernel import json

MISSING = object()
"""As a change: the field is absent."""


def location(**changes: Any) -> dict[str, Any]:
    """A published site with one charging point and one 22 kW socket."""
    return _changed(
        {
            "country_code": "NL",
            "party_id": "GRF",
            "id": "LOC1",
            "publish": True,
            "name": "Stationsplein",
            "address": "Stationsplein 1",
            "city": "Utrecht",
            "postal_code": "3511 ED",
            "country": "NLD",
            "coordinates": {"latitude": "52.090737", "longitude": "5.121420"},
            "evses": [evse()],
            "operator": {"name": "Greenfield"},
            "time_zone": "Europe/Amsterdam",
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
            "max_voltage": 230,
            "max_amperage": 32,
            "max_electric_power": 22080,
            "tariff_ids": ["T1"],
            "last_updated": "2026-06-01T10:00:00Z",
        },
        changes,
    )


def tariff(**changes: Any) -> dict[str, Any]:
    """0.40 EUR per kWh, 21 % VAT."""
    return _changed(
        {
            "country_code": "NL",
            "party_id": "GRF",
            "id": "T1",
            "currency": "EUR",
            "elements": [element()],
            "last_updated": "2026-06-01T12:00:00Z",
        },
        changes,
    )


def element(**changes: Any) -> dict[str, Any]:
    return _changed({"price_components": [component()]}, changes)


def component(**changes: Any) -> dict[str, Any]:
    return _changed({"type": "ENERGY", "price": Decimal("0.40"), "vat": 21, "step_size": 1}, changes)


def session(**changes: Any) -> dict[str, Any]:
    """A running charge."""
    return _changed(
        {
            "country_code": "NL",
            "party_id": "GRF",
            "id": "S1",
            "start_date_time": "2026-06-01T12:00:00Z",
            "kwh": Decimal("3.5"),
            "cdr_token": token_ref(),
            "auth_method": "COMMAND",
            "authorization_reference": "ref-1",
            "location_id": "LOC1",
            "evse_uid": "E1",
            "connector_id": "1",
            "currency": "EUR",
            "charging_periods": [
                {
                    "start_date_time": "2026-06-01T12:00:00Z",
                    "dimensions": [{"type": "ENERGY", "volume": Decimal("3.5")}],
                    "tariff_id": "T1",
                }
            ],
            "status": "ACTIVE",
            "last_updated": "2026-06-01T12:10:00Z",
        },
        changes,
    )


def token_ref(**changes: Any) -> dict[str, Any]:
    return _changed(
        {"country_code": "NL", "party_id": "VLT", "uid": "0A1B2C", "type": "APP_USER", "contract_id": "NL-VLT-C1-0"}, changes
    )


def cdr(**changes: Any) -> dict[str, Any]:
    """Half an hour, 11.3 kWh, 4.52 EUR net."""
    return _changed(
        {
            "country_code": "NL",
            "party_id": "GRF",
            "id": "CDR1",
            "start_date_time": "2026-06-01T12:00:00Z",
            "end_date_time": "2026-06-01T12:30:00Z",
            "session_id": "S1",
            "cdr_token": token_ref(),
            "auth_method": "COMMAND",
            "authorization_reference": "ref-1",
            "cdr_location": {
                "id": "LOC1",
                "address": "Stationsplein 1",
                "city": "Utrecht",
                "country": "NLD",
                "coordinates": {"latitude": "52.090737", "longitude": "5.121420"},
                "evse_uid": "E1",
                "evse_id": "NL*GRF*E1",
                "connector_id": "1",
                "connector_standard": "IEC_62196_T2",
                "connector_format": "SOCKET",
                "connector_power_type": "AC_3_PHASE",
            },
            "currency": "EUR",
            "tariffs": [tariff()],
            "charging_periods": [
                {
                    "start_date_time": "2026-06-01T12:00:00Z",
                    "dimensions": [{"type": "ENERGY", "volume": Decimal("11.3")}],
                    "tariff_id": "T1",
                }
            ],
            "total_cost": {"excl_vat": Decimal("4.52"), "incl_vat": Decimal("5.4692")},
            "total_energy": Decimal("11.3"),
            "total_time": Decimal("0.5"),
            "last_updated": "2026-06-01T12:31:00Z",
        },
        changes,
    )


def raw(document: Any) -> bytes:
    """As it travels."""
    return json.dumps(document)


def _changed(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**document, **changes}.items() if value is not MISSING}
