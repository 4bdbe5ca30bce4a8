"""The gate every inbound OCPI request passes: faults, token, version, envelope, request ids, routing headers, log."""

import asyncio
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Literal

from starlette.requests import Request
from starlette.routing import Route

from roamgrid.sandbox.faults import Dice
from roamgrid.sandbox.ocpi import answering
from roamgrid.sandbox.ocpi.authorization import presented_tokens
from roamgrid.sandbox.ocpi.call import Call, Handler
from roamgrid.sandbox.ocpi.connections import Connections
from roamgrid.sandbox.ocpi.exchange_log import ExchangeLog
from roamgrid.sandbox.ocpi.knobs import PeerKnobs
from roamgrid.sandbox.ocpi.quirks import Quirk
from roamgrid.sandbox.ocpi.shapes import SHAPES
from roamgrid.sandbox.ocpi.shapes.shape import Shape
from roamgrid.sandbox.ocpi.switchboard import Switchboard
from roamgrid.sandbox.ocpi.wire import Envelope, OcpiError, refused

Access = Literal["invited", "registered"]
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class Surface:
    """Turns handlers into routes. Every answer is an OCPI envelope, whatever goes wrong."""

    def __init__(
        self,
        connections: Connections,
        knobs: Callable[[], PeerKnobs],
        dice: Dice,
        log: ExchangeLog,
        switchboard: Switchboard,
    ) -> None:
        self._connections = connections
        self._knobs = knobs
        self._dice = dice
        self._log = log
        self._switchboard = switchboard

    def routes(self, module: str, suffix: str, handlers: Mapping[str, Handler]) -> list[Route]:
        """A path of a functional module in every version that has the module."""
        return self._routes(f"/ocpi/{{version}}/{module}{suffix}", handlers, "registered", module)

    def handshake_routes(self, path: str, handlers: Mapping[str, Handler]) -> list[Route]:
        """A path that is open to those who hold an invitation, too."""
        return self._routes(path, handlers, "invited", None)

    def _routes(self, path: str, handlers: Mapping[str, Handler], access: Access, module: str | None) -> list[Route]:
        """With and without trailing slash: a redirect would cost many clients their body or token."""

        async def endpoint(request: Request) -> Envelope:
            return await self._answer(request, handlers, access, module)

        return [Route(spelling, endpoint, methods=_METHODS) for spelling in (path, f"{path}/")]

    async def _answer(self, request: Request, handlers: Mapping[str, Handler], access: Access, module: str | None) -> Envelope:
        began = perf_counter()
        quirks = self._knobs().quirks
        try:
            await self._suffer()
            call = self._admit(request, access, module)
            handler = handlers.get(request.method)
            if handler is None:
                raise OcpiError(2000, f"{request.method} is not offered here", http=405)
            if module:
                answering.check_manners(request, call.shape, quirks)
                self._switchboard.admit(call, module)
            answer = answering.as_habitual(await handler(call), request, quirks)
        except OcpiError as error:
            answer = refused(error.code, error.message, http=answering.http_status(error, quirks))
        echo(request, answer, bare=Quirk.NO_ROUTING_HEADERS in quirks)
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

    def _admit(self, request: Request, access: Access, module: str | None) -> Call:
        for token in presented_tokens(request.headers.get("Authorization")):
            if connection := self._connections.by_token(token):
                shape = self._asked_version(request) or connection.shape
                if module and shape is not connection.shape:
                    raise OcpiError(3002, f"this connection speaks {connection.shape.version}", http=404)
                if module and module not in shape.modules:
                    raise OcpiError.not_found(f"module {module} in {shape.version}")
                return Call(request, token, shape, connection)
            if access == "invited" and token in self._connections.invitations:
                return Call(request, token, self._asked_version(request) or SHAPES[self._knobs().versions[-1]], None)
        raise OcpiError(2000, "missing or unknown token", http=401)

    def _asked_version(self, request: Request) -> Shape | None:
        """The shape that the path names. Raises OcpiError 3002 for a version that nobody here speaks."""
        name = request.path_params.get("version")
        if name is None:
            return None
        found = next((shape for version, shape in SHAPES.items() if version == name), None)
        if found is None:
            raise OcpiError(3002, f"version {name} is not served here", http=404)
        return found


_SWAPPED = {
    "OCPI-to-party-id": "OCPI-from-party-id",
    "OCPI-to-country-code": "OCPI-from-country-code",
    "OCPI-from-party-id": "OCPI-to-party-id",
    "OCPI-from-country-code": "OCPI-to-country-code",
}


def echo(request: Request, answer: Envelope, *, bare: bool = False) -> None:
    """Request ids go back as they came; routing headers go back with sender and receiver swapped.

    Where the request left it to us who answers (open routing), the answer says who that was. `bare`: no routing headers.
    """
    for name in ("X-Request-ID", "X-Correlation-ID"):
        if value := request.headers.get(name):
            answer.headers[name] = value
    if bare:
        return
    for name, answered_as in _SWAPPED.items():
        if value := request.headers.get(name):
            answer.headers[answered_as] = value
    if answer.party and "OCPI-from-party-id" in request.headers:
        answer.headers.setdefault("OCPI-from-country-code", answer.party[0])
        answer.headers.setdefault("OCPI-from-party-id", answer.party[1])
