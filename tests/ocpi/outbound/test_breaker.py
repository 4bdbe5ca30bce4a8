"""The breaker alone, on a clock that we turn."""

import pytest

from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.ocpi.outbound.breaker import Breaker


class Dial:
    """A clock that shows what it is told."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def dial() -> Dial:
    return Dial()


@pytest.fixture
def breaker(dial: Dial) -> Breaker:
    return Breaker("Greenfield", failures=3, cool_down_s=10, monotonic=dial)


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.admit()
        breaker.failed()


def test_it_opens_after_failures_in_a_row(breaker: Breaker):
    fail(breaker, 3)
    with pytest.raises(PartnerUnavailable, match="Greenfield failed 3 times in a row; next try in 10 s"):
        breaker.admit()


def test_a_success_in_between_starts_the_count_anew(breaker: Breaker):
    fail(breaker, 2)
    breaker.succeeded()
    fail(breaker, 2)
    breaker.admit()


def test_after_the_cool_down_one_call_may_try(breaker: Breaker, dial: Dial):
    fail(breaker, 3)
    dial.seconds += 10
    breaker.admit()
    with pytest.raises(PartnerUnavailable):
        breaker.admit()


def test_a_try_that_succeeds_closes_it(breaker: Breaker, dial: Dial):
    fail(breaker, 3)
    dial.seconds += 10
    breaker.admit()
    breaker.succeeded()
    fail(breaker, 2)
    breaker.admit()


def test_a_try_that_fails_begins_the_wait_anew(breaker: Breaker, dial: Dial):
    fail(breaker, 3)
    dial.seconds += 10
    fail(breaker, 1)
    dial.seconds += 9
    with pytest.raises(PartnerUnavailable, match="next try in 1 s"):
        breaker.admit()


def test_a_try_that_never_reports_back_does_not_close_the_door_for_good(breaker: Breaker, dial: Dial):
    fail(breaker, 3)
    dial.seconds += 10
    breaker.admit()
    dial.seconds += 10
    breaker.admit()
