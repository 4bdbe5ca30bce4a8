"""Habits in what is demanded of a request, and in the HTTP side of an answer."""

from collections.abc import Collection

from starlette.requests import Request

from roamgrid.sandbox.ocpi.quirks import Quirk
from roamgrid.sandbox.ocpi.shapes.shape import Shape
from roamgrid.sandbox.ocpi.wire import Envelope, OcpiError


def check_manners(request: Request, shape: Shape, quirks: Collection[Quirk]) -> None:
    """Raises OcpiError where a request to a module lacks what only some partners insist on."""
    if Quirk.TRAILING_SLASH_REQUIRED in quirks and not request.url.path.endswith("/"):
        raise OcpiError.not_found(f"address; did you mean {request.url.path}/")
    needed = ("X-Request-ID", "X-Correlation-ID") if shape.has_routing and Quirk.REQUIRES_REQUEST_IDS in quirks else ()
    if missing := [name for name in needed if name not in request.headers]:
        raise OcpiError(2001, f"missing headers: {', '.join(missing)}")


def http_status(error: OcpiError, quirks: Collection[Quirk]) -> int:
    """The HTTP status that an error travels on, as this partner sees it."""
    if error.http == 401 and Quirk.HTTP_403_FOR_UNAUTHORIZED in quirks:
        return 403
    if error.http == 404 and error.code == 2004 and Quirk.HTTP_200_FOR_UNKNOWN_TOKEN in quirks:
        return 200
    if error.http == 404 and Quirk.HTTP_200_FOR_UNKNOWN in quirks:
        return 200
    if error.http == 200 and error.code == 2001 and Quirk.HTTP_400_FOR_INVALID in quirks:
        return 400
    return error.http


def as_habitual(answer: Envelope, request: Request, quirks: Collection[Quirk]) -> Envelope:
    """A success without anything to tell may come without a body."""
    if Quirk.EMPTY_SUCCESS not in quirks or request.method == "GET" or answer.has_data:
        return answer
    headers = {name: answer.headers[name] for name in ("Location",) if name in answer.headers}
    return Envelope(b"", code=answer.code, http=204, headers=headers)
