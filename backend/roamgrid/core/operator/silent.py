"""Stations without a back end that could be asked: whatever a partner wants of them is not supported."""

from roamgrid.canonical.charging_profile import PreferencesAnswer, ProfileReply, ProfileResponse
from roamgrid.canonical.command import Command, CommandReply, CommandResponse
from roamgrid.canonical.party import SourceId
from roamgrid.core.charging_profiles.models import PreferencesRequest, ProfileRequest
from roamgrid.tenancy.context import TenantContext


class SilentNetwork:
    """An `OwnNetwork` that nobody answers for."""

    async def command(self, ctx: TenantContext, source: SourceId, command: Command) -> CommandReply:
        return CommandReply(CommandResponse.NOT_SUPPORTED, 0, "the station takes no commands")

    async def profile(self, ctx: TenantContext, source: SourceId, request: ProfileRequest) -> ProfileReply:
        return ProfileReply(ProfileResponse.NOT_SUPPORTED, 0)

    async def preferences(self, ctx: TenantContext, source: SourceId, request: PreferencesRequest) -> PreferencesAnswer:
        return PreferencesAnswer.NOT_POSSIBLE
