"""The payment provider as an application sees it: through the official SDK."""

from dataclasses import dataclass, field
from typing import Any

import httpx
import stripe

from roamgrid.kernel.json import dumps


class ImpatientHttp(stripe.HTTPXClient):
    """The SDK's own asynchronous transport, without its pauses between retries."""

    def sleep_async(self, secs: float):
        return super().sleep_async(0)


@dataclass(frozen=True)
class Psp:
    url: str
    opened: list[stripe.HTTPXClient] = field(default_factory=list)

    def client(self, key: str = "sk_test_voltara", *, retries: int = 0) -> stripe.StripeClient:
        """The SDK as an application uses it, pointed at the sandbox."""
        http = ImpatientHttp(timeout=5, verify_ssl_certs=False)
        self.opened.append(http)
        addresses: Any = {"api": self.url}
        return stripe.StripeClient(key, base_addresses=addresses, http_client=http, max_network_retries=retries)

    async def control(self, path: str, **body: Any) -> httpx.Response:
        async with httpx.AsyncClient(trust_env=False, verify=False) as client:
            return await client.post(f"{self.url}/_control/{path}", content=dumps(body))

    async def state(self) -> Any:
        async with httpx.AsyncClient(trust_env=False, verify=False) as client:
            return (await client.get(f"{self.url}/_control/state")).json()


async def authorised(client: stripe.StripeClient, amount: int = 5000, **params: Any) -> stripe.PaymentIntent:
    """A confirmed authorisation of a Visa card, to be captured later."""
    wanted = {"amount": amount, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True} | params
    return await client.v1.payment_intents.create_async({"capture_method": "manual", **wanted})  # type: ignore[typeddict-item]
