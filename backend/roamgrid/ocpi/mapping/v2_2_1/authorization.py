"""Real-time authorization: both ways (OCPI 2.2.1, Tokens module)."""

from roamgrid.ocpi.mapping.v2_2_1.token import write_token
from roamgrid.ocpi.speech import Document, Losses, Ways
from roamgrid.ocpi.values import AuthorizationInfo, LocationReferences
from roamgrid.ocpi.wire.v2_2_1 import types as wire


def references(read: wire.LocationReferences) -> LocationReferences:
    """Where a token is shown."""
    return LocationReferences(read.location_id, read.evse_uids)


def write_references(value: LocationReferences, ways: Ways, losses: Losses) -> Document:
    """Connectors have no place in 2.2.1."""
    return {"location_id": value.location_id, **({"evse_uids": list(value.evse_uids)} if value.evse_uids else {})}


def write_info(value: AuthorizationInfo, ways: Ways, losses: Losses) -> Document:
    """The whole token goes back with the answer."""
    document: Document = {"allowed": value.allowed.value}
    if value.token:
        document["token"] = write_token(value.token, ways, losses)
    if value.location:
        document["location"] = write_references(value.location, ways, losses)
    if value.authorization_reference:
        document["authorization_reference"] = value.authorization_reference
    if value.info:
        document["info"] = {"language": "en", "text": value.info}
    return document
