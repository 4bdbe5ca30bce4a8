"""What the payment room needs from the outside: somebody who can take money."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from roamgrid.canonical.money import Money
from roamgrid.tenancy.context import TenantContext


class ProviderState(StrEnum):
    """Where a payment stands at the provider. PENDING: neither money nor refusal yet."""

    PENDING = "pending"
    HELD = "held"
    CAPTURED = "captured"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Customer:
    """A driver as the provider knows them, with the payment method to charge."""

    ref: str
    method: str


@dataclass(frozen=True, slots=True)
class ProviderPayment:
    """A payment at the provider; `captured`: what was taken so far."""

    ref: str
    state: ProviderState
    captured: Money


@dataclass(frozen=True, slots=True)
class Notice:
    """A verified message of the provider about one payment; `payment` None: about something else.

    `tenant` and `reference`: the labels that we gave the payment, None where it carries none.
    """

    event_id: str
    type: str
    tenant: str | None
    reference: str | None
    payment: ProviderPayment | None


class PaymentProvider(Protocol):
    """Takes money. `key` makes each call idempotent: the same key again is the same call, whoever crashed in between.

    All calls raise `PaymentProviderUnavailable`.
    """

    async def create_customer(self, ctx: TenantContext, key: str, driver_id: UUID) -> Customer:
        """Make a driver known. Raises `PaymentMethodMissing`."""
        ...

    async def authorize(
        self, ctx: TenantContext, key: str, customer: Customer, amount: Money, reference: str, description: str
    ) -> ProviderPayment:
        """Reserve an amount. Raises `PaymentDeclined`."""
        ...

    async def capture(self, ctx: TenantContext, key: str, provider_ref: str, amount: Money) -> ProviderPayment:
        """Take at most what is held, release the rest; of a payment that is over, its state. Raises `PaymentDeclined`."""
        ...

    async def cancel(self, ctx: TenantContext, key: str, provider_ref: str) -> ProviderPayment:
        """Release what is held; of a payment that is over, its state."""
        ...

    def open_notice(self, body: bytes, signature: str | None) -> Notice:
        """Check and read a webhook. Raises `BadWebhookSignature`."""
        ...

    def read_notice(self, body: bytes) -> Notice:
        """Read a webhook that was checked when it came."""
        ...
