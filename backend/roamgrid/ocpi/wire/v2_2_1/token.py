"""Token, and how sessions and CDRs name one (OCPI 2.2.1, Tokens module; CDRs module, CdrToken)."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import (
    Bool,
    CountryCode,
    DateTime,
    Id36,
    OrElse,
    PartyCode,
    Text,
    Text64,
    WireObject,
)
from roamgrid.ocpi.wire.v2_2_1.enums import ProfileType, TokenType, WhitelistType
from roamgrid.ocpi.wire.v2_2_1.types import EnergyContract


class CdrToken(WireObject, frozen=True):
    """The token that a charge was made with, as at its start."""

    country_code: Annotated[CountryCode | None, OrElse(None)]
    party_id: Annotated[PartyCode | None, OrElse(None)]
    uid: Id36
    type: Annotated[TokenType, OrElse("OTHER")]
    contract_id: Annotated[Id36, OrElse("")]


class Token(WireObject, frozen=True):
    """What a driver shows to be recognised."""

    country_code: CountryCode
    party_id: PartyCode
    uid: Id36
    type: TokenType
    contract_id: Id36
    issuer: Annotated[Text64, OrElse("")]
    valid: Bool
    whitelist: WhitelistType
    last_updated: DateTime
    visual_number: Text64 | None = None
    group_id: Id36 | None = None
    language: Annotated[str, Text(2)] | None = None
    default_profile_type: ProfileType | None = None
    energy_contract: EnergyContract | None = None
