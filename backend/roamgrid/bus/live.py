"""Live streams: every event of a tenant, shortly after its commit, to whoever watches (D5).

Best effort by design: a listener re-reads the state it shows, so a lost signal costs freshness, never truth.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from roamgrid.bus.events import Delivery, Event
from roamgrid.kernel import json

log = structlog.get_logger(__name__)

_MAX_LENGTH = 10_000
_QUEUE = 256
_BLOCK_MS = 1_000


def _key(tenant: str) -> str:
    return f"roamgrid:live:{tenant}"


async def broadcast(redis: Redis, deliveries: list[Delivery]) -> None:
    """Append to the tenants' streams; old entries are trimmed."""
    pipe = redis.pipeline(transaction=False)
    for delivery in deliveries:
        pipe.xadd(_key(delivery.tenant), {"delivery": json.encode(delivery)}, maxlen=_MAX_LENGTH, approximate=True)
    await pipe.execute()


class LiveStream:
    """One reader per tenant and process, fanned out to any number of listeners."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._listeners: dict[str, set[_Listener]] = defaultdict(set)
        self._readers: dict[str, asyncio.Task[None]] = {}

    @asynccontextmanager
    async def listen(self, tenant: str, aggregate: str = "") -> AsyncIterator[AsyncIterator[Event]]:
        """Events of `tenant` whose aggregate begins with `aggregate`, from now on.

        A listener too slow to keep up loses the oldest signals, not the newest.
        """
        listener = _Listener(aggregate)
        self._listeners[tenant].add(listener)
        if tenant not in self._readers:
            started = asyncio.Event()
            self._readers[tenant] = asyncio.create_task(self._read(tenant, started), name=f"live:{tenant}")
            await started.wait()
        try:
            yield listener.events()
        finally:
            self._listeners[tenant].discard(listener)
            if not self._listeners[tenant]:
                await self._stop(tenant)

    async def close(self) -> None:
        """Stop all readers."""
        for tenant in list(self._readers):
            await self._stop(tenant)

    async def _stop(self, tenant: str) -> None:
        reader = self._readers.pop(tenant, None)
        if reader is not None:
            reader.cancel()
            with suppress(asyncio.CancelledError):
                await reader

    async def _read(self, tenant: str, started: asyncio.Event) -> None:
        last = await self._tail(tenant)
        started.set()
        while True:
            try:
                answer: Any = await self._redis.xread({_key(tenant): last}, block=_BLOCK_MS, count=500)
            except (RedisError, OSError):
                log.warning("live.waiting", tenant=tenant)
                await asyncio.sleep(1)
                continue
            for _, entries in answer or []:
                for entry, fields in entries:
                    last = entry
                    event = json.decode(fields[b"delivery"], Delivery).event
                    for listener in self._listeners[tenant]:
                        listener.offer(event)

    async def _tail(self, tenant: str) -> bytes:
        """Where the stream ends now, so that nothing between two reads is missed."""
        try:
            newest: Any = await self._redis.xrevrange(_key(tenant), count=1)
        except (RedisError, OSError):
            return b"$"
        return bytes(newest[0][0]) if newest else b"0-0"


class _Listener:
    def __init__(self, aggregate: str) -> None:
        self._aggregate = aggregate
        self._queue: asyncio.Queue[Event] = asyncio.Queue(_QUEUE)

    def offer(self, event: Event) -> None:
        if event.aggregate.startswith(self._aggregate):
            if self._queue.full():
                self._queue.get_nowait()
            self._queue.put_nowait(event)

    async def events(self) -> AsyncIterator[Event]:
        while True:
            yield await self._queue.get()


