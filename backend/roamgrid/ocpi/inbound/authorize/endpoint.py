"""POST `/{token_uid}/authorize?type=` (OCPI 2.2.1, Tokens module, Real-time authorization).

We refuse a token, never a place: opening hours, status and publication of a location are the operator's business, and a
location that we do not know may be somebody's home.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import msgspec
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from roamgrid.canonical.party import SourceId
from roamgrid.canonical.token import Allowed, TokenType
from roamgrid.core.tokens import standing
from roamgrid.core.tokens.reference import Authorized, References
from roamgrid.core.tokens.standing import Asked, Standing
from roamgrid.core.tokens.tries import Tries
from roamgrid.core.tokens.verdict import verdict
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import Adapter, adapter_for
from roamgrid.ocpi.connections.presented import digests
from roamgrid.ocpi.connections.store import contact_is_stale
from roamgrid.ocpi.inbound.answer import Answer, ok, refused
from roamgrid.ocpi.inbound.authorize.reader import AuthorizeReader
from roamgrid.ocpi.inbound.body import check_json
from roamgrid.ocpi.inbound.errors import OcpiError, invalid, not_found
from roamgrid.ocpi.inbound.recent import RecentCallers
from roamgrid.ocpi.inbound.request import Call, Request
from roamgrid.ocpi.inbound.routing import routing_headers
from roamgrid.ocpi.publishing import operated
from roamgrid.ocpi.values import AuthorizationInfo, LocationReferences
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.tenancy.database import Database

_ACTION = "authorize"
_TYPES = {kind.value: kind for kind in TokenType}


Elsewhere = Callable[[Call, Asked, LocationReferences | None], Awaitable[Answer | None]]
"""Answers for a token that is none of ours; None: nobody there knows it either."""


@dataclass(frozen=True, slots=True)
class Authorize:
    """`short_cut` answers in one round trip; `post` does the same after a full authentication. `elsewhere`: who knows partners'
    tokens, where the brand operates stations."""

    database: Database
    reader: AuthorizeReader
    tries: Tries
    references: References
    recent: RecentCallers
    elsewhere: Elsewhere | None = None

    async def short_cut(self, request: Request) -> Answer | None:
        """None for all that is not as usual: odd tokens, a partner not heard of for a minute, a database that restarts."""
        try:
            asked, now = _asked(request), request.clock.now()
            first, *other = digests(request.tokens) or [""]
            found = await self.reader.find(request.tenant.binding, (first, other[0] if other else first), asked, now)
            if found is not None and found.standing is None and self._elsewhere(request):
                return None
            if found is None or contact_is_stale(found.last_contact_at, now) or found.version != request.version:
                return None
            if routing_headers(request.headers) and self.recent.find(request) is None:
                return None  # nobody has checked these yet
            adapter = adapter_for(found.version, found.dialect)
            return self._answer(_Question(request, found.source, asked, adapter), found.standing, now)
        except (OcpiError, Refused, OperationalError, PoolTimeout, TimeoutError):
            return None

    async def post(self, call: Call) -> Answer:
        """404 with 2004 for a token that this partner may not know."""
        asked = _asked(call.request)
        if call.body:
            check_json(call.body)
        async with self.database.work(call.ctx) as work:
            found = await standing.read(work, call.connection.id, asked)
        ask_elsewhere = self._elsewhere(call.request) if found is None else None
        answer = await ask_elsewhere(call, asked, _place(call.adapter, call.body)) if ask_elsewhere else None
        return answer or self._answer(
            _Question(call.request, call.connection.id, asked, call.adapter), found, call.ctx.clock.now()
        )

    def _elsewhere(self, request: Request) -> Elsewhere | None:
        return self.elsewhere if operated(request.tenant) else None

    def _answer(self, question: "_Question", known: Standing | None, now: datetime) -> Answer:
        """The try is recorded after all that can fail: who takes the long way is not counted twice."""
        request, source, asked, adapter = question
        place = _place(adapter, request.body)
        if known is None:
            ways = adapter.dialect
            told = f"unknown {asked.type} token {asked.uid}"
            return refused(ways.authorize_unknown_code, told, http=ways.authorize_unknown_http)
        tries = known.use.tries + self.tries.pending(request.tenant.slug, asked)
        judged = verdict(known, request.tenant.declaration.tokens, tries, now)
        if judged.allowed is Allowed.ALLOWED:
            authorized = Authorized(request.tenant.slug, source, known.token.uid, known.token.type)
            info = AuthorizationInfo(Allowed.ALLOWED, known.token, place, self.references.make(authorized, now))
        else:
            info = AuthorizationInfo(judged.allowed, known.token)
        answer = ok(json.dumps(adapter.write(kinds.AUTHORIZATION_INFO, info).document))
        self.tries.add(request.tenant.binding, source, asked, judged, now)
        return replace(answer, party=known.token.party)


class _Question(NamedTuple):
    """Who asks, and for what."""

    request: Request
    source: SourceId
    asked: Asked
    adapter: Adapter


class _Shown(msgspec.Struct):
    """What every version calls the place alike; it is wanted before the partner, and so its version, is known."""

    location_id: str | None = None
    evse_uids: tuple[str, ...] | None = None


_shown = msgspec.json.Decoder(_Shown)


def _asked(request: Request) -> Asked:
    """The token and where it is shown. Raises `OcpiError` for another address or a type that is none."""
    uid, action = request.rest
    if action != _ACTION:
        raise not_found(f"address {request.path}")
    kind = request.query.get("type", TokenType.RFID).upper()
    if kind not in _TYPES:
        raise invalid("type", f"is {kind[:40]!r}, not a token type")
    if not request.body:
        return Asked(uid, _TYPES[kind])
    try:
        shown = _shown.decode(request.body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return Asked(uid, _TYPES[kind])  # the full reading says what is wrong, or takes it
    return Asked(uid, _TYPES[kind], shown.location_id, shown.evse_uids or ())


def _place(adapter: Adapter, body: bytes) -> LocationReferences | None:
    """Where the token was shown, as the answer repeats it; None when the operator does not say. Raises `Refused`."""
    return adapter.read(kinds.LOCATION_REFERENCES, body).value if body else None
