"""A service provider on a real port, and a worker that hears of what happens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from roamgrid.bus.relay import delivery_of
from roamgrid.bus.subscriptions import Subscription
from roamgrid.canonical.party import PartyId, Role
from roamgrid.ocpi.connections.model import Connection, Endpoint
from roamgrid.ocpi.outbound.clients import ANY_ADDRESS, PartnerClients
from roamgrid.ocpi.outbound.operator.pushes import OwnNetworkPushes
from roamgrid.ocpi.outbound.operator.telling import Telling
from roamgrid.ocpi.outbound.push.pusher import Pusher
from tests.ocpi.inbound.world import Partner
from tests.ocpi.operator.conftest import ROAMER, OperatorWorld
from tests.ocpi.outbound.partner import Asked, FakePartner

RECEIVERS = ("locations", "tariffs", "sessions", "cdrs")

_TAKE = """
delete from platform.outbox where tenant = %s
returning id, event_id, tenant, type, aggregate, aggregate_version, payload, traceparent, created_at"""


@dataclass(frozen=True, slots=True)
class Roaming:
    """Voltara as an operator with a worker."""

    operator: OperatorWorld
    clients: PartnerClients
    pusher: Pusher
    telling: Telling
    others: list[Subscription] = field(default_factory=list)

    async def provider(
        self,
        at: FakePartner,
        version: str = "2.2.1",
        party: PartyId = ROAMER,
        modules: tuple[str, ...] = RECEIVERS,
        role: Role = Role.EMSP,
    ) -> Partner:
        """A partner that takes what we push at that port, and serves its tokens there."""
        partner = await self.operator.provider(version, party, role)
        endpoints = (
            *(Endpoint(name, "RECEIVER", f"{at.url}/{name}") for name in modules),
            Endpoint("tokens", "SENDER", f"{at.url}/tokens"),
        )
        async with self.operator.world.database.work(self.operator.ctx) as work:
            await self.operator.world.connections.set_endpoints(work, partner.id, endpoints)
        return partner

    async def back_end(self, at: FakePartner, version: str = "2.2.1") -> Partner:
        """Our back end, which takes commands at that port."""
        partner = await self.operator.back_end(version)
        endpoints = (
            Endpoint("commands", "RECEIVER", f"{at.url}/commands"),
            Endpoint("chargingprofiles", "RECEIVER", f"{at.url}/chargingprofiles"),
            Endpoint("sessions", "SENDER", f"{at.url}/sessions"),
        )
        async with self.operator.world.database.work(self.operator.ctx) as work:
            await self.operator.world.connections.set_endpoints(work, partner.id, endpoints)
        return partner

    async def connection(self, partner: Partner) -> Connection:
        async with self.operator.world.database.work(self.operator.ctx) as work:
            return await self.operator.world.connections.get(work, partner.id)

    async def happen(self) -> None:
        """Everything that was announced is handled, then everything that waits is sent."""
        subscriptions = {one.event: one for one in (*self.telling.subscriptions(), *self.others)}
        async with self.operator.world.database.platform() as conn:
            rows = await (await conn.execute(_TAKE, (self.operator.ctx.tenant,))).fetchall()
        for row in sorted(rows, key=lambda row: row["id"]):
            wanted = subscriptions.get(row["type"])
            if wanted is not None and wanted.run_handler is not None:
                async with self.operator.world.database.orm(self.operator.ctx) as work:
                    await wanted.run_handler(work, delivery_of(row))
            elif wanted is not None and wanted.run_effect is not None:
                await wanted.run_effect(self.operator.ctx, delivery_of(row))
        while await self.pusher.begin_due(self.operator.ctx):
            await self.pusher.idle()

    async def rows(self, statement: str) -> list[dict[str, Any]]:
        return await self.operator.world.rows(self.operator.ctx, statement)


@asynccontextmanager
async def open_roaming(operator: OperatorWorld) -> AsyncIterator[Roaming]:
    """Until the block ends."""
    clients = PartnerClients(ANY_ADDRESS)
    world = operator.world
    pushes = OwnNetworkPushes(world.connections, world.directory)
    pusher = Pusher(world.database, world.connections, clients, pushes.sources())
    yield Roaming(operator, clients, pusher, pushes.telling())
    await pusher.close()
    await clients.close()


def told(partner: FakePartner, *, method: str = "PUT") -> list[Asked]:
    """What was pushed there."""
    return [asked for asked in partner.asked if asked.method == method]
