"""OCPI 2.1.1 on the wire: no owners, no gross amounts, whole locations inside sessions and CDRs, plain tokens."""

from typing import Any

import msgspec

from roamgrid.sandbox.ocpi.shapes.places_2_1_1 import connector, evse, location
from roamgrid.sandbox.ocpi.shapes.shape import (
    CPO_MODULES,
    Endpoint,
    InterfaceRole,
    Introduction,
    Owner,
    Role,
    Shape,
    other_role,
)

Json = dict[str, Any]
_OURS_ONLY = ("country_code", "party_id")
_DIMENSIONS = {"ENERGY", "FLAT", "MAX_CURRENT", "MIN_CURRENT", "PARKING_TIME", "TIME"}
_NEW_RESTRICTIONS = {"min_current", "max_current", "reservation"}
_TARIFF_FIELDS = ("id", "currency", "tariff_alt_text", "tariff_alt_url", "energy_mix", "last_updated")
_ONLY_REJECTED = {"CANCELED_RESERVATION", "EVSE_INOPERATIVE", "EVSE_OCCUPIED", "FAILED", "UNKNOWN_RESERVATION"}


class _Token(msgspec.Struct):
    uid: str
    type: str
    auth_id: str
    issuer: str
    valid: bool
    whitelist: str
    last_updated: str


class _Credentials(msgspec.Struct):
    token: str
    url: str
    country_code: str
    party_id: str
    business_details: Json


class _Endpoint(msgspec.Struct):
    identifier: str
    url: str


def terms(house: Json) -> Json:
    """Net prices, no limits, no reservation fees, nothing that depends on amperes."""
    kept = {name: value for name, value in house.items() if name not in ("min_price", "max_price")}
    elements = [item for item in house["elements"] if not _NEW_RESTRICTIONS & set(item.get("restrictions") or {})]
    return kept | {"elements": [item | {"price_components": _net(item["price_components"])} for item in elements]}


def tariff(house: Json) -> Json:
    kept = {name: house[name] for name in _TARIFF_FIELDS if house.get(name) is not None}
    return kept | {"elements": terms(house)["elements"]}


def session(house: Json, place: Json) -> Json:
    """Session updates by PATCH carry few fields; what is not there is not invented."""
    told: Json = {name: house[name] for name in ("id", "kwh", "currency", "last_updated") if name in house}
    renamed = {"start_date_time": "start_datetime", "end_date_time": "end_datetime"}
    told |= {name: house[ours] for ours, name in renamed.items() if ours in house}
    told |= _authorised(house)
    if "location_id" in house:
        told["location"] = location(place)
    if "status" in house:
        told["status"] = "PENDING" if house["status"] == "RESERVATION" else house["status"]
    if "charging_periods" in house:
        told["charging_periods"] = _periods(house)
    return told | _net_total(house)


def cdr(house: Json, place: Json) -> Json:
    names = ("id", "start_date_time", "currency", "total_energy", "total_time", "total_parking_time", "remark", "last_updated")
    told = {name: house[name] for name in names if name in house}
    told |= {"stop_date_time": house["end_date_time"], "location": location(place), "charging_periods": _periods(house)}
    if "tariffs" in house:
        told["tariffs"] = [tariff(item) for item in house["tariffs"]]
    return told | _authorised(house) | _net_total(house)


def token(house: Json) -> Json:
    names = ("uid", "visual_number", "issuer", "valid", "whitelist", "language", "last_updated")
    told = {name: house[name] for name in names if name in house}
    kind = house["type"] if house["type"] in ("RFID", "OTHER") else "OTHER"
    return told | {"type": kind, "auth_id": house["contract_id"]}


def read_token(document: Json, owner: Owner) -> Json:
    known = msgspec.convert(document, _Token)
    told = {name: value for name, value in document.items() if name != "auth_id"}
    return told | {"country_code": owner[0], "party_id": owner[1], "contract_id": known.auth_id}


def question(place: Json, evse_uid: str) -> Json:
    """LocationReferences; this version also names connectors."""
    found = [item for item in place.get("evses") or [] if item["uid"] == evse_uid]
    connectors = [item["id"] for evse_json in found for item in evse_json["connectors"]]
    return {"location_id": place["id"], "evse_uids": [evse_uid], "connector_ids": connectors}


def response(result: str, _message: str, _timeout: int) -> Json:
    return {"result": result}


def result(outcome: str, _message: str) -> Json:
    return {"result": "REJECTED" if outcome in _ONLY_REJECTED else outcome}


def introduce(ours: Introduction) -> Json:
    """One connection speaks for one party: the first."""
    first = ours.roles[0]
    party = {name: getattr(first, name) for name in (*_OURS_ONLY, "business_details")}
    return {"token": ours.token, "url": ours.url, **party}


def read_introduction(document: Json, role: str) -> Introduction:
    theirs = msgspec.convert(document, _Credentials)
    party = Role(role, theirs.country_code, theirs.party_id, theirs.business_details)
    return Introduction(token=theirs.token, url=theirs.url, roles=[party])


def endpoint(module: Endpoint, url: str) -> Json:
    return {"identifier": module[0], "url": url}


def read_endpoints(listed: list[Json], role: str) -> dict[Endpoint, str]:
    """Endpoints have no role here: it follows from what the peer is."""
    items = msgspec.convert(listed, list[_Endpoint])
    return {(item.identifier, _played(item.identifier, role)): item.url for item in items}


def _played(module: str, role: str) -> InterfaceRole:
    as_operator = CPO_MODULES.get(module, "SENDER")
    return as_operator if role == "CPO" or module not in CPO_MODULES else other_role(as_operator)


def _authorised(house: Json) -> Json:
    told: Json = {}
    if "cdr_token" in house:
        told["auth_id"] = house["cdr_token"]["contract_id"]
    if "auth_method" in house:
        told["auth_method"] = "WHITELIST" if house["auth_method"] == "WHITELIST" else "AUTH_REQUEST"
    return told


def _net_total(house: Json) -> Json:
    return {"total_cost": house["total_cost"]["excl_vat"]} if "total_cost" in house else {}


def _periods(house: Json) -> list[Json]:
    return [
        {
            "start_date_time": period["start_date_time"],
            "dimensions": [item for item in period["dimensions"] if item["type"] in _DIMENSIONS],
        }
        for period in house["charging_periods"]
    ]


def _net(components: list[Json]) -> list[Json]:
    return [{name: value for name, value in item.items() if name != "vat"} for item in components]


SHAPE = Shape(
    version="2.1.1",
    modules=frozenset({"credentials", "locations", "tariffs", "sessions", "cdrs", "tokens", "commands"}),
    commands=frozenset({"START_SESSION", "STOP_SESSION", "RESERVE_NOW", "UNLOCK_CONNECTOR"}),
    encodes_tokens=False,
    has_routing=False,
    names_owner=False,
    has_credits=False,
    patches_need_date=False,
    location=location,
    evse=evse,
    connector=connector,
    tariff=tariff,
    terms=terms,
    session=session,
    cdr=cdr,
    token=token,
    read_token=read_token,
    question=question,
    response=response,
    result=result,
    introduce=introduce,
    read_introduction=read_introduction,
    endpoint=endpoint,
    read_endpoints=read_endpoints,
)
