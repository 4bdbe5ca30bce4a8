"""One partner's share of us: what waits is bounded, and what is beyond is told at once."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roamgrid.core.commands.errors import PartnerNotReached
from roamgrid.ocpi.outbound.bulkhead import Bulkhead, Limits
from roamgrid.ocpi.outbound.errors import PartnerBusy, PartnerLeftAlone, PartnerOverloaded
from roamgrid.ocpi.outbound.pace import Pace
from tests.ocpi.outbound.test_breaker import Dial


async def held(bulkhead: Bulkhead, stack: AsyncExitStack, times: int) -> None:
    for _ in range(times):
        await stack.enter_async_context(bulkhead.turn())


async def take_a_turn(bulkhead: Bulkhead) -> None:
    async with bulkhead.turn():
        await asyncio.sleep(0)


async def test_no_more_calls_at_a_time_than_the_dialect_allows():
    bulkhead = Bulkhead("Greenfield", Limits(concurrency=3, waiting=50))
    await asyncio.gather(*(take_a_turn(bulkhead) for _ in range(20)))
    assert (bulkhead.most_busy, bulkhead.most_waiting, bulkhead.busy, bulkhead.waiting) == (3, 17, 0, 0)


async def test_whoever_finds_the_queue_full_is_told_at_once():
    bulkhead = Bulkhead("Greenfield", Limits(concurrency=1, waiting=2))
    async with AsyncExitStack() as stack:
        await held(bulkhead, stack, 1)
        waiting = [asyncio.create_task(take_a_turn(bulkhead)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(PartnerOverloaded, match="2 calls wait for Greenfield already"):
            await take_a_turn(bulkhead)
    await asyncio.gather(*waiting)
    await take_a_turn(bulkhead)


async def test_nobody_waits_longer_than_the_dialect_allows():
    bulkhead = Bulkhead("Greenfield", Limits(concurrency=1, wait_s=0.01))
    async with AsyncExitStack() as stack:
        await held(bulkhead, stack, 1)
        with pytest.raises(PartnerOverloaded, match="no free connection"):
            await take_a_turn(bulkhead)
    await take_a_turn(bulkhead)


async def test_more_calls_a_second_than_allowed_are_told_so():
    bulkhead = Bulkhead("Greenfield", Limits(per_second=5, wait_s=0), monotonic=Dial())
    for _ in range(5):
        await take_a_turn(bulkhead)
    with pytest.raises(PartnerOverloaded, match="more than 5 calls a second"):
        await take_a_turn(bulkhead)


async def test_a_partner_that_wants_a_pause_gets_it_but_not_for_ever():
    dial = Dial()
    bulkhead = Bulkhead("Greenfield", Limits(), monotonic=dial)
    bulkhead.rest(10**9)
    with pytest.raises(PartnerBusy, match="next try in 900 s"):
        await take_a_turn(bulkhead)
    dial.seconds += 900
    await take_a_turn(bulkhead)


async def test_while_the_breaker_is_open_nobody_waits_and_nothing_was_sent():
    bulkhead = Bulkhead("Greenfield", Limits(failures=1))
    bulkhead.breaker.failed("HTTP 502")
    with pytest.raises(PartnerLeftAlone) as alone:
        await take_a_turn(bulkhead)
    assert isinstance(alone.value, PartnerNotReached)
    assert bulkhead.most_busy == 0


@given(per_second=st.integers(1, 100), gaps=st.lists(st.floats(0, 0.5), min_size=1, max_size=200))
def test_in_no_second_begin_more_calls_than_twice_the_pace(per_second: int, gaps: list[float]):
    """The bucket's content at once, and what drips in during that second."""
    pace, now, began = Pace(per_second), 0.0, []
    for gap in gaps:
        now += gap
        wait = pace.reserve(now, longest_s=1000)
        assert wait is not None
        began.append(now + wait)
    assert began == sorted(began)
    for first in began:
        assert sum(first <= moment < first + 0.999 for moment in began) <= 2 * per_second


@given(st.integers(1, 50))
def test_a_turn_that_is_refused_is_not_taken(per_second: int):
    pace = Pace(per_second)
    while pace.reserve(0, longest_s=0) is not None:
        pass
    due = pace.reserve(0, longest_s=1000)
    assert due is not None
    assert due <= 1 / per_second + 1e-9
