"""OCPI 2.2.1 on the wire: the form in which the house writes, so that little is left to do."""

from typing import Any

import msgspec

from roamgrid.sandbox.ocpi.shapes.shape import CPO_MODULES, Endpoint, Introduction, Owner, Role, Shape

Json = dict[str, Any]
COMMANDS = frozenset({"START_SESSION", "STOP_SESSION", "RESERVE_NOW", "CANCEL_RESERVATION", "UNLOCK_CONNECTOR"})


class Token(msgspec.Struct):
    """The required fields of an OCPI Token."""

    country_code: str
    party_id: str
    uid: str
    type: str
    contract_id: str
    issuer: str
    valid: bool
    whitelist: str
    last_updated: str


class _Introduction(msgspec.Struct):
    token: str
    url: str
    roles: list[Role]
    hub_party_id: str | None = None


class _Endpoint(msgspec.Struct):
    identifier: str
    role: str
    url: str


def unchanged(house: Json) -> Json:
    return house


def without_place(house: Json, _: Json) -> Json:
    """A session or CDR that names its place by ids only."""
    return house


def read_token(document: Json, _: Owner) -> Json:
    msgspec.convert(document, Token)
    return document


def question(location: Json, evse_uid: str) -> Json:
    """LocationReferences of a real-time authorization."""
    return {"location_id": location["id"], "evse_uids": [evse_uid]}


def response(result: str, message: str, timeout: int) -> Json:
    return {"result": result, "timeout": timeout} | _said(message)


def result(outcome: str, message: str) -> Json:
    return {"result": outcome} | _said(message)


def introduce(ours: Introduction) -> Json:
    return {"token": ours.token, "url": ours.url, "roles": msgspec.to_builtins(ours.roles)}


def read_introduction(document: Json, _: str) -> Introduction:
    theirs = msgspec.convert(document, _Introduction)
    return Introduction(token=theirs.token, url=theirs.url, roles=theirs.roles, hub_party_id=theirs.hub_party_id)


def endpoint(module: Endpoint, url: str) -> Json:
    return {"identifier": module[0], "role": module[1], "url": url}


def read_endpoints(listed: list[Json], _: str) -> dict[Endpoint, str]:
    items = msgspec.convert(listed, list[_Endpoint])
    return {(item.identifier, item.role): item.url for item in items}


def _said(message: str) -> Json:
    return {"message": [{"language": "en", "text": message}]} if message else {}


SHAPE = Shape(
    version="2.2.1",
    modules=frozenset({*CPO_MODULES, "credentials", "hubclientinfo"}),
    commands=COMMANDS,
    encodes_tokens=True,
    has_routing=True,
    names_owner=True,
    has_credits=True,
    patches_need_date=True,
    location=unchanged,
    evse=unchanged,
    connector=unchanged,
    tariff=unchanged,
    terms=unchanged,
    session=without_place,
    cdr=without_place,
    token=unchanged,
    read_token=read_token,
    question=question,
    response=response,
    result=result,
    introduce=introduce,
    read_introduction=read_introduction,
    endpoint=endpoint,
    read_endpoints=read_endpoints,
)
