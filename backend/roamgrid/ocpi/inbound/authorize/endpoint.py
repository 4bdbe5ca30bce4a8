"""POST `/{token_uid}/authorize?type=` (OCPI 2.2.1, Tokens module, Real-time authorization).

We refuse a token, never a place: opening hours, status and publication of a location are the operator's business, and a
location that we do not know may be somebody's home.
"""

from dataclasses import dataclass

from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from roamgrid.canonical.party import SourceId
from roamgrid.canonical.token import Allowed, Token, TokenType
from roamgrid.core.tokens import service as tokens
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import Adapter, adapter_for
from roamgrid.ocpi.connections.presented import digests
from roamgrid.ocpi.connections.store import contact_is_stale
from roamgrid.ocpi.inbound.answer import UNKNOWN_TOKEN, Answer, ok, refused
from roamgrid.ocpi.inbound.authorize.reader import AuthorizeReader
from roamgrid.ocpi.inbound.authorize.reference import Authorized, References
from roamgrid.ocpi.inbound.body import check_json
from roamgrid.ocpi.inbound.errors import OcpiError, invalid, not_found
from roamgrid.ocpi.inbound.request import Call, Request
from roamgrid.ocpi.values import AuthorizationInfo, LocationReferences
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.tenancy.database import Database

_ACTION = "authorize"
_TYPES = {kind.value: kind for kind in TokenType}


@dataclass(frozen=True, slots=True)
class Authorize:
    """`short_cut` answers in one round trip; `post` does the same after a full authentication."""

    database: Database
    reader: AuthorizeReader
    references: References

    async def short_cut(self, request: Request) -> Answer | None:
        """None for all that is not as usual: odd tokens, a partner not heard of for a minute, a database that restarts."""
        try:
            uid, kind = _asked(request)
            first, *other = digests(request.tokens) or [""]
            found = await self.reader.find(request.tenant.binding, (first, other[0] if other else first), uid, kind)
            if found is None or contact_is_stale(found.last_contact_at, request.clock.now()):
                return None
            return self._answer(request, found.source, uid, kind, found.token, adapter_for(found.version, found.dialect))
        except (OcpiError, Refused, OperationalError, PoolTimeout):
            return None

    async def post(self, call: Call) -> Answer:
        """404 with 2004 for a token that this partner may not know."""
        uid, kind = _asked(call.request)
        if call.body:
            check_json(call.body)
        async with self.database.work(call.ctx) as work:
            row = await tokens.find(work, call.connection.id, uid, kind)
        return self._answer(call.request, call.connection.id, uid, kind, row.token if row else None, call.adapter)

    def _answer(
        self, request: Request, source: SourceId, uid: str, kind: TokenType, token: Token | None, adapter: Adapter
    ) -> Answer:
        place = _place(adapter, request.body)
        if token is None:
            return refused(UNKNOWN_TOKEN, f"unknown {kind} token {uid}", http=404)
        if not token.valid:
            info = AuthorizationInfo(Allowed.BLOCKED, token)
        else:
            authorized = Authorized(request.tenant.slug, source, token.uid, token.type)
            info = AuthorizationInfo(Allowed.ALLOWED, token, place, self.references.make(authorized, request.clock.now()))
        return ok(json.dumps(adapter.write(kinds.AUTHORIZATION_INFO, info).document))


def _asked(request: Request) -> tuple[str, TokenType]:
    """The uid and the type. Raises `OcpiError` for another address, `Refused` naming a type that is none."""
    uid, action = request.rest
    if action != _ACTION:
        raise not_found(f"address {request.path}")
    kind = request.query.get("type", TokenType.RFID).upper()
    if kind not in _TYPES:
        raise invalid("type", f"is {kind[:40]!r}, not a token type")
    return uid, _TYPES[kind]


def _place(adapter: Adapter, body: bytes) -> LocationReferences | None:
    """Where the token was shown, as the answer repeats it; None when the operator does not say. Raises `Refused`."""
    return adapter.read(kinds.LOCATION_REFERENCES, body).value if body else None
