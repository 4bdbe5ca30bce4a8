"""Our own back end asks about a token that is none of ours: a partner's driver stands at one of our stations."""

from dataclasses import dataclass, replace

from roamgrid.canonical.token import Token
from roamgrid.core.operator.authorizing import Basis, Decision, ForeignAuthorization, Shown
from roamgrid.core.operator.foreign_tokens import ForeignToken
from roamgrid.core.tokens.standing import Asked
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.connections.store import Connections
from roamgrid.ocpi.inbound.answer import Answer, ok
from roamgrid.ocpi.inbound.request import Call
from roamgrid.ocpi.publishing import back_end_of
from roamgrid.ocpi.values import AuthorizationInfo, LocationReferences
from roamgrid.tenancy.database import Database


@dataclass(frozen=True, slots=True)
class BackEndAsks:
    """Only for a connection that speaks for a party of ours: nobody else learns of partners' tokens."""

    database: Database
    connections: Connections
    foreign: ForeignAuthorization

    async def answer(self, call: Call, asked: Asked, place: LocationReferences | None) -> Answer | None:
        """None: whoever asks is no back end of ours, or nobody knows the token."""
        operator = back_end_of(call.request.tenant, call.connection)
        if operator is None:
            return None
        shown = Shown(operator, asked.uid, asked.type, asked.location_id, tuple(asked.evse_uids))
        decision = await self.foreign.authorize(call.ctx, shown)
        token = decision.issued or (await self._canonical(call, decision.token) if decision.token else None)
        if token is None or decision.basis is Basis.UNKNOWN:
            return None
        info = AuthorizationInfo(decision.allowed, token, _where(place, decision), decision.reference, decision.message)
        return ok(json.dumps(call.adapter.write(kinds.AUTHORIZATION_INFO, info).document))

    async def _canonical(self, call: Call, told: ForeignToken) -> Token:
        async with self.database.work(call.ctx) as work:
            source = await self.connections.get(work, told.source)
        told_in = adapter_for(told.body.version or source.version, source.dialect)
        return told_in.read(kinds.TOKEN, told.body.raw, told.party).value


def _where(place: LocationReferences | None, decision: Decision) -> LocationReferences | None:
    return replace(place, evse_uids=decision.evse_uids) if place is not None and decision.evse_uids else place
