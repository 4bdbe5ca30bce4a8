"""Our surface on a real port, a CPO on another, and both halves of the handshake."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from starlette.applications import Starlette

from roamgrid.ocpi.handshake.our_side import OurSide
from roamgrid.ocpi.handshake.service import Handshake
from roamgrid.ocpi.outbound.clients import ANY_ADDRESS, PartnerClients
from roamgrid.ocpi.versions import SPEECHES
from roamgrid.tenancy.database import Database
from tests.ocpi.handshake.peer import Cpo, listening_socket, running_cpo, served
from tests.ocpi.inbound.world import World, open_world


@dataclass(frozen=True, slots=True)
class Platform:
    """Us, reachable at `base`."""

    base: str
    world: World
    handshake: Handshake


@pytest.fixture
async def platform(database: Database) -> AsyncIterator[Platform]:
    """Both brands on a port."""
    listening, base = listening_socket()
    open_peer = PartnerClients(ANY_ADDRESS).open_peer
    async with open_world(database, base_url=base, open_peer=open_peer) as world:
        inbound = world.inbound
        handshake = Handshake(database, world.connections, open_peer, OurSide(inbound.directory, base))
        async with served(Starlette(routes=inbound.routes()), listening):
            yield Platform(base, world, handshake)


in_every_version = pytest.mark.parametrize("cpo", SPEECHES, indirect=True)


@pytest.fixture
async def cpo(request: pytest.FixtureRequest) -> AsyncIterator[Cpo]:
    """An operator's platform; of one version where a test asks for it, else of several, of which it likes 2.2.1."""
    async with running_cpo() as cpo:
        if hasattr(request, "param"):
            cpo.speaks, cpo.versions = request.param, ("2.0", "2.2", request.param)
        yield cpo
