"""Tokens for operators to fetch, and real-time authorization (OCPI 2.2.1, Tokens module, Sender interface)."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from roamgrid.core.tokens import service as tokens
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections.model import InterfaceRole
from roamgrid.ocpi.handshake.addresses import endpoint_url
from roamgrid.ocpi.inbound.answer import Answer, ok
from roamgrid.ocpi.inbound.authorize.endpoint import Authorize
from roamgrid.ocpi.inbound.errors import invalid
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.request import Call
from roamgrid.ocpi.wire.common.moments import read_moment
from roamgrid.tenancy.database import Database

NAME = "tokens"
LARGEST_PAGE = 500
_FILTERS = ("date_from", "date_to")


@dataclass(frozen=True, slots=True)
class Tokens:
    """`GET ?date_from&date_to&offset&limit` and `POST /{token_uid}/authorize?type=`."""

    database: Database
    authorize: Authorize
    base_url: str

    def module(self) -> Module:
        place = ("POST", 2)
        handlers = {("GET", 0): self.page, place: self.authorize.post}
        return Module(NAME, InterfaceRole.SENDER, handlers, short_cuts={place: self.authorize.short_cut})

    async def page(self, call: Call) -> Answer:
        """What this partner may see, oldest change first; `date_from` inclusive, `date_to` exclusive."""
        query = call.request.query
        offset, limit = _natural(query, "offset", 0), min(_natural(query, "limit", LARGEST_PAGE) or LARGEST_PAGE, LARGEST_PAGE)
        date_from, date_to = _moment(query, "date_from"), _moment(query, "date_to")
        async with self.database.work(call.ctx) as work:
            page = await tokens.page(work, call.connection.id, date_from, date_to, offset, limit)
        headers = [(b"x-total-count", b"%d" % page.total), (b"x-limit", b"%d" % LARGEST_PAGE)]
        if offset + limit < page.total:
            headers.append((b"link", f'<{self._next(call, offset + limit, limit)}>; rel="next"'.encode()))
        return ok(
            json.dumps([call.adapter.write(kinds.TOKEN, token).document for token in page.tokens]), headers=tuple(headers)
        )

    def _next(self, call: Call, offset: int, limit: int) -> str:
        asked = call.request.query
        query: dict[str, object] = {name: asked[name] for name in _FILTERS if name in asked}
        query |= {"offset": offset, "limit": limit}
        return f"{endpoint_url(self.base_url, call.ctx.tenant, NAME)}?{urlencode(query)}"


def _natural(query: dict[str, str], name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise invalid(name, f"is {text[:40]!r}, not a number")
    return int(text)


def _moment(query: dict[str, str], name: str) -> datetime | None:
    text = query.get(name)
    if not text:
        return None
    try:
        return read_moment(text)[0]
    except ValueError:
        raise invalid(name, f"is {text[:40]!r}, not a date and time") from None
