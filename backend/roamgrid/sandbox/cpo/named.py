"""What the bodies of commands name, looked up."""

from typing import Any

import msgspec

from roamgrid.sandbox.cpo.network import Network
from roamgrid.sandbox.ocpi.call import Call
from roamgrid.sandbox.ocpi.wire import OcpiError

Json = dict[str, Any]


def located(network: Network, call: Call, location_id: str) -> Json:
    """The location that a command names. Raises OcpiError 2003."""
    location = network.location(location_id, owner=call.addressed_party)
    if location is None:
        raise OcpiError(2003, f"unknown location {location_id}")
    return location


def read_token(call: Call, document: Json) -> Json:
    """The token of a command in house form. Raises OcpiError 2001 naming what does not fit."""
    try:
        return call.shape.read_token(document, call.peer.first_party)
    except msgspec.ValidationError as error:
        raise OcpiError(2001, f"token: {error}") from error
