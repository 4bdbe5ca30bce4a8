"""Voltara and Kilowind with partners that speak 2.3.0; Voltara takes part in the optional modules."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from roamgrid.canonical.party import Party, PartyId, Role, SourceId
from roamgrid.kernel.crypto import random_token
from roamgrid.ocpi.connections.model import AsRole, Direction, Endpoint
from roamgrid.ocpi.connections.store import PartnerSide
from roamgrid.ocpi.outbound.clients import ANY_ADDRESS, PartnerClients
from roamgrid.ocpi.outbound.deferred import Deferred
from roamgrid.ocpi.outbound.optional.bookings import BookingDesk
from roamgrid.ocpi.outbound.optional.exchange import Exchange
from roamgrid.ocpi.outbound.optional.invoices import InvoiceDesk
from roamgrid.ocpi.outbound.optional.payments import TerminalDesk
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from tests.conftest import Brands
from tests.ocpi.inbound.world import BASE, Partner, World, open_world
from tests.ocpi.outbound.partner import FakePartner, running_partner

MODULES = ("bookings", "payments", "invoicereconciliation")
GREENFIELD, PROVIDER = PartyId("NL", "GRF"), PartyId("BE", "RMR")


@dataclass(frozen=True, slots=True)
class Optional:
    """Voltara's surface, its partners, and its own requests to them."""

    world: World
    ctx: TenantContext
    platform: FakePartner
    bookings: BookingDesk
    terminals: TerminalDesk
    invoices: InvoiceDesk

    async def met(
        self, party: PartyId, role: Role, as_role: AsRole, *offers: tuple[str, str], version: str = "2.3.0"
    ) -> Partner:
        """A registered partner whose endpoints are on the platform's port."""
        token = random_token()
        endpoints = tuple(Endpoint(module, interface, f"{self.platform.url}/{module}") for module, interface in offers)
        side = PartnerSide("their-token", "https://x.test/versions", version, endpoints, (Party(party, role, "Partner"),))
        connections = self.world.connections
        async with self.world.database.work(self.ctx) as work:
            added = await connections.add(
                work, name="Partner", direction=Direction.THEY_REGISTER, our_token=random_token(), version=version,
                dialect="default", as_role=as_role,
            )  # fmt: skip
            await connections.register(work, added.id, side, our_token=token)
        return Partner(self.world.http, self.ctx.tenant, token, SourceId(added.id), version)

    async def operator(self, version: str = "2.3.0") -> Partner:
        """Greenfield, to whom we are a service provider."""
        offers = (("booking", "SENDER"), ("invoicereconciliation", "SENDER"), ("invoicereconciliation", "RECEIVER"))
        return await self.met(GREENFIELD, Role.CPO, AsRole.EMSP, *offers, version=version)

    async def provider(self) -> Partner:
        """A provider of drivers or of terminals, to whom we are an operator."""
        offers = (("payments", "SENDER"), ("invoicereconciliation", "SENDER"), ("invoicereconciliation", "RECEIVER"))
        return await self.met(PROVIDER, Role.EMSP, AsRole.CPO, *offers)

    async def held(self, kind: str) -> list[dict[str, Any]]:
        rows = await self.world.rows(
            self.ctx,
            "select kind, object_id, validation, withdrawn, version, finding, raw from module_object order by received_at, id",
        )
        return [row for row in rows if row["kind"] == kind]


@pytest.fixture
async def optional(database: Database, brands: Brands) -> AsyncIterator[Optional]:
    clients = PartnerClients(ANY_ADDRESS)
    async with open_world(database) as world, running_partner() as platform:
        world.declare(brands.voltara, roles=("EMSP", "CPO"), modules=MODULES)
        deferred = Deferred(database, world.connections, clients, world.directory, BASE)
        exchange = Exchange(deferred, timeout_s=5)
        desks = (BookingDesk(exchange), TerminalDesk(exchange), InvoiceDesk(exchange))
        yield Optional(world, brands.voltara, platform, *desks)
    await clients.close()
