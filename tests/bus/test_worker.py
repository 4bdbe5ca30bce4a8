"""The whole way with real parts: outbox, relay, Redis, a dramatiq worker with its own threads and event loop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from functools import partial

import dramatiq
import pytest
from dramatiq.asyncio import get_event_loop_thread
from redis.asyncio import Redis

from roamgrid.bus import broker as brokers
from roamgrid.bus.events import Delivery
from roamgrid.bus.inbox import Inbox
from roamgrid.bus.live import LiveStream, broadcast
from roamgrid.bus.relay import Relay
from roamgrid.bus.subscriptions import Subscription, Subscriptions
from roamgrid.kernel.embedded import EmbeddedServices
from roamgrid.tenancy import apply as tenancy
from roamgrid.tenancy import declaration, migrations
from roamgrid.tenancy.context import TenantSlug
from roamgrid.tenancy.database import Database, OrmWork
from tests.bus.posting import ask, event, leave_a_mark, make_overdue, marks, tell, until
from tests.conftest import ROOT, Brands

SUBSCRIPTIONS = Subscriptions([Subscription.handler("test.mark", "thing.happened.v1", leave_a_mark)])


class Worker:
    """A dramatiq worker with its own database, opened on its own loop, as a worker process has it."""

    def __init__(self, database_url: str, redis_url: str, subscriptions: Subscriptions = SUBSCRIPTIONS) -> None:
        self._database = Database(database_url, max_connections=4)
        self._broker = brokers.broker(redis_url)
        brokers.declare_delivery(self._broker, Inbox(self._database, subscriptions))
        self._worker = dramatiq.Worker(self._broker, worker_threads=3, worker_timeout=brokers.POLL_MS)

    def __enter__(self) -> None:
        self._worker.start()
        self._run(self._database.open)

    def __exit__(self, *_: object) -> None:
        self._worker.pause()
        self._run(self._database.close)
        self._worker.stop()
        self._broker.close()

    def _run(self, step: Callable[[], Awaitable[None]]) -> None:
        loop = get_event_loop_thread()
        assert loop is not None
        loop.run_coroutine(step())


@pytest.fixture
def wake(redis_url: str) -> Iterator[brokers.Wake]:
    """The sender's side, in front of an empty queue."""
    broker = brokers.broker(redis_url)
    broker.client.flushdb()
    yield brokers.Wake(broker)
    broker.close()


async def handled(database: Database, brands: Brands, count: int) -> list[str]:
    """Wait until nothing is under way; so many handlers have committed then, or more."""
    await until(lambda: drained(database))
    found = await marks(database, brands.voltara)
    assert len(found) >= count
    return sorted(found, key=int)


async def drained(database: Database) -> bool:
    return not await ask(database, "select 1 from platform.inbox union all select 1 from platform.outbox")


async def test_a_worker_handles_what_the_relay_sends(
    database: Database, brands: Brands, wake: brokers.Wake, redis_url: str
) -> None:
    relay = Relay(database, SUBSCRIPTIONS, wake, nobody_listens)
    with Worker(database.url, redis_url):
        await tell(database, brands.voltara, *(event(number) for number in range(20)))
        await relay.relay_once()
        assert await handled(database, brands, 20) == [str(number) for number in range(20)]


async def test_a_redis_that_forgets_everything_loses_no_event(
    database: Database, brands: Brands, wake: brokers.Wake, redis_url: str
) -> None:
    relay = Relay(database, SUBSCRIPTIONS, wake, nobody_listens)
    await tell(database, brands.voltara, *(event(number) for number in range(5)))
    await relay.relay_once()
    async with Redis.from_url(redis_url) as redis:
        assert await redis.llen("dramatiq:deliveries") == 5
        await redis.flushdb()
    await make_overdue(database, 6)
    await relay.redispatch_once()
    with Worker(database.url, redis_url):
        assert await handled(database, brands, 5) == ["0", "1", "2", "3", "4"]


async def test_two_workers_and_every_wake_up_twice_handle_each_event_once(
    database: Database, brands: Brands, wake: brokers.Wake, redis_url: str
) -> None:
    async def twice(*wake_up: object) -> None:
        await asyncio.gather(wake(*wake_up), wake(*wake_up))  # type: ignore[arg-type]

    relay = Relay(database, SUBSCRIPTIONS, twice, nobody_listens)
    await tell(database, brands.voltara, *(event(number) for number in range(30)))
    await relay.relay_once()
    with Worker(database.url, redis_url):
        assert await handled(database, brands, 30) == [str(number) for number in range(30)]


async def test_a_failing_handler_leaves_the_worker_at_work(
    database: Database, brands: Brands, wake: brokers.Wake, redis_url: str
) -> None:
    async def refuse_odd(work: OrmWork, delivery: Delivery) -> None:
        if delivery.event.version % 2:
            raise ValueError("odd")
        await leave_a_mark(work, delivery)

    subscriptions = Subscriptions([Subscription.handler("test.even", "thing.happened.v1", refuse_odd)])
    relay = Relay(database, subscriptions, wake, nobody_listens)
    await tell(database, brands.voltara, *(event(number) for number in range(10)))
    await relay.relay_once()
    with Worker(database.url, redis_url, subscriptions):

        async def all_tried() -> bool:
            return not await ask(database, "select 1 from platform.inbox where attempts = 0")

        await until(all_tried)
        assert sorted(await marks(database, brands.voltara)) == ["0", "2", "4", "6", "8"]


@pytest.mark.chaos
async def test_both_servers_restart_on_the_way_and_nothing_is_lost(tmp_path_factory: pytest.TempPathFactory) -> None:
    services = EmbeddedServices(tmp_path_factory.mktemp("bus"), durable=False)
    with services as urls:
        migrations.migrate(urls.database_url)
        tenancy.apply(urls.database_url, declaration.load(ROOT / "tenants" / "voltara"))
        async with running(urls.database_url, urls.redis_url) as (database, live):
            ctx = database.context(TenantSlug("voltara"))
            with Worker(urls.database_url, urls.redis_url):
                async with live.listen("voltara") as events:
                    await tell(database, ctx, *(event(number) for number in range(10)))
                    assert (await anext(events)).version == 0
                    await asyncio.to_thread(services.restart_redis)
                    await patiently(lambda: tell(database, ctx, *(event(number) for number in range(10, 20))))
                    await asyncio.to_thread(services.restart_postgres)
                    await patiently(lambda: tell(database, ctx, *(event(number) for number in range(20, 30))))
                    await until(lambda: drained(database))
                    assert sorted(map(int, await marks(database, ctx))) == list(range(30))


@asynccontextmanager
async def running(database_url: str, redis_url: str) -> AsyncIterator[tuple[Database, LiveStream]]:
    """A relay at work."""
    database, redis = Database(database_url, max_connections=4), Redis.from_url(redis_url)
    broker = brokers.broker(redis_url)
    await database.open()
    live = LiveStream(redis)
    relay = asyncio.create_task(Relay(database, SUBSCRIPTIONS, brokers.Wake(broker), partial(broadcast, redis)).run())
    try:
        yield database, live
    finally:
        relay.cancel()
        with suppress(asyncio.CancelledError):
            await relay
        await live.close()
        await redis.aclose()
        await database.close()
        broker.close()


async def patiently(step: Callable[[], Awaitable[None]]) -> None:
    """Connections of before a restart are noticed once."""
    try:
        await step()
    except Exception:
        await step()


async def nobody_listens(_: list[Delivery]) -> None:
    return None
