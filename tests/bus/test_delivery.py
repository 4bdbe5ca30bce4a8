"""An event is handled exactly once by each subscription, whatever is sent twice, lost or broken on the way."""

import asyncio

import pytest

from roamgrid.bus import inbox as inbox_module
from roamgrid.bus.checks import outbox_drained
from roamgrid.bus.events import Delivery
from roamgrid.bus.relay import MAX_ATTEMPTS
from roamgrid.bus.subscriptions import Subscription, Subscriptions
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database, OrmWork
from tests.bus.posting import Post, ask, event, leave_a_mark, make_overdue, marks, tell
from tests.conftest import Brands

MARK = Subscription.handler("test.mark", "thing.happened.v1", leave_a_mark)


async def test_each_subscription_handles_each_of_its_events_once(database: Database, brands: Brands) -> None:
    other = Subscription.handler("test.other", "thing.happened.v1", leave_a_mark)
    deaf = Subscription.handler("test.deaf", "nothing.happened.v1", leave_a_mark)
    post = Post(database, MARK, other, deaf)
    await tell(database, brands.voltara, event(1), event(2))
    assert await post.relay.relay_once() == 2
    assert sorted(name for _, name, _ in post.wake_ups) == ["test.mark", "test.mark", "test.other", "test.other"]
    await post.deliver_all()
    assert await marks(database, brands.voltara) == ["1", "1", "2", "2"]
    assert await post.rows() == []
    assert (await outbox_drained(database)).ok


async def test_a_handler_works_for_the_events_tenant_and_no_other(database: Database, brands: Brands) -> None:
    post = Post(database, MARK)
    await tell(database, brands.voltara, event())
    await post.relay_and_deliver()
    assert await marks(database, brands.kilowind) == []
    assert [delivery.tenant for delivery in post.live] == ["voltara"]


async def test_a_wake_up_in_another_tenants_name_finds_nothing(database: Database, brands: Brands) -> None:
    post = Post(database, MARK)
    await tell(database, brands.voltara, event())
    await post.relay.relay_once()
    [(_, name, event_id)] = post.wake_ups
    await post.inbox.deliver("kilowind", name, event_id)
    assert await marks(database, brands.kilowind) == []
    assert len(await post.rows()) == 1


async def test_a_wake_up_sent_again_changes_nothing(database: Database, brands: Brands) -> None:
    post = Post(database, MARK)
    await tell(database, brands.voltara, event())
    await post.relay.relay_once()
    post.wake_ups *= 3
    await post.deliver_all()
    assert await marks(database, brands.voltara) == ["1"]


async def test_wake_ups_at_the_same_time_run_one_handler_and_hold_nobody_up(database: Database, brands: Brands) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(work: OrmWork, delivery: Delivery) -> None:
        begun.set()
        await go_on.wait()
        await leave_a_mark(work, delivery)

    post = Post(database, Subscription.handler("test.slow", "thing.happened.v1", slow))
    await tell(database, brands.voltara, event())
    await post.relay.relay_once()
    [wake_up] = post.wake_ups
    first = asyncio.create_task(post.inbox.deliver(*wake_up))
    await begun.wait()
    await asyncio.gather(*(post.inbox.deliver(*wake_up) for _ in range(8)))
    go_on.set()
    await first
    assert await marks(database, brands.voltara) == ["1"]
    assert await post.rows() == []


async def test_a_crash_after_the_relay_committed_loses_nothing(database: Database, brands: Brands) -> None:
    post = Post(database, MARK)
    await tell(database, brands.voltara, event())
    post.lost = True
    with pytest.raises(ConnectionError):
        await post.relay.relay_once()
    post.lost = False
    assert await post.relay.redispatch_once() == 0, "it may still be on its way"
    await make_overdue(database, 5.1)
    assert await post.relay.redispatch_once() == 1
    await post.deliver_all()
    assert await marks(database, brands.voltara) == ["1"]


async def test_what_a_failed_handler_did_is_undone_and_its_error_is_kept(database: Database, brands: Brands) -> None:
    async def fail_late(work: OrmWork, delivery: Delivery) -> None:
        await leave_a_mark(work, delivery)
        raise ValueError("no tariff")

    post = Post(database, Subscription.handler("test.fails", "thing.happened.v1", fail_late), MARK)
    await tell(database, brands.voltara, event())
    await post.relay_and_deliver()
    assert await marks(database, brands.voltara) == ["1"], "the other subscription's"
    [row] = await post.rows()
    assert (row["subscription"], row["attempts"], row["parked"], row["error"]) == (
        "test.fails",
        1,
        False,
        "ValueError: no tariff",
    )


async def test_the_pause_doubles_with_each_failure(database: Database, brands: Brands) -> None:
    post = Post(database, MARK)
    await tell(database, brands.voltara, event())
    await post.relay.relay_once()
    for attempts, pause in ((0, 5), (1, 10), (5, 160), (10, 5120), (11, 5120)):
        await ask(database, "update platform.inbox set attempts = %s", [attempts])
        await make_overdue(database, pause - 1)
        assert await post.relay.redispatch_once() == 0
        await make_overdue(database, pause + 1)
        assert await post.relay.redispatch_once() == 1


async def test_after_twelve_failures_a_delivery_is_parked_and_visible(database: Database, brands: Brands) -> None:
    async def broken(work: OrmWork, delivery: Delivery) -> None:
        raise ValueError("always")

    post = Post(database, Subscription.handler("test.broken", "thing.happened.v1", broken))
    await tell(database, brands.voltara, event())
    await post.relay.relay_once()
    post.wake_ups.clear()
    for attempt in range(1, MAX_ATTEMPTS + 1):
        await make_overdue(database, 1e6)
        assert await post.relay.redispatch_once() == 1
        await post.deliver_all()
        [row] = await post.rows()
        assert (row["attempts"], row["parked"]) == (attempt, attempt == 12)
    await make_overdue(database, 1e6)
    assert await post.relay.redispatch_once() == 0
    check = await outbox_drained(database)
    assert (check.ok, check.figures) == (False, {"outbox": 0, "inbox": 0, "parked": 1})
    assert check.detail == "0 events not relayed, 0 deliveries open, 1 parked (test.broken: ValueError: always)"


async def test_a_parked_delivery_is_not_handled_by_an_old_wake_up(database: Database, brands: Brands) -> None:
    post = Post(database, MARK)
    await tell(database, brands.voltara, event())
    await post.relay.relay_once()
    await ask(database, "update platform.inbox set parked = true")
    await post.deliver_all()
    assert await marks(database, brands.voltara) == []


async def test_a_subscription_that_this_version_does_not_know_is_recorded_and_left_to_another(
    database: Database, brands: Brands
) -> None:
    newer, older = Post(database, MARK), Post(database)
    await tell(database, brands.voltara, event())
    await newer.relay.relay_once()
    await older.inbox.deliver(*newer.wake_ups[0])
    [row] = await newer.rows()
    assert (row["attempts"], row["error"]) == (1, "LookupError: no subscription is called 'test.mark' in this version")
    await newer.deliver_all()
    assert await marks(database, brands.voltara) == ["1"]


async def test_a_handler_that_hangs_is_cut_off(database: Database, brands: Brands, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(work: OrmWork, delivery: Delivery) -> None:
        await leave_a_mark(work, delivery)
        await asyncio.Event().wait()

    monkeypatch.setattr(inbox_module, "LONGEST_RUN_S", 0.05)
    post = Post(database, Subscription.handler("test.hangs", "thing.happened.v1", hang))
    await tell(database, brands.voltara, event())
    await post.relay_and_deliver()
    [row] = await post.rows()
    assert (row["attempts"], row["error"]) == (1, "TimeoutError: ")
    assert await marks(database, brands.voltara) == []


class Calls:
    """An effect that counts, and fails or waits as told."""

    def __init__(self, error: Exception | None = None) -> None:
        self.count = 0
        self.error = error
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()
        self.go_on.set()
        self.subscription = Subscription.effect("test.calls", "thing.happened.v1", self)

    async def __call__(self, ctx: TenantContext, delivery: Delivery) -> None:
        assert (ctx.tenant, ctx.actor) == ("voltara", "subscription:test.calls")
        self.count += 1
        self.begun.set()
        await self.go_on.wait()
        if self.error is not None:
            raise self.error


async def test_an_effect_runs_once(database: Database, brands: Brands) -> None:
    calls = Calls()
    post = Post(database, calls.subscription)
    await tell(database, brands.voltara, event())
    await post.relay.relay_once()
    post.wake_ups *= 3
    await post.deliver_all()
    assert (calls.count, await post.rows()) == (1, [])


async def test_an_effect_never_runs_twice_at_the_same_time(database: Database, brands: Brands) -> None:
    calls = Calls()
    calls.go_on.clear()
    post = Post(database, calls.subscription)
    await tell(database, brands.voltara, event())
    await post.relay.relay_once()
    [wake_up] = post.wake_ups
    first = asyncio.create_task(post.inbox.deliver(*wake_up))
    await calls.begun.wait()
    await asyncio.gather(*(post.inbox.deliver(*wake_up) for _ in range(5)))
    await make_overdue(database, 60)
    assert await post.relay.redispatch_once() == 0, "somebody works on it"
    calls.go_on.set()
    await first
    assert (calls.count, await post.rows()) == (1, [])


async def test_an_effect_whose_worker_died_runs_again_when_its_lease_ends(database: Database, brands: Brands) -> None:
    calls = Calls()
    calls.go_on.clear()
    post = Post(database, calls.subscription)
    await tell(database, brands.voltara, event())
    await post.relay.relay_once()
    dying = asyncio.create_task(post.inbox.deliver(*post.wake_ups.pop()))
    await calls.begun.wait()
    dying.cancel()
    await asyncio.wait([dying])
    calls.go_on.set()
    await make_overdue(database, 60)
    assert await post.relay.redispatch_once() == 0
    await ask(database, "update platform.inbox set leased_until = now() - interval '1 second'")
    assert await post.relay.redispatch_once() == 1
    await post.deliver_all()
    assert (calls.count, await post.rows()) == (2, [])


async def test_a_failed_effect_gives_its_lease_back(database: Database, brands: Brands) -> None:
    calls = Calls(ConnectionError("partner is down"))
    post = Post(database, calls.subscription)
    await tell(database, brands.voltara, event())
    await post.relay_and_deliver()
    [row] = await post.rows()
    assert (row["attempts"], row["leased_until"], row["error"]) == (1, None, "ConnectionError: partner is down")
    calls.error = None
    await make_overdue(database, 11)
    await post.relay.redispatch_once()
    await post.deliver_all()
    assert (calls.count, await post.rows()) == (2, [])


def test_two_subscriptions_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match=r"test\.mark"):
        Subscriptions([MARK, MARK])
