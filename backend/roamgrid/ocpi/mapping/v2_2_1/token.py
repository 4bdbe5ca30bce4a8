"""Token: both ways (OCPI 2.2.1, Tokens module)."""

from roamgrid.canonical.party import PartyId
from roamgrid.canonical.token import Token, TokenRef, TokenType, Whitelist
from roamgrid.ocpi.speech import Document, Losses, Ways
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.ocpi.wire.common.moments import write_moment
from roamgrid.ocpi.wire.v2_2_1 import token as wire

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
    """The whole object; what is not set is absent."""
    optional = {"visual_number": token.visual_number, "group_id": token.group_id, "language": token.language}
    return {
        "country_code": token.party.country_code,
        "party_id": token.party.party_id,
        "uid": token.uid,
        "type": token.type.value,
        "contract_id": token.contract_id,
        **{name: value for name, value in optional.items() if value is not None},
        "issuer": token.issuer,
        "valid": token.valid,
        "whitelist": token.whitelist.value,
        "last_updated": write_moment(token.last_updated),
    }
