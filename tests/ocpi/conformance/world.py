"""A brand on a real port, the sandbox operator on another, registered with each other in one version."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import httpx
from starlette.applications import Starlette

from roamgrid.canonical.party import PartyId
from roamgrid.canonical.token import Whitelist
from roamgrid.kernel.json import dumps, loads
from roamgrid.ocpi import kinds
from roamgrid.ocpi.conformance.check import Needs
from roamgrid.ocpi.conformance.checks.tokens import address, check_token
from roamgrid.ocpi.conformance.opening import opened, seen_in_traffic
from roamgrid.ocpi.conformance.run import Report, run
from roamgrid.ocpi.connections.model import AsRole, Connection
from roamgrid.ocpi.handshake.our_side import OurSide
from roamgrid.ocpi.handshake.service import Handshake
from roamgrid.ocpi.inbound.manners import CountedManners
from roamgrid.ocpi.outbound.clients import ANY_ADDRESS, PartnerClients
from roamgrid.ocpi.outbound.pull import PullService
from roamgrid.sandbox.cpo import CpoOptions, Knobs, create_app
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from tests.ocpi.inbound.world import World, open_world
from tests.sandbox.serving import eventually, reserved_port, served

EVERYTHING = frozenset({Needs.READS, Needs.WRITES})


@dataclass(frozen=True, slots=True)
class Room:
    """Both brands behind one port, and what they call partners with."""

    base: str
    world: World
    handshake: Handshake
    clients: PartnerClients
    pull: PullService

    async def connection(self, ctx: TenantContext, id_: UUID) -> Connection:
        async with self.world.database.work(ctx) as work:
            return await self.world.connections.get(work, id_)

    async def check(self, ctx: TenantContext, connection: UUID, party: PartyId, only: Collection[str] | None = None) -> Report:
        """A whole run, writing checks included."""
        now = await self.connection(ctx, connection)
        async with self.world.database.work(ctx) as work:
            traffic = await seen_in_traffic(work, now)
        async with opened(self.clients, ctx, now, party, self.base) as subject:
            return await run(subject, allowed=EVERYTHING, traffic=traffic, only=only)


@asynccontextmanager
async def served_room(database: Database) -> AsyncIterator[Room]:
    """Until the block ends."""
    bound = reserved_port()
    base = f"http://127.0.0.1:{bound.getsockname()[1]}"
    clients = PartnerClients(ANY_ADDRESS)
    async with open_world(database, base_url=base, open_peer=clients.open_peer) as world:
        handshake = Handshake(database, world.connections, clients.open_peer, OurSide(world.directory, base))
        inbound = replace(world.inbound, manners=CountedManners(database))
        async with served(Starlette(routes=inbound.routes()), bound):
            try:
                yield Room(base, world, handshake, clients, PullService(database, clients, world.directory))
            finally:
                await clients.close()


@dataclass(frozen=True, slots=True)
class Operator:
    """The sandbox operator as a developer sees it."""

    url: str

    async def control(self, path: str, body: Any = None) -> Any:
        async with httpx.AsyncClient(trust_env=False, verify=False) as client:
            answer = await client.post(f"{self.url}/_control/{path}", content=dumps(body or {}))
        assert answer.status_code == 200, answer.text
        return loads(answer.content)

    async def state(self) -> Any:
        async with httpx.AsyncClient(trust_env=False, verify=False) as client:
            return loads((await client.get(f"{self.url}/_control/state")).content)

    async def quirks(self, *quirks: str) -> None:
        await self.control("knobs", {"quirks": quirks})


@asynccontextmanager
async def sandbox_operator(version: str) -> AsyncIterator[Operator]:
    """Of one version; an hour of charging takes one real second."""
    bound = reserved_port()
    knobs = Knobs(speed=3600, tick=0.02, command_result_delay=0, versions=(version,))  # type: ignore[arg-type]
    options = CpoOptions(port=bound.getsockname()[1], page_limit=50, knobs=knobs)
    async with served(create_app(options), bound) as url:
        yield Operator(url)


CARD = "CONFORMANCECARD"
PLACE = {"location_id": "UTR-002", "evse_uid": "UTR-002-1"}


async def charge(room: Room, ctx: TenantContext, operator: Operator, connection: Connection, party: PartyId) -> None:
    """A card that may always charge, tapped at a station and unplugged; sessions and a CDR are there to look at afterwards."""
    async with opened(room.clients, ctx, connection, party, room.base) as subject:
        token = replace(check_token(subject), uid=CARD, valid=True, whitelist=Whitelist.ALWAYS)
        url = address(subject, CARD)
        assert url is not None
        answer = await subject.probe.call("PUT", url, subject.adapter.write(kinds.TOKEN, token).document)
        assert answer.succeeded, answer.said()
    theirs = (await operator.state())["connections"][0]["id"]
    begun = await operator.control("rfid", PLACE | {"connection": theirs, "token_uid": CARD})
    await asyncio.sleep(0.3)
    await operator.control(f"sessions/{begun['session_id']}/stop")

    async def billed() -> object:
        return (await operator.state())["cdr_count"]

    await eventually(billed)


async def register(room: Room, ctx: TenantContext, operator: Operator, dialect: str = "default") -> Connection:
    """We take up the operator's invitation."""
    invitation = await operator.control("invite")
    return await room.handshake.register(
        ctx, "Sandbox", invitation["versions_url"], invitation["token"], dialect=dialect, as_role=AsRole.EMSP
    )
