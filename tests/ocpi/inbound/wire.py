"""OCPI 2.2.1 objects as an operator writes them; say only what a test is about."""

from typing import Any

COUNTRY, PARTY = "NL", "GRF"
OWNER = f"{COUNTRY}/{PARTY}"

Wire = dict[str, Any]


def connector(connector_id: str = "1", **changes: Any) -> Wire:
    return {
        "id": connector_id,
        "standard": "IEC_62196_T2",
        "format": "SOCKET",
        "power_type": "AC_3_PHASE",
        "max_voltage": 230,
        "max_amperage": 32,
        "max_electric_power": 22000,
        "tariff_ids": ["T1"],
        "last_updated": "2026-06-01T12:00:00Z",
        **changes,
    }


def evse(uid: str = "E1", **changes: Any) -> Wire:
    return {
        "uid": uid,
        "evse_id": f"NL*GRF*{uid}",
        "status": "AVAILABLE",
        "capabilities": ["REMOTE_START_STOP_CAPABLE"],
        "connectors": [connector()],
        "last_updated": "2026-06-01T12:00:00Z",
        **changes,
    }


def location(location_id: str = "LOC1", **changes: Any) -> Wire:
    return {
        "country_code": COUNTRY,
        "party_id": PARTY,
        "id": location_id,
        "publish": True,
        "name": "Stationsplein",
        "address": "Stationsplein 1",
        "city": "Utrecht",
        "postal_code": "3511 ED",
        "country": "NLD",
        "coordinates": {"latitude": "52.090700", "longitude": "5.121400"},
        "evses": [evse("E1"), evse("E2")],
        "time_zone": "Europe/Amsterdam",
        "last_updated": "2026-06-01T12:00:00Z",
        **changes,
    }


def tariff(tariff_id: str = "T1", price: Any = 0.4, **changes: Any) -> Wire:
    return {
        "country_code": COUNTRY,
        "party_id": PARTY,
        "id": tariff_id,
        "currency": "EUR",
        "elements": [{"price_components": [{"type": "ENERGY", "price": price, "vat": 21.0, "step_size": 1}]}],
        "last_updated": "2026-06-01T12:00:00Z",
        **changes,
    }


def cdr_token(**changes: Any) -> Wire:
    return {
        "country_code": "NL",
        "party_id": "VLT",
        "uid": "04A1B2C3",
        "type": "RFID",
        "contract_id": "NL-VLT-C1",
        **changes,
    }


def period(start: str, kwh: Any) -> Wire:
    return {"start_date_time": start, "dimensions": [{"type": "ENERGY", "volume": kwh}]}


def session(session_id: str = "S1", **changes: Any) -> Wire:
    return {
        "country_code": COUNTRY,
        "party_id": PARTY,
        "id": session_id,
        "start_date_time": "2026-06-01T12:00:00Z",
        "kwh": 1.5,
        "cdr_token": cdr_token(),
        "auth_method": "AUTH_REQUEST",
        "location_id": "LOC1",
        "evse_uid": "E1",
        "connector_id": "1",
        "currency": "EUR",
        "charging_periods": [period("2026-06-01T12:00:00Z", 1.5)],
        "status": "ACTIVE",
        "last_updated": "2026-06-01T12:10:00Z",
        **changes,
    }


def cdr(cdr_id: str = "CDR1", **changes: Any) -> Wire:
    return {
        "country_code": COUNTRY,
        "party_id": PARTY,
        "id": cdr_id,
        "start_date_time": "2026-06-01T12:00:00Z",
        "end_date_time": "2026-06-01T13:00:00Z",
        "session_id": "S1",
        "cdr_token": cdr_token(),
        "auth_method": "AUTH_REQUEST",
        "cdr_location": {
            "id": "LOC1",
            "address": "Stationsplein 1",
            "city": "Utrecht",
            "country": "NLD",
            "coordinates": {"latitude": "52.090700", "longitude": "5.121400"},
            "evse_uid": "E1",
            "evse_id": "NL*GRF*E1",
            "connector_id": "1",
            "connector_standard": "IEC_62196_T2",
            "connector_format": "SOCKET",
            "connector_power_type": "AC_3_PHASE",
        },
        "currency": "EUR",
        "tariffs": [tariff()],
        "charging_periods": [period("2026-06-01T12:00:00Z", 11.3)],
        "total_cost": {"excl_vat": 4.52, "incl_vat": 5.4692},
        "total_energy": 11.3,
        "total_time": 1,
        "last_updated": "2026-06-01T13:05:00Z",
        **changes,
    }
