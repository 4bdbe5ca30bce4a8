"""Calling the other side: one HTTP client, OCPI headers, envelopes read leniently."""

from dataclasses import dataclass
from time import perf_counter
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx

from roamgrid.kernel.json import JsonError, dumps, loads
from roamgrid.sandbox.cpo.authorization import header_for
from roamgrid.sandbox.cpo.connections import Connection
from roamgrid.sandbox.cpo.surface import ExchangeLog

TIMEOUT_SECONDS = 10


class Unreachable(Exception):
    """The peer did not answer at all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `code` is the OCPI status code, None where the body is no envelope (an empty 202 or 204)."""

    http: int
    code: int | None
    message: str
    data: Any

    @property
    def acknowledged(self) -> bool:
        """HTTP 2xx and, where there is an envelope, a 1xxx status code."""
        return 200 <= self.http < 300 and (self.code is None or 1000 <= self.code < 2000)


class Peer:
    """Requests to registered or inviting peers."""

    def __init__(self, client: httpx.AsyncClient, log: ExchangeLog) -> None:
        self._client = client
        self._log = log

    async def call(
        self, method: str, url: str, *, token: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """One request. Raises Unreachable when no HTTP answer comes."""
        request_id = str(uuid4())
        sent = {"Authorization": header_for(token), "X-Request-ID": request_id, "X-Correlation-ID": str(uuid4())}
        content = None if body is None else dumps(body)
        if content is not None:
            sent["Content-Type"] = "application/json"
        began = perf_counter()
        try:
            response = await self._client.request(method, url, content=content, headers=sent | (headers or {}))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            self._log.write(direction="out", method=method, path=url, error=repr(error), request_id=request_id)
            raise Unreachable(f"{method} {url}: {error!r}") from error
        answer = _read(response)
        self._log.write(
            direction="out",
            method=method,
            path=url,
            http=answer.http,
            ocpi=answer.code,
            ms=round((perf_counter() - began) * 1000),
            request_id=request_id,
        )
        return answer


def routing(sender: tuple[str, str], connection: Connection, receiver: tuple[str, str] | None = None) -> dict[str, str]:
    """Headers of a request to a functional module (OCPI 2.2.1, Message Routing); parties as (country, party)."""
    to = receiver or connection.first_party
    return {
        "OCPI-from-country-code": sender[0],
        "OCPI-from-party-id": sender[1],
        "OCPI-to-country-code": to[0],
        "OCPI-to-party-id": to[1],
    }


def joined(base: str, *segments: str) -> str:
    """A URL below an endpoint: one slash between segments, ids percent-encoded."""
    return "/".join([base.rstrip("/"), *(quote(segment, safe="") for segment in segments)])


def _read(response: httpx.Response) -> Answer:
    try:
        body = loads(response.content) if response.content else None
    except JsonError:
        return Answer(response.status_code, 3000, "the answer is not JSON", None)
    if not isinstance(body, dict) or "status_code" not in body:
        return Answer(response.status_code, None, "", body)
    return Answer(response.status_code, body["status_code"], str(body.get("status_message", "")), body.get("data"))
