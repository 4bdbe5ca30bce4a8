"""The command: once and headless with a report, or staying up with life to look at."""

import asyncio
import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from roamgrid.app import Platform
from roamgrid.cli.demo.driver import DriverApp
from roamgrid.cli.demo.feed import BrandFeed, connect_and_pull
from roamgrid.cli.demo.hub import connect_hub
from roamgrid.cli.demo.journey import Journey, charge_once
from roamgrid.cli.demo.life import live
from roamgrid.cli.demo.world import Dump, World, world
from roamgrid.cli.output import console, fail, out
from roamgrid.cli.verification import ScopedCheck, verify_all
from roamgrid.core.locations.census import Census

_CENTRE = (52.0907, 5.1214)
_SETTLE_SECONDS = 30


def demo(
    once: Annotated[bool, typer.Option("--once", help="Run the whole journey for both brands without staying up.")] = False,
    report: Annotated[Path | None, typer.Option("--json", help="Write a report of the run to this file (with --once).")] = None,
    locations: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="OCPI locations that the operator serves; JSON or JSON lines, .gz or not."
        ),
    ] = None,
    tariffs: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="OCPI tariffs, likewise.")] = None,
    locations_delta: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Locations that change after the first pull.")
    ] = None,
    tariffs_delta: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Tariffs that change, likewise.")
    ] = None,
    removed: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Locations that vanish: country, party and id per line, by TAB."),
    ] = None,
    port: Annotated[int, typer.Option(help="Port of the API; another one is taken when it is in use.")] = 8080,
) -> None:
    """Two brands, one charging network behind a real OCPI connection, a charge and a bill for each.

    Stays up with simulated drivers until Ctrl-C; with --once it ends after one journey per brand, exit code 0 only if all held.
    """
    dump = Dump(locations, tariffs, locations_delta, tariffs_delta, removed)
    console.print("starting PostgreSQL, Redis, the API, a worker, partners and a payment provider")
    with world(dump, port=port, speed=240.0, tick=0.5, with_hub=locations is None) as made:
        console.print("connecting both brands with the operator")
        feeds = connect_and_pull(made, dump)
        _say_feed(feeds[0])
        stations = _join_hub(made)
        if once:
            journeys = asyncio.run(_journeys(made))
            checks = asyncio.run(settled(made))
            _finish(report, feeds, stations, journeys, checks)
        else:
            live(made)


def _join_hub(made: World) -> dict[str, Census]:
    """A dump of one's own has no hub: it is pulled as it is."""
    if made.hub_url is None:
        return {}
    console.print("connecting both brands with a hub that sells the same stations for ten per cent more")
    return connect_hub(made, made.hub_url)


async def _journeys(made: World) -> list[Journey]:
    console.print("one charge for a driver of each brand")
    return list(
        await asyncio.gather(*(_journey(made, brand.slug, brand.hosts[0], skip) for skip, brand in enumerate(made.brands)))
    )


async def _journey(made: World, slug: str, host: str, skip: int) -> Journey:
    """`skip`: every driver takes another connector, for one connector charges one car."""
    async with DriverApp(made.settings.base_url, host) as app:
        journey = await charge_once(app, slug, f"driver@{slug}.example", _CENTRE, skip=skip * 3)
    receipt = journey.receipt
    console.print(
        f"  {slug}: {journey.session['kwh']} kWh at {journey.station}, receipt {receipt['number']} over {receipt['gross']} "
        f"{receipt['currency']}",
        markup=False,
    )
    return journey


async def settled(made: World) -> list[ScopedCheck]:
    """All invariants, once everything under way has arrived (or half a minute has passed)."""
    async with Platform(made.settings, made.urls) as platform:
        deadline = time.monotonic() + _SETTLE_SECONDS
        while True:
            made.processes.check()
            checks = await verify_all(platform.database, platform.directory, grace_s=0)
            if all(one.check.ok for one in checks) or time.monotonic() > deadline:
                return checks
            await asyncio.sleep(0.5)


def _finish(
    report: Path | None,
    feeds: list[BrandFeed],
    stations: dict[str, Census],
    journeys: list[Journey],
    checks: list[ScopedCheck],
) -> None:
    problems = [problem for journey in journeys for problem in journey.problems()]
    problems += [f"{slug}: the hub's stations did not merge" for slug, one in stations.items() if one.stations == one.locations]
    problems += [f"{one.scope}: {one.check.name}: {one.check.detail}" for one in checks if not one.check.ok]
    document = {**_report(feeds, journeys, checks, problems), "stations": {slug: asdict(one) for slug, one in stations.items()}}
    if report is not None:
        report.write_text(json.dumps(document, indent=2, default=str) + "\n")
        console.print(f"report written to {report}", markup=False)
    if problems:
        fail("\n  ".join(["not everything held:", *problems]))
    out.print(f"all of it held: {len(journeys)} brands charged and billed, {len(checks)} checks passed")


def _report(feeds: list[BrandFeed], journeys: list[Journey], checks: list[ScopedCheck], problems: list[str]) -> dict[str, Any]:
    return {
        "ok": not problems,
        "problems": problems,
        "feed": feeds[0].as_dict(),
        "feeds": {feed.tenant: feed.as_dict() for feed in feeds},
        "brands": [
            {
                "tenant": journey.tenant,
                "stations_found": journey.stations_found,
                "station": journey.station,
                "offer": journey.offer,
                "session": journey.session,
                "cdr": journey.cdr,
                "receipt": journey.receipt,
                "seconds": journey.seconds,
            }
            for journey in journeys
        ],
        "verify": {"ok": all(one.check.ok for one in checks), "checks": [one.as_dict() for one in checks]},
    }


def _say_feed(feed: BrandFeed) -> None:
    figures = feed.as_dict()
    counted = ", ".join(f"{figures[name]} {name}" for name in ("locations", "evses", "connectors", "tariffs"))
    console.print(f"  {counted} of {figures['parties']} parties in {figures['seconds']} s", markup=False)
