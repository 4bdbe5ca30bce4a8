"""Tariffs that operators push (OCPI 2.2.1, Tariffs module, Receiver interface): GET, PUT, DELETE."""

from dataclasses import dataclass

from roamgrid.core.received import Received
from roamgrid.core.tariffs import service as tariffs
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import InterfaceRole
from roamgrid.ocpi.inbound.answer import Answer, ok
from roamgrid.ocpi.inbound.errors import not_found
from roamgrid.ocpi.inbound.hold import hold
from roamgrid.ocpi.inbound.identity import require_same_id, require_same_party
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.request import Call
from roamgrid.tenancy.database import Database

NAME = "tariffs"


@dataclass(frozen=True, slots=True)
class Tariffs:
    """`/{country_code}/{party_id}/{tariff_id}`."""

    database: Database

    def module(self) -> Module:
        handlers = {("GET", 3): self.get, ("PUT", 3): self.put, ("DELETE", 3): self.delete}
        return Module(NAME, InterfaceRole.RECEIVER, handlers)

    async def get(self, call: Call) -> Answer:
        owner, tariff_id = call.owner(), call.rest[2]
        async with self.database.work(call.ctx) as work:
            raw = await tariffs.raw(work, call.connection.id, owner, tariff_id)
        if raw is None:
            raise not_found(f"tariff {tariff_id}")
        return ok(raw)

    async def put(self, call: Call) -> Answer:
        """A changed tariff is a new version; the old one stays (D17)."""
        owner = call.owner()
        read = call.adapter.read(kinds.TARIFF, call.json())
        require_same_party(owner, read.value.party)
        require_same_id("/id", call.rest[2], read.value.id)
        async with self.database.work(call.ctx) as work:
            await hold(work, call.connection.id, owner, read.value.id)
            outcome = await tariffs.put(work, call.connection.id, Received(read.value, call.body))
            await deviations.record(work, call.connection.id, NAME, read.deviations)
        return ok(http=201 if outcome.inserted else 200)

    async def delete(self, call: Call) -> Answer:
        """No new offers from now on; what was offered keeps its version."""
        owner, tariff_id = call.owner(), call.rest[2]
        async with self.database.work(call.ctx) as work:
            withdrawn = await tariffs.withdraw(work, call.connection.id, owner, tariff_id)
        if not withdrawn:
            raise not_found(f"tariff {tariff_id}")
        return ok()
