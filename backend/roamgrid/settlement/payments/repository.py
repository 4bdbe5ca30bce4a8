"""Payments as stored: found, locked, moved."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from roamgrid.bus.events import Event, publish
from roamgrid.canonical.money import CurrencyCode, Money
from roamgrid.settlement.payments.models import Payment, PaymentCustomerRow, PaymentRow, PaymentState
from roamgrid.settlement.payments.ports import Customer
from roamgrid.tenancy.database import OrmWork

# Money that was reserved for a charge which then was never asked for (the process died between the two), or of which nothing
# was heard for so long that no late session will come.
_ABANDONED = text("""
    select p.reference from payment p
     where p.created_at < :before
       and (p.state = 'requested'
            or p.state = 'held'
               and not exists (select from command c where c.authorization_reference = p.reference and c.state <> 'TIMED_OUT')
               and not exists (select from session s where s.authorization_reference = p.reference))
     order by p.created_at limit 100""")


async def find(work: OrmWork, reference: str) -> Payment | None:
    """The payment of a charge."""
    row = await work.session.get(PaymentRow, reference)
    return _payment(row) if row else None


async def add(work: OrmWork, reference: str, driver_id: UUID, amount: Money) -> Payment:
    """A payment about to be asked for; the one that is there already stays as it is."""
    now = work.ctx.clock.now()
    row = {
        "reference": reference,
        "driver_id": driver_id,
        "currency": amount.currency,
        "amount": amount.amount,
        "captured": Decimal(0),
        "state": PaymentState.REQUESTED.value,
        "created_at": now,
        "changed_at": now,
    }
    await work.session.exec(insert(PaymentRow).values(row).on_conflict_do_nothing())
    stored = await find(work, reference)
    if stored is None:
        raise RuntimeError("a payment vanished between two statements: payments are never deleted")
    return stored


async def hold(work: OrmWork, reference: str, provider_ref: str) -> Payment:
    """The provider holds the money. Only a requested payment moves."""
    row = await _lock(work, reference)
    if row.state == PaymentState.REQUESTED:
        row.state, row.provider_ref, row.changed_at = PaymentState.HELD.value, provider_ref, work.ctx.clock.now()
    return _payment(row)


async def capture(work: OrmWork, reference: str, captured: Money) -> Payment:
    """The provider took the money; announces `payment.captured.v1`. Only a held payment moves."""
    row = await _lock(work, reference)
    if row.state == PaymentState.HELD:
        row.state, row.captured, row.changed_at = PaymentState.CAPTURED.value, captured.amount, work.ctx.clock.now()
        await publish(work, Event("payment.captured.v1", f"payment:{reference}", 1, {"payment": reference}))
    return _payment(row)


async def end(work: OrmWork, reference: str, state: PaymentState, failure: str | None = None) -> Payment:
    """Nothing will be taken. Only a requested or held payment moves."""
    row = await _lock(work, reference)
    if row.state in (PaymentState.REQUESTED, PaymentState.HELD):
        row.state, row.failure, row.changed_at = state.value, failure, work.ctx.clock.now()
    return _payment(row)


async def by_provider_ref(work: OrmWork, provider_ref: str) -> Payment | None:
    """The payment that the provider calls so."""
    row = (await work.session.exec(select(PaymentRow).where(PaymentRow.provider_ref == provider_ref))).first()
    return _payment(row) if row else None


async def abandoned(work: OrmWork, before: datetime) -> list[str]:
    """References of payments that no charge waits for."""
    connection = await work.session.connection()
    return [row.reference for row in await connection.execute(_ABANDONED, {"before": before})]


async def customer(work: OrmWork, driver_id: UUID) -> Customer | None:
    """The driver's account at the provider."""
    row = await work.session.get(PaymentCustomerRow, driver_id)
    return Customer(row.provider_ref, row.method) if row else None


async def add_customer(work: OrmWork, driver_id: UUID, customer: Customer) -> None:
    """Remember the account; the first one stays."""
    row = {
        "driver_id": driver_id,
        "provider_ref": customer.ref,
        "method": customer.method,
        "created_at": work.ctx.clock.now(),
    }
    await work.session.exec(insert(PaymentCustomerRow).values(row).on_conflict_do_nothing())


async def _lock(work: OrmWork, reference: str) -> PaymentRow:
    statement = select(PaymentRow).where(col(PaymentRow.reference) == reference).with_for_update()
    return (await work.session.exec(statement.execution_options(populate_existing=True))).one()


def _payment(row: PaymentRow) -> Payment:
    currency = CurrencyCode(row.currency)
    return Payment(
        reference=row.reference,
        driver_id=row.driver_id,
        amount=Money(row.amount, currency),
        captured=Money(row.captured, currency),
        state=PaymentState(row.state),
        provider_ref=row.provider_ref,
        failure=row.failure,
        created_at=row.created_at,
    )
