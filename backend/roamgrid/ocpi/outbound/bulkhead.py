"""One partner's share of us (D7): so many calls at once, so many a second, so many waiting; the rest is told at once."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from roamgrid.ocpi.dialects.dialect import Dialect
from roamgrid.ocpi.outbound.breaker import Breaker, Transition, unheard
from roamgrid.ocpi.outbound.errors import PartnerBusy, PartnerOverloaded
from roamgrid.ocpi.outbound.pace import Pace

_LONGEST_REST_S = 900.0
"""A partner that asks to be left alone for longer is asked again after this."""


@dataclass(frozen=True, slots=True)
class Limits:
    """A bulkhead's measures, as the dialect says; times in seconds. `waiting`: calls that may wait for a turn."""

    concurrency: int = 8
    waiting: int = 32
    wait_s: float = 5
    per_second: int = 50
    connect_s: float = 5
    silence_s: float = 30
    answer_s: float = 120
    failures: int = 5
    cool_down_s: float = 15

    @classmethod
    def of(cls, dialect: Dialect) -> "Limits":
        return cls(
            concurrency=dialect.outbound_concurrency,
            waiting=dialect.outbound_waiting,
            wait_s=dialect.outbound_wait_s,
            per_second=dialect.outbound_per_second,
            connect_s=dialect.connect_timeout_s,
            silence_s=dialect.silence_timeout_s,
            answer_s=dialect.answer_timeout_s,
            failures=dialect.breaker_failures,
            cool_down_s=dialect.breaker_cool_down_s,
        )


class Bulkhead:
    """Belongs to one event loop. `most_waiting`, `most_busy`: the highest there ever were, for tests and the curious."""

    def __init__(
        self,
        name: str,
        limits: Limits,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        on_transition: Callable[[Transition], None] = unheard,
    ) -> None:
        self.name = name
        self.limits = limits
        self.breaker = Breaker(
            name,
            failures=limits.failures,
            cool_down_s=limits.cool_down_s,
            monotonic=monotonic,
            on_transition=on_transition,
        )
        self.busy = self.waiting = self.most_busy = self.most_waiting = 0
        self._monotonic = monotonic
        self._slots = asyncio.Semaphore(limits.concurrency)
        self._pace = Pace(limits.per_second)
        self._rest_until = float("-inf")

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Room for one call.

        Raises `PartnerLeftAlone` while the breaker is open, `PartnerBusy` while the partner wants a rest, and
        `PartnerOverloaded` when too many wait already or the wait takes too long.
        """
        self.breaker.check()
        self._check_rest()
        async with self._waiting():
            await self._slots.acquire()
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        try:
            await self._paced()
            self._check_rest()
            self.breaker.admit()
            yield
        finally:
            self.busy -= 1
            self._slots.release()

    def rest(self, seconds: float) -> None:
        """The partner wants no call for so long."""
        self._rest_until = max(self._rest_until, self._monotonic() + min(seconds, _LONGEST_REST_S))

    def _check_rest(self) -> None:
        left_s = self._rest_until - self._monotonic()
        if left_s > 0:
            raise PartnerBusy(f"{self.name} asked for a pause; next try in {left_s:.0f} s", retry_after_s=left_s)

    @asynccontextmanager
    async def _waiting(self) -> AsyncIterator[None]:
        if self._slots.locked() and self.waiting >= self.limits.waiting:
            raise PartnerOverloaded(f"{self.waiting} calls wait for {self.name} already")
        self.waiting += 1
        self.most_waiting = max(self.most_waiting, self.waiting)
        try:
            async with asyncio.timeout(self.limits.wait_s):
                yield
        except TimeoutError:
            raise PartnerOverloaded(f"{self.name} had no free connection for {self.limits.wait_s} s") from None
        finally:
            self.waiting -= 1

    async def _paced(self) -> None:
        wait_s = self._pace.reserve(self._monotonic(), self.limits.wait_s)
        if wait_s is None:
            raise PartnerOverloaded(f"more than {self.limits.per_second} calls a second to {self.name} wait for their turn")
        if wait_s:
            await asyncio.sleep(wait_s)
