"""What settlement does when something happened elsewhere."""

from uuid import UUID

from roamgrid.bus.events import Delivery
from roamgrid.bus.subscriptions import Subscription
from roamgrid.canonical.session import SessionStatus
from roamgrid.core.commands import repository as commands
from roamgrid.core.commands.states import CommandKind, CommandState
from roamgrid.core.sessions import service as sessions
from roamgrid.settlement import findings
from roamgrid.settlement.findings import FindingKind
from roamgrid.settlement.journal.models import EntryKind
from roamgrid.settlement.journal.service import book_capture, is_booked
from roamgrid.settlement.payments import repository as payment_store
from roamgrid.settlement.payments import service as payments
from roamgrid.settlement.payments import webhooks
from roamgrid.settlement.payments.ports import PaymentProvider
from roamgrid.settlement.settle.models import State
from roamgrid.settlement.settle.service import Settler
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database, OrmWork


def subscriptions(database: Database, provider: PaymentProvider, settler: Settler) -> list[Subscription]:
    """The settlement room's subscriptions."""

    async def settle_cdr(work: OrmWork, delivery: Delivery) -> None:
        await settler.settle(work, UUID(delivery.event.payload["cdr"]))

    async def capture(ctx: TenantContext, delivery: Delivery) -> None:
        await payments.capture(database, ctx, provider, UUID(delivery.event.payload["receipt"]))

    async def release_unbilled(ctx: TenantContext, delivery: Delivery) -> None:
        settled = delivery.event.payload
        if settled["state"] != State.BILLED and settled["reference"] is not None:
            await payments.release(database, ctx, provider, settled["reference"])

    async def release_unstarted(ctx: TenantContext, delivery: Delivery) -> None:
        reference = await _unstarted(database, ctx, UUID(delivery.event.payload["command"]))
        if reference is not None:
            await payments.release(database, ctx, provider, reference)

    async def apply_webhook(work: OrmWork, delivery: Delivery) -> None:
        await webhooks.apply(work, provider, UUID(delivery.event.payload["event"]))

    return [
        Subscription.handler("settlement.settle_cdr", "cdr.received.v1", settle_cdr),
        Subscription.handler("settlement.note_conflict", "cdr.conflict.v1", note_conflict),
        Subscription.effect("settlement.capture", "receipt.issued.v1", capture),
        Subscription.handler("settlement.book_capture", "payment.captured.v1", book_captured),
        Subscription.effect("settlement.release_unbilled", "cdr.settled.v1", release_unbilled),
        Subscription.effect("settlement.release_unstarted", "command.changed.v1", release_unstarted),
        Subscription.handler("settlement.apply_webhook", "provider.event.v1", apply_webhook),
    ]


async def note_conflict(work: OrmWork, delivery: Delivery) -> None:
    """One CDR id with two contents: finance looks at it, nobody is billed for the second."""
    payload = delivery.event.payload
    await findings.record(work, FindingKind.CDR_CONFLICT, payload["conflict"], cdr=payload["cdr"])


async def book_captured(work: OrmWork, delivery: Delivery) -> None:
    """The books follow the payment."""
    reference = delivery.event.payload["payment"]
    payment = await payment_store.find(work, reference)
    if payment is not None and not await is_booked(work, EntryKind.CAPTURE, reference):
        await book_capture(work, reference, payment.captured)


async def _unstarted(database: Database, ctx: TenantContext, command_id: UUID) -> str | None:
    """The reference of a start that came to nothing; None: it may still come to something, as after TIMED_OUT (D18)."""
    async with database.work(ctx) as work:
        command = await commands.get(work, command_id)
        if command is None or command.kind is not CommandKind.START_SESSION or command.state is not CommandState.FAILED:
            return None
        reference = command.authorization_reference
        session = await sessions.by_reference(work, reference) if reference else None
    return reference if session is None or session.status is SessionStatus.INVALID else None
