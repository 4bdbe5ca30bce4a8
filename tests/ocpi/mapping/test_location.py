"""Locations of OCPI 2.2.1 as canonical stations."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from roamgrid.canonical.location import Coordinates, EvseStatus, Location
from roamgrid.canonical.party import PartyId
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.wire.common.deviations import Refused
from tests.ocpi import objects
from tests.ocpi.mapping.dialects import speaking
from tests.ocpi.objects import MISSING

adapter = adapter_for("2.2.1", "default")


def mapped(**changes: Any) -> tuple[Location, list[str]]:
    read = adapter.read(kinds.LOCATION, objects.raw(objects.location(**changes)))
    return read.value, [deviation.code.value for deviation in read.deviations]


def of_connector(**changes: Any) -> tuple[int, bool, list[str]]:
    location, codes = mapped(evses=[objects.evse(connectors=[objects.connector(**changes)])])
    connector = location.evses[0].connectors[0]
    return connector.max_power_w, connector.power_is_derived, codes


def test_a_location_as_specified():
    location, codes = mapped()
    assert codes == []
    assert location.party == PartyId("NL", "GRF")
    assert location.coordinates == Coordinates(Decimal("52.090737"), Decimal("5.121420"))
    assert (location.operator_name, location.time_zone, location.country) == ("Greenfield", "Europe/Amsterdam", "NLD")
    assert [evse.status for evse in location.evses] == [EvseStatus.AVAILABLE]
    assert location.last_updated == datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_parties_compare_without_case():
    assert mapped(country_code="nl", party_id="grf")[0].party == PartyId("NL", "GRF")


@pytest.mark.parametrize("evse_id", ["NL*GRF*E12*1", "NLGRFE121", "nl-grf-e12-1", "NL*GRFE12*1"])
def test_an_evse_is_recognised_however_its_id_is_separated(evse_id: str):
    location, _ = mapped(evses=[objects.evse(evse_id=evse_id)])
    assert location.evses[0].evse_id == evse_id
    assert location.evses[0].evse_key == "nlgrfe121"


@pytest.mark.parametrize(
    ("evse_id", "codes"),
    [("NL*GRF*E1", []), ("NLGRFE1*2", []), ("NL-GRF-E1", ["EVSE_ID_FORM"]), (MISSING, ["EVSE_ID_MISSING"])],
)
def test_evse_ids_of_another_form_are_counted(evse_id: object, codes: list[str]):
    assert mapped(evses=[objects.evse(evse_id=evse_id)])[1] == codes


@pytest.mark.parametrize(
    ("power_type", "watts"),
    [("AC_1_PHASE", 7_360), ("AC_2_PHASE", 14_720), ("AC_2_PHASE_SPLIT", 14_720), ("AC_3_PHASE", 22_080), ("DC", 7_360)],
)
def test_missing_power_is_volts_times_amperes_times_phases(power_type: str, watts: int):
    assert of_connector(max_electric_power=MISSING, power_type=power_type) == (watts, True, ["POWER_MISSING"])


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (11_000, (11_000, False, [])),
        (7_360_000, (22_080, True, ["POWER_IMPLAUSIBLE"])),
        (22, (22_080, True, ["POWER_IMPLAUSIBLE"])),
        (-1, (22_080, True, ["POWER_IMPLAUSIBLE"])),
    ],
)
def test_a_power_in_another_unit_gives_way_to_the_derived_one(stated: int, expected: tuple[int, bool, list[str]]):
    assert of_connector(max_electric_power=stated) == expected


def test_an_implausible_power_stays_where_nothing_better_is_known():
    assert of_connector(max_electric_power=3_000_000, max_voltage=1000, max_amperage=3000, power_type="DC") == (
        3_000_000,
        False,
        ["POWER_IMPLAUSIBLE"],
    )


def test_a_connector_without_tariffs_is_counted():
    assert of_connector(tariff_ids=[])[2] == ["NO_TARIFF"]


def test_more_than_fifty_charging_points_are_counted_and_kept():
    location, codes = mapped(evses=[objects.evse(uid=f"E{number}") for number in range(51)])
    assert len(location.evses) == 51
    assert codes == ["MANY_EVSES"]


@pytest.mark.parametrize(
    ("stated", "country", "codes"),
    [
        ("NL", "NLD", ["COUNTRY_FORM"]),
        ("nld", "NLD", ["COUNTRY_FORM"]),
        (MISSING, "NLD", ["MISSING_FIELD", "COUNTRY_FORM"]),
        ("BEL", "BEL", []),
    ],
)
def test_countries_are_alpha_3(stated: object, country: str, codes: list[str]):
    location, found = mapped(country=stated)
    assert (location.country, found) == (country, codes)


@pytest.mark.parametrize(("country", "zone"), [("NLD", "Europe/Amsterdam"), ("DEU", "Europe/Berlin"), ("POL", "Europe/Warsaw")])
def test_a_missing_time_zone_is_the_countrys_only_one(country: str, zone: str):
    location, codes = mapped(time_zone=MISSING, country=country)
    assert (location.time_zone, codes) == (zone, ["MISSING_FIELD", "TIME_ZONE_UNKNOWN"])


def test_a_time_zone_is_not_guessed_where_the_country_has_several():
    with pytest.raises(Refused) as refusal:
        mapped(time_zone="CST", country="USA")
    assert refusal.value.field == "/time_zone"


def test_a_dialect_may_say_the_time_zone():
    texan = speaking(default_time_zone="America/Chicago")
    read = texan.read(kinds.LOCATION, objects.raw(objects.location(time_zone=MISSING, country="USA")))
    assert read.value.time_zone == "America/Chicago"


@pytest.mark.parametrize("latitude", ["north", "91", "NaN", "", MISSING])
def test_a_location_must_be_somewhere(latitude: object):
    with pytest.raises(Refused) as refusal:
        mapped(coordinates={"latitude": latitude, "longitude": "5.1"} if latitude is not MISSING else {"longitude": "5.1"})
    assert refusal.value.field == "/coordinates/latitude"


def test_coordinates_may_be_numbers():
    location, codes = mapped(coordinates={"latitude": Decimal("52.0907"), "longitude": 5})
    assert location.coordinates == Coordinates(Decimal("52.0907"), Decimal(5))
    assert codes == ["WRONG_TYPE", "WRONG_TYPE"]


def test_an_unknown_status_is_unknown_and_counted():
    location, codes = mapped(evses=[objects.evse(status="FAULTED"), objects.evse(uid="E2", status="charging")])
    assert [evse.status for evse in location.evses] == [EvseStatus.UNKNOWN, EvseStatus.CHARGING]
    assert codes == ["UNKNOWN_VALUE", "VALUE_CASE"]


def test_a_missing_update_time_comes_from_what_is_inside():
    location, _ = mapped(last_updated=MISSING)
    assert location.last_updated == datetime(2026, 6, 1, 11, tzinfo=UTC)
    evse = mapped(evses=[objects.evse(last_updated=MISSING)])[0].evses[0]
    assert evse.last_updated == datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_a_nul_character_never_reaches_the_database():
    location, codes = mapped(name="Stations\x00plein")
    assert (location.name, codes) == ("Stationsplein", ["CONTROL_CHARACTER"])
