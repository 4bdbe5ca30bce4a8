"""`roamgrid partner ...`: roaming partners of a brand."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from roamgrid.app import Platform
from roamgrid.cli.lazy import commands
from roamgrid.cli.output import console, out, print_json, print_table
from roamgrid.cli.partner_check import check, dialects, set_dialect
from roamgrid.cli.partner_reach import Json, Partner, Tenant, chosen, with_tenant
from roamgrid.cli.partner_state import COLUMNS, as_document, connection_document, row, show
from roamgrid.ocpi.connections.model import AsRole, Connection
from roamgrid.ocpi.connections.operations import PartnerState, SeenDeviation, overview, state_of, top_deviations
from roamgrid.ocpi.dialects.dialect import DEFAULT
from roamgrid.ocpi.outbound.report import ModuleReport
from roamgrid.ocpi.outbound.report import Progress as PullProgress
from roamgrid.tenancy.context import TenantContext

_PATIENCE = timedelta(minutes=5)
"""How long to wait for a sync that a worker runs."""

app = commands("Roaming partners of a brand.")
app.command()(check)
app.command()(dialects)
app.command("set-dialect")(set_dialect)

Name = Annotated[str, typer.Option(help="How you call this partner.")]


class Side(StrEnum):
    """What we are to a partner."""

    CPO = "cpo"
    EMSP = "emsp"
    BOTH = "both"

    @property
    def as_role(self) -> AsRole:
        return AsRole(self.value.upper())


Version = Annotated[str | None, typer.Option("--version", help="Speak this OCPI version. Default: the highest that both do.")]
As = Annotated[Side | None, typer.Option("--as", help="What we are to this partner. Default: all that the brand declares.")]
BackEnd = Annotated[bool, typer.Option("--back-end", help="The partner runs our own stations and speaks for our parties.")]
Dialect = Annotated[str, typer.Option(help="The partner's ways; see `roamgrid partner dialects`.")]


@app.command()
def invite(
    tenant: Tenant,
    name: Name = "partner",
    version: Version = None,
    side: As = None,
    dialect: Dialect = DEFAULT,
    back_end: BackEnd = False,
    as_json: Json = False,
) -> None:
    """Make an invitation: hand versions URL and token to the partner, who then registers with us."""

    async def run(platform: Platform, ctx: TenantContext) -> dict[str, str]:
        made = await platform.handshake.invite(
            ctx, name, dialect=dialect, version=version, as_role=side.as_role if side else None, back_end=back_end
        )
        return {"connection": str(made.connection_id), "versions_url": made.versions_url, "token": made.token}

    answer = with_tenant(tenant, run)
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
    version: Version = None,
    side: As = None,
    dialect: Dialect = DEFAULT,
    back_end: BackEnd = False,
    as_json: Json = False,
) -> None:
    """Register with a partner who invited us. `roamgrid serve` must run: the partner calls it back."""

    async def run(platform: Platform, ctx: TenantContext) -> Connection:
        return await platform.handshake.register(
            ctx,
            name,
            versions_url,
            token,
            dialect=dialect,
            version=version,
            as_role=side.as_role if side else None,
            back_end=back_end,
        )

    _show_connection(with_tenant(tenant, run), as_json)


@app.command("list")
def list_(tenant: Tenant, as_json: Json = False) -> None:
    """The brand's partners: status, last contact, lag, error rates, circuit, queue, deviations."""

    async def run(platform: Platform, ctx: TenantContext) -> list[PartnerState]:
        async with platform.database.work(ctx) as work:
            return await overview(work, platform.connections)

    found = with_tenant(tenant, run)
    if as_json:
        print_json([as_document(one) for one in found])
        return
    now = datetime.now(UTC)
    print_table(f"Partners of {tenant}", COLUMNS, [row(one, now) for one in found])


@app.command("show")
def show_(
    tenant: Tenant,
    partner: Partner,
    most: Annotated[int, typer.Option(min=1, help="So many deviations, the most frequent first.")] = 20,
    as_json: Json = False,
) -> None:
    """One partner: everything that one asks when something does not work."""

    async def run(platform: Platform, ctx: TenantContext) -> tuple[PartnerState, list[SeenDeviation]]:
        async with platform.database.work(ctx) as work:
            wanted = chosen(await platform.connections.all(work), partner)[0]
            return await state_of(work, platform.connections, wanted.id), await top_deviations(work, wanted.id, most)

    state, deviations = with_tenant(tenant, run)
    if as_json:
        print_json({**as_document(state), "deviations": [asdict(one) for one in deviations]})
    else:
        show(state, deviations, datetime.now(UTC))


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
            wanted = chosen(await platform.connections.all(work), partner)
        with Progress(
            SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console, transient=True
        ) as progress:
            return [await _sync_one(platform, ctx, connection, full, progress) for connection in wanted]

    reports = with_tenant(tenant, run)
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
            connection = chosen(await platform.connections.all(work), partner)[0]
        return await platform.handshake.unregister(ctx, connection.id)

    told = with_tenant(tenant, run)
    if as_json:
        print_json({"unregistered": True, "partner_told": told})
    else:
        console.print("the connection is ended" + ("" if told else "; the partner could not be told"))


async def _sync_one(
    platform: Platform, ctx: TenantContext, connection: Connection, full: bool, progress: Progress
) -> dict[str, Any]:
    task = progress.add_task(connection.name, total=None)

    def told(state: PullProgress) -> None:
        of = f" of {state.total}" if state.total is not None else ""
        progress.update(task, description=f"{connection.name}: {state.objects}{of} {state.module}")

    report = await platform.pull.sync(ctx, connection, full=full, progress=told, patience=_PATIENCE)
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


def _show_connection(connection: Connection, as_json: bool) -> None:
    if as_json:
        print_json(connection_document(connection))
    else:
        console.print(f"registered with {connection.name} ({len(connection.roles)} parties, OCPI {connection.version})")
