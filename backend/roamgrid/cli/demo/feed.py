"""Connect both brands with the operator, one in each direction, and pull its network."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from roamgrid.app import Platform
from roamgrid.cli.demo.world import Dump, World
from roamgrid.cli.output import console
from roamgrid.core.locations import service as locations
from roamgrid.core.locations.models import LocationCounts
from roamgrid.core.tariffs import service as tariffs
from roamgrid.core.tariffs.models import TariffCounts
from roamgrid.kernel.errors import DomainError
from roamgrid.ocpi.connections.health import list_with_health
from roamgrid.ocpi.connections.model import Connection, ConnectionStatus
from roamgrid.ocpi.outbound.report import Progress as PullProgress
from roamgrid.tenancy.context import TenantContext

PARTNER, HUB = "sandbox", "hub"
FEEDS = ("tariffs", "locations")
PATIENCE = timedelta(minutes=5)
"""A worker may be pulling at this moment."""


class FeedFailed(DomainError):
    """The operator's network did not arrive as it was sent."""

    code = "FEED_FAILED"
    hint = "Compare with the operator's own counts: GET <operator>/_control/state."


@dataclass(slots=True)
class BrandFeed:
    """What one brand pulled."""

    tenant: str
    locations: LocationCounts | None = None
    tariffs: TariffCounts | None = None
    seconds: float = 0.0
    deviations: dict[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The report's `feed`."""
        assert self.locations is not None, "counted after the last pull"
        assert self.tariffs is not None, "counted after the last pull"
        return {
            "parties": self.locations.parties,
            "locations": self.locations.locations,
            "evses": self.locations.evses,
            "connectors": self.locations.connectors,
            "tariffs": self.tariffs.tariffs,
            "tariff_versions": self.tariffs.versions,
            "seconds": round(self.seconds, 2),
            "deviations": dict(sorted(self.deviations.items())),
        }


def connect_and_pull(made: World, dump: Dump) -> list[BrandFeed]:
    """Both brands registered, everything pulled, changes followed. Raises `FeedFailed` when the counts differ."""
    feeds = asyncio.run(_connect_and_pull(made, dump))
    state = made.operator("/state")
    theirs = {name: state[name] for name in ("parties", "locations", "tariffs")}
    for feed in feeds:
        figures = feed.as_dict()
        ours = {name: figures[name] for name in theirs}
        if ours != theirs:
            raise FeedFailed(f"{feed.tenant} holds {ours}, the operator serves {theirs}")
    return feeds


async def _connect_and_pull(made: World, dump: Dump) -> list[BrandFeed]:
    async with Platform(made.settings, made.urls) as platform:
        pairs = [
            (await _connect(platform, made, brand.slug, invite=index % 2 == 0), BrandFeed(brand.slug))
            for index, brand in enumerate(made.brands)
        ]
        await _pull(platform, pairs, full=True)
        if dump.changes:
            made.operator("/network", {"locations": _path(dump.locations_delta), "tariffs": _path(dump.tariffs_delta)})
            await _pull(platform, pairs, full=False)
            if dump.removed:
                made.operator("/network", {"removed": _path(dump.removed)})
            await _pull(platform, pairs, full=True)
        for (ctx, connection), feed in pairs:
            async with platform.database.work(ctx) as work:
                feed.locations = await locations.counts(work, connection.id)
                feed.tariffs = await tariffs.counts(work, connection.id)
                health = await list_with_health(work, platform.connections)
            feed.deviations = {
                deviation.code: deviation.count
                for one in health
                if one.connection.id == connection.id
                for deviation in one.deviations
            }
        return [feed for _, feed in pairs]


async def _connect(platform: Platform, made: World, slug: str, *, invite: bool) -> tuple[TenantContext, Connection]:
    """One brand invites the operator, the other is invited by it: both directions are shown."""
    tenant = await platform.directory.by_slug(slug)
    ctx = tenant.context(actor="demo")
    await end_earlier(platform, ctx, PARTNER)
    if invite:
        invitation = await platform.handshake.invite(ctx, PARTNER)
        await asyncio.to_thread(
            made.operator, "/register", {"versions_url": invitation.versions_url, "token": invitation.token}
        )
        async with platform.database.work(ctx) as work:
            connection = await platform.connections.get(work, invitation.connection_id)
    else:
        offered = await asyncio.to_thread(made.operator, "/invite", {})
        connection = await platform.handshake.register(ctx, PARTNER, str(offered["versions_url"]), str(offered["token"]))
    direction = "invited the operator" if invite else "was invited by the operator"
    console.print(f"  {slug} {direction}: {len(connection.roles)} parties behind one connection", markup=False)
    return ctx, connection


async def end_earlier(platform: Platform, ctx: TenantContext, name: str) -> None:
    """On servers of your own an earlier demo may have left a connection to a partner that is gone."""
    async with platform.database.work(ctx) as work:
        known = await platform.connections.all(work)
    for connection in known:
        if connection.name == name and connection.status is not ConnectionStatus.UNREGISTERED:
            await platform.handshake.unregister(ctx, connection.id)


async def _pull(platform: Platform, pairs: list[tuple[tuple[TenantContext, Connection], BrandFeed]], *, full: bool) -> None:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        for (ctx, connection), feed in pairs:
            task = progress.add_task(feed.tenant, total=None)

            def told(state: PullProgress, task: Any = task, feed: BrandFeed = feed) -> None:
                progress.update(task, description=f"{feed.tenant}: {state.objects} of {state.total} {state.module}")

            began = time.monotonic()
            report = await platform.pull.sync(ctx, connection, full=full, modules=FEEDS, progress=told, patience=PATIENCE)
            feed.seconds += time.monotonic() - began
            for module in report.modules:
                if module.error:
                    raise FeedFailed(f"{feed.tenant}: {module.module}: {module.error}")


def _path(file: object) -> str | None:
    return str(file) if file else None
