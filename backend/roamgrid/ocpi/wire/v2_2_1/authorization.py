"""The answer to a real-time authorization (OCPI 2.2.1, Tokens module, AuthorizationInfo)."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import Enumeration, Id36, OrElse, WireObject
from roamgrid.ocpi.wire.v2_2_1.token import Token
from roamgrid.ocpi.wire.v2_2_1.types import DisplayText, LocationReferences

AllowedType = Annotated[str, Enumeration("AllowedType", "ALLOWED BLOCKED EXPIRED NO_CREDIT NOT_ALLOWED")]


class AuthorizationInfo(WireObject, frozen=True):
    """May this token charge, and where. `authorization_reference` comes back in session and CDR."""

    allowed: AllowedType
    token: Annotated[Token | None, OrElse(None)]
    location: LocationReferences | None = None
    authorization_reference: Id36 | None = None
    info: DisplayText | None = None
