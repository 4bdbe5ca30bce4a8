"""The Stripe adapter, by the official SDK over real HTTP, against the sandbox payment provider."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from roamgrid.canonical.money import CurrencyCode, Money
from roamgrid.kernel import json
from roamgrid.sandbox.psp import PspOptions, create_app
from roamgrid.settlement.payments.errors import (
    BadWebhookSignature,
    PaymentDeclined,
    PaymentMethodMissing,
    PaymentProviderUnavailable,
)
from roamgrid.settlement.payments.ports import Customer, ProviderState
from roamgrid.settlement.payments.stripe_provider import SANDBOX_CARD, StripeProvider
from roamgrid.tenancy.context import Binding, TenantContext, TenantSlug
from tests.sandbox.serving import eventually, reserved_port, served

CTX = TenantContext(Binding(TenantSlug("voltara"), "t_voltara", "r"))
DRIVER = UUID("00000000-0000-7000-8000-0000000000d1")
SECRET = "whsec_test"

# The SDK hands its encoded forms to httpx under a parameter that httpx wants called otherwise.
pytestmark = pytest.mark.filterwarnings("ignore:Use .content=:DeprecationWarning")


def eur(amount: str) -> Money:
    return Money(Decimal(amount), CurrencyCode("EUR"))


@dataclass(frozen=True)
class World:
    """A running provider and our adapter to it."""

    url: str
    provider: StripeProvider
    customer: Customer

    async def held(self, amount: str = "50", reference: str = "REF1") -> str:
        payment = await self.provider.authorize(CTX, f"{reference}:hold", self.customer, eur(amount), reference, "Charging")
        assert (payment.state, payment.captured) == (ProviderState.HELD, eur("0"))
        return payment.ref

    async def control(self, path: str, **body: object) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            (await client.post(f"{self.url}/_control/{path}", content=json.dumps(body))).raise_for_status()

    async def intents(self) -> list[dict[str, object]]:
        async with httpx.AsyncClient(trust_env=False) as client:
            state = json.loads((await client.get(f"{self.url}/_control/state")).content)
        return list(state["accounts"][0]["payment_intents"])


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with served(create_app(PspOptions()), reserved_port()) as url:
        provider = StripeProvider("sk_test_roamgrid", SECRET, base_url=url, test_card=SANDBOX_CARD)
        yield World(url, provider, await provider.create_customer(CTX, "driver:customer", DRIVER))
        await provider.close()


async def test_a_driver_is_one_customer_however_often_made(world: World):
    assert await world.provider.create_customer(CTX, "driver:customer", DRIVER) == world.customer


async def test_money_is_held_labelled_and_captured_in_part(world: World):
    ref = await world.held()
    taken = await world.provider.capture(CTX, "REF1:capture", ref, eur("5.26"))
    assert (taken.state, taken.captured) == (ProviderState.CAPTURED, eur("5.26"))
    (intent,) = await world.intents()
    assert (intent["amount"], intent["amount_received"], intent["currency"]) == (5000, 526, "eur")
    assert intent["metadata"] == {"tenant": "voltara", "reference": "REF1"}


async def test_every_call_repeated_is_the_same_call(world: World):
    ref = await world.held()
    assert await world.held() == ref
    first = await world.provider.capture(CTX, "REF1:capture", ref, eur("5.26"))
    assert await world.provider.capture(CTX, "REF1:capture", ref, eur("5.26")) == first
    assert len(await world.intents()) == 1


async def test_a_payment_that_is_over_answers_with_its_state_under_any_key(world: World):
    captured, cancelled = await world.held(reference="A"), await world.held(reference="B")
    await world.provider.capture(CTX, "A:capture", captured, eur("5.26"))
    await world.provider.cancel(CTX, "B:cancel", cancelled)
    late = await world.provider.capture(CTX, "A:again", captured, eur("1"))
    assert (late.state, late.captured) == (ProviderState.CAPTURED, eur("5.26"))
    assert (await world.provider.cancel(CTX, "A:cancel", captured)).state is ProviderState.CAPTURED
    assert (await world.provider.capture(CTX, "B:capture", cancelled, eur("1"))).state is ProviderState.CANCELLED


async def test_more_than_is_held_cannot_be_captured(world: World):
    with pytest.raises(PaymentDeclined):
        await world.provider.capture(CTX, "REF1:capture", await world.held(), eur("50.01"))
    assert [intent["status"] for intent in await world.intents()] == ["requires_capture"]


async def test_a_bank_that_refuses_is_a_decline(world: World):
    with pytest.raises(PaymentDeclined, match="declined"):
        await world.held("402")


async def test_yen_have_no_cents(world: World):
    yen = Money(Decimal(5000), CurrencyCode("JPY"))
    payment = await world.provider.authorize(CTX, "yen", world.customer, yen, "YEN", "Charging")
    taken = await world.provider.capture(CTX, "yen:capture", payment.ref, Money(Decimal(526), CurrencyCode("JPY")))
    assert taken.captured == Money(Decimal(526), CurrencyCode("JPY"))


async def test_a_provider_that_keeps_failing_is_unavailable(world: World):
    await world.control("knobs", error_rate=1)
    with pytest.raises(PaymentProviderUnavailable):
        await world.held()


async def test_a_provider_that_is_not_there_is_unavailable():
    bound = reserved_port()
    provider = StripeProvider(
        "sk_test_x", SECRET, base_url=f"http://127.0.0.1:{bound.getsockname()[1]}", test_card=SANDBOX_CARD
    )
    with pytest.raises(PaymentProviderUnavailable):
        await provider.create_customer(CTX, "key", DRIVER)
    await provider.close()
    bound.close()


async def test_outside_the_sandbox_a_driver_needs_a_payment_method_of_their_own():
    provider = StripeProvider("sk_live_x", SECRET)
    with pytest.raises(PaymentMethodMissing):
        await provider.create_customer(CTX, "key", DRIVER)
    await provider.close()


@dataclass
class Mailbox:
    """Where webhooks arrive."""

    letters: list[tuple[bytes, str | None]] = field(default_factory=list)

    async def receive(self, request: Request) -> Response:
        self.letters.append((await request.body(), request.headers.get("Stripe-Signature")))
        return Response()

    async def of(self, kind: str) -> tuple[bytes, str | None]:
        async def arrived() -> object:
            return self._of(kind)

        await eventually(arrived)
        return self._of(kind)[0]

    def _of(self, kind: str) -> list[tuple[bytes, str | None]]:
        return [letter for letter in self.letters if json.loads(letter[0])["type"] == kind]


async def test_signed_webhooks_are_read_and_others_refused(world: World):
    mailbox = Mailbox()
    async with served(Starlette(routes=[Route("/", mailbox.receive, methods=["POST"])]), reserved_port()) as url:
        await world.control("webhooks", url=url, secret=SECRET, api_key="sk_test_roamgrid")
        ref = await world.held()
        await world.provider.capture(CTX, "REF1:capture", ref, eur("5.26"))
        body, signature = await mailbox.of("payment_intent.succeeded")
    notice = world.provider.open_notice(body, signature)
    assert (notice.tenant, notice.reference, notice.type) == ("voltara", "REF1", "payment_intent.succeeded")
    assert notice.payment is not None
    assert (notice.payment.ref, notice.payment.state, notice.payment.captured) == (ref, ProviderState.CAPTURED, eur("5.26"))
    for wrong in (None, "", "t=1,v1=00", signature.replace("v1=", "v1=0") if signature else ""):
        with pytest.raises(BadWebhookSignature):
            world.provider.open_notice(body, wrong)
    with pytest.raises(BadWebhookSignature):
        world.provider.open_notice(body.replace(b"526", b"999"), signature)


def test_news_about_other_things_names_no_payment():
    provider = StripeProvider("sk_test_x", SECRET)
    body = b'{"id": "evt_1", "type": "charge.refunded", "data": {"object": {"object": "charge", "id": "ch_1"}}}'
    notice = provider.read_notice(body)
    assert (notice.tenant, notice.payment) == (None, None)


@pytest.mark.parametrize(
    ("secret", "signature"), [(None, "t=1,v1=00"), ("whsec_x", None), ("whsec_x", "nonsense"), ("whsec_x", "")]
)
async def test_a_webhook_that_cannot_be_verified_is_refused(secret: str | None, signature: str | None) -> None:
    provider = StripeProvider("sk_test_x", secret)
    try:
        with pytest.raises(BadWebhookSignature):
            provider.open_notice(b"{}", signature)
    finally:
        await provider.close()
