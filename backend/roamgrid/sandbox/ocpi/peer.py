"""Calling the other side: one HTTP client, OCPI headers, envelopes read leniently."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx

from roamgrid.kernel.json import JsonError, dumps, loads
from roamgrid.sandbox.ocpi.authorization import header_for
from roamgrid.sandbox.ocpi.connections import Connection
from roamgrid.sandbox.ocpi.exchange_log import ExchangeLog
from roamgrid.sandbox.ocpi.knobs import PeerKnobs
from roamgrid.sandbox.ocpi.quirks import Quirk
from roamgrid.sandbox.ocpi.shapes.shape import Owner, Shape

TIMEOUT_SECONDS = 10


class Unreachable(Exception):
    """The peer did not answer at all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `code` is the OCPI status code, None where the body is no envelope (an empty 202 or 204).

    `next_url` is where the list goes on.
    """

    http: int
    code: int | None
    message: str
    data: Any
    next_url: str | None = None

    @property
    def acknowledged(self) -> bool:
        """HTTP 2xx and, where there is an envelope, a 1xxx status code."""
        return 200 <= self.http < 300 and (self.code is None or 1000 <= self.code < 2000)


class Peer:
    """Requests to registered or inviting peers."""

    def __init__(self, client: httpx.AsyncClient, log: ExchangeLog, knobs: Callable[[], PeerKnobs]) -> None:
        self._client = client
        self._log = log
        self._knobs = knobs

    async def call(
        self, method: str, url: str, *, token: str, shape: Shape, body: Any = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """One request in the manner of a version. Raises Unreachable when no HTTP answer comes."""
        quirks = self._knobs().quirks
        request_id = str(uuid4())
        sent = {"Authorization": header_for(token, shape, quirks)}
        if shape.has_routing:
            sent |= {"X-Request-ID": request_id, "X-Correlation-ID": str(uuid4())}
            sent |= {} if Quirk.NO_ROUTING_HEADERS in quirks else headers or {}
        content = None if body is None else dumps(body)
        if content is not None:
            sent["Content-Type"] = "application/json"
        began = perf_counter()
        try:
            response = await self._client.request(method, url, content=content, headers=sent)
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


def routing(sender: Owner, connection: Connection, receiver: Owner | None = None) -> dict[str, str]:
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
    following = response.links.get("next", {}).get("url")
    said = str(body.get("status_message", ""))
    return Answer(response.status_code, body["status_code"], said, body.get("data"), following)
