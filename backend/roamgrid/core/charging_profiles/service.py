"""Ask operators to limit running sessions, and follow what the stations make of it (OCPI 2.2.1, ChargingProfiles module).

The row is written before the partner is called, and no transaction waits for a partner.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from roamgrid.bus.events import Event, publish
from roamgrid.canonical.charging_profile import (
    ActiveProfile,
    ChargingPreferences,
    ChargingProfile,
    PreferencesAnswer,
    ProfileOutcome,
    ProfileResponse,
)
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.charging_profiles import repository as sql
from roamgrid.core.charging_profiles.errors import ProfileRejected
from roamgrid.core.charging_profiles.models import PreferencesRequest, ProfileKind, ProfileRequest, ProfileRow
from roamgrid.core.charging_profiles.ports import ProfileGateway
from roamgrid.core.received import Received
from roamgrid.core.sessions.models import SessionRow
from roamgrid.kernel import json
from roamgrid.kernel.ids import new_id
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database, Work


@dataclass(frozen=True, slots=True)
class ChargingProfiles:
    """`result_timeout`: how long to await a station's result when the partner names no time of its own."""

    database: Database
    gateway: ProfileGateway
    result_timeout: timedelta = timedelta(seconds=120)

    async def set_profile(self, ctx: TenantContext, session: SessionRow, profile: ChargingProfile) -> ProfileRow:
        """Limit a session. Raises `PartnerUnavailable` or `ProfileRejected`."""
        return await self._ask(ctx, session, ProfileKind.SET, profile=profile)

    async def clear_profile(self, ctx: TenantContext, session: SessionRow) -> ProfileRow:
        """Lift our limits. Raises as `set_profile`."""
        return await self._ask(ctx, session, ProfileKind.CLEAR)

    async def ask_active(self, ctx: TenantContext, session: SessionRow, duration_s: int) -> ProfileRow:
        """What the station plans for the next `duration_s` seconds, all limits considered. Raises as `set_profile`."""
        return await self._ask(ctx, session, ProfileKind.ACTIVE, duration_s=duration_s)

    async def prefer(self, ctx: TenantContext, session: SessionRow, wanted: ChargingPreferences) -> PreferencesAnswer:
        """Tell the operator what the driver wants. Raises `PartnerUnavailable` or `PreferencesUnsupported`."""
        return await self.gateway.prefer(ctx, session.source, PreferencesRequest(session.party, session.session_id, wanted))

    async def _ask(
        self,
        ctx: TenantContext,
        session: SessionRow,
        kind: ProfileKind,
        *,
        profile: ChargingProfile | None = None,
        duration_s: int | None = None,
    ) -> ProfileRow:
        request = ProfileRequest(new_id(), kind, session.party, session.session_id, profile, duration_s)
        now = ctx.clock.now()
        async with self.database.work(ctx) as work:
            await work.conn.execute(
                sql.ADD, _asked(request, session.source) | {"now": now, "deadline": now + self.result_timeout}
            )
        reply = await self.gateway.ask(ctx, session.source, request)
        wait = timedelta(seconds=reply.timeout_s) if reply.timeout_s > 0 else self.result_timeout
        params = {"id": request.id, "response": reply.response, "deadline": ctx.clock.now() + wait}
        async with self.database.work(ctx) as work:
            row = await (await work.conn.execute(sql.ANSWER, params)).fetchone()
        assert row is not None, "recorded before it was sent"
        if reply.response is not ProfileResponse.ACCEPTED:
            raise ProfileRejected(f"the operator answered {reply.response}")
        return sql.profile_row(row)


async def result(work: Work, source: SourceId, request: UUID, outcome: ProfileOutcome) -> bool:
    """The station's answer, the first of which counts. False when this source was never asked that."""
    held = await (await work.conn.execute(sql.LOCK, {"id": request, "source": source})).fetchone()
    if held is None:
        return False
    if held["result"] is not None:
        return True
    active = json.encode(outcome.active) if outcome.active else None
    params = {"id": request, "result": outcome.result, "active": active, "now": work.ctx.clock.now()}
    row = await (await work.conn.execute(sql.RESULT, params)).fetchone()
    assert row is not None, "the row is locked by this transaction"
    await publish(work, Event("profile.answered.v1", f"profile:{request}", row["version"], {"profile": str(request)}))
    return True


async def put_active(work: Work, source: SourceId, operator: PartyId, session_id: str, told: Received[ActiveProfile]) -> bool:
    """What the station plans now. False: it had said so before."""
    params = {
        **_session(operator, session_id),
        "source": source,
        "active": json.encode(told.value),
        "raw": told.raw.decode(),
        "ocpi_version": told.told.version,
        "validation": told.told.validation,
    }
    row = await (await work.conn.execute(sql.PUT_ACTIVE, params)).fetchone()
    if row is None:
        return False
    country, party = operator.country_code, operator.party_id
    said = {"source": str(source), "country_code": country, "party_id": party, "session": session_id}
    await publish(work, Event("profile.active.v1", f"active-profile:{country}*{party}*{session_id}", row["version"], said))
    return True


async def get(work: Work, request: UUID) -> ProfileRow | None:
    """By our id."""
    row = await (await work.conn.execute(sql.GET, {"id": request})).fetchone()
    return sql.profile_row(row) if row else None


async def of_session(work: Work, operator: PartyId, session_id: str) -> list[ProfileRow]:
    """All that was asked about a session, the oldest first."""
    rows = await (await work.conn.execute(sql.OF_SESSION, _session(operator, session_id))).fetchall()
    return [sql.profile_row(row) for row in rows]


async def active(work: Work, operator: PartyId, session_id: str) -> ActiveProfile | None:
    """What the station plans, as far as we were told."""
    row = await (await work.conn.execute(sql.ACTIVE, _session(operator, session_id))).fetchone()
    return json.decode(row["active"], ActiveProfile) if row else None


def _session(operator: PartyId, session_id: str) -> dict[str, object]:
    return {"country": operator.country_code, "party": operator.party_id, "session": session_id}


def _asked(request: ProfileRequest, source: SourceId) -> dict[str, object]:
    return {
        **_session(request.operator, request.session_id),
        "id": request.id,
        "kind": request.kind,
        "source": source,
        "profile": json.encode(request.profile) if request.profile else None,
        "duration": request.duration_s,
    }
