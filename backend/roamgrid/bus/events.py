"""What an event is and how one is announced."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from roamgrid.kernel import json
from roamgrid.kernel.telemetry import traceparent
from roamgrid.tenancy.database import Work

_PUBLISH = """
insert into platform.outbox (tenant, type, aggregate, aggregate_version, payload, traceparent)
values (%(tenant)s, %(type)s, %(aggregate)s, %(version)s, %(payload)s, %(traceparent)s)"""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `type` reads `cdr.received.v1`; `aggregate` reads `cdr:<id>`; events of one aggregate carry
    rising versions, so that a handler can drop a stale one. `payload` holds ids, not objects: readers look up the state.
    """

    type: str
    aggregate: str
    version: int
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event on its way to one subscription."""

    event_id: UUID
    tenant: str
    event: Event
    created_at: datetime
    traceparent: str | None


async def publish(work: Work, event: Event) -> None:
    """Announce an event with the change it tells of: both commit or neither does."""
    await work.conn.execute(
        _PUBLISH,
        {
            "tenant": work.ctx.tenant,
            "type": event.type,
            "aggregate": event.aggregate,
            "version": event.version,
            "payload": json.encode(event.payload),
            "traceparent": traceparent(),
        },
    )
