"""Calls a counterparty and shows the answer as it is: status, headers, body, before anybody is lenient."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from roamgrid.core.commands.errors import PartnerNotReached, PartnerUnavailable
from roamgrid.kernel import json
from roamgrid.kernel.ids import new_id
from roamgrid.ocpi.outbound.errors import AddressForbidden
from roamgrid.ocpi.wire.common.authorization import TokenEncoding, write_authorization
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.ocpi.wire.common.envelope import Envelope, read_envelope, split
from roamgrid.ocpi.wire.common.items import Items, read_items

_MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer. Header names are lower case. `envelope` None: the body is no envelope. `sent`: the ids of the request."""

    http: int
    headers: Mapping[str, str]
    body: bytes
    envelope: Envelope | None
    sent: Mapping[str, str]

    @property
    def succeeded(self) -> bool:
        """HTTP 2xx, and 1xxx where there is a body."""
        good = 200 <= self.http <= 299
        return good and (self.envelope.succeeded if self.envelope else not self.body.strip())

    @property
    def code(self) -> int | None:
        """The OCPI status code."""
        return self.envelope.status_code if self.envelope else None

    @property
    def items(self) -> Items | None:
        """The list of those who send one without an envelope."""
        return read_items(self.body) if self.envelope is None and self.http == httpx.codes.OK else None

    def objects(self) -> list[bytes] | None:
        """The list that came, each object verbatim; None when none came."""
        data = self.items.data if self.items else self.envelope.data if self.envelope and self.succeeded else None
        if data is None:
            return [] if self.succeeded and self.envelope else None
        try:
            return split(data)
        except Refused:
            return None

    def said(self) -> str:
        """For people."""
        if self.envelope is None:
            return f"HTTP {self.http}, no OCPI envelope"
        return f"HTTP {self.http}, status code {self.envelope.status_code}"


@dataclass(frozen=True, slots=True)
class Probe:
    """`token` opens the counterparty; it is in no note and no error. `routing`: headers of functional modules."""

    http: httpx.AsyncClient
    token: str
    encoding: TokenEncoding
    routing: Mapping[str, str]

    async def call(
        self,
        method: str,
        url: str,
        body: Any = None,
        *,
        routed: bool = True,
        token: str | None = None,
        encoding: TokenEncoding | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Seen:
        """One exchange, tried once. Raises `PartnerUnavailable` when no answer comes."""
        sent = {"X-Request-ID": str(new_id()), "X-Correlation-ID": str(new_id())}
        every = {
            "Authorization": write_authorization(self.token if token is None else token, encoding or self.encoding),
            "Accept": "application/json",
            **sent,
            **({"Content-Type": "application/json"} if body is not None else {}),
            **(self.routing if routed else {}),
            **(headers or {}),
        }
        content = None if body is None else json.dumps(body)
        try:
            async with self.http.stream(method, url, content=content, headers=every) as response:
                return _seen(response, await _body(response), sent)
        except AddressForbidden:
            raise
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise PartnerNotReached(f"{type(error).__name__}: {error}") from error
        except (httpx.HTTPError, httpx.StreamError, UnicodeError) as error:
            raise PartnerUnavailable(f"{type(error).__name__}: {error}") from error

    async def get(self, url: str, query: Mapping[str, str] | None = None) -> Seen:
        """Raises `PartnerUnavailable`."""
        try:
            address = str(httpx.URL(url).copy_merge_params(dict(query))) if query else url
        except httpx.InvalidURL as error:
            raise PartnerNotReached(f"{url!r} is no address: {error}") from error
        return await self.call("GET", address)


async def _body(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise PartnerUnavailable(f"an answer of more than {_MOST_BYTES} bytes")
    return bytes(body)


def _seen(response: httpx.Response, body: bytes, sent: Mapping[str, str]) -> Seen:
    try:
        envelope = read_envelope(body) if body.strip() else None
    except Refused:
        envelope = None
    return Seen(response.status_code, response.headers, body, envelope, sent)
