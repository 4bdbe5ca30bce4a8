"""What the room of charging profiles needs from the outside."""

from typing import Protocol

from roamgrid.canonical.charging_profile import PreferencesAnswer, ProfileReply
from roamgrid.canonical.party import SourceId
from roamgrid.core.charging_profiles.models import PreferencesRequest, ProfileRequest
from roamgrid.tenancy.context import TenantContext


class ProfileGateway(Protocol):
    """Reaches the operator of a session. Both raise `PartnerUnavailable`."""

    async def ask(self, ctx: TenantContext, source: SourceId, request: ProfileRequest) -> ProfileReply: ...

    async def prefer(self, ctx: TenantContext, source: SourceId, request: PreferencesRequest) -> PreferencesAnswer:
        """Raises `PreferencesUnsupported` besides."""
        ...
