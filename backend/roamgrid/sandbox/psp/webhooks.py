"""Events to the endpoints that asked for them, signed, and tried again until they are taken."""

import asyncio
import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_hex
from time import time
from typing import Any

import httpx

from roamgrid.kernel.json import dumps
from roamgrid.sandbox.psp.options import PspKnobs

Json = dict[str, Any]
logger = logging.getLogger(__name__)
API_VERSION = "2026-10-28.endive"
LONGEST_PAUSE = 30.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an account wants its events; `secret` signs them."""

    api_key: str
    url: str
    secret: str


@dataclass(slots=True)
class Delivery:
    """One event on its way to one endpoint."""

    event_id: str
    event_type: str
    url: str
    tries: int = 0
    delivered: bool = False


@dataclass
class Webhooks:
    """Endpoints and what was sent to them. Needs a running event loop."""

    client: httpx.AsyncClient
    knobs: Callable[[], PspKnobs]
    endpoints: list[Endpoint] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def announce(self, api_key: str, event_type: str, subject: Json) -> None:
        """Send an event with the object as it is now."""
        event_id = f"evt_{token_hex(12)}"
        event = {
            "id": event_id,
            "object": "event",
            "api_version": API_VERSION,
            "created": int(time()),
            "data": {"object": subject},
            "livemode": False,
            "type": event_type,
        }
        payload = dumps(event)
        for endpoint in self.endpoints:
            if endpoint.api_key == api_key:
                delivery = Delivery(event_id, event_type, endpoint.url)
                self.deliveries.append(delivery)
                task = asyncio.create_task(self._deliver(delivery, endpoint, payload))
                self._tasks.add(task)
                task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("a webhook delivery broke off", exc_info=error)

    async def shut_down(self) -> None:
        """Abandon what is still on its way."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _deliver(self, delivery: Delivery, endpoint: Endpoint, payload: bytes) -> None:
        pause = self.knobs().webhook_pause
        while True:
            delivery.tries += 1
            delivery.delivered = await self._post(endpoint, payload)
            if delivery.delivered or delivery.tries >= self.knobs().webhook_tries:
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _post(self, endpoint: Endpoint, payload: bytes) -> bool:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(endpoint.secret, payload, at=int(time())),
        }
        try:
            response = await self.client.post(endpoint.url, content=payload, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL):
            return False
        return response.is_success


def signature(secret: str, payload: bytes, *, at: int) -> str:
    """The `Stripe-Signature` header: a timestamp and the HMAC-SHA256 of timestamp and body."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + payload, sha256)
    return f"t={at},v1={signed.hexdigest()}"
