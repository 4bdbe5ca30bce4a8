"""Play one job on an event loop."""

import asyncio
from collections.abc import Iterator
from itertools import cycle
from time import perf_counter
from typing import cast

from roamgrid.cli.bench.load.http import Malformed, take
from roamgrid.cli.bench.load.jobs import Job, Outcome
from roamgrid.cli.bench.load.tally import Tally

_GRACE_S = 30.0
_MOST_ERRORS = 1_000
"""A server that refuses everything is not asked for the full time."""


async def play(job: Job) -> Outcome:
    """Run the job against 127.0.0.1. Raises `OSError` when nobody listens, `TimeoutError` when the server falls silent."""
    loop = asyncio.get_running_loop()
    run = _Run(job, loop.create_future())
    for _ in range(job.connections):
        await loop.create_connection(lambda: _Connection(run), "127.0.0.1", job.port)
    async with asyncio.timeout(None if job.once else job.seconds + _GRACE_S):
        await run.done
    return run.tally.outcome(run.last - run.began if job.once else job.seconds)


class _Run:
    """What the connections of one job share."""

    def __init__(self, job: Job, done: asyncio.Future[None]) -> None:
        self.tally = Tally(job.status, job.marker)
        self.done = done
        self.began = self.last = perf_counter()
        self._requests: Iterator[bytes] = iter(job.requests) if job.once else cycle(job.requests)
        self._deadline = float("inf") if job.once else self.began + job.seconds
        self._open = job.connections

    def next_request(self) -> bytes | None:
        """None: there is nothing more to do."""
        if perf_counter() >= self._deadline or self.tally.errors >= _MOST_ERRORS:
            return None
        return next(self._requests, None)

    def answered(self, status: int, body: bytes, sent: float) -> None:
        """Counts only before the deadline."""
        now = perf_counter()
        if now <= self._deadline:
            self.last = now
            self.tally.response(status, body, now - sent)

    def left(self) -> None:
        """A connection has ended; the last one ends the run."""
        self._open -= 1
        if self._open == 0 and not self.done.done():
            self.done.set_result(None)


class _Connection(asyncio.Protocol):
    """One request in flight; the next one leaves when its response is complete."""

    _transport: asyncio.WriteTransport

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._buffer = b""
        self._sent: float | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)  # uvloop's transports derive from nothing
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        try:
            response = take(self._buffer)
        except Malformed as error:
            self._sent = None
            self._run.tally.error(str(error))
            self._transport.abort()
            return
        if response is not None and self._sent is not None:
            self._buffer = response.rest
            self._run.answered(response.status, response.body, self._sent)
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._sent is not None:
            self._run.tally.error(f"the connection ended before the response was complete: {exc or 'end of stream'}")
        self._run.left()

    def _send(self) -> None:
        request = self._run.next_request()
        if request is None:
            self._sent = None
            self._transport.close()
            return
        self._sent = perf_counter()
        self._transport.write(request)
