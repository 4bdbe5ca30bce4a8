"""What an operator publishes: fetched in every version, its own network only, page by page."""

from uuid import UUID

import pytest

from roamgrid.core.operator import service as operator_core
from roamgrid.core.operator.models import ChargeKind
from roamgrid.ocpi.versions import SPEECHES
from tests.ocpi import objects
from tests.ocpi.operator.conftest import STRANGER

VERSIONS = tuple(SPEECHES)
OURS = {"country_code": "NL", "party_id": "VLT"}


def moment(minute):
    return f"2026-06-01T12:{minute:02}:00Z"


async def deliver(back_end, number):
    body = objects.location(**OURS, id=f"LOC{number}", last_updated=moment(number), facilities=["TRAIN_STATION"], odd="kept")
    answer = await back_end.call("PUT", f"locations/NL/VLT/LOC{number}", body)
    assert answer.status_code == 201, answer.text
    return body


def listed(answer):
    assert answer.json()["status_code"] == 1000, answer.text
    return answer.json()["data"]


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_station_told_in_2_2_1_is_served_in_every_version(operator, version):
    body = await deliver(await operator.back_end(), 1)
    provider = await operator.provider(version)
    (served,) = listed(await provider.call("GET", "cpo/locations"))
    assert (served["id"], served["address"], served["facilities"]) == ("LOC1", body["address"], ["TRAIN_STATION"])
    assert served["evses"][0]["connectors"][0]["id"] == "1"
    assert ("country_code" in served) is (version != "2.1.1")
    assert (served == body) is (version != "2.1.1")
    single = listed(await provider.call("GET", "cpo/locations/loc1/e1"))
    assert single["uid"] == "E1"


async def test_what_a_version_cannot_say_is_counted_on_the_partner(operator):
    await deliver(await operator.back_end(), 1)
    provider = await operator.provider("2.1.1")
    listed(await provider.call("GET", "cpo/locations"))
    lost = await operator.world.rows(
        operator.ctx, "select field from ocpi_deviation where module = 'locations' and code = 'NOT_SAYABLE'"
    )
    assert "/odd" in {row["field"] for row in lost}


async def test_pages_show_every_object_once_the_oldest_change_first(operator):
    back_end = await operator.back_end()
    for number in (3, 1, 2, 5, 4):
        await deliver(back_end, number)
    provider = await operator.provider()
    path: str | None = "cpo/locations?limit=2"
    shown = []
    while path:
        answer = await provider.call("GET", path)
        assert (answer.headers["x-total-count"], answer.headers["x-limit"]) == ("5", "500")
        shown += [item["id"] for item in listed(answer)]
        path = answer.links["next"]["url"].partition("/2.2.1/")[2] if "next" in answer.links else None
    assert shown == ["LOC1", "LOC2", "LOC3", "LOC4", "LOC5"]
    window = f"cpo/locations?date_from={moment(2)}&date_to={moment(4)}"
    assert [item["id"] for item in listed(await provider.call("GET", window))] == ["LOC2", "LOC3"]


@pytest.mark.parametrize("version", VERSIONS)
async def test_what_changes_while_the_pages_are_turned_is_shown_and_hides_nothing(operator, version):
    """After the first page its objects change: they move to the end, and those behind them do not slip over the page's edge."""
    back_end, provider = await operator.back_end(), await operator.provider(version)
    for number in range(1, 6):
        await deliver(back_end, number)
    first = await provider.call("GET", "cpo/locations?limit=2")
    shown = [item["id"] for item in listed(first)]
    for number, minute in ((1, 31), (2, 32)):
        patch = {"name": "renamed", "last_updated": moment(minute)}
        assert (await back_end.call("PATCH", f"locations/NL/VLT/LOC{number}", patch)).json()["status_code"] == 1000
    path = first.links["next"]["url"].partition(f"/{version}/")[2]
    while path:
        answer = await provider.call("GET", path)
        shown += [item["id"] for item in listed(answer)]
        path = answer.links["next"]["url"].partition(f"/{version}/")[2] if "next" in answer.links else None
    assert shown == ["LOC1", "LOC2", "LOC3", "LOC4", "LOC5", "LOC1", "LOC2"]


@pytest.mark.parametrize("after", ["yesterday_1", "2026-06-01T12:00:00Z", "2026-06-01T12:00:00_1", "2026-06-01T12:00:00Z_"])
async def test_a_link_that_somebody_made_up_is_refused(operator, after):
    provider = await operator.provider()
    answer = await provider.call("GET", f"cpo/locations?after={after}")
    assert (answer.json()["status_code"], "after" in answer.json()["status_message"]) == (2001, True)


async def test_others_stations_are_not_ours_to_publish(operator):
    await deliver(await operator.back_end(), 1)
    greenfield = await operator.world.partner(operator.ctx)
    await greenfield.call("PUT", "locations/NL/GRF/LOC9", objects.location(id="LOC9"))
    provider = await operator.provider()
    assert [item["id"] for item in listed(await provider.call("GET", "cpo/locations"))] == ["LOC1"]
    answer = await provider.call("GET", "cpo/locations/LOC9")
    assert (answer.status_code, answer.json()["status_code"]) == (404, 2003)


async def test_a_brand_that_operates_nothing_announces_nothing_of_it(operator, brands):
    provider = await operator.world.partner(brands.kilowind)
    answer = await provider.call("GET", "cpo/locations")
    assert (answer.status_code, answer.json()["status_code"]) == (404, 2000)


@pytest.mark.parametrize("version", VERSIONS)
async def test_tariffs_say_the_same_price_in_every_version(operator, version):
    back_end = await operator.back_end()
    body = objects.tariff(**OURS)
    await back_end.call("PUT", "tariffs/NL/VLT/T1", body)
    (served,) = listed(await (await operator.provider(version)).call("GET", "cpo/tariffs"))
    component = served["elements"][0]["price_components"][0]
    assert (component["type"], component["price"]) == ("ENERGY", 0.4)
    assert served.get("tax_included") == ("NO" if version == "2.3.0" else None)


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_partner_sees_the_charges_of_its_own_tokens_only(operator, version):
    back_end = await operator.back_end()
    for name in ("S1", "S2"):
        await back_end.call("PUT", f"sessions/NL/VLT/{name}", objects.session(**OURS, id=name))
    provider, stranger = await operator.provider(version), await operator.provider(version, STRANGER)
    (first,) = await operator.world.rows(operator.ctx, "select id from session where session_id = 'S1'")
    async with operator.world.database.work(operator.ctx) as work:
        await operator_core.address(work, ChargeKind.SESSION, UUID(str(first["id"])), provider.id)
    since = "?date_from=2020-01-01T00:00:00Z"
    assert [item["id"] for item in listed(await provider.call("GET", f"cpo/sessions{since}"))] == ["S1"]
    assert listed(await stranger.call("GET", f"cpo/sessions{since}")) == []
    refused = await provider.call("GET", "cpo/sessions")
    assert refused.json()["status_code"] == 2001
    assert "date_from" in refused.json()["status_message"]
