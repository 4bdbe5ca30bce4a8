"""Our stations as partners command them: `core.operator.ports.OwnNetwork` over the connection of their back end (OCPI 2.2.1,
Commands and ChargingProfiles modules; Sessions module, charging preferences)."""

from dataclasses import dataclass

from roamgrid.canonical.charging_profile import PreferencesAnswer, ProfileReply, ProfileResponse
from roamgrid.canonical.command import Command, CommandReply, CommandResponse, ReserveNow, StartSession
from roamgrid.canonical.party import SourceId
from roamgrid.core.charging_profiles.errors import PreferencesUnsupported
from roamgrid.core.charging_profiles.models import PreferencesRequest, ProfileRequest
from roamgrid.core.commands.errors import CommandNotSpoken
from roamgrid.core.operator import demands, foreign_tokens
from roamgrid.core.received import Received, Told
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.connections.model import Connection, InterfaceRole, UnknownConnection
from roamgrid.ocpi.connections.store import Connections
from roamgrid.ocpi.outbound.commands import MODULE as COMMANDS
from roamgrid.ocpi.outbound.commands import OcpiCommandGateway
from roamgrid.ocpi.outbound.profiles import MODULE as PROFILES
from roamgrid.ocpi.outbound.profiles import OcpiProfileGateway
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database


@dataclass(frozen=True, slots=True)
class BackEnd:
    """What comes from no connection, or from one that does not take such requests, supports none of them."""

    database: Database
    connections: Connections
    commands: OcpiCommandGateway
    profiles: OcpiProfileGateway

    async def command(self, ctx: TenantContext, source: SourceId, command: Command) -> CommandReply:
        """Raises `PartnerUnavailable`."""
        connection = await self._connection(ctx, source)
        if connection is None or connection.endpoint(COMMANDS, InterfaceRole.RECEIVER) is None:
            return CommandReply(CommandResponse.NOT_SUPPORTED, 0, "the station takes no commands")
        if isinstance(command, StartSession | ReserveNow):
            await self._remember(ctx, command)
        try:
            return await self.commands.send(ctx, source, command)
        except CommandNotSpoken as error:
            return CommandReply(CommandResponse.NOT_SUPPORTED, 0, error.message)

    async def profile(self, ctx: TenantContext, source: SourceId, request: ProfileRequest) -> ProfileReply:
        """Raises `PartnerUnavailable`."""
        connection = await self._connection(ctx, source)
        if connection is None or connection.endpoint(PROFILES, InterfaceRole.RECEIVER) is None:
            return ProfileReply(ProfileResponse.NOT_SUPPORTED, 0)
        return await self.profiles.ask(ctx, source, request)

    async def preferences(self, ctx: TenantContext, source: SourceId, request: PreferencesRequest) -> PreferencesAnswer:
        """Raises `PartnerUnavailable`, or `PreferencesUnsupported`."""
        connection = await self._connection(ctx, source)
        if connection is None or connection.endpoint("sessions", InterfaceRole.SENDER) is None:
            raise PreferencesUnsupported("the station takes no preferences")
        return await self.profiles.prefer(ctx, source, request)

    async def _connection(self, ctx: TenantContext, source: SourceId) -> Connection | None:
        try:
            async with self.database.work(ctx) as work:
                return await self.connections.get(work, source)
        except UnknownConnection:
            return None

    async def _remember(self, ctx: TenantContext, command: StartSession | ReserveNow) -> None:
        """A token need never have been told before it is used in a command; its session and its CDR may name nothing but its
        contract (2.1.1)."""
        async with self.database.work(ctx) as work:
            asker = await demands.asked_by(work, command.command_id)
            if asker is None:
                return
            adapter = adapter_for(*_ways(await self.connections.get(work, asker)))
            body = json.dumps(adapter.write(kinds.TOKEN, command.token).document)
            await foreign_tokens.remember(work, asker, Received(command.token, body, Told(version=adapter.version)))


def _ways(connection: Connection) -> tuple[str, str]:
    return connection.version, connection.dialect
