"""Voltara operates stations: a provider asks us, we ask our back end, and what the station says goes the same way back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from starlette.applications import Starlette

from roamgrid.bus.events import Delivery, Event
from roamgrid.canonical.party import Party, PartyId, Role, SourceId
from roamgrid.core.operator import demand_tasks
from roamgrid.core.operator import service as operator
from roamgrid.core.operator.models import ChargeKind
from roamgrid.core.parties import service as parties
from roamgrid.kernel import json
from roamgrid.kernel.crypto import random_token
from roamgrid.kernel.ids import new_id
from roamgrid.ocpi.connections.model import AsRole, Direction, Endpoint
from roamgrid.ocpi.connections.store import PartnerSide
from roamgrid.ocpi.inbound.routes import Inbound
from roamgrid.ocpi.outbound.clients import ANY_ADDRESS, PartnerClients
from roamgrid.ocpi.outbound.commands import OcpiCommandGateway
from roamgrid.ocpi.outbound.deferred import Deferred
from roamgrid.ocpi.outbound.operator.back_end import BackEnd
from roamgrid.ocpi.outbound.outcomes import OcpiOutcomeTeller
from roamgrid.ocpi.outbound.profiles import OcpiProfileGateway
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from tests.ocpi.inbound.world import BASE, Partner, World, open_world
from tests.ocpi.outbound.partner import FakePartner

VOLTARA = PartyId("NL", "VLT")
ROAMER = PartyId("BE", "RMR")
RESULT = "/results/1"


@dataclass(frozen=True, slots=True)
class Chain:
    """`provider` calls us; `ours` is the back end as it calls us; `asked` and `told` are the real ports of both."""

    world: World
    ctx: TenantContext
    provider: Partner
    ours: Partner
    back_end: FakePartner
    roamer: FakePartner
    clients: PartnerClients

    async def ask(self, name: str, **fields: Any) -> Any:
        """One command of the provider; the envelope that it gets."""
        body = {"response_url": f"{self.roamer.url}{RESULT}", **fields}
        return (await self.provider.call("POST", f"cpo/commands/{name}", body)).json()

    async def passed_on(self) -> Any:
        """What our back end was asked last."""
        return self.back_end.asked[-1]

    async def station_says(self, word: Any, asked: Any = None) -> httpx.Response:
        """Our back end posts to the address that we gave it."""
        where = (asked or self.back_end.asked[-1]).body["response_url"].partition(f"/{self.ours.version}/")[2]
        return await self.ours.call("POST", where, word)

    async def deliver(self, *types: str) -> int:
        """Hand the events that wait to the subscriptions about partners' demands; how many there were."""
        teller = OcpiOutcomeTeller(self.world.database, self.world.connections, self.clients, timeout_s=5)
        subscriptions = {one.event: one for one in demand_tasks.subscriptions(self.world.database, teller)}
        async with self.world.database.platform() as conn:
            statement = "select type, aggregate, aggregate_version, payload from platform.outbox where tenant = %s order by id"
            rows = await (await conn.execute(statement, (self.ctx.tenant,))).fetchall()
        handled = 0
        for row in rows:
            subscription = subscriptions.get(row["type"])
            if subscription is None or subscription.run_effect is None:
                continue
            payload = row["payload"] if isinstance(row["payload"], dict) else json.loads(row["payload"])
            event = Event(row["type"], row["aggregate"], row["aggregate_version"], payload)
            delivery = Delivery(new_id(), self.ctx.tenant, event, self.ctx.clock.now(), None)
            await subscription.run_effect(self.ctx, delivery)
            handled += 1
        return handled

    def told(self) -> list[Any]:
        """What reached the provider's address."""
        return [one.body for one in self.roamer.asked if one.path == RESULT]

    async def charging(self, session: dict[str, Any]) -> None:
        """Our back end reports a charge that the provider's token makes."""
        answer = await self.ours.call("PUT", f"sessions/NL/VLT/{session['id']}", session)
        assert answer.json()["status_code"] == 1000, answer.text
        (row,) = await self.world.rows(self.ctx, f"select id from session where session_id = '{session['id']}'")
        async with self.world.database.work(self.ctx) as work:
            await operator.address(work, ChargeKind.SESSION, UUID(str(row["id"])), self.provider.id)


@asynccontextmanager
async def open_chain(
    database: Database, ctx: TenantContext, back_end: FakePartner, roamer: FakePartner, version: str, ours: str = "2.2.1"
) -> AsyncIterator[Chain]:
    """The provider speaks `version`, our back end `ours`."""
    clients = PartnerClients(ANY_ADDRESS)
    async with open_world(database) as world:
        world.declare(ctx, roles=("EMSP", "CPO"))
        deferred = Deferred(database, world.connections, clients, world.directory, BASE)
        gateway = OcpiCommandGateway(database, world.connections, clients, world.directory, BASE, timeout_s=5)
        inbound = world.inbound
        with_network = Inbound(
            database=database,
            directory=world.directory,
            connections=world.connections,
            open_peer=inbound.open_peer,
            hot_paths=inbound.hot_paths,
            clock=inbound.clock,
            base_url=inbound.base_url,
            secret_key=inbound.secret_key,
            own_network=BackEnd(database, world.connections, gateway, OcpiProfileGateway(deferred, timeout_s=5)),
        )
        transport = httpx.ASGITransport(app=Starlette(routes=with_network.routes()))
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as http:
            provider = await _met(world, ctx, http, "Roamer", ROAMER, Role.EMSP, AsRole.CPO, roamer, version)
            delivering = await _met(world, ctx, http, "Back end", VOLTARA, Role.CPO, AsRole.EMSP, back_end, ours)
            yield Chain(world, ctx, provider, delivering, back_end, roamer, clients)
    await clients.close()


async def _met(
    world: World,
    ctx: TenantContext,
    http: httpx.AsyncClient,
    name: str,
    party: PartyId,
    role: Role,
    as_role: AsRole,
    platform: FakePartner,
    version: str,
) -> Partner:
    token = random_token()
    roles = (Party(party, role, name),)
    endpoints = (
        Endpoint("commands", "RECEIVER", f"{platform.url}/commands"),
        Endpoint("chargingprofiles", "RECEIVER", f"{platform.url}/chargingprofiles"),
        Endpoint("chargingprofiles", "SENDER", f"{platform.url}/plans"),
        Endpoint("sessions", "SENDER", f"{platform.url}/sessions"),
    )
    side = PartnerSide("their-token", f"{platform.url}/versions", version, endpoints, roles)
    async with world.database.work(ctx) as work:
        added = await world.connections.add(
            work,
            name=name,
            direction=Direction.THEY_REGISTER,
            our_token=random_token(),
            version=version,
            dialect="default",
            as_role=as_role,
        )
        await world.connections.register(work, added.id, side, our_token=token)
        await parties.register(work, added.id, list(roles))
    return Partner(http, ctx.tenant, token, SourceId(added.id), version)
