"""What our stations said, told at partners' `response_url`: `core.operator.ports.OutcomeTeller` over OCPI (OCPI 2.2.1, Commands
and ChargingProfiles modules, Sender interfaces)."""

from dataclasses import dataclass
from urllib.parse import quote

from roamgrid.canonical.charging_profile import ActiveProfile
from roamgrid.core.operator.demands import CommandWord, Demand, Outcome
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import Adapter, adapter_for
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import Connection, InterfaceRole
from roamgrid.ocpi.connections.store import Connections
from roamgrid.ocpi.outbound.clients import PartnerClients, require_traffic
from roamgrid.ocpi.outbound.errors import PartnerRefused
from roamgrid.ocpi.outbound.routing import route_to
from roamgrid.ocpi.speech import Written
from roamgrid.ocpi.values import CommandOutcome
from roamgrid.ocpi.wire.common.deviations import Code, Deviation
from roamgrid.ocpi.wire.common.links import join
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database

MODULE, PROFILES = "commands", "chargingprofiles"


@dataclass(frozen=True, slots=True)
class OcpiOutcomeTeller:
    """`timeout_s`: after how many seconds a partner that does not answer counts as down."""

    database: Database
    connections: Connections
    clients: PartnerClients
    timeout_s: float

    async def tell(self, ctx: TenantContext, outcome: Outcome) -> str | None:
        """The bare object: it is a request of ours, the envelope belongs to answers. Raises `PartnerUnavailable`."""
        demand = outcome.demand
        async with self.database.work(ctx) as work:
            connection = await self.connections.get(work, demand.connection)
        require_traffic(connection)
        written = _written(adapter_for(connection.version, connection.dialect), outcome)
        try:
            await self.clients.of(connection, ctx).send(
                "POST",
                demand.response_url,
                written.document,
                route=route_to(connection, demand.operator),
                correlation_id=ctx.correlation_id,
                timeout_s=self.timeout_s,
            )
        except PartnerRefused as error:
            await self._note(ctx, connection, MODULE, error)
            return error.message
        return None

    async def tell_plan(self, ctx: TenantContext, demand: Demand, plan: ActiveProfile) -> None:
        """By PUT at the partner's own endpoint. Nothing happens where the partner has none. Raises `PartnerUnavailable`."""
        async with self.database.work(ctx) as work:
            connection = await self.connections.get(work, demand.connection)
        endpoint = connection.endpoint(PROFILES, InterfaceRole.SENDER)
        adapter = adapter_for(connection.version, connection.dialect)
        if endpoint is None or not adapter.speaks(kinds.ACTIVE_PROFILE):
            return
        require_traffic(connection)
        url = join(endpoint, quote(demand.session_id or "", safe=""), trailing_slash=adapter.dialect.trailing_slash)
        document = adapter.write(kinds.ACTIVE_PROFILE, plan).document
        try:
            await self.clients.of(connection, ctx).send(
                "PUT",
                url,
                document,
                route=route_to(connection, demand.operator),
                correlation_id=ctx.correlation_id,
                timeout_s=self.timeout_s,
            )
        except PartnerRefused as error:
            await self._note(ctx, connection, PROFILES, error)

    async def _note(self, ctx: TenantContext, connection: Connection, module: str, error: PartnerRefused) -> None:
        async with self.database.work(ctx) as work:
            await deviations.record(work, connection.id, module, [Deviation(Code.REFUSED, "/", error.message[:120])])


def _written(adapter: Adapter, outcome: Outcome) -> Written:
    word = outcome.word
    if isinstance(word, CommandWord):
        return adapter.write(kinds.COMMAND_RESULT, CommandOutcome(word.result, word.message))
    return adapter.write(kinds.PROFILE_OUTCOME, word)
