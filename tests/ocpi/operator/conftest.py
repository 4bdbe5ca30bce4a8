"""Voltara also operates stations: its charging back end is a partner, and service providers are partners too."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from roamgrid.canonical.party import Party, PartyId, Role
from roamgrid.core.parties import service as parties
from roamgrid.ocpi.connections.model import AsRole
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from tests.conftest import Brands
from tests.ocpi.inbound.world import Partner, World, open_world

VOLTARA = PartyId("NL", "VLT")
ROAMER = PartyId("BE", "RMR")
STRANGER = PartyId("FR", "STR")


@dataclass(frozen=True, slots=True)
class OperatorWorld:
    """The surface, and who calls it."""

    world: World
    ctx: TenantContext

    async def back_end(self, version: str = "2.2.1") -> Partner:
        """Voltara's own charging back end, which speaks for its operator party."""
        return await self._partner("Back end", VOLTARA, Role.CPO, AsRole.EMSP, version)

    async def provider(
        self, version: str = "2.2.1", party: PartyId = ROAMER, role: Role = Role.EMSP, as_role: AsRole = AsRole.CPO
    ) -> Partner:
        """A service provider that fetches Voltara's network, or a hub."""
        return await self._partner("Roamer", party, role, as_role, version)

    async def _partner(self, name: str, party: PartyId, role: Role, as_role: AsRole, version: str) -> Partner:
        partner = await self.world.partner(self.ctx, name, party, version=version, role=role, as_role=as_role)
        async with self.world.database.work(self.ctx) as work:
            await parties.register(work, partner.id, [Party(party, role, name)])
        return partner


@pytest.fixture
async def operator(database: Database, brands: Brands) -> AsyncIterator[OperatorWorld]:
    """Voltara as provider and operator; Kilowind, in the same room, is a provider only."""
    async with open_world(database) as world:
        world.declare(brands.voltara, roles=("EMSP", "CPO"))
        yield OperatorWorld(world, brands.voltara)
