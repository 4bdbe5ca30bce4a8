"""The provider's webhooks: verified, stored verbatim, then applied through the bus. Order and repetition do not matter."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from roamgrid.bus.events import Event, publish
from roamgrid.kernel.ids import new_id
from roamgrid.settlement.payments import repository
from roamgrid.settlement.payments.models import PaymentState, ProviderEventRow
from roamgrid.settlement.payments.ports import Notice, PaymentProvider, ProviderState
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database, OrmWork

Contexts = Callable[[str], Awaitable[TenantContext]]
"""The context of a brand by name. Raises `UnknownTenant`."""


async def receive_webhook(
    database: Database, contexts: Contexts, provider: PaymentProvider, body: bytes, signature: str | None
) -> bool:
    """Take one webhook. True: stored for the brand that the payment is labelled with; False: known already, or not ours.

    Returns as soon as the body is committed; `provider.event.v1` does the rest. Raises `BadWebhookSignature`, `UnknownTenant`.
    """
    notice = provider.open_notice(body, signature)
    if notice.tenant is None:
        return False
    ctx = await contexts(notice.tenant)
    async with database.orm(ctx) as work:
        return await _store(work, notice, body)


async def apply(work: OrmWork, provider: PaymentProvider, provider_event: UUID) -> None:
    """Bring our payment to where a stored webhook says that it is; a webhook that was applied before changes nothing."""
    row = await work.session.get_one(ProviderEventRow, provider_event)
    if row.handled_at is not None:
        return
    row.handled_at = work.ctx.clock.now()
    theirs = provider.read_notice(row.raw.encode()).payment
    ours = await repository.by_provider_ref(work, theirs.ref) if theirs else None
    if theirs is None or ours is None:
        return
    if theirs.state is ProviderState.CAPTURED:
        await repository.capture(work, ours.reference, theirs.captured)
    elif theirs.state is ProviderState.CANCELLED:
        await repository.end(work, ours.reference, PaymentState.CANCELLED, "cancelled at the provider")


async def _store(work: OrmWork, notice: Notice, body: bytes) -> bool:
    row = {
        "id": new_id(),
        "event_id": notice.event_id,
        "type": notice.type,
        "raw": body.decode(),
        "received_at": work.ctx.clock.now(),
    }
    statement = insert(ProviderEventRow).values(row).on_conflict_do_nothing().returning(col(ProviderEventRow.id))
    stored = (await work.session.exec(statement)).first()
    if stored is None:
        return False
    await publish(work, Event("provider.event.v1", f"provider_event:{row['id']}", 1, {"event": str(row["id"])}))
    return True
