"""The wake-up path: dramatiq on Redis. Messages name a delivery; the inbox row is the delivery (ADR-0005)."""

import asyncio
from typing import Any
from uuid import UUID

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AgeLimit, AsyncIO
from redis import Redis

from roamgrid.bus.inbox import Inbox

QUEUE = "deliveries"
POLL_MS = 50
"""`worker_timeout` for `dramatiq.Worker`: the longest that an idle worker takes to notice a wake-up; its default is 1000."""
_ACTOR = "deliver"
_MAX_AGE_MS = 60_000
_REDIS_TIMEOUT_S = 5


def broker(redis_url: str) -> RedisBroker:
    """No retries here: the inbox redispatches, with memory of attempts that survives Redis.

    A wake-up that nobody took for a minute is dropped, because a younger one is under way by then.
    """
    client = Redis.from_url(redis_url, socket_timeout=_REDIS_TIMEOUT_S, socket_connect_timeout=_REDIS_TIMEOUT_S)
    middleware = [AgeLimit(max_age=_MAX_AGE_MS), AsyncIO()]
    return RedisBroker(client=client, middleware=middleware, dead_message_ttl=_MAX_AGE_MS)  # type: ignore[no-untyped-call]


class Wake:
    """Sends wake-ups from an event loop."""

    def __init__(self, redis_broker: RedisBroker) -> None:
        self._broker = redis_broker
        redis_broker.declare_queue(QUEUE)

    async def __call__(self, tenant: str, subscription: str, event_id: UUID) -> None:
        message: dramatiq.Message[Any] = dramatiq.Message(
            queue_name=QUEUE, actor_name=_ACTOR, args=(tenant, subscription, str(event_id)), kwargs={}, options={}
        )
        await asyncio.to_thread(self._broker.enqueue, message)


def declare_delivery(redis_broker: RedisBroker, inbox: Inbox) -> None:
    """Teach a worker's broker to handle deliveries."""

    async def deliver(tenant: str, subscription: str, event_id: str) -> None:
        await inbox.deliver(tenant, subscription, UUID(event_id))

    dramatiq.actor(actor_name=_ACTOR, queue_name=QUEUE, broker=redis_broker)(deliver)
