"""Token (OCPI 2.1.1, Tokens module, Object description)."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import Bool, DateTime, OrElse, Text, Text64, WireObject
from roamgrid.ocpi.wire.v2_1_1.enums import TokenType
from roamgrid.ocpi.wire.v2_1_1.types import Id36
from roamgrid.ocpi.wire.v2_2_1.enums import WhitelistType


class Token(WireObject, frozen=True):
    """What a driver shows to be recognised. `auth_id` names the contract, and the token in sessions and CDRs."""

    uid: Id36
    type: TokenType
    auth_id: Id36
    issuer: Annotated[Text64, OrElse("")]
    valid: Bool
    whitelist: WhitelistType
    last_updated: DateTime
    visual_number: Text64 | None = None
    language: Annotated[str, Text(2)] | None = None
