"""The OCPI surface: `/{tenant}/versions`, `/{tenant}/{version}` and the modules of each version, as one ASGI application.

With and without trailing slash, never a redirect: many clients lose the body or the token on one. The version details list
exactly the modules that are mounted.
"""

from dataclasses import dataclass
from time import perf_counter
from urllib.parse import unquote

import structlog
from psycopg import DataError
from starlette.types import Receive, Scope, Send

from roamgrid.kernel.clock import Clock
from roamgrid.kernel.errors import Invalid
from roamgrid.ocpi.connections.journal import PartnerLog
from roamgrid.ocpi.connections.traffic import Outcome, Way
from roamgrid.ocpi.handshake.choice import offered
from roamgrid.ocpi.inbound.answer import CLIENT_ERROR, SERVER_ERROR, Answer, refused
from roamgrid.ocpi.inbound.body import BodyTooLarge, Disconnected, read_body
from roamgrid.ocpi.inbound.errors import OcpiError, answer_to, not_found
from roamgrid.ocpi.inbound.gate import Gate, UnknownToken
from roamgrid.ocpi.inbound.headers import answered
from roamgrid.ocpi.inbound.inbox import Inbox
from roamgrid.ocpi.inbound.limits import Limits, TooManyCalls
from roamgrid.ocpi.inbound.manners import Manners
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.mounted import Mounted
from roamgrid.ocpi.inbound.request import Request
from roamgrid.ocpi.inbound.routing import check_routing
from roamgrid.ocpi.inbound.versions import VersionDocuments
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.directory import Directory, Tenant

log = structlog.get_logger(__name__)

_VERSIONS = "versions"
TOO_MANY = 429
"""The HTTP status of a call that a limit held back."""


@dataclass(frozen=True, slots=True)
class Surface:
    """Mount it where `base_url + /ocpi` points to."""

    directory: Directory
    gate: Gate
    inbox: Inbox
    mounted: Mounted
    documents: VersionDocuments
    limits: Limits
    clock: Clock
    heard: PartnerLog
    manners: Manners

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        segments = _segments(scope)
        found = self.mounted.find(segments[1], segments[2:]) if len(segments) > 2 else None
        exchange = _Exchange(scope, dict(scope["headers"]), segments, found)
        try:
            answer = await self._answer(exchange, receive)
        except Disconnected:
            return
        routed = found is not None and found[0].routed
        headers = answered(answer, exchange.headers, routed=routed, tenant=exchange.tenant)
        await send({"type": "http.response.start", "status": answer.http, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, exchange: "_Exchange", receive: Receive) -> Answer:
        try:
            body = await read_body(exchange.headers, receive)
            exchange.tenant = await self.directory.by_slug(exchange.segments[0])
            request = self._request(exchange, exchange.tenant, body)
        except Disconnected:
            raise
        except BodyTooLarge as error:
            return refused(CLIENT_ERROR, str(error), http=413)
        except Exception as error:
            return _failure(error, exchange.scope["path"])
        began = perf_counter()
        answer = await self._limited(request, exchange)
        source = self.limits.source(request)
        if source is not None:
            ctx = TenantContext(request.tenant.binding, "partner", self.clock, "")
            self.heard.note(ctx, source, Way.INBOUND, _outcome(answer), perf_counter() - began)
        return answer

    async def _limited(self, request: Request, exchange: "_Exchange") -> Answer:
        try:
            with self.limits.call(request):
                return await self._route(request, exchange)
        except TooManyCalls as error:
            retry_after = ((b"retry-after", b"%d" % error.retry_after_s),)
            return refused(CLIENT_ERROR, str(error), http=TOO_MANY, headers=retry_after)
        except UnknownToken as error:
            return refused(CLIENT_ERROR, error.message, http=401, headers=((b"www-authenticate", b"Token"),))
        except Exception as error:
            return _failure(error, exchange.scope["path"])

    def _request(self, exchange: "_Exchange", tenant: Tenant, body: bytes) -> Request:
        scope, segments = exchange.scope, exchange.segments
        version = segments[1] if len(segments) > 1 and segments[1] in self.mounted else ""
        return Request(
            tenant=tenant,
            method=scope["method"],
            path=scope["path"],
            rest=exchange.found[1] if exchange.found else (),
            query_string=scope["query_string"],
            headers=exchange.headers,
            body=body,
            clock=self.clock,
            version=version,
        )

    async def _route(self, request: Request, exchange: "_Exchange") -> Answer:
        if exchange.found is not None:
            return await self._module(request, exchange.found[0])
        call = await self.gate.admit(request, invited_too=True)
        match exchange.segments[1:]:
            case [name] if name == _VERSIONS:
                _require_get(request)
                return self.documents.versions(call)
            case [version] if version in offered(call.connection, call.caller.other_version):
                _require_get(request)
                return self.documents.details(call, version)
        raise not_found(f"address {request.path}")

    async def _module(self, request: Request, module: Module) -> Answer:
        place = (request.method, len(request.rest))
        short_cut = module.short_cuts.get(place)
        if short_cut is not None:
            answer = await short_cut(request)
            if answer is not None:
                return answer
        call = await self.gate.admit(request, invited_too=module.open_to_invited, side=module.side)
        self.limits.know(call)
        if not module.offered_by(request.tenant):
            raise not_found(f"address {request.path}")
        handler = module.handlers.get(place)
        if handler is None:
            raise self._no_handler(request, module)
        await self.manners.look(call, module)
        if module.routed:
            check_routing(call)
        self.gate.remember(call)
        try:
            return await handler(call)
        except (Invalid, DataError) as error:
            if request.body and not module.open_to_invited:  # a handshake's body holds a token
                await self.inbox.keep_refused(call, module.identifier, error)
            raise

    def _no_handler(self, request: Request, module: Module) -> OcpiError:
        if allowed := module.methods(len(request.rest)):
            return OcpiError(CLIENT_ERROR, f"{request.method} is not offered here, only {', '.join(allowed)}", http=405)
        return not_found(f"address {request.path}")


@dataclass(slots=True)
class _Exchange:
    """One request and its answer: the module that serves the address with the segments left for it, and the tenant as soon as
    it is known."""

    scope: Scope
    headers: dict[bytes, bytes]
    segments: tuple[str, ...]
    found: tuple[Module, tuple[str, ...]] | None
    tenant: Tenant | None = None


def _require_get(request: Request) -> None:
    if request.method != "GET":
        raise OcpiError(CLIENT_ERROR, f"{request.method} is not offered here", http=405)


def _outcome(answer: Answer) -> Outcome:
    if answer.http == TOO_MANY:
        return Outcome.HELD_BACK
    if answer.http >= 500:
        return Outcome.FAILED
    return Outcome.OK if 1000 <= answer.code <= 1999 else Outcome.REFUSED


def _failure(error: Exception, path: str) -> Answer:
    known = answer_to(error)
    if known is None:
        log.error("ocpi.failed", path=path, exc_info=error)
        return refused(SERVER_ERROR, "the request could not be processed because of an error on our side", http=500)
    if known.http >= 500:
        log.warning("ocpi.unavailable", path=path, error=str(error))
    return known


def _segments(scope: Scope) -> tuple[str, ...]:
    """The path below the mount; from the raw path, so that an encoded slash stays within its id."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    path = raw.decode("latin-1").partition("?")[0]
    below = path[len(scope.get("root_path", "")) :].removeprefix("/").removesuffix("/")
    return tuple(unquote(segment) for segment in below.split("/"))
