"""A hub as second source of the same stations: they merge, and drivers see each once."""

import asyncio

import httpx

from roamgrid.app import Platform
from roamgrid.cli.demo.feed import FEEDS, HUB, PATIENCE, FeedFailed, end_earlier
from roamgrid.cli.demo.world import World
from roamgrid.cli.output import console
from roamgrid.core.locations.census import Census, census


def connect_hub(made: World, hub_url: str) -> dict[str, Census]:
    """Every brand registered with the hub, and its stations pulled; what each brand has then. Raises `FeedFailed`."""
    found = asyncio.run(_connect_hub(made, hub_url))
    for slug, counted in found.items():
        console.print(f"  {slug}: {counted.stations} stations, {counted.sources} sources", markup=False)
    return found


async def _connect_hub(made: World, hub_url: str) -> dict[str, Census]:
    async with Platform(made.settings, made.urls) as platform:
        return {brand.slug: await _join(platform, brand.slug, hub_url) for brand in made.brands}


async def _join(platform: Platform, slug: str, hub_url: str) -> Census:
    ctx = (await platform.directory.by_slug(slug)).context(actor="demo")
    await end_earlier(platform, ctx, HUB)
    async with httpx.AsyncClient() as client:
        offered = (await client.post(f"{hub_url}/_control/invite", json={})).raise_for_status().json()
    connection = await platform.handshake.register(ctx, HUB, offered["versions_url"], offered["token"])
    report = await platform.pull.sync(ctx, connection, full=True, modules=FEEDS, patience=PATIENCE)
    for module in report.modules:
        if module.error:
            raise FeedFailed(f"{slug}: {HUB}: {module.module}: {module.error}")
    async with platform.database.work(ctx) as work:
        return await census(work)
