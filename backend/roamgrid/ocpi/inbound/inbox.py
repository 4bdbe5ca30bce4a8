"""Verbatim bodies: CDRs before anything is read of them (D6), other objects when they are refused.

`outcome` is null while a body waits to be processed; then `stored`, `same`, `conflict` or `refused`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from roamgrid.kernel.crypto import content_hash
from roamgrid.kernel.errors import Invalid
from roamgrid.kernel.ids import new_id
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.inbound.request import Call
from roamgrid.ocpi.wire.common.deviations import Code, Deviation
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database, Work

REFUSED = "refused"

_KEEP = """
insert into ocpi_inbound (id, connection, module, method, path, request_id, body, body_hash, outcome,
                          ocpi_version)
values (%(id)s, %(connection)s, %(module)s, %(method)s, %(path)s, %(request_id)s, %(body)s, %(hash)s, %(outcome)s,
        %(version)s)"""
_CLOSE = "update ocpi_inbound set outcome = %(outcome)s where id = %(id)s"
_WAITING = """
select id, connection, body, received_at, ocpi_version from ocpi_inbound
 where module = %(module)s and outcome is null and received_at < %(before)s order by received_at limit 100"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A body that was stored and never processed: we died in between."""

    id: UUID
    connection: UUID
    body: bytes
    received_at: datetime
    version: str | None


class Inbox:
    """`ocpi_inbound` of the context's tenant."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, call: Call, module: str) -> UUID:
        """Store the body in a transaction of its own; committed when this returns."""
        async with self._database.work(call.ctx) as work:
            return await _keep(work, call, module, None)

    async def keep_refused(self, call: Call, module: str, error: Exception) -> None:
        """Store a body that we could not accept, and count the deviation by the field that was wrong."""
        field = error.field or "" if isinstance(error, Invalid) else ""
        async with self._database.work(call.ctx) as work:
            await _keep(work, call, module, REFUSED)
            await count_refusal(work, call.connection.id, module, field, str(error))

    async def close(self, work: Work, inbound: UUID, outcome: str) -> None:
        """Say what became of a body, with what became of it."""
        await work.conn.execute(_CLOSE, {"id": inbound, "outcome": outcome})

    async def waiting(self, ctx: TenantContext, module: str, older_than: timedelta) -> list[Waiting]:
        """Bodies that nobody finished."""
        params = {"module": module, "before": ctx.clock.now() - older_than}
        async with self._database.work(ctx) as work:
            rows = await (await work.conn.execute(_WAITING, params)).fetchall()
        return [
            Waiting(row["id"], row["connection"], bytes(row["body"]), row["received_at"], row["ocpi_version"]) for row in rows
        ]


async def count_refusal(work: Work, connection: UUID, module: str, field: str, reason: str) -> None:
    """A refused object is the gravest deviation."""
    await deviations.record(work, connection, module, [Deviation(Code.REFUSED, field, reason)])


async def _keep(work: Work, call: Call, module: str, outcome: str | None) -> UUID:
    inbound = new_id()
    request = call.request
    await work.conn.execute(
        _KEEP,
        {
            "id": inbound,
            "connection": call.connection.id,
            "module": module,
            "method": request.method,
            "path": deviations.storable(request.path),
            "request_id": deviations.storable(request.request_id) if request.request_id else None,
            "body": request.body,
            "hash": content_hash(request.body),
            "outcome": outcome,
            "version": call.adapter.version,
        },
    )
    return inbound
