"""One station over two channels: its operator, and a hub that asks ten per cent more. Drivers see a station, not channels."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from roamgrid.cli.demo import queries
from roamgrid.cli.demo.driver import DriverApp, DriverFailed
from roamgrid.cli.demo.journey import Journey, charge_once, find_offer
from roamgrid.cli.demo.world import World
from tests.e2e.conftest import Running
from tests.e2e.networks import Network, bill
from tests.e2e.partners import (
    BRANDS,
    Partner,
    cdrs,
    eventually,
    join,
    known,
    net,
    operations,
    partners,
    pull,
    ready,
)
from tests.e2e.test_journey import all_holds

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e"), pytest.mark.timeout(240)]

NETWORK = Network("HEL", "Den Helder", "52.956300", "4.760100", Decimal("0.30"), Decimal("0.20"))
OVER_THE_HUB = replace(NETWORK, per_kwh=NETWORK.per_kwh * Decimal("1.1"), per_session=NETWORK.per_session * Decimal("1.1"))
HUB_VERSION = {"voltara": "2.2.1", "kilowind": "2.3.0"}


@dataclass(frozen=True, slots=True)
class Channels:
    """Two ways to the same charging points."""

    operator: Partner
    hub: Partner


@pytest.fixture(scope="module")
def channels(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Channels]:
    """Both brands are connected with both; with the hub, each in another version."""
    with partners(tmp_path_factory.mktemp("hub")) as started:
        found = Channels(started.cpo(NETWORK), started.hub(NETWORK, "--markup-percent", "10"))
        ready(found.operator, found.hub)
        asyncio.run(_join_both(running.world, found))
        yield found


async def _join_both(made: World, found: Channels) -> None:
    await join(made, found.operator, "operator")
    for brand, version in HUB_VERSION.items():
        await join(made, found.hub, "hub", brand, version=version)


@pytest.mark.parametrize("brand", BRANDS)
async def test_a_station_from_two_sources_is_shown_once(running: Running, channels: Channels, brand: str) -> None:
    async with DriverApp(running.world.settings.base_url, f"{brand}.localhost") as app:
        [station] = await stations(app)
    assert (station["name"], station["city"]) == ("Den Helder Centrum", "Den Helder")
    assert sorted(evse["evseId"] for evse in station["evses"]) == [f"NL*HEL*E001*{number}" for number in range(1, 7)]
    assert {len(evse["connectors"]) for evse in station["evses"]} == {1}


async def test_a_charge_goes_to_the_operator_itself(running: Running, channels: Channels) -> None:
    journeys = await both_charge(running.world, "direct")
    await check_bills(journeys, channels.operator, NETWORK)
    assert await cdrs(channels.hub) == {}
    await all_holds(running.world)


async def test_with_a_dead_operator_the_same_connector_charges_through_the_hub(running: Running, channels: Channels) -> None:
    """The price of an offer is a promise: the one that was made for the operator fails, the next one is the hub's."""
    made = running.world
    async with DriverApp(made.settings.base_url, "voltara.localhost") as app:
        await app.sign_in("early@voltara.example")
        before = (await find_offer(app, NETWORK.centre)).offer
        channels.operator.kill()
        with pytest.raises(DriverFailed, match="PARTNER_UNAVAILABLE"):
            await app.run(queries.START, {"offerId": before["id"]})
    for brand in BRANDS:
        await left_alone(made, brand)
    journeys = await both_charge(made, "detour")
    await check_bills(journeys, channels.hub, OVER_THE_HUB)
    async with DriverApp(made.settings.base_url, "voltara.localhost") as app:
        [station] = await stations(app)
    assert len(station["evses"]) == NETWORK.evses
    await all_holds(made)


async def stations(app: DriverApp) -> list[Any]:
    """What a driver in town finds."""
    lat, lon = NETWORK.centre
    answer = await app.run(queries.STATIONS, {"near": {"lat": lat, "lon": lon, "radiusKm": 20}, "first": 50})
    return [edge["node"] for edge in answer["stations"]["edges"]]


async def both_charge(made: World, who: str) -> list[Journey]:
    """A driver of each brand, at the same time."""

    async def charge(brand: str, skip: int) -> Journey:
        async with asyncio.timeout(60), DriverApp(made.settings.base_url, f"{brand}.localhost") as app:
            return await charge_once(app, brand, f"{who}@{brand}.example", NETWORK.centre, skip=skip)

    return list(await asyncio.gather(*(charge(brand, skip) for skip, brand in enumerate(BRANDS))))


async def check_bills(journeys: list[Journey], partner: Partner, network: Network) -> None:
    """Each was charged by that partner, at its price."""
    claims = await cdrs(partner)
    assert len(claims) == len(journeys)
    for journey in journeys:
        assert journey.problems() == []
        claim = claims[journey.cdr["id"]]
        kwh = claim["total_energy"]
        assert Decimal(journey.cdr["total"]) == net(claim)
        assert network.asks(net(claim), kwh)
        owed = bill(journey.tenant, kwh, network.price(kwh))
        assert tuple(Decimal(journey.receipt[part]) for part in ("net", "tax", "gross")) == owed


async def left_alone(made: World, brand: str) -> None:
    """Call the operator until its breaker opens, as the schedule does, and everybody knows."""
    async with operations(made) as platform:
        connection = await known(platform, brand, "operator")

        async def opened() -> bool:
            errors = await pull(platform, brand, connection)
            return any("in a row" in (error or "") for error in errors.values())

        await eventually(opened)
