"""`roamgrid tenant apply|list|diff|delete`: brands as declared data."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import create_engine, make_url

from roamgrid.app import Platform
from roamgrid.cli.environment import migrated_services
from roamgrid.cli.lazy import commands
from roamgrid.cli.output import console, fail, print_json, print_table
from roamgrid.core.tokens import policy
from roamgrid.kernel.embedded import ServiceUrls
from roamgrid.kernel.settings import Settings
from roamgrid.settlement.plans import service as plans
from roamgrid.tenancy import apply as declared
from roamgrid.tenancy.apply import Change
from roamgrid.tenancy.declaration import TenantDeclaration, load, load_all

app = commands("Declare brands: apply, list, diff, delete.")

Folder = Annotated[
    Path | None, typer.Argument(help="A brand's folder, or the folder of all brands. Default: ROAMGRID_TENANTS_DIR.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def apply(folder: Folder = None, as_json: Json = False) -> None:
    """Create or update brands as declared; applying twice changes nothing."""
    settings = Settings()
    with migrated_services(settings) as urls:
        outcome = apply_declarations(settings, urls, declarations(settings, folder))
    if as_json:
        print_json({slug: [_change(change) for change in changes] for slug, changes in outcome.items()})
        return
    for slug, changes in outcome.items():
        console.print(f"{slug}: {f'{len(changes)} changes' if changes else 'unchanged'}")


@app.command("list")
def list_(as_json: Json = False) -> None:
    """Which brands are applied."""
    settings = Settings()
    with migrated_services(settings) as urls:
        tenants = asyncio.run(_tenants(settings, urls))
    if as_json:
        print_json([tenant.model_dump(mode="json") for tenant in tenants])
        return
    rows = [
        (
            tenant.slug,
            tenant.name,
            ", ".join(tenant.hosts),
            ", ".join(f"{party.country_code}*{party.party_id}" for party in tenant.parties),
            tenant.currency,
            ", ".join(tenant.jurisdictions),
        )
        for tenant in tenants
    ]
    print_table("Brands", ("slug", "name", "hosts", "parties", "currency", "jurisdictions"), rows)


@app.command()
def diff(folder: Folder = None, as_json: Json = False) -> None:
    """What `apply` would change. Exit code 1 when there is a difference."""
    settings = Settings()
    with migrated_services(settings) as urls:
        engine = create_engine(make_url(urls.database_url).set(drivername="postgresql+psycopg"))
        with engine.connect() as connection:
            found = {one.slug: declared.diff(connection, one) for one in declarations(settings, folder)}
        engine.dispose()
    if as_json:
        print_json({slug: [_change(change) for change in changes] for slug, changes in found.items()})
    else:
        rows = [(slug, change.path, change.applied, change.declared) for slug, changes in found.items() for change in changes]
        print_table("Differences", ("brand", "what", "applied", "declared"), rows)
    if any(found.values()):
        raise typer.Exit(1)


@app.command()
def delete(slug: str, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Delete a brand with all its data: stations, sessions, receipts, journal. There is no way back."""
    if not yes and not typer.confirm(f"Delete {slug} with all its data?", err=True):
        fail("nothing was deleted")
    with migrated_services(Settings()) as urls:
        declared.delete(urls.database_url, slug)
    console.print(f"{slug} is deleted")


def declarations(settings: Settings, folder: Path | None) -> list[TenantDeclaration]:
    """The brands under a folder, or the one brand that the folder is."""
    folder = folder or settings.tenants_dir
    return [load(folder)] if (folder / "tenant.toml").exists() else load_all(folder)


def apply_declarations(settings: Settings, urls: ServiceUrls, brands: list[TenantDeclaration]) -> dict[str, list[Change]]:
    """Apply brands and the versions of their plans."""
    outcome = {one.slug: declared.apply(urls.database_url, one) for one in brands}
    asyncio.run(_apply_plans(settings, urls, brands))
    return outcome


async def _apply_plans(settings: Settings, urls: ServiceUrls, brands: list[TenantDeclaration]) -> None:
    async with Platform(settings, urls) as platform:
        for one in brands:
            tenant = await platform.directory.by_slug(one.slug)
            async with platform.database.orm(tenant.context()) as work:
                await plans.apply(work, one)
                await policy.declare(work, one.tokens)


async def _tenants(settings: Settings, urls: ServiceUrls) -> list[TenantDeclaration]:
    async with Platform(settings, urls) as platform:
        return [tenant.declaration for tenant in await platform.directory.all()]


def _change(change: Change) -> dict[str, object]:
    return {"path": change.path, "applied": change.applied, "declared": change.declared}
