"""The payment provider Stripe, by its own SDK (API version pinned by the SDK; manual capture of payment intents)."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID

import stripe
from stripe import HTTPXClient, PaymentIntent, StripeClient

from roamgrid.canonical.money import Money, currency, minor_units
from roamgrid.kernel import json
from roamgrid.settlement.payments.errors import (
    BadWebhookSignature,
    PaymentDeclined,
    PaymentMethodMissing,
    PaymentProviderUnavailable,
)
from roamgrid.settlement.payments.ports import Customer, Notice, ProviderPayment, ProviderState
from roamgrid.tenancy.context import TenantContext

SANDBOX_CARD = "pm_card_visa"
"""The provider's name for a test card that pays."""

_TIMEOUT_S = 10
_RETRIES = 2
_STATES = {
    "requires_capture": ProviderState.HELD,
    "succeeded": ProviderState.CAPTURED,
    "canceled": ProviderState.CANCELLED,
}


class StripeProvider:
    """One account at Stripe, or at anything that speaks its API at `base_url`.

    `test_card`: what a new driver pays with in sandbox mode; None: drivers must have stored a method of their own.
    """

    def __init__(
        self, api_key: str, webhook_secret: str | None, *, base_url: str | None = None, test_card: str | None = None
    ) -> None:
        self._http = HTTPXClient(timeout=_TIMEOUT_S)
        self._client = StripeClient(
            api_key,
            http_client=self._http,
            max_network_retries=_RETRIES,
            base_addresses={"api": base_url} if base_url else None,
        )
        self._webhook_secret = webhook_secret
        self._test_card = test_card

    async def close(self) -> None:
        """Return the connections."""
        await self._http.close_async()  # type: ignore[no-untyped-call]  # the SDK forgot to annotate it

    async def create_customer(self, ctx: TenantContext, key: str, driver_id: UUID) -> Customer:
        if self._test_card is None:
            raise PaymentMethodMissing("the driver has stored no payment method")
        with _translated():
            customer = await self._client.v1.customers.create_async(
                {"metadata": {"tenant": ctx.tenant, "driver": str(driver_id)}}, {"idempotency_key": key}
            )
            method = await self._client.v1.payment_methods.attach_async(
                self._test_card, {"customer": customer.id}, {"idempotency_key": f"{key}:method"}
            )
        return Customer(customer.id, method.id)

    async def authorize(
        self, ctx: TenantContext, key: str, customer: Customer, amount: Money, reference: str, description: str
    ) -> ProviderPayment:
        with _translated():
            intent = await self._client.v1.payment_intents.create_async(
                {
                    "amount": amount.minor(),
                    "currency": amount.currency.lower(),
                    "customer": customer.ref,
                    "payment_method": customer.method,
                    "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
                    "capture_method": "manual",
                    "confirm": True,
                    "off_session": True,
                    "description": description,
                    "metadata": {"tenant": ctx.tenant, "reference": reference},
                },
                {"idempotency_key": key},
            )
        payment = _payment(intent)
        if payment.state is ProviderState.PENDING:
            raise PaymentDeclined(f"the bank asks for more: {intent.status}")
        return payment

    async def capture(self, ctx: TenantContext, key: str, provider_ref: str, amount: Money) -> ProviderPayment:
        intents = self._client.v1.payment_intents
        return await self._settled(
            provider_ref,
            lambda: intents.capture_async(provider_ref, {"amount_to_capture": amount.minor()}, {"idempotency_key": key}),
        )

    async def cancel(self, ctx: TenantContext, key: str, provider_ref: str) -> ProviderPayment:
        intents = self._client.v1.payment_intents
        return await self._settled(provider_ref, lambda: intents.cancel_async(provider_ref, {}, {"idempotency_key": key}))

    def open_notice(self, body: bytes, signature: str | None) -> Notice:
        if self._webhook_secret is None or signature is None:
            raise BadWebhookSignature("the webhook bears no signature, or this deployment knows no secret to check it with")
        try:
            stripe.WebhookSignature.verify_header(body, signature, self._webhook_secret, stripe.Webhook.DEFAULT_TOLERANCE)
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            raise BadWebhookSignature("the webhook bears no valid signature of the payment provider") from None
        return self.read_notice(body)

    def read_notice(self, body: bytes) -> Notice:
        event: Mapping[str, Any] = json.loads(body)
        subject = event["data"]["object"]
        if subject.get("object") != "payment_intent":
            return Notice(event["id"], event["type"], None, None, None)
        labels = subject.get("metadata") or {}
        return Notice(event["id"], event["type"], labels.get("tenant"), labels.get("reference"), _payment_of(subject))

    async def _settled(self, provider_ref: str, call: Callable[[], Awaitable[PaymentIntent]]) -> ProviderPayment:
        """A payment that is over already says so: then its state is the answer, whoever brought it there."""
        try:
            with _translated():
                return _payment(await call())
        except PaymentDeclined:
            with _translated():
                current = _payment(await self._client.v1.payment_intents.retrieve_async(provider_ref))
            if current.state in (ProviderState.CAPTURED, ProviderState.CANCELLED):
                return current
            raise


@contextmanager
def _translated() -> Iterator[None]:
    """The provider's errors in our words. A request that it calls invalid is a refusal of this payment."""
    try:
        yield
    except (stripe.CardError, stripe.InvalidRequestError) as error:
        raise PaymentDeclined(error.user_message or "the payment was refused") from error
    except stripe.StripeError as error:
        raise PaymentProviderUnavailable(f"the payment provider failed: {type(error).__name__}") from error


def _payment(intent: PaymentIntent) -> ProviderPayment:
    facts = {"id": intent.id, "status": intent.status, "currency": intent.currency}
    return _payment_of({**facts, "amount_received": intent.amount_received})


def _payment_of(intent: Mapping[str, Any]) -> ProviderPayment:
    code = currency(intent["currency"])
    received = Decimal(intent.get("amount_received") or 0).scaleb(-minor_units(code))
    return ProviderPayment(intent["id"], _STATES.get(intent["status"], ProviderState.PENDING), Money(received, code))
