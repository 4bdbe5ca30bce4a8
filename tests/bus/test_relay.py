"""Events leave the outbox in order, completely, and through one relay at a time."""

import asyncio
from contextlib import suppress

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roamgrid.bus import relay as relay_module
from roamgrid.bus.events import publish
from roamgrid.bus.subscriptions import Subscription
from roamgrid.tenancy.database import Database
from tests.bus.posting import Post, ask, event, leave_a_mark, marks, tell, until
from tests.conftest import Brands

MARK = Subscription.handler("test.mark", "thing.happened.v1", leave_a_mark)


async def test_events_of_one_aggregate_keep_their_order(database: Database, brands: Brands) -> None:
    post = Post(database, MARK)
    for number in range(1, 6):
        await tell(database, brands.voltara, event(number), event(number, aggregate="thing:2"))
    await post.relay.relay_once()
    for aggregate in ("thing:1", "thing:2"):
        versions = [delivery.event.version for delivery in post.live if delivery.event.aggregate == aggregate]
        assert versions == [1, 2, 3, 4, 5]


async def test_what_commits_late_is_not_overtaken(database: Database, brands: Brands) -> None:
    post = Post(database, MARK)
    async with database.work(brands.voltara) as older:
        await publish(older, event(1))
        async with database.work(brands.kilowind) as younger:
            await publish(younger, event(2))
        assert await post.relay.relay_once() == 0, "an older transaction is still open"
    await tell(database, brands.kilowind, event(3))
    await post.relay.relay_once()
    assert [delivery.event.version for delivery in post.live] == [1, 2, 3]


async def test_a_batch_is_bounded_and_the_rest_follows(
    database: Database, brands: Brands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "BATCH", 3)
    post = Post(database, MARK)
    await tell(database, brands.voltara, *(event(number) for number in range(7)))
    assert [await post.relay.relay_once() for _ in range(4)] == [3, 3, 1, 0]
    assert [delivery.event.version for delivery in post.live] == list(range(7))


async def test_while_one_relay_works_another_stands_by(database: Database, brands: Brands) -> None:
    post = Post(database, MARK)
    await tell(database, brands.voltara, event())
    async with await psycopg.AsyncConnection.connect(database.url) as leader:
        await leader.execute("select pg_advisory_xact_lock(7041978)")
        assert (await post.relay.relay_once(), await post.relay.redispatch_once()) == (0, 0)
    assert await post.relay.relay_once() == 1


async def test_two_relays_together_move_each_event_once(database: Database, brands: Brands) -> None:
    posts = [Post(database, MARK), Post(database, MARK)]
    running = [asyncio.create_task(post.relay.run()) for post in posts]
    for number in range(40):
        await tell(database, brands.voltara, event(number))
    await until(lambda: sum(len(post.live) for post in posts) >= 40)
    await stop(*running)
    assert sorted(delivery.event.version for post in posts for delivery in post.live) == list(range(40))


async def test_a_relay_outlives_its_connections(database: Database, brands: Brands) -> None:
    post = Post(database, MARK)
    running = asyncio.create_task(post.relay.run())
    await tell(database, brands.voltara, event(1))
    await until(lambda: len(post.live) == 1)
    await ask(
        database,
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    )
    await tell(database, brands.voltara, event(2))
    await until(lambda: len(post.live) == 2)
    assert not running.done()
    await stop(running)


async def test_a_relay_outlives_a_redis_that_is_gone(database: Database, brands: Brands) -> None:
    post = Post(database, MARK)
    post.lost = True
    running = asyncio.create_task(post.relay.run())
    await tell(database, brands.voltara, event(1))

    async def filed() -> bool:
        return bool(await post.rows())

    await until(filed)
    post.lost = False
    await tell(database, brands.voltara, event(2))
    await until(lambda: len(post.wake_ups) == 1)
    assert not running.done()
    await stop(running)


@pytest.mark.parametrize("payload", ["", "[1]", "1", "{'a': 1}", '{"a": 1'])
async def test_no_event_that_cannot_be_read_gets_into_the_outbox(database: Database, brands: Brands, payload: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        async with database.work(brands.voltara) as work:
            await work.conn.execute(
                "insert into platform.outbox (tenant, type, aggregate, aggregate_version, payload) "
                "values ('voltara', 'x', 'x', 1, %s)",
                (payload,),
            )


@given(st.lists(st.sampled_from(["tell", "relay", "deliver", "repeat"]), max_size=15))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_interleaving_handles_each_event_once(database: Database, brands: Brands, steps: list[str]) -> None:
    await ask(database, "truncate platform.outbox, platform.inbox, t_voltara.party")
    post = Post(database, MARK)
    told = 0
    for step in steps:
        if step == "tell":
            told += 1
            await tell(database, brands.voltara, event(told))
        elif step == "relay":
            await post.relay.relay_once()
        elif step == "deliver" and post.wake_ups:
            await post.inbox.deliver(*post.wake_ups.pop())
        elif step == "repeat":
            post.wake_ups *= 2
    await post.relay_and_deliver()
    assert sorted(await marks(database, brands.voltara), key=int) == [str(number + 1) for number in range(told)]


async def stop(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
