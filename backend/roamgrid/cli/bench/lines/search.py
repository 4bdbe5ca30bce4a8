"""Station search: fifty stations with their charging points and connectors, beside the statements that read them."""

import asyncio

import psycopg

from roamgrid.canonical.location import Coordinates
from roamgrid.cli.bench.ceilings.statements import SETTINGS, Statement, recording, replay
from roamgrid.cli.bench.figures import Better, Budget, Figure
from roamgrid.cli.bench.lines.feed import load_network
from roamgrid.cli.bench.load.http import request
from roamgrid.cli.bench.load.tally import quantile
from roamgrid.cli.bench.rounds import in_turns, median_ratio, middle
from roamgrid.cli.bench.stand import Sample, Stand
from roamgrid.cli.bench.world import Brand
from roamgrid.core.locations import service as locations
from roamgrid.core.locations.models import Near, StationQuery
from roamgrid.kernel import json
from roamgrid.tenancy.database import Database

FIRST = 50
_RADIUS_KM = 25
_CENTRES = 25
_WARM_UP_S = 2.0
_BUDGET = Budget(3, Better.LOWER)
_SOME_PLACES = """
select latitude, longitude from location where removed_at is null and publish order by hashint8(id) limit %(count)s"""
_FOUND = b'{"data":{"stations":{"edges":[{'

QUERY = """
query Search($near: NearInput!, $first: Int!) {
  stations(near: $near, first: $first) {
    edges { node {
      id name address city operator distanceM coordinates { latitude longitude }
      evses { id evseId physicalReference status connectors { id standard format powerType maxPowerKw } }
    } }
    pageInfo { hasNextPage endCursor }
  }
}"""


async def measure(stand: Stand) -> list[Figure]:
    """One caller at a time: what is compared is how long a driver waits."""
    brand, url = stand.brands[0], stand.cell.urls.database_url
    await load_network(stand)
    centres = await _centres(url, brand)
    queries = [_graphql(brand, centre) for centre in centres]
    statements = [await _statements(url, brand, centre) for centre in centres]
    with psycopg.connect(url, autocommit=True, prepare_threshold=0) as conn:
        conn.execute(SETTINGS, (brand.ctx.binding.schema,))
        async with stand.api() as api:

            async def graphql() -> Sample:
                return await stand.load(api, queries, marker=_FOUND, connections=1)

            async def sql() -> float:
                took = await asyncio.to_thread(replay, conn, statements, stand.seconds)
                return quantile(sorted(took), 0.5) * 1000

            await stand.load(api, queries, marker=_FOUND, connections=1, seconds=_WARM_UP_S)
            await asyncio.to_thread(replay, conn, statements, _WARM_UP_S)
            ours, alone = await in_turns(stand.rounds, graphql, sql)
    one = middle(ours, lambda sample: sample.p50_ms)
    return [
        Figure(
            name="search",
            what=f"{FIRST} stations with charging points and connectors in GraphQL, one caller, median",
            value=one.p50_ms,
            unit="ms",
            ceiling=middle(alone, float),
            ceiling_is="its SQL statements alone: prepared, bound before, rows as tuples",
            ratio=median_ratio([sample.p50_ms for sample in ours], alone),
            budget=_BUDGET,
            details={"p99_ms": one.p99_ms, "cpu_us": one.cpu_us, "statements": len(statements[0])},
        )
    ]


async def _centres(url: str, brand: Brand) -> list[Coordinates]:
    """Where stations are, so that every search finds fifty."""
    database = Database(url)
    await database.open()
    try:
        async with database.work(brand.ctx) as work:
            rows = await (await work.conn.execute(_SOME_PLACES, {"count": _CENTRES})).fetchall()
    finally:
        await database.close()
    return [Coordinates(row["latitude"], row["longitude"]) for row in rows]


async def _statements(url: str, brand: Brand, centre: Coordinates) -> list[Statement]:
    """What the same search executes; the API asks for one row more than it shows."""
    async with recording(url, brand) as (work, record):
        rows = await locations.search(work, StationQuery(Near(centre, _RADIUS_KM * 1000), limit=FIRST + 1))
        await locations.evses_of(work, [row.id for row in rows[:FIRST]])
    return record


def _graphql(brand: Brand, centre: Coordinates) -> bytes:
    near = {"lat": centre.latitude, "lon": centre.longitude, "radiusKm": _RADIUS_KM}
    body = json.dumps({"query": QUERY, "variables": {"near": near, "first": FIRST}})
    return request("POST", "/graphql", {"Host": brand.host, "Content-Type": "application/json"}, body)
