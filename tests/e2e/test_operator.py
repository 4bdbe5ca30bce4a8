"""Voltara operates stations: its back end is a sandbox operator, and foreign providers send their drivers there."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from roamgrid.cli.demo import queries
from roamgrid.cli.demo.driver import DriverApp
from roamgrid.cli.demo.world import World
from roamgrid.ocpi.connections.model import AsRole
from tests.e2e.conftest import Running
from tests.e2e.networks import Network
from tests.e2e.partners import Partner, cdrs, eventually, join, operations, partners, ready, register, side_of
from tests.e2e.test_journey import all_holds

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e"), pytest.mark.timeout(240)]

OWN = Network("VLO", "Terschelling", "53.362000", "5.214000", Decimal("0.40"), Decimal("0.10"))
ROAMERS = {"2.1.1": "BE*R21", "2.2.1": "BE*R22", "2.3.0": "BE*R23"}


@dataclass(frozen=True, slots=True)
class Roaming:
    """Voltara's stations, and who may send drivers there."""

    back_end: Partner
    roamers: dict[str, Partner]


@pytest.fixture(scope="module")
def roaming(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Roaming]:
    """The back end reports to Voltara; a provider of each version is connected with Voltara as an operator."""
    with partners(tmp_path_factory.mktemp("operator")) as started:
        roamers = {version: started.emsp(party, "--version", version) for version, party in ROAMERS.items()}
        found = Roaming(started.cpo(OWN, "--foreign-tokens"), roamers)
        ready(found.back_end, *roamers.values())
        asyncio.run(_connect(running.world, found))
        yield found


async def _connect(made: World, found: Roaming) -> None:
    await join(made, found.back_end, "back end", "voltara", back_end=True)
    async with operations(made) as platform:
        for version, roamer in found.roamers.items():
            connection = await register(platform, "voltara", roamer, f"roamer {version}", as_role=AsRole.CPO)
            assert connection.version == version


@pytest.mark.parametrize("version", ROAMERS)
async def test_a_provider_pulls_our_own_stations_and_no_others(roaming: Roaming, version: str) -> None:
    roamer = roaming.roamers[version]
    for module in ("locations", "tariffs"):
        assert await roamer.control("/pull", {"connection": await us(roamer), "module": module}) == {"objects": 1, "pages": 1}
    [location] = (await roamer.control("/objects/locations"))["locations"]
    assert (location["id"], len(location["evses"])) == (OWN.location_id, OWN.evses)
    [tariff] = (await roamer.control("/objects/tariffs"))["tariffs"]
    prices = {part["type"]: part["price"] for element in tariff["elements"] for part in element["price_components"]}
    assert prices == {"ENERGY": OWN.per_kwh, "FLAT": OWN.per_session}


@pytest.mark.parametrize("version", ROAMERS)
async def test_a_foreign_driver_charges_and_the_provider_gets_session_and_cdr(
    running: Running, roaming: Roaming, version: str
) -> None:
    """The command goes through us to the back end; the station's word, the session and the record come back the same way."""
    roamer, number = roaming.roamers[version], list(ROAMERS).index(version) + 1
    place = {"location_id": OWN.location_id, "evse_uid": OWN.evse_uid(number), "connector_id": "1"}
    answer = await command(roamer, "START_SESSION", place)
    assert (answer["data"]["result"], answer["status_code"]) == ("ACCEPTED", 1000)
    await eventually(lambda: results(roamer, answer["reference"]))
    assert [one["result"] for one in await results(roamer, answer["reference"])] == ["ACCEPTED"]
    session = await eventually(lambda: charging(roamer))
    stopped = await command(roamer, "STOP_SESSION", {"session_id": session["id"]})
    assert stopped["data"]["result"] == "ACCEPTED"
    await eventually(lambda: cdrs(roamer))
    [cdr] = (await cdrs(roamer)).values()
    origin = (await cdrs(roaming.back_end))[cdr["id"]]
    assert cdr["total_energy"] == origin["total_energy"] > 0
    assert OWN.asks(claimed(cdr), cdr["total_energy"])
    assert [one["status"] for one in (await roamer.control("/state"))["sessions"]] == ["COMPLETED"]
    await all_holds(running.world)


async def test_nobody_learns_of_others_charges_and_the_other_brand_of_none(running: Running, roaming: Roaming) -> None:
    charger, *others = roaming.roamers.values()
    place = {"location_id": OWN.location_id, "evse_uid": OWN.evse_uid(OWN.evses), "connector_id": "1"}
    before = set(await cdrs(charger))
    await command(charger, "START_SESSION", place)
    session = await eventually(lambda: charging(charger))
    await command(charger, "STOP_SESSION", {"session_id": session["id"]})

    async def billed() -> set[str]:
        return set(await cdrs(charger)) - before

    [record] = await eventually(billed)
    for other in others:
        await other.control("/pull", {"connection": await us(other), "module": "cdrs"})
        assert record not in await cdrs(other)
    assert await stations(running.world, "voltara") == 1
    assert await stations(running.world, "kilowind") == 0


async def us(roamer: Partner) -> str:
    """The roamer's own name of its connection to Voltara."""
    return side_of(await roamer.control("/state"), OWN.party_id)


async def command(roamer: Partner, name: str, fields: dict[str, Any]) -> Any:
    return await roamer.control("/commands", {"connection": await us(roamer), "command": name, "fields": fields})


async def results(roamer: Partner, reference: str) -> list[Any]:
    """What came to the address that the roamer gave with a command."""
    found: list[Any] = (await roamer.control("/state"))["results"].get(reference, [])
    return found


async def charging(roamer: Partner) -> Any:
    """The session that was pushed, once something was charged; None before."""
    sessions = (await roamer.control("/state"))["sessions"]
    return next((one for one in sessions if one["status"] == "ACTIVE" and one["kwh"] > 0), None)


def claimed(cdr: Any) -> Decimal:
    """The net total of a CDR in whichever version."""
    total = cdr["total_cost"]
    if isinstance(total, dict):
        total = total["excl_vat"] if "excl_vat" in total else total["before_taxes"]
    return Decimal(total)


async def stations(made: World, brand: str) -> int:
    """How many a driver of the brand finds there."""
    lat, lon = OWN.centre
    async with DriverApp(made.settings.base_url, f"{brand}.localhost") as app:
        answer = await app.run(queries.STATIONS, {"near": {"lat": lat, "lon": lon, "radiusKm": 15}, "first": 50})
    return len(answer["stations"]["edges"])
