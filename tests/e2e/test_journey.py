"""A charge of each brand, from the e-mail address to the receipt; every process real, all traffic over HTTP."""

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from roamgrid.cli.demo import queries
from roamgrid.cli.demo.command import settled
from roamgrid.cli.demo.driver import DriverApp, DriverFailed
from roamgrid.cli.demo.journey import Journey, charge_once, find_offer
from roamgrid.cli.demo.world import World
from tests.e2e.conftest import Running

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e"), pytest.mark.timeout(240)]

UTRECHT = (52.0907, 5.1214)


async def charge(made: World, brand: str, who: str = "anna") -> Journey:
    async with DriverApp(made.settings.base_url, f"{brand}.localhost") as app:
        return await charge_once(app, brand, f"{who}@{brand}.example", UTRECHT, skip=0)


async def all_holds(made: World) -> None:
    assert [one for one in await settled(made) if not one.check.ok] == []


@pytest.mark.parametrize("brand", ["voltara", "kilowind"])
async def test_a_driver_charges_and_gets_a_receipt_for_the_price_shown(running: Running, brand: str) -> None:
    journey = await charge(running.world, brand)
    assert journey.problems() == []
    assert journey.session["states"][-4:] == ["WAITING_FOR_PLUG", "CHARGING", "COMPLETED", "BILLED"]
    assert Decimal(journey.receipt["net"]) + Decimal(journey.receipt["tax"]) == Decimal(journey.receipt["gross"])
    await all_holds(running.world)


async def test_pushes_that_come_twice_late_or_never_make_one_bill(running: Running, fresh_operator: World) -> None:
    fresh_operator.operator("/knobs", {"duplicates": 0.5, "out_of_order": 0.4, "lost": 0.2})
    first, second = [await charge(fresh_operator, brand, "ben") for brand in ("voltara", "kilowind")]
    assert first.receipt["number"] is not None
    assert second.receipt["number"] is not None
    await all_holds(fresh_operator)


async def test_a_wrong_total_is_disputed_and_not_billed(running: Running, fresh_operator: World) -> None:
    fresh_operator.operator("/knobs", {"wrong_totals": 1})
    journey = await charge(fresh_operator, "voltara", "carla")
    assert journey.session["states"][-1] == "DISPUTED"
    assert journey.cdr["verdict"] == "mismatch"
    assert journey.receipt["number"] is None
    await all_holds(fresh_operator)


async def test_the_same_cdr_again_changes_nothing_and_other_content_is_flagged(running: Running) -> None:
    journey = await charge(running.world, "voltara", "dirk")
    before = await receipts(running.world, "voltara", "dirk")
    running.world.operator(f"/replay/cdr/{journey.cdr['id']}", {})
    running.world.operator(f"/replay/cdr/{journey.cdr['id']}?change=total", {})
    await all_holds(running.world)
    assert await receipts(running.world, "voltara", "dirk") == before
    assert len(before) == 1


async def test_a_command_to_a_dead_partner_is_a_typed_error(running: Running, fresh_operator: World) -> None:
    async with DriverApp(running.world.settings.base_url, "kilowind.localhost") as app:
        await app.sign_in("emil@kilowind.example")
        found = await find_offer(app, UTRECHT)
        fresh_operator.operator("/knobs", {"latency_ms": 60_000})
        with pytest.raises(DriverFailed, match="PARTNER_UNAVAILABLE"):
            await app.run(queries.START, {"offerId": found.offer["id"]})
        fresh_operator.operator("/knobs", {"latency_ms": 0})
        history = await app.run("{ sessions(first: 1) { edges { node { state failure { code hint } } } } }")
    failed = history["sessions"]["edges"][0]["node"]
    assert failed["state"] == "FAILED"
    assert failed["failure"]["code"] == "PARTNER_UNAVAILABLE"


Stop = Callable[[Running], None]


def redis_goes_and_comes(running: Running) -> None:
    running.servers.stop_redis()
    running.servers.start_redis()


def postgres_goes_and_comes(running: Running) -> None:
    running.servers.stop_postgres()
    running.servers.start_postgres()


@pytest.mark.chaos
@pytest.mark.parametrize("outage", [redis_goes_and_comes, postgres_goes_and_comes])
async def test_a_charge_survives_an_outage_and_is_billed_once(running: Running, outage: Stop) -> None:
    who = f"{outage.__name__.split('_')[0]}@voltara.example"
    async with DriverApp(running.world.settings.base_url, "voltara.localhost") as app:
        await app.sign_in(who)
        found = await find_offer(app, UTRECHT)
        started = await app.run(queries.START, {"offerId": found.offer["id"]})
        session_id = started["startSession"]["session"]["id"]
        await until(app, session_id, lambda session: session["state"] == "CHARGING")
        await asyncio.to_thread(outage, running)
        await until(app, session_id, lambda session: Decimal(session["kwh"]) > 0)
        await eventually(lambda: app.run(queries.STOP, {"sessionId": session_id}))
        done = await until(app, session_id, lambda session: session["final"])
        receipts = await app.run("{ receipts(first: 10) { edges { node { number } } } }")
    assert done["state"] == "BILLED"
    assert [edge["node"]["number"] for edge in receipts["receipts"]["edges"]] == [done["receipt"]["number"]]
    await all_holds(running.world)


async def receipts(made: World, brand: str, who: str) -> list[str]:
    async with DriverApp(made.settings.base_url, f"{brand}.localhost") as app:
        await app.sign_in(f"{who}@{brand}.example")
        answer = await app.run("{ receipts(first: 10) { edges { node { number } } } }")
    return [edge["node"]["number"] for edge in answer["receipts"]["edges"]]


SESSION = "query ($id: ID!) { session(id: $id) { state final kwh receipt { number } } }"


async def until(app: DriverApp, session_id: str, done: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Ask until it is so; what fails in an outage is asked again."""
    while True:
        answer = await eventually(lambda: app.run(SESSION, {"id": session_id}))
        if done(answer["session"]):
            return dict(answer["session"])
        await asyncio.sleep(0.2)


async def eventually(ask: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    """During an outage answers are errors; the test's own time-out ends a wait that never does."""
    while True:
        try:
            return await ask()
        except (DriverFailed, httpx.HTTPError, ValueError):
            await asyncio.sleep(0.3)
