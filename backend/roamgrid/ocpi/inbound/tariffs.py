"""Tariffs that operators push (OCPI 2.2.1, Tariffs module, Receiver interface): GET, PUT, DELETE; PATCH where a partner's
dialect has it (2.1.1)."""

from dataclasses import dataclass

from roamgrid.core.tariffs import service as tariffs
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import InterfaceRole
from roamgrid.ocpi.inbound.answer import CLIENT_ERROR, Answer, ok
from roamgrid.ocpi.inbound.errors import OcpiError, not_found
from roamgrid.ocpi.inbound.held import as_called
from roamgrid.ocpi.inbound.hold import hold
from roamgrid.ocpi.inbound.identity import require_same_id, require_same_party
from roamgrid.ocpi.inbound.merge import document, merged, patch_document
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.owners import remember_owner
from roamgrid.ocpi.inbound.request import Call
from roamgrid.ocpi.inbound.required import required
from roamgrid.ocpi.received import received
from roamgrid.tenancy.database import Database

NAME = "tariffs"


@dataclass(frozen=True, slots=True)
class Tariffs:
    """`/{country_code}/{party_id}/{tariff_id}`."""

    database: Database

    def module(self) -> Module:
        handlers = {("GET", 3): self.get, ("PUT", 3): self.put, ("PATCH", 3): self.patch, ("DELETE", 3): self.delete}
        return Module(NAME, InterfaceRole.RECEIVER, handlers, needs=kinds.TARIFF)

    async def get(self, call: Call) -> Answer:
        owner, tariff_id = call.owner(), call.rest[2]
        async with self.database.work(call.ctx) as work:
            held = await tariffs.verbatim(work, call.connection.id, owner, tariff_id)
        if held is None:
            raise not_found(f"tariff {tariff_id}")
        return ok(as_called(call, kinds.TARIFF, held, owner))

    async def put(self, call: Call) -> Answer:
        """A changed tariff is a new version; the old one stays (D17)."""
        owner = call.owner()
        read = call.adapter.read(kinds.TARIFF, call.json(), owner)
        require_same_party(owner, read.value.party)
        require_same_id("/id", call.rest[2], read.value.id)
        async with self.database.work(call.ctx) as work:
            await hold(work, call.connection.id, owner, read.value.id)
            outcome = await tariffs.put(work, call.connection.id, received(call.adapter, read, call.body))
            await remember_owner(work, call.connection, owner)
            await deviations.record(work, call.connection.id, NAME, read.deviations)
        return ok(http=201 if outcome.inserted else 200)

    async def patch(self, call: Call) -> Answer:
        """Some members of a known tariff; what comes of it is a new version."""
        if not call.adapter.dialect.tariff_patch:
            raise OcpiError(CLIENT_ERROR, "PATCH is not offered here, only DELETE, GET, PUT", http=405)
        owner, tariff_id = call.owner(), call.rest[2]
        patch = patch_document(call.json(), dated=call.adapter.dialect.patch_needs_last_updated)
        if "id" in patch:
            require_same_id("/id", tariff_id, patch["id"])
        async with self.database.work(call.ctx) as work:
            await hold(work, call.connection.id, owner, tariff_id)
            held = await tariffs.verbatim(work, call.connection.id, owner, tariff_id)
            if held is None:
                raise not_found(f"tariff {tariff_id}")
            before = document(as_called(call, kinds.TARIFF, held, owner))
            body = json.dumps(merged(before, patch, required(call.adapter, kinds.TARIFF)))
            read = call.adapter.read(kinds.TARIFF, body, owner)
            require_same_party(owner, read.value.party)
            await tariffs.put(work, call.connection.id, received(call.adapter, read, body))
            await deviations.record(work, call.connection.id, NAME, read.deviations)
        return ok()

    async def delete(self, call: Call) -> Answer:
        """No new offers from now on; what was offered keeps its version."""
        owner, tariff_id = call.owner(), call.rest[2]
        async with self.database.work(call.ctx) as work:
            withdrawn = await tariffs.withdraw(work, call.connection.id, owner, tariff_id)
        if not withdrawn:
            raise not_found(f"tariff {tariff_id}")
        return ok()
