"""The gate every inbound OCPI request passes: faults, token, envelope, request ids, routing headers, log."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Literal

from starlette.requests import Request
from starlette.routing import Route

from roamgrid.kernel.json import dumps
from roamgrid.sandbox.cpo.authorization import presented_tokens
from roamgrid.sandbox.cpo.connections import Connection, Connections
from roamgrid.sandbox.cpo.options import Knobs
from roamgrid.sandbox.cpo.wire import Envelope, OcpiError, refused
from roamgrid.sandbox.faults import Dice

Access = Literal["invited", "registered"]
_SWAPPED = {
    "OCPI-to-party-id": "OCPI-from-party-id",
    "OCPI-to-country-code": "OCPI-from-country-code",
    "OCPI-from-party-id": "OCPI-to-party-id",
    "OCPI-from-country-code": "OCPI-to-country-code",
}


@dataclass(frozen=True, slots=True)
class Call:
    """An authenticated request. Without a connection the caller presented an invitation (token A)."""

    request: Request
    token: str
    connection: Connection | None

    @property
    def peer(self) -> Connection:
        """The registered caller. Raises OcpiError 401 for one that holds an invitation only."""
        if self.connection is None:
            raise OcpiError(2000, "register first: this token is good for versions and credentials only", http=401)
        return self.connection

    @property
    def addressed_party(self) -> tuple[str, str] | None:
        """Whom the routing headers name, if they do."""
        headers = self.request.headers
        country_code, party_id = headers.get("OCPI-to-country-code"), headers.get("OCPI-to-party-id")
        return (country_code, party_id) if country_code and party_id else None


Handler = Callable[[Call], Awaitable[Envelope]]


class ExchangeLog:
    """One JSON line per OCPI exchange on standard output, if wanted."""

    def __init__(self, *, enabled: bool) -> None:
        self._enabled = enabled

    def write(self, **facts: str | int | None) -> None:
        if self._enabled:
            sys.stdout.write(dumps(facts).decode() + "\n")
            sys.stdout.flush()


class Surface:
    """Turns handlers into routes. Every answer is an OCPI envelope, whatever goes wrong."""

    def __init__(self, connections: Connections, knobs: Callable[[], Knobs], dice: Dice, log: ExchangeLog) -> None:
        self._connections = connections
        self._knobs = knobs
        self._dice = dice
        self._log = log

    def routes(self, path: str, handlers: Mapping[str, Handler], *, access: Access = "registered") -> list[Route]:
        """With and without trailing slash: a redirect would cost many clients their body or token."""

        async def endpoint(request: Request) -> Envelope:
            return await self._answer(request, handlers, access)

        methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        return [Route(spelling, endpoint, methods=methods) for spelling in (path, f"{path}/")]

    async def _answer(self, request: Request, handlers: Mapping[str, Handler], access: Access) -> Envelope:
        began = perf_counter()
        try:
            await self._suffer()
            call = self._admit(request, access)
            handler = handlers.get(request.method)
            if handler is None:
                raise OcpiError(2000, f"{request.method} is not offered here", http=405)
            answer = await handler(call)
        except OcpiError as error:
            answer = refused(error.code, error.message, http=error.http)
        echo(request, answer)
        self._log.write(
            direction="in",
            method=request.method,
            path=request.url.path,
            http=answer.status_code,
            ocpi=answer.code,
            ms=round((perf_counter() - began) * 1000),
            request_id=request.headers.get("X-Request-ID"),
        )
        return answer

    async def _suffer(self) -> None:
        knobs = self._knobs()
        if knobs.latency_ms:
            await asyncio.sleep(knobs.latency_ms / 1000)
        if self._dice.falls("error", knobs.error_rate):
            raise OcpiError(3000, "simulated failure", http=500 if self._dice.falls("error", 0.5) else 200)

    def _admit(self, request: Request, access: Access) -> Call:
        for token in presented_tokens(request.headers.get("Authorization")):
            if connection := self._connections.by_token(token):
                return Call(request, token, connection)
            if access == "invited" and token in self._connections.invitations:
                return Call(request, token, None)
        raise OcpiError(2000, "missing or unknown token", http=401)


def echo(request: Request, answer: Envelope) -> None:
    """Request ids go back as they came; routing headers go back with sender and receiver swapped."""
    for name in ("X-Request-ID", "X-Correlation-ID"):
        if value := request.headers.get(name):
            answer.headers[name] = value
    for name, answered_as in _SWAPPED.items():
        if value := request.headers.get(name):
            answer.headers[answered_as] = value
