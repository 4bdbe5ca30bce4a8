"""The answer to a real-time authorization (OCPI 2.1.1, Tokens module, AuthorizationInfo)."""

from roamgrid.ocpi.wire.common.declare import WireObject
from roamgrid.ocpi.wire.v2_1_1.types import LocationReferences
from roamgrid.ocpi.wire.v2_2_1.enums import AllowedType
from roamgrid.ocpi.wire.v2_2_1.types import DisplayText


class AuthorizationInfo(WireObject, frozen=True):
    """May this token charge, and where."""

    allowed: AllowedType
    location: LocationReferences | None = None
    info: DisplayText | None = None
