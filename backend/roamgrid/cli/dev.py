"""`roamgrid dev ...`: for developers, in sandbox mode only."""

import asyncio
from typing import Annotated

import typer

from roamgrid.app import Platform
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.token import TokenType
from roamgrid.cli.environment import migrated_services
from roamgrid.cli.lazy import commands
from roamgrid.cli.output import out, print_json
from roamgrid.core.tokens import policy
from roamgrid.core.tokens import service as tokens
from roamgrid.kernel.embedded import ServiceUrls
from roamgrid.kernel.settings import Settings

app = commands("For developers; refused in production mode.")

Tenant = Annotated[str, typer.Option(help="The brand's short name.")]
EmailAddress = Annotated[str, typer.Option(help="The driver's e-mail address; a new driver is made when nobody has it.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def token(tenant: Tenant, email: EmailAddress, as_json: Json = False) -> None:
    """A driver's access token: send it as `Authorization: Bearer <token>` to the brand's host."""
    settings = Settings()
    with migrated_services(settings) as urls:
        answer = asyncio.run(_token(settings, urls, tenant, email))
    if as_json:
        print_json(answer)
    else:
        out.print(answer["access_token"], markup=False, soft_wrap=True)


@app.command()
def card(
    tenant: Tenant,
    email: EmailAddress,
    uid: Annotated[str, typer.Option(help="The number on the RFID card.")],
    as_json: Json = False,
) -> None:
    """Give a driver an RFID card; every partner that takes tokens is told."""
    settings = Settings()
    with migrated_services(settings) as urls:
        answer = asyncio.run(_card(settings, urls, tenant, email, uid))
    if as_json:
        print_json(answer)
    else:
        out.print(f"card {answer['uid']} with contract {answer['contract_id']}", markup=False)


async def _token(settings: Settings, urls: ServiceUrls, slug: str, email: str) -> dict[str, str]:
    async with Platform(settings, urls) as platform:
        tenant = await platform.directory.by_slug(slug)
        signed_in = await platform.sign_in.developer_token(tenant.context(), email)
    return {
        "tenant": slug,
        "host": tenant.declaration.hosts[0],
        "graphql_url": f"{settings.base_url}/graphql",
        "driver_id": str(signed_in.driver.id),
        "access_token": signed_in.token.text,
        "expires_at": signed_in.token.expires_at.isoformat(),
    }


async def _card(settings: Settings, urls: ServiceUrls, slug: str, email: str, uid: str) -> dict[str, str]:
    async with Platform(settings, urls) as platform:
        tenant = await platform.directory.by_slug(slug)
        driver = (await platform.sign_in.developer_token(tenant.context(), email)).driver
        party = tenant.declaration.parties[0]
        async with platform.database.work(tenant.context(actor="developer")) as work:
            token = await tokens.add_rfid(
                work,
                driver.id,
                uid,
                PartyId(party.country_code, party.party_id),
                tenant.declaration.name,
                default=policy.default_whitelist(tenant.declaration.tokens, TokenType.RFID),
            )
    return {"uid": token.uid, "contract_id": token.contract_id, "type": token.type.value}
