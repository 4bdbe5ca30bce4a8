"""What we say of ourselves: the tenant's parties as service providers."""

from dataclasses import dataclass

from roamgrid.canonical.party import Party, PartyId, Role
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import Adapter
from roamgrid.ocpi.handshake.addresses import versions_url
from roamgrid.ocpi.values import Credentials
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.directory import Directory


@dataclass(frozen=True, slots=True)
class OurSide:
    """`base_url` is how partners reach us, without a trailing slash."""

    directory: Directory
    base_url: str

    def versions_url(self, ctx: TenantContext) -> str:
        return versions_url(self.base_url, ctx.tenant)

    async def credentials(self, ctx: TenantContext, adapter: Adapter, our_token: str) -> dict[str, object]:
        """The credentials object with `our_token` in it."""
        declaration = (await self.directory.by_slug(ctx.tenant)).declaration
        roles = [Party(PartyId.of(item.country_code, item.party_id), Role.EMSP, item.name) for item in declaration.parties]
        ours = Credentials(our_token, self.versions_url(ctx), tuple(roles))
        return adapter.write(kinds.CREDENTIALS, ours).document
