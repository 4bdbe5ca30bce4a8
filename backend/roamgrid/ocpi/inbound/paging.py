"""Lists that partners fetch page by page (OCPI Transport, Pagination): what was asked for, and the headers of the answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from roamgrid.core.operator.models import Mark, Window
from roamgrid.kernel import json
from roamgrid.ocpi.inbound.answer import Answer, ok
from roamgrid.ocpi.inbound.errors import invalid
from roamgrid.ocpi.inbound.request import Call
from roamgrid.ocpi.wire.common.moments import read_moment

LARGEST_PAGE = 500
_FILTERS = ("date_from", "date_to")
_AFTER = "after"


def window_of(call: Call, *, date_required: bool = False, largest: int = LARGEST_PAGE) -> Window:
    """`date_from` inclusive, `date_to` exclusive. Raises `Refused` naming the parameter."""
    query = call.request.query
    if date_required and not query.get("date_from"):
        raise invalid("date_from", "is required for this list")
    return Window(
        offset=_natural(query, "offset", 0),
        limit=min(_natural(query, "limit", largest) or largest, largest),
        date_from=_moment(query, "date_from"),
        date_to=_moment(query, "date_to"),
        after=_mark(query),
    )


def page_of(
    call: Call,
    documents: Sequence[Any],
    window: Window,
    total: int,
    url: str,
    *,
    last: Mark | None = None,
    largest: int = LARGEST_PAGE,
) -> Answer:
    """The page with its totals, and the address of the next one as long as there is one.

    `last`: where the page ended, if more follows. The next one then begins after that object, whatever changes its place in
    between; the link says so in a parameter of ours beside the offset, which counts on for those who look at it.
    """
    headers = [(b"x-total-count", b"%d" % total), (b"x-limit", b"%d" % largest)]
    if last is not None or (window.after is None and window.offset + window.limit < total):
        headers.append((b"link", f'<{_next(call, window, url, last)}>; rel="next"'.encode()))
    return ok(json.dumps(list(documents)), headers=tuple(headers))


def _next(call: Call, window: Window, url: str, last: Mark | None) -> str:
    asked = call.request.query
    query: dict[str, object] = {name: asked[name] for name in _FILTERS if name in asked}
    query |= {"offset": window.offset + window.limit, "limit": window.limit}
    if last is not None:
        query[_AFTER] = f"{last.at.isoformat()}_{last.key}"
    return f"{url}?{urlencode(query)}"


def _natural(query: dict[str, str], name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise invalid(name, f"is {text[:40]!r}, not a number")
    return int(text)


def _mark(query: dict[str, str]) -> Mark | None:
    """As `_next` wrote it; whatever else somebody writes there is refused."""
    at, _, key = query.get(_AFTER, "").partition("_")
    if not at:
        return None
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise invalid(_AFTER, f"is {at[:40]!r}, not as the link had it") from None
    if moment.tzinfo is None or not key:
        raise invalid(_AFTER, f"is {query[_AFTER][:40]!r}, not as the link had it")
    return Mark(moment, key)


def _moment(query: dict[str, str], name: str) -> datetime | None:
    text = query.get(name)
    if not text:
        return None
    try:
        return read_moment(text)[0]
    except ValueError:
        raise invalid(name, f"is {text[:40]!r}, not a date and time") from None
