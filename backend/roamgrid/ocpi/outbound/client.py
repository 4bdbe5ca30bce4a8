"""The HTTP client of one partner (OCPI 2.2.1, Transport and format)."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Callable
from datetime import datetime
from functools import partial
from typing import Any

import httpx
import structlog

from roamgrid.core.commands.errors import PartnerNotReached, PartnerUnavailable
from roamgrid.kernel import json
from roamgrid.kernel.ids import new_id
from roamgrid.kernel.telemetry import traceparent, tracer
from roamgrid.ocpi.connections.traffic import Outcome
from roamgrid.ocpi.outbound.answer import Answer, read_answer
from roamgrid.ocpi.outbound.bulkhead import Bulkhead
from roamgrid.ocpi.outbound.errors import (
    AddressForbidden,
    PartnerBusy,
    PartnerLeftAlone,
    PartnerOverloaded,
    PartnerRefused,
    PartyNotConnected,
)
from roamgrid.ocpi.outbound.list_ways import ListWays
from roamgrid.ocpi.outbound.pages import Page, follow
from roamgrid.ocpi.outbound.routing import Route

log = structlog.get_logger(__name__)

MOST_BYTES = 64 * 1024 * 1024
"""No answer is larger: a partner must not fill our memory."""
_TRIES = 4
_BACK_OFF_S, _LONGEST_BACK_OFF_S = 0.25, 4.0
_LONGEST_PAUSE_S = 30.0
"""A partner that asks for a longer pause is not waited for."""
_HELD_BACK = (PartnerLeftAlone, PartnerOverloaded, AddressForbidden)
"""Ours to say; a moment later we would say the same."""
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL)

NoteOutcome = Callable[[Outcome, float], None]
"""Told how each exchange ended, and how many seconds it took with its wait for a turn."""


class PartnerClient:
    """One partner's API behind its bulkhead. The authorization is in no log and in no error."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        authorization: str,
        bulkhead: Bulkhead,
        note: NoteOutcome,
        lists: ListWays | None = None,
    ) -> None:
        self._http = http
        self._authorization = authorization
        self._bulkhead = bulkhead
        self._note = note
        self._lists = lists or ListWays()

    async def call(self, method: str, url: str, body: Any = None) -> bytes | None:
        """One exchange outside of the functional modules: the envelope's data. Raises as `send`."""
        return (await self.send(method, url, body)).data

    async def get(self, url: str, *, route: Route | None = None, correlation_id: str | None = None) -> Answer:
        """Reading changes nothing, so it is tried up to four times. Raises as `send`."""
        for attempt in range(1, _TRIES):
            try:
                return await self._exchange("GET", url, None, route, correlation_id, None)
            except _HELD_BACK:
                raise
            except PartnerUnavailable as error:
                log.info("ocpi.retry", partner=self._bulkhead.name, attempt=attempt, error=error.message)
                await asyncio.sleep(_wait_s(error, attempt))
        return await self._exchange("GET", url, None, route, correlation_id, None)

    async def send(
        self,
        method: str,
        url: str,
        body: Any = None,
        *,
        route: Route | None = None,
        correlation_id: str | None = None,
        timeout_s: float | None = None,
    ) -> Answer:
        """One exchange, tried once; `timeout_s` bounds all of it.

        Raises `PartnerNotReached` (nothing reached the partner), `PartnerUnavailable` (no usable answer) or `PartnerRefused`
        (the partner said no).
        """
        content = None if body is None else json.dumps(body)
        return await self._exchange(method, url, content, route, correlation_id, timeout_s)

    def pages(
        self,
        url: str,
        *,
        date_from: datetime | None = None,
        date_to: datetime | None = None,
        limit: int | None = None,
        route: Route | None = None,
        correlation_id: str | None = None,
    ) -> AsyncGenerator[Page, None]:
        """A list, page by page, as the partner links them. Raises as `get`, and `PagesBroken`."""
        moment = self._lists.moment
        filters = {"date_from": date_from and moment(date_from), "date_to": date_to and moment(date_to)}
        query = {name: value for name, value in (*filters.items(), ("limit", limit and str(limit))) if value}
        first = _with_query(self._lists.address(url), query)
        get = partial(self.get, route=route, correlation_id=correlation_id)
        return follow(first, get, rewrite_host=self._lists.rewrite_host)

    async def _exchange(
        self,
        method: str,
        url: str,
        content: bytes | None,
        route: Route | None,
        correlation_id: str | None,
        timeout_s: float | None,
    ) -> Answer:
        began, outcome = time.perf_counter(), Outcome.FAILED
        try:
            with tracer.start_as_current_span(f"ocpi {method}", attributes={"partner": self._bulkhead.name}):
                headers = self._headers(content, route, correlation_id)
                answer = await self._in_turn(method, url, content, headers, timeout_s)
            outcome = Outcome.OK
            return answer
        except PartnerRefused:
            outcome = Outcome.REFUSED
            raise
        except _HELD_BACK:
            outcome = Outcome.HELD_BACK
            raise
        finally:
            self._note(outcome, time.perf_counter() - began)

    async def _in_turn(
        self, method: str, url: str, content: bytes | None, headers: dict[str, str], timeout_s: float | None
    ) -> Answer:
        name, called = self._bulkhead.name, False
        try:
            async with asyncio.timeout(timeout_s), self._bulkhead.turn():
                called = True
                async with asyncio.timeout(self._bulkhead.limits.answer_s):
                    return await self._judged(method, url, content, headers)
        except TimeoutError:
            if not called:
                raise PartnerOverloaded(f"{name} had no free connection for {timeout_s} s") from None
            problem = f"{name} did not answer within {timeout_s or self._bulkhead.limits.answer_s} s"
            self._bulkhead.breaker.failed(problem)
            raise PartnerUnavailable(problem) from None

    async def _judged(self, method: str, url: str, content: bytes | None, headers: dict[str, str]) -> Answer:
        """The breaker learns how it went. That we do not call an address says nothing of the partner."""
        try:
            answer = await self._round_trip(method, url, content, headers)
        except AddressForbidden:
            raise
        except PartyNotConnected:
            self._bulkhead.breaker.succeeded()
            raise
        except PartnerBusy as error:
            self._bulkhead.rest(error.retry_after_s)
            raise
        except PartnerUnavailable as error:
            self._bulkhead.breaker.failed(error.message)
            raise
        except PartnerRefused:
            self._bulkhead.breaker.succeeded()
            raise
        self._bulkhead.breaker.succeeded()
        return answer

    async def _round_trip(self, method: str, url: str, content: bytes | None, headers: dict[str, str]) -> Answer:
        began = time.perf_counter()
        status: int | None = None
        name = self._bulkhead.name
        try:
            async with self._http.stream(method, url, content=content, headers=headers) as response:
                status = response.status_code
                return read_answer(status, response.headers, await self._body(response), bare_lists=self._lists.bare)
        except _NEVER_SENT as error:
            raise PartnerNotReached(f"{name}: {type(error).__name__}: {error}") from error
        except (httpx.HTTPError, httpx.StreamError, UnicodeError) as error:
            raise PartnerUnavailable(f"{name}: {type(error).__name__}: {error}") from error
        finally:
            # Addresses name drivers' tokens; the request id finds the exchange on both sides.
            took_ms, request_id = round((time.perf_counter() - began) * 1000), headers["X-Request-ID"]
            log.debug("ocpi.call", partner=name, method=method, request_id=request_id, http=status, ms=took_ms)

    async def _body(self, response: httpx.Response) -> bytes:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > MOST_BYTES:
                raise PartnerUnavailable(f"{self._bulkhead.name} sent more than {MOST_BYTES} bytes")
        return bytes(body)

    def _headers(self, content: bytes | None, route: Route | None, correlation_id: str | None) -> dict[str, str]:
        trace = traceparent()
        return {
            "Authorization": self._authorization,
            "Accept": "application/json",
            "X-Request-ID": str(new_id()),
            "X-Correlation-ID": correlation_id or str(new_id()),
            **({"Content-Type": "application/json"} if content is not None else {}),
            **({"traceparent": trace} if trace else {}),
            **(route.headers() if route else {}),
        }


def _with_query(url: str, query: dict[str, str]) -> str:
    try:
        return str(httpx.URL(url).copy_merge_params(query))
    except httpx.InvalidURL as error:
        raise PartnerUnavailable(f"{url!r} is no address: {error}") from None


def _pause_s(attempt: int) -> float:
    """Exponential with full jitter: many clients of one partner do not come back all at once."""
    return random.uniform(0, min(_LONGEST_BACK_OFF_S, _BACK_OFF_S * 2**attempt))


def _wait_s(error: PartnerUnavailable, attempt: int) -> float:
    """Until the next try: as long as the partner wants. Raises the error when that is too long to wait for."""
    if not isinstance(error, PartnerBusy):
        return _pause_s(attempt)
    if error.retry_after_s > _LONGEST_PAUSE_S:
        raise error
    return max(error.retry_after_s, _pause_s(attempt))
