"""`roamgrid partner invite|register|list|sync|unregister`: roaming partners of a brand."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from roamgrid.app import Platform
from roamgrid.cli.environment import migrated_services
from roamgrid.cli.lazy import commands
from roamgrid.cli.output import console, out, print_json, print_table
from roamgrid.kernel.settings import Settings
from roamgrid.ocpi.connections.health import Health, list_with_health
from roamgrid.ocpi.connections.model import Connection, ConnectionStatus, UnknownConnection
from roamgrid.ocpi.outbound.report import ModuleReport
from roamgrid.ocpi.outbound.report import Progress as PullProgress
from roamgrid.tenancy.context import TenantContext

T = TypeVar("T")

app = commands("Roaming partners of a brand.")

Tenant = Annotated[str, typer.Option(help="The brand's short name.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Option(help="How you call this partner.")]
Partner = Annotated[str, typer.Argument(help="The connection's id or name; see `roamgrid partner list`.")]


@app.command()
def invite(tenant: Tenant, name: Name = "partner", as_json: Json = False) -> None:
    """Make an invitation: hand versions URL and token to the partner, who then registers with us."""

    async def run(platform: Platform, ctx: TenantContext) -> dict[str, str]:
        made = await platform.handshake.invite(ctx, name)
        return {"connection": str(made.connection_id), "versions_url": made.versions_url, "token": made.token}

    answer = _with_tenant(tenant, run)
    if as_json:
        print_json(answer)
    else:
        out.print(f"versions URL  {answer['versions_url']}\ntoken         {answer['token']}", markup=False, soft_wrap=True)


@app.command()
def register(
    tenant: Tenant,
    versions_url: Annotated[str, typer.Option(help="The partner's versions URL.")],
    token: Annotated[str, typer.Option(help="The token that the partner gave us.")],
    name: Name = "partner",
    as_json: Json = False,
) -> None:
    """Register with a partner who invited us. `roamgrid serve` must run: the partner calls it back."""

    async def run(platform: Platform, ctx: TenantContext) -> Connection:
        return await platform.handshake.register(ctx, name, versions_url, token)

    _show_connection(_with_tenant(tenant, run), as_json)


@app.command("list")
def list_(tenant: Tenant, as_json: Json = False) -> None:
    """The brand's partners: status, last contact, pulls, deviations."""

    async def run(platform: Platform, ctx: TenantContext) -> list[Health]:
        async with platform.database.work(ctx) as work:
            return await list_with_health(work, platform.connections)

    found = _with_tenant(tenant, run)
    if as_json:
        print_json([_health(one) for one in found])
        return
    rows = [
        (
            one.connection.id,
            one.connection.name,
            one.connection.status,
            one.connection.version,
            len(one.connection.roles),
            one.connection.last_contact_at,
            sum(deviation.count for deviation in one.deviations),
            one.refused,
        )
        for one in found
    ]
    print_table(
        f"Partners of {tenant}", ("id", "name", "status", "version", "parties", "last contact", "deviations", "refused"), rows
    )


@app.command()
def sync(
    tenant: Tenant,
    partner: Annotated[str | None, typer.Argument(help="Id or name of one connection. Default: all registered ones.")] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Crawl everything and notice what vanished, instead of only changes.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Pull tariffs, locations, sessions and CDRs from partners."""

    async def run(platform: Platform, ctx: TenantContext) -> list[dict[str, Any]]:
        async with platform.database.work(ctx) as work:
            chosen = _chosen(await platform.connections.all(work), partner)
        with Progress(
            SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console, transient=True
        ) as progress:
            return [await _sync_one(platform, ctx, connection, full, progress) for connection in chosen]

    reports = _with_tenant(tenant, run)
    if as_json:
        print_json(reports)
        return
    rows = [
        (
            report["name"],
            module["module"],
            *(module[key] for key in ("objects", "inserted", "updated", "unchanged", "vanished", "refused")),
        )
        for report in reports
        for module in report["modules"]
    ]
    print_table("Pulled", ("partner", "module", "objects", "inserted", "updated", "unchanged", "vanished", "refused"), rows)


@app.command()
def unregister(tenant: Tenant, partner: Partner, as_json: Json = False) -> None:
    """End the connection, on both sides."""

    async def run(platform: Platform, ctx: TenantContext) -> bool:
        async with platform.database.work(ctx) as work:
            connection = _chosen(await platform.connections.all(work), partner)[0]
        return await platform.handshake.unregister(ctx, connection.id)

    told = _with_tenant(tenant, run)
    if as_json:
        print_json({"unregistered": True, "partner_told": told})
    else:
        console.print("the connection is ended" + ("" if told else "; the partner could not be told"))


def _with_tenant(slug: str, run: Callable[[Platform, TenantContext], Awaitable[T]]) -> T:
    settings = Settings()

    async def opened(platform: Platform) -> T:
        async with platform:
            tenant = await platform.directory.by_slug(slug)
            return await run(platform, tenant.context(actor="operations"))

    with migrated_services(settings) as urls:
        return asyncio.run(opened(Platform(settings, urls)))


async def _sync_one(
    platform: Platform, ctx: TenantContext, connection: Connection, full: bool, progress: Progress
) -> dict[str, Any]:
    task = progress.add_task(connection.name, total=None)

    def told(state: PullProgress) -> None:
        of = f" of {state.total}" if state.total is not None else ""
        progress.update(task, description=f"{connection.name}: {state.objects}{of} {state.module}")

    report = await platform.pull.sync(ctx, connection, full=full, progress=told)
    return {
        "connection": str(connection.id),
        "name": connection.name,
        "ok": report.succeeded,
        "modules": [_module(module) for module in report.modules],
    }


def _module(report: ModuleReport) -> dict[str, Any]:
    return {
        "module": report.module,
        "full": report.full,
        **report.figures(),
        "seconds": round(report.seconds, 3),
        "deviations": dict(sorted(report.deviations.items())),
        "error": report.error,
    }


def _chosen(connections: list[Connection], wanted: str | None) -> list[Connection]:
    """By id or by name; without a wish all registered ones. Raises `UnknownConnection`."""
    if wanted is None:
        return [one for one in connections if one.status is ConnectionStatus.REGISTERED]
    found = [one for one in connections if wanted in (str(one.id), one.name)]
    living = [one for one in found if one.status is not ConnectionStatus.UNREGISTERED]
    if not found:
        raise UnknownConnection(f"no connection is called {wanted!r}")
    return (living or found)[-1:]


def _show_connection(connection: Connection, as_json: bool) -> None:
    if as_json:
        print_json(_connection(connection))
    else:
        console.print(f"registered with {connection.name} ({len(connection.roles)} parties, OCPI {connection.version})")


def _connection(connection: Connection) -> dict[str, Any]:
    return {
        "connection": str(connection.id),
        "name": connection.name,
        "status": connection.status.value,
        "version": connection.version,
        "dialect": connection.dialect,
        "versions_url": connection.their_versions_url,
        "endpoints": [{"module": one.module, "role": one.role, "url": one.url} for one in connection.endpoints],
        "parties": [
            {"country_code": one.id.country_code, "party_id": one.id.party_id, "role": one.role, "name": one.name}
            for one in connection.roles
        ],
        "last_contact_at": connection.last_contact_at,
    }


def _health(one: Health) -> dict[str, Any]:
    return {
        **_connection(one.connection),
        "pulls": [asdict(pull) for pull in one.pulls],
        "deviations": {deviation.code: deviation.count for deviation in one.deviations},
        "refused": one.refused,
    }
