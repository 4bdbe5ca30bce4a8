"""The HTTP client of one partner (OCPI 2.2.1, Transport and format)."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any

import httpx
import structlog

from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.kernel import json
from roamgrid.kernel.ids import new_id
from roamgrid.kernel.telemetry import traceparent, tracer
from roamgrid.ocpi.outbound.answer import Answer, read_answer
from roamgrid.ocpi.outbound.breaker import Breaker
from roamgrid.ocpi.outbound.errors import PartnerRefused
from roamgrid.ocpi.outbound.pages import Page, follow
from roamgrid.ocpi.outbound.routing import Route
from roamgrid.ocpi.wire.common.moments import write_moment

log = structlog.get_logger(__name__)

MOST_BYTES = 64 * 1024 * 1024
"""No answer is larger: a partner must not fill our memory."""
_TRIES = 4
_BACK_OFF_S, _LONGEST_BACK_OFF_S = 0.25, 4.0


class PartnerClient:
    """One partner's API: its own connections, time-outs and breaker. The authorization is in no log and in no error."""

    def __init__(self, http: httpx.AsyncClient, authorization: str, name: str, breaker: Breaker) -> None:
        self._http = http
        self._authorization = authorization
        self._name = name
        self._breaker = breaker

    async def call(self, method: str, url: str, body: Any = None) -> bytes | None:
        """One exchange outside of the functional modules: the envelope's data. Raises as `send`."""
        return (await self.send(method, url, body)).data

    async def get(self, url: str, *, route: Route | None = None, correlation_id: str | None = None) -> Answer:
        """Reading changes nothing, so it is tried up to four times. Raises as `send`."""
        for attempt in range(1, _TRIES):
            try:
                return await self._exchange("GET", url, None, route, correlation_id)
            except PartnerUnavailable as error:
                log.info("ocpi.retry", partner=self._name, attempt=attempt, error=error.message)
                await asyncio.sleep(_pause_s(attempt))
        return await self._exchange("GET", url, None, route, correlation_id)

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

        Raises `PartnerUnavailable` (no usable answer, or the breaker is open) or `PartnerRefused` (the partner said no).
        """
        content = None if body is None else json.dumps(body)
        try:
            async with asyncio.timeout(timeout_s):
                return await self._exchange(method, url, content, route, correlation_id)
        except TimeoutError:
            self._breaker.failed()
            raise PartnerUnavailable(f"{self._name} did not answer within {timeout_s} s") from None

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
        filters = {"date_from": date_from and write_moment(date_from), "date_to": date_to and write_moment(date_to)}
        query = {name: value for name, value in (*filters.items(), ("limit", limit and str(limit))) if value}
        first = _with_query(url, query)
        return follow(first, lambda link: self.get(link, route=route, correlation_id=correlation_id))

    async def _exchange(
        self, method: str, url: str, content: bytes | None, route: Route | None, correlation_id: str | None
    ) -> Answer:
        self._breaker.admit()
        try:
            with tracer.start_as_current_span(f"ocpi {method}", attributes={"partner": self._name}):
                answer = await self._round_trip(method, url, content, self._headers(content, route, correlation_id))
        except PartnerUnavailable:
            self._breaker.failed()
            raise
        except PartnerRefused:
            self._breaker.succeeded()
            raise
        self._breaker.succeeded()
        return answer

    async def _round_trip(self, method: str, url: str, content: bytes | None, headers: dict[str, str]) -> Answer:
        began = time.perf_counter()
        status: int | None = None
        try:
            async with self._http.stream(method, url, content=content, headers=headers) as response:
                status = response.status_code
                return read_answer(status, response.headers, await self._body(response))
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, UnicodeError) as error:
            raise PartnerUnavailable(f"{self._name}: {type(error).__name__}: {error}") from error
        finally:
            # Addresses name drivers' tokens; the request id finds the exchange on both sides.
            took_ms, request_id = round((time.perf_counter() - began) * 1000), headers["X-Request-ID"]
            log.debug("ocpi.call", partner=self._name, method=method, request_id=request_id, http=status, ms=took_ms)

    async def _body(self, response: httpx.Response) -> bytes:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > MOST_BYTES:
                raise PartnerUnavailable(f"{self._name} sent more than {MOST_BYTES} bytes")
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
