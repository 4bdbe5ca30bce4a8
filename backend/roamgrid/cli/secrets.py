"""`roamgrid secrets`: change the key with which partners' tokens are sealed."""

import asyncio
from typing import Annotated

import typer
from cryptography.fernet import InvalidToken

from roamgrid.app import Platform
from roamgrid.cli.environment import services
from roamgrid.cli.lazy import commands
from roamgrid.cli.output import fail, out, print_json
from roamgrid.kernel.embedded import ServiceUrls
from roamgrid.kernel.settings import Settings

app = commands("The deployment's secrets.")


@app.callback()
def root() -> None:
    """The deployment's secrets."""


@app.command()
def reseal(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Seal all partners' tokens with the present secret key.

    To change the key: put the new one into ROAMGRID_SECRET_KEY and the old one into ROAMGRID_RETIRED_SECRET_KEYS (a JSON
    list), restart, run this, then drop the old one. Access tokens and offers signed with the old key end with it.
    """
    settings = Settings()
    with services(settings) as urls:
        try:
            counts = asyncio.run(_reseal(settings, urls))
        except InvalidToken:
            fail(
                "a partner's token is sealed with a key that is not configured; nothing of its brand was changed",
                "Name the key that was used before in ROAMGRID_RETIRED_SECRET_KEYS.",
            )
    if as_json:
        print_json(counts)
    else:
        for tenant, count in counts.items():
            out.print(f"{tenant}: {count} tokens sealed anew", markup=False)


async def _reseal(settings: Settings, urls: ServiceUrls) -> dict[str, int]:
    counts = {}
    async with Platform(settings, urls) as platform:
        for tenant in await platform.directory.all():
            async with platform.database.work(tenant.context(actor="cli")) as work:
                counts[str(tenant.slug)] = await platform.connections.reseal(work)
    return counts
