"""Lists in pages (OCPI 2.2.1 transport, pagination), and the ways in which peers page differently."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urlencode, urlsplit, urlunsplit

from starlette.datastructures import QueryParams

from roamgrid.kernel.json import dumps
from roamgrid.sandbox.ocpi.instants import read, written
from roamgrid.sandbox.ocpi.quirks import Quirk
from roamgrid.sandbox.ocpi.wire import Envelope, OcpiError

T = TypeVar("T")
ELSEWHERE = "elsewhere.example"


class PageQuery:
    """`date_from`, `date_to`, `offset`, `limit` of a list request. Raises OcpiError 2001 naming the parameter."""

    def __init__(self, query: QueryParams, *, page_limit: int, quirks: Collection[Quirk] = ()) -> None:
        self.page_limit = page_limit
        self._quirks = quirks
        self._base = 1 if Quirk.ONE_BASED_OFFSET in quirks else 0
        self.offset = (
            _cursor(query) if "cursor" in query else max(0, _natural(query, "offset", default=self._base) - self._base)
        )
        self.limit = min(_natural(query, "limit", default=page_limit) or page_limit, page_limit)
        self.date_from = self._moment(query, "date_from")
        self.date_to = self._moment(query, "date_to")
        self._filters = {name: query[name] for name in ("date_from", "date_to") if name in query}

    def answer(self, matches: Sequence[T], url: str, render: Callable[[T], bytes]) -> Envelope:
        """One page, rendered, with Link, X-Total-Count and X-Limit."""
        page = b",".join(render(item) for item in matches[self.offset : self.offset + self.limit])
        following = self._link(url) if self.offset + self.limit < len(matches) else None
        if Quirk.ITEMS_BODY in self._quirks:
            content = b'{"items":[%s],"next":%s}' % (page, dumps(following))
            return Envelope(content, code=1000, http=200)
        stamp = written(datetime.now(UTC)).encode()
        content = b'{"status_code":1000,"status_message":"Success","timestamp":"%s","data":[%s]}' % (stamp, page)
        headers = self._counts(len(matches)) | ({"Link": f'<{following}>; rel="next"'} if following else {})
        return Envelope(content, code=1000, http=200, headers=headers)

    def _counts(self, total: int) -> dict[str, str]:
        if {Quirk.NO_TOTAL_COUNT, Quirk.KEYSET_PAGES}.intersection(self._quirks):
            return {}
        return {"X-Total-Count": str(total), "X-Limit": str(self.page_limit)}

    def _link(self, url: str) -> str:
        following = self.offset + self.limit
        query: dict[str, str | int] = {**self._filters, "offset": following + self._base, "limit": self.limit}
        if Quirk.KEYSET_PAGES in self._quirks:
            query = {**self._filters, "cursor": urlsafe_b64encode(str(following).encode()).decode(), "limit": self.limit}
        if Quirk.LINK_WITHOUT_LIMIT in self._quirks:
            del query["limit"]
        host = ELSEWHERE if Quirk.LINK_OTHER_HOST in self._quirks else None
        parts = urlsplit(url)
        return urlunsplit(parts._replace(netloc=host or parts.netloc, query=urlencode(query)))

    def _moment(self, query: QueryParams, name: str) -> datetime | None:
        if name not in query:
            return None
        refuse_fraction(query[name], name, self._quirks)
        try:
            return read(query[name])
        except ValueError as error:
            raise OcpiError(2001, f"{name}: not a date and time: {query[name]}") from error


def refuse_fraction(moment: object, name: str, quirks: Collection[Quirk]) -> None:
    """Raises OcpiError 2001 for `rejects_fractions`, where a moment is written more finely than in seconds."""
    if Quirk.REJECTS_FRACTIONS in quirks and isinstance(moment, str) and "." in moment:
        raise OcpiError(2001, f"{name}: fractions of a second are not understood: {moment}")


def _cursor(query: QueryParams) -> int:
    try:
        return int(urlsafe_b64decode(query["cursor"]))
    except ValueError as error:
        raise OcpiError(2001, f"cursor: not one of ours: {query['cursor']}") from error


def _natural(query: QueryParams, name: str, *, default: int) -> int:
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdigit()):
        raise OcpiError(2001, f"{name}: not a number: {text}")
    return int(text)
