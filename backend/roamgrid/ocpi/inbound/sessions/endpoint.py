"""GET, PUT and PATCH of `/{country_code}/{party_id}/{session_id}`.

An ended session stays ended and older news changes nothing; both are acknowledged (the store decides, not we).
"""

from dataclasses import dataclass

from roamgrid.core.sessions import service as sessions
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import InterfaceRole
from roamgrid.ocpi.inbound.answer import Answer, ok
from roamgrid.ocpi.inbound.errors import not_found
from roamgrid.ocpi.inbound.held import as_called
from roamgrid.ocpi.inbound.identity import require_same_id, require_same_party
from roamgrid.ocpi.inbound.merge import document, patch_document
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.owners import remember_owner
from roamgrid.ocpi.inbound.request import Call
from roamgrid.ocpi.inbound.required import required
from roamgrid.ocpi.inbound.sessions.periods import patched, repeated
from roamgrid.ocpi.inbound.sessions.short_cut import NAME, SessionPush
from roamgrid.ocpi.received import told
from roamgrid.tenancy.database import Database

# A PUT and a PATCH of one session must not pass each other between our reading and our writing.
_LOCK = """
select 1 from session where country_code = %(country)s and party_id = %(party)s and session_id = %(id)s for update"""


@dataclass(frozen=True, slots=True)
class Sessions:
    """`push` is the short cut that most PUTs take."""

    database: Database
    push: SessionPush

    def module(self) -> Module:
        handlers = {("GET", 3): self.get, ("PUT", 3): self.put, ("PATCH", 3): self.patch}
        short_cuts = {("PUT", 3): self.push.short_cut}
        return Module(NAME, InterfaceRole.RECEIVER, handlers, short_cuts, needs=kinds.SESSION)

    async def get(self, call: Call) -> Answer:
        owner, session_id = call.owner(), call.rest[2]
        async with self.database.work(call.ctx) as work:
            held = await sessions.verbatim(work, call.connection.id, owner, session_id)
        if held is None:
            raise not_found(f"session {session_id}")
        return ok(as_called(call, kinds.SESSION, held, owner))

    async def put(self, call: Call) -> Answer:
        """The whole session, replaced with all its periods."""
        owner = call.owner()
        read = call.adapter.read(kinds.SESSION, call.json(), owner)
        require_same_party(owner, read.value.party)
        require_same_id("/id", call.rest[2], read.value.id)
        async with self.database.work(call.ctx) as work:
            await sessions.put(work, call.connection.id, read.value, call.body, told(call.adapter, read))
            await remember_owner(work, call.connection, owner)
            await deviations.record(work, call.connection.id, NAME, read.deviations)
        return ok()

    async def patch(self, call: Call) -> Answer:
        """Some members of a known session; charging periods are added to those we hold."""
        owner, session_id = call.owner(), call.rest[2]
        patch = patch_document(call.json(), dated=call.adapter.dialect.patch_needs_last_updated)
        if "id" in patch:
            require_same_id("/id", session_id, patch["id"])
        key = {"source": call.connection.id, "country": owner.country_code, "party": owner.party_id, "id": session_id}
        async with self.database.work(call.ctx) as work:
            await work.conn.execute(_LOCK, key)
            held = await sessions.verbatim(work, call.connection.id, owner, session_id)
            if held is None:
                raise not_found(f"session {session_id}")
            before = document(as_called(call, kinds.SESSION, held, owner))
            mode = call.adapter.dialect.period_patch_mode
            body = json.dumps(patched(before, patch, required(call.adapter, kinds.SESSION), mode))
            read = call.adapter.read(kinds.SESSION, body, owner)
            require_same_party(owner, read.value.party)
            await sessions.put(work, call.connection.id, read.value, body, told(call.adapter, read))
            await deviations.record(work, call.connection.id, NAME, repeated(before, patch))
        return ok()
