"""The OCPI envelope, its status codes, and pages (OCPI 2.2.1 transport and status codes)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Self, TypeVar
from urllib.parse import urlencode

import msgspec
from starlette.datastructures import QueryParams
from starlette.responses import Response

from roamgrid.kernel.json import JsonError, dumps, loads
from roamgrid.sandbox.cpo.instants import read, written

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
    """A JSON answer that remembers its OCPI status code, for the log."""

    media_type = "application/json"

    def __init__(self, content: bytes, *, code: int, http: int, headers: dict[str, str] | None = None) -> None:
        super().__init__(content, status_code=http, headers=headers)
        self.code = code


def ok(data: Any = None, *, http: int = 200) -> Envelope:
    body = {"status_code": 1000, "status_message": "Success", "timestamp": written(datetime.now(UTC))}
    return Envelope(dumps(body if data is None else body | {"data": data}), code=1000, http=http)


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


class PageQuery:
    """`date_from`, `date_to`, `offset`, `limit` of a list request. Raises OcpiError 2001 naming the parameter."""

    def __init__(self, query: QueryParams, *, page_limit: int) -> None:
        self.page_limit = page_limit
        self.offset = _natural(query, "offset", default=0)
        self.limit = min(_natural(query, "limit", default=page_limit) or page_limit, page_limit)
        self.date_from = _moment(query, "date_from")
        self.date_to = _moment(query, "date_to")
        self._filters = {name: query[name] for name in ("date_from", "date_to") if name in query}

    def answer(self, matches: Sequence[bytes], url: str) -> Envelope:
        """One page of objects that are JSON already, with Link, X-Total-Count and X-Limit."""
        page = matches[self.offset : self.offset + self.limit]
        head = b'{"status_code":1000,"status_message":"Success","timestamp":"%s","data":['
        content = head % written(datetime.now(UTC)).encode() + b",".join(page) + b"]}"
        headers = {"X-Total-Count": str(len(matches)), "X-Limit": str(self.page_limit)}
        following = self.offset + self.limit
        if following < len(matches):
            query = urlencode(self._filters | {"offset": following, "limit": self.limit})
            headers["Link"] = f'<{url}?{query}>; rel="next"'
        return Envelope(content, code=1000, http=200, headers=headers)


def _natural(query: QueryParams, name: str, *, default: int) -> int:
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdigit()):
        raise OcpiError(2001, f"{name}: not a number: {text}")
    return int(text)


def _moment(query: QueryParams, name: str) -> datetime | None:
    try:
        return read(query[name]) if name in query else None
    except ValueError as error:
        raise OcpiError(2001, f"{name}: not a date and time: {query[name]}") from error
