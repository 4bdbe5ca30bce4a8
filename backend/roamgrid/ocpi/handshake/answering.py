"""The partner begins: it posts, renews, reads or ends its credentials at our endpoint (OCPI Credentials module).

No transaction is open while the partner is called back: it may be waiting for this very answer, in this very process.
What follows the call checks again, under a lock, that the connection is still where it was.
"""

from dataclasses import dataclass, replace

from roamgrid.core.parties import service as parties
from roamgrid.kernel.crypto import random_token
from roamgrid.ocpi.adapter import Adapter
from roamgrid.ocpi.connections.model import Connection, ConnectionStatus, Direction
from roamgrid.ocpi.connections.store import Caller, Connections, PartnerSide
from roamgrid.ocpi.handshake.choice import offered
from roamgrid.ocpi.handshake.errors import AlreadyRegistered, NoCommonVersion, NotRegistered
from roamgrid.ocpi.handshake.introduction import Introduction
from roamgrid.ocpi.handshake.our_side import OurSide
from roamgrid.ocpi.handshake.peer import OpenPeer
from roamgrid.ocpi.handshake.their_side import read_credentials
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database, Work

Credentials = dict[str, object]


@dataclass(frozen=True, slots=True)
class Answering:
    """Each method answers with our credentials."""

    database: Database
    connections: Connections
    open_peer: OpenPeer
    our_side: OurSide

    async def show(self, ctx: TenantContext, caller: Caller, adapter: Adapter) -> Credentials:
        """We keep no token in clear: the one that was presented is echoed (issue 394)."""
        return await self.our_side.credentials(ctx, adapter, caller.token, caller.connection.as_role)

    async def accept(self, ctx: TenantContext, caller: Caller, adapter: Adapter, body: bytes) -> Credentials:
        """POST: the invitation's token is used up, the answer carries the one that counts from now on.

        Raises `AlreadyRegistered`, `Refused`, or `HandshakeFailed` (3001, 3002, 3003); then the invitation stays good.
        """
        _require_invited(caller.connection)
        side = await self._look_up(ctx, caller, adapter, body)
        our_token = random_token()
        async with self.database.work(ctx) as work:
            _require_invited(await self.connections.lock(work, caller.connection.id))
            await self._register(work, caller.connection, side, our_token)
        return await self.our_side.credentials(ctx, adapter, our_token, caller.connection.as_role)

    async def renew(self, ctx: TenantContext, caller: Caller, adapter: Adapter, body: bytes) -> Credentials:
        """PUT: everything about the partner is read anew and a new token is issued; the old one has its grace time.

        At another version's address it moves the partner to that version, and the old version has its grace time too.
        Raises `NotRegistered`, `Refused` or `HandshakeFailed`; then nothing has changed.
        """
        _require_registered(caller.connection)
        side = await self._look_up(ctx, caller, adapter, body)
        our_token = random_token()
        async with self.database.work(ctx) as work:
            _require_registered(await self.connections.lock(work, caller.connection.id))
            await self._register(work, caller.connection, side, our_token)
        return await self.our_side.credentials(ctx, adapter, our_token, caller.connection.as_role)

    async def end(self, ctx: TenantContext, caller: Caller) -> None:
        """DELETE: no token opens anything any more. Raises `NotRegistered`."""
        async with self.database.work(ctx) as work:
            _require_registered(await self.connections.lock(work, caller.connection.id))
            await self.connections.end(work, caller.connection.id)

    async def _look_up(self, ctx: TenantContext, caller: Caller, adapter: Adapter, body: bytes) -> PartnerSide:
        """The partner chose the version by the address that it called."""
        theirs = read_credentials(adapter, body, caller.connection.as_role)
        await self.our_side.require_theirs(ctx, caller.connection, theirs.roles)
        if adapter.version not in offered(caller.connection, caller.other_version):
            raise NoCommonVersion(f"this connection does not speak OCPI {adapter.version}; see our versions endpoint")
        asked = replace(
            caller.connection,
            version=adapter.version,
            their_token=theirs.token,
            their_versions_url=theirs.versions_url,
            endpoints=(),
            roles=theirs.roles,
        )
        offer = await Introduction(self.open_peer).meet(asked, theirs.versions_url, (adapter.version,))
        return PartnerSide(theirs.token, theirs.versions_url, offer.version, offer.endpoints, theirs.roles, theirs.hub)

    async def _register(self, work: Work, connection: Connection, side: PartnerSide, our_token: str) -> None:
        await self.connections.register(work, connection.id, side, our_token=our_token)
        await parties.register(work, connection.id, side.roles)


def _require_invited(connection: Connection) -> None:
    """A token of ours that the partner got by *our* registration is no invitation."""
    if connection.status is not ConnectionStatus.INVITED or connection.direction is not Direction.THEY_REGISTER:
        raise AlreadyRegistered("this connection is registered already; renew it with PUT")


def _require_registered(connection: Connection) -> None:
    if connection.status not in (ConnectionStatus.REGISTERED, ConnectionStatus.SUSPENDED):
        raise NotRegistered("this connection is not registered yet; register it with POST")
