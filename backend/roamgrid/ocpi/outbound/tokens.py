"""Tokens to operators: `core.tokens.ports.TokenSink` over OCPI (OCPI 2.2.1, Tokens module, Receiver interface)."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from roamgrid.canonical.party import SourceId
from roamgrid.canonical.token import Token, TokenType, Whitelist
from roamgrid.core.tokens import service as tokens
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.connections.model import Connection, ConnectionStatus, InterfaceRole
from roamgrid.ocpi.connections.store import Connections
from roamgrid.ocpi.dialects.dialect import Dialect
from roamgrid.ocpi.outbound.answer import Answer
from roamgrid.ocpi.outbound.push import queue
from roamgrid.ocpi.outbound.push.pusher import Pusher
from roamgrid.ocpi.outbound.push.source import Letter
from roamgrid.ocpi.outbound.routing import route_to
from roamgrid.ocpi.wire.common.links import join
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database, Work

MODULE, KIND = "tokens", "token"
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class TokenSource:
    """Whole tokens by PUT, which repeats without harm. `outbound.push.source.PushSource`."""

    kind: str = KIND
    module: str = MODULE

    async def letter(self, work: Work, connection: Connection, key: str) -> Letter | None:
        """None for a token that is gone, and for a partner that takes none."""
        endpoint = connection.endpoint(MODULE, InterfaceRole.RECEIVER)
        kind, _, uid = key.partition(":")
        row = await tokens.find(work, connection.id, uid, TokenType(kind)) if endpoint else None
        if endpoint is None or row is None:
            return None
        token = row.token
        adapter = adapter_for(connection.version, connection.dialect)
        segments = (quote(part, safe="") for part in (token.party.country_code, token.party.party_id, token.uid))
        url = join(endpoint, *segments, trailing_slash=adapter.dialect.trailing_slash)
        body = adapter.write(kinds.TOKEN, as_told(token, adapter.dialect)).document
        return Letter("PUT", f"{url}?type={token.type.value}", body, route_to(connection, token.party))

    async def changed_since(self, work: Work, connection: Connection, since: datetime) -> list[queue.Changed]:
        """What real time alone decides (EMAID) is pushed to nobody."""
        changed: list[queue.Changed] = []
        total, offset = 1, 0
        while offset < total:
            page = await tokens.page(work, connection.id, since, None, offset, _PAGE)
            changed += [(token.last_updated, _key(token)) for token in page.tokens if token.type is not TokenType.EMAID]
            total, offset = page.total, offset + _PAGE
        return changed

    async def delivered(self, work: Work, connection: Connection, key: str, answer: Answer) -> None:
        """Nobody keeps a record of it."""


@dataclass(frozen=True, slots=True)
class OcpiTokenSink:
    """Takes tokens over into the partners' queues, from where they are sent as soon as each partner takes them."""

    database: Database
    connections: Connections
    pusher: Pusher

    async def push(self, ctx: TenantContext, source: SourceId, token: Token) -> None:
        """Waits for no partner. Nothing happens for one that takes no tokens, or whose connection has ended."""
        async with self.database.work(ctx) as work:
            connection = await self.connections.get(work, source)
            if connection.endpoint(MODULE, InterfaceRole.RECEIVER) is None:
                return
            await queue.offer(work, connection, KIND, _key(token))
        await self.pusher.begin_due(ctx)

    async def receivers(self, ctx: TenantContext) -> list[SourceId]:
        """The registered partners that take tokens."""
        async with self.database.work(ctx) as work:
            known = await self.connections.all(work)
        return [
            connection.id
            for connection in known
            if connection.status is ConnectionStatus.REGISTERED and connection.endpoint(MODULE, InterfaceRole.RECEIVER)
        ]


def as_told(token: Token, ways: Dialect) -> Token:
    """To an operator that charges on ALWAYS without looking whether the token is valid, such a token is never whitelisted."""
    if token.valid or not ways.never_whitelist_invalid:
        return token
    return replace(token, whitelist=Whitelist.NEVER)


def _key(token: Token) -> str:
    return f"{token.type.value}:{token.uid}"
