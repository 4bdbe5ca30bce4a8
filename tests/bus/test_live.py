"""Whoever listens hears what commits from then on, as fast as it can keep up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from roamgrid.bus.events import Delivery, Event
from roamgrid.bus.live import LiveStream, broadcast
from roamgrid.kernel.embedded import EmbeddedServices
from roamgrid.kernel.ids import new_id


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """This worker's Redis, emptied."""
    client = Redis.from_url(redis_url)
    await client.flushdb()
    yield client
    await client.aclose()


@pytest.fixture
async def live(redis: Redis) -> AsyncIterator[LiveStream]:
    stream = LiveStream(redis)
    yield stream
    await stream.close()


def delivery(number: int, aggregate: str = "session:1", tenant: str = "voltara") -> Delivery:
    return Delivery(
        new_id(), tenant, Event("session.updated.v1", aggregate, number, {"n": str(number)}), datetime.now(UTC), None
    )


async def hear(events: AsyncIterator[Event], count: int) -> list[int]:
    """The versions of the next so many events."""
    return [(await anext(events)).version for _ in range(count)]


async def test_an_event_right_after_listening_began_is_heard(live: LiveStream, redis: Redis) -> None:
    await broadcast(redis, [delivery(1)])
    async with live.listen("voltara") as events:
        await broadcast(redis, [delivery(2), delivery(3)])
        assert await hear(events, 2) == [2, 3]


async def test_listeners_that_come_together_all_hear_the_first_event(live: LiveStream, redis: Redis) -> None:
    ready = asyncio.Barrier(6)

    async def listen() -> list[int]:
        async with live.listen("voltara") as events:
            await ready.wait()
            return await hear(events, 1)

    listeners = [asyncio.create_task(listen()) for _ in range(5)]
    await ready.wait()
    await broadcast(redis, [delivery(7)])
    assert await asyncio.gather(*listeners) == [[7]] * 5


async def test_a_listener_hears_its_own_tenant_and_what_it_asked_for(live: LiveStream, redis: Redis) -> None:
    async with live.listen("voltara", "session:1") as mine, live.listen("kilowind") as theirs:
        await broadcast(redis, [delivery(1, tenant="kilowind"), delivery(2, "session:2"), delivery(3)])
        assert await hear(mine, 1) == [3]
        assert await hear(theirs, 1) == [1]


async def test_a_slow_listener_loses_the_oldest(live: LiveStream, redis: Redis) -> None:
    async with live.listen("voltara", "slow") as slow, live.listen("voltara", "last") as last:
        await broadcast(redis, [delivery(number, "slow:1") for number in range(300)] + [delivery(0, "last:1")])
        await hear(last, 1)
        assert await hear(slow, 256) == list(range(44, 300))


async def test_an_entry_that_cannot_be_read_is_passed_over(live: LiveStream, redis: Redis) -> None:
    async with live.listen("voltara") as events:
        await redis.xadd("roamgrid:live:voltara", {"delivery": "{broken"})
        await redis.xadd("roamgrid:live:voltara", {"other": "field"})
        await broadcast(redis, [delivery(2)])
        assert await hear(events, 1) == [2]


async def test_when_the_last_listener_leaves_its_reader_ends_and_a_new_one_can_come(live: LiveStream, redis: Redis) -> None:
    for number in (1, 2):
        async with live.listen("voltara") as events:
            await broadcast(redis, [delivery(number)])
            assert await hear(events, 1) == [number]
    assert [task for task in asyncio.all_tasks() if task.get_name().startswith("live:")] == []


async def test_streams_are_short_and_go_away(redis: Redis) -> None:
    await broadcast(redis, [delivery(number) for number in range(3)])
    assert await redis.xlen("roamgrid:live:voltara") == 3
    assert 0 < await redis.ttl("roamgrid:live:voltara") <= 3600


@pytest.mark.chaos
async def test_listening_goes_on_after_redis_came_back_even_empty(tmp_path_factory: pytest.TempPathFactory) -> None:
    services = EmbeddedServices(tmp_path_factory.mktemp("live"), durable=False)
    with services as urls:
        redis = Redis.from_url(urls.redis_url)
        live = LiveStream(redis)
        async with live.listen("voltara") as events:
            await broadcast(redis, [delivery(1)])
            assert await hear(events, 1) == [1]
            await asyncio.to_thread(services.stop_redis)
            async with live.listen("kilowind") as others:
                await asyncio.to_thread(services.start_redis)
                with suppress(RedisError):
                    await redis.flushall()
                await broadcast_until_heard(redis, events, "voltara")
                await broadcast_until_heard(redis, others, "kilowind")
        await live.close()
        await redis.aclose()


async def broadcast_until_heard(redis: Redis, events: AsyncIterator[Event], tenant: str) -> None:
    """A reader that reconnects may miss what was said meanwhile, and hears what is said afterwards."""
    heard = asyncio.create_task(hear(events, 1))
    while not heard.done():
        with suppress(RedisError):  # our own connection of before the restart
            await broadcast(redis, [delivery(5, tenant=tenant)])
        await asyncio.wait([heard], timeout=0.1)
    assert heard.result() == [5]
