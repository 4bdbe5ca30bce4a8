"""Locations, charging points and connectors as operators push them."""

import pytest

from tests.conftest import Brands
from tests.ocpi.inbound.wire import OWNER, connector, evse, location
from tests.ocpi.inbound.world import Partner, World

LOC1 = f"locations/{OWNER}/LOC1"
LATER = "2026-06-01T13:00:00Z"
EARLIER = "2026-06-01T11:00:00Z"


@pytest.fixture
async def pushed(cpo: Partner) -> None:
    """LOC1 with E1 and E2 is known."""
    assert (await cpo.call("PUT", LOC1, location())).status_code == 201


async def held(cpo: Partner, path: str = LOC1) -> dict:
    return (await cpo.call("GET", path)).json()["data"]


async def test_a_new_location_is_201_and_a_known_one_200(world: World, brands: Brands, cpo: Partner):
    assert (await cpo.call("PUT", LOC1, location())).status_code == 201
    assert (await cpo.call("PUT", LOC1, location(name="Renamed", last_updated=LATER))).status_code == 200
    assert (await held(cpo))["name"] == "Renamed"
    assert await world.events(brands.voltara) == ["location.updated.v1"] * 2
    assert await world.events(brands.kilowind) == []


async def test_fields_that_we_do_not_know_survive(cpo: Partner):
    await cpo.call("PUT", LOC1, location(x_own={"lucky_number": 7}))
    await cpo.call("PATCH", f"{LOC1}/E1", {"status": "CHARGING", "last_updated": LATER})
    assert (await held(cpo))["x_own"] == {"lucky_number": 7}


@pytest.mark.usefixtures("pushed")
async def test_get_answers_at_three_levels(cpo: Partner):
    assert (await held(cpo))["id"] == "LOC1"
    assert (await held(cpo, f"{LOC1}/E2"))["uid"] == "E2"
    assert (await held(cpo, f"{LOC1}/e2/1"))["power_type"] == "AC_3_PHASE"


@pytest.mark.usefixtures("pushed")
@pytest.mark.parametrize("path", ["LOC2", "LOC1/E9", "LOC1/E1/9"])
async def test_get_of_the_unknown_is_404_with_2003(cpo: Partner, path: str):
    answer = await cpo.call("GET", f"locations/{OWNER}/{path}")
    assert (answer.status_code, answer.json()["status_code"]) == (404, 2003)


@pytest.mark.usefixtures("pushed")
async def test_another_brands_operator_does_not_see_it(cpo: Partner, other: Partner):
    answer = await other.call("GET", LOC1)
    assert (answer.status_code, answer.json()["status_code"]) == (404, 2003)
    patch = {"name": "Stolen", "last_updated": LATER}
    assert (await other.call("PATCH", LOC1, patch)).status_code == 404
    assert (await held(cpo))["name"] == "Stationsplein"


@pytest.mark.parametrize(
    ("field", "change"),
    [("/id", {"id": "LOC2"}), ("/party_id", {"party_id": "XYZ"}), ("/country_code", {"country_code": "DE"})],
)
async def test_a_body_about_another_object_than_the_url_is_2001(cpo: Partner, field: str, change: dict):
    answer = await cpo.call("PUT", LOC1, location(**change))
    assert (answer.status_code, answer.json()["status_code"]) == (200, 2001)
    assert answer.json()["status_message"].startswith(f"{field}: ")
    assert (await cpo.call("GET", LOC1)).status_code == 404


@pytest.mark.usefixtures("pushed")
async def test_a_push_older_than_what_we_hold_is_acknowledged_and_ignored(cpo: Partner):
    answer = await cpo.call("PUT", LOC1, location(name="Old news", last_updated=EARLIER))
    assert (answer.status_code, answer.json()["status_code"]) == (200, 1000)
    answer = await cpo.call("PATCH", f"{LOC1}/E1", {"status": "REMOVED", "last_updated": EARLIER})
    assert (answer.status_code, answer.json()["status_code"]) == (200, 1000)
    assert await held(cpo) == location()


@pytest.mark.usefixtures("pushed")
async def test_a_status_patch_changes_the_evse_and_lifts_last_updated(world: World, brands: Brands, cpo: Partner):
    answer = await cpo.call("PATCH", f"{LOC1}/E1", {"status": "CHARGING", "last_updated": LATER})
    assert (answer.status_code, answer.json()["status_code"]) == (200, 1000)
    document = await held(cpo)
    assert document["last_updated"] == LATER
    assert [(item["uid"], item["status"], item["last_updated"]) for item in document["evses"]] == [
        ("E1", "CHARGING", LATER),
        ("E2", "AVAILABLE", "2026-06-01T12:00:00Z"),
    ]
    rows = await world.rows(brands.voltara, "select uid, status from evse order by uid")
    assert [tuple(row.values()) for row in rows] == [("E1", "CHARGING"), ("E2", "AVAILABLE")]


@pytest.mark.usefixtures("pushed")
async def test_news_of_one_evse_counts_although_another_is_newer(cpo: Partner):
    """E1 changed after E2 did, and both messages arrive: the location's `last_updated` must not make the second look old."""
    await cpo.call("PATCH", f"{LOC1}/E1", {"status": "CHARGING", "last_updated": "2026-06-01T15:00:00Z"})
    await cpo.call("PATCH", f"{LOC1}/E2", {"status": "BLOCKED", "last_updated": "2026-06-01T14:00:00Z"})
    document = await held(cpo)
    assert [item["status"] for item in document["evses"]] == ["CHARGING", "BLOCKED"]
    assert document["last_updated"] == "2026-06-01T15:00:00Z"


@pytest.mark.usefixtures("pushed")
async def test_an_evse_is_added_and_replaced_by_put(cpo: Partner):
    assert (await cpo.call("PUT", f"{LOC1}/E3", evse("E3", last_updated=LATER))).status_code == 201
    assert (await cpo.call("PUT", f"{LOC1}/E1", evse("E1", status="INOPERATIVE", last_updated=LATER))).status_code == 200
    document = await held(cpo)
    assert [(item["uid"], item["status"]) for item in document["evses"]] == [
        ("E1", "INOPERATIVE"),
        ("E2", "AVAILABLE"),
        ("E3", "AVAILABLE"),
    ]


@pytest.mark.usefixtures("pushed")
async def test_a_connector_push_lifts_evse_and_location(world: World, brands: Brands, cpo: Partner):
    body = connector("1", tariff_ids=["T2"], last_updated=LATER)
    assert (await cpo.call("PUT", f"{LOC1}/E1/1", body)).status_code == 200
    assert (await cpo.call("PATCH", f"{LOC1}/E2/1", {"tariff_ids": ["T3"], "last_updated": LATER})).status_code == 200
    document = await held(cpo)
    assert (document["last_updated"], document["evses"][0]["last_updated"]) == (LATER, LATER)
    rows = await world.rows(brands.voltara, "select tariff_ids from connector order by tariff_ids")
    assert [row["tariff_ids"] for row in rows] == [["T2"], ["T3"]]


@pytest.mark.usefixtures("pushed")
async def test_patch_merges_members_replaces_lists_and_clears_with_null(cpo: Partner):
    patch = {"name": None, "city": "De Bilt", "evses": [evse("E9")], "last_updated": LATER}
    assert (await cpo.call("PATCH", LOC1, patch)).json()["status_code"] == 1000
    document = await held(cpo)
    assert "name" not in document
    assert (document["city"], document["address"]) == ("De Bilt", "Stationsplein 1")
    assert [item["uid"] for item in document["evses"]] == ["E9"]


@pytest.mark.usefixtures("pushed")
@pytest.mark.parametrize(
    ("path", "patch", "message"),
    [
        (LOC1, {"name": "x"}, "/last_updated: is required"),
        (f"{LOC1}/E1", {"status": "CHARGING"}, "/last_updated: is required"),
        (f"{LOC1}/E1/1", {"tariff_ids": []}, "/last_updated: is required"),
        (LOC1, {"name": "x", "last_updated": "soon"}, "/last_updated: is 'soon', not a date and time"),
        (LOC1, {"coordinates": None, "last_updated": LATER}, "/coordinates: is required and cannot be cleared"),
        (f"{LOC1}/E1", {"status": None, "last_updated": LATER}, "/status: is required and cannot be cleared"),
        (f"{LOC1}/E1/1", {"power_type": None, "last_updated": LATER}, "/power_type: is required and cannot be cleared"),
        (f"{LOC1}/E1", {"uid": "E2", "last_updated": LATER}, "/uid: is E2, but E1 in the URL"),
    ],
)
async def test_a_patch_that_cannot_be_applied_is_2001_and_changes_nothing(cpo: Partner, path: str, patch: dict, message: str):
    answer = await cpo.call("PATCH", path, patch)
    assert (answer.status_code, answer.json()["status_code"]) == (200, 2001)
    assert answer.json()["status_message"] == message
    assert await held(cpo) == location()


@pytest.mark.usefixtures("pushed")
@pytest.mark.parametrize("path", ["LOC2", "LOC1/E9", "LOC1/E1/9"])
async def test_patch_of_the_unknown_is_404_with_2003(cpo: Partner, path: str):
    answer = await cpo.call("PATCH", f"locations/{OWNER}/{path}", {"last_updated": LATER})
    assert (answer.status_code, answer.json()["status_code"]) == (404, 2003)


@pytest.mark.parametrize(("path", "body"), [("LOC2/E1", evse()), ("LOC2/E1/1", connector())])
async def test_a_part_of_an_unknown_location_is_404_with_2003(cpo: Partner, path: str, body: dict):
    answer = await cpo.call("PUT", f"locations/{OWNER}/{path}", body)
    assert (answer.status_code, answer.json()["status_code"]) == (404, 2003)


@pytest.mark.usefixtures("pushed")
async def test_a_connector_of_an_unknown_evse_is_404_with_2003(cpo: Partner):
    answer = await cpo.call("PUT", f"{LOC1}/E9/1", connector())
    assert (answer.status_code, answer.json()["status_code"]) == (404, 2003)


@pytest.mark.usefixtures("pushed")
async def test_an_evse_without_its_own_id_is_2001(cpo: Partner):
    body = {name: value for name, value in evse("E3").items() if name != "uid"}
    answer = await cpo.call("PUT", f"{LOC1}/E3", body)
    assert (answer.json()["status_code"], answer.json()["status_message"]) == (2001, "/uid: is None, but E3 in the URL")


async def test_what_is_odd_is_counted_once_however_often_a_part_is_pushed(world: World, brands: Brands, cpo: Partner):
    body = location(name=None)
    await cpo.call("PUT", LOC1, body)
    for minute in (1, 2, 3):
        await cpo.call("PATCH", f"{LOC1}/E1", {"status": "CHARGING", "last_updated": f"2026-06-01T13:0{minute}:00Z"})
    await cpo.call("PATCH", f"{LOC1}/E1", {"floor_level": None, "last_updated": "2026-06-01T14:00:00Z"})
    rows = await world.rows(brands.voltara, "select code, field, count from ocpi_deviation")
    assert [tuple(row.values()) for row in rows] == [("NULL_FIELD", "/name", 1)]
