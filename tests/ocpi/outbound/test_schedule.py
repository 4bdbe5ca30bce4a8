"""When a partner's turn is."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from roamgrid.kernel.ids import new_id
from roamgrid.ocpi.outbound.schedule import next_pull, next_try, splay

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
moments = st.integers(0, 600_000_000).map(lambda seconds: NOW + timedelta(seconds=seconds - 300_000_000))
intervals = st.timedeltas(timedelta(seconds=10), timedelta(hours=12))
_A_MICROSECOND = timedelta(microseconds=2)


@given(st.uuids(), moments, intervals)
def test_the_next_turn_is_half_to_one_and_a_half_intervals_away(connection: UUID, now: datetime, interval: timedelta):
    assert interval / 2 - _A_MICROSECOND <= next_pull(connection, now, interval) - now <= interval * 1.5 + _A_MICROSECOND


@given(st.uuids(), moments, st.integers(1, 20))
def test_a_connection_keeps_its_own_point_of_the_interval(connection: UUID, now: datetime, turns: int):
    interval = timedelta(minutes=15)
    first = next_pull(connection, now, interval)
    at = first
    for _ in range(turns):
        at = next_pull(connection, at + timedelta(seconds=20), interval)
    assert at == first + turns * interval


def test_fifty_partners_are_spread_over_the_interval():
    interval = timedelta(minutes=15)
    offsets = sorted(splay(new_id(), interval) for _ in range(50))
    quarters = {offset // (interval / 4) for offset in offsets}
    assert quarters == {0, 1, 2, 3}


@given(st.integers(1, 10_000), st.integers(0, 2**32))
def test_failures_are_waited_out_longer_each_time_up_to_a_limit(failures: int, seed: int):
    interval, longest = timedelta(minutes=15), timedelta(hours=6)
    full = min(interval * 2 ** min(failures - 1, 16), longest)
    wait = next_try(failures, NOW, interval, longest) - NOW
    assert full * 0.75 - _A_MICROSECOND <= wait <= full


def test_an_interval_longer_than_the_limit_is_kept():
    day = timedelta(days=1)
    assert next_try(3, NOW, day, spread=lambda _low, high: high) == NOW + day
