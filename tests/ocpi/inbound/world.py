"""The OCPI surface of both brands over a real database, and partners that are registered already."""

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from starlette.applications import Starlette

from roamgrid.canonical.party import Party, PartyId, Role, SourceId
from roamgrid.kernel import json
from roamgrid.kernel.clock import SystemClock
from roamgrid.kernel.crypto import Vault, random_token
from roamgrid.ocpi.connections.model import AsRole, Connection, Direction, Endpoint
from roamgrid.ocpi.connections.store import Connections, PartnerSide
from roamgrid.ocpi.handshake.peer import OpenPeer, Peer
from roamgrid.ocpi.inbound.limits import Limits
from roamgrid.ocpi.inbound.routes import HotPaths, Inbound
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.directory import Directory, Tenant

BASE = "http://roamgrid.test"
KEY = b"0" * 32
GREENFIELD = PartyId("NL", "GRF")


@dataclass(frozen=True, slots=True)
class Partner:
    """An operator's back office that calls one brand."""

    http: httpx.AsyncClient
    tenant: str
    token: str
    id: SourceId
    version: str = "2.2.1"

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """`path` below the version; a body that is bytes goes out as it is."""
        content = body if isinstance(body, bytes | None) else json.dumps(body)
        authorization = f"Token {b64encode(self.token.encode()).decode()}"
        sent = {"Authorization": authorization, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return await self.http.request(method, f"/ocpi/{self.tenant}/{self.version}/{path}", content=content, headers=sent)


@dataclass(frozen=True, slots=True)
class World:
    """Both brands behind one surface."""

    database: Database
    inbound: Inbound
    http: httpx.AsyncClient
    connections: Connections = field(repr=False)
    directory: "Declaring" = field(repr=False)

    async def partner(
        self,
        ctx: TenantContext,
        name: str = "Greenfield",
        *parties: PartyId,
        version: str = "2.2.1",
        role: Role = Role.CPO,
        dialect: str = "default",
        as_role: AsRole = AsRole.EMSP,
    ) -> Partner:
        """A registered operator of that brand, or a hub."""
        token = random_token()
        roles = tuple(Party(party, role, name) for party in parties or (GREENFIELD,))
        endpoints = (Endpoint("locations", "SENDER", f"http://cpo.test/{version}/locations"),)
        hub = roles[0].id if role is Role.HUB else None
        side = PartnerSide("their-token", "http://cpo.test/versions", version, endpoints, roles, hub)
        async with self.database.work(ctx) as work:
            added = await self.connections.add(
                work,
                name=name,
                direction=Direction.THEY_REGISTER,
                our_token=random_token(),
                version=version,
                dialect=dialect,
                as_role=as_role,
            )
            await self.connections.register(work, added.id, side, our_token=token)
        return Partner(self.http, ctx.tenant, token, added.id, version)

    def declare(self, ctx: TenantContext, *, roles: tuple[str, ...], modules: tuple[str, ...] = ()) -> TenantContext:
        """From now on the brand's parties are declared in these roles, with these optional modules, in this world."""
        self.directory.roles[ctx.tenant] = roles
        self.directory.modules[ctx.tenant] = modules
        return ctx

    async def rows(self, ctx: TenantContext, statement: str) -> list[dict[str, Any]]:
        """What the brand's tables hold."""
        async with self.database.work(ctx) as work:
            return await (await work.conn.execute(statement)).fetchall()

    async def events(self, ctx: TenantContext) -> list[str]:
        """Types of the brand's events that wait in the outbox, oldest first."""
        async with self.database.platform() as conn:
            statement = "select type from platform.outbox where tenant = %s order by id"
            rows = await (await conn.execute(statement, (ctx.tenant,))).fetchall()
        return [row["type"] for row in rows]


class Declaring(Directory):
    """The directory, in which a test declares the parties of a brand in other roles."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.roles: dict[str, tuple[str, ...]] = {}
        self.modules: dict[str, tuple[str, ...]] = {}

    async def by_slug(self, slug: str) -> Tenant:
        tenant = await super().by_slug(slug)
        if slug not in self.roles:
            return tenant
        parties = tuple(party.model_copy(update={"roles": self.roles[slug]}) for party in tenant.declaration.parties)
        ocpi = tenant.declaration.ocpi.model_copy(update={"modules": self.modules.get(slug, ())})
        return replace(tenant, declaration=tenant.declaration.model_copy(update={"parties": parties, "ocpi": ocpi}))


@asynccontextmanager
async def nobody_to_call(connection: Connection) -> AsyncIterator[Peer]:
    """For tests in which no partner is ever called."""
    raise AssertionError(f"nobody expected a call to {connection.name}")
    yield


@asynccontextmanager
async def open_world(
    database: Database, *, base_url: str = BASE, open_peer: OpenPeer = nobody_to_call, limits: Limits | None = None
) -> AsyncIterator[World]:
    """The surface without a socket; `base_url` is what it calls itself."""
    hot_paths = HotPaths(database)
    await hot_paths.open()
    connections = Connections(Vault(KEY))
    directory = Declaring(database)
    inbound = Inbound(
        database=database,
        directory=directory,
        connections=connections,
        open_peer=open_peer,
        hot_paths=hot_paths,
        clock=SystemClock(),
        base_url=base_url,
        secret_key=KEY,
        limits=limits or Limits(),
    )
    app = Starlette(routes=inbound.routes())
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE, follow_redirects=False) as http:
        try:
            yield World(database, inbound, http, connections, directory)
        finally:
            await hot_paths.close()
