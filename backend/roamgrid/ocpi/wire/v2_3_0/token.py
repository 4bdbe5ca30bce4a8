"""Token and CdrToken: their type is open and has EMAID (OCPI 2.3.0, Tokens module; CDRs module, CdrToken)."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import OrElse
from roamgrid.ocpi.wire.v2_2_1 import token as before
from roamgrid.ocpi.wire.v2_3_0.enums import TokenType


class CdrToken(before.CdrToken, frozen=True):
    """The token that a charge was made with, as at its start."""

    type: Annotated[TokenType, OrElse("OTHER")]


class Token(before.Token, frozen=True):
    """What a driver shows to be recognised."""

    type: TokenType
