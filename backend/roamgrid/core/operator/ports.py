"""What the operator's room needs from the outside: a way to the back end that is the source of our own stations."""

from typing import Protocol

from roamgrid.canonical.charging_profile import ActiveProfile, PreferencesAnswer, ProfileReply
from roamgrid.canonical.command import Command, CommandReply
from roamgrid.canonical.party import SourceId
from roamgrid.core.charging_profiles.models import PreferencesRequest, ProfileRequest
from roamgrid.core.operator.demands import Demand, Outcome
from roamgrid.tenancy.context import TenantContext


class OwnNetwork(Protocol):
    """Asks our back end on behalf of a partner that may ask: rights were checked, and the partner's request is on record.

    `source` is where the station or the session came from. The station's own word comes later, under the id of the command or
    the request (`core.operator.demands`). All raise `PartnerUnavailable`.
    """

    async def command(self, ctx: TenantContext, source: SourceId, command: Command) -> CommandReply: ...

    async def profile(self, ctx: TenantContext, source: SourceId, request: ProfileRequest) -> ProfileReply: ...

    async def preferences(self, ctx: TenantContext, source: SourceId, request: PreferencesRequest) -> PreferencesAnswer:
        """Raises `PreferencesUnsupported` for a charging point that takes none."""
        ...


class OutcomeTeller(Protocol):
    """Tells a partner what a station said, at the address that the partner named with its request."""

    async def tell(self, ctx: TenantContext, outcome: Outcome) -> str | None:
        """None: the partner took it; else why it refused it for good. Raises `PartnerUnavailable`: try again."""
        ...

    async def tell_plan(self, ctx: TenantContext, demand: Demand, plan: ActiveProfile) -> None:
        """What the station plans for the session whose profile `demand` set. Raises `PartnerUnavailable`."""
        ...
