"""A payment provider in memory: honours idempotency keys, and can be told to fail."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from roamgrid.canonical.money import Money
from roamgrid.kernel import json
from roamgrid.settlement.payments.errors import BadWebhookSignature, PaymentDeclined, PaymentProviderUnavailable
from roamgrid.settlement.payments.ports import Customer, Notice, ProviderPayment, ProviderState
from roamgrid.tenancy.context import TenantContext


@dataclass
class FakeProvider:
    """`down`, `declines`: what it does to the next calls. `calls`: keys as they came, repeats included."""

    down: bool = False
    declines: bool = False
    loses_answer: bool = False
    calls: list[str] = field(default_factory=list)
    payments: dict[str, ProviderPayment] = field(default_factory=dict)
    _answers: dict[str, ProviderPayment] = field(default_factory=dict)

    async def create_customer(self, ctx: TenantContext, key: str, driver_id: UUID) -> Customer:
        self._call(key)
        return Customer(f"cus_{driver_id.hex[-4:]}", "card")

    async def authorize(
        self, ctx: TenantContext, key: str, customer: Customer, amount: Money, reference: str, description: str
    ) -> ProviderPayment:
        self._call(key)
        payment = ProviderPayment(f"pi_{ctx.tenant}_{reference}", ProviderState.HELD, Money(Decimal(0), amount.currency))
        return self._answer(key, payment)

    async def capture(self, ctx: TenantContext, key: str, provider_ref: str, amount: Money) -> ProviderPayment:
        self._call(key)
        return self._answer(key, replace(self.payments[provider_ref], state=ProviderState.CAPTURED, captured=amount))

    async def cancel(self, ctx: TenantContext, key: str, provider_ref: str) -> ProviderPayment:
        self._call(key)
        current = self.payments[provider_ref]
        done = current if current.state is ProviderState.CAPTURED else replace(current, state=ProviderState.CANCELLED)
        return self._answer(key, done)

    def open_notice(self, body: bytes, signature: str | None) -> Notice:
        if signature != "good":
            raise BadWebhookSignature("no")
        return self.read_notice(body)

    def read_notice(self, body: bytes) -> Notice:
        return json.decode(body, Notice)

    def _call(self, key: str) -> None:
        self.calls.append(key)
        if self.down:
            raise PaymentProviderUnavailable("down")
        if self.declines:
            raise PaymentDeclined("insufficient funds")

    def _answer(self, key: str, payment: ProviderPayment) -> ProviderPayment:
        done = self._answers.setdefault(key, payment)
        self.payments[done.ref] = done
        if self.loses_answer:
            raise PaymentProviderUnavailable("the line broke")
        return done
