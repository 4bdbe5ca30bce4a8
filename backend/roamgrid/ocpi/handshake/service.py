"""We begin: invite a partner, take up a partner's invitation, renew our tokens, end the connection.

No transaction is open while the partner is called: it calls us back before it answers.
"""

from dataclasses import dataclass, field
from uuid import UUID

import structlog

from roamgrid.canonical.party import SourceId
from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.core.parties import service as parties
from roamgrid.kernel.crypto import random_token
from roamgrid.kernel.errors import DomainError, Invalid
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.connections.model import Connection, ConnectionStateError, ConnectionStatus, Direction
from roamgrid.ocpi.connections.store import Connections, PartnerSide
from roamgrid.ocpi.handshake.addresses import VERSION
from roamgrid.ocpi.handshake.discovery import CREDENTIALS, discover
from roamgrid.ocpi.handshake.errors import HandshakeFailed, PeerUnusable
from roamgrid.ocpi.handshake.our_side import OurSide
from roamgrid.ocpi.handshake.peer import OpenPeer
from roamgrid.ocpi.handshake.their_side import read_credentials
from roamgrid.ocpi.values import Credentials
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database

log = structlog.get_logger(__name__)

DEFAULT_DIALECT = "default"


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a partner needs to register with us; hand it over by a safe way. The token is shown this once."""

    connection_id: SourceId
    versions_url: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Handshake:
    """Our half of the protocol between two platforms."""

    database: Database
    connections: Connections
    open_peer: OpenPeer
    our_side: OurSide

    async def invite(self, ctx: TenantContext, name: str, *, dialect: str = DEFAULT_DIALECT) -> Invitation:
        """A new connection that waits for the partner's POST. Raises `UnknownDialect`."""
        token = random_token()
        connection = await self._add(ctx, name, Direction.THEY_REGISTER, token, dialect)
        return Invitation(connection.id, self.our_side.versions_url(ctx), token)

    async def register(
        self, ctx: TenantContext, name: str, versions_url: str, token: str, *, dialect: str = DEFAULT_DIALECT
    ) -> Connection:
        """Take up a partner's invitation. Raises `HandshakeFailed`; then nothing of the connection is left."""
        our_token = random_token()
        connection = await self._add(ctx, name, Direction.WE_REGISTER, our_token, dialect, token, versions_url)
        try:
            side = await self._introduce(ctx, connection, versions_url, our_token)
        except BaseException:
            async with self.database.work(ctx) as work:
                await self.connections.forget(work, connection.id)
            raise
        async with self.database.work(ctx) as work:
            registered = await self.connections.register(work, connection.id, side, our_token=our_token)
            await parties.register(work, connection.id, side.roles)
        return registered

    async def update(self, ctx: TenantContext, connection_id: UUID) -> Connection:
        """PUT: exchange both tokens and read the partner's endpoints anew.

        Raises `ConnectionStateError` or `HandshakeFailed`; while it is unknown whether the partner took the new token, both
        count.
        """
        connection = await self._registered(ctx, connection_id)
        our_token = random_token()
        async with self.database.work(ctx) as work:
            await self.connections.offer_token(work, connection.id, our_token)
        theirs = await self._put(ctx, connection, our_token)
        side = PartnerSide(theirs.token, theirs.versions_url, connection.version, connection.endpoints, theirs.roles)
        async with self.database.work(ctx) as work:
            renewed = await self.connections.register(work, connection.id, side, our_token=our_token)
            await parties.register(work, connection.id, side.roles)
        return await self.refresh(ctx, renewed)

    async def refresh(self, ctx: TenantContext, connection: Connection) -> Connection:
        """Read the partner's endpoints anew. Raises `HandshakeFailed`; then the known ones stay."""
        if connection.their_versions_url is None:
            raise ConnectionStateError("the partner has not told its versions URL yet")
        async with self.open_peer(connection) as peer:
            offer = await discover(peer, connection.their_versions_url)
        async with self.database.work(ctx) as work:
            return await self.connections.set_endpoints(work, connection.id, offer.endpoints)

    async def unregister(self, ctx: TenantContext, connection_id: UUID) -> bool:
        """End a connection, whatever the partner says to it; False when it could not be told."""
        async with self.database.work(ctx) as work:
            connection = await self.connections.get(work, connection_id)
            await self.connections.end(work, connection.id)
        url = _credentials_url(connection)
        if connection.status is ConnectionStatus.UNREGISTERED or url is None:
            return connection.status is ConnectionStatus.INVITED
        try:
            async with self.open_peer(connection) as peer:
                await peer.call("DELETE", url)
        except DomainError as error:
            log.warning("ocpi.partner_not_told", tenant=ctx.tenant, connection=str(connection.id), error=error.message)
            return False
        return True

    async def _add(
        self,
        ctx: TenantContext,
        name: str,
        direction: Direction,
        our_token: str,
        dialect: str,
        their_token: str | None = None,
        their_versions_url: str | None = None,
    ) -> Connection:
        adapter_for(VERSION, dialect)
        async with self.database.work(ctx) as work:
            return await self.connections.add(
                work,
                name=name,
                direction=direction,
                our_token=our_token,
                version=VERSION,
                dialect=dialect,
                their_token=their_token,
                their_versions_url=their_versions_url,
            )

    async def _introduce(self, ctx: TenantContext, connection: Connection, versions_url: str, our_token: str) -> PartnerSide:
        adapter = adapter_for(connection.version, connection.dialect)
        ours = await self.our_side.credentials(ctx, adapter, our_token)
        async with self.open_peer(connection) as peer:
            offer = await discover(peer, versions_url)
            try:
                data = await peer.call("POST", offer.credentials_url, ours)
            except DomainError as error:
                raise HandshakeFailed(f"the partner refused our credentials: {error.message}") from error
        theirs = self._read(connection, data)
        return PartnerSide(theirs.token, theirs.versions_url, offer.version, offer.endpoints, theirs.roles)

    async def _put(self, ctx: TenantContext, connection: Connection, our_token: str) -> Credentials:
        adapter = adapter_for(connection.version, connection.dialect)
        ours = await self.our_side.credentials(ctx, adapter, our_token)
        url = _credentials_url(connection)
        if url is None:
            raise ConnectionStateError("the partner has told no credentials endpoint")
        try:
            async with self.open_peer(connection) as peer:
                data = await peer.call("PUT", url, ours)
        except PartnerUnavailable as error:
            raise HandshakeFailed(f"the partner did not answer: {error.message}") from error
        except DomainError as error:
            async with self.database.work(ctx) as work:
                await self.connections.withdraw_token(work, connection.id, our_token)
            raise HandshakeFailed(f"the partner refused our credentials: {error.message}") from error
        return self._read(connection, data)

    @staticmethod
    def _read(connection: Connection, data: bytes | None) -> Credentials:
        try:
            return read_credentials(adapter_for(connection.version, connection.dialect), data or b"null")
        except Invalid as error:
            raise PeerUnusable(f"the partner answered no credentials: {error.message}") from error

    async def _registered(self, ctx: TenantContext, connection_id: UUID) -> Connection:
        async with self.database.work(ctx) as work:
            connection = await self.connections.get(work, connection_id)
        if connection.status is not ConnectionStatus.REGISTERED:
            raise ConnectionStateError(f"the connection is {connection.status}, not registered")
        return connection


def _credentials_url(connection: Connection) -> str | None:
    """The partner may list it in either role (issues 403 and 414)."""
    return next((item.url for item in connection.endpoints if item.module == CREDENTIALS), None)
