"""Charging profiles and preferences at the sandbox operator, in the versions that know them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from roamgrid.canonical.charging_profile import (
    ChargingPreferences,
    ChargingProfile,
    PreferencesAnswer,
    ProfilePeriod,
    ProfileResult,
    ProfileType,
    RateUnit,
)
from roamgrid.core.charging_profiles import service as profiles
from roamgrid.core.charging_profiles.errors import PreferencesUnsupported, ProfileRejected
from roamgrid.core.commands.states import CommandState
from tests.ocpi.deferred.conftest import OPERATOR, Meet, Roaming

SLOW = ChargingProfile(RateUnit.WATT, (ProfilePeriod(0, Decimal("1000.5")),))


async def answered(roaming: Roaming, row):
    """The request once the station has spoken."""
    await roaming.until(
        "select id, result from profile_request", lambda rows: any(one["id"] == row.id and one["result"] for one in rows)
    )
    async with roaming.world.database.work(roaming.ctx) as work:
        return await profiles.get(work, row.id)


async def test_a_profile_is_set_planned_shown_and_lifted(smart: Roaming):
    session = await smart.session(await smart.start())
    asked = await smart.profiles.set_profile(smart.ctx, session, SLOW)
    assert (await answered(smart, asked)).result is ProfileResult.ACCEPTED
    await smart.until("select active from active_profile", lambda rows: rows)
    async with smart.world.database.work(smart.ctx) as work:
        plan = await profiles.active(work, OPERATOR, session.session_id)
    assert plan is not None
    assert plan.profile.periods == SLOW.periods, "exact to the watt's tenth"
    shown = await answered(smart, await smart.profiles.ask_active(smart.ctx, session, 900))
    assert shown.active is not None
    assert shown.active.profile.periods == SLOW.periods
    cleared = await answered(smart, await smart.profiles.clear_profile(smart.ctx, session))
    assert cleared.result is ProfileResult.ACCEPTED
    again = await answered(smart, await smart.profiles.clear_profile(smart.ctx, session))
    assert again.result is ProfileResult.UNKNOWN
    async with smart.world.database.work(smart.ctx) as work:
        story = await profiles.of_session(work, OPERATOR, session.session_id)
    assert [row.kind for row in story] == ["SET", "ACTIVE", "CLEAR", "CLEAR"]


async def test_preferences_get_each_answer(smart: Roaming):
    session = await smart.session(await smart.start())

    async def prefer(type_: ProfileType, **told: Any) -> PreferencesAnswer:
        return await smart.profiles.prefer(smart.ctx, session, ChargingPreferences(type_, **told))

    leaving = {"departure": datetime.now(UTC) + timedelta(hours=2)}
    assert await prefer(ProfileType.FAST) is PreferencesAnswer.ACCEPTED
    assert await prefer(ProfileType.CHEAP) is PreferencesAnswer.DEPARTURE_REQUIRED
    assert await prefer(ProfileType.GREEN, **leaving) is PreferencesAnswer.ENERGY_NEED_REQUIRED
    assert await prefer(ProfileType.GREEN, **leaving, energy_need=Decimal("11.5")) is PreferencesAnswer.ACCEPTED


async def test_a_session_that_has_ended_has_neither(smart: Roaming):
    session = await smart.session(await smart.start())
    await smart.becomes(await smart.stop(session), CommandState.COMPLETED)
    await smart.until("select status from session", lambda rows: rows[0]["status"] == "COMPLETED")
    with pytest.raises(ProfileRejected, match="UNKNOWN_SESSION"):
        await smart.profiles.set_profile(smart.ctx, session, SLOW)
    with pytest.raises(PreferencesUnsupported):
        await smart.profiles.prefer(smart.ctx, session, ChargingPreferences(ProfileType.FAST))


async def test_2_1_1_knows_neither(meet: Meet):
    roaming = await meet("2.1.1")
    session = await roaming.session(await roaming.start())
    with pytest.raises(ProfileRejected, match="NOT_SUPPORTED"):
        await roaming.profiles.set_profile(roaming.ctx, session, SLOW)
    with pytest.raises(PreferencesUnsupported, match=r"2\.1\.1"):
        await roaming.profiles.prefer(roaming.ctx, session, ChargingPreferences(ProfileType.FAST))
