"""From a stored body to a CDR: run once when it arrives, and again for a body whose processing was cut off."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from psycopg import DataError

from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.party import PartyId
from roamgrid.core.cdrs import service as cdrs
from roamgrid.core.cdrs.models import CdrReceipt
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import Adapter, adapter_for
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.connections.store import Connections
from roamgrid.ocpi.inbound.body import check_json
from roamgrid.ocpi.inbound.errors import invalid
from roamgrid.ocpi.inbound.identity import require_same_party
from roamgrid.ocpi.inbound.inbox import REFUSED, Inbox, count_refusal
from roamgrid.ocpi.inbound.owners import remember_owner
from roamgrid.ocpi.received import received
from roamgrid.ocpi.wire.common.deviations import Read, Refused
from roamgrid.ocpi.wire.common.envelope import NOT_JSON
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database

log = structlog.get_logger(__name__)

NAME = "cdrs"
_CUT_OFF_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class CdrIntake:
    """Whatever comes of a body is written beside it, in the same transaction."""

    database: Database
    connections: Connections
    inbox: Inbox

    async def process(
        self,
        ctx: TenantContext,
        connection: Connection,
        adapter: Adapter,
        inbound: UUID,
        body: bytes,
        owner: PartyId | None = None,
    ) -> CdrReceipt:
        """Read and store one CDR. `owner`: whose it is by the address that it was posted to.

        A body that cannot be read stays, marked as refused, and the reason is raised: `Refused`, `DataError`, or one of
        `NOT_JSON`.
        """
        try:
            read = _read(connection, adapter, body, owner)
            return await self._store(ctx, connection, adapter, inbound, read, body)
        except (Refused, DataError, *NOT_JSON) as error:
            await self._refuse(ctx, connection, inbound, error)
            raise

    async def replay(self, ctx: TenantContext) -> int:
        """Process the bodies whose processing was cut off; returns how many. Bodies that were processed stay untouched."""
        waiting = await self.inbox.waiting(ctx, NAME, _CUT_OFF_AFTER)
        for item in waiting:
            async with self.database.work(ctx) as work:
                connection = await self.connections.get(work, item.connection)
            try:
                adapter = adapter_for(item.version or connection.version, connection.dialect)
                await self.process(ctx, connection, adapter, item.id, item.body)
            except (Refused, DataError, *NOT_JSON) as error:
                log.warning("ocpi.cdr_refused", tenant=ctx.tenant, inbound=str(item.id), error=str(error))
        return len(waiting)

    async def _store(
        self, ctx: TenantContext, connection: Connection, adapter: Adapter, inbound: UUID, read: Read[Cdr], body: bytes
    ) -> CdrReceipt:
        async with self.database.work(ctx) as work:
            receipt = await cdrs.receive(work, connection.id, inbound, received(adapter, read, body))
            await remember_owner(work, connection, read.value.party)
            await self.inbox.close(work, inbound, receipt.outcome)
            await deviations.record(work, connection.id, NAME, read.deviations)
        return receipt

    async def _refuse(self, ctx: TenantContext, connection: Connection, inbound: UUID, error: Exception) -> None:
        field = error.field or "" if isinstance(error, Refused) else ""
        async with self.database.work(ctx) as work:
            await self.inbox.close(work, inbound, REFUSED)
            await count_refusal(work, connection.id, NAME, field, str(error))


def _read(connection: Connection, adapter: Adapter, body: bytes, owner: PartyId | None) -> Read[Cdr]:
    check_json(body)
    read = adapter.read(kinds.CDR, body, owner or connection.only_party)
    if owner is not None:
        require_same_party(owner, read.value.party)
    if not connection.may_own(read.value.party):
        raise invalid("/party_id", f"{read.value.party} is not one of your roles")
    return read
