"""OCPI 2.2.1 objects as an operator writes them; say only what a test is about. `in_version` writes them otherwise."""

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


def session(session_id: str = "S1", version: str = "2.2.1", **changes: Any) -> Wire:
    written = {
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
    return in_version("session", written, version)


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


def in_version(kind: str, written: Wire, version: str) -> Wire:
    """A 2.2.1 object as 2.1.1 or 2.3.0 has it."""
    match version:
        case "2.1.1":
            return {"location": _old_location, "tariff": _old_tariff, "session": _old_session, "cdr": _old_cdr}[kind](written)
        case "2.3.0" if kind == "tariff":
            return {**written, "tax_included": "NO"}
        case "2.3.0" if kind == "cdr":
            cost = {"before_taxes": 4.52, "taxes": [{"name": "btw", "amount": 0.9492}]}
            return {
                **written,
                "total_cost": cost,
                "tariffs": [in_version("tariff", item, version) for item in written["tariffs"]],
            }
        case _:
            return written


def pushes(version: str) -> dict[str, tuple[str, Wire]]:
    """Of each module one object in that version, and where it is put."""
    return {
        "locations": (f"locations/{OWNER}/LOC1", in_version("location", location(), version)),
        "tariffs": (f"tariffs/{OWNER}/T1", in_version("tariff", tariff(), version)),
        "sessions": (f"sessions/{OWNER}/S1", session(version=version)),
    }


def _without(written: Wire, *names: str) -> Wire:
    return {name: value for name, value in written.items() if name not in names}


def _old_location(written: Wire) -> Wire:
    evses = [{**item, "connectors": [_old_connector(plug) for plug in item["connectors"]]} for item in written["evses"]]
    return {**_without(written, "country_code", "party_id", "publish"), "type": "ON_STREET", "evses": evses}


def _old_connector(written: Wire) -> Wire:
    old = {"voltage": written["max_voltage"], "amperage": written["max_amperage"], "tariff_id": written["tariff_ids"][0]}
    return {**_without(written, "max_voltage", "max_amperage", "max_electric_power", "tariff_ids"), **old}


def _old_tariff(written: Wire) -> Wire:
    elements = [
        {"price_components": [_without(component, "vat") for component in item["price_components"]]}
        for item in written["elements"]
    ]
    return {**_without(written, "country_code", "party_id"), "elements": elements}


def _old_session(written: Wire) -> Wire:
    place = _old_location(location(evses=[evse("E1")]))
    gone = ("country_code", "party_id", "start_date_time", "cdr_token", "location_id", "evse_uid", "connector_id")
    old = {"start_datetime": written["start_date_time"], "auth_id": written["cdr_token"]["contract_id"], "location": place}
    return {**_without(written, *gone), **old}


def _old_cdr(written: Wire) -> Wire:
    place = _old_location(location(evses=[evse("E1")]))
    gone = ("country_code", "party_id", "end_date_time", "session_id", "cdr_token", "cdr_location")
    old = {"stop_date_time": written["end_date_time"], "auth_id": written["cdr_token"]["contract_id"], "location": place}
    tariffs = [_old_tariff(item) for item in written["tariffs"]]
    return {**_without(written, *gone), **old, "tariffs": tariffs, "total_cost": written["total_cost"]["excl_vat"]}
