"""Real-time authorization: both ways (OCPI 2.2.1, Tokens module)."""

from roamgrid.canonical.token import Allowed
from roamgrid.ocpi.mapping.v2_2_1.texts import one_of
from roamgrid.ocpi.mapping.v2_2_1.token import token, write_token
from roamgrid.ocpi.speech import Document, Loss, Losses, Ways
from roamgrid.ocpi.values import AuthorizationInfo, LocationReferences
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.ocpi.wire.v2_2_1 import authorization as wire
from roamgrid.ocpi.wire.v2_2_1.types import LocationReferences as WireLocationReferences

_ALLOWED = {allowed.value: allowed for allowed in Allowed}


def references(read: WireLocationReferences) -> LocationReferences:
    """Where a token is shown."""
    return LocationReferences(read.location_id, read.evse_uids)


def write_references(value: LocationReferences, ways: Ways, losses: Losses) -> Document:
    """Connectors have no place in 2.2.1."""
    losses += [Loss("/connector_ids/*", connector) for connector in value.connector_ids]
    return {"location_id": value.location_id, **({"evse_uids": list(value.evse_uids)} if value.evse_uids else {})}


def info(read: wire.AuthorizationInfo) -> AuthorizationInfo:
    """An operator's question answered by the token's owner. Raises `Refused` for an answer that we do not know."""
    allowed = _ALLOWED.get(read.allowed)
    if allowed is None:
        raise Refused("/allowed", f"is {read.allowed[:40]!r}, no answer to an authorization")
    return AuthorizationInfo(
        allowed=allowed,
        token=None if read.token is None else token(read.token),
        location=None if read.location is None else references(read.location),
        authorization_reference=read.authorization_reference,
        info=None if read.info is None else one_of([read.info]),
    )


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
