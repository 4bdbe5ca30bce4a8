"""Voltara on a real port, registered with the sandbox operator: every request and every outcome goes over HTTP."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from starlette.applications import Starlette

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.token import Token, TokenType, Whitelist
from roamgrid.core.charging_profiles.service import ChargingProfiles
from roamgrid.core.commands import repository
from roamgrid.core.commands.models import CommandRow, ReserveRequest, StartRequest, StopRequest, UnlockRequest
from roamgrid.core.commands.service import CommandService
from roamgrid.core.commands.states import CommandState
from roamgrid.core.sessions import grants, service
from roamgrid.core.sessions.models import Grant, Pins, SessionRow, Stream
from roamgrid.kernel.ids import new_id
from roamgrid.ocpi.handshake.our_side import OurSide
from roamgrid.ocpi.handshake.service import Handshake
from roamgrid.ocpi.outbound.clients import ANY_ADDRESS, PartnerClients
from roamgrid.ocpi.outbound.commands import OcpiCommandGateway
from roamgrid.ocpi.outbound.deferred import Deferred
from roamgrid.ocpi.outbound.profiles import OcpiProfileGateway
from roamgrid.ocpi.versions import SPEECHES
from roamgrid.sandbox.cpo import CpoOptions, Knobs, create_app
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from tests.conftest import Brands
from tests.ocpi.handshake.peer import listening_socket, served
from tests.ocpi.inbound.world import World, open_world
from tests.sandbox.conftest import Cpo
from tests.sandbox.serving import eventually, reserved_port
from tests.sandbox.serving import served as served_sandbox

OPERATOR = PartyId("NL", "DOM")
GARAGE = ("UTR-002", "UTR-002-1")
DRIVER = UUID(int=0xD21E)
TOKEN = Token(
    PartyId("NL", "VLT"), "APP-1", TokenType.APP_USER, "NL-VLT-C1", "Voltara", True, Whitelist.NEVER,
    datetime(2026, 6, 1, tzinfo=UTC),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Roaming:
    """One brand and one operator that know each other."""

    world: World
    ctx: TenantContext
    operator: Cpo
    source: SourceId
    commands: CommandService
    profiles: ChargingProfiles

    async def start(self, evse_uid: str = GARAGE[1]) -> CommandRow:
        """A charge at the garage, under a permission of its own."""
        reference = str(new_id())
        pins = Pins(plan_version=UUID(int=1), rule_pack="NL")
        grant = Grant(reference, self.source, DRIVER, TOKEN.uid, Stream.AD_HOC, pins, self.ctx.clock.now())
        async with self.world.database.work(self.ctx) as work:
            await grants.add(work, grant)
        request = StartRequest(DRIVER, self.source, OPERATOR, GARAGE[0], evse_uid, "1", TOKEN, reference)
        return await self.commands.start(self.ctx, request)

    async def stop(self, session: SessionRow) -> CommandRow:
        return await self.commands.stop(self.ctx, StopRequest(DRIVER, self.source, OPERATOR, session.session_id, None))

    async def reserve(self) -> CommandRow:
        until = datetime.now(UTC) + timedelta(minutes=10)
        return await self.commands.reserve(self.ctx, ReserveRequest(DRIVER, self.source, OPERATOR, *GARAGE, TOKEN, until))

    async def unlock(self) -> CommandRow:
        return await self.commands.unlock(self.ctx, UnlockRequest(self.source, OPERATOR, *GARAGE, "1"))

    async def becomes(self, command: CommandRow, state: CommandState) -> CommandRow:
        """The command once it is there."""

        async def there() -> object:
            async with self.world.database.work(self.ctx) as work:
                row = await repository.get(work, command.id)
            return row is not None and row.state is state

        await eventually(there)
        async with self.world.database.work(self.ctx) as work:
            row = await repository.get(work, command.id)
        assert row is not None
        return row

    async def session(self, command: CommandRow) -> SessionRow:
        """The charge that a start command began, as soon as it is reported."""
        found: list[SessionRow] = []

        async def reported() -> object:
            async with self.world.database.work(self.ctx) as work:
                row = await service.by_reference(work, command.authorization_reference or "")
            found.extend([row] if row else [])
            return row

        await eventually(reported)
        return found[0]

    async def until(self, statement: str, holds: Callable[[list[dict[str, object]]], object]) -> list[dict[str, object]]:
        """The rows, once they are as wanted."""

        async def true() -> object:
            return holds(await self.world.rows(self.ctx, statement))

        await eventually(true)
        return await self.world.rows(self.ctx, statement)


Meet = Callable[[str], Awaitable[Roaming]]


@pytest.fixture
async def meet(database: Database, brands: Brands) -> AsyncIterator[Meet]:
    """Registers Voltara with the sandbox operator in a version."""
    listening, base = listening_socket()
    bound = reserved_port()
    options = CpoOptions(port=bound.getsockname()[1], knobs=Knobs(speed=600, tick=0.05, command_result_delay=0))
    clients = PartnerClients(ANY_ADDRESS)
    async with open_world(database, base_url=base, open_peer=clients.open_peer) as world:
        handshake = Handshake(database, world.connections, clients.open_peer, OurSide(world.directory, base))
        async with (
            served(Starlette(routes=world.inbound.routes()), listening),
            served_sandbox(create_app(options), bound) as operator_url,
        ):

            async def introduced(version: str) -> Roaming:
                operator, ctx = Cpo(operator_url), brands.voltara
                invitation = await operator.control("invite", {"party": str(OPERATOR)})
                connection = await handshake.register(
                    ctx, "Domstad", invitation["versions_url"], invitation["token"], version=version
                )
                deferred = Deferred(database, world.connections, clients, world.directory, base)
                gateway = OcpiCommandGateway(database, world.connections, clients, world.directory, base, timeout_s=5)
                commands = CommandService(database, gateway)
                profiles = ChargingProfiles(database, OcpiProfileGateway(deferred, timeout_s=5))
                return Roaming(world, ctx, operator, connection.id, commands, profiles)

            yield introduced
    await clients.close()


@pytest.fixture(params=SPEECHES)
async def roaming(request: pytest.FixtureRequest, meet: Meet) -> Roaming:
    """In every version."""
    return await meet(request.param)


@pytest.fixture(params=[version for version in SPEECHES if version != "2.1.1"])
async def smart(request: pytest.FixtureRequest, meet: Meet) -> Roaming:
    """In every version that knows charging profiles."""
    return await meet(request.param)
