"""HTTP for control desks: programs on the same machine only. Not part of OCPI."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from roamgrid.kernel.json import JsonError, dumps, loads
from roamgrid.sandbox.loopback import is_local
from roamgrid.sandbox.ocpi.peer import Unreachable
from roamgrid.sandbox.ocpi.wire import OcpiError

Json = dict[str, Any]
T = TypeVar("T")


class NotThere(Exception):
    """The control request names something that does not exist; the message says what."""


_STATUS: dict[type[Exception], int] = {
    NotThere: 404,
    msgspec.ValidationError: 400,
    JsonError: 400,
    Unreachable: 502,
    OcpiError: 502,
}


def local_only(
    handler: Callable[[Request], Awaitable[Json]], refusals: Mapping[type[Exception], int] | None = None
) -> Callable[[Request], Awaitable[Response]]:
    """Callers that are not on this machine are told that nothing is here. `refusals` adds errors with their status."""
    statuses = _STATUS | dict(refusals or {})

    async def endpoint(request: Request) -> Response:
        if not is_local(request):
            return _json({"error": "not found"}, status=404)
        try:
            return _json(await handler(request))
        except tuple(statuses) as error:
            return _json({"error": str(error)}, status=next(s for kind, s in statuses.items() if isinstance(error, kind)))

    return endpoint


async def control_body(request: Request, as_type: type[T]) -> T:
    """The request's body. Raises msgspec.ValidationError and JsonError for what does not fit."""
    return msgspec.convert(loads(await request.body()), as_type)


def _json(content: Json, *, status: int = 200) -> Response:
    return Response(dumps(content), status_code=status, media_type="application/json")
