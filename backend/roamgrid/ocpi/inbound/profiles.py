"""What stations make of our charging profiles (OCPI 2.2.1, ChargingProfiles module, Sender interface).

POST to the `response_url` we gave, `/{KIND}/{request}`; PUT `/{session_id}` tells every change of plan after the first profile.
"""

from dataclasses import dataclass
from uuid import UUID

from roamgrid.canonical.party import PartyId
from roamgrid.core.charging_profiles import service as profiles
from roamgrid.core.charging_profiles.models import ProfileKind
from roamgrid.core.operator import demands
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import InterfaceRole
from roamgrid.ocpi.inbound.answer import Answer, ok
from roamgrid.ocpi.inbound.errors import not_found
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.request import Call
from roamgrid.ocpi.received import received
from roamgrid.tenancy.database import Database, Work

NAME = "chargingprofiles"

_OPERATOR = """
select country_code, party_id from session
 where lower(session_id) = lower(%(session)s)
   and (source_id = %(source)s or exists (
        select from source_standing hub where hub.source_id in (session.source_id, %(source)s) and hub.kind = 'hub'))
 order by last_updated desc limit 1"""


@dataclass(frozen=True, slots=True)
class ProfileResults:
    """Repeats change nothing."""

    database: Database

    def module(self) -> Module:
        handlers = {("POST", 2): self.post, ("PUT", 1): self.put}
        return Module(NAME, InterfaceRole.SENDER, handlers, needs=kinds.PROFILE_OUTCOME)

    async def post(self, call: Call) -> Answer:
        """The station's answer; also to what a partner of ours asked of our own station, which is told it then."""
        request = _request_id(call.rest[0], call.rest[1])
        read = call.adapter.read(kinds.PROFILE_OUTCOME, call.json())
        source = call.connection.id
        async with self.database.work(call.ctx) as work:
            known = await profiles.result(work, source, request, read.value) or await demands.outcome(
                work, source, request, read.value
            )
            await deviations.record(work, source, NAME, read.deviations)
        if not known:
            raise not_found(f"charging profile request {request}")
        return ok()

    async def put(self, call: Call) -> Answer:
        """What the station plans now."""
        session_id = call.rest[0]
        read = call.adapter.read(kinds.ACTIVE_PROFILE, call.json())
        async with self.database.work(call.ctx) as work:
            operator = await _operator(work, call, session_id)
            if operator is None:
                raise not_found(f"session {session_id}")
            told = received(call.adapter, read, call.body)
            await profiles.put_active(work, call.connection.id, operator, session_id, told)
            await deviations.record(work, call.connection.id, NAME, read.deviations)
        return ok()


async def _operator(work: Work, call: Call, session_id: str) -> PartyId | None:
    """Whose session it is: the address does not say."""
    params = {"session": session_id, "source": call.connection.id}
    row = await (await work.conn.execute(_OPERATOR, params)).fetchone()
    return PartyId(row["country_code"], row["party_id"]) if row else None


def _request_id(kind: str, text: str) -> UUID:
    try:
        ProfileKind(kind.upper())
        return UUID(text)
    except ValueError:
        raise not_found(f"charging profile request {kind}/{text}") from None
