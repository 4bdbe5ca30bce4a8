"""Sessions as operators report them; PUT takes a short cut when it can, and both ways must do the same."""

import asyncio

import pytest

from tests.conftest import Brands
from tests.ocpi.inbound.wire import OWNER, period, session
from tests.ocpi.inbound.world import Partner, World

S1 = f"sessions/{OWNER}/S1"


def at(minute: int) -> str:
    return f"2026-06-01T12:{minute:02}:00Z"


async def held(cpo: Partner) -> dict:
    return (await cpo.call("GET", S1)).json()["data"]


@pytest.fixture(params=["long way", "short cut"])
async def reporter(request: pytest.FixtureRequest, cpo: Partner) -> Partner:
    """An operator that calls for the first time, or one that is known already."""
    if request.param == "short cut":
        await cpo.call("GET", "credentials")
        await cpo.call("GET", f"sessions/{OWNER}/NONE")
    return cpo


async def test_every_report_is_stored_and_announced(world: World, brands: Brands, reporter: Partner):
    assert (await reporter.call("PUT", S1, session(kwh=1.5))).json()["status_code"] == 1000
    assert (await reporter.call("PUT", S1, session(kwh=2.75, last_updated=at(20)))).json()["status_code"] == 1000
    rows = await world.rows(brands.voltara, "select kwh::text, status, version from session")
    assert [tuple(row.values()) for row in rows] == [("2.75", "ACTIVE", 2)]
    assert await world.events(brands.voltara) == ["session.updated.v1"] * 2
    assert await world.rows(brands.kilowind, "select 1 from session") == []
    assert (await held(reporter))["kwh"] == 2.75


async def test_older_news_and_news_of_an_ended_session_are_acknowledged_and_ignored(
    world: World, brands: Brands, reporter: Partner
):
    await reporter.call("PUT", S1, session(kwh=2, last_updated=at(20)))
    assert (await reporter.call("PUT", S1, session(kwh=1, last_updated=at(10)))).json()["status_code"] == 1000
    await reporter.call("PUT", S1, session(kwh=3, status="COMPLETED", last_updated=at(30)))
    assert (await reporter.call("PUT", S1, session(kwh=9, last_updated=at(40)))).json()["status_code"] == 1000
    rows = await world.rows(brands.voltara, "select kwh::text, status from session")
    assert [tuple(row.values()) for row in rows] == [("3", "COMPLETED")]
    assert await world.events(brands.voltara) == ["session.updated.v1"] * 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "S2"}, "/id: is S2, but S1 in the URL"),
        ({"party_id": "XYZ"}, "/party_id: is XYZ, but GRF in the URL"),
        ({"start_date_time": "yesterday"}, "/start_date_time: is 'yesterday', not a date and time"),
    ],
)
async def test_a_report_that_cannot_be_taken_is_2001_with_the_field(
    world: World, brands: Brands, reporter: Partner, change: dict, message: str
):
    answer = await reporter.call("PUT", S1, session(**change))
    assert (answer.status_code, answer.json()["status_code"], answer.json()["status_message"]) == (200, 2001, message)
    assert await world.rows(brands.voltara, "select 1 from session") == []


async def test_odd_reports_are_taken_and_counted(world: World, brands: Brands, reporter: Partner):
    assert (await reporter.call("PUT", S1, session(kwh="1.5"))).json()["status_code"] == 1000
    rows = await world.rows(brands.voltara, "select module, code, field, count from ocpi_deviation")
    assert [tuple(row.values()) for row in rows] == [("sessions", "WRONG_TYPE", "/kwh", 1)]


async def test_the_short_cut_is_closed_the_moment_the_connection_is(world: World, brands: Brands, cpo: Partner):
    await cpo.call("PUT", S1, session())
    async with world.database.work(brands.voltara) as work:
        await world.connections.suspend(work, cpo.id)
    answer = await cpo.call("PUT", S1, session(kwh=9, last_updated=at(20)))
    assert answer.status_code == 401
    assert [row["kwh"] for row in await world.rows(brands.voltara, "select kwh::text from session")] == ["1.5"]


async def test_a_patch_adds_charging_periods_and_changes_the_rest(world: World, brands: Brands, cpo: Partner):
    await cpo.call("PUT", S1, session())
    patch = {"kwh": 4, "charging_periods": [period(at(15), 2.5)], "last_updated": at(20)}
    assert (await cpo.call("PATCH", S1, patch)).json()["status_code"] == 1000
    document = await held(cpo)
    assert (document["kwh"], document["status"]) == (4, "ACTIVE")
    assert document["charging_periods"] == [period(at(0), 1.5), period(at(15), 2.5)]
    assert await world.events(brands.voltara) == ["session.updated.v1"] * 2


async def test_a_period_sent_again_replaces_itself(cpo: Partner):
    await cpo.call("PUT", S1, session())
    complete = [period("2026-06-01T12:00:00.000Z", 2.0), period(at(15), 0.5)]
    await cpo.call("PATCH", S1, {"charging_periods": complete, "last_updated": at(20)})
    assert (await held(cpo))["charging_periods"] == complete


@pytest.mark.parametrize("nothing", [None, []])
async def test_no_periods_in_a_patch_leave_the_periods(cpo: Partner, nothing: object):
    await cpo.call("PUT", S1, session())
    await cpo.call("PATCH", S1, {"kwh": 2, "charging_periods": nothing, "last_updated": at(20)})
    assert (await held(cpo))["charging_periods"] == [period(at(0), 1.5)]


@pytest.mark.parametrize(
    ("patch", "message"),
    [
        ({"kwh": 2}, "/last_updated: is required"),
        ({"status": None, "last_updated": at(20)}, "/status: is required and cannot be cleared"),
        ({"id": "S2", "last_updated": at(20)}, "/id: is S2, but S1 in the URL"),
        (
            {"charging_periods": [{"dimensions": []}], "last_updated": at(20)},
            "/charging_periods/*/start_date_time: is required and must be a date and time",
        ),
        ({"charging_periods": {}, "kwh": "lots", "last_updated": at(20)}, "/kwh: is lots, not a number"),
    ],
)
async def test_a_patch_that_cannot_be_applied_is_2001_and_changes_nothing(cpo: Partner, patch: dict, message: str):
    await cpo.call("PUT", S1, session())
    answer = await cpo.call("PATCH", S1, patch)
    assert (answer.status_code, answer.json()["status_code"], answer.json()["status_message"]) == (200, 2001, message)
    assert await held(cpo) == session()


async def test_patch_and_get_of_an_unknown_session_are_404(cpo: Partner, other: Partner):
    await cpo.call("PUT", S1, session())
    for method, body in (("PATCH", {"last_updated": at(20)}), ("GET", None)):
        assert (await other.call(method, S1, body)).status_code == 404
        assert (await cpo.call(method, f"sessions/{OWNER}/S2", body)).status_code == 404


async def test_patches_at_the_same_time_all_count(cpo: Partner):
    await cpo.call("PUT", S1, session(charging_periods=[]))
    patches = [{"charging_periods": [period(at(n), n)], "last_updated": at(30)} for n in range(1, 9)]
    await asyncio.gather(*(cpo.call("PATCH", S1, patch) for patch in patches))
    assert [item["start_date_time"] for item in (await held(cpo))["charging_periods"]] == [at(n) for n in range(1, 9)]
