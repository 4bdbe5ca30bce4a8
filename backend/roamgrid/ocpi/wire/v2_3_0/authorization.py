"""The answer to a real-time authorization (OCPI 2.3.0, Tokens module, AuthorizationInfo)."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import OrElse
from roamgrid.ocpi.wire.v2_2_1 import authorization as before
from roamgrid.ocpi.wire.v2_3_0.token import Token


class AuthorizationInfo(before.AuthorizationInfo, frozen=True):
    """May this token charge, and where."""

    token: Annotated[Token | None, OrElse(None)]
