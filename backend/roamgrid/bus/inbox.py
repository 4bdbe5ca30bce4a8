"""Handle one delivery exactly once: the inbox row is closed in the handler's own transaction.

A handler holds its row's lock while it runs; whoever is woken for the same row meanwhile leaves at once. An effect, which
runs outside of any transaction, holds a lease instead, and is stopped before its lease ends: it never runs twice at the same
time, and again only after a failure or a crash.
"""

import asyncio
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID

import structlog
from opentelemetry.trace import Span, SpanKind

from roamgrid.bus.events import Delivery
from roamgrid.bus.relay import MAX_ATTEMPTS, delivery_of
from roamgrid.bus.subscriptions import Subscription, Subscriptions
from roamgrid.kernel.telemetry import remote_context, tracer
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database, Work
from roamgrid.tenancy.naming import slug

log = structlog.get_logger(__name__)

LONGEST_RUN_S = 120
"""A handler or an effect that runs longer has hung: it is cancelled and counts as failed."""
_LEASE = timedelta(seconds=LONGEST_RUN_S + 30)

_OPEN = """
select event_id, tenant, type, aggregate, aggregate_version, payload, traceparent, created_at
  from platform.inbox where event_id = %(event)s and subscription = %(subscription)s and not parked for update skip locked"""
_LEASE_IT = """
update platform.inbox set leased_until = now() + %(lease)s
 where event_id = %(event)s and subscription = %(subscription)s and not parked and coalesce(leased_until, '-infinity') < now()
returning event_id, tenant, type, aggregate, aggregate_version, payload, traceparent, created_at"""
_CLOSE = "delete from platform.inbox where event_id = %(event)s and subscription = %(subscription)s"
_FAILED = """
update platform.inbox set attempts = attempts + 1, error = %(error)s, dispatched_at = now(), leased_until = null,
       parked = attempts + 1 >= %(max)s
 where event_id = %(event)s and subscription = %(subscription)s returning parked"""


class Inbox:
    """Runs subscriptions for deliveries."""

    def __init__(self, database: Database, subscriptions: Subscriptions) -> None:
        self._database = database
        self._subscriptions = subscriptions

    async def deliver(self, tenant: str, name: str, event_id: UUID) -> None:
        """Run one subscription for one event; a delivery that was handled before changes nothing.

        A failure is recorded on the row, which is dispatched again later and parked after `MAX_ATTEMPTS`. So is a delivery
        to a subscription that this process does not know: a newer worker may.
        """
        ctx = self._database.context(slug(tenant), actor=f"subscription:{name}")
        key = {"event": event_id, "subscription": name}
        try:
            subscription = self._subscriptions.named(name)
            async with asyncio.timeout(LONGEST_RUN_S):
                if subscription.run_handler is not None:
                    await self._handle(ctx, subscription, key)
                else:
                    await self._effect(ctx, subscription, key)
        except Exception as error:
            log.warning("inbox.failed", tenant=tenant, subscription=name, event_id=str(event_id), exc_info=True)
            await self._record_failure(ctx, key, f"{type(error).__name__}: {error}")

    async def _handle(self, ctx: TenantContext, subscription: Subscription, key: dict[str, object]) -> None:
        async with self._database.orm(ctx) as work:
            delivery = await _one(work, _OPEN, key)
            if delivery is None or subscription.run_handler is None:
                return
            with _span(subscription, delivery):
                await subscription.run_handler(work, delivery)
            await work.session.flush()
            await work.conn.execute(_CLOSE, key)

    async def _effect(self, ctx: TenantContext, subscription: Subscription, key: dict[str, object]) -> None:
        async with self._database.work(ctx) as work:
            delivery = await _one(work, _LEASE_IT, {**key, "lease": _LEASE})
        if delivery is None or subscription.run_effect is None:
            return
        with _span(subscription, delivery):
            await subscription.run_effect(ctx, delivery)
        async with self._database.work(ctx) as work:
            await work.conn.execute(_CLOSE, key)

    async def _record_failure(self, ctx: TenantContext, key: dict[str, object], error: str) -> None:
        async with self._database.work(ctx) as work:
            cursor = await work.conn.execute(_FAILED, {**key, "error": error[:2000], "max": MAX_ATTEMPTS})
            row = await cursor.fetchone()
        if row is not None and row["parked"]:
            log.error(
                "inbox.parked", tenant=ctx.tenant, subscription=key["subscription"], event_id=str(key["event"]), error=error
            )


async def _one(work: Work, statement: str, params: dict[str, object]) -> Delivery | None:
    row = await (await work.conn.execute(statement, params)).fetchone()
    return None if row is None else delivery_of(row)


def _span(subscription: Subscription, delivery: Delivery) -> AbstractContextManager[Span]:
    """The handler's span continues the trace of the request that published the event."""
    return tracer.start_as_current_span(
        subscription.name,
        context=remote_context(delivery.traceparent),
        kind=SpanKind.CONSUMER,
        attributes={"tenant": delivery.tenant, "event.type": delivery.event.type, "event.id": str(delivery.event_id)},
    )
