"""Token: both ways (OCPI 2.2.1, Tokens module)."""

from dataclasses import replace

from roamgrid.canonical.party import PartyId
from roamgrid.canonical.token import Token, TokenRef, TokenType, Whitelist
from roamgrid.ocpi.mapping.v2_2_1.present import present
from roamgrid.ocpi.speech import Document, Loss, Losses, Ways
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.ocpi.wire.common.moments import write_moment
from roamgrid.ocpi.wire.v2_2_1 import token as wire

_UNSAID = "UNKNOWN"
_TYPES = {type_.value: type_ for type_ in TokenType}
_WHITELISTS = {whitelist.value: whitelist for whitelist in Whitelist}


def token(read: wire.Token) -> Token:
    """Raises `Refused` for a type or a whitelist that decides on access and is unknown."""
    if read.type not in _TYPES:
        raise Refused("/type", f"is {read.type[:40]!r}, no type of token")
    if read.whitelist not in _WHITELISTS:
        raise Refused("/whitelist", f"is {read.whitelist[:40]!r}, nothing that we know")
    return Token(
        party=PartyId.of(read.country_code, read.party_id),
        uid=read.uid,
        type=_TYPES[read.type],
        contract_id=read.contract_id,
        issuer=read.issuer,
        valid=read.valid,
        whitelist=_WHITELISTS[read.whitelist],
        last_updated=read.last_updated,
        visual_number=read.visual_number,
        group_id=read.group_id,
        language=read.language,
    )


def token_ref(read: wire.CdrToken) -> TokenRef:
    """How a session or a CDR names its token."""
    party = PartyId.of(read.country_code, read.party_id) if read.country_code and read.party_id else None
    return TokenRef(read.uid, read.type, read.contract_id, party)


def write_token(token: Token, ways: Ways, losses: Losses) -> Document:
    """The whole object; what is not set is absent. 2.2.1 has no EMAID: such a token is OTHER."""
    type_ = TokenType.OTHER if token.type is TokenType.EMAID else token.type
    if type_ is not token.type:
        losses.append(Loss("/type", token.type.value))
    return write_token_of(token, type_)


def write_token_of(token: Token, type_: TokenType) -> Document:
    """A token of any version that is built alike, under the type that the version has for it."""
    return present(
        country_code=token.party.country_code,
        party_id=token.party.party_id,
        uid=token.uid,
        type=type_.value,
        contract_id=token.contract_id,
        visual_number=token.visual_number,
        issuer=token.issuer,
        group_id=token.group_id,
        valid=token.valid,
        whitelist=token.whitelist.value,
        language=token.language,
        last_updated=write_moment(token.last_updated),
    )


def known_ref(value: TokenRef, losses: Losses) -> TokenRef:
    """The reference under a type that 2.2.1 has."""
    if value.type != TokenType.EMAID:
        return value
    losses.append(Loss("/cdr_token/type", value.type))
    return replace(value, type=TokenType.OTHER.value)


def write_token_ref(value: TokenRef) -> Document:
    """How a session or a CDR names its token. A type that nobody said (2.1.1) is OTHER."""
    return present(
        country_code=None if value.party is None else value.party.country_code,
        party_id=None if value.party is None else value.party.party_id,
        uid=value.uid,
        type=TokenType.OTHER.value if value.type == _UNSAID else value.type,
        contract_id=value.contract_id,
    )
