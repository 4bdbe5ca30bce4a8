"""`roamgrid verify`: every promise about money and data, checked on the live database."""

import asyncio
from typing import Annotated

import typer

from roamgrid.app import Platform
from roamgrid.cli.environment import services
from roamgrid.cli.output import out, print_json
from roamgrid.cli.verification import ScopedCheck, verify_all
from roamgrid.kernel.embedded import ServiceUrls
from roamgrid.kernel.settings import Settings


def verify(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    grace: Annotated[int, typer.Option(help="Seconds that a CDR or an event may be under way.")] = 30,
) -> None:
    """Check all invariants: every CDR accounted for, journal balanced, receipts add up, nothing lost on the way.

    Exit code 1 on any breach.
    """
    settings = Settings()
    with services(settings) as urls:
        checks = asyncio.run(_checks(settings, urls, grace))
    ok = all(one.check.ok for one in checks)
    if as_json:
        print_json({"ok": ok, "checks": [one.as_dict() for one in checks]})
    else:
        print_report(checks)
    if not ok:
        raise typer.Exit(1)


def print_report(checks: list[ScopedCheck]) -> None:
    """One line a check; breaches say what is wrong."""
    for one in checks:
        mark = "ok    " if one.check.ok else "BREACH"
        out.print(
            f"{mark}  {one.scope:<10}  {one.check.name}: {one.check.detail}",
            markup=False,
            style=None if one.check.ok else "red",
        )
    broken = sum(not one.check.ok for one in checks)
    out.print(f"{len(checks)} checks, {broken} breached" if broken else f"{len(checks)} checks, all hold")


async def _checks(settings: Settings, urls: ServiceUrls, grace: int) -> list[ScopedCheck]:
    async with Platform(settings, urls) as platform:
        return await verify_all(platform.database, platform.directory, grace)
