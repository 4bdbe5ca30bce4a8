"""We begin: invite a partner, take up a partner's invitation, renew our tokens, end the connection.

No transaction is open while the partner is called: it calls us back before it answers.
"""

from dataclasses import dataclass, field, replace
from uuid import UUID

import structlog

from roamgrid.canonical.party import SourceId
from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.core.parties import service as parties
from roamgrid.kernel.crypto import random_token
from roamgrid.kernel.errors import DomainError, Invalid
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.connections.model import AsRole, Connection, ConnectionStateError, ConnectionStatus, Direction
from roamgrid.ocpi.connections.store import Connections, PartnerSide
from roamgrid.ocpi.handshake.choice import NEWEST, offered, require_sayable
from roamgrid.ocpi.handshake.discovery import CREDENTIALS, Offer
from roamgrid.ocpi.handshake.errors import HandshakeFailed, PeerUnusable
from roamgrid.ocpi.handshake.introduction import Introduction
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
class Terms:
    """How a connection is to be. `version` None: the highest that both speak; else it is pinned to that one. `back_end`: the
    partner runs our own stations and speaks for our parties."""

    dialect: str
    version: str | None
    as_role: AsRole | None
    back_end: bool = False


@dataclass(frozen=True, slots=True)
class Handshake:
    """Our half of the protocol between two platforms."""

    database: Database
    connections: Connections
    open_peer: OpenPeer
    our_side: OurSide

    async def invite(
        self,
        ctx: TenantContext,
        name: str,
        *,
        dialect: str = DEFAULT_DIALECT,
        version: str | None = None,
        as_role: AsRole | None = None,
        back_end: bool = False,
    ) -> Invitation:
        """A new connection that waits for the partner's POST; which version it becomes is the partner's choice unless
        `version` pins it. `as_role` None: all that the tenant declares. `back_end`: the partner runs our own stations.

        Raises `UnknownDialect`, `UnsupportedVersion`, `RoleNotDeclared` or `VersionSaysNoRoles`.
        """
        token = random_token()
        connection = await self._add(ctx, name, Direction.THEY_REGISTER, token, Terms(dialect, version, as_role, back_end))
        return Invitation(connection.id, self.our_side.versions_url(ctx), token)

    async def register(
        self,
        ctx: TenantContext,
        name: str,
        versions_url: str,
        token: str,
        *,
        dialect: str = DEFAULT_DIALECT,
        version: str | None = None,
        as_role: AsRole | None = None,
        back_end: bool = False,
    ) -> Connection:
        """Take up a partner's invitation, in the highest version that both speak or the one that `version` pins.

        Raises as `invite`, or `HandshakeFailed`; then nothing of the connection is left.
        """
        our_token = random_token()
        terms = Terms(dialect, version, as_role, back_end)
        connection = await self._add(ctx, name, Direction.WE_REGISTER, our_token, terms, token, versions_url)
        try:
            side = await self._introduce(ctx, connection, versions_url, our_token)
        except BaseException:
            async with self.database.work(ctx) as work:
                await self.connections.forget(work, connection.id)
            raise
        return await self._complete(ctx, connection, side, our_token)

    async def update(self, ctx: TenantContext, connection_id: UUID, *, version: str | None = None) -> Connection:
        """PUT: exchange both tokens and read the partner's endpoints anew; `version` moves the connection to another one.

        Raises `ConnectionStateError`, `UnsupportedVersion`, `VersionSaysNoRoles` or `HandshakeFailed`. While it is unknown
        whether the partner took what was offered, both tokens and both versions count.
        """
        connection = await self._registered(ctx, connection_id)
        wanted = version or connection.version
        require_sayable(wanted, connection.dialect, connection.as_role)
        moved = replace(connection, version=wanted)
        if wanted != connection.version:
            moved = replace(moved, endpoints=(await self._meet(connection, moved)).endpoints)
        our_token = random_token()
        async with self.database.work(ctx) as work:
            await self.connections.offer(work, connection.id, our_token, wanted)
        theirs = await self._put(ctx, moved, our_token)
        await self.our_side.require_theirs(ctx, connection, theirs.roles)
        side = PartnerSide(theirs.token, theirs.versions_url, wanted, moved.endpoints, theirs.roles, theirs.hub)
        return await self.refresh(ctx, await self._complete(ctx, connection, side, our_token))

    async def refresh(self, ctx: TenantContext, connection: Connection) -> Connection:
        """Read the partner's endpoints anew. Raises `HandshakeFailed`; then the known ones stay."""
        offer = await self._meet(connection, connection)
        async with self.database.work(ctx) as work:
            return await self.connections.set_endpoints(work, connection.id, offer.endpoints)

    async def set_dialect(self, ctx: TenantContext, connection_id: UUID, dialect: str) -> Connection:
        """Another dialect for a connection that exists; the partner's endpoints are read anew in it.

        Raises `UnknownDialect`, `VersionSaysNoRoles`, `UnknownConnection`, or `HandshakeFailed`: then the dialect is set and
        the known endpoints stay.
        """
        async with self.database.work(ctx) as work:
            connection = await self.connections.get(work, connection_id)
            require_sayable(connection.version, dialect, connection.as_role)
            connection = await self.connections.set_dialect(work, connection.id, dialect)
        return await self.refresh(ctx, connection) if connection.status is ConnectionStatus.REGISTERED else connection

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
        terms: Terms,
        their_token: str | None = None,
        their_versions_url: str | None = None,
    ) -> Connection:
        as_role = await self.our_side.as_role(ctx, terms.as_role)
        version = terms.version or NEWEST
        require_sayable(version, terms.dialect, as_role)
        async with self.database.work(ctx) as work:
            return await self.connections.add(
                work,
                name=name,
                direction=direction,
                our_token=our_token,
                version=version,
                dialect=terms.dialect,
                their_token=their_token,
                their_versions_url=their_versions_url,
                as_role=as_role,
                pinned=terms.version is not None,
                back_end=terms.back_end,
            )

    async def _introduce(self, ctx: TenantContext, connection: Connection, versions_url: str, our_token: str) -> PartnerSide:
        offer = await Introduction(self.open_peer).meet(connection, versions_url, offered(connection))
        chosen = replace(connection, version=offer.version)
        ours = await self._ours(ctx, chosen, our_token)
        async with self.open_peer(chosen) as peer:
            try:
                data = await peer.call("POST", offer.credentials_url, ours)
            except DomainError as error:
                raise HandshakeFailed(f"the partner refused our credentials: {error.message}") from error
        theirs = self._read(chosen, data)
        await self.our_side.require_theirs(ctx, connection, theirs.roles)
        return PartnerSide(theirs.token, theirs.versions_url, offer.version, offer.endpoints, theirs.roles, theirs.hub)

    async def _meet(self, connection: Connection, wanted: Connection) -> Offer:
        """What the partner offers in the version of `wanted`."""
        if connection.their_versions_url is None:
            raise ConnectionStateError("the partner has not told its versions URL yet")
        return await Introduction(self.open_peer).meet(wanted, connection.their_versions_url, (wanted.version,))

    async def _complete(self, ctx: TenantContext, connection: Connection, side: PartnerSide, our_token: str) -> Connection:
        async with self.database.work(ctx) as work:
            registered = await self.connections.register(work, connection.id, side, our_token=our_token)
            await parties.register(work, connection.id, side.roles)
        return registered

    async def _ours(self, ctx: TenantContext, connection: Connection, our_token: str) -> dict[str, object]:
        adapter = adapter_for(connection.version, connection.dialect)
        return await self.our_side.credentials(ctx, adapter, our_token, connection.as_role)

    async def _put(self, ctx: TenantContext, connection: Connection, our_token: str) -> Credentials:
        ours = await self._ours(ctx, connection, our_token)
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
                await self.connections.withdraw_offer(work, connection.id, our_token)
            raise HandshakeFailed(f"the partner refused our credentials: {error.message}") from error
        return self._read(connection, data)

    @staticmethod
    def _read(connection: Connection, data: bytes | None) -> Credentials:
        try:
            adapter = adapter_for(connection.version, connection.dialect)
            return read_credentials(adapter, data or b"null", connection.as_role)
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
