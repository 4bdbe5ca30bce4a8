"""What a hub tells of the parties behind it (OCPI 2.2.1, HubClientInfo module, Receiver interface): GET and PUT."""

from dataclasses import dataclass

from roamgrid.core.parties import clients
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import InterfaceRole
from roamgrid.ocpi.inbound.answer import Answer, ok
from roamgrid.ocpi.inbound.errors import not_found
from roamgrid.ocpi.inbound.identity import require_same_party
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.request import Call
from roamgrid.ocpi.outbound.hubs import hub_client
from roamgrid.ocpi.values import ClientInfo
from roamgrid.tenancy.database import Database

NAME = "hubclientinfo"


@dataclass(frozen=True, slots=True)
class HubClientInfo:
    """`/{country_code}/{party_id}`. A party may have several roles, each with a status of its own."""

    database: Database

    def module(self) -> Module:
        handlers = {("GET", 2): self.get, ("PUT", 2): self.put}
        return Module(NAME, InterfaceRole.RECEIVER, handlers, needs=kinds.CLIENT_INFO, side=None, routed=False)

    async def get(self, call: Call) -> Answer:
        """The address names no role: of several the first by name is answered."""
        party = call.owner()
        async with self.database.work(call.ctx) as work:
            told = await clients.of_party(work, call.connection.id, party)
        if not told:
            raise not_found(f"party {party}")
        client = told[0]
        info = ClientInfo(client.party, client.role, client.status, client.last_updated)
        return ok(json.dumps(call.adapter.write(kinds.CLIENT_INFO, info).document))

    async def put(self, call: Call) -> Answer:
        """Older news than what is known is acknowledged and changes nothing."""
        party = call.owner()
        read = call.adapter.read(kinds.CLIENT_INFO, call.json(), party)
        require_same_party(party, read.value.party)
        async with self.database.work(call.ctx) as work:
            await clients.put(work, call.connection.id, hub_client(read.value))
            await deviations.record(work, call.connection.id, NAME, read.deviations)
        return ok()
