"""The OCPI envelope and its status codes (OCPI 2.2.1 transport and status codes; alike in every version)."""

from datetime import UTC, datetime
from typing import Any, Self, TypeVar

import msgspec
from starlette.responses import Response

from roamgrid.kernel.json import JsonError, dumps, loads
from roamgrid.sandbox.ocpi.instants import written

T = TypeVar("T")


class OcpiError(Exception):
    """Ends a request with this OCPI status code; `http` is the HTTP status it travels on."""

    def __init__(self, code: int, message: str, *, http: int = 200) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.http = http

    @classmethod
    def not_found(cls, what: str, *, code: int = 2000) -> Self:
        return cls(code, f"unknown {what}", http=404)


class Envelope(Response):
    """A JSON answer that remembers its OCPI status code, whether it tells anything, and the party that answered."""

    media_type = "application/json"

    def __init__(
        self,
        content: bytes,
        *,
        code: int,
        http: int,
        headers: dict[str, str] | None = None,
        has_data: bool = True,
        party: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(content, status_code=http, headers=headers)
        self.code = code
        self.has_data = has_data
        self.party = party


def ok(
    data: Any = None,
    *,
    http: int = 200,
    headers: dict[str, str] | None = None,
    party: tuple[str, str] | None = None,
) -> Envelope:
    """A success; `party` is who answered, where the request left that open."""
    has_data = data is not None
    return Envelope(dumps(success(data)), code=1000, http=http, headers=headers, has_data=has_data, party=party)


def success(data: Any = None) -> dict[str, Any]:
    """The content of an envelope around `data`."""
    body = {"status_code": 1000, "status_message": "Success", "timestamp": written(datetime.now(UTC))}
    return body if data is None else body | {"data": data}


def refused(code: int, message: str, *, http: int = 200) -> Envelope:
    body = {"status_code": code, "status_message": message, "timestamp": written(datetime.now(UTC))}
    return Envelope(dumps(body), code=code, http=http)


def parsed(body: bytes, as_type: type[T]) -> T:
    """A request body. Raises OcpiError: HTTP 400 for what is not JSON, 2001 naming the field for what does not fit."""
    try:
        return msgspec.convert(loads(body), as_type)
    except msgspec.ValidationError as error:
        raise OcpiError(2001, str(error)) from error
    except JsonError as error:
        raise OcpiError(2001, f"the body is not JSON: {error}", http=400) from error
