"""What a partner pushes and asks: bodies, and the requests around them."""

from base64 import b64encode
from collections.abc import Iterable
from urllib.parse import urlsplit

from roamgrid.cli.bench.load.http import request
from roamgrid.cli.bench.network import COUNTRY
from roamgrid.cli.bench.world import PARTNER, Brand
from roamgrid.kernel import json
from roamgrid.ocpi.handshake.addresses import endpoint_url

SUCCESS = b'"status_code":1000'
_START, _MIDDLE, _END = "2026-06-01T10:00:00Z", "2026-06-01T10:30:00Z", "2026-06-01T11:00:00Z"


def authorizations(brand: Brand, uids: Iterable[str]) -> list[bytes]:
    """A driver shows a card at a reader."""
    body = json.dumps({"location_id": "LOC000001", "evse_uids": ["000001-1"]})
    return [request("POST", f"{_path(brand, 'tokens')}/{uid}/authorize?type=RFID", _headers(brand, uid), body) for uid in uids]


def session_pushes(brand: Brand, ids: Iterable[str]) -> list[bytes]:
    """A running charge is reported anew."""
    base = f"{_path(brand, 'sessions')}/{COUNTRY}/{PARTNER}"
    return [request("PUT", f"{base}/{id_}", _headers(brand, id_), json.dumps(session(brand, id_))) for id_ in ids]


def cdr_posts(brand: Brand, ids: Iterable[str]) -> list[bytes]:
    """A finished charge is to be paid."""
    return [request("POST", _path(brand, "cdrs"), _headers(brand, id_), json.dumps(cdr(brand, id_))) for id_ in ids]


def session(brand: Brand, session_id: str) -> dict[str, object]:
    """A card's charge as it runs, in the version that the partner speaks."""
    return _SESSIONS[brand.connection.version](brand, session_id)


def _session_2_1_1(brand: Brand, session_id: str) -> dict[str, object]:
    """No owner, no token: an authorization id and the whole place instead."""
    connector = {
        "id": "1",
        "standard": "IEC_62196_T2",
        "format": "SOCKET",
        "power_type": "AC_3_PHASE",
        "voltage": 230,
        "amperage": 32,
        "tariff_id": "T1",
        "last_updated": _START,
    }
    return {
        "id": session_id,
        "start_datetime": _START,
        "kwh": 4.25,
        "auth_id": brand.contract,
        "auth_method": "WHITELIST",
        "location": {
            "id": "LOC000001",
            "type": "ON_STREET",
            "address": "Stationsstraat 2",
            "city": "Utrecht",
            "postal_code": "1001 AB",
            "country": "NLD",
            "coordinates": {"latitude": "52.090700", "longitude": "5.121400"},
            "evses": [{"uid": "000001-1", "status": "CHARGING", "connectors": [connector], "last_updated": _START}],
            "last_updated": _START,
        },
        "currency": "EUR",
        "charging_periods": [
            {name: value for name, value in _period(start, kwh).items() if name != "tariff_id"}
            for start, kwh in ((_START, 2.5), (_MIDDLE, 1.75))
        ],
        "total_cost": 1.7,
        "status": "ACTIVE",
        "last_updated": _MIDDLE,
    }


def _session_2_3_0(brand: Brand, session_id: str) -> dict[str, object]:
    """Taxes are itemised."""
    return _session_2_2_1(brand, session_id) | {"total_cost": {"before_taxes": 1.7, "taxes": []}}


def _session_2_2_1(brand: Brand, session_id: str) -> dict[str, object]:
    return {
        "country_code": COUNTRY,
        "party_id": PARTNER,
        "id": session_id,
        "start_date_time": _START,
        "kwh": 4.25,
        "cdr_token": _token(brand),
        "auth_method": "WHITELIST",
        "location_id": "LOC000001",
        "evse_uid": "000001-1",
        "connector_id": "1",
        "currency": "EUR",
        "charging_periods": [_period(_START, 2.5), _period(_MIDDLE, 1.75)],
        "total_cost": {"excl_vat": 1.7},
        "status": "ACTIVE",
        "last_updated": _MIDDLE,
    }


def cdr(brand: Brand, cdr_id: str) -> dict[str, object]:
    """The record of the charge with the same id, with its tariff: 0.40 a kWh, 10 kWh, right to the cent."""
    energy = {"type": "ENERGY", "price": 0.4, "vat": 21, "step_size": 1}
    owner = {"country_code": COUNTRY, "party_id": PARTNER}
    return owner | {
        "id": cdr_id,
        "start_date_time": _START,
        "end_date_time": _END,
        "session_id": cdr_id,
        "cdr_token": _token(brand),
        "auth_method": "WHITELIST",
        "cdr_location": {
            "id": "LOC000001",
            "name": "Utrecht 1",
            "address": "Stationsstraat 2",
            "city": "Utrecht",
            "postal_code": "1001 AB",
            "country": "NLD",
            "coordinates": {"latitude": "52.090700", "longitude": "5.121400"},
            "evse_uid": "000001-1",
            "evse_id": f"{COUNTRY}*{PARTNER}*E000001*1",
            "connector_id": "1",
            "connector_standard": "IEC_62196_T2",
            "connector_format": "SOCKET",
            "connector_power_type": "AC_3_PHASE",
        },
        "currency": "EUR",
        "tariffs": [
            owner | {"id": "T1", "currency": "EUR", "elements": [{"price_components": [energy]}], "last_updated": _START}
        ],
        "charging_periods": [_period(_START, 6), _period(_MIDDLE, 4)],
        "total_cost": {"excl_vat": 4, "incl_vat": 4.84},
        "total_energy": 10,
        "total_time": 1,
        "last_updated": _END,
    }


_SESSIONS = {"2.1.1": _session_2_1_1, "2.2.1": _session_2_2_1, "2.3.0": _session_2_3_0}


def _period(start: str, kwh: float) -> dict[str, object]:
    return {
        "start_date_time": start,
        "dimensions": [{"type": "ENERGY", "volume": kwh}, {"type": "TIME", "volume": 0.5}],
        "tariff_id": "T1",
    }


def _token(brand: Brand) -> dict[str, object]:
    party = brand.party.id
    return {
        "country_code": party.country_code,
        "party_id": party.party_id,
        "uid": brand.card,
        "type": "RFID",
        "contract_id": brand.contract,
    }


def _path(brand: Brand, module: str) -> str:
    return urlsplit(endpoint_url("", brand.ctx.tenant, brand.connection.version, module)).path


def _headers(brand: Brand, request_id: str) -> dict[str, str]:
    """What a partner that keeps to the specification sends (OCPI Transport)."""
    party = brand.party.id
    json_body = {"Content-Type": "application/json"}
    if brand.connection.version == "2.1.1":
        return json_body | {"Authorization": f"Token {brand.partner_token}"}
    return json_body | {
        "Authorization": f"Token {b64encode(brand.partner_token.encode()).decode()}",
        "X-Request-ID": request_id,
        "X-Correlation-ID": request_id,
        "OCPI-from-country-code": COUNTRY,
        "OCPI-from-party-id": PARTNER,
        "OCPI-to-country-code": party.country_code,
        "OCPI-to-party-id": party.party_id,
    }
