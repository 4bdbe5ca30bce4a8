"""GraphQL over HTTP, server-sent events and WebSockets, for the brand that the Host header names."""

import json
from collections.abc import Mapping
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from cross_web import HTTPException
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry import Schema
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL

from roamgrid.graphql.common import ide
from roamgrid.kernel.errors import DomainError, Unauthenticated
from roamgrid.tenancy.directory import Directory, Tenant, UnknownTenant

ContextT = TypeVar("ContextT")

_TENANT = "roamgrid.tenant"
_STATUS: Mapping[type[DomainError], int] = {UnknownTenant: 404, Unauthenticated: 401}


class TenantGraphQL(GraphQL[ContextT, None], Generic[ContextT]):
    """One schema for all brands. A host that no brand has answers 404 before anything is parsed."""

    def __init__(self, schema: Schema, directory: Directory, *, with_ide: bool) -> None:
        super().__init__(
            schema,
            graphql_ide="graphiql" if with_ide else None,
            subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL],
        )
        self._directory = directory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            scope[_TENANT] = await self._directory.by_host(Headers(scope=scope).get("host", ""))
        except UnknownTenant as error:
            await self._refuse(scope, receive, send, refusal(error))
            return
        if scope["type"] == "websocket":
            await self.run(WebSocket(scope, receive, send))
            return
        try:
            response = await self.run(Request(scope, receive))
        except HTTPException as error:
            response = problem(error.status_code, "BAD_REQUEST", error.reason)
        except DomainError as error:
            response = refusal(error)
        await response(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, response: Response) -> None:
        if scope["type"] == "websocket":
            await WebSocket(scope, receive, send).close()
        else:
            await response(scope, receive, send)

    def decode_json(self, data: str | bytes) -> object:
        try:
            return json.loads(data)
        except (UnicodeDecodeError, RecursionError):
            raise HTTPException(400, "Unable to parse request body as JSON") from None

    def parse_json(self, data: str | bytes) -> Any:
        parsed = super().parse_json(data)
        if not isinstance(parsed, dict):
            raise HTTPException(400, "The request body must be one JSON object")
        return parsed

    def is_websocket_origin_allowed(self, request: Request | WebSocket, origin: str) -> bool:
        """A brand's pages may come from any of its own hosts."""
        return urlsplit(origin).hostname in tenant_of(request).declaration.hosts

    async def render_graphql_ide(self, request: Request) -> Response:
        return HTMLResponse(ide.page(), headers={"Content-Security-Policy": ide.CONTENT_SECURITY_POLICY})


def tenant_of(request: Request | WebSocket) -> Tenant:
    """The brand that a request came to."""
    tenant: Tenant = request.scope[_TENANT]
    return tenant


def bearer(header: str | None) -> str | None:
    """The token in an Authorization header; None when there is no header. Raises `Unauthenticated` for another scheme."""
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("the Authorization header must read: Bearer <access token>")
    return token.strip()


def refusal(error: DomainError) -> Response:
    """A request that is refused before GraphQL sees it."""
    return problem(_STATUS.get(type(error), 400), error.code, error.message, error.hint)


def problem(status: int, code: str, message: str, hint: str = "") -> Response:
    """A refusal in the shape of a GraphQL answer, so that clients need to read one shape only."""
    extensions = {"code": code} | ({"hint": hint} if hint else {})
    return JSONResponse({"errors": [{"message": message, "extensions": extensions}]}, status_code=status)
