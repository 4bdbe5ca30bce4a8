"""Real-time authorization: both ways (OCPI 2.1.1, Tokens module)."""

from roamgrid.canonical.token import Allowed
from roamgrid.ocpi.mapping.v2_1_1.unsaid import unsaid
from roamgrid.ocpi.mapping.v2_2_1.present import present
from roamgrid.ocpi.speech import Document, Losses, Ways
from roamgrid.ocpi.values import AuthorizationInfo, LocationReferences
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.ocpi.wire.v2_1_1 import authorization as wire
from roamgrid.ocpi.wire.v2_1_1 import types

_ALLOWED = {allowed.value: allowed for allowed in Allowed}


def references(read: types.LocationReferences) -> LocationReferences:
    """Where a token is shown."""
    return LocationReferences(read.location_id, read.evse_uids, read.connector_ids)


def write_references(value: LocationReferences, ways: Ways, losses: Losses) -> Document:
    """A location, and its charging points and connectors where they are named."""
    return present(location_id=value.location_id, evse_uids=list(value.evse_uids), connector_ids=list(value.connector_ids))


def info(read: wire.AuthorizationInfo) -> AuthorizationInfo:
    """Raises `Refused` for an answer that we do not know."""
    allowed = _ALLOWED.get(read.allowed)
    if allowed is None:
        raise Refused("/allowed", f"is {read.allowed[:40]!r}, no answer to an authorization")
    return AuthorizationInfo(
        allowed=allowed,
        location=references(read.location) if read.location else None,
        info=read.info.text if read.info else None,
    )


def write_info(value: AuthorizationInfo, ways: Ways, losses: Losses) -> Document:
    """Neither the token nor our reference goes back: session and CDR will name the contract only."""
    unsaid(
        {
            "/token": value.token.uid if value.token else None,
            "/authorization_reference": value.authorization_reference,
        },
        losses,
    )
    return present(
        allowed=value.allowed.value,
        location=None if value.location is None else write_references(value.location, ways, losses),
        info=None if value.info is None else {"language": "en", "text": value.info},
    )
