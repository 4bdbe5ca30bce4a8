"""What commands about partners have in common: the brand, the partner, and an opened platform."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from roamgrid.app import Platform
from roamgrid.cli.environment import migrated_services
from roamgrid.kernel.settings import Settings
from roamgrid.ocpi.connections.model import Connection, ConnectionStatus, UnknownConnection
from roamgrid.tenancy.context import TenantContext

T = TypeVar("T")

Tenant = Annotated[str, typer.Option(help="The brand's short name.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Partner = Annotated[str, typer.Argument(help="The connection's id or name; see `roamgrid partner list`.")]


def with_tenant(slug: str, run: Callable[[Platform, TenantContext], Awaitable[T]]) -> T:
    """Do something as operations of a brand, in a platform that is open for as long."""
    settings = Settings()

    async def opened(platform: Platform) -> T:
        async with platform:
            tenant = await platform.directory.by_slug(slug)
            return await run(platform, tenant.context(actor="operations"))

    with migrated_services(settings) as urls:
        return asyncio.run(opened(Platform(settings, urls)))


def chosen(connections: list[Connection], wanted: str | None) -> list[Connection]:
    """By id or by name; without a wish all registered ones. Raises `UnknownConnection`."""
    if wanted is None:
        return [one for one in connections if one.status is ConnectionStatus.REGISTERED]
    found = [one for one in connections if wanted in (str(one.id), one.name)]
    living = [one for one in found if one.status is not ConnectionStatus.UNREGISTERED]
    if not found:
        raise UnknownConnection(f"no connection is called {wanted!r}")
    return (living or found)[-1:]
