"""Where the driver API answers."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket
from strawberry.exceptions import ConnectionRejectionError
from strawberry.types.unset import UNSET, UnsetType

from roamgrid.graphql.common.http import TenantGraphQL, bearer, tenant_of
from roamgrid.graphql.driver.context import DriverContext, DriverServices
from roamgrid.graphql.driver.schema import driver_schema
from roamgrid.kernel.errors import Unauthenticated

PATH = "/graphql"
_MAX_BODY = 256 * 1024


class DriverGraphQL(TenantGraphQL[DriverContext]):
    """Tells who is calling. A token that is not valid here refuses the request: it is never taken for no token."""

    def __init__(self, services: DriverServices, *, with_ide: bool) -> None:
        super().__init__(driver_schema(), services.directory, with_ide=with_ide)
        self._services = services

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> DriverContext:
        context = DriverContext(self._services, tenant_of(request))
        if isinstance(request, Request):
            self._authenticate(context, request.headers.get("authorization"))
        return context

    async def on_ws_connect(self, context: DriverContext) -> UnsetType | dict[str, object] | None:
        """Browsers cannot send headers with a WebSocket: the token comes in the first message's payload."""
        params: dict[str, Any] = {key.lower(): value for key, value in (context.connection_params or {}).items()}
        header = params.get("authorization")
        try:
            self._authenticate(context, header if header is None else str(header))
        except Unauthenticated as error:
            raise ConnectionRejectionError({"code": error.code, "message": error.message}) from error
        no_payload: UnsetType = UNSET
        return no_payload

    def _authenticate(self, context: DriverContext, header: str | None) -> None:
        token = bearer(header)
        if token is not None:
            context.sign_in_as(self._services.access.verify(context.ctx, token))


def graphql_routes(services: DriverServices, *, with_ide: bool) -> list[BaseRoute]:
    """HTTP, server-sent events and WebSocket at one path. `with_ide`: a browser that looks at it gets a workbench."""
    endpoint = DriverGraphQL(services, with_ide=with_ide)
    return [Route(PATH, endpoint, methods=["GET", "POST"], max_body_size=_MAX_BODY), WebSocketRoute(PATH, endpoint)]
