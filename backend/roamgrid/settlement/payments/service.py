"""Hold, capture, release. Every step is on record before the provider is called, and no transaction waits for the provider."""

from datetime import timedelta
from uuid import UUID

import structlog

from roamgrid.canonical.money import Money
from roamgrid.kernel.errors import Unavailable
from roamgrid.settlement import findings
from roamgrid.settlement.findings import FindingKind
from roamgrid.settlement.payments import repository
from roamgrid.settlement.payments.errors import PaymentDeclined, PaymentProviderUnavailable
from roamgrid.settlement.payments.models import Payment, PaymentState
from roamgrid.settlement.payments.ports import Customer, PaymentProvider, ProviderState
from roamgrid.settlement.receipts import service as receipts
from roamgrid.settlement.receipts.models import Receipt
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database

log = structlog.get_logger(__name__)


async def hold(
    database: Database, ctx: TenantContext, provider: PaymentProvider, reference: str, driver_id: UUID, amount: Money
) -> Payment:
    """Reserve money for a charge that is about to start; the same reference again gives the same payment.

    Raises `PaymentDeclined`, `PaymentMethodMissing`, `PaymentProviderUnavailable`: then nothing must start.
    """
    customer = await _customer(database, ctx, provider, driver_id)
    async with database.orm(ctx) as work:
        payment = await repository.add(work, reference, driver_id, amount)
    if payment.state is PaymentState.REQUESTED:
        return await _authorize(database, ctx, provider, payment, customer)
    if payment.state is not PaymentState.HELD:
        raise PaymentDeclined(payment.failure or f"the payment is {payment.state}")
    return payment


async def capture(database: Database, ctx: TenantContext, provider: PaymentProvider, receipt_id: UUID) -> None:
    """Take a receipt's gross from what is held for its charge. What exceeds the hold stays open, and is a finding."""
    async with database.orm(ctx) as work:
        receipt = await receipts.get(work, receipt_id)
        reference = receipt.authorization_reference
        payment = await repository.find(work, reference) if reference else None
    if payment is None:
        return
    if payment.state is PaymentState.HELD:
        payment = await _capture(database, ctx, provider, payment, receipt)
    await _note_open(database, ctx, payment, receipt)


async def release(database: Database, ctx: TenantContext, provider: PaymentProvider, reference: str) -> None:
    """Give held money back, unless its charge was billed."""
    async with database.orm(ctx) as work:
        payment = await repository.find(work, reference)
        billed = await receipts.by_reference(work, reference)
    if payment is None or payment.state is not PaymentState.HELD or payment.provider_ref is None or billed is not None:
        return
    outcome = await provider.cancel(ctx, _key(ctx, reference, "cancel"), payment.provider_ref)
    async with database.orm(ctx) as work:
        if outcome.state is ProviderState.CAPTURED:
            await repository.capture(work, reference, outcome.captured)
        else:
            await repository.end(work, reference, PaymentState.CANCELLED)


async def release_abandoned(database: Database, ctx: TenantContext, provider: PaymentProvider, older_than: timedelta) -> int:
    """Give back what a process that died had reserved for a charge which it never asked for; returns how many."""
    async with database.orm(ctx) as work:
        references = await repository.abandoned(work, ctx.clock.now() - older_than)
    done = 0
    for reference in references:
        try:
            await _abandon(database, ctx, provider, reference)
            done += 1
        except PaymentDeclined:
            done += 1
        except Unavailable:
            log.warning("payments.not_released", tenant=ctx.tenant, reference=reference, exc_info=True)
    return done


async def _customer(database: Database, ctx: TenantContext, provider: PaymentProvider, driver_id: UUID) -> Customer:
    async with database.orm(ctx) as work:
        known = await repository.customer(work, driver_id)
    if known is not None:
        return known
    customer = await provider.create_customer(ctx, _key(ctx, f"driver:{driver_id}", "customer"), driver_id)
    async with database.orm(ctx) as work:
        await repository.add_customer(work, driver_id, customer)
    return customer


async def _authorize(
    database: Database, ctx: TenantContext, provider: PaymentProvider, payment: Payment, customer: Customer
) -> Payment:
    reference = payment.reference
    key = _key(ctx, reference, "hold")
    try:
        answer = await provider.authorize(ctx, key, customer, payment.amount, reference, f"Charging {reference}")
    except PaymentDeclined as error:
        async with database.orm(ctx) as work:
            await repository.end(work, reference, PaymentState.FAILED, error.message)
        raise
    if answer.state is not ProviderState.HELD:
        raise PaymentProviderUnavailable(f"the provider answered {answer.state} to a reservation")
    async with database.orm(ctx) as work:
        return await repository.hold(work, reference, answer.ref)


async def _capture(
    database: Database, ctx: TenantContext, provider: PaymentProvider, payment: Payment, receipt: Receipt
) -> Payment:
    amount = Money(min(receipt.gross, payment.amount.amount), payment.amount.currency)
    assert payment.provider_ref is not None, "the database refuses a held payment without one"
    key = _key(ctx, payment.reference, "capture")
    try:
        answer = await provider.capture(ctx, key, payment.provider_ref, amount)
    except PaymentDeclined as error:
        async with database.orm(ctx) as work:
            return await repository.end(work, payment.reference, PaymentState.FAILED, error.message)
    async with database.orm(ctx) as work:
        if answer.state is ProviderState.CAPTURED:
            return await repository.capture(work, payment.reference, answer.captured)
        return await repository.end(work, payment.reference, PaymentState.CANCELLED, f"the provider answered {answer.state}")


async def _note_open(database: Database, ctx: TenantContext, payment: Payment, receipt: Receipt) -> None:
    open_amount = receipt.gross - payment.captured.amount
    if open_amount <= 0:
        return
    kind = FindingKind.CAPTURE_SHORT if payment.state is PaymentState.CAPTURED else FindingKind.CAPTURE_FAILED
    detail = {
        "receipt": receipt.number,
        "gross": str(receipt.gross),
        "held": str(payment.amount.amount),
        "captured": str(payment.captured.amount),
        "open": str(open_amount),
        "currency": receipt.currency,
        "failure": payment.failure or "",
    }
    async with database.orm(ctx) as work:
        await findings.record(work, kind, payment.reference, **detail)


async def _abandon(database: Database, ctx: TenantContext, provider: PaymentProvider, reference: str) -> None:
    """What became of a requested payment is learnt by asking for it once more under the same key."""
    async with database.orm(ctx) as work:
        payment = await repository.find(work, reference)
        customer = await repository.customer(work, payment.driver_id) if payment else None
    if payment is not None and customer is not None and payment.state is PaymentState.REQUESTED:
        await _authorize(database, ctx, provider, payment, customer)
    await release(database, ctx, provider, reference)


def _key(ctx: TenantContext, subject: str, step: str) -> str:
    """Idempotency keys come from our own ids, so that a repeated step is the same call at the provider."""
    return f"{ctx.tenant}:{subject}:{step}"
