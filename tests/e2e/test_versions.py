"""The same charge with an operator of each OCPI version: the driver sees no difference, and the bill is exact."""

import asyncio
import base64
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from roamgrid.app import Platform
from roamgrid.canonical.party import PartyId
from roamgrid.cli.demo import queries
from roamgrid.cli.demo.driver import DriverApp
from roamgrid.cli.demo.journey import Journey, charge_once, find_offer
from roamgrid.cli.demo.world import World
from roamgrid.core.tokens import service as tokens
from tests.e2e.conftest import Running
from tests.e2e.networks import Network, bill
from tests.e2e.partners import (
    BRANDS,
    Partner,
    cdrs,
    context,
    eventually,
    join,
    known,
    net,
    operations,
    partners,
    ready,
    side_of,
)
from tests.e2e.test_journey import all_holds, until

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e"), pytest.mark.timeout(240)]

PARTY = {"voltara": "VLT", "kilowind": "KWD"}
NETWORKS = {
    "2.1.1": Network("OUD", "Groningen", "53.219400", "6.566500", Decimal("0.31"), Decimal("0.25")),
    "2.2.1": Network("MID", "Maastricht", "50.851400", "5.691000", Decimal("0.33"), Decimal("0.20")),
    "2.3.0": Network("NEW", "Middelburg", "51.498800", "3.611000", Decimal("0.29"), Decimal("0.45")),
}
MOVING = Network("MOV", "Enschede", "52.221500", "6.893700", Decimal("0.35"), Decimal("0.15"))


@pytest.fixture(scope="module")
def operators(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Partner]]:
    """One operator a version, each knows that version only; both brands are connected with all of them."""
    with partners(tmp_path_factory.mktemp("versions")) as started:
        found = {version: started.cpo(network, "--version", version) for version, network in NETWORKS.items()}
        found["moving"] = started.cpo(MOVING, "--version", "2.2.1")
        ready(*found.values())
        asyncio.run(_join_all(running.world, found))
        yield found


async def _join_all(made: World, found: dict[str, Partner]) -> None:
    for version, partner in found.items():
        await join(made, partner, f"operator {version}")


@pytest.mark.parametrize("version", NETWORKS)
async def test_a_charge_from_the_offer_to_the_captured_payment(
    running: Running, operators: dict[str, Partner], version: str
) -> None:
    network, operator = NETWORKS[version], operators[version]
    journeys = await asyncio.gather(*(charge(running.world, brand, network, skip) for skip, brand in enumerate(BRANDS)))
    claims = await cdrs(operator)
    for brand, journey in zip(BRANDS, journeys, strict=True):
        assert journey.problems() == []
        claim = claims[journey.cdr["id"]]
        kwh = claim["total_energy"]
        assert Decimal(journey.cdr["total"]) == net(claim)
        assert network.asks(net(claim), kwh)
        owed = bill(brand, kwh, network.price(kwh))
        assert tuple(Decimal(journey.receipt[part]) for part in ("net", "tax", "gross")) == owed
        assert await captured(running.world, journey) == owed[2]
    assert {one["version"] for one in (await operator.control("/state"))["connections"]} == {version}
    await all_holds(running.world)


@pytest.mark.parametrize("version", NETWORKS)
async def test_a_card_at_the_reader(running: Running, operators: dict[str, Partner], version: str) -> None:
    network, operator = NETWORKS[version], operators[version]
    for number, brand in enumerate(BRANDS, 1):
        uid, email = f"04E2E{version.replace('.', '')}{number}A", f"card{version}@{brand}.example"
        async with DriverApp(running.world.settings.base_url, f"{brand}.localhost") as app:
            await app.sign_in(email)
            await give_card(running.world, brand, email, uid)
            session = await tap(operator, brand, network, number, uid)
            receipt = await eventually(lambda: only_receipt(app))
        cdr = next(one for one in (await cdrs(operator)).values() if one["session_id"] == session)
        owed = bill(brand, cdr["total_energy"], network.price(cdr["total_energy"]))
        assert tuple(Decimal(receipt[part]["amount"]) for part in ("net", "tax", "gross")) == owed
        assert cdr["total_energy"] > 0
    await all_holds(running.world)


@pytest.mark.parametrize("brand", BRANDS)
async def test_a_partner_moves_to_another_version_while_a_car_charges(
    running: Running, operators: dict[str, Partner], brand: str
) -> None:
    """Voltara moves its connection itself; Kilowind's partner does it. Nothing of the charge is lost or billed twice."""
    operator = operators["moving"]
    await operator.control("/knobs", {"versions": ["2.2.1", "2.3.0"]})
    async with asyncio.timeout(60), DriverApp(running.world.settings.base_url, f"{brand}.localhost") as app:
        await app.sign_in(f"mover@{brand}.example")
        found = await find_offer(app, MOVING.centre)
        started = await app.run(queries.START, {"offerId": found.offer["id"]})
        session_id = started["startSession"]["session"]["id"]
        await until(app, session_id, lambda session: Decimal(session["kwh"]) > 0)
        before = await move(running.world, operator, brand)
        await until(app, session_id, lambda session: Decimal(session["kwh"]) > before)
        await app.run(queries.STOP, {"sessionId": session_id})
        done = await until(app, session_id, lambda session: bool(session["final"]))
        receipts = await app.run("{ receipts(first: 10) { edges { node { sessionId kwh gross { amount } } } } }")
    assert done["state"] == "BILLED"
    [receipt] = [edge["node"] for edge in receipts["receipts"]["edges"]]
    reference = reference_of(session_id)
    [cdr] = [one for one in (await cdrs(operator)).values() if one["authorization_reference"] == reference]
    assert Decimal(receipt["gross"]["amount"]) == bill(brand, cdr["total_energy"], MOVING.price(cdr["total_energy"]))[2]
    async with operations(running.world) as platform:
        assert (await known(platform, brand, "operator moving")).version == "2.3.0"
        assert await stored(platform, brand, reference) == (1, 1)
    await all_holds(running.world)


async def charge(made: World, brand: str, network: Network, skip: int) -> Journey:
    async with asyncio.timeout(60), DriverApp(made.settings.base_url, f"{brand}.localhost") as app:
        return await charge_once(app, brand, f"driver{network.party_id}@{brand}.example", network.centre, skip=skip)


def reference_of(session_id: str) -> str:
    """What partners and the payment provider call the charge; the driver's API wraps it in an id of its own."""
    return base64.urlsafe_b64decode(session_id + "==").decode().rpartition(":")[2]


async def captured(made: World, journey: Journey) -> Decimal:
    """What the payment provider took for the charge."""
    async with httpx.AsyncClient(timeout=30) as client:
        accounts = (await client.get(f"{made.provider_url}/_control/state")).json()["accounts"]
    intents = [intent for account in accounts for intent in account["payment_intents"]]
    [mine] = [intent for intent in intents if intent["metadata"]["reference"] == reference_of(journey.session["id"])]
    return Decimal(mine["amount_received"]) / 100


async def give_card(made: World, brand: str, email: str, uid: str) -> None:
    async with operations(made) as platform:
        ctx = await context(platform, brand)
        driver = (await platform.sign_in.developer_token(ctx, email)).driver
        async with platform.database.work(ctx) as work:
            await tokens.add_rfid(work, driver.id, uid, PartyId("NL", PARTY[brand]), brand)


async def tap(operator: Partner, brand: str, network: Network, number: int, uid: str) -> str:
    """Hold a card to a reader, charge something, unplug; the operator's name of the session."""
    connection = side_of(await operator.control("/state"), PARTY[brand])
    place = {"location_id": network.location_id, "evse_uid": network.evse_uid(network.evses - number)}
    tapped = await operator.control("/rfid", {**place, "token_uid": uid, "connection": connection})
    session = str(tapped["session_id"])

    async def charges() -> bool:
        sessions = (await operator.control("/state"))["sessions"]
        return any(one["id"] == session and one["kwh"] > 0 for one in sessions)

    await eventually(charges)
    await operator.control(f"/sessions/{session}/stop", {})
    return session


async def only_receipt(app: DriverApp) -> Any:
    answer = await app.run("{ receipts(first: 10) { edges { node { net { amount } tax { amount } gross { amount } } } } }")
    found = [edge["node"] for edge in answer["receipts"]["edges"]]
    assert len(found) <= 1
    return found[0] if found else None


async def move(made: World, operator: Partner, brand: str) -> Decimal:
    """To 2.3.0, by PUT of whoever does it; the energy that the running charge had by then."""
    if brand == "voltara":
        async with operations(made) as platform:
            connection = await known(platform, brand, "operator moving")
            await platform.handshake.update(await context(platform, brand), connection.id, version="2.3.0")
    else:
        connection_there = side_of(await operator.control("/state"), PARTY[brand])
        await operator.control("/connections/renew", {"connection": connection_there, "version": "2.3.0"})
    return Decimal((await operator.control("/state"))["sessions"][-1]["kwh"])


_STORED = """
select (select count(*) from session where authorization_reference = %(reference)s) as sessions,
       (select count(*) from cdr where authorization_reference = %(reference)s) as cdrs"""


async def stored(platform: Platform, brand: str, reference: str) -> tuple[int, int]:
    """How many sessions and CDRs of a charge there are."""
    async with platform.database.work(await context(platform, brand)) as work:
        row = await (await work.conn.execute(_STORED, {"reference": reference})).fetchone()
    assert row is not None
    return row["sessions"], row["cdrs"]
