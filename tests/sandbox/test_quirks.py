"""Every quirk of an operator shows on the wire when it is on, and does not when it is off."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from roamgrid.kernel.json import dumps
from roamgrid.sandbox.ocpi.quirks import Quirk, catalogue, quirks_of
from tests.sandbox.conftest import Cpo
from tests.sandbox.emsp import TinyEmsp
from tests.sandbox.quirk_charges import CHARGED, Charge, charge_with
from tests.sandbox.quirk_exchanges import EXCHANGED

Json = dict[str, Any]
Holds = Callable[[Json], bool]


def evse(location: Json) -> Json:
    return location["evses"][0]


def connector(location: Json) -> Json:
    return evse(location)["connectors"][0]


LOCATIONS: dict[Quirk, Holds] = {
    Quirk.FRESH_LAST_UPDATED: lambda item: item["last_updated"] > "2026-05-05",
    Quirk.NO_LAST_UPDATED: lambda item: "last_updated" not in connector(item) and "last_updated" not in item,
    Quirk.ALPHA2_COUNTRY: lambda item: item["country"] == "NL",
    Quirk.NO_TIME_ZONE: lambda item: "time_zone" not in item,
    Quirk.OLD_CONNECTOR_NAMES: lambda item: connector(item).get("voltage") == 230,
    Quirk.POWER_IN_KW: lambda item: connector(item)["max_electric_power"] == Decimal("11.04"),
    Quirk.DIRECTIONS_AS_TEXT: lambda item: isinstance(item.get("directions"), str),
    Quirk.LONG_FLOOR_LEVEL: lambda item: len(evse(item).get("floor_level", "")) > 4,
    Quirk.LONG_COORDINATES: lambda item: len(item["coordinates"]["latitude"].split(".")[1]) > 7,
    Quirk.EVSE_IDS_DASHED: lambda item: evse(item)["evse_id"] == "NL-DOM-EUTR001-1",
    Quirk.EVSE_IDS_BARE: lambda item: evse(item)["evse_id"] == "NLDOMEUTR0011",
    Quirk.HOURS_PAST_MIDNIGHT: lambda item: (
        "24:00" in {x["period_end"] for x in item["opening_times"].get("regular_hours", [])}
    ),
    Quirk.TARIFFS_UNRESOLVABLE: lambda item: connector(item)["tariff_ids"] == ["DOM-STREET-GONE"],
    Quirk.TARIFF_IDS_NULL: lambda item: connector(item)["tariff_ids"] is None,
    Quirk.TARIFF_ID_ONE: lambda item: connector(item)["tariff_ids"] == ["1"],
    Quirk.NULLS_EVERYWHERE: lambda item: "owner" in item and item["owner"] is None,
    Quirk.EMPTY_TEXT_FOR_ABSENT: lambda item: item.get("owner") == "",
    Quirk.LOWERCASE_ENUMS: lambda item: (evse(item)["status"], connector(item)["power_type"]) == ("available", "ac_3_phase"),
    Quirk.NUMBERS_AS_TEXT: lambda item: connector(item)["max_voltage"] == "230",
    Quirk.LOWERCASE_PARTY: lambda item: (item["country_code"], item["party_id"]) == ("nl", "dom"),
    Quirk.DATES_WITH_OFFSET: lambda item: item["last_updated"] == "2026-05-04T06:00:00+00:00",
    Quirk.DATES_WITHOUT_ZONE: lambda item: item["last_updated"] == "2026-05-04T06:00:00",
    Quirk.DATES_WITH_NANOSECONDS: lambda item: item["last_updated"] == "2026-05-04T06:00:00.123456789Z",
    Quirk.DATES_MALFORMED: lambda item: item["last_updated"] == "2026-05-04T06:00:000Z",
}


def elements(tariff: Json) -> list[Json]:
    return tariff["elements"]


TARIFFS: dict[Quirk, tuple[str, Holds]] = {
    Quirk.EMPTY_ELEMENTS: ("DOM-STREET", lambda item: elements(item) == []),
    Quirk.CAMEL_CASE_RESTRICTIONS: ("DOM-BLOCKING", lambda item: "dayOfWeek" in elements(item)[1]["restrictions"]),
    Quirk.END_TIME_24: ("DOM-STREET", lambda item: elements(item)[0].get("restrictions", {}).get("end_time") == "24:00"),
    Quirk.STEP_SIZE_ZERO: ("DOM-STREET", lambda item: elements(item)[0]["price_components"][0]["step_size"] == 0),
    Quirk.ALT_TEXT_CONTRADICTS: ("DOM-STREET", lambda item: "0.11" in str(item.get("tariff_alt_text"))),
}


async def listed(emsp: TinyEmsp, module: str) -> list[Any]:
    data: list[Any] = (await emsp.call("GET", emsp.endpoints[module] + "?limit=5")).json(parse_float=Decimal)["data"]
    return data


@pytest.mark.parametrize("quirk", LOCATIONS)
async def test_a_habit_of_locations(cpo: Cpo, connected: TinyEmsp, quirk: Quirk):
    assert not LOCATIONS[quirk]((await listed(connected, "locations"))[0])
    await cpo.control("knobs", {"quirks": [quirk]})
    assert LOCATIONS[quirk]((await listed(connected, "locations"))[0])


@pytest.mark.parametrize("quirk", TARIFFS)
async def test_a_habit_of_tariffs(cpo: Cpo, connected: TinyEmsp, quirk: Quirk):
    tariff_id, holds = TARIFFS[quirk]
    before = {item["id"]: item for item in await listed(connected, "tariffs")}
    await cpo.control("knobs", {"quirks": [quirk]})
    after = {item["id"]: item for item in await listed(connected, "tariffs")}
    assert (holds(before[tariff_id]), holds(after[tariff_id])) == (False, True)


@pytest.mark.parametrize("quirk", CHARGED)
async def test_a_habit_that_a_charge_shows(cpo: Cpo, emsp: TinyEmsp, quirk: Quirk):
    case = CHARGED[quirk]
    emsp.version, emsp.offers = case.version, (case.version,)
    invitation = await cpo.control("invite")
    await emsp.register_at(invitation["versions_url"], invitation["token"])
    honest: Charge = await charge_with(cpo, emsp, case, quirks=[])
    habitual = await charge_with(cpo, emsp, case, quirks=[quirk])
    assert (case.shows(honest), case.shows(habitual)) == (False, True)


@pytest.mark.parametrize("quirk", EXCHANGED)
async def test_a_habit_of_the_exchange(cpo: Cpo, emsp: TinyEmsp, quirk: Quirk):
    case = EXCHANGED[quirk]
    emsp.version, emsp.offers = case.version, (case.version,)
    invitation = await cpo.control("invite")
    await emsp.register_at(invitation["versions_url"], invitation["token"])
    honest = await case.ask(cpo, emsp)
    await cpo.control("knobs", {"quirks": [quirk]})
    assert (honest, await case.ask(cpo, emsp)) == (case.honest, case.habitual)


SEEN_ELSEWHERE = {Quirk.EVSES_VANISH, Quirk.PUBLISH_FLIPPED, Quirk.STALE_LOCATION_DATE}


async def test_habits_about_a_changed_network(cpo: Cpo, connected: TinyEmsp, tmp_path):
    location = (await connected.call("GET", f"{connected.endpoints['locations']}/UTR-001")).json()["data"]
    location["evses"][0]["status"], location["evses"][1]["status"] = "REMOVED", "INOPERATIVE"
    (tmp_path / "changed.json").write_bytes(dumps([location]))
    await cpo.control("network", {"locations": str(tmp_path / "changed.json")})
    seen = []
    for quirks in ([], [Quirk.EVSES_VANISH], [Quirk.PUBLISH_FLIPPED]):
        await cpo.control("knobs", {"quirks": quirks})
        shown = (await connected.call("GET", f"{connected.endpoints['locations']}/UTR-001")).json()["data"]
        seen.append((len(shown["evses"]), shown["publish"]))
    assert seen == [(2, True), (1, True), (2, False)]


async def test_a_delta_misses_what_moved_no_date(cpo: Cpo, connected: TinyEmsp):
    await cpo.control("knobs", {"quirks": [Quirk.STALE_LOCATION_DATE]})
    await connected.start(location_id="UTR-002", evse_uid="UTR-002-1")
    await connected.until(lambda: connected.bodies("/2.2.1/locations"))
    url = connected.endpoints["locations"]
    assert (await connected.call("GET", f"{url}?date_from=2026-05-05T00:00:00Z")).json()["data"] == []
    changed = (await connected.call("GET", f"{url}/UTR-002/UTR-002-1")).json()["data"]
    assert (changed["status"], changed["last_updated"] > "2026-05-05") == ("CHARGING", True)


def test_no_habit_of_an_operator_is_without_proof():
    proven = set(LOCATIONS) | set(TARIFFS) | set(CHARGED) | set(EXCHANGED) | SEEN_ELSEWHERE
    assert {about.name for about in quirks_of("cpo")} == proven


def test_every_habit_says_what_it_is_and_where_it_was_seen():
    assert {about.name for about in catalogue()} == set(Quirk)
    assert all(about.summary.endswith(".") and about.source and about.versions and about.sides for about in catalogue())


async def test_a_habit_that_no_operator_can_have_is_refused_by_name(cpo: Cpo):
    refused = await cpo.post("knobs", {"quirks": ["relative_cdr_location"]})
    assert (refused.status_code, "relative_cdr_location" in refused.text) == (400, True)


async def test_habits_combine(cpo: Cpo, connected: TinyEmsp):
    await cpo.control("knobs", {"quirks": ["no_time_zone", "alpha2_country", "dates_without_zone", "lowercase_party"]})
    first = (await listed(connected, "locations"))[0]
    assert "time_zone" not in first
    assert (first["country"], first["party_id"], first["last_updated"]) == ("NL", "dom", "2026-05-04T06:00:00")
    assert datetime.fromisoformat(first["last_updated"]).tzinfo is None
