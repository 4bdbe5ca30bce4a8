"""Events that arrive signed, again after a refusal, and only where they belong."""

from dataclasses import dataclass, field

import pytest
import stripe
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.sandbox.psp_world import Psp, authorised
from tests.sandbox.serving import eventually, reserved_port, served

SECRET = "whsec_of_the_test"

# The SDK hands httpx its form as text in `data=`, which httpx calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


@dataclass
class Listener:
    """A webhook endpoint that refuses the first `refusals` deliveries."""

    refusals: int = 0
    events: list[stripe.Event] = field(default_factory=list)

    async def receive(self, request: Request) -> Response:
        payload = await request.body()
        event = stripe.Webhook.construct_event(payload, request.headers["Stripe-Signature"], SECRET)
        if self.refusals:
            self.refusals -= 1
            return Response(status_code=503)
        self.events.append(event)
        return Response(status_code=200)

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/hooks", self.receive, methods=["POST"])])

    async def until(self, count: int) -> list[str]:
        """The types of the first events, sorted (their order of arrival is nobody's promise)."""

        async def enough() -> bool:
            return len(self.events) >= count

        await eventually(enough)
        return sorted(event.type for event in self.events)


async def test_events_are_signed_and_tell_the_story(psp: Psp):
    listener = Listener()
    async with served(listener.app(), reserved_port()) as url:
        await psp.control("webhooks", url=f"{url}/hooks", secret=SECRET, api_key="sk_test_voltara")
        client = psp.client()
        intent = await authorised(client)
        await client.v1.payment_intents.capture_async(intent.id, {"amount_to_capture": 700})
        await client.v1.refunds.create_async({"payment_intent": intent.id, "amount": 200})
        await client.v1.payment_intents.cancel_async((await authorised(client)).id)
        assert await listener.until(6) == [
            "charge.captured",
            "charge.refunded",
            "payment_intent.amount_capturable_updated",
            "payment_intent.amount_capturable_updated",
            "payment_intent.canceled",
            "payment_intent.succeeded",
        ]
    refunded = next(event for event in listener.events if event.type == "charge.refunded")
    assert (refunded.data.object["payment_intent"], refunded.data.object["amount_refunded"]) == (intent.id, 200)


async def test_a_refused_event_comes_again_and_other_accounts_hear_nothing(psp: Psp):
    await psp.control("knobs", webhook_pause=0.01)
    listener = Listener(refusals=2)
    async with served(listener.app(), reserved_port()) as url:
        await psp.control("webhooks", url=f"{url}/hooks", secret=SECRET, api_key="sk_test_voltara")
        await authorised(psp.client("sk_test_otherbrand"))
        await authorised(psp.client())
        assert await listener.until(1) == ["payment_intent.amount_capturable_updated"]
    assert [item["tries"] for item in (await psp.state())["deliveries"]] == [3]
