"""Live streams: every event of a tenant, shortly after its commit, to whoever watches (D5).

Best effort by design: a listener re-reads the state it shows, so a lost signal costs freshness, never truth.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from roamgrid.bus.events import Delivery, Event
from roamgrid.kernel import json
from roamgrid.kernel.tasks import cancelled

log = structlog.get_logger(__name__)

_MAX_LENGTH = 10_000
_QUEUE = 256
_BLOCK_MS = 1_000
_RETRY_S = 0.5
_KEEP_S = 3_600


def _key(tenant: str) -> str:
    return f"roamgrid:live:{tenant}"


async def broadcast(redis: Redis, deliveries: list[Delivery]) -> None:
    """Append to the tenants' streams; old entries are trimmed, and a stream that nobody writes to goes away."""
    pipe = redis.pipeline(transaction=False)
    for delivery in deliveries:
        pipe.xadd(_key(delivery.tenant), {"delivery": json.encode(delivery)}, maxlen=_MAX_LENGTH, approximate=True)
    for tenant in {delivery.tenant for delivery in deliveries}:
        pipe.expire(_key(tenant), _KEEP_S)
    await pipe.execute()


class LiveStream:
    """One reader per tenant and process, fanned out to any number of listeners."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._channels: dict[str, _Channel] = {}

    @asynccontextmanager
    async def listen(self, tenant: str, aggregate: str = "") -> AsyncIterator[AsyncIterator[Event]]:
        """Events of `tenant` whose aggregate begins with `aggregate`, from now on: the stream's end is known on entry.

        A listener too slow to keep up loses the oldest signals, not the newest. While Redis is down nothing is heard;
        listening goes on by itself afterwards.
        """
        listener = _Listener(aggregate)
        channel = self._channels.get(tenant)
        if channel is None:
            channel = self._channels[tenant] = _Channel(self._redis, tenant)
        channel.listeners.add(listener)
        try:
            await channel.started.wait()
            yield listener.events()
        finally:
            channel.listeners.discard(listener)
            if not channel.listeners and self._channels.get(tenant) is channel:
                del self._channels[tenant]
                await channel.stop()

    async def close(self) -> None:
        """Stop all readers."""
        while self._channels:
            _, channel = self._channels.popitem()
            await channel.stop()


class _Channel:
    """The one reader of a tenant's stream in this process, and who listens to it."""

    def __init__(self, redis: Redis, tenant: str) -> None:
        self.listeners: set[_Listener] = set()
        self.started = asyncio.Event()
        self._redis = redis
        self._tenant = tenant
        self._key = _key(tenant)
        self._reader = asyncio.create_task(self._read(), name=f"live:{tenant}")

    async def stop(self) -> None:
        self._reader.cancel()
        await asyncio.wait([self._reader])

    async def _read(self) -> None:
        last: bytes | None = None
        while not cancelled():
            try:
                if last is None:
                    last = await self._end()
                    self.started.set()
                last = await self._pass_on(last)
            except (RedisError, OSError):
                log.warning("live.waiting", tenant=self._tenant)
                self.started.set()
                await asyncio.sleep(_RETRY_S)

    async def _end(self) -> bytes:
        """Where the stream ends now, so that nothing between two reads is missed."""
        newest: Any = await self._redis.xrevrange(self._key, count=1)
        return bytes(newest[0][0]) if newest else b"0-0"

    async def _pass_on(self, last: bytes) -> bytes:
        """Offer what came after `last`; returns the new end."""
        answer: Any = await self._redis.xread({self._key: last}, block=_BLOCK_MS, count=500)
        for _, entries in answer or []:
            for entry, fields in entries:
                last = entry
                self._offer(fields)
        return last

    def _offer(self, fields: dict[bytes, bytes]) -> None:
        try:
            event = json.decode(fields[b"delivery"], Delivery).event
        except (KeyError, json.JsonError):
            log.warning("live.unreadable", tenant=self._tenant)
            return
        for listener in self.listeners:
            listener.offer(event)


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
