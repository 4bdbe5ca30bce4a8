"""Pull a partner's lists: first everything, then what changed, now and then everything again.

OCPI has no way to tell that an object is gone, and changes slip through deltas; so a complete crawl is the truth, and a
delta a quick look in between (OCPI Transport, Pull and Push; Pagination; issues 412, 428 and 569).
"""

import time
from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog

from roamgrid.bus.events import Event, publish
from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.ocpi.adapter import Adapter, adapter_for
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import Connection, InterfaceRole, Side
from roamgrid.ocpi.mapping.instants import NEVER
from roamgrid.ocpi.outbound import pull_state, quality
from roamgrid.ocpi.outbound.clients import PartnerClients, require_traffic
from roamgrid.ocpi.outbound.crawl import Crawl
from roamgrid.ocpi.outbound.errors import PagesBroken, PartnerRefused
from roamgrid.ocpi.outbound.feed import Feed
from roamgrid.ocpi.outbound.hubs import HubClientFeed
from roamgrid.ocpi.outbound.lease import Lease, leased
from roamgrid.ocpi.outbound.operator.token_feed import TokenFeed
from roamgrid.ocpi.outbound.pages import Page
from roamgrid.ocpi.outbound.prefetch import prefetched
from roamgrid.ocpi.outbound.report import ModuleReport, Progress, ProgressCallback, PullReport
from roamgrid.ocpi.outbound.routing import UNROUTED, our_party, route_to
from roamgrid.ocpi.outbound.row_feeds import CdrFeed, SessionFeed
from roamgrid.ocpi.outbound.set_feed import LOCATIONS, TARIFFS
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.directory import Directory

P = TypeVar("P")

log = structlog.get_logger(__name__)

TOKENS = TokenFeed()
FEEDS: tuple[Feed[Any], ...] = (HubClientFeed(), TARIFFS, LOCATIONS, SessionFeed(), CdrFeed(), TOKENS)
"""In the order they are pulled: who is behind a hub is known before what they say, and a connector's price is known as soon as
the connector is."""


@dataclass(frozen=True, slots=True)
class PullService:
    """One transaction a page; no transaction waits for a partner."""

    database: Database
    clients: PartnerClients
    directory: Directory

    async def sync(
        self,
        ctx: TenantContext,
        connection: Connection,
        *,
        full: bool = False,
        modules: Collection[str] | None = None,
        progress: ProgressCallback | None = None,
        patience: timedelta = timedelta(),
    ) -> PullReport:
        """Pull the modules that the partner offers, of those named (None: all).

        `full`: everything, whatever changed; the first pull of a module always is, and of what may vanish one every
        `full_sync_hours` of the dialect. A module that fails is reported, the others go on. Raises `PartnerUnavailable` when
        the connection is not registered, and `SyncRunning` when another sync of it runs for longer than `patience`.
        """
        require_traffic(connection)
        reports = []
        async with leased(self.database, ctx, connection, patience) as lease:
            for feed in FEEDS:
                url = connection.endpoint(feed.module, InterfaceRole.SENDER)
                if url is not None and (modules is None or feed.module in modules) and _concerns(connection, feed):
                    reports.append(await self._pull(ctx, connection, lease, feed, url, full=full, progress=progress))
            await self._inspect(ctx, connection, reports)
        return PullReport(connection.id, tuple(reports))

    async def _pull(
        self,
        ctx: TenantContext,
        connection: Connection,
        lease: Lease,
        feed: Feed[Any],
        url: str,
        *,
        full: bool,
        progress: ProgressCallback | None,
    ) -> ModuleReport:
        began, clock = ctx.clock.now(), time.perf_counter()
        async with self.database.work(ctx) as work:
            state = await pull_state.read_state(work, connection.id, feed.module)
        ways = adapter_for(connection.version, connection.dialect).dialect
        full = full or (feed.vanishes and (not ways.delta_pull or state.needs_full(began, ways.full_sync_every)))
        date_from = None if full else state.date_from(ways.delta_overlap)
        crawl = Crawl(ModuleReport(feed.module, full=date_from is None))
        report = crawl.report
        try:
            await self._crawl(ctx, connection, lease, feed, url, date_from, crawl, progress)
            await self._complete(ctx, connection, feed, began, crawl)
        except (PartnerUnavailable, PartnerRefused, PagesBroken) as error:
            report.error = error.message
            async with self.database.work(ctx) as work:
                await pull_state.note_failed(work, connection.id, feed.module, error=error.message, objects=report.objects)
        report.seconds = time.perf_counter() - clock
        log.info("ocpi.pulled", tenant=ctx.tenant, partner=connection.name, module=feed.module, **report.figures())
        return report

    async def _crawl(
        self,
        ctx: TenantContext,
        connection: Connection,
        lease: Lease,
        feed: Feed[Any],
        url: str,
        date_from: datetime | None,
        crawl: Crawl,
        progress: ProgressCallback | None,
    ) -> None:
        """Three things at once: one page is stored, the next one read, the one after that fetched."""
        adapter = adapter_for(connection.version, connection.dialect)
        pages = self.clients.of(connection, ctx).pages(
            url,
            date_from=date_from or (NEVER if feed.date_required else None),
            limit=adapter.dialect.page_size,
            route=route_to(connection, await our_party(self.directory, ctx)) if feed.module not in UNROUTED else None,
            correlation_id=ctx.correlation_id,
        )
        async with aclosing(prefetched(self._prepared(ctx, connection, feed, adapter, pages))) as ready:
            async for page, prepared in ready:
                lease.check()
                async with self.database.work(ctx) as work:
                    stored = await feed.store(work, connection, adapter, prepared)
                    await deviations.record(work, connection.id, feed.module, stored.deviations)
                crawl.add(page, stored)
                if progress is not None:
                    progress(Progress(feed.module, crawl.report.objects, page.total))

    async def _prepared(
        self, ctx: TenantContext, connection: Connection, feed: Feed[P], adapter: Adapter, pages: AsyncGenerator[Page, None]
    ) -> AsyncGenerator[tuple[Page, P], None]:
        async with aclosing(prefetched(pages)) as ahead:
            async for page in ahead:
                async with self.database.work(ctx) as work:
                    prepared = await feed.prepare(work, connection, adapter, page.objects)
                yield page, prepared

    async def _complete(
        self, ctx: TenantContext, connection: Connection, feed: Feed[Any], began: datetime, crawl: Crawl
    ) -> None:
        report = crawl.report
        found = crawl.findings(vanishes=feed.vanishes)
        async with self.database.work(ctx) as work:
            if report.full and feed.vanishes and crawl.seen:
                report.vanished = await feed.finish(work, connection, crawl.seen)
            await deviations.record(work, connection.id, feed.module, found)
            await pull_state.note_completed(
                work,
                connection.id,
                feed.module,
                began=began,
                newest=crawl.newest,
                full=report.full,
                objects=report.objects,
            )
            await publish(work, _pulled(connection, began, report))
        report.deviations.update(deviation.code.value for deviation in found)

    async def _inspect(self, ctx: TenantContext, connection: Connection, reports: list[ModuleReport]) -> None:
        concerned = next((report for report in reversed(reports) if report.module in (LOCATIONS.module, TARIFFS.module)), None)
        if concerned is not None:
            async with self.database.work(ctx) as work:
                found = await quality.inspect(work, connection.id)
            for code, count in found.items():
                concerned.deviations[code] = count


def _concerns(connection: Connection, feed: Feed[Any]) -> bool:
    """Who is no operator to a partner has no use for the tokens of its drivers."""
    return feed is not TOKENS or connection.as_role.faces(Side.CPO)


def _pulled(connection: Connection, began: datetime, report: ModuleReport) -> Event:
    """One event a pull: an event per object would be as many as the feed is long."""
    return Event(
        "feed.pulled.v1",
        f"feed:{connection.id}:{report.module}",
        int(began.timestamp() * 1000),
        {"source": str(connection.id), "module": report.module, "full": report.full, **report.figures()},
    )
