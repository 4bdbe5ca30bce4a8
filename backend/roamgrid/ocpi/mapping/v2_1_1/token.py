"""Token: both ways (OCPI 2.1.1, Tokens module)."""

from roamgrid.canonical.party import PartyId
from roamgrid.canonical.token import Token, TokenRef, TokenType, Whitelist
from roamgrid.ocpi.mapping.v2_1_1.unsaid import nearest, unsaid, values_of
from roamgrid.ocpi.mapping.v2_2_1.present import present
from roamgrid.ocpi.speech import Document, Losses, Ways
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.ocpi.wire.common.moments import write_moment
from roamgrid.ocpi.wire.v2_1_1 import token as wire
from roamgrid.ocpi.wire.v2_1_1.enums import TokenType as WireType

UNKNOWN = "UNKNOWN"
_TYPES = {type_.value: type_ for type_ in TokenType}
_SAID = values_of(WireType)
_WHITELISTS = {whitelist.value: whitelist for whitelist in Whitelist}


def token(read: wire.Token, owner: PartyId) -> Token:
    """Raises `Refused` for a type or a whitelist that decides on access and is unknown."""
    if read.type not in _TYPES:
        raise Refused("/type", f"is {read.type[:40]!r}, no type of token")
    if read.whitelist not in _WHITELISTS:
        raise Refused("/whitelist", f"is {read.whitelist[:40]!r}, nothing that we know")
    return Token(
        party=owner,
        uid=read.uid,
        type=_TYPES[read.type],
        contract_id=read.auth_id,
        issuer=read.issuer,
        valid=read.valid,
        whitelist=_WHITELISTS[read.whitelist],
        last_updated=read.last_updated,
        visual_number=read.visual_number,
        language=read.language,
    )


def write_token(token: Token, ways: Ways, losses: Losses) -> Document:
    """The whole object; its owner stands in the address. A kind of token that is newer than 2.1.1 is OTHER."""
    unsaid({"/group_id": token.group_id}, losses)
    return present(
        uid=token.uid,
        type=nearest(token.type.value, _SAID, TokenType.OTHER.value, "/type", losses),
        auth_id=token.contract_id,
        visual_number=token.visual_number,
        issuer=token.issuer,
        valid=token.valid,
        whitelist=token.whitelist.value,
        language=token.language,
        last_updated=write_moment(token.last_updated),
    )


def token_ref(auth_id: str) -> TokenRef:
    """How a session or a CDR names its token: by the contract alone, which therefore stands in for the uid."""
    return TokenRef(uid=auth_id, type=UNKNOWN, contract_id=auth_id)


def write_token_ref(token: TokenRef, losses: Losses) -> str:
    """The contract; the uid where none is known."""
    auth_id = token.contract_id or token.uid
    unsaid(
        {
            "/cdr_token/uid": token.uid if token.uid != auth_id else None,
            "/cdr_token/type": token.type if token.type != UNKNOWN else None,
            "/cdr_token/party_id": token.party,
        },
        losses,
    )
    return auth_id
