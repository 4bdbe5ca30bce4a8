"""Reservations, unlocking, charging profiles and preferences: what is written is read again as the same."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roamgrid.canonical.charging_profile import (
    ActiveProfile,
    ChargingPreferences,
    ChargingProfile,
    ProfileOutcome,
    ProfilePeriod,
    ProfileReply,
    ProfileResponse,
    ProfileResult,
    ProfileType,
    RateUnit,
)
from roamgrid.canonical.command import ReserveNow, UnlockConnector
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.token import Token, TokenType, Whitelist
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.values import Asked
from roamgrid.ocpi.wire.common.deviations import Refused

adapter = adapter_for("2.2.1", "default")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
GREENFIELD = PartyId("NL", "GRF")
RESPONSE_URL = "https://voltara.test/ocpi/2.2.1/commands/RESERVE_NOW/1"
TOKEN = Token(PartyId("NL", "VLT"), "04A2", TokenType.RFID, "NL-VLT-C00000001-X", "Voltara", True, Whitelist.ALLOWED, NOON)

moments = st.integers(0, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
seconds = st.integers(0, 2**31 - 1)
rates = st.decimals(0, 350_000, places=1)
profiles = st.builds(
    ChargingProfile,
    unit=st.sampled_from(RateUnit),
    periods=st.lists(st.builds(ProfilePeriod, seconds, rates), max_size=4).map(tuple),
    start=st.none() | moments,
    duration_s=st.none() | seconds,
    minimum_rate=st.none() | rates,
)


def again(kind, value):
    read = adapter.read(kind, json.dumps(adapter.write(kind, value).document), GREENFIELD)
    assert read.deviations == ()
    return read.value


@given(profiles)
def test_profiles_both_ways(profile):
    assert again(kinds.CHARGING_PROFILE, Asked(profile, RESPONSE_URL)) == Asked(profile, RESPONSE_URL)
    assert again(kinds.ACTIVE_PROFILE, ActiveProfile(NOON, profile)) == ActiveProfile(NOON, profile)
    outcome = ProfileOutcome(ProfileResult.ACCEPTED, ActiveProfile(NOON, profile))
    assert again(kinds.PROFILE_OUTCOME, outcome) == outcome


@pytest.mark.parametrize("response", ProfileResponse)
def test_answers_both_ways(response):
    assert again(kinds.PROFILE_REPLY, ProfileReply(response, 30)) == ProfileReply(response, 30)


@given(
    st.builds(
        ChargingPreferences, st.sampled_from(ProfileType), st.none() | moments, st.none() | rates, st.none() | st.booleans()
    )
)
def test_preferences_both_ways(preferences):
    assert again(kinds.CHARGING_PREFERENCES, preferences) == preferences


def test_a_reservation_is_for_the_operator_that_the_headers_name():
    command = ReserveNow(UUID(int=1), GREENFIELD, TOKEN, NOON, "R1", "LOC1", "E1", "REF1")
    read = again(kinds.RESERVE_NOW, Asked(command, RESPONSE_URL))
    assert (read.what.operator, read.what.reservation_id, read.what.expires) == (GREENFIELD, "R1", NOON)
    assert (read.what.token, read.what.evse_uid, read.what.authorization_reference) == (TOKEN, "E1", "REF1")
    assert read.what.command_id != command.command_id


def test_unlocking_names_the_connector():
    command = UnlockConnector(UUID(int=1), GREENFIELD, "LOC1", "E1", "2")
    assert adapter.write(kinds.UNLOCK_CONNECTOR, Asked(command, RESPONSE_URL)).document == {
        "response_url": RESPONSE_URL,
        "location_id": "LOC1",
        "evse_uid": "E1",
        "connector_id": "2",
    }


def test_a_limit_in_an_unknown_unit_is_refused():
    body = {"charging_profile": {"charging_rate_unit": "kW"}, "response_url": RESPONSE_URL}
    with pytest.raises(Refused) as refused:
        adapter.read(kinds.CHARGING_PROFILE, json.dumps(body))
    assert refused.value.field == "/charging_profile/charging_rate_unit"


def test_limits_stay_exact():
    profile = ChargingProfile(RateUnit.AMPERE, (ProfilePeriod(0, Decimal("16.1")),))
    written = adapter.write(kinds.CHARGING_PROFILE, Asked(profile, RESPONSE_URL)).document
    assert json.dumps(written["charging_profile"]["charging_profile_period"]) == b'[{"start_period":0,"limit":16.1}]'
