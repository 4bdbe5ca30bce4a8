"""May a partner's driver charge at our station: what the partner told, what it says now, and what counts when it says nothing.

OCPI 2.2.1, Tokens module, Real-time authorization; WhitelistType.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from roamgrid.canonical.party import PartyId
from roamgrid.canonical.token import Allowed, Token, TokenType, Whitelist
from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.core.operator import foreign_tokens
from roamgrid.core.operator.foreign_tokens import ForeignToken
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database


class Basis(StrEnum):
    """What an answer rests on. ISSUER: it was asked. WHITELIST: it allows to decide without. OFFLINE: it could not be asked.
    UNKNOWN: nobody knows the token.
    """

    ISSUER = "ISSUER"
    WHITELIST = "WHITELIST"
    OFFLINE = "OFFLINE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Shown:
    """A token as it was shown at one of our stations. `operator`: the party of ours that runs the station."""

    operator: PartyId
    uid: str
    type: TokenType = TokenType.RFID
    location_id: str | None = None
    evse_uids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What an issuer answered, and the token as it has it now. `reference` belongs into the session and the CDR; None: the
    version has none."""

    allowed: Allowed
    token: Token | None = None
    reference: str | None = None
    evse_uids: tuple[str, ...] = ()
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for the station. `evse_uids`: where, if the issuer limits it; `token`: as the partner told it before, `issued`
    as it told it just now."""

    allowed: Allowed
    basis: Basis
    token: ForeignToken | None = None
    issued: Token | None = None
    reference: str | None = None
    evse_uids: tuple[str, ...] = ()
    message: str | None = None


class TokenIssuers(Protocol):
    """Asks partners in real time."""

    async def ask(self, ctx: TenantContext, token: ForeignToken, shown: Shown) -> Said | None:
        """None: it does not know the token. Raises `PartnerUnavailable`."""
        ...

    async def ask_anybody(self, ctx: TenantContext, shown: Shown) -> Said | None:
        """For a token that nobody told: whoever may know it. Raises `PartnerUnavailable`."""
        ...


@dataclass(frozen=True, slots=True)
class ForeignAuthorization:
    """For the tenant's back end: one question for each token that is shown and is none of ours."""

    database: Database
    issuers: TokenIssuers

    async def authorize(self, ctx: TenantContext, shown: Shown) -> Decision:
        """Never raises because of a partner: a station must be answered. No transaction waits for one.

        Of a uid that several partners told, each is asked in turn, its issuer itself before a hub; the first that allows it
        decides, else the last refusal.
        """
        async with self.database.work(ctx) as work:
            told = await foreign_tokens.shown(work, shown.uid, shown.type.value)
        if not told:
            return await self._unknown(ctx, shown)
        decision = await self._of(ctx, told[0], shown)
        for token in told[1:]:
            if decision.allowed is Allowed.ALLOWED:
                break
            decision = await self._of(ctx, token, shown)
        return decision

    async def _of(self, ctx: TenantContext, token: ForeignToken, shown: Shown) -> Decision:
        """ALLOWED leaves it to us: a valid token is let in at once, one that is not may have become so and is asked about."""
        whitelist = Whitelist(token.whitelist)
        at_once = whitelist is Whitelist.ALWAYS or (whitelist is Whitelist.ALLOWED and token.valid)
        if at_once:
            return Decision(_by_list(token), Basis.WHITELIST, token)
        try:
            said = await self.issuers.ask(ctx, token, shown)
        except PartnerUnavailable as error:
            offline = Allowed.NOT_ALLOWED if whitelist is Whitelist.NEVER else _by_list(token)
            return Decision(offline, Basis.OFFLINE, token, message=error.message)
        return _said(said, token)

    async def _unknown(self, ctx: TenantContext, shown: Shown) -> Decision:
        """Contracts in vehicles (EMAID) are told by nobody in advance, and a new card may not have been told yet."""
        try:
            return _said(await self.issuers.ask_anybody(ctx, shown), None)
        except PartnerUnavailable as error:
            return Decision(Allowed.NOT_ALLOWED, Basis.OFFLINE, message=error.message)


def _by_list(token: ForeignToken) -> Allowed:
    return Allowed.ALLOWED if token.valid else Allowed.BLOCKED


def _said(said: Said | None, token: ForeignToken | None) -> Decision:
    if said is None:
        return Decision(Allowed.NOT_ALLOWED, Basis.UNKNOWN, token)
    return Decision(said.allowed, Basis.ISSUER, token, said.token, said.reference, said.evse_uids, said.message)
