"""Life to look at: simulated drivers of both brands charge until somebody presses Ctrl-C."""

import asyncio
import random
from decimal import Decimal

from rich.table import Table

from roamgrid.cli.demo import queries
from roamgrid.cli.demo.driver import DriverApp
from roamgrid.cli.demo.journey import find_offer
from roamgrid.cli.demo.world import World
from roamgrid.cli.output import console, out
from roamgrid.kernel.errors import DomainError
from roamgrid.tenancy.declaration import TenantDeclaration

_CENTRE = (52.0907, 5.1214)
_DRIVERS_PER_BRAND = 2
_CHOICE = 12


def live(made: World) -> None:
    """Print where everything is, then let drivers charge."""
    out.print(addresses(made))
    out.print(_next_steps(made))
    try:
        asyncio.run(_drive(made))
    except KeyboardInterrupt:
        console.print("stopping")


def addresses(made: World) -> Table:
    """The table of addresses."""
    table = Table("what", "where", title="Roamgrid is up", title_justify="left")
    base, port = made.settings.base_url, made.settings.port
    for brand in made.brands:
        table.add_row(f"{brand.name}: GraphQL and IDE", f"http://{brand.hosts[0]}:{port}/graphql")
        table.add_row(f"{brand.name}: OCPI versions", f"{base}/ocpi/{brand.slug}/versions")
    table.add_row("operator (sandbox)", f"{made.operator_url}/_control/state")
    if made.hub_url is not None:
        table.add_row("hub (sandbox)", f"{made.hub_url}/_control/state")
    table.add_row("payment provider (sandbox)", f"{made.provider_url}/_control/state")
    table.add_row("logs", str(made.settings.data_dir / "logs"))
    return table


def _next_steps(made: World) -> str:
    data_dir, port, first = made.settings.data_dir, made.settings.port, made.brands[0]
    return f"""What to try next, in another terminal:
  export ROAMGRID_DATA_DIR={data_dir} ROAMGRID_PORT={port}
  .venv/bin/roamgrid partner list --tenant {first.slug}
  .venv/bin/roamgrid dev token --tenant {first.slug} --email you@example.com
  .venv/bin/roamgrid verify
  curl -s -H 'Host: {first.hosts[0]}' -H 'Content-Type: application/json' {made.settings.base_url}/graphql \\
    -d '{{"query":"{{ stations(near: {{lat: 52.09, lon: 5.12, radiusKm: 20}}) {{ edges {{ node {{ name city }} }} }} }}"}}'
Ctrl-C stops everything.
"""


async def _drive(made: World) -> None:
    drivers = [_one_driver(made, brand, number) for brand in made.brands for number in range(1, _DRIVERS_PER_BRAND + 1)]
    await asyncio.gather(*drivers)


async def _one_driver(made: World, brand: TenantDeclaration, number: int) -> None:
    async with DriverApp(made.settings.base_url, brand.hosts[0]) as app:
        await app.sign_in(f"driver{number}@{brand.slug}.example")
        while True:
            await asyncio.sleep(random.uniform(1, 6))
            try:
                await _one_charge(app, brand.slug)
            except DomainError as error:
                console.print(f"{brand.slug}: {error.message[:160]}", style="yellow", markup=False)


async def _one_charge(app: DriverApp, slug: str) -> None:
    found = await find_offer(app, _CENTRE, skip=random.randrange(_CHOICE))
    started = await app.run(queries.START, {"offerId": found.offer["id"]})
    session_id = started["startSession"]["session"]["id"]
    enough = Decimal(random.randint(4, 30))
    stopping = False
    async for update in app.watch(queries.LIVE, {"id": session_id}):
        session = update["session"]
        if session["state"] == "CHARGING" and Decimal(session["kwh"]) >= enough and not stopping:
            await app.run(queries.STOP, {"sessionId": session_id})
            stopping = True
        if session["final"]:
            receipt = session["receipt"]
            bill = (
                f"{receipt['number']}: {receipt['gross']['amount']} {receipt['gross']['currency']}" if receipt else "no receipt"
            )
            console.print(f"{slug}: {session['kwh']} kWh at {found.station}, {session['state']}, {bill}", markup=False)
            return
