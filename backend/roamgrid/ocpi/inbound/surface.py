"""The OCPI surface: `/{tenant}/versions`, `/{tenant}/2.2.1` and its modules, as one ASGI application.

With and without trailing slash, never a redirect: many clients lose the body or the token on one. A module is found by two
dictionary lookups; the version details list exactly the modules that are mounted.
"""

from collections.abc import Sequence
from urllib.parse import unquote

import structlog
from psycopg import DataError
from starlette.types import Receive, Scope, Send

from roamgrid.kernel.clock import Clock
from roamgrid.kernel.errors import Invalid
from roamgrid.ocpi.handshake.addresses import VERSION
from roamgrid.ocpi.inbound.answer import CLIENT_ERROR, SERVER_ERROR, Answer, refused
from roamgrid.ocpi.inbound.body import BodyTooLarge, Disconnected, read_body
from roamgrid.ocpi.inbound.errors import OcpiError, answer_to, not_found
from roamgrid.ocpi.inbound.gate import Gate, UnknownToken
from roamgrid.ocpi.inbound.headers import answered
from roamgrid.ocpi.inbound.inbox import Inbox
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.request import Call, Request
from roamgrid.ocpi.inbound.versions import VersionDocuments
from roamgrid.tenancy.directory import Directory

log = structlog.get_logger(__name__)


class Surface:
    """Mount it where `base_url + /ocpi` points to."""

    def __init__(
        self,
        directory: Directory,
        gate: Gate,
        inbox: Inbox,
        modules: Sequence[Module],
        documents: VersionDocuments,
        clock: Clock,
    ) -> None:
        self._directory = directory
        self._gate = gate
        self._inbox = inbox
        self._modules = {module.identifier: module for module in modules}
        self._documents = documents
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        segments = _segments(scope)
        try:
            answer = await self._answer(scope, headers, segments, receive)
        except Disconnected:
            return
        functional = len(segments) > 2 and segments[2] != "credentials"
        await send(
            {"type": "http.response.start", "status": answer.http, "headers": answered(answer, headers, functional=functional)}
        )
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, scope: Scope, headers: dict[bytes, bytes], segments: tuple[str, ...], receive: Receive) -> Answer:
        try:
            body = await read_body(headers, receive)
            tenant = await self._directory.by_slug(segments[0] if segments else "")
            request = Request(
                tenant, scope["method"], scope["path"], segments[3:], scope["query_string"], headers, body, self._clock
            )
            return await self._route(request, segments[1:3])
        except Disconnected:
            raise
        except BodyTooLarge as error:
            return refused(CLIENT_ERROR, str(error), http=413)
        except UnknownToken as error:
            return refused(CLIENT_ERROR, error.message, http=401, headers=((b"www-authenticate", b"Token"),))
        except Exception as error:
            return _failure(error, scope["path"])

    async def _route(self, request: Request, place: Sequence[str]) -> Answer:
        match place:
            case ["versions"]:
                return self._documents.versions(await self._admit_reader(request))
            case [version] if version == VERSION:
                return self._documents.details(await self._admit_reader(request))
            case [version, identifier] if version == VERSION and identifier in self._modules:
                return await self._module(request, self._modules[identifier])
        await self._gate.admit(request, invited_too=True)
        raise not_found(f"address {request.path}")

    async def _admit_reader(self, request: Request) -> Call:
        call = await self._gate.admit(request, invited_too=True)
        if request.method != "GET":
            raise OcpiError(CLIENT_ERROR, f"{request.method} is not offered here", http=405)
        return call

    async def _module(self, request: Request, module: Module) -> Answer:
        place = (request.method, len(request.rest))
        short_cut = module.short_cuts.get(place)
        if short_cut is not None:
            answer = await short_cut(request)
            if answer is not None:
                return answer
        call = await self._gate.admit(request, invited_too=module.open_to_invited)
        handler = module.handlers.get(place)
        if handler is None:
            raise self._no_handler(request, module)
        try:
            return await handler(call)
        except (Invalid, DataError) as error:
            if request.body and not module.open_to_invited:  # a handshake's body holds a token
                await self._inbox.keep_refused(call, module.identifier, error)
            raise

    def _no_handler(self, request: Request, module: Module) -> OcpiError:
        if allowed := module.methods(len(request.rest)):
            return OcpiError(CLIENT_ERROR, f"{request.method} is not offered here, only {', '.join(allowed)}", http=405)
        return not_found(f"address {request.path}")


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
